//! Agents: what happens on the devices and media channels on which they are logged in (rules O-1, O-2, ST-3, Q-7).

use super::channels::{Channels, combine};
use super::seats::{Seat, Seats};
use super::shadow::{Device, Seen, Shadow, Told, Top};
use crate::brain::Brain;
use crate::device::{Fact, FactWhat};
use crate::group::{GroupEvent, GroupWhat};
use crate::out::{Line, Out};
use crate::queue::{QueueEvent, QueueTie, QueueWhat};
use crate::stamp::{Data, Few, Stamp, item};
use model::item::{ConnIx, What};
use model::object::ObjectIx;
use model::{Action, Status};
use serde::{Deserialize, Serialize};

/// The brain of an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentBrain {
    shadow: Shadow,
    #[serde(default)]
    channels: Channels,
    seats: Seats,
    /// Mediation DNs by the origination DNs of his groups.
    origins: Few,
    /// Mediation DNs that know his status.
    informed: Few,
    told: Told,
    /// The last event of the instant that is not closed yet.
    open: Option<Stamp>,
}

impl AgentBrain {
    /// An agent who has not begun, who may belong to these groups.
    pub(crate) fn new(me: ObjectIx, seats: Vec<Seat>) -> Self {
        let seats = Seats::new(seats);
        Self {
            shadow: Shadow::new(me, []),
            channels: Channels::default(),
            origins: seats.origins(),
            seats,
            informed: Few::new(),
            told: Told::nothing(),
            open: None,
        }
    }

    fn hear(&mut self, fact: &Fact, data: &Data, out: &mut Out) {
        match fact.what {
            FactWhat::Start => {}
            FactWhat::Item(item) if item.what == What::Unseen => {
                if self.shadow.lose_sight(fact.device) {
                    self.told.lose_sight(self.shadow.me, item.start, fact.stamp, out);
                }
            }
            FactWhat::Gap(loss) => {
                if self.shadow.devices.is_empty() {
                    self.told.lose_sight(self.shadow.me, loss.last_seen(), fact.stamp, out);
                }
            }
            FactWhat::Item(item) => self.shadow.take(fact.device, fact.stamp, item, data, out),
            FactWhat::Login { switch } => {
                self.seats.log_in();
                if self.shadow.device(fact.device).is_none() {
                    self.shadow.devices.push(Device::new(fact.device, switch));
                }
            }
            FactWhat::Logout { announced } => self.leave(fact.device, announced, fact.stamp, out),
            FactWhat::Tie(tie) => self.seats.hear(tie),
            FactWhat::Channel(what) => {
                self.channels.hear(self.shadow.me, fact.device, what, data, fact.stamp, out);
            }
            FactWhat::Queue { queue, on } => {
                self.seats.log_in();
                let Some(device) = self.shadow.device(fact.device) else { return };
                device.queues.retain(|known| *known != queue);
                if on {
                    device.queues.push(queue);
                    device.is_news = true;
                } else if !self.origins.contains(&queue) {
                    tell_device(queue, fact.device, None, fact.stamp, out);
                }
            }
        }
    }

    fn leave(&mut self, device: ObjectIx, announced: bool, stamp: Stamp, out: &mut Out) {
        self.seats.log_in();
        for queue in &self.origins {
            tell_device(*queue, device, None, stamp, out);
        }
        self.shadow.release(device, stamp, out);
        if announced {
            let what = What::Happened { action: Action::AgentLogout };
            let item = item(stamp, self.shadow.me, what);
            out.lines.push(Line { step: stamp.step, late: false, item });
        }
    }

    fn close(&mut self, out: &mut Out) {
        let Some(stamp) = self.open.take() else { return };
        let Some(now) = Self::now(&self.shadow, &self.channels, self.told.seen.as_ref(), stamp) else {
            return;
        };
        let status = now.status;
        let was_valid = self.told.valid;
        let valid = self.shadow.is_valid() && self.channels.is_valid();
        let is_new = self.told.close(self.shadow.me, now, valid, stamp, out);
        let member = self.shadow.me;
        for group in &self.seats.groups {
            let mut tell = |what| out.to_groups.push((*group, GroupEvent { stamp, what }));
            if is_new {
                tell(GroupWhat::Status { member, status });
            }
            if was_valid != valid {
                tell(GroupWhat::Validity { member, valid });
            }
        }
        if let Some(whole) = self.seats.whole.filter(|_| was_valid != valid) {
            out.to_groups.push((whole, GroupEvent { stamp, what: GroupWhat::Validity { member, valid } }));
        }
        let is = |word| self.shadow.is_logged_in(word);
        if self.seats.settle((member, status, valid), stamp, is, out) {
            self.reassociate(stamp, out);
        }
        self.inform(status, is_new, stamp, out);
    }

