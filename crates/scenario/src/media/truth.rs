//! What really happened to interactions, kept by the play itself and never read from its records.

use crate::truth::Waits;
use model::{Micros, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The truth about an Interaction Server from its start up to `at`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaTruth {
    /// The moment of asking.
    pub at: Micros,
    /// Interaction queues by name.
    pub queues: BTreeMap<Text, AreaTruth>,
    /// Workbins by name.
    pub workbins: BTreeMap<Text, AreaTruth>,
    /// Virtual queues by number.
    pub virtual_queues: BTreeMap<Text, VirtualTruth>,
    /// By agent id: those who have media.
    pub agents: BTreeMap<Text, SeatTruth>,
}

/// An interaction queue or a workbin. An interaction that comes back is a new stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaTruth {
    /// Stays that began (InteractionEntered).
    pub entered: u64,
    /// Stays that an agent ended by taking it himself (InteractionDistributed).
    pub pulled: Waits,
    /// Stays that a strategy ended (InteractionCleared).
    pub taken: Waits,
    /// Stays after which it went to another queue or workbin, from entering to coming there (InteractionDistributedToQueue).
    pub moved: Waits,
    /// Interactions that ended while they belonged here, from entering to the end (InteractionDeleted).
    pub deleted: Waits,
    /// Handlings of interactions that belonged here, each from its begin (InteractionReleased).
    pub released: Waits,
    /// Those that wait now.
    pub waiting: u64,
    /// When the one that waits longest entered.
    pub oldest: Option<Micros>,
}

/// A virtual queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VirtualTruth {
    /// Stays that began (CallEntered).
    pub entered: u64,
    /// Stays that ended with an agent (CallDistributed).
    pub distributed: Waits,
    /// Stays whose customer left (CallAbandoned).
    pub abandoned: Waits,
    /// Those that wait now.
    pub waiting: u64,
}

/// An agent at the Interaction Server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatTruth {
    /// Logins so far.
    pub logins: u64,
    /// Logged in now.
    pub is_in: bool,
    /// By medium.
    pub media: BTreeMap<Text, ChannelTruth>,
}

/// What an agent did in one medium.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelTruth {
    /// Ready now.
    pub ready: bool,
    /// Could take one more now: ready, undisturbed is not asked for, and the capacity rule has room.
    pub routable: bool,
    /// Offered now.
    pub offered: u64,
    /// Handled now.
    pub handled: u64,
    /// Offers so far (DeliveringStarted).
    pub offers: u64,
    /// Offers that were accepted, from offer to acceptance.
    pub accepted: Waits,
    /// Offers that the agent declined.
    pub rejected: Waits,
    /// Offers that were taken back.
    pub revoked: Waits,
    /// Interactions that the agent took himself (Pulled).
    pub pulled: u64,
    /// Handlings that ended (InteractionReleased).
    pub released: Waits,
}
