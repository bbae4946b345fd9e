//! The statistics interface (contracts, part 5): what routers and servers ask a DCU, and what they are told.

use model::Text;
use model::record::KeyValues;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Follow a statistic of some objects.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// The client's number for it, in all that follows.
    pub id: u64,
    /// What is to be computed.
    pub definition: Asked,
    /// Ids of objects; `*`: all of the definition's type.
    pub objects: Vec<Text>,
    /// `ChangesBased`, `TimeBased`, `ResetBased` or `NoNotification`; the first if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Text>,
    /// Seconds between two looks at what time alone changes, and between two sendings by time; 10 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency: Option<u32>,
    /// The least change: units of a count or of seconds, percent of everything else; 0 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insensitivity: Option<u32>,
}

/// A definition in the words of the library.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// A stat type.
    pub stat_type: Text,
    /// The type of the objects: `Agent`, `GroupAgents`, `Queue` ...
    pub object_type: Text,
    /// A time profile; `Default` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_profile: Option<Text>,
    /// A time range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_range: Option<Text>,
    /// The second time range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_range2: Option<Text>,
    /// A filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Text>,
}

/// Tell the present values, now; also where nothing is told by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peek {
    /// Which statistic.
    pub id: u64,
}

/// Follow no longer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Close {
    /// Which statistic.
    pub id: u64,
}

/// Values of a statistic.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Info {
    /// Which statistic.
    pub id: u64,
    /// The event time that the values hold for.
    pub at: Micros,
    /// Where their interval begins.
    pub from: Micros,
    /// Some of the objects.
    pub rows: Vec<Row>,
    /// It answers a peek.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub peek: bool,
}

/// The value of one object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The object's id.
    pub object: Text,
    /// A number; absent for states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// A state; absent for numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Condition>,
    /// There was nothing to compute it from.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub empty: bool,
    /// A source of the object is lost: the value can't be trusted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub invalid: bool,
    /// The interval meets a gap in what a source told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
}

/// The state of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The status.
    pub status: Text,
    /// Since when.
    pub since: Micros,
    /// Why, where the category asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<KeyValues>,
    /// Of groups: the status of each member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<BTreeMap<Text, Text>>,
    /// Of CurrentTargetState: all targets in a snapshot, later those that were added or updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<BTreeMap<Text, Target>>,
    /// Of CurrentTargetState: targets that were removed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<Text>,
    /// Of CurrentTargetState: `targets` are all that there are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub snapshot: bool,
}

/// An agent or place that a router may send to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its status.
    pub status: Text,
    /// Since when.
    pub since: Micros,
    /// By medium: how many channels there are, how many of them could take one more, how many interactions are there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub media: BTreeMap<Text, (u32, u32, u32)>,
}

/// Values can, or can't, be trusted from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// Which statistic.
    pub id: u64,
    /// Since when, in event time.
    pub at: Micros,
    /// Of which objects.
    pub objects: Vec<Text>,
}

/// Something can't be done; the link goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// Which statistic.
    pub id: u64,
    /// For programs: `definition`, `object`, `id`, `full`, `unavailable`.
    pub code: Text,
    /// For people: cause and cure.
    pub text: Text,
}
