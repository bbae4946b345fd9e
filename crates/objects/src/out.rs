//! What a brain gives back: facts about itself, and post for the brains of later stages.

use crate::counters::Counters;
use crate::device::{Fact, FactWhat};
use crate::group::GroupEvent;
use crate::queue::QueueEvent;
use crate::stamp::Data;
use model::item::Item;
use model::object::ObjectIx;

/// One item with its place in the order of the batch, before its data has a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The step that caused it.
    pub step: u32,
    /// It belongs to the end of the instant: statuses, memberships, validity, pseudo-actions (rule Q-1).
    pub late: bool,
    /// The item; its `data` is not set yet.
    pub item: Item,
    /// The data.
    pub data: Data,
}

/// Where brains put their results. One may serve any number of brains of a stage in turn.
#[derive(Clone, Debug, Default)]
pub struct Out {
    /// Items, in each brain's order.
    pub lines: Vec<Line>,
    /// From devices, for the agents logged in on them.
    pub to_agents: Vec<(ObjectIx, Fact)>,
    /// From devices, for their places.
    pub to_places: Vec<(ObjectIx, Fact)>,
    /// From devices and agents, for mediation DNs.
    pub to_queues: Vec<(ObjectIx, QueueEvent)>,
    /// From agents, places and mediation DNs, for their groups.
    pub to_groups: Vec<(ObjectIx, GroupEvent)>,
    /// What was counted on the way.
    pub counters: Counters,
    /// What a device brain is about to put out for the event at hand.
    pub(crate) pending: Vec<Pending>,
}

/// A fact before it is put in the order of rule A-4.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) rank: Rank,
    /// The agent whose it is.
    pub(crate) agent: Option<ObjectIx>,
    pub(crate) what: FactWhat,
    pub(crate) data: Data,
}

/// The order within one event (rule A-4), with changes of login where what is before still belongs to the former
/// agent, and what comes after to the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Ended,
    Past,
    Logout,
    Login,
    Queue,
    Moment,
    Changed,
    Began,
}

impl Out {
    /// Empties it, keeps the buffers.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.to_agents.clear();
        self.to_places.clear();
        self.to_queues.clear();
        self.to_groups.clear();
        self.counters = Counters::default();
    }
}
