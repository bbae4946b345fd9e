//! Places: what happens on their devices, whoever is logged in (rules 1.2, 2.9 place status).

use super::shadow::{Seen, Shadow, Told, Top};
use crate::brain::Brain;
use crate::device::{Fact, FactWhat};
use crate::group::{GroupEvent, GroupWhat};
use crate::out::Out;
use crate::stamp::{Few, Stamp};
use model::Status;
use model::object::ObjectIx;
use serde::{Deserialize, Serialize};

/// The brain of a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceBrain {
    shadow: Shadow,
    groups: Few,
    told: Told,
    /// The last event of the instant that is not closed yet.
    open: Option<Stamp>,
}

impl PlaceBrain {
    /// A place that has not begun: a set of `devices`, member of `groups`.
    pub fn new(me: ObjectIx, devices: Vec<ObjectIx>, groups: Vec<ObjectIx>) -> Self {
        Self { shadow: Shadow::new(me, devices), groups: groups.into(), told: Told::nothing(), open: None }
    }

    fn close(&mut self, out: &mut Out) {
        let Some(stamp) = self.open.take() else { return };
        let now = Self::now(&self.shadow, self.told.seen.as_ref(), stamp);
        let status = now.status;
        let was_valid = self.told.valid;
        let valid = self.shadow.is_valid();
        let is_new = self.told.close(self.shadow.me, now, valid, stamp, out);
        let member = self.shadow.me;
        for group in &self.groups {
            let mut tell = |what| out.to_groups.push((*group, GroupEvent { stamp, what }));
            if is_new {
                tell(GroupWhat::Status { member, status });
            }
            if was_valid != valid {
                tell(GroupWhat::Validity { member, valid });
            }
        }
        for device in &mut self.shadow.devices {
            device.is_news = false;
        }
    }

    /// The highest of its devices; without devices it can't be seen.
    fn now<'a>(shadow: &'a Shadow, known: Option<&Seen>, stamp: Stamp) -> Top<'a> {
        match shadow.highest() {
            Some(top) => shadow.uncovered(top, known, stamp),
            None => Top::without_device(Status::NotMonitored, stamp.at),
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
            if let FactWhat::Item(item) = fact.what {
                self.shadow.take(fact.device, fact.stamp, item, data, out);
            }
        }
        self.close(out);
    }
}