    /// Groups that he joined or left bring and take mediation DNs.
    fn reassociate(&mut self, stamp: Stamp, out: &mut Out) {
        let origins = self.seats.origins();
        let agent = self.shadow.me;
        let former = std::mem::replace(&mut self.origins, origins);
        let mut tell = |queue, on| {
            let what = QueueWhat::Tie(QueueTie::Agent { agent, on });
            out.to_queues.push((queue, QueueEvent { stamp, conn: ConnIx::NONE, data: None, what }));
        };
        let gone = |queue: &&ObjectIx| !self.origins.contains(queue);
        former.iter().filter(gone).for_each(|queue| tell(*queue, false));
        let new = |queue: &&ObjectIx| !former.contains(queue);
        self.origins.iter().filter(new).for_each(|queue| tell(*queue, true));
        for device in &self.shadow.devices {
            for queue in former.iter().filter(gone).filter(|queue| !device.queues.contains(queue)) {
                tell_device(*queue, device.ix, None, stamp, out);
            }
            for queue in self.origins.iter().filter(new) {
                tell_device(*queue, device.ix, device.status, stamp, out);
            }
        }
    }

    /// His status now: that of his devices and channels (rule ST-3); logged out where he is logged in nowhere.
    fn now<'a>(
        shadow: &'a Shadow,
        channels: &'a Channels,
        known: Option<&Seen>,
        stamp: Stamp,
    ) -> Option<Top<'a>> {
        let (voice, media) = (shadow.highest(), channels.highest(stamp.at));
        // A device tells its status at the end of the instant of the login.
        if voice.is_none() && !shadow.devices.is_empty() {
            return None;
        }
        if combine(voice.map(|top| top.status), media.map(|top| top.status), true) {
            return media;
        }
        Some(match voice {
            Some(top) => shadow.uncovered(top, known, stamp),
            None if channels.has_login() => Top::without_device(Status::Monitored, stamp.at),
            None => Top::without_device(Status::LoggedOut, stamp.at),
        })
    }

    /// Mediation DNs that he is associated with follow his status and those of his devices (rule Q-31).
    fn inform(&mut self, status: Status, is_new: bool, stamp: Stamp, out: &mut Out) {
        let mut queues = self.origins.clone();
        for device in &mut self.shadow.devices {
            let is_news = std::mem::take(&mut device.is_news);
            for queue in self.origins.iter().chain(&device.queues) {
                if is_news {
                    tell_device(*queue, device.ix, device.status, stamp, out);
                }
                if !queues.contains(queue) {
                    queues.push(*queue);
                }
            }
        }
        for queue in &queues {
            if is_new || !self.informed.contains(queue) {
                let what = QueueWhat::AgentStatus { agent: self.shadow.me, status };
                out.to_queues.push((*queue, QueueEvent { stamp, conn: ConnIx::NONE, data: None, what }));
            }
        }
        self.informed = queues;
    }
}

fn tell_device(queue: ObjectIx, device: ObjectIx, status: Option<Status>, stamp: Stamp, out: &mut Out) {
    let what = QueueWhat::DeviceStatus { device, status };
    out.to_queues.push((queue, QueueEvent { stamp, conn: ConnIx::NONE, data: None, what }));
}

impl Brain for AgentBrain {
    type Event = Fact;

    fn apply(&mut self, facts: &[Fact], out: &mut Out) {
        let mut data = &None;
        for fact in facts {
            if !fact.same_data {
                data = &fact.data;
            }
            if self.open.is_some_and(|open| open.at != fact.stamp.at) {
                self.close(out);
            }
            self.open = Some(fact.stamp);
            self.hear(fact, data, out);
        }
        self.close(out);
    }

    fn warm(&self, _: &[Fact]) -> u64 {
        let sets = self.seats.groups.len() ^ self.origins.len() ^ self.informed.len();
        let told = self.told.seen.as_ref().map_or(0, |seen| seen.since.0 as u64);
        self.shadow.warm() ^ told ^ sets as u64 ^ u64::from(self.open.is_some())
    }
}
