//! Boards: read by those to whom they are shared, changed by editors, never over somebody else's change. Objects that
//! a board names are told to those only who may see them.

mod stored;

pub(crate) use stored::{find, redacted, right_of, share_of, struck};

use crate::api::Answer;
use crate::auth::{Editor, Signed};
use crate::error::{ApiError, Problem};
use crate::settings::{kinds, new_document};
use crate::state::{Shared, State};
use crate::widgets::{Activation, word};
use access::{Privilege, Right, Share};
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION};
use actix_web::web::{Json, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use actors::web::boards::Board;
use ports::StoreError;
use ports::documents::Document;
use ports::grants::Scope;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Boards of one tenant.
const BOARDS_MAX: usize = 1_000;

/// Versions that are answered.
const VERSIONS_MAX: usize = 100;

/// A board in the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct BoardLine {
    id: String,
    title: String,
    description: String,
    widget_count: usize,
    /// The board's ETag without quotes.
    revision: u64,
    changed_by: String,
    /// µs since 1970.
    changed_at: i64,
    /// What one may do with it: `read`, `write`, `share`, `admin`; each includes those before it.
    #[schema(value_type = String)]
    right: Right,
}

/// How a new board is stored.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct New {
    /// For oneself alone. Whoever may not manage shared boards makes no others.
    #[serde(default)]
    private: bool,
}

/// An earlier version of a board.
#[derive(Serialize, ToSchema)]
pub(crate) struct BoardVersion {
    revision: u64,
    changed_by: String,
    /// µs since 1970.
    changed_at: i64,
    /// The board as it was.
    #[schema(value_type = Object)]
    board: Value,
}

pub(crate) fn etag(revision: u64) -> String {
    format!("\"{revision}\"")
}

/// The body with its revision, for readers that do not see headers.
pub(crate) fn with_revision(mut body: Value, revision: u64) -> Value {
    body["revision"] = revision.into();
    body
}

fn line(document: &Document, right: Right) -> BoardLine {
    let text = |key: &str| document.body[key].as_str().unwrap_or_default().to_owned();
    BoardLine {
        right,
        id: document.id.to_string(),
        title: text("title"),
        description: text("description"),
        widget_count: document.body["widgets"].as_array().map_or(0, Vec::len),
        revision: document.revision,
        changed_by: document.changed_by.to_string(),
        changed_at: document.changed_at.0,
    }
}

fn parse(state: &State, body: &Value) -> Result<Board, ApiError> {
    Board::parse(body, &state.ports.library)
        .map_err(|error| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_board", error))
}

/// Nobody puts a widget on a board whose kind is off for them.
async fn admit(
    state: &State,
    editor: &Editor,
    board: &Board,
    before: Option<&Board>,
) -> Result<(), ApiError> {
    let (activation, _) = Activation::of(state).await?;
    let Some((title, kind)) = activation.refused(board, before, &editor.0.viewer.roles) else {
        return Ok(());
    };
    let message = format!("widget '{title}': the kind '{}' is off for you", word(kind));
    Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "widget_off", message)
        .cure("take another kind, or ask an administrator to switch it on"))
}

/// The revision that the caller has read, from `If-Match`.
pub(crate) fn expected(request: &HttpRequest) -> Result<u64, ApiError> {
    let header = request.headers().get(IF_MATCH).and_then(|value| value.to_str().ok());
    let Some(header) = header else {
        return Err(ApiError::new(
            StatusCode::PRECONDITION_REQUIRED,
            "if_match_missing",
            "the header If-Match is missing",
        )
        .cure("send the ETag that came with what you have read"));
    };
    header
        .trim()
        .trim_start_matches("W/")
        .trim_matches('"')
        .parse()
        .map_err(|_| ApiError::bad_request(format!("If-Match: '{header}' is no ETag of ours")))
}

/// All boards.
#[utoipa::path(get, path = "/boards", tag = "boards", responses(
    (status = 200, description = "Boards by id", body = Vec<BoardLine>),
    (status = 401, description = "Nobody is signed in", body = Problem)))]
pub(crate) async fn list(state: Shared, signed: Signed) -> Answer<Vec<BoardLine>> {
    let all = state.ports.documents.list(kinds::BOARD).await?;
    let seen =
        all.iter().filter_map(|document| Some(line(document, right_of(&signed.viewer, &document.body)?)));
    Ok(Json(seen.collect()))
}

/// One board.
#[utoipa::path(get, path = "/boards/{id}", tag = "boards", params(("id" = String, Path, description = "The board")),
    responses(
    (status = 200, description = "The board, with its ETag", body = Object),
    (status = 304, description = "As the caller has it"),
    (status = 404, description = "There is no such board", body = Problem)))]
pub(crate) async fn read(
    request: HttpRequest,
    state: Shared,
    signed: Signed,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let (document, _) = find(&state, &signed.viewer, &id, Right::Read).await?;
    let (tag, scope) = (etag(document.revision), state.gate.scope(&signed.viewer).await);
    // Who sees everything sees the same board as long as it is of the same revision; others may see other objects of it.
    let is_whole = scope == Scope::Everything;
    let known = request.headers().get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    if known && is_whole {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, tag)).finish());
    }
    let body = redacted(&state, &scope, document.body).await?;
    Ok(HttpResponse::Ok().insert_header((ETAG, tag)).json(with_revision(body, document.revision)))
}

