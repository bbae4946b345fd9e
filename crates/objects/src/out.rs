//! What a brain gives back: facts about itself, and post for the brains of later stages.

use crate::counters::Counters;
use crate::device::{Fact, FactWhat};
use crate::group::GroupEvent;
use crate::queue::QueueEvent;
use crate::stamp::{Data, Stamp};
use model::item::{Attached, Item};
use model::object::ObjectIx;
use std::sync::Arc;

/// One item with its place in the order of the batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The step that caused it.
    pub step: u32,
    /// It belongs to the end of the instant: statuses, memberships, validity, pseudo-actions (rule Q-1).
    pub late: bool,
    /// The item; its `data` is the place in [`Out::data`], [`NO_DATA`] for none.
    pub item: Item,
}

/// The place of no data.
pub const NO_DATA: u32 = u32::MAX;

/// Where brains put their results. One may serve any number of brains of a stage in turn.
#[derive(Clone, Debug, Default)]
pub struct Out {
    /// Items, in each brain's order.
    pub lines: Vec<Line>,
    /// What the items' `data` points into. Most items of an event have the same data: counting its owners, an atomic
    /// operation, for each item took about a sixth of the time of devices and agents.
    pub data: Vec<Arc<Attached>>,
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
    /// The last facts.
    agent_told: Option<Posted>,
    place_told: Option<Posted>,
}

/// A fact that has just been posted. The next one with the same data needs none of its own: within one step, what one
/// device tells one recipient stays together.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Posted {
    to: ObjectIx,
    device: ObjectIx,
    step: u32,
    data: u32,
}

/// A fact before it is put in the order of rule A-4.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) rank: Rank,
    /// The agent whose it is.
    pub(crate) agent: Option<ObjectIx>,
    pub(crate) what: FactWhat,
    /// The place in [`Out::data`].
    pub(crate) data: u32,
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
    /// The place of some data among [`Out::data`]; of those that came last if they are the same.
    #[inline]
    pub(crate) fn attach(&mut self, data: &Data) -> u32 {
        let Some(data) = data else { return NO_DATA };
        if !self.data.last().is_some_and(|last| Arc::ptr_eq(last, data)) {
            self.data.push(Arc::clone(data));
        }
        self.data.len() as u32 - 1
    }

    /// Posts a fact of a device to an agent; `data` is a place in [`Out::data`].
    pub(crate) fn tell_agent(
        &mut self,
        to: ObjectIx,
        stamp: Stamp,
        device: ObjectIx,
        what: FactWhat,
        data: u32,
    ) {
        let posted = Posted { to, device, step: stamp.step, data };
        let former = self.agent_told.replace(posted);
        let fact = fact(stamp, what, posted, former, &self.data);
        self.to_agents.push((to, fact));
    }

    /// The same to a place.
    pub(crate) fn tell_place(
        &mut self,
        to: ObjectIx,
        stamp: Stamp,
        device: ObjectIx,
        what: FactWhat,
        data: u32,
    ) {
        let posted = Posted { to, device, step: stamp.step, data };
        let former = self.place_told.replace(posted);
        let fact = fact(stamp, what, posted, former, &self.data);
        self.to_places.push((to, fact));
    }

    /// Puts out an item that carries data.
    #[inline]
    pub(crate) fn line(&mut self, step: u32, late: bool, item: Item, data: &Data) {
        let data = self.attach(data);
        self.lines.push(Line { step, late, item: Item { data, ..item } });
    }

    /// Begins a new list of data.
    pub(crate) fn forget_data(&mut self) {
        self.data.clear();
        (self.agent_told, self.place_told) = (None, None);
    }

    /// Empties it, keeps the buffers.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.forget_data();
        self.to_agents.clear();
        self.to_places.clear();
        self.to_queues.clear();
        self.to_groups.clear();
        self.counters = Counters::default();
    }
}

fn fact(
    stamp: Stamp,
    what: FactWhat,
    posted: Posted,
    former: Option<Posted>,
    data: &[Arc<Attached>],
) -> Fact {
    let same_data = former == Some(posted);
    let data = if same_data { None } else { data.get(posted.data as usize).cloned() };
    Fact { stamp, device: posted.device, what, data, same_data }
}
