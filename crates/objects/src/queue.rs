//! Mediation DNs: queues, route points and virtual queues.

mod event;

pub use event::{Fate, OfferView, QueueEvent, QueuePicture, QueueWhat, Target, WaitView};

use crate::brain::Brain;
use crate::out::Out;
use model::object::ObjectIx;
use serde::{Deserialize, Serialize};

/// What the configuration says about a mediation DN.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueueConfig {
    /// Rule: the enter time survives a change of party.
    pub keeps_enter_time: bool,
    /// Queue groups that hold it.
    pub groups: Vec<ObjectIx>,
    /// Agents associated by the origination DNs of their groups, ascending.
    pub agents: Vec<ObjectIx>,
    /// Devices of places associated by the origination DNs of their groups, ascending.
    pub devices: Vec<ObjectIx>,
}

/// The brain of a mediation DN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueueBrain {
    me: ObjectIx,
    config: QueueConfig,
}

impl QueueBrain {
    /// A mediation DN that has not begun.
    pub fn new(me: ObjectIx, config: QueueConfig) -> Self {
        Self { me, config }
    }
}

impl Brain for QueueBrain {
    type Event = QueueEvent;

    fn apply(&mut self, _events: &[QueueEvent], _out: &mut Out) {}
}
