//! Which kinds of widgets people may put on boards.
//!
//! **Invariant:** nobody puts a widget on a board whose kind is off for them; what lies there already stays, and can be
//! moved and removed.

use crate::settings::kinds;
use crate::state::State;
use actors::web::boards::{Board, Kind};
use model::Text;
use ports::StoreError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The id of the setting.
pub(crate) const ID: &str = "widgets";

/// For whom kinds of widgets are on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Activation {
    /// Kinds that are not for everybody, with the roles that they are for: none named, for nobody.
    #[serde(default)]
    pub(crate) only: BTreeMap<Kind, Vec<Text>>,
}

impl Activation {
    /// As it is stored, with its revision: 0 where nobody has said anything yet.
    pub(crate) async fn of(state: &State) -> Result<(Self, u64), StoreError> {
        let Some(document) = state.ports.documents.get(kinds::SETTING, ID).await? else {
            return Ok((Self::default(), 0));
        };
        let revision = document.revision;
        let read = serde_json::from_value(document.body).map_err(|error| {
            StoreError::Corrupt(format!(
                "the setting '{ID}' cannot be read: {error}; put back an earlier version"
            ))
        });
        read.map(|activation| (activation, revision))
    }

    /// Whether somebody with these roles may put such a widget on a board.
    pub(crate) fn is_on(&self, kind: Kind, roles: &[Text]) -> bool {
        self.only.get(&kind).is_none_or(|only| roles.iter().any(|role| only.contains(role)))
    }

    /// Whether nobody may, and such widgets show nothing.
    pub(crate) fn is_off(&self, kind: Kind) -> bool {
        self.only.get(&kind).is_some_and(Vec::is_empty)
    }

    /// The first widget of a board that these roles may not put there; what was there before stays.
    pub(crate) fn refused<'a>(
        &self,
        board: &'a Board,
        before: Option<&Board>,
        roles: &[Text],
    ) -> Option<(&'a str, Kind)> {
        let was_there = |id: &Text, kind: Kind| {
            before.is_some_and(|before| before.widgets.iter().any(|old| old.id == *id && old.kind == kind))
        };
        let mut added = board.widgets.iter().filter(|widget| !was_there(&widget.id, widget.kind));
        added
            .find(|widget| !self.is_on(widget.kind, roles))
            .map(|widget| (widget.title.as_str(), widget.kind))
    }
}

/// A kind as JSON calls it.
pub(crate) fn word(kind: Kind) -> String {
    serde_json::json!(kind).as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn board(kinds: &[&str]) -> Board {
        let widget = |(n, kind): (usize, &&str)| json!({ "id": format!("w{n}"), "kind": kind, "title": kind, "x": 0, "y": n, "w": 2, "h": 1, "options": {} });
        let widgets: Vec<_> = kinds.iter().enumerate().map(widget).collect();
        serde_json::from_value(json!({ "id": "b", "title": "B", "widgets": widgets })).unwrap()
    }

    #[test]
    fn what_is_off_is_not_added_and_what_was_there_stays() {
        let activation: Activation =
            serde_json::from_value(json!({ "only": { "iframe": [], "text": ["lead"] } })).unwrap();
        let (lead, editor) = ([Text::from("lead")], [Text::from("editor")]);
        assert!(activation.is_on(Kind::Text, &lead) && !activation.is_on(Kind::Text, &editor));
        assert!(activation.is_off(Kind::Iframe) && !activation.is_off(Kind::Text));
        let both = board(&["text", "iframe"]);
        assert_eq!(activation.refused(&both, None, &editor), Some(("text", Kind::Text)));
        assert_eq!(activation.refused(&both, None, &lead), Some(("iframe", Kind::Iframe)));
        assert_eq!(activation.refused(&both, Some(&both), &editor), None);
        assert_eq!(activation.refused(&both, Some(&board(&["text"])), &lead), Some(("iframe", Kind::Iframe)));
        assert_eq!(activation.refused(&board(&["alerts"]), Some(&board(&["iframe"])), &editor), None);
    }
}
