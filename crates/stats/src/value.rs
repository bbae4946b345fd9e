//! What a statistic answers: a number or a state, with flags and the time it holds for (contracts, part 7).

use crate::targets::Target;
use model::record::KeyValues;
use model::{Micros, Status, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One value of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// The value itself.
    pub content: Content,
    /// What must be known about it.
    pub flags: Flags,
    /// The event time that it holds for.
    pub at: Micros,
}

/// A number or a structure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Content {
    /// A count, seconds, a percentage or an average; never NaN or infinite (rule P-9).
    Number(f64),
    /// The state of an object (categories `CurrentState`, `CurrentStateReasons`, `CurrentTargetState`).
    State(State),
}

/// What an object is at present.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The status; on groups that of rule ST-6.
    pub status: Status,
    /// Since when.
    pub since: Micros,
    /// Why, where the state carries reason codes and the category asks for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Arc<KeyValues>>,
    /// On groups: each member's id and status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<BTreeMap<Text, Status>>,
    /// Of `CurrentTargetState`: each agent or place by its id, alone or as a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<BTreeMap<Text, Target>>,
}

/// Flags of a value, one bit each; the bits are those that stores and screens use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Flags(pub u8);

impl Flags {
    /// The denominator was 0, or there was no member to take the extreme of (rules P-7, P-8, Q-42).
    pub const EMPTY: Self = Self(1);
    /// A DN of the object lost its source (rules ).
    pub const INVALID: Self = Self(2);
    /// The interval meets a gap in what a source told (contracts, part 4).
    pub const PARTIAL: Self = Self(4);

    /// These flags and `other`, if `on`.
    pub fn with(self, other: Self, on: bool) -> Self {
        if on { Self(self.0 | other.0) } else { self }
    }

    /// Whether all of `other` are set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// What kind of value a category gives: decides rounding and insensitivity (rules P-6, N-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ValueKind {
    /// A count.
    Count,
    /// Whole seconds.
    Seconds,
    /// 0 to 100, or more.
    Percent,
    /// Any other real number.
    Real,
    /// A [`State`].
    State,
}
