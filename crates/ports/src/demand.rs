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
