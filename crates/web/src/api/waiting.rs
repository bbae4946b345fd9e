//! Who waits just now in a queue: each contact with the time that it has waited. Places that one may not see are left out;
//! numbers and addresses are told in full to those alone who may see them.

mod recent;

pub(crate) use recent::Recent;

use crate::api::Answer;
use crate::auth::Signed;
use crate::error::{ApiError, Problem};
use crate::state::Shared;
use access::Privilege;
use actix_web::http::StatusCode;
use actix_web::web::{Json, Query};
use model::{Object, ObjectType, Text};
use ports::grants::Scope;
use ports::questions::{Contact, Question, Reply, Waiting};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// Whoever answers has it in memory.
const PATIENCE: Duration = Duration::from_secs(12);

/// Contacts, if nothing else is asked for.
const CONTACTS: usize = 100;

/// Where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// `Queue`, `RoutePoint`, `GroupQueues`, `StagingArea` or `Workbin`.
    object_type: String,
    /// The object's id.
    object: String,
    /// At most so many contacts (100, at most 500).
    limit: Option<usize>,
}

/// Who waits, the longest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct WaitingList {
    /// The event time (µs since 1970) as of which it is so.
    at: i64,
    /// How many wait in all, at places that one may see.
    total: usize,
    /// Numbers and addresses are hidden but for their ends: one may not see them in full.
    masked: bool,
    contacts: Vec<WaitingContact>,
}

/// A call or an interaction that waits.
#[derive(Serialize, ToSchema)]
pub(crate) struct WaitingContact {
    /// The place where it waits: an object of the type that was asked for, or a member of the group.
    object_type: &'static str,
    object: String,
    /// Its connection or interaction id.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    /// µs since 1970.
    since: i64,
    /// Whole seconds from `since` to `at`.
    waited: i64,
    /// `Inbound`, `Outbound`, `Internal` ...; absent of interactions.
    #[serde(skip_serializing_if = "Option::is_none")]
    call_type: Option<String>,
    /// The caller's number, or the sender's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// The number called.
    #[serde(skip_serializing_if = "Option::is_none")]
    dialed: Option<String>,
    /// The customer; only where one may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<String>,
}

/// Who waits just now at a queue, in a group of queues, in an interaction queue or a workbin.
#[utoipa::path(get, path = "/waiting", tag = "values", params(Asked), responses(
    (status = 200, description = "The contacts that have waited longest", body = WaitingList),
    (status = 400, description = "Nobody waits at objects of that type", body = Problem),
    (status = 404, description = "There is no such object, or it may not be seen", body = Problem),
    (status = 501, description = "In this deployment nobody answers such questions", body = Problem),
    (status = 503, description = "`busy`: too many ask just now. `unavailable`: it could not be found out", body = Problem)))]
pub(crate) async fn read(state: Shared, signed: Signed, asked: Query<Asked>) -> Answer<WaitingList> {
    let Asked { object_type, object, limit } = asked.into_inner();
    let kind = ObjectType::parse(&object_type).filter(|kind| has_waiting(*kind)).ok_or_else(|| {
        ApiError::bad_request(format!("nobody waits at objects of type '{object_type}'"))
            .cure("Queue, RoutePoint, GroupQueues, StagingArea or Workbin")
    })?;
    let place = Object::new(kind, object);
    let unseen = || ApiError::not_found("there is no such object that you may see");
    if !state.gate.scope(&signed.viewer).await.holds(&place) {
        return Err(unseen());
    }
    let waiting = find(&state, place.clone()).await?;
    // What may be seen may have changed meanwhile.
    let scope = state.gate.scope(&signed.viewer).await;
    if !scope.holds(&place) {
        return Err(unseen());
    }
    let masked = !signed.privileges.has(Privilege::ViewContacts);
    Ok(Json(list(&waiting, &scope, limit.unwrap_or(CONTACTS), masked)))
}