/// A new board. Each widget's `query` is as in the stream: statistics by name or in full, and formulas of them
/// (docs/protocol-stream.md).
#[utoipa::path(post, path = "/boards", tag = "boards", request_body = Object, params(New), responses(
    (status = 201, description = "Stored; Location and ETag tell where and as what", body = Object),
    (status = 409, description = "There is a board of that id", body = Problem),
    (status = 422, description = "Something in it is wrong: a statistic that there is not, a formula that is refused (with \
        the word and its place) ...", body = Problem)))]
pub(crate) async fn create(
    state: Shared,
    editor: Editor,
    new: Query<New>,
    body: Json<Value>,
) -> Result<HttpResponse, ApiError> {
    let mut board = parse(&state, &body)?;
    admit(&state, &editor, &board, None).await?;
    let private = new.private || !editor.0.privileges.has(Privilege::ManageSharedDashboards);
    let owner = editor.0.session.user.clone();
    board.share = private.then(|| Share { owner, with: Vec::new() });
    if state.ports.documents.list(kinds::BOARD).await?.len() >= BOARDS_MAX {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "too_many",
            format!("there are {BOARDS_MAX} boards already"),
        )
        .cure("remove some that nobody uses"));
    }
    let value = serde_json::json!(board);
    let by = &editor.0.session.user;
    let document = new_document(kinds::BOARD, &board.id, value.clone(), by, &state.ports.clock);
    let revision = state.ports.documents.put(document).await.map_err(|error| match error {
        StoreError::Conflict { .. } => {
            ApiError::new(StatusCode::CONFLICT, "exists", format!("there is a board '{}' already", board.id))
                .cure("choose another id, or change that board")
        }
        other => other.into(),
    })?;
    let location = format!("{}/boards/{}", crate::api::BASE, board.id);
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, location))
        .insert_header((ETAG, etag(revision)))
        .json(without_share(value)))
}

fn without_share(mut body: Value) -> Value {
    if let Some(body) = body.as_object_mut() {
        body.remove("share");
    }
    body
}

/// Replaces a board.
#[utoipa::path(put, path = "/boards/{id}", tag = "boards", request_body = Object,
    params(("id" = String, Path, description = "The board"), ("If-Match" = String, Header, description = "Its ETag")),
    responses(
    (status = 200, description = "Stored, with its new ETag", body = Object),
    (status = 412, description = "Somebody else changed it first", body = Problem),
    (status = 422, description = "Something in it is wrong", body = Problem),
    (status = 428, description = "If-Match is missing", body = Problem)))]
pub(crate) async fn replace(
    request: HttpRequest,
    state: Shared,
    editor: Editor,
    id: Path<String>,
    body: Json<Value>,
) -> Result<HttpResponse, ApiError> {
    let revision = expected(&request)?;
    let mut board = parse(&state, &body)?;
    if board.id != id.as_str() {
        let message = format!("the board's id is '{}', but its address says '{id}'", board.id);
        return Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_board", message));
    }
    let (stored, _) = find(&state, &editor.0.viewer, &id, Right::Write).await?;
    board.share = share_of(&stored.body);
    let scope = state.gate.scope(&editor.0.viewer).await;
    let before = serde_json::from_value::<Board>(stored.body).ok();
    admit(&state, &editor, &board, before.as_ref()).await?;
    if let Some(before) = before {
        board.keep_unseen(&before, &scope);
    }
    let value = serde_json::json!(board);
    let by = &editor.0.session.user;
    let document = new_document(kinds::BOARD, &board.id, value.clone(), by, &state.ports.clock);
    let revision = state.ports.documents.put(Document { revision, ..document }).await?;
    let value = redacted(&state, &scope, value).await?;
    Ok(HttpResponse::Ok().insert_header((ETAG, etag(revision))).json(with_revision(value, revision)))
}

/// Removes a board; its versions stay.
#[utoipa::path(delete, path = "/boards/{id}", tag = "boards",
    params(("id" = String, Path, description = "The board"), ("If-Match" = String, Header, description = "Its ETag")),
    responses(
    (status = 204, description = "Removed"),
    (status = 404, description = "There is no such board", body = Problem),
    (status = 412, description = "Somebody else changed it first", body = Problem),
    (status = 428, description = "If-Match is missing", body = Problem)))]
pub(crate) async fn remove(
    request: HttpRequest,
    state: Shared,
    editor: Editor,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let revision = expected(&request)?;
    find(&state, &editor.0.viewer, &id, Right::Admin).await?;
    let (by, now) = (&editor.0.session.user, state.ports.clock.now());
    state.ports.documents.delete(kinds::BOARD, &id, revision, by, now).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Earlier versions of a board.
#[utoipa::path(get, path = "/boards/{id}/versions", tag = "boards",
    params(("id" = String, Path, description = "The board")), responses(
    (status = 200, description = "Newest first, without the present one", body = Vec<BoardVersion>)))]
pub(crate) async fn versions(state: Shared, signed: Signed, id: Path<String>) -> Answer<Vec<BoardVersion>> {
    let documents = &state.ports.documents;
    let versions = documents.versions(kinds::BOARD, &id, VERSIONS_MAX).await?;
    // Of a board that was removed, the last version says whose it was.
    let present = documents.get(kinds::BOARD, &id).await?;
    let newest = present.as_ref().or(versions.first());
    if newest.is_none_or(|document| right_of(&signed.viewer, &document.body).is_none()) {
        return Ok(Json(Vec::new()));
    }
    let scope = state.gate.scope(&signed.viewer).await;
    let mut told = Vec::with_capacity(versions.len());
    for document in versions {
        told.push(BoardVersion {
            revision: document.revision,
            changed_by: document.changed_by.to_string(),
            changed_at: document.changed_at.0,
            board: redacted(&state, &scope, document.body).await?,
        });
    }
    Ok(Json(told))
}
