//! Places: what happens on their devices and media channels, whoever is logged in (rules 1.2, 2.9 place status).

use super::channels::{ChannelWhat, Channels, combine};
use super::seats::{Seat, Seats};
use super::shadow::{Device, Seen, Shadow, Told, Top};
use crate::brain::Brain;
use crate::device::{Fact, FactWhat};
use crate::group::{GroupEvent, GroupWhat};
use crate::out::Out;
use crate::stamp::Stamp;
use model::Status;
use model::item::What;
use model::object::ObjectIx;
use serde::{Deserialize, Serialize};

/// The brain of a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceBrain {
    shadow: Shadow,
    #[serde(default)]
    channels: Channels,
    seats: Seats,
    told: Told,
    /// The last event of the instant that is not closed yet.
    open: Option<Stamp>,
}

impl PlaceBrain {
    /// A place that has not begun: a set of `devices` that may belong to these groups.
    pub(crate) fn new(me: ObjectIx, devices: Vec<ObjectIx>, seats: Vec<Seat>) -> Self {
        Self {
            shadow: Shadow::new(me, devices),
            channels: Channels::default(),
            seats: Seats::new(seats),
            told: Told::nothing(),
            open: None,
        }
    }

    /// The configuration changes.
    fn hear(&mut self, what: FactWhat, device: ObjectIx, stamp: Stamp, out: &mut Out) {
        match what {
            FactWhat::Login { switch } if self.shadow.device(device).is_none() => {
                self.shadow.devices.push(Device::new(device, switch));
            }
            FactWhat::Logout { .. } => self.shadow.release(device, stamp, out),
            FactWhat::Tie(tie) => self.seats.hear(tie),
            _ => {}
        }
    }

    fn close(&mut self, out: &mut Out) {
        let Some(stamp) = self.open.take() else { return };
        let now = Self::now(&self.shadow, &self.channels, self.told.seen.as_ref(), stamp);
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
        self.seats.settle((member, status, valid), stamp, |_| false, out);
        for device in &mut self.shadow.devices {
            device.is_news = false;
        }
    }

    /// The highest of its devices, or that of its channels; without either it can't be seen.
    fn now<'a>(shadow: &'a Shadow, channels: &'a Channels, known: Option<&Seen>, stamp: Stamp) -> Top<'a> {
        let (voice, media) = (shadow.highest(), channels.highest(stamp.at));
        let status = |top: Option<Top<'_>>| top.map(|top| top.status);
        match (voice, media) {
            (_, Some(media)) if combine(status(voice), status(Some(media)), shadow.has_login()) => media,
            (Some(voice), _) => shadow.uncovered(voice, known, stamp),
            (None, _) => Top::without_device(Status::NotMonitored, stamp.at),
        }
    }
}

impl Brain for PlaceBrain {
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
            match fact.what {
                FactWhat::Item(item) if item.what == What::Unseen => {
                    if self.shadow.lose_sight(fact.device) {
                        self.told.lose_sight(self.shadow.me, item.start, fact.stamp, out);
                    }
                }
                FactWhat::Item(item) => self.shadow.take(fact.device, fact.stamp, item, data, out),
                FactWhat::Channel(what) => {
                    if let ChannelWhat::Gap(loss) = what
                        && self.shadow.devices.is_empty()
                    {
                        self.told.lose_sight(self.shadow.me, loss.last_seen(), fact.stamp, out);
                    }
                    self.channels.hear(self.shadow.me, fact.device, what, data, fact.stamp, out);
                }
                what => self.hear(what, fact.device, fact.stamp, out),
            }
        }
        self.close(out);
    }
}
