//! Agents and places: what their devices do, and one status over several devices.

use crate::brain::Brain;
use crate::device::Fact;
use crate::out::Out;
use model::object::ObjectIx;
use serde::{Deserialize, Serialize};

/// The brain of an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentBrain {
    me: ObjectIx,
    groups: Vec<ObjectIx>,
    queues: Vec<ObjectIx>,
}

/// The brain of a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceBrain {
    me: ObjectIx,
    groups: Vec<ObjectIx>,
}

impl AgentBrain {
    /// An agent who has not begun: member of `groups`, associated with `queues` by their origination DNs.
    pub fn new(me: ObjectIx, groups: Vec<ObjectIx>, queues: Vec<ObjectIx>) -> Self {
        Self { me, groups, queues }
    }
}

impl PlaceBrain {
    /// A place that has not begun.
    pub fn new(me: ObjectIx, groups: Vec<ObjectIx>) -> Self {
        Self { me, groups }
    }
}

impl Brain for AgentBrain {
    type Event = Fact;

    fn apply(&mut self, _facts: &[Fact], _out: &mut Out) {}
}

impl Brain for PlaceBrain {
    type Event = Fact;

    fn apply(&mut self, _facts: &[Fact], _out: &mut Out) {}
}
