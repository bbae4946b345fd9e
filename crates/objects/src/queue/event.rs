//! What a mediation DN hears: its own records, the outcomes of legs, and what its agents do.

use super::ties::QueueTie;
use crate::area::AreaWhat;
use crate::campaign::CampaignWhat;
use crate::device::CallKind;
use crate::mail::Dated;
use crate::stamp::{Data, Loss, Stamp};
use model::Status;
use model::item::ConnIx;
use model::object::ObjectIx;
use model::time::Micros;
use std::sync::Arc;

/// One event at one mediation DN.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueEvent {
    /// When.
    pub stamp: Stamp,
    /// The call, if it is about one.
    pub conn: ConnIx,
    /// The call's data.
    pub data: Data,
    /// What happened.
    pub what: QueueWhat,
}

/// The kinds of events at a mediation DN.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of the events")]
pub enum QueueWhat {
    /// The world begins: monitored, empty (rule Q-6).
    Start,
    LinkLost,
    /// Records of its source are lost (rules ).
    Gap(Loss),
    OutOfService,
    BackInService,
    /// Monitored again; live calls follow one by one.
    Registered,
    /// The mediation DN as a snapshot shows it; `None`: the snapshot does not list it.
    Picture(Option<Arc<QueuePicture>>),
    /// Calls at devices of another source's snapshot that came through this mediation DN.
    Offers(Arc<Vec<OfferView>>),
    Queued {
        kind: Option<CallKind>,
        synthetic: bool,
    },
    Diverted(Target),
    Abandoned,
    PartyChanged {
        prev: ConnIx,
        kind: Option<CallKind>,
    },
    TreatmentStarted,
    TreatmentEnded,
    TreatmentFailed,
    NewData,
    UserEvent,
    /// A virtual queue says that the call still waits.
    Heartbeat,
    /// Stuck calls are looked for; those without a sign of life since `since` are stuck (rule Q-46).
    Check {
        since: Micros,
    },
    /// The call is over everywhere.
    Forget,
    /// The configuration changes.
    Tie(QueueTie),
    /// At an interaction queue or a workbin.
    Area(AreaWhat),
    /// At a campaign, a group at one, a calling list.
    Campaign(CampaignWhat),
    /// What became of a leg at a device (rule Q-27).
    Leg {
        device: ObjectIx,
        /// The leg's `this_queue` is this mediation DN.
        mine: bool,
        /// Who was logged in on the device.
        agent: Option<ObjectIx>,
        fate: Fate,
    },
    /// The login on a device is for this mediation DN, or no longer.
    Login {
        device: ObjectIx,
        agent: ObjectIx,
        on: bool,
    },
    /// The status of an associated agent at the end of an instant.
    AgentStatus {
        agent: ObjectIx,
        status: Status,
    },
    /// The status of a device of an associated agent at the end of an instant; `None`: no longer his.
    DeviceStatus {
        device: ObjectIx,
        status: Option<Status>,
    },
}

/// Where a call went from a mediation DN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Target {
    /// To that device.
    Device(ObjectIx),
    /// To a number that nothing is known about.
    Unknown,
    /// To another mediation DN.
    Queue(ObjectIx),
    /// Nowhere from here (`Cleared`, or no target named).
    Cleared,
}

/// What became of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was answered.
    Answered,
    /// The caller gave up while it rang.
    Abandoned,
    /// It was not answered, and the call goes on or not.
    Forwarded,
    /// Its end was never told (rule X-7).
    Stuck,
    /// It rings on for another party, under this call id.
    PartyChanged {
        /// The new call id.
        to: ConnIx,
    },
    /// The talk ended; it began then (by `received`, and by the source's clock).
    Released {
        /// When it was answered.
        since: Micros,
        /// The same by the source's clock.
        since_source: Micros,
    },
    /// After-call work for it ended; it began then.
    AfterCallWork {
        /// When it began.
        since: Micros,
        /// The same by the source's clock.
        since_source: Micros,
    },
    /// No after-call work for it can come any more.
    Over,
}

/// A mediation DN as a snapshot shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuePicture {
    /// False when the switch says that it can't be used.
    pub in_service: bool,
    /// The calls that wait at it.
    pub waiting: Vec<WaitView>,
    /// The calls that are at devices and came through it, or were here too.
    pub offered: Vec<OfferView>,
}

/// A waiting call.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitView {
    /// The call.
    pub conn: ConnIx,
    /// Its kind.
    pub kind: CallKind,
    /// Since when it waits.
    pub since: Micros,
    /// Its data.
    pub data: Data,
}

/// A call that is at a device.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferView {
    /// The call.
    pub conn: ConnIx,
    /// Where it is.
    pub device: ObjectIx,
    /// Its kind.
    pub kind: CallKind,
    /// This mediation DN distributed it; false: it only was here too.
    pub mine: bool,
    /// When it entered this mediation DN, where told.
    pub queued_since: Option<Micros>,
    /// When it was answered; `None`: it rings.
    pub established_since: Option<Micros>,
    /// Its data.
    pub data: Data,
}

impl Dated for QueueEvent {
    fn step(&self) -> u32 {
        self.stamp.step
    }
}
