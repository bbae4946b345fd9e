//! One cell as a browser gets it.

use model::Text;
use model::time::Micros;
use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// A value with its age and its quality.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The value; `null` with a `reason` where there is none.
    pub v: Value,
    /// The event time (µs) as of which it last changed; it holds up to the `at` of the frame.
    pub at: Micros,
    /// Quality; absent when all is well.
    #[serde(default, skip_serializing_if = "Flags::is_empty")]
    pub flags: Flags,
    /// Why there is no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A count, seconds, a percentage: the column's unit tells.
    Number(f64),
    /// The value of a state.
    State(StateValue),
    /// Nothing.
    Null,
}

/// A state with its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateValue {
    /// The status's name.
    pub status: Text,
    /// Since when (µs).
    pub since: Micros,
    /// Reason codes; present also when empty.
    #[serde(default)]
    pub reasons: BTreeMap<Text, Text>,
    /// On groups: the members' statuses by agent id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<Text, Text>,
}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing has been computed yet.
    NoData,
    /// The source that would tell is away.
    SourceDown,
    /// The viewer may not see it.
    NotPermitted,
    /// The definition can't be computed for this object.
    NotComputable,
}

/// Quality bits, written as a list of words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub u8);

/// In the order of their bits.
const WORDS: [&str; 4] = ["empty", "invalid", "partial", "stale"];

impl Flags {
    /// No news of it for too long.
    pub const STALE: Self = Self(8);

    /// All is well.
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }
}

impl Serialize for Flags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let words = WORDS.iter().enumerate().filter(|(bit, _)| self.0 & (1 << bit) != 0);
        let mut list = serializer.serialize_seq(Some(words.clone().count()))?;
        for (_, word) in words {
            list.serialize_element(word)?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for Flags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Flags;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of flags")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Flags, A::Error> {
                let mut bits = 0;
                while let Some(word) = list.next_element::<Text>()? {
                    // A word that a later version added tells an older reader nothing.
                    if let Some(bit) = WORDS.iter().position(|known| *known == word) {
                        bits |= 1 << bit;
                    }
                }
                Ok(Flags(bits))
            }
        }
        deserializer.deserialize_seq(Words)
    }
}
