//! Boards as they are stored: whose they are, and what of them may be told to whom.

use crate::api::objects::PATIENCE;
use crate::error::ApiError;
use crate::settings::kinds;
use crate::state::State;
use access::{Right, Share};
use actors::web::boards::Board;
use actors::web::hub::Unseen;
use model::Text;
use ports::documents::Document;
use ports::grants::{Scope, Viewer};
use serde_json::Value;
use std::collections::BTreeSet;

/// To whom a stored board is shared. What can't be read is shared to nobody.
pub(crate) fn share_of(body: &Value) -> Option<Share> {
    match &body["share"] {
        Value::Null => None,
        share => Some(serde_json::from_value(share.clone()).unwrap_or_default()),
    }
}

/// What somebody may do with a stored board.
pub(crate) fn right_of(viewer: &Viewer, body: &Value) -> Option<Right> {
    Right::of(&viewer.user, &viewer.roles, share_of(body).as_ref())
}

/// A board with which one may do this. One that may not be looked at is not there.
pub(crate) async fn find(
    state: &State,
    viewer: &Viewer,
    id: &str,
    wanted: Right,
) -> Result<(Document, Right), ApiError> {
    let found = state.ports.documents.get(kinds::BOARD, id).await?;
    let found = found.and_then(|document| right_of(viewer, &document.body).map(|right| (document, right)));
    let (document, right) = found.ok_or_else(|| {
        ApiError::not_found("there is no such board")
            .cure("it may have been removed, or is not shared to you")
    })?;
    if right < wanted {
        return Err(ApiError::forbidden("this board may be looked at, but not this")
            .cure("ask its owner to share it for more, or an administrator for the privilege to manage shared boards"));
    }
    Ok((document, right))
}

/// A stored board as somebody with this scope may read it.
pub(crate) async fn redacted(state: &State, scope: &Scope, mut body: Value) -> Result<Value, ApiError> {
    if let Some(body) = body.as_object_mut() {
        body.remove("share");
    }
    if *scope == Scope::Everything {
        return Ok(body);
    }
    if let Ok(mut board) = serde_json::from_value::<Board>(body.clone()) {
        board.redact(scope);
        body = serde_json::json!(board);
    } else {
        // What can't be read can't be told apart.
        body["widgets"] = Value::Array(Vec::new());
    }
    let mut words = BTreeSet::new();
    gather(&body["widgets"], &mut words);
    let unseen = state.hub.ask(Unseen { words, scope: scope.clone() }, PATIENCE).await?;
    for widget in body["widgets"].as_array_mut().into_iter().flatten() {
        strike(&mut widget["options"], &unseen);
    }
    Ok(body)
}

/// The body of a template with those words of its settings taken out that name what this scope does not hold.
pub(crate) async fn struck(state: &State, scope: &Scope, mut body: Value) -> Result<Value, ApiError> {
    if *scope == Scope::Everything {
        return Ok(body);
    }
    // A template is for all objects; one that was stored otherwise must not tell which.
    if !body["widget"]["query"].is_null() {
        body["widget"]["query"]["objects"] = "*".into();
    }
    let mut words = BTreeSet::new();
    gather(&body["widget"]["options"], &mut words);
    let unseen = state.hub.ask(Unseen { words, scope: scope.clone() }, PATIENCE).await?;
    strike(&mut body["widget"]["options"], &unseen);
    Ok(body)
}

/// All words of a JSON value.
fn gather(value: &Value, words: &mut BTreeSet<Text>) {
    match value {
        Value::String(word) => drop(words.insert(word.as_str().into())),
        Value::Array(values) => values.iter().for_each(|value| gather(value, words)),
        Value::Object(keys) => {
            for (key, value) in keys {
                words.insert(key.as_str().into());
                gather(value, words);
            }
        }
        _ => {}
    }
}

/// Takes words out of a JSON value.
fn strike(value: &mut Value, words: &BTreeSet<Text>) {
    let is_struck = |value: &Value| value.as_str().is_some_and(|word| words.contains(word));
    match value {
        Value::Array(values) => {
            values.retain(|value| !is_struck(value));
            values.iter_mut().for_each(|value| strike(value, words));
        }
        Value::Object(keys) => {
            keys.retain(|key, value| !words.contains(key.as_str()) && !is_struck(value));
            keys.values_mut().for_each(|value| strike(value, words));
        }
        _ => {}
    }
}
