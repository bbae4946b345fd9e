//! What a device hears, and what it tells the people and seats that it belongs to.

use super::moves::Belonging;
use crate::mail::Dated;
use crate::people::{ChannelWhat, Tie};
use crate::stamp::{Data, Few, Loss, Stamp};
pub use model::item::CallKind;
use model::item::{ConnIx, Item};
use model::object::ObjectIx;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One event at one device.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceEvent {
    /// When.
    pub stamp: Stamp,
    /// The call, if it is about one.
    pub conn: ConnIx,
    /// `this_queue`: the mediation DN that brought the call, or that the login is for.
    pub queue: Option<ObjectIx>,
    /// Every mediation DN that the call has been at.
    pub queues: Few,
    /// The call's data, or the reasons of an agent state.
    pub data: Data,
    /// What happened.
    pub what: DeviceWhat,
}

/// The kinds of events at a device.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of the events")]
pub enum DeviceWhat {
    /// The world begins: monitored, idle, nobody logged in (rule Q-6).
    Start,
    /// The link of its source is gone (rule X-1).
    LinkLost,
    /// Records of its source are lost (rules ).
    Gap(Loss),
    OutOfService,
    BackInService,
    /// The switch tells who is logged in, and in which state where it knows.
    Registered {
        agent: Option<ObjectIx>,
        state: Option<AgentMode>,
    },
    /// The device as a snapshot shows it; `None`: the snapshot does not list it.
    Picture(Option<Arc<DevicePicture>>),
    Login {
        agent: ObjectIx,
    },
    Logout,
    Mode(AgentMode),
    OffHook,
    OnHook,
    Dialing(Leg),
    Ringing(Leg),
    Established(Leg),
    Held,
    Retrieved,
    DestinationBusy,
    Abandoned,
    Released(Parting),
    PartyChanged {
        /// The call id that dies, where it differs.
        prev: ConnIx,
        parting: Parting,
        kind: Option<CallKind>,
    },
    PartyAdded {
        /// This device added the party.
        by_me: bool,
    },
    PartyDeleted,
    /// The call's data changed by a record elsewhere (rule Q-24).
    NewData,
    UserEvent,
    /// Calls are looked for that have lasted since before that (rule X-7).
    Check {
        before: Micros,
    },
    /// The configuration moves the device.
    Belongs(Arc<Belonging>),
}

/// What a record says about a leg that it begins or answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// The call type; absent = unknown at the beginning, unchanged later.
    pub kind: Option<CallKind>,
    /// The device's role, where told.
    pub originated: Option<bool>,
    /// `call_state=Transferred`: rings after a blind transfer (rule Q-17).
    pub transferred: bool,
    /// A record made up after a registration to rebuild the picture (contracts, part 4).
    pub synthetic: bool,
}

/// How a leg ended or changed, as far as rules tell the ways apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Parting {
    /// `Ok`, `Abandoned`, or nothing said: someone hung up.
    HungUp,
    /// `Transferred`.
    Transferred,
    /// `Conferenced`.
    Conferenced,
    /// Another phone answered first (`reason=answered_elsewhere`).
    AnsweredElsewhere,
    /// Busy, no answer, redirected, forwarded, dropped ...
    Failed,
}

/// What an agent does while not in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the definitions")]
pub enum AgentMode {
    Ready,
    NotReady,
    AfterCallWork,
}

/// A device as a snapshot or a series of registrations shows it, names resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct DevicePicture {
    /// False when the switch says that it can't be used.
    pub in_service: bool,
    /// Who is logged in.
    pub agent: Option<ObjectIx>,
    /// The queues of the login; `None`: the snapshot tells nothing about memberships.
    pub queues: Option<Few>,
    /// In which state; `None` tells nothing.
    pub mode: Option<AgentMode>,
    /// Since when.
    pub mode_since: Option<Micros>,
    /// Reasons of that state.
    pub reasons: Data,
    /// Its calls, without those that wait.
    pub calls: Vec<CallView>,
}

/// A call at a device as a snapshot shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct CallView {
    /// The call.
    pub conn: ConnIx,
    /// Its kind and the device's role.
    pub leg: Leg,
    /// Where it stands.
    pub state: model::snapshot::LegState,
    /// Since when it is in that state.
    pub since: Micros,
    /// When it was answered.
    pub established_since: Option<Micros>,
    /// When it entered the queue that it came through.
    pub queued_since: Option<Micros>,
    /// The mediation DN that brought it.
    pub queue: Option<ObjectIx>,
    /// Every mediation DN that the call has been at.
    pub queues: Few,
    /// The call's data.
    pub data: Data,
}

/// What a device tells the agent logged in on it, and its places.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// When.
    pub stamp: Stamp,
    /// Which device.
    pub device: ObjectIx,
    /// What.
    pub what: FactWhat,
    /// The data of the item.
    pub data: Data,
    /// The data of the item is that of the fact before in the recipient's post: of the same device and step. `data` is
    /// empty then.
    pub same_data: bool,
}

/// The kinds of facts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FactWhat {
    /// The world begins for an agent or a place (from the floor).
    Start,
    /// An item of the device: an action, its status, its validity.
    Item(Item),
    /// The agent is logged in on the device from now on; the device belongs to the place from now on.
    Login {
        /// The number of the device's switch.
        switch: u16,
    },
    /// The agent is no longer logged in on the device; the device belongs to the place no longer.
    Logout {
        /// Not silent: an AgentLogout happens.
        announced: bool,
    },
    /// The login on the device is for this queue too, or no longer (rule Q-25).
    Queue {
        /// The mediation DN.
        queue: ObjectIx,
        /// Begins or ends.
        on: bool,
    },
    /// Records of a source that tells of the agent are lost (from the floor): for whoever is logged in nowhere.
    Gap(Loss),
    /// The configuration says something new about the groups of the agent or place (from the floor).
    Tie(Tie),
    /// A step of a media channel, whose other side `device` names (from the floor).
    Channel(ChannelWhat),
}

impl Dated for DeviceEvent {
    fn step(&self) -> u32 {
        self.stamp.step
    }
}

impl Dated for Fact {
    fn step(&self) -> u32 {
        self.stamp.step
    }
}
