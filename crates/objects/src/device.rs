//! Regular DNs: calls, logins and agent states become actions and a status.

mod event;

pub use event::{
    AgentMode, CallKind, CallView, DeviceEvent, DevicePicture, DeviceWhat, Fact, FactWhat, Leg, Parting,
};

use crate::brain::Brain;
use crate::out::Out;
use model::object::ObjectIx;
use serde::{Deserialize, Serialize};

/// The brain of a regular DN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceBrain {
    me: ObjectIx,
    places: Vec<ObjectIx>,
}

impl DeviceBrain {
    /// A device that has not begun.
    pub fn new(me: ObjectIx, places: Vec<ObjectIx>) -> Self {
        Self { me, places }
    }
}

impl Brain for DeviceBrain {
    type Event = DeviceEvent;

    fn apply(&mut self, _events: &[DeviceEvent], _out: &mut Out) {}
}
