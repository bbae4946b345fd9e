//! A device comes to other places, or they to other groups, in mid-stream (rules O-4, Q-44).

use super::{DeviceBrain, FactWhat};
use crate::out::Out;
use crate::stamp::{Data, Few, Running, Stamp, item};
use model::item::{ConnIx, Item, What};
use model::object::ObjectIx;

/// Where a device belongs from now on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Belonging {
    /// The places that hold it.
    pub places: Few,
    /// Mediation DNs that whoever logs in on it is associated with, by the places' groups.
    pub origins: Few,
}

impl DeviceBrain {
    pub(super) fn move_to(&mut self, to: &Belonging, stamp: Stamp, out: &mut Out) {
        let former = std::mem::replace(&mut self.places, to.places.iter().copied().collect());
        for place in former.iter().filter(|place| !to.places.contains(place)) {
            self.tell_place(*place, stamp, FactWhat::Logout { announced: false }, &None, out);
        }
        for place in to.places.iter().filter(|place| !former.contains(place)) {
            self.introduce(*place, stamp, out);
        }
        let former = std::mem::replace(&mut self.origins, to.origins.clone());
        let Some(agent) = self.agent() else { return };
        let is_login =
            |queue: &ObjectIx| self.login.as_ref().is_some_and(|login| login.queues.contains(queue));
        for queue in former.iter().filter(|queue| !to.origins.contains(queue) && !is_login(queue)) {
            self.associate(*queue, agent, false, stamp, out);
        }
        for queue in to.origins.iter().filter(|queue| !former.contains(queue)) {
            self.associate(*queue, agent, true, stamp, out);
        }
    }

    /// A place that did not know the device hears what goes on here: it counts there from now on.
    fn introduce(&self, place: ObjectIx, stamp: Stamp, out: &mut Out) {
        self.tell_place(place, stamp, FactWhat::Login { switch: self.switch }, &None, out);
        let mut began = |run: Option<&Running>, conn: ConnIx, data: &Data| {
            let Some(run) = run else { return };
            let what = What::Began { action: run.action, id: run.id };
            let began = Item { start: run.since, conn, ..item(stamp, self.me, what) };
            self.tell_place(place, stamp, FactWhat::Item(began), data, out);
        };
        for run in [&self.base, &self.presence, &self.hook] {
            began(run.as_ref(), ConnIx::NONE, &None);
        }
        if let Some(mode) = &self.mode {
            began(mode.run.as_ref(), ConnIx::NONE, &mode.reasons);
        }
        for call in &self.calls {
            began(call.run.as_ref(), call.conn, &call.data);
            began(call.hold.as_ref(), call.conn, &call.data);
        }
        if let (Some(to), Some(top)) = (self.told.status, self.top()) {
            let status = Item { conn: top.conn, ..item(stamp, self.me, What::Status { to }) };
            self.tell_place(place, stamp, FactWhat::Item(status), &self.told.data, out);
        }
        if !self.told.valid {
            let lost = item(stamp, self.me, What::Validity { valid: false });
            self.tell_place(place, stamp, FactWhat::Item(lost), &None, out);
        }
    }

    fn tell_place(&self, place: ObjectIx, stamp: Stamp, what: FactWhat, data: &Data, out: &mut Out) {
        let data = out.attach(data);
        out.tell_place(place, stamp, self.me, what, data);
    }
}
