//! When and where in the batch something happens, and what comes with it.

use model::item::{Attached, CallKind, ConnIx, Item, What};
use model::object::ObjectIx;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::sync::Arc;

/// Data attached to an action; shared by all actions that a record causes.
pub type Data = Option<Arc<Attached>>;

/// A handful of objects, kept in place while there are at most four.
pub type Few = SmallVec<[ObjectIx; 4]>;

/// The moment of an event: its step in the batch and its times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The number of the record, or of the check between records, within the batch: decides the order.
    pub step: u32,
    /// `received`, never before an instant that was already complete.
    pub at: Micros,
    /// The source's own time.
    pub time: Micros,
}

/// Records after `from` are lost (contracts part 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The last moment of which everything is known.
    pub from: Micros,
    /// What was in progress then counts for nothing (row 131).
    pub unsaved: bool,
}

impl Loss {
    /// How long what began at `begun` is known to have gone on; negative if that counts for nothing.
    pub(crate) fn span(self, begun: Micros) -> Micros {
        if self.unsaved { Micros(-1) } else { (self.from - begun).max(Micros::ZERO) }
    }

    /// Until when a status is known to have held.
    pub(crate) fn last_seen(self) -> Micros {
        if self.unsaved { Micros(i64::MIN) } else { self.from }
    }
}

/// A durable action in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Tells it from the object's other actions in progress.
    pub id: u32,
    /// Which action.
    pub action: model::Action,
    /// The type of its call when it began; as long as it runs it counts as one of that type.
    #[serde(default)]
    pub call: Option<CallKind>,
    /// When it began for intervals.
    pub begun: Micros,
    /// The same by the source's clock.
    pub begun_source: Micros,
    /// Since when it runs as the snapshot tells (rule Q-10); else `begun`. Retrospective actions reckon from it.
    pub since: Micros,
    /// The same by the source's clock.
    pub since_source: Micros,
    /// The agent who was logged in when it began (rule O-2).
    pub owner: Option<ObjectIx>,
}

impl Running {
    /// An action that begins now.
    pub(crate) fn new(id: u32, action: model::Action, stamp: Stamp, owner: Option<ObjectIx>) -> Self {
        Self {
            id,
            action,
            call: None,
            begun: stamp.at,
            begun_source: stamp.time,
            since: stamp.at,
            since_source: stamp.time,
            owner,
        }
    }

    /// The same, known to have begun earlier: the told time is taken for both clocks (rule Q-10).
    pub(crate) fn told_since(mut self, told: Option<Micros>) -> Self {
        if let Some(told) = told {
            self.since = told;
            self.since_source = told;
        }
        self
    }
}

/// The call that an action is about, with its type as the party knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    pub(crate) conn: ConnIx,
    pub(crate) call: Option<CallKind>,
}

impl From<ConnIx> for About {
    fn from(conn: ConnIx) -> Self {
        Self { conn, call: None }
    }
}

impl From<(ConnIx, CallKind)> for About {
    fn from((conn, call): (ConnIx, CallKind)) -> Self {
        Self { conn, call: Some(call) }
    }
}

/// An item about an object that is about no call.
pub(crate) fn item(stamp: Stamp, object: ObjectIx, what: What) -> Item {
    let (at, start) = (stamp.at, stamp.at);
    let (conn, by) = (ConnIx::NONE, ObjectIx::NONE);
    Item { at, start, source_span: Micros::ZERO, object, conn, call: None, by, data: u32::MAX, what }
}

/// Whether two pieces of data are the same; shared ones are seen at once.
pub(crate) fn same_data(one: &Data, other: &Data) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other) || one == other,
        (None, None) => true,
        _ => false,
    }
}
