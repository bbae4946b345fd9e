//! Links for screens, as editors make and take back them.

mod line;

pub(super) use line::ShareLine;

use crate::api::{Answer, boards};
use crate::auth::{Editor, Known, Session, Way};
use crate::error::{ApiError, Problem};
use crate::settings::kinds;
use crate::share::{SHARES_MAX, Share, author, keep, take_back};
use crate::state::{Shared, State};
use access::{Privilege, Right};
use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use actix_web::web::{Json, Path};
use actix_web::{HttpRequest, HttpResponse};
use model::Text;
use model::time::Micros;
use ports::documents::Document;
use serde::Deserialize;
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

/// What a link shall be from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangedShare {
    title: String,
    boards: Vec<String>,
    #[serde(default)]
    names_hidden: bool,
    every: u32,
    /// From now on it lives so long; as long as it would have if absent.
    hours: Option<u32>,
}

/// The line of one link.
pub(super) async fn only(state: &State, id: &str) -> Result<ShareLine, ApiError> {
    let stored = state.ports.documents.get(kinds::SHARE, id).await?;
    let read = stored.and_then(|document| Some((document.revision, read(document)?)));
    let (revision, share) = read.ok_or_else(|| ApiError::not_found("there is no such link of yours"))?;
    let heard = state.walls.beats(state, &[id.into()]).await;
    Ok(line::of(id, revision, &share, &heard, state.ports.clock.now()))
}

fn read(document: Document) -> Option<Share> {
    serde_json::from_value(document.body).ok()
}

fn is_mine(editor: &Editor, share: &Share) -> bool {
    let session = &editor.0.session;
    access::user_name(&share.created_by) == access::user_name(&session.user) && share.way == session.way
        || editor.0.privileges.has(Privilege::ManageUsers)
}

/// A link that one may change, as it is stored.
async fn find(state: &State, editor: &Editor, id: &str) -> Result<(Document, Share), ApiError> {
    let found = state.ports.documents.get(kinds::SHARE, id).await?;
    let found = found.and_then(|document| Some((document.clone(), read(document)?)));
    let mine =
        found.filter(|(_, share)| is_mine(editor, share) && share.expires_at > state.ports.clock.now());
    mine.ok_or_else(|| ApiError::not_found("there is no such link of yours"))
}

/// Links that still lead somewhere, and how the walls stand that show them: one's own, and for administrators all.
#[utoipa::path(get, path = "/shares", tag = "boards", responses(
    (status = 200, description = "The links by title, without their secrets", body = Vec<ShareLine>),
    (status = 403, description = "Only editors make links", body = Problem)))]
pub(crate) async fn list(state: Shared, editor: Editor) -> Answer<Vec<ShareLine>> {
    let now = state.ports.clock.now();
    let mut found = Vec::new();
    for document in state.ports.documents.list(kinds::SHARE).await? {
        let (id, revision) = (document.id.clone(), document.revision);
        let share = read(document).filter(|share| share.expires_at > now && is_mine(&editor, share));
        found.extend(share.map(|share| (id, revision, share)));
    }
    let ids: Vec<Text> = found.iter().map(|(id, ..)| id.clone()).collect();
    let heard = state.walls.beats(&state, &ids).await;
    let line = |(id, revision, share): &(Text, u64, Share)| line::of(id, *revision, share, &heard, now);
    let mut lines: Vec<_> = found.iter().map(line).collect();
    lines.sort_by(|a, b| a.title.cmp(&b.title).then_with(|| a.id.cmp(&b.id)));
    Ok(Json(lines))
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_share", message)
}

fn check(title: &str, boards: &[String], every: u32, hours: Option<u32>) -> Result<(), ApiError> {
    if title.trim().is_empty() || title.chars().count() > 128 {
        return Err(invalid("title: between 1 and 128 characters"));
    }
    if boards.is_empty() || boards.len() > BOARDS_MAX {
        return Err(invalid(format!("boards: between 1 and {BOARDS_MAX}, not {}", boards.len())));
    }
    if !(5..=3_600).contains(&every) {
        return Err(invalid(format!("every: between 5 and 3600 seconds, not {every}")));
    }
    match hours {
        Some(hours) if !(1..=HOURS_MAX).contains(&hours) => {
            Err(invalid(format!("hours: between 1 and {HOURS_MAX}, not {hours}")))
        }
        _ => Ok(()),
    }
}

