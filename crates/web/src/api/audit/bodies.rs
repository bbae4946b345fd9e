//! What documents held before and after a change, without secrets and without what the reader may not see.

use crate::api::boards::{redacted, struck};
use crate::error::ApiError;
use crate::settings::kinds;
use crate::state::State;
use actors::web::alerts::RULE;
use model::{Object, ObjectType, Text};
use ports::audit::Entry;
use ports::documents::Document;
use ports::grants::Scope;
use serde_json::{Value, json};

/// Versions that stores keep.
const VERSIONS_MAX: usize = 100;

/// Secrets: that they changed is told, what they are is not.
const HIDDEN: [(&str, &str); 2] = [(kinds::USER, "/password"), (RULE, "/rule/webhook")];

/// What stands for a secret, and for another one in its place.
const SECRET: (&str, &str) = ("…", "… (another one)");

/// What an entry changed.
pub(super) struct Bodies {
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
    pub(super) contents: &'static str,
}

/// What a document is called, as far as that is still known and may be told.
pub(super) async fn title(state: &State, scope: &Scope, entry: &Entry) -> Result<Option<String>, ApiError> {
    let documents = &state.ports.documents;
    let present = documents.get(&entry.kind, &entry.id).await?;
    let known = match present {
        Some(document) => Some(document),
        None => documents.versions(&entry.kind, &entry.id, 1).await?.pop(),
    };
    let Some(Document { body, .. }) = known.filter(|document| may_tell(scope, &entry.kind, &document.body))
    else {
        return Ok(None);
    };
    let place = match entry.kind.as_str() {
        RULE => "/rule/title",
        kinds::NOTE => "/text",
        kinds::USER => "/name",
        _ => "/title",
    };
    Ok(body.pointer(place).and_then(Value::as_str).map(str::to_owned))
}

/// A note about a queue is for those who may see the queue.
fn may_tell(scope: &Scope, kind: &Text, body: &Value) -> bool {
    let queue = body["queue"].as_str().filter(|_| kind == kinds::NOTE);
    queue.is_none_or(|queue| scope.holds(&Object::new(ObjectType::Queue, queue)))
}

/// The document before and after the entry.
pub(super) async fn of(state: &State, scope: &Scope, entry: &Entry) -> Result<Bodies, ApiError> {
    let nothing = |contents| Bodies { before: None, after: None, contents };
    if entry.before == 0 && entry.after == 0 {
        return Ok(nothing("nothing"));
    }
    // Patterns of accounts, conditions of rules and the like name objects in ways that can't be told apart.
    let is_told_in_part = entry.kind == kinds::BOARD || entry.kind == kinds::TEMPLATE;
    if *scope != Scope::Everything && !is_told_in_part {
        return Ok(nothing("withheld"));
    }
    let documents = &state.ports.documents;
    let mut known = documents.versions(&entry.kind, &entry.id, VERSIONS_MAX).await?;
    known.extend(documents.get(&entry.kind, &entry.id).await?);
    let body = |revision: u64| {
        let found = known.iter().find(|document| revision != 0 && document.revision == revision);
        found.map(|document| document.body.clone())
    };
    let (mut before, mut after) = (body(entry.before), body(entry.after));
    if before.is_some() != (entry.before != 0) || after.is_some() != (entry.after != 0) {
        return Ok(nothing("gone"));
    }
    for (_, place) in HIDDEN.iter().filter(|(kind, _)| entry.kind == *kind) {
        hide(place, before.as_mut(), after.as_mut());
    }
    if *scope != Scope::Everything {
        before = seen(state, scope, &entry.kind, before).await?;
        after = seen(state, scope, &entry.kind, after).await?;
    }
    Ok(Bodies { before, after, contents: "told" })
}

async fn seen(
    state: &State,
    scope: &Scope,
    kind: &Text,
    body: Option<Value>,
) -> Result<Option<Value>, ApiError> {
    match body {
        None => Ok(None),
        Some(body) if kind == kinds::BOARD => {
            // To whom it is shared names no object.
            let share = body.get("share").cloned();
            let mut body = redacted(state, scope, body).await?;
            if let Some(share) = share {
                body["share"] = share;
            }
            Ok(Some(body))
        }
        Some(body) => struck(state, scope, body).await.map(Some),
    }
}

fn hide(place: &str, before: Option<&mut Value>, after: Option<&mut Value>) {
    let (one, other) = SECRET;
    let mut before = before.and_then(|body| body.pointer_mut(place)).filter(|secret| !secret.is_null());
    let after = after.and_then(|body| body.pointer_mut(place)).filter(|secret| !secret.is_null());
    if let Some(after) = after {
        let differs = before.as_ref().is_some_and(|before| **before != *after);
        *after = json!(if differs { other } else { one });
    }
    if let Some(before) = before.as_mut() {
        **before = json!(one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_a_secret_changed_is_told_and_not_what_it_is() {
        let with = |password: &str| json!({ "user": "ann", "password": password });
        let hidden = |mut before: Value, mut after: Value| {
            hide("/password", Some(&mut before), Some(&mut after));
            (before["password"] == after["password"], format!("{before}{after}"))
        };
        let (is_same, text) = hidden(with("first"), with("second"));
        assert!(!is_same && !text.contains("first") && !text.contains("second"), "{text}");
        let (is_same, text) = hidden(with("first"), with("first"));
        assert!(is_same && !text.contains("first"), "{text}");
    }
}
