//! Which kinds of widgets are on, and for whom.

use crate::api::boards::{etag, expected};
use crate::auth::{Admin, Signed};
use crate::error::{ApiError, Problem};
use crate::settings::{kinds, new_document};
use crate::state::Shared;
use crate::widgets::{Activation, ID, word};
use access::Privilege;
use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use actors::web::boards::Kind;
use ports::documents::Document;
use serde::Serialize;
use utoipa::ToSchema;

/// Roles of one kind.
const ROLES_MAX: usize = 50;

/// A kind of widgets.
#[derive(Serialize, ToSchema)]
pub(crate) struct KindLine {
    /// `kpi`, `grid`, `line` ...
    kind: String,
    /// Whether one may put such a widget on a board.
    on: bool,
    /// Nobody may, and those that there are show nothing.
    off: bool,
    /// The roles that it is for; null: for everybody. Told to administrators.
    only: Option<Vec<String>>,
}

/// Kinds of widgets.
#[derive(Serialize, ToSchema)]
pub(crate) struct Kinds {
    kinds: Vec<KindLine>,
    /// The setting's ETag without quotes: 0 where everything is on still.
    revision: u64,
}

fn told(activation: &Activation, revision: u64, signed: &Signed) -> Kinds {
    let is_admin = signed.privileges.has(Privilege::ManageUsers);
    let line = |kind| {
        let only = activation.only.get(&kind).filter(|_| is_admin);
        KindLine {
            kind: word(kind),
            on: activation.is_on(kind, &signed.viewer.roles),
            off: activation.is_off(kind),
            only: only.map(|roles| roles.iter().map(ToString::to_string).collect()),
        }
    };
    Kinds { kinds: Kind::ALL.into_iter().map(line).collect(), revision }
}

/// Which kinds of widgets one may put on boards.
#[utoipa::path(get, path = "/widgets", tag = "boards", responses(
    (status = 200, description = "All kinds", body = Kinds),
    (status = 401, description = "Nobody is signed in", body = Problem)))]
pub(crate) async fn read(state: Shared, signed: Signed) -> Result<HttpResponse, ApiError> {
    let (activation, revision) = Activation::of(&state).await?;
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(revision))).json(told(&activation, revision, &signed)))
}

/// Switches kinds of widgets on and off: `{only: {kind: [role ...]}}`. A kind that is not named is on for everybody, one
/// without roles is off.
#[utoipa::path(put, path = "/widgets", tag = "boards", request_body = Object,
    params(("If-Match" = String, Header, description = "Its ETag")), responses(
    (status = 200, description = "Stored, with its new ETag", body = Kinds),
    (status = 403, description = "For administrators only", body = Problem),
    (status = 412, description = "Somebody else changed it first", body = Problem),
    (status = 422, description = "Something in it is wrong", body = Problem),
    (status = 428, description = "If-Match is missing", body = Problem)))]
pub(crate) async fn replace(
    request: HttpRequest,
    state: Shared,
    admin: Admin,
    wanted: Json<Activation>,
) -> Result<HttpResponse, ApiError> {
    let (revision, wanted) = (expected(&request)?, wanted.into_inner());
    let odd =
        |roles: &Vec<model::Text>| roles.len() > ROLES_MAX || roles.iter().any(|role| role.trim().is_empty());
    if wanted.only.values().any(odd) {
        let cause = format!("only: at most {ROLES_MAX} roles for each kind, none of them empty");
        return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_setting", cause));
    }
    let (body, by) = (serde_json::json!(wanted), &admin.0.session.user);
    let document = new_document(kinds::SETTING, ID, body, by, &state.ports.clock);
    let revision = state.ports.documents.put(Document { revision, ..document }).await?;
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(revision))).json(told(&wanted, revision, &admin.0)))
}
