//! What a brain gives back: facts about itself, and post for the brains of later stages.

use crate::counters::Counters;
use crate::device::Fact;
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
