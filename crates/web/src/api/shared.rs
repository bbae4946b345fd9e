//! What a screen that came by a link may read: its boards, their values, their past.

use crate::api::history::{self, Line, Span};
use crate::api::{Answer, BASE, boards, values};
use crate::auth::check_origin;
use crate::error::{ApiError, Problem};
use crate::share::{COOKIE, Guest, Share};
use crate::state::{Shared, State};
use crate::stream::{Ticket, begin};
use access::Right;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::web::{Json, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use actors::web::boards::{Board, check_query};
use model::time::Micros;
use ports::screens::Beat;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use wire::stream::Objects;

/// No screen has more.
const PIXELS_MAX: u32 = 32_767;

/// The secret of a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Secret {
    token: String,
}

/// What a link opens.
#[derive(Serialize, ToSchema)]
pub(crate) struct Opened {
    title: String,
    boards: Vec<String>,
    names_hidden: bool,
    /// Seconds for each page.
    every: u32,
    /// µs since 1970.
    expires_at: i64,
}

fn opened(share: &Share) -> Opened {
    Opened {
        title: share.title.to_string(),
        boards: share.boards.iter().map(ToString::to_string).collect(),
        names_hidden: share.names_hidden,
        every: share.every,
        expires_at: share.expires_at.0,
    }
}

/// The cookie of a screen, which lives for so many seconds.
pub(super) fn cookie(request: &HttpRequest, state: &State, token: String, lives_s: i64) -> Cookie<'static> {
    Cookie::build(COOKIE, token)
        .path(format!("{BASE}/shared"))
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(super::session::is_secure(request, state))
        .max_age(Duration::seconds(lives_s))
        .finish()
}

/// Enters by a link: sets the cookie that its routes ask for.
#[utoipa::path(post, path = "/shared", tag = "walls", request_body = Secret, responses(
    (status = 200, description = "What it opens", body = Opened),
    (status = 403, description = "It has expired, or was taken back", body = Problem)))]
pub(crate) async fn enter(
    request: HttpRequest,
    state: Shared,
    secret: Json<Secret>,
) -> Result<HttpResponse, ApiError> {
    check_origin(&request, &state)?;
    let guest = Guest::find(&state, &secret.token).await?.ok_or_else(|| {
        ApiError::forbidden("this link no longer leads anywhere").cure("ask for another one")
    })?;
    let cookie = cookie(&request, &state, secret.token.clone(), guest.left_s(&state));
    Ok(HttpResponse::Ok().cookie(cookie).json(opened(&guest.share)))
}

/// What the link opens.
#[utoipa::path(get, path = "/shared", tag = "walls", responses(
    (status = 200, description = "What it opens", body = Opened),
    (status = 401, description = "Not entered, expired, or taken back", body = Problem)))]
pub(crate) async fn read(guest: Guest) -> Answer<Opened> {
    Ok(Json(opened(&guest.share)))
}

/// A screen's sign of life.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignOfLife {
    /// A name that the screen chose itself: up to 32 letters and digits.
    screen: String,
    /// The build of the page that it shows.
    build: String,
    /// Pixels.
    width: u32,
    /// Pixels.
    height: u32,
    /// For so long its values have stood still, in seconds.
    still_s: u32,
}

fn beat(said: &SignOfLife, at: Micros) -> Result<Beat, String> {
    let is_name = |text: &str, most: usize| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+');
        !text.is_empty() && text.len() <= most && text.bytes().all(plain)
    };
    if !is_name(&said.screen, 32) {
        return Err("screen: up to 32 letters and digits".to_owned());
    }
    if !is_name(&said.build, 64) {
        return Err("build: up to 64 letters and digits".to_owned());
    }
    if said.width > PIXELS_MAX || said.height > PIXELS_MAX {
        return Err(format!("width, height: up to {PIXELS_MAX} pixels"));
    }
    let (screen, build) = (said.screen.as_str().into(), said.build.as_str().into());
    Ok(Beat { screen, at, build, width: said.width, height: said.height, still_s: said.still_s })
}

/// Tells that a screen lives, every 30 seconds. Editors see when it was heard last.
#[utoipa::path(post, path = "/shared/beat", tag = "walls", request_body = SignOfLife, responses(
    (status = 204, description = "Heard"),
    (status = 401, description = "Not entered, expired, or taken back", body = Problem),
    (status = 422, description = "Something in it is out of its bounds", body = Problem),
    (status = 503, description = "It could not be kept; the next one may", body = Problem)))]
