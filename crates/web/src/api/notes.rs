//! Notes that people pin to a time: what happened then, for whoever reads the figures of that time. A note about a
//! queue is told to those who may see the queue.

use crate::api::Answer;
use crate::auth::{Editor, Signed, token};
use crate::error::{ApiError, Problem};
use crate::settings::{kinds, new_document};
use crate::state::{Shared, State};
use access::Privilege;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Json, Path, Query};
use model::time::Micros;
use model::{Object, ObjectType, Text};
use ports::documents::Document;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Notes of one tenant.
const NOTES_MAX: usize = 2_000;

/// Characters of a note.
const TEXT_CHARS_MAX: usize = 500;

/// What is planned may be told so long before.
const AHEAD: Micros = Micros::from_secs(7 * 86_400);

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Anything.
    Remark,
    /// Something did not work.
    Outage,
    /// From one shift to the next.
    Handover,
    /// Figures of this time are wrong: pages mark them.
    BadData,
}

/// What a note shall be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNote {
    kind: Kind,
    /// 1 to 500 characters.
    text: String,
    /// µs since 1970.
    from: i64,
    /// µs since 1970, not before `from`; absent: an instant. `bad_data` needs it.
    to: Option<i64>,
    /// A queue's id, if it is about that queue alone.
    queue: Option<String>,
}

/// A note as it is stored.
#[derive(Serialize, Deserialize)]
struct Note {
    kind: Kind,
    text: Text,
    from: Micros,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<Micros>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue: Option<Text>,
}

/// A note.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoteLine {
    id: String,
    kind: Kind,
    text: String,
    /// µs since 1970.
    from: i64,
    /// µs since 1970; absent: an instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<i64>,
    /// The queue that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    author: String,
    /// Whether one may remove it.
    removable: bool,
}

/// Of which time.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Time {
    /// µs since 1970; from the oldest on if absent.
    from: Option<i64>,
    /// µs since 1970; to the newest if absent.
    to: Option<i64>,
}

fn may_remove(signed: &Signed, author: &str) -> bool {
    let is_theirs = access::user_name(author) == access::user_name(&signed.session.user);
    let privileges = &signed.privileges;
    privileges.has(Privilege::ManageUsers) || (is_theirs && privileges.has(Privilege::ManageWidgets))
}

fn line(signed: &Signed, id: &str, author: &str, note: Note) -> NoteLine {
    NoteLine {
        id: id.to_owned(),
        kind: note.kind,
        text: note.text.to_string(),
        from: note.from.0,
        to: note.to.map(|to| to.0),
        queue: note.queue.map(|queue| queue.to_string()),
        author: author.to_owned(),
        removable: may_remove(signed, author),
    }
}

/// Notes whose time touches the one that is asked for, by their beginning.
#[utoipa::path(get, path = "/notes", tag = "values", params(Time), responses(
    (status = 200, description = "Those that one may read, oldest first", body = Vec<NoteLine>)))]
pub(crate) async fn list(state: Shared, signed: Signed, time: Query<Time>) -> Answer<Vec<NoteLine>> {
    let (from, to) = (time.from.unwrap_or(i64::MIN), time.to.unwrap_or(i64::MAX));
    let scope = state.gate.scope(&signed.viewer).await;
    let mut lines = Vec::new();
    for Document { id, body, changed_by, .. } in state.ports.documents.list(kinds::NOTE).await? {
        let Ok(note) = serde_json::from_value::<Note>(body) else { continue };
        let touches = note.from.0 <= to && note.to.unwrap_or(note.from).0 >= from;
        let is_told = note.queue.as_ref().is_none_or(|queue| scope.holds(&about(queue)));
        if touches && is_told {
            lines.push(line(&signed, &id, &changed_by, note));
        }
    }
    lines.sort_by(|one, other| (one.from, &one.id).cmp(&(other.from, &other.id)));
    Ok(Json(lines))
}

fn about(queue: &Text) -> Object {
    Object::new(ObjectType::Queue, queue.clone())
}

