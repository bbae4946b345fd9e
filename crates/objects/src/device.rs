//! Regular DNs: calls, logins and agent states become actions and a status.

mod calls;
mod event;
mod login;
mod modes;
mod moves;
mod parties;
mod picture;
mod record;
mod status;

pub use event::{
    AgentMode, CallKind, CallView, DeviceEvent, DevicePicture, DeviceWhat, Fact, FactWhat, Leg, Parting,
};
pub use moves::Belonging;

use crate::brain::Brain;
use crate::out::Out;
use crate::stamp::{Data, Few, Running, Stamp};
use model::Status;
use model::item::ConnIx;
use model::object::ObjectIx;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// The brain of a regular DN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceBrain {
    me: ObjectIx,
    /// The number of its switch.
    switch: u16,
    /// Places that hold it.
    places: SmallVec<[ObjectIx; 2]>,
    /// Mediation DNs that whoever logs in here is associated with, by the places' groups.
    origins: Few,
    watch: Watch,
    /// Monitored or NotMonitored; `None` before the beginning.
    base: Option<Running>,
    /// LoggedIn or LoggedOut; `None` while not monitored.
    presence: Option<Running>,
    /// OnHook or OffHook.
    hook: Option<Running>,
    off_hook: bool,
    login: Option<Login>,
    mode: Option<Mode>,
    /// After-call work pressed during a call, with its reasons (rule Q-22).
    pressed: Option<Pressed>,
    calls: SmallVec<[Call; 1]>,
    /// The call that after-call work would be linked to (rule Q-23).
    last_call: Option<LastCall>,
    /// The call that the running after-call work is linked to.
    work_for: Option<LastCall>,
    /// Live calls come as made-up records after a registration.
    rebuilding: bool,
    next_id: u32,
    told: Told,
    /// The last event of the instant that is not closed yet.
    open: Option<Stamp>,
}

/// Whether the device can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Watch {
    /// The world has not begun.
    Unborn,
    Up,
    /// The link of its source was lost (rule X-1).
    Lost,
    /// Out of service (rule Q-11), or not listed by a snapshot.
    Out,
}

/// Who is logged in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Login {
    agent: ObjectIx,
    /// The queues that the login was told for.
    queues: Few,
}

/// What the agent does while not in a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Mode {
    mode: AgentMode,
    /// `None` while not monitored.
    run: Option<Running>,
    reasons: Data,
}

/// After-call work that waits for the end of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pressed {
    reasons: Data,
}

/// A leg.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Call {
    conn: ConnIx,
    /// The id under which mediation DNs know the call that this leg came from.
    visit: ConnIx,
    kind: CallKind,
    originated: bool,
    /// It was brought here by a transfer that is complete once it is answered (rule Q-17).
    transferred: bool,
    /// It rang: mediation DNs hear of its fate.
    rang: bool,
    phase: Phase,
    /// CallDialing, CallRinging or CallInbound ...
    run: Option<Running>,
    hold: Option<Running>,
    /// When it was answered, by both clocks.
    answered: (Micros, Micros),
    queue: Option<ObjectIx>,
    queues: Few,
    data: Data,
}

/// Where a leg stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    Dialing,
    Ringing,
    Talking,
    /// The other side was busy; the release follows.
    Busy,
}

/// A call that has ended, for after-call work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct LastCall {
    visit: ConnIx,
    queue: Option<ObjectIx>,
    queues: Few,
    /// The first AgentReady that followed.
    ready: Option<Micros>,
}

/// What was told last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Told {
    status: Option<Status>,
    since: Micros,
    data: Data,
    agent: Option<ObjectIx>,
    valid: bool,
}

impl DeviceBrain {
    /// A device of that switch that has not begun: part of `places`; whoever logs in on it is associated with `origins`.
    pub fn new(me: ObjectIx, switch: u16, places: Vec<ObjectIx>, origins: Vec<ObjectIx>) -> Self {
        Self {
            me,
            switch,
            places: places.into(),
            origins: origins.into(),
            watch: Watch::Unborn,
            base: None,
            presence: None,
            hook: None,
            off_hook: false,
            login: None,
            mode: None,
            pressed: None,
            calls: SmallVec::new(),
            last_call: None,
            work_for: None,
            rebuilding: false,
            next_id: 0,
            told: Told { status: None, since: Micros::ZERO, data: None, agent: None, valid: true },
            open: None,
        }
    }

    fn agent(&self) -> Option<ObjectIx> {
        self.login.as_ref().map(|login| login.agent)
    }

    fn hear(&mut self, event: &DeviceEvent, out: &mut Out) {
        let stamp = event.stamp;
        if !self.is_watched_for(event, out) {
            return;
        }
        match &event.what {
            DeviceWhat::Start | DeviceWhat::BackInService => {}
            DeviceWhat::LinkLost => self.lose(Watch::Lost, None, stamp, out),
            DeviceWhat::Gap(loss) => self.lose(Watch::Lost, Some(*loss), stamp, out),
            DeviceWhat::OutOfService => self.lose(Watch::Out, None, stamp, out),
            DeviceWhat::Registered { agent, state } => self.register(*agent, *state, event, out),
            DeviceWhat::Picture(Some(picture)) => self.compare(picture, stamp, out),
            DeviceWhat::Picture(None) => self.vanish(stamp, out),
            DeviceWhat::Login { agent } => self.log_in(*agent, event.queue, stamp, out),
            DeviceWhat::Logout => self.log_out_of(event.queue, stamp, out),
            DeviceWhat::Mode(mode) => self.set_mode(*mode, &event.data, stamp, out),
            DeviceWhat::Check { before } => self.clean(*before, stamp, out),
            DeviceWhat::Belongs(to) => self.move_to(to, stamp, out),
            DeviceWhat::OffHook => self.off_hook = true,
            DeviceWhat::OnHook => self.off_hook = false,
            DeviceWhat::UserEvent => {
                self.moment(model::Action::UserEvent, stamp, ConnIx::NONE, &event.data, out);
            }
            _ => self.hear_call(event, out),
        }
    }
}

impl Brain for DeviceBrain {
    type Event = DeviceEvent;

    fn apply(&mut self, events: &[DeviceEvent], out: &mut Out) {
        for event in events {
            if self.open.is_some_and(|open| open.at != event.stamp.at) {
                self.close(out);
            }
            self.open = Some(event.stamp);
            self.hear(event, out);
            self.settle_hook(event.stamp, out);
            self.flush(event.stamp, out);
        }
        self.close(out);
    }

    fn warm(&self, _: &[DeviceEvent]) -> u64 {
        let of = |run: &Option<Running>| run.as_ref().map_or(0, |run| u64::from(run.id));
        let runs = of(&self.base) ^ of(&self.presence) ^ of(&self.hook);
        let mode = self.mode.as_ref().map_or(0, |mode| of(&mode.run));
        let last = self.last_call.as_ref().map_or(0, |last| u64::from(last.visit.0));
        let call =
            self.calls.first().map_or(0, |call| of(&call.run) ^ of(&call.hold) ^ call.answered.0.0 as u64);
        let rest = self.told.since.0 as u64 ^ self.places.len() as u64 ^ self.origins.len() as u64;
        runs ^ mode ^ last ^ call ^ rest ^ u64::from(self.next_id) ^ u64::from(self.open.is_some())
    }
}
