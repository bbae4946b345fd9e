//! What an Interaction Server of the centre serves: chats, e-mails and whatever else is no call.

use crate::settings::Source;
use model::Text;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// An Interaction Server, with its queues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interactions {
    /// The server: it numbers its own records.
    pub source: Source,
    /// The server that tells of virtual queues; needed where a queue names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub virtual_source: Option<Source>,
    /// Where interactions wait.
    #[serde(rename = "queue")]
    pub queues: Vec<InteractionQueue>,
}

/// An interaction queue, with what comes in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InteractionQueue {
    /// The queue's name, as in records.
    pub name: Text,
    /// The medium: `chat`, `email` ...
    pub media: Text,
    /// Poisson arrivals an hour at a factor of 1.
    pub per_hour: f64,
    /// Mean of the lognormal time that an agent handles one.
    #[serde(with = "crate::spans", default = "handle")]
    pub handle: Duration,
    /// Mean of the exponential patience of whoever waits; who writes an e-mail has patience without end.
    #[serde(with = "crate::spans::option", default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<Duration>,
    /// Names of the teams that serve it: those of them who have room for the medium.
    pub teams: Vec<Text>,
    /// Agents take from the queue themselves, instead of being offered by a strategy.
    #[serde(default)]
    pub pulled: bool,
    /// Share of those handled that go on to the queue `to`.
    #[serde(default)]
    pub moves: f64,
    /// Where they go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Text>,
    /// A workbin, in which an agent keeps a share of them for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workbin: Option<Workbin>,
    /// The number of the virtual queue in which they wait as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub virtual_queue: Option<Text>,
}

/// Where agents keep what they will go on with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workbin {
    /// Its name, as in records.
    pub name: Text,
    /// Share of those handled that are kept there.
    pub share: f64,
    /// Mean of the time for which they are kept.
    #[serde(with = "crate::spans")]
    pub keep: Duration,
}

fn handle() -> Duration {
    Duration::from_secs(360)
}
