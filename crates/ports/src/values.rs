//! Current values: handed over from the DCU to the web, with their age and their quality.

use crate::Result;
use crate::slots::Fences;
use async_trait::async_trait;
use model::time::Micros;
use model::{Object, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Quality of a value (contracts, part 7), as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Flags(pub u8);

impl Flags {
    /// Nothing was there to compute it from (rule Q-42).
    pub const EMPTY: Self = Self(1);
    /// A DN of the object is not monitored (rules ).
    pub const INVALID: Self = Self(2);
    /// The interval touches a gap.
    pub const PARTIAL: Self = Self(4);
    /// No news of it for too long.
    pub const STALE: Self = Self(8);

    /// Both.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Why there is no value at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Nothing has been computed yet.
    NoData,
    /// The source that would tell is away.
    SourceDown,
    /// The viewer may not see it.
    NotPermitted,
    /// The definition can't be computed for this object.
    NotComputable,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Content {
    /// A count, seconds, a percentage: the definition knows.
    Number(f64),
    /// The value of a state category.
    State(State),
    /// No value, and why.
    Missing(Missing),
}

/// The value of CurrentState and CurrentStateReasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The status's name.
    pub status: Text,
    /// Since when.
    pub since: Micros,
    /// Reason codes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<Text, Text>,
    /// On groups: the members' statuses by agent id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<Text, Text>,
}

/// One value: what, how good, as of when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// What.
    pub content: Content,
    /// How good.
    pub flags: Flags,
    /// The event time as of which it holds.
    pub at: Micros,
}

/// Cells of one definition within one slot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Whose cells: the key of a [`crate::demand::Wanted`].
    pub definition: Text,
    /// Which of the 256.
    pub slot: u8,
    /// Changes with the producer: the fence under which it owns the slot. Never falls.
    pub generation: u64,
    /// Gapless within a generation, from 1.
    pub seq: u64,
    /// The event time up to which these cells hold; never goes back within a generation.
    pub at: Micros,
    /// True when the rows are all there are; else those that changed. The first block of a generation (`seq` 1)
    /// counts as whole in any case.
    pub whole: bool,
    /// The cells.
    pub rows: Vec<(Object, Cell)>,
    /// Rows that no longer exist.
    pub gone: Vec<Object>,
}

/// How a source stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceStatus {
    /// Events flow.
    Live,
    /// Connected, the picture is not yet whole.
    Starting,
    /// The link to the PBX is down.
    Down,
    /// Nothing was heard for more than 3 s.
    Stalled,
}

/// One source as the DCU sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceState {
    /// Its name.
    pub source: Text,
    /// How it stands.
    pub status: SourceStatus,
    /// Since when.
    pub since: Micros,
    /// For people: cause and cure.
    pub detail: Text,
}

/// An object as screens name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectInfo {
    /// Which.
    pub object: Object,
    /// A name for people.
    pub name: Text,
    /// Groups that hold it.
    pub groups: Vec<Text>,
}

/// What a DCU hands over at once. Comes at least every second of event time, also when nothing changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Publication {
    /// Which DCU.
    pub producer: Text,
    /// Its generation: changes when it starts anew.
    pub generation: u64,
    /// The event time up to which all its values hold.
    pub at: Micros,
    /// Changed cells.
    pub blocks: Vec<Block>,
    /// Objects that appeared or whose names or groups changed.
    pub objects: Vec<ObjectInfo>,
    /// All sources, when one of them changed.
    pub sources: Vec<SourceState>,
    /// Objects that the configuration took away: neither they nor any value of theirs are shown any more. None of them
    /// is among `objects` of the same publication.
    #[serde(default)]
    pub gone: Vec<Object>,
}

/// What was there when a publication was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// What the same generation had published.
    Kept,
    /// Nothing of this generation: it is the first, or the store has lost what was there, or may have since an earlier one
    /// got no answer. Everything is wanted anew.
    Nothing,
}

/// The hand-over of current values.
#[async_trait]
pub trait Values: Send + Sync {
    /// Keeps the newest cells and tells subscribers; answers what was there before. Refused with `Fenced` if a later
    /// life of the producer has published, or a block's slot has a later owner.
    async fn publish(&self, publication: Publication) -> Result<Before>;

    /// From now on, blocks of these slots are taken under these fences or later ones only: a former owner publishes
    /// nothing more. Answers the event time of the newest values that are there.
    async fn guard(&self, slots: &Fences) -> Result<Micros>;

    /// Everything that is kept: whole blocks of every definition, all objects and sources.
    async fn current(&self) -> Result<Vec<Publication>>;

    /// What is published from now on. Bounded: a subscriber that falls behind is told so by the channel and asks
    /// for `current` again.
    fn subscribe(&self) -> broadcast::Receiver<Arc<Publication>>;
}
