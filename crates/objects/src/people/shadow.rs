//! What agents and places have in common: actions of their devices become theirs, and one status over several
//! devices (rules O-1, O-2, O-5, 2.9 place status).

use crate::out::{Line, Out};
use crate::script::Word;
use crate::stamp::{Data, Few, Stamp, item, same_data};
use model::Action;
use model::Status;
use model::item::{CallKind, ConnIx, Item, What};
use model::object::ObjectIx;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// Actions and devices of one agent or place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Shadow {
    pub(super) me: ObjectIx,
    pub(super) devices: SmallVec<[Device; 2]>,
    /// Actions in progress that are (also) this object's.
    held: SmallVec<[Held; 4]>,
    next_id: u32,
}

/// A device as its owner sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Device {
    pub(super) ix: ObjectIx,
    pub(super) status: Option<Status>,
    pub(super) since: Micros,
    conn: ConnIx,
    data: Data,
    pub(super) valid: bool,
    /// Mediation DNs that the login on the device is for.
    pub(super) queues: Few,
    /// The number of its switch.
    pub(super) switch: u16,
    /// The status is to be told to mediation DNs at the end of the instant.
    pub(super) is_news: bool,
}

/// A device's action that is also the owner's, under an id of his own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Held {
    device: ObjectIx,
    id: u32,
    own: u32,
    action: Action,
    begun: Micros,
    begun_source: Micros,
    conn: ConnIx,
    #[serde(default)]
    call: Option<CallKind>,
}

/// The status of an owner at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) status: Status,
    /// Since when the device that decides has it.
    pub(super) since: Micros,
    pub(super) conn: ConnIx,
    pub(super) data: Data,
}

/// The same before it is known whether it is news: data that stay need no other owner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Top<'a> {
    pub(super) status: Status,
    pub(super) since: Micros,
    pub(super) conn: ConnIx,
    pub(super) data: &'a Data,
}

impl Top<'_> {
    /// What holds where there is no device to decide.
    pub(super) fn without_device(status: Status, since: Micros) -> Self {
        static NONE: Data = None;
        Self { status, since, conn: ConnIx::NONE, data: &NONE }
    }
}

/// What was told last about status and validity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) seen: Option<Seen>,
    pub(super) valid: bool,
}

impl Shadow {
    pub(super) fn new(me: ObjectIx, devices: impl IntoIterator<Item = ObjectIx>) -> Self {
        let devices = devices.into_iter().map(|ix| Device::new(ix, 0)).collect();
        Self { me, devices, held: SmallVec::new(), next_id: 0 }
    }

    pub(super) fn device(&mut self, ix: ObjectIx) -> Option<&mut Device> {
        self.devices.iter_mut().find(|device| device.ix == ix)
    }

    /// A fact of a device becomes the owner's.
    pub(super) fn take(
        &mut self,
        device: ObjectIx,
        stamp: Stamp,
        mut fact: Item,
        data: &Data,
        out: &mut Out,
    ) {
        let what = match fact.what {
            What::Began { action, id } => {
                self.next_id = self.next_id.wrapping_add(1);
                let own = self.next_id;
                let (begun, begun_source) = (fact.at, stamp.time);
                self.held.push(Held {
                    device,
                    id,
                    own,
                    action,
                    begun,
                    begun_source,
                    conn: fact.conn,
                    call: fact.call,
                });
                What::Began { action, id: own }
            }
            What::Ended { action, id } => match self.find(device, id) {
                Some(at) => {
                    let held = self.held.remove(at);
                    if held.begun > fact.start {
                        // The device came when it was in progress (rule O-4).
                        fact.start = held.begun;
                        fact.source_span = (stamp.time - held.begun_source).max(Micros::ZERO);
                    }
                    What::Ended { action, id: held.own }
                }
                None => return,
            },
            What::Lost { action, id } => match self.find(device, id) {
                Some(at) => {
                    let held = self.held.remove(at);
                    let later = held.begun - fact.start;
                    if later > Micros::ZERO && fact.source_span >= Micros::ZERO {
                        fact.source_span = (fact.source_span - later).max(Micros::ZERO);
                    }
                    fact.start = held.begun.max(fact.start);
                    What::Lost { action, id: held.own }
                }
                None => return,
            },
            What::Changed { action, id } => match self.find(device, id) {
                Some(at) => {
                    self.held[at].conn = fact.conn;
                    What::Changed { action, id: self.held[at].own }
                }
                None => return,
            },
            What::Happened { .. } => fact.what,
            What::Status { to } => {
                if let Some(device) = self.device(device) {
                    device.is_news |= device.status != Some(to);
                    (device.status, device.since) = (Some(to), fact.start);
                    (device.conn, device.data) = (fact.conn, data.clone());
                }
                return;
            }
            What::Validity { valid } => {
                if let Some(device) = self.device(device) {
                    device.valid = valid;
                }
                return;
            }
            What::Unseen | What::Joined { .. } | What::Left { .. } | What::Records { .. } => return,
        };
        let item = Item { object: self.me, what, ..fact };
        out.line(stamp.step, false, item, data);
    }

    /// Records of a device are lost. True if it decided the status: nobody knows the owner's either then.
    pub(super) fn lose_sight(&mut self, device: ObjectIx) -> bool {
        let decides = self.decider().is_some_and(|(decider, _)| decider.ix == device);
        if let Some(device) = self.device(device) {
            device.status = None;
        }
        decides
    }

