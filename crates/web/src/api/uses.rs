//! Where a template or a statistic is used. What the viewer may not look at is only counted.

use crate::alerts::is_of;
use crate::api::Answer;
use crate::api::boards::right_of;
use crate::api::templates::find;
use crate::auth::Signed;
use crate::error::{ApiError, Problem};
use crate::settings::kinds;
use crate::state::{Shared, State};
use access::Privilege;
use actix_web::web::{Json, Path};
use actors::web::alerts::{RULE, StoredRule};
use actors::web::boards::{Board, Widget};
use actors::web::templates::Template;
use serde::Serialize;
use utoipa::ToSchema;
use wire::stream::StatisticRef;

/// Where something is used.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct Uses {
    /// Boards that one may look at.
    boards: Vec<BoardUse>,
    /// Templates.
    templates: Vec<Use>,
    /// Rules that one may look at.
    rules: Vec<Use>,
    /// What one may not look at.
    hidden: Hidden,
}

/// Something that uses it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Use {
    id: String,
    title: String,
}

/// A board that uses it.
#[derive(Serialize, ToSchema)]
pub(crate) struct BoardUse {
    id: String,
    title: String,
    /// How many of its widgets do.
    widgets: usize,
}

/// How many others use it.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct Hidden {
    boards: usize,
    /// On those boards.
    widgets: usize,
    rules: usize,
}

/// Which boards have widgets of that kind.
async fn boards(
    state: &State,
    signed: &Signed,
    uses: &mut Uses,
    is_use: impl Fn(&Widget) -> bool,
) -> Result<(), ApiError> {
    for document in state.ports.documents.list(kinds::BOARD).await? {
        let is_seen = right_of(&signed.viewer, &document.body).is_some();
        let Ok(board) = serde_json::from_value::<Board>(document.body) else { continue };
        let widgets = board.widgets.iter().filter(|widget| is_use(widget)).count();
        if widgets == 0 {
            continue;
        }
        if is_seen {
            let (id, title) = (board.id.to_string(), board.title.to_string());
            uses.boards.push(BoardUse { id, title, widgets });
        } else {
            uses.hidden.boards += 1;
            uses.hidden.widgets += widgets;
        }
    }
    Ok(())
}

/// Where widgets were made from a template.
#[utoipa::path(get, path = "/templates/{id}/uses", tag = "boards", params(("id" = String, Path, description = "Its name")),
    responses(
    (status = 200, description = "Where", body = Uses),
    (status = 404, description = "There is no such template", body = Problem)))]
pub(crate) async fn of_template(state: Shared, signed: Signed, id: Path<String>) -> Answer<Uses> {
    find(&state, &id).await?;
    let mut uses = Uses::default();
    let is_use = |widget: &Widget| widget.options.get("template").and_then(|name| name.as_str()) == Some(&id);
    boards(&state, &signed, &mut uses, is_use).await?;
    Ok(Json(uses))
}

/// Where a statistic of the library is shown or watched.
#[utoipa::path(get, path = "/statistics/{name}/uses", tag = "values",
    params(("name" = String, Path, description = "The statistic")), responses(
    (status = 200, description = "Where", body = Uses),
    (status = 404, description = "There is no such statistic", body = Problem)))]
pub(crate) async fn of_statistic(state: Shared, signed: Signed, name: Path<String>) -> Answer<Uses> {
    let stat = state.ports.library.get(&name);
    let name = stat.ok_or_else(|| ApiError::not_found("there is no such statistic"))?.name.clone();
    let is_it = |other: &str| other.eq_ignore_ascii_case(&name);
    let asks = |asked: &StatisticRef| match asked {
        StatisticRef::Name(other) => is_it(other),
        StatisticRef::Full(full) => is_it(&full.stat_type),
        StatisticRef::Formula(_) => false,
    };
    let is_use = |widget: &Widget| widget.query.iter().any(|query| query.statistics.iter().any(asks));
    let mut uses = Uses::default();
    boards(&state, &signed, &mut uses, is_use).await?;
    for document in state.ports.documents.list(kinds::TEMPLATE).await? {
        let Ok(template) = Template::from_body(&document.id, &document.body) else { continue };
        if template.stat_types().any(|other| is_it(other)) {
            uses.templates.push(Use { id: template.name.to_string(), title: template.title.to_string() });
        }
    }
    let sees_all = signed.privileges.has(Privilege::ManageUsers);
    for document in state.ports.documents.list(RULE).await? {
        let Ok(stored) = serde_json::from_value::<StoredRule>(document.body) else { continue };
        if !is_it(&stored.rule.statistic.stat_type) {
            continue;
        }
        if sees_all || is_of(&stored, &signed.session.user, signed.session.way) {
            let title = stored.rule.title.to_string();
            uses.rules.push(Use { id: document.id.to_string(), title });
        } else {
            uses.hidden.rules += 1;
        }
    }
    Ok(Json(uses))
}
