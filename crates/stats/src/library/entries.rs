//! What a library holds: stat types, and statistics that are asked for.

use super::Passage;
use model::{ObjectType, Text};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// A stat type as it is written (statistics 3.1), with what screens want to know.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatType {
    /// The name of its section.
    #[serde(skip)]
    pub name: Text,
    /// Where it is written.
    #[serde(skip)]
    pub passage: Passage,
    /// Types that it is for.
    #[serde(rename = "Objects", deserialize_with = "object_types")]
    pub objects: Vec<ObjectType>,
    /// The category's name.
    #[serde(rename = "Category")]
    pub category: String,
    /// The subject's name.
    #[serde(rename = "Subject")]
    pub subject: String,
    /// The main mask.
    #[serde(default, rename = "MainMask")]
    pub main_mask: Option<String>,
    /// The relative mask.
    #[serde(default, rename = "RelMask")]
    pub rel_mask: Option<String>,
    /// The range that serves requests that name none.
    #[serde(default, rename = "TimeRange")]
    pub time_range: Option<Text>,
    /// The same for the second range of ServiceFactor1.
    #[serde(default, rename = "TimeRange2")]
    pub time_range2: Option<Text>,
    /// The medium.
    #[serde(default, rename = "MediaType")]
    pub media_type: Option<Text>,
    /// Keys of the user data with the values that count, separated by commas (statistics 3.1).
    #[serde(default, rename = "BusinessAttributes")]
    pub business_attributes: BTreeMap<Text, Text>,
    /// Durations by the source's clock.
    #[serde(default, rename = "UseSourceTimeStamps", deserialize_with = "yes_or_no")]
    pub use_source_time: bool,
    /// Rule ST-7.
    #[serde(default, rename = "ReasonStartOverridesStatusStart", deserialize_with = "yes_or_no")]
    pub reason_restarts: bool,
    /// `DistByConnID` or an expression.
    #[serde(default, rename = "Formula", alias = "Expression")]
    pub formula: Option<Text>,
    /// What the number says, in the words of the floor.
    #[serde(default, rename = "Description")]
    pub description: Text,
    /// A column's head.
    #[serde(default, rename = "Title")]
    pub title: Text,
    /// `count`, `seconds`, `percent`, `number` or `status`.
    #[serde(default, rename = "Unit")]
    pub unit: Text,
}

/// One `[[statistic]]`: a stat type for some objects.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Where it is written, if it is.
    #[serde(skip)]
    pub passage: Passage,
    /// How its values are marked.
    pub name: Text,
    /// The stat type's name.
    pub stat_type: Text,
    /// Objects by name; `*` for all of the types allowed.
    pub objects: Vec<Text>,
    /// The type of the objects; optional while unambiguous.
    #[serde(default, deserialize_with = "maybe_object_type")]
    pub object_type: Option<ObjectType>,
    /// A time profile's name; `Default` if absent.
    #[serde(default)]
    pub time_profile: Option<Text>,
    /// A time range's name.
    #[serde(default)]
    pub time_range: Option<Text>,
    /// The second range's name, for ServiceFactor1.
    #[serde(default)]
    pub time_range2: Option<Text>,
    /// A filter's name, or a condition.
    #[serde(default)]
    pub filter: Option<Text>,
    /// RFC 3339; the first record's `received` if absent.
    #[serde(default)]
    pub opened_at: Option<Text>,
    /// RFC 3339: from then on it is not asked for; nothing is answered.
    #[serde(default)]
    pub closed_at: Option<Text>,
    /// RFC 3339: it is asked for again, and finds its values if it was closed for less than an hour (rule X-12).
    #[serde(default)]
    pub reopened_at: Option<Text>,
    /// `ChangesBased`, `TimeBased`, `NoNotification` or `ResetBased`.
    #[serde(default)]
    pub notification: Option<Text>,
    /// Seconds between looks or sendings.
    #[serde(default)]
    pub frequency: Option<u32>,
    /// The least change that is worth sending.
    #[serde(default)]
    pub insensitivity: Option<u32>,
}

impl Request {
    /// A request that leaves everything else open.
    pub fn named(name: &str, stat_type: &str, object: &str) -> Self {
        Self {
            passage: Passage::default(),
            name: name.into(),
            stat_type: stat_type.into(),
            objects: vec![object.into()],
            object_type: None,
            time_profile: None,
            time_range: None,
            time_range2: None,
            filter: None,
            opened_at: None,
            closed_at: None,
            reopened_at: None,
            notification: None,
            frequency: None,
            insensitivity: None,
        }
    }
}

fn object_type<E: serde::de::Error>(name: &str) -> Result<ObjectType, E> {
    ObjectType::parse(name.trim()).ok_or_else(|| E::custom(format!("unknown object type `{name}`")))
}

/// A list, or one text with commas.
fn object_types<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<ObjectType>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Names {
        List(Vec<String>),
        Line(String),
    }
    match Names::deserialize(from)? {
        Names::List(names) => names.iter().map(|name| object_type(name)).collect(),
        Names::Line(line) => line.split(',').map(object_type).collect(),
    }
}

fn maybe_object_type<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ObjectType>, D::Error> {
    String::deserialize(from).and_then(|name| object_type(&name)).map(Some)
}

/// `yes`, `no` or a boolean.
fn yes_or_no<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Word {
        Plain(bool),
        Text(String),
    }
    match Word::deserialize(from)? {
        Word::Plain(is) => Ok(is),
        Word::Text(word) if word.eq_ignore_ascii_case("yes") => Ok(true),
        Word::Text(word) if word.eq_ignore_ascii_case("no") => Ok(false),
        Word::Text(word) => Err(serde::de::Error::custom(format!("`{word}` is neither yes nor no"))),
    }
}
