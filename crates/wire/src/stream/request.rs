//! What a browser asks for.

use model::{ObjectType, Text};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One message of a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Request {
    /// Follow a table of values.
    Open(Open),
    /// Follow it no longer.
    Close {
        /// As in `open`.
        id: u32,
    },
    /// All up to `seq` has been drawn.
    Ack {
        /// As in `open`.
        id: u32,
        /// The last frame that was drawn.
        seq: u64,
    },
}

/// Follow a table: a query of one's own, or that of a widget of a stored board.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Chosen by the browser, unique among its open tables.
    pub id: u32,
    /// What to show; else `board` and `widget` tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Query>,
    /// A stored board.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board: Option<Text>,
    /// A widget of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub widget: Option<Text>,
    /// Go on after this frame, if the server still can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Mark>,
    /// The browser understands `from` in deltas: one that stands for several.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub merge: bool,
}

/// A frame of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its generation.
    #[serde(rename = "gen")]
    pub generation: u64,
    /// Its number.
    pub seq: u64,
}

/// A table: objects as rows, statistics as columns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// The type of all its objects.
    pub object_type: ObjectType,
    /// Which.
    pub objects: Objects,
    /// The columns, in this order.
    pub statistics: Vec<StatisticRef>,
}

impl Default for Query {
    fn default() -> Self {
        Self { object_type: ObjectType::Queue, objects: Objects::All, statistics: Vec::new() }
    }
}

/// Which objects: `"*"` or a list of ids.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Objects {
    /// All that there are, and those that come.
    All,
    /// These.
    These(Vec<Text>),
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ObjectsText {
    Word(Text),
    List(Vec<Text>),
}

impl Serialize for Objects {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("*"),
            Self::These(ids) => ids.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Objects {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match ObjectsText::deserialize(deserializer) {
            Ok(ObjectsText::Word(word)) if word == "*" => Ok(Self::All),
            Ok(ObjectsText::List(ids)) => Ok(Self::These(ids)),
            _ => Err(serde::de::Error::custom("objects: expected \"*\" or a list of ids")),
        }
    }
}

/// A column: the name of a stat type, one with its own profile, range or filter, or a formula of other columns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a statistic: its name, {stat_type, time_profile?, time_range?, filter?, title?, name?}, or {formula, title?, unit?, name?}"
)]
pub enum StatisticRef {
    /// All by default.
    Name(Text),
    /// In full.
    Full(Statistic),
    /// Computed from other columns of the query.
    Formula(Formula),
}

/// A statistic in full.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statistic {
    /// A stat type of the library.
    pub stat_type: Text,
    /// A time profile of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_profile: Option<Text>,
    /// A time range of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_range: Option<Text>,
    /// A second time range, for service factors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_range2: Option<Text>,
    /// A filter of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Text>,
    /// A heading of one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// What formulas call it, where the stat type's name would not do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
}

/// A column that is computed from other columns of the same query.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    /// How (docs/protocol-stream.md, *Formulas*).
    pub formula: Text,
    /// A heading; else its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// `count`, `seconds`, `percent`, `number`; else what it comes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Text>,
    /// What other formulas call it; else its heading, else the formula itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
}