    /// As [`crate::Brain::warm`].
    pub(super) fn warm(&self) -> u64 {
        let held = self.held.iter().fold(0, |sum, held| sum ^ held.id);
        let devices =
            self.devices.iter().fold(0, |sum, device| sum ^ device.since.0 ^ i64::from(device.valid));
        u64::from(held) ^ devices as u64
    }

    fn find(&self, device: ObjectIx, id: u32) -> Option<usize> {
        self.held.iter().position(|held| held.device == device && held.id == id)
    }

    /// The device is no longer the owner's: what is in progress on it ends for him (rule O-2), without outcomes.
    pub(super) fn release(&mut self, device: ObjectIx, stamp: Stamp, out: &mut Out) {
        let me = self.me;
        self.held.retain(|held| {
            if held.device != device {
                return true;
            }
            let what = What::Ended { action: held.action, id: held.own };
            let source_span = (stamp.time - held.begun_source).max(Micros::ZERO);
            let ended = Item {
                start: held.begun,
                source_span,
                conn: held.conn,
                call: held.call,
                ..item(stamp, me, what)
            };
            out.lines.push(Line { step: stamp.step, late: false, item: ended });
            false
        });
        self.devices.retain(|known| known.ix != device);
    }

    /// The highest status over all devices; among equals the one that is so for longest.
    pub(super) fn highest(&self) -> Option<Top<'_>> {
        let top = self.decider();
        top.map(|(device, status)| Top { status, since: device.since, conn: device.conn, data: &device.data })
    }

    fn decider(&self) -> Option<(&Device, Status)> {
        let mut top: Option<(&Device, Status)> = None;
        for device in &self.devices {
            let Some(status) = device.status else { continue };
            let higher = top.is_none_or(|(best, of)| {
                status > of || (status == of && (device.since, device.ix) < (best.since, best.ix))
            });
            if higher {
                top = Some((device, status));
            }
        }
        top
    }

    /// Since when the status runs for the owner: if it is new to him since now, unless the device told it in this
    /// instant and knows (from a snapshot) that it runs since earlier.
    pub(super) fn uncovered<'a>(&self, seen: Top<'a>, known: Option<&Seen>, stamp: Stamp) -> Top<'a> {
        let is_known = known.is_some_and(|known| known.status == seen.status);
        let is_fresh = |device: &Device| {
            device.is_news && device.status == Some(seen.status) && device.since == seen.since
        };
        let keeps = is_known || self.devices.iter().any(is_fresh);
        Top { since: if keeps { seen.since } else { stamp.at }, ..seen }
    }

    /// Whether one of the devices is of that switch, or its login for that queue.
    pub(super) fn is_logged_in(&self, to: Word) -> bool {
        self.devices.iter().any(|device| match to {
            Word::Queue(queue) => device.queues.contains(&queue),
            Word::Switch(switch) => device.switch == switch,
            _ => false,
        })
    }

    /// Whether somebody is logged in on one of the devices.
    pub(super) fn has_login(&self) -> bool {
        self.held.iter().any(|held| held.action == Action::LoggedIn)
    }

    /// Whether no device is lost with its source (rule X-4).
    pub(super) fn is_valid(&self) -> bool {
        self.devices.iter().all(|device| device.valid)
    }
}

impl Device {
    pub(super) fn new(ix: ObjectIx, switch: u16) -> Self {
        Self {
            ix,
            switch,
            status: None,
            since: Micros::ZERO,
            conn: ConnIx::NONE,
            data: None,
            valid: true,
            queues: Few::new(),
            is_news: false,
        }
    }
}

impl Told {
    pub(super) fn nothing() -> Self {
        Self { seen: None, valid: true }
    }

    /// Records were lost: what the status was since `from` nobody knows.
    pub(super) fn lose_sight(&mut self, me: ObjectIx, from: Micros, stamp: Stamp, out: &mut Out) {
        if self.seen.take().is_some() {
            let item = Item { start: from, ..item(stamp, me, What::Unseen) };
            out.lines.push(Line { step: stamp.step, late: false, item });
        }
    }

    /// Closes an instant: puts out status and validity where they changed; true where the status is another.
    pub(super) fn close(
        &mut self,
        me: ObjectIx,
        now: Top<'_>,
        valid: bool,
        stamp: Stamp,
        out: &mut Out,
    ) -> bool {
        if valid != self.valid {
            self.valid = valid;
            let item = item(stamp, me, What::Validity { valid });
            out.lines.push(Line { step: stamp.step, late: true, item });
        }
        let is_new = self.seen.as_ref().is_none_or(|seen| seen.status != now.status);
        let known = self.seen.as_ref().filter(|_| !is_new);
        if known.is_some_and(|seen| same_data(&seen.data, now.data)) {
            return false;
        }
        let start = known.map_or(now.since, |seen| seen.since);
        let what = What::Status { to: now.status };
        let item = Item { start, conn: now.conn, ..item(stamp, me, what) };
        out.line(stamp.step, true, item, now.data);
        let Top { status, conn, data, .. } = now;
        self.seen = Some(Seen { status, since: start, conn, data: data.clone() });
        is_new
    }
}