fn texts(boards: &[String]) -> Vec<Text> {
    boards.iter().map(|board| Text::from(board.as_str())).collect()
}

fn hours_on(now: Micros, hours: u32) -> Micros {
    now + Micros::from_secs(i64::from(hours) * 3_600)
}

/// A link of whoever asks, within all bounds; it is not kept yet.
pub(super) async fn made(state: &State, editor: &Editor, new: &NewShare) -> Result<Share, ApiError> {
    check(&new.title, &new.boards, new.every, Some(new.hours))?;
    for board in &new.boards {
        boards::find(state, &editor.0.viewer, board, Right::Read).await?;
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
    Ok(Share {
        title: Text::from(new.title.trim()),
        boards: texts(&new.boards),
        names_hidden: new.names_hidden,
        every: new.every,
        created_by: by,
        way: session.way,
        by_code: false,
        created_at: now,
        expires_at: hours_on(now, new.hours),
    })
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
    let share = made(&state, &editor, &new).await?;
    let (id, token) = keep(&state, &share).await?;
    let line = only(&state, &id).await?;
    Ok(HttpResponse::Created().json(line.telling(token)))
}

/// Changes what a link opens; walls that show it follow within seconds. It goes on with the rights of its author, who must
/// be allowed to see the boards that are new in it.
#[utoipa::path(put, path = "/shares/{id}", tag = "boards", request_body = ChangedShare,
    params(("id" = String, Path, description = "The link"), ("If-Match" = String, Header, description = "Its ETag")),
    responses(
    (status = 200, description = "Stored, with its new ETag", body = ShareLine),
    (status = 404, description = "There is no such link of yours, or its author sees no such board", body = Problem),
    (status = 412, description = "Somebody else changed it first", body = Problem),
    (status = 422, description = "Something in it is out of its bounds", body = Problem),
    (status = 428, description = "If-Match is missing", body = Problem)))]
pub(crate) async fn replace(
    request: HttpRequest,
    state: Shared,
    editor: Editor,
    id: Path<String>,
    changed: Json<ChangedShare>,
) -> Result<HttpResponse, ApiError> {
    let revision = boards::expected(&request)?;
    let (document, before) = find(&state, &editor, &id).await?;
    check(&changed.title, &changed.boards, changed.every, changed.hours)?;
    let added =
        changed.boards.iter().filter(|board| !before.boards.iter().any(|known| known == board.as_str()));
    for board in added {
        let author = author(&state, &before).await?;
        let author = author.ok_or_else(|| ApiError::not_found("whoever made this link is here no longer"))?;
        boards::find(&state, &editor.0.viewer, board, Right::Read).await?;
        boards::find(&state, &author, board, Right::Read).await?;
    }
    let now = state.ports.clock.now();
    let share = Share {
        title: Text::from(changed.title.trim()),
        boards: texts(&changed.boards),
        names_hidden: changed.names_hidden,
        every: changed.every,
        expires_at: changed.hours.map_or(before.expires_at, |hours| hours_on(now, hours)),
        ..before
    };
    let by = editor.0.session.user.clone();
    let body = serde_json::json!(share);
    let document = Document { revision, body, changed_by: by, changed_at: now, ..document };
    let revision = state.ports.documents.put(document).await?;
    let heard = state.walls.beats(&state, &[id.as_str().into()]).await;
    let line = line::of(&id, revision, &share, &heard, now);
    Ok(HttpResponse::Ok().insert_header((ETAG, boards::etag(revision))).json(line))
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
    let (document, _) = find(&state, &editor, &id).await?;
    take_back(&state, &id, document.revision, &editor.0.session.user).await?;
    Ok(HttpResponse::NoContent().finish())
}