pub(crate) async fn beaten(
    request: HttpRequest,
    state: Shared,
    guest: Guest,
    said: Json<SignOfLife>,
) -> Result<HttpResponse, ApiError> {
    check_origin(&request, &state)?;
    let invalid = |message| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_beat", message);
    let beat = beat(&said, state.ports.clock.now()).map_err(invalid)?;
    let left_s = guest.left_s(&state).max(1);
    let lives = std::time::Duration::from_secs(left_s.unsigned_abs());
    state.walls.heard(&state, &guest.id, beat, lives).await?;
    // A wall whose time was extended keeps its cookie as long.
    let token = request.cookie(COOKIE).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    Ok(HttpResponse::NoContent().cookie(cookie(&request, &state, token, left_s)).finish())
}

fn admit(guest: &Guest, board: &str) -> Result<(), ApiError> {
    match guest.sees(board) {
        true => Ok(()),
        false => Err(ApiError::not_found(format!("this link opens no board '{board}'"))),
    }
}

/// One of its boards.
#[utoipa::path(get, path = "/shared/boards/{id}", tag = "walls", params(("id" = String, Path, description = "The board")),
    responses(
    (status = 200, description = "The board", body = Object),
    (status = 404, description = "The link opens no such board", body = Problem)))]
pub(crate) async fn board(state: Shared, guest: Guest, id: Path<String>) -> Answer<Value> {
    admit(&guest, &id)?;
    let (document, _) = boards::find(&state, &guest.viewer, &id, Right::Read).await?;
    let scope = state.gate.scope(&guest.viewer).await;
    let body = boards::redacted(&state, &scope, document.body).await?;
    Ok(Json(boards::with_revision(body, document.revision)))
}

/// Past values of a cell that one of its boards shows.
#[utoipa::path(get, path = "/shared/boards/{id}/history", tag = "walls",
    params(("id" = String, Path, description = "The board"), Span), responses(
    (status = 200, description = "Oldest first", body = Line),
    (status = 404, description = "The board does not show it", body = Problem)))]
pub(crate) async fn past(state: Shared, guest: Guest, id: Path<String>, span: Query<Span>) -> Answer<Line> {
    admit(&guest, &id)?;
    let (document, _) = boards::find(&state, &guest.viewer, &id, Right::Read).await?;
    let shown = serde_json::from_value(document.body).is_ok_and(|board| shows(&state, &board, &span));
    if !shown {
        return Err(ApiError::not_found(format!("the board '{id}' does not show that")));
    }
    history::answer(&state, &guest.viewer, span.into_inner()).await
}

/// Which widget, and as of when.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seen {
    /// A widget of the board.
    widget: String,
    /// As `at` of `/values`; now if absent.
    at: Option<i64>,
}

/// The values of a widget of one of its boards, now or as they stood.
#[utoipa::path(get, path = "/shared/boards/{id}/values", tag = "walls",
    params(("id" = String, Path, description = "The board"), Seen), responses(
    (status = 200, description = "As `/values`", body = Object),
    (status = 400, description = "Nothing is kept of that time", body = Problem),
    (status = 404, description = "The board has no such widget", body = Problem)))]
pub(crate) async fn values(
    request: HttpRequest,
    state: Shared,
    guest: Guest,
    id: Path<String>,
    seen: Query<Seen>,
) -> Result<HttpResponse, ApiError> {
    admit(&guest, &id)?;
    let (document, _) = boards::find(&state, &guest.viewer, &id, Right::Read).await?;
    let board = serde_json::from_value::<Board>(document.body).ok();
    let query = board.and_then(|board| board.query(&seen.widget).cloned()).ok_or_else(|| {
        ApiError::not_found(format!("the board '{id}' has no widget '{}' with values", seen.widget))
    })?;
    let table = values::table(&state, &guest.viewer, query, seen.at.map(Micros)).await?;
    values::told(&request, table)
}

/// Whether a widget of the board shows that cell.
fn shows(state: &State, board: &Board, span: &Span) -> bool {
    board.widgets.iter().filter_map(|widget| widget.query.as_ref()).any(|query| {
        let has_object = match &query.objects {
            Objects::All => true,
            Objects::These(ids) => ids.iter().any(|id| id.as_str() == span.object),
        };
        let columns = check_query(query, &state.ports.library);
        has_object
            && columns
                .is_ok_and(|columns| columns.list.iter().any(|column| column.key.as_str() == span.definition))
    })
}

/// The stream of the link's boards: `open` with `board` and `widget` alone. See docs/protocol-stream.md.
#[utoipa::path(get, path = "/shared/stream", tag = "walls", responses(
    (status = 101, description = "The stream begins"),
    (status = 401, description = "Not entered, expired, or taken back", body = Problem)))]
pub(crate) async fn stream(
    request: HttpRequest,
    body: Payload,
    state: Shared,
    guest: Guest,
) -> actix_web::Result<HttpResponse> {
    let viewer = guest.viewer.clone();
    begin(&request, body, state, viewer, Ticket::Guest(Box::new(guest)))
}
