//! Links for screens, as editors make and take back them.

use crate::api::{Answer, boards};
use crate::auth::{Editor, Known, Session, Way};
use crate::error::{ApiError, Problem};
use crate::settings::kinds;
use crate::share::{SHARES_MAX, Share, keep};
use crate::state::Shared;
use access::{Privilege, Right};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Json, Path};
use model::Text;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Boards of one link.
const BOARDS_MAX: usize = 20;

/// A link lives a year at most.
const HOURS_MAX: u32 = 366 * 24;

/// What a link shall be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewShare {
    /// Where the screen hangs.
    title: String,
    /// Ids of boards.
    boards: Vec<String>,
    /// The pages number the agents instead of naming them.
    #[serde(default)]
    names_hidden: bool,
    /// Seconds for each page: 5 to 3600.
    every: u32,
    /// How long it lives: 1 to 8784.
    hours: u32,
}

/// A link.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShareLine {
    id: String,
    title: String,
    boards: Vec<String>,
    names_hidden: bool,
    every: u32,
    created_by: String,
    /// µs since 1970.
    created_at: i64,
    /// µs since 1970.
    expires_at: i64,
    /// The secret, once: in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

pub(crate) fn line(id: &str, share: &Share) -> ShareLine {
    ShareLine {
        id: id.to_owned(),
        title: share.title.to_string(),
        boards: share.boards.iter().map(ToString::to_string).collect(),
        names_hidden: share.names_hidden,
        every: share.every,
        created_by: share.created_by.to_string(),
        created_at: share.created_at.0,
        expires_at: share.expires_at.0,
        token: None,
    }
}

fn is_mine(editor: &Editor, share: &Share) -> bool {
    let session = &editor.0.session;
    share.created_by == session.user && share.way == session.way
        || editor.0.privileges.has(Privilege::ManageUsers)
}

/// Links that still lead somewhere: one's own, and for administrators all.
#[utoipa::path(get, path = "/shares", tag = "boards", responses(
    (status = 200, description = "The links, without their secrets", body = Vec<ShareLine>),
    (status = 403, description = "Only editors make links", body = Problem)))]
pub(crate) async fn list(state: Shared, editor: Editor) -> Answer<Vec<ShareLine>> {
    let (now, mut lines) = (state.ports.clock.now(), Vec::new());
    for document in state.ports.documents.list(kinds::SHARE).await? {
        let Ok(share) = serde_json::from_value::<Share>(document.body) else { continue };
        if share.expires_at > now && is_mine(&editor, &share) {
            lines.push(line(&document.id, &share));
        }
    }
    Ok(Json(lines))
}

fn check(new: &NewShare) -> Result<(), String> {
    if new.title.trim().is_empty() || new.title.chars().count() > 128 {
        return Err("title: between 1 and 128 characters".to_owned());
    }
    if new.boards.is_empty() || new.boards.len() > BOARDS_MAX {
        return Err(format!("boards: between 1 and {BOARDS_MAX}, not {}", new.boards.len()));
    }
    if !(5..=3_600).contains(&new.every) {
        return Err(format!("every: between 5 and 3600 seconds, not {}", new.every));
    }
    if !(1..=HOURS_MAX).contains(&new.hours) {
        return Err(format!("hours: between 1 and {HOURS_MAX}, not {}", new.hours));
    }
    Ok(())
}

/// Makes a link. Whoever has its token sees these boards with the rights of its author, and can change nothing.
#[utoipa::path(post, path = "/shares", tag = "boards", request_body = NewShare, responses(
    (status = 201, description = "Made; `token` is told this once", body = ShareLine),
    (status = 404, description = "There is no such board", body = Problem),
    (status = 409, description = "There are too many links", body = Problem),
    (status = 422, description = "Something in it is out of its bounds", body = Problem)))]
pub(crate) async fn create(
    state: Shared,
    editor: Editor,
    new: Json<NewShare>,
) -> Result<HttpResponse, ApiError> {
    let invalid = |message| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_share", message);
    check(&new).map_err(invalid)?;
    for board in &new.boards {
        boards::find(&state, &editor.0.viewer, board, Right::Read).await?;
    }
    let (documents, now) = (&state.ports.documents, state.ports.clock.now());
    let session = &editor.0.session;
    if session.way == Way::Service {
        // A program with an access token has signed in nowhere, and sessions may be older than this memory.
        let Session { user, name, roles, began, .. } = session.clone();
        state.people.remember(&Known { user, name, roles, told_at: began }).await?;
    }
    let by = session.user.clone();
    let mut living = 0;
    for document in documents.list(kinds::SHARE).await? {
        let ends = document.body["expires_at"].as_i64().unwrap_or_default();
        match ends > now.0 {
            true => living += 1,
            // Another editor may have removed it meanwhile.
            false => drop(documents.delete(kinds::SHARE, &document.id, document.revision, &by, now).await),
        }
    }
    if living >= SHARES_MAX {
        let message = format!("there are {SHARES_MAX} links already");
        return Err(ApiError::new(StatusCode::CONFLICT, "too_many", message).cure("take back some"));
    }
    let share = Share {
        title: Text::from(new.title.trim()),
        boards: new.boards.iter().map(|board| Text::from(board.as_str())).collect(),
        names_hidden: new.names_hidden,
        every: new.every,
        created_by: by,
        way: session.way,
        created_at: now,
        expires_at: now + Micros::from_secs(i64::from(new.hours) * 3_600),
    };
    let (id, token) = keep(&state, &share).await?;
    Ok(HttpResponse::Created().json(ShareLine { token: Some(token), ..line(&id, &share) }))
}

/// Takes a link back; screens that show it go dark within seconds.
#[utoipa::path(delete, path = "/shares/{id}", tag = "boards", params(("id" = String, Path, description = "The link")),
    responses(
    (status = 204, description = "Taken back"),
    (status = 404, description = "There is no such link of yours", body = Problem)))]
pub(crate) async fn remove(
    state: Shared,
    editor: Editor,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let found = state.ports.documents.get(kinds::SHARE, &id).await?;
    let mine = found.filter(|document| {
        serde_json::from_value(document.body.clone()).is_ok_and(|share| is_mine(&editor, &share))
    });
    let Some(document) = mine else {
        return Err(ApiError::not_found("there is no such link of yours"));
    };
    let (by, now) = (&editor.0.session.user, state.ports.clock.now());
    state.ports.documents.delete(kinds::SHARE, &id, document.revision, by, now).await?;
    Ok(HttpResponse::NoContent().finish())
}