fn check(new: NewNote, now: Micros, kept: Micros) -> Result<Note, ApiError> {
    let invalid = |message: &str| {
        Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_note", message.to_owned()))
    };
    let NewNote { kind, text, from, to, queue } = new;
    let (text, from, to) = (text.trim(), Micros(from), to.map(Micros));
    if text.is_empty() || text.chars().count() > TEXT_CHARS_MAX {
        return invalid("text: between 1 and 500 characters");
    }
    if from < now - kept || from > now + AHEAD {
        return invalid("from: within the time of which values are kept, or of the next seven days");
    }
    if to.is_some_and(|to| to < from || to > now + AHEAD) {
        return invalid("to: not before 'from', and within the next seven days");
    }
    if kind == Kind::BadData && to.is_none() {
        return invalid("to: bad data has a beginning and an end");
    }
    Ok(Note { kind, text: Text::from(text), from, to, queue: queue.map(Text::from) })
}

/// Pins a note to a time. Those that end before everything of which values are kept go.
#[utoipa::path(post, path = "/notes", tag = "values", request_body = NewNote, responses(
    (status = 201, description = "Pinned", body = NoteLine),
    (status = 403, description = "Only editors pin notes", body = Problem),
    (status = 404, description = "There is no such queue that one may see", body = Problem),
    (status = 409, description = "There are too many notes", body = Problem),
    (status = 422, description = "Something in it is out of its bounds", body = Problem)))]
pub(crate) async fn create(
    state: Shared,
    editor: Editor,
    new: Json<NewNote>,
) -> Result<HttpResponse, ApiError> {
    let signed = &editor.0;
    let (now, kept) = (state.ports.clock.now(), kept(&state));
    let note = check(new.into_inner(), now, kept)?;
    let scope = state.gate.scope(&signed.viewer).await;
    if note.queue.as_ref().is_some_and(|queue| !scope.holds(&about(queue))) {
        return Err(ApiError::not_found("there is no such queue that you may see"));
    }
    if living(&state, now - kept, &signed.session.user).await? >= NOTES_MAX {
        let message = format!("there are {NOTES_MAX} notes already");
        return Err(ApiError::new(StatusCode::CONFLICT, "too_many", message).cure("remove some"));
    }
    let id: String = token().chars().take(16).collect();
    let by = &signed.session.user;
    let body = serde_json::json!(note);
    state.ports.documents.put(new_document(kinds::NOTE, &id, body, by, &state.ports.clock)).await?;
    Ok(HttpResponse::Created().json(line(signed, &id, by, note)))
}

fn kept(state: &State) -> Micros {
    Micros(i64::try_from(state.settings.history_age_max.as_micros()).unwrap_or(i64::MAX))
}

/// Removes the notes that end before `oldest`; answers how many there are still.
async fn living(state: &State, oldest: Micros, by: &str) -> Result<usize, ApiError> {
    let (documents, now, mut living) = (&state.ports.documents, state.ports.clock.now(), 0);
    for document in documents.list(kinds::NOTE).await? {
        let note = serde_json::from_value::<Note>(document.body).ok();
        match note.is_some_and(|note| note.to.unwrap_or(note.from) >= oldest) {
            true => living += 1,
            // Somebody else may have removed it meanwhile.
            false => drop(documents.delete(kinds::NOTE, &document.id, document.revision, by, now).await),
        }
    }
    Ok(living)
}

/// Takes a note away: its author, or an administrator.
#[utoipa::path(delete, path = "/notes/{id}", tag = "values", params(("id" = String, Path, description = "The note")),
    responses(
    (status = 204, description = "Taken away"),
    (status = 404, description = "There is no such note of yours", body = Problem)))]
pub(crate) async fn remove(
    state: Shared,
    editor: Editor,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let found = state.ports.documents.get(kinds::NOTE, &id).await?;
    let mine = found.filter(|document| may_remove(&editor.0, &document.changed_by));
    let Some(document) = mine else {
        return Err(ApiError::not_found("there is no such note of yours"));
    };
    let (by, now) = (&editor.0.session.user, state.ports.clock.now());
    state.ports.documents.delete(kinds::NOTE, &id, document.revision, by, now).await?;
    Ok(HttpResponse::NoContent().finish())
}