fn has_waiting(kind: ObjectType) -> bool {
    use ObjectType::{GroupQueues, Queue, RoutePoint, StagingArea, Workbin};
    matches!(kind, Queue | RoutePoint | GroupQueues | StagingArea | Workbin)
}

async fn find(state: &Shared, place: Object) -> Result<Arc<Waiting>, ApiError> {
    let clock = state.ports.clock;
    if let Some(known) = state.waiting.get(&place, clock.now()) {
        return Ok(known);
    }
    let question = state.ports.questions.ask(Question::Waiting(place.clone()));
    let reply = tokio::time::timeout(PATIENCE, question).await;
    let reply = reply.unwrap_or_else(|_| Ok(Reply::Failed("no answer came in time".into())))?;
    let unavailable =
        |code, message: &str| ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code, message).retry_after(3);
    match reply {
        Reply::Waiting(waiting) => Ok(state.waiting.put(place, *waiting, clock.now())),
        Reply::NoValue => Err(ApiError::not_found("there is no such object that you may see")),
        Reply::Busy => Err(unavailable("busy", "others ask who waits just now")),
        Reply::Unanswered => {
            let message = "in this deployment nobody can tell who waits";
            Err(ApiError::new(StatusCode::NOT_IMPLEMENTED, "not_available", message))
        }
        Reply::Refused(cause) | Reply::TooMuch(cause) | Reply::Failed(cause) => {
            tracing::warn!(%cause, "who waits could not be found out");
            Err(unavailable("unavailable", &cause))
        }
        Reply::Made(_) => {
            tracing::error!("what made a value was answered to a question about who waits");
            Err(unavailable("unavailable", "the answer was one to another question"))
        }
    }
}

fn list(waiting: &Waiting, scope: &Scope, limit: usize, masked: bool) -> WaitingList {
    let seen = waiting.contacts.iter().filter(|contact| scope.holds(&contact.place));
    WaitingList {
        at: waiting.at.0,
        total: waiting.places.iter().filter(|(place, _)| scope.holds(place)).map(|(_, count)| count).sum(),
        masked,
        contacts: seen.take(limit).map(|contact| line(contact, waiting, masked)).collect(),
    }
}

fn line(contact: &Contact, waiting: &Waiting, masked: bool) -> WaitingContact {
    let text = |text: &Option<Text>| text.as_ref().map(ToString::to_string);
    let from = contact.from.as_deref();
    WaitingContact {
        object_type: contact.place.kind.name(),
        object: contact.place.id.to_string(),
        contact: text(&contact.id),
        since: contact.since.0,
        waited: (waiting.at - contact.since).secs().max(0),
        call_type: text(&contact.call_type),
        from: from.map(|from| if masked { mask(from) } else { from.to_owned() }),
        dialed: text(&contact.dialed),
        customer: text(&contact.customer).filter(|_| !masked),
        media: text(&contact.media),
    }
}

/// A number without all but its last two digits, an address without all but its first letter and its domain.
fn mask(told: &str) -> String {
    const HIDDEN: &str = "••••";
    if let Some((name, domain)) = told.rsplit_once('@') {
        return format!("{}{HIDDEN}@{domain}", name.chars().next().map(String::from).unwrap_or_default());
    }
    let letters: Vec<char> = told.chars().collect();
    match letters.len() {
        0..=4 => HIDDEN.to_owned(),
        len => format!("{HIDDEN}{}", letters[len - 2..].iter().collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn numbers_and_addresses_are_hidden_but_for_their_ends() {
        for (told, shown) in [
            ("+49 30 901820", "••••20"),
            ("2001", "••••"),
            ("20012", "••••12"),
            ("", "••••"),
            ("ada@example.org", "a••••@example.org"),
            ("@example.org", "••••@example.org"),
            ("äöü12ß", "••••2ß"),
        ] {
            assert_eq!(mask(told), shown, "{told}");
        }
    }
}
