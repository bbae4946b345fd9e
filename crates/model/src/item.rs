//! What object brains tell statistics: actions that begin, end and happen; statuses; memberships.

use crate::Text;
use crate::action::Action;
use crate::object::{Object, ObjectIx};
use crate::record::KeyValues;
use crate::status::Status;
use crate::time::Micros;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A connection id, numbered densely within one engine; [`ConnIx::NONE`] for what belongs to no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnIx(pub u32);

impl ConnIx {
    /// No call.
    pub const NONE: Self = Self(u32::MAX);
}

/// The type of a call, for actions that are told apart by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the definitions")]
#[repr(u8)]
pub enum CallKind {
    Unknown,
    Internal,
    Inbound,
    Outbound,
    Consult,
}

impl CallKind {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 5] = [Self::Unknown, Self::Internal, Self::Inbound, Self::Outbound, Self::Consult];

    /// The word that masks put behind an action's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "Unknown",
            Self::Internal => "Internal",
            Self::Inbound => "Inbound",
            Self::Outbound => "Outbound",
            Self::Consult => "Consult",
        }
    }
}

/// One fact about one object. Items of a batch stand in the order of their instants; within an instant in the
/// order of rule A-4, and a status comes after the actions of its instant (rule Q-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The instant (a `received`) that decides intervals.
    pub at: Micros,
    /// `Ended`, `Happened`: where the reported stretch began; `Began`, `Status`: since when (earlier than `at`
    /// where a snapshot tells a start before the return: current times run from it, intervals from `at`). For
    /// instantaneous actions without duration equal to `at`.
    pub start: Micros,
    /// The same stretch by the source's clock, `source_end - source_start`, where UseSourceTimeStamps asks.
    pub source_span: Micros,
    /// Whose it is: the device, agent, place or mediation DN itself; groups are reached by membership.
    pub object: ObjectIx,
    /// The call, if it is about one.
    pub conn: ConnIx,
    /// The type of that call, as the party knows it (rule A-5); `None` where it is about no call.
    #[serde(default)]
    pub call: Option<CallKind>,
    /// The agent whose work a mediation DN reports (rule Q-32); [`ObjectIx::NONE`] for all else.
    pub by: ObjectIx,
    /// Data attached to the action (index into the batch's table); `u32::MAX` for none.
    pub data: u32,
    /// What happened.
    pub what: What,
}

/// The kinds of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// A durable action began; `id` is unique among the object's ongoing ones.
    Began {
        /// Which.
        action: Action,
        /// Tells it from others of its kind until its end.
        id: u32,
    },
    /// That durable action ended.
    Ended {
        /// Which.
        action: Action,
        /// As in `Began`.
        id: u32,
    },
    /// Records were lost, and with them the end of that durable action: it was last seen `source_span` after `start`
    /// (rule X-1). Nothing of it counts if that is negative (row 131).
    Lost {
        /// Which.
        action: Action,
        /// As in `Began`.
        id: u32,
    },
    /// A durable action goes on with other data or under another call (`Item::data`, `Item::conn`); its start
    /// stays. A change of a status's data is told by `Status` with the same status and start.
    Changed {
        /// Which.
        action: Action,
        /// As in `Began`.
        id: u32,
    },
    /// An instantaneous action happened.
    Happened {
        /// A momentary or retrospective action.
        action: Action,
    },
    /// The object's status changed at the end of the instant.
    Status {
        /// To what.
        to: Status,
    },
    /// Records were lost: what the object's status was from `start` on nobody knows, until the next `Status` (rule
    ///
    Unseen,
    /// The object is a member of `group` from the end of this instant on (rule Q-44).
    Joined {
        /// The group.
        group: ObjectIx,
    },
    /// The object is no longer a member of `group`.
    Left {
        /// The group.
        group: ObjectIx,
    },
    /// So many records of a calling list are still to be dialled.
    Records {
        /// How many.
        left: u32,
    },
    /// Values of the object became invalid (rule X-4), or valid again.
    Validity {
        /// Whether all its DNs are monitored.
        valid: bool,
    },
}

/// A record, by its place in its source's numbering.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cause {
    /// The source.
    pub source: Text,
    /// Its epoch; 0 where the record has no number.
    pub epoch: u64,
    /// Its number.
    pub seq: u64,
}

/// A batch of items, in order. All instants up to and including `through` are complete in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Items {
    /// Objects seen for the first time, before any item of theirs.
    pub appeared: Vec<(ObjectIx, Object)>,
    /// The facts.
    pub items: Vec<Item>,
    /// What `Item::data` points into.
    pub data: Vec<Attached>,
    /// Objects that the configuration took away (false) or brought back (true), in order: `*` selections follow.
    #[serde(default)]
    pub presence: Vec<(ObjectIx, bool)>,
    /// By item: the record that caused it, where a check did not; empty unless that was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Option<Cause>>,
    /// Spans in which records of a source were lost, with the objects that they touch.
    pub gaps: Vec<GapSpan>,
    /// The clock up to which the batch is complete.
    pub through: Micros,
}

/// What an action or a status carries besides its times (statistics rule A-12), for filters and for screens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// Reason codes.
    pub reasons: Option<Arc<KeyValues>>,
    /// The call's user data.
    pub user_data: Option<Arc<KeyValues>>,
    /// The switch's extensions.
    pub extensions: Option<Arc<KeyValues>>,
    /// The mediation DN that distributed the call.
    pub this_queue: Option<Text>,
    /// The caller's number.
    pub ani: Option<Text>,
    /// The number called.
    pub dnis: Option<Text>,
    /// The customer, or tenant.
    pub customer_id: Option<Text>,
    /// The medium.
    pub media_type: Option<Text>,
    /// The treatment.
    pub treatment_type: Option<Text>,
}

/// Records of `from..=to` are lost for good for these objects: values whose interval meets it are partial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapSpan {
    /// The last moment that is whole.
    pub from: Micros,
    /// The first moment that is known again.
    pub to: Micros,
    /// Whose values it touches.
    pub objects: Vec<ObjectIx>,
}
