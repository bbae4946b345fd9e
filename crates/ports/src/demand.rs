//! Which statistics are wanted: asked for by the web, opened by DCUs.

use crate::Result;
use async_trait::async_trait;
use model::{Micros, ObjectType, Text};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

/// One definition, asked for. Two boards that ask for the same share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Wanted {
    /// A stat type of the library.
    pub stat_type: Text,
    /// For objects of this type.
    pub object_type: ObjectType,
    /// A time profile of the library; `Default` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_profile: Option<Text>,
    /// A time range of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_range: Option<Text>,
    /// The second time range (ServiceFactor1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_range2: Option<Text>,
    /// A filter of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<Text>,
    /// From when on it is computed (rule G-3); from the oldest record that is kept if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Micros>,
}

impl Wanted {
    /// The canonical text that names this definition in blocks.
    pub fn key(&self) -> Text {
        let part = |text: &Option<Text>| text.clone().unwrap_or_default();
        let opened_at = self.opened_at.map(|at| format!("|{}", at.0)).unwrap_or_default();
        Text::from(format!(
            "{}|{}|{}|{}|{}|{}{opened_at}",
            self.stat_type,
            self.object_type.name(),
            self.time_profile.as_deref().unwrap_or("Default"),
            part(&self.time_range),
            part(&self.time_range2),
            part(&self.filter)
        ))
    }

    /// The definition of that [`key`](Self::key); none of what is no key.
    pub fn of_key(key: &str) -> Option<Self> {
        let mut parts = key.split('|');
        let stat_type = parts.next().filter(|name| !name.is_empty())?;
        let object_type = ObjectType::parse(parts.next()?)?;
        let mut part = || parts.next().map(|text| Some(text).filter(|text| !text.is_empty()).map(Text::from));
        let (time_profile, time_range, time_range2, filter) = (part()?, part()?, part()?, part()?);
        let opened_at = parts.next().map(str::parse).transpose().ok()?.map(Micros);
        let is_all = parts.next().is_none();
        let stat_type = stat_type.into();
        is_all.then_some(Self {
            stat_type,
            object_type,
            time_profile,
            time_range,
            time_range2,
            filter,
            opened_at,
        })
    }
}

/// What became of a wish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// It is computed.
    Opened,
    /// It can't be, and why: names the word at fault.
    Refused(Text),
}

/// The list of wishes.
#[async_trait]
pub trait Demand: Send + Sync {
    /// Adds wishes; those already there are left as they are.
    async fn want(&self, wanted: Vec<Wanted>) -> Result<()>;
    /// All wishes.
    async fn wanted(&self) -> Result<Vec<Wanted>>;
    /// A DCU tells what became of a wish.
    async fn answer(&self, key: Text, answer: Answer) -> Result<()>;
    /// What became of it, if a DCU has told.
    async fn answered(&self, key: &str) -> Result<Option<Answer>>;
    /// A hint that the list or an answer changed.
    fn watch(&self) -> broadcast::Receiver<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_the_whole_definition() {
        for key in ["Entered|Queue|Default|||", "Talk|Agent|Last15|To20|To5|Vip", "Talk|Agent|Default||||17"]
        {
            assert_eq!(Wanted::of_key(key).unwrap().key(), key);
        }
        for odd in
            ["", "Entered", "Entered|Nothing|Default|||", "Entered|Queue|Default||||x", "a|Queue|||||1|2"]
        {
            assert_eq!(Wanted::of_key(odd), None, "{odd}");
        }
    }
}
