//! What changes while interactions are played.

use super::truth::ChannelTruth;
use model::{Micros, Text};
use std::collections::BTreeMap;

/// An interaction, by its number.
pub(super) type Ix = u64;

/// What will happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    Arrive(usize),
    /// Somebody with room looks at what waits in a queue.
    Match(usize),
    GiveUp(Ix),
    Accept(Ix, u32),
    Reject(Ix, u32),
    Revoke(Ix, u32),
    Finish(Ix, u32),
    Unpark(Ix, u32),
    ShiftBegin(usize),
    ShiftEnd(usize, u32),
    Pause(usize, u32),
    Back(usize, u32),
}

/// Where an interaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Waiting,
    Offered {
        agent: usize,
        since: Micros,
    },
    Handled {
        agent: usize,
        since: Micros,
    },
    /// In the workbin, kept for the agent.
    Parked {
        agent: usize,
    },
}

/// An interaction that is not over.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) id: Text,
    /// The queue whose rules it follows.
    pub(super) queue: usize,
    pub(super) stage: Stage,
    /// What was planned in an earlier step is void.
    pub(super) step: u32,
    /// It belongs to the workbin, not to the queue.
    pub(super) in_bin: bool,
    /// When it entered where it belongs.
    pub(super) entered: Micros,
    /// When it entered the virtual queue, if it waits there.
    pub(super) virtual_since: Option<Micros>,
}

/// An agent at the Interaction Server.
#[derive(Clone, Debug, Default)]
pub(super) struct Seat {
    pub(super) is_in: bool,
    pub(super) login: u32,
    pub(super) logins: u64,
    /// He goes home when nothing is left.
    pub(super) leaving: bool,
    /// He is not ready for any medium.
    pub(super) pausing: bool,
    /// What he is offered or handles.
    pub(super) tasks: Vec<Ix>,
    pub(super) media: BTreeMap<Text, ChannelTruth>,
}
