//! Calls that a snapshot brings back (rules ).

use crate::acts::of_type;
use crate::legs::Rebuilt;
use crate::visits::Visit;
use crate::world::World;
use model::snapshot::{CallPicture, LegState};
use model::{Action, Micros, Text};

impl World<'_> {
    pub(crate) fn waits_again(&mut self, queue: &str, call: &CallPicture) {
        let entered = call.queued_since.unwrap_or(call.since).min(self.now);
        self.calls.entry(call.conn_id.clone()).or_default();
        self.kinds.insert((queue.into(), call.conn_id.clone()), call.call_type.clone());
        let wait = Some(self.start(queue, Action::CallWait, Some(&call.conn_id), entered));
        let known = self.suspended(queue, &call.conn_id);
        match known {
            Some(visit) => {
                let conn = call.conn_id.clone();
                self.visits[visit] = Visit { entered, wait, ..Visit::new(queue, &conn, entered, wait) };
            }
            None => self.visits.push(Visit::new(queue, &call.conn_id, entered, wait)),
        }
    }

    /// The latest visit of the call at that queue that the loss interrupted.
    fn suspended(&self, queue: &str, conn: &Text) -> Option<usize> {
        self.visits
            .iter()
            .rposition(|v| v.queue == queue && v.conn == *conn && v.suspended && !v.over && !v.released)
    }

    pub(crate) fn call_again(&mut self, dn: &str, call: &CallPicture, queue: Option<Text>) {
        let conn = &call.conn_id;
        let established = call.established_since.unwrap_or(call.since).min(self.now);
        let leg = self.new_leg(dn, conn, call.call_type.clone());
        let id = leg.id;
        leg.role = call.this_dn_role.clone();
        leg.queue.clone_from(&queue);
        leg.transferred = call.offer.as_deref() == Some("transferred");
        leg.answered = established;
        self.calls.entry(conn.clone()).or_default();
        self.brought_by.extend(queue.clone().map(|queue| ((dn.into(), conn.clone()), queue)));
        let talk = of_type(&call.call_type).0;
        let start = |world: &mut Self, action, since| Some(world.start(dn, action, Some(conn), since));
        let mut rebuilt = Rebuilt::default();
        match call.state {
            LegState::Ringing => rebuilt.ringing = start(self, Action::CallRinging, call.since),
            LegState::Dialing => rebuilt.dialing = start(self, Action::CallDialing, call.since),
            LegState::Established => rebuilt.talk = start(self, talk, established),
            LegState::Held => {
                rebuilt.talk = start(self, talk, established);
                rebuilt.hold = start(self, Action::CallOnHold, call.since);
            }
            LegState::Queued => {}
        }
        let talks = rebuilt.talk.is_some();
        let leg = self.dn(dn).legs.last_mut().expect("just made");
        (leg.ringing, leg.dialing, leg.talk, leg.hold) =
            (rebuilt.ringing, rebuilt.dialing, rebuilt.talk, rebuilt.hold);
        let talks = talks.then_some((id, established));
        if let Some(queue) = queue.as_ref().filter(|_| rebuilt.dialing.is_none()) {
            self.came_through(dn, queue, call, talks);
        }
        self.was_sent_here(dn, conn, talks);
    }

    /// Rule Q-10: the queue's side of a call that is back on a phone; `talks`: the leg that talks, and since when.
    fn came_through(&mut self, dn: &str, queue: &Text, call: &CallPicture, talks: Option<(u32, Micros)>) {
        if !self.dns.contains_key(queue) {
            return;
        }
        let told = call.queued_since.map(|since| since.min(self.now));
        let known = self.suspended(queue, &call.conn_id);
        let visit = known.unwrap_or_else(|| {
            let mut visit = Visit::new(queue, &call.conn_id, self.now, None);
            visit.distributed_to = Some(dn.into());
            self.kinds.insert((queue.clone(), call.conn_id.clone()), call.call_type.clone());
            self.visits.push(visit);
            self.visits.len() - 1
        });
        self.visits[visit].suspended = false;
        // As if the missing record came now (contracts 4): what is known of the visit holds, unless it is told anew.
        self.visits[visit].entered = told.unwrap_or(self.visits[visit].entered);
        if self.visits[visit].distributed_to.is_none() {
            self.distribute(visit, &dn.into());
        }
        if let Some((leg, established)) = talks {
            let answered_before = self.visits[visit].answered_by.replace(leg).is_some();
            if known.is_some() && !answered_before {
                let conn = call.conn_id.clone();
                // The answer came while nobody looked: its length is that of the snapshot.
                let start = self.visits[visit].entered;
                self.emit_at(queue, Action::CallAnswered, &conn, start, established);
            }
        }
    }

    /// The other visits whose Diverted named this DN go on, as the call is listed (rules ).
    fn was_sent_here(&mut self, dn: &str, conn: &Text, talks: Option<(u32, Micros)>) {
        for visit in 0..self.visits.len() {
            let known = &self.visits[visit];
            let named = known.distributed_to.as_deref() == Some(dn) && known.conn == *conn;
            if !named || !known.suspended || known.over || known.released {
                continue;
            }
            self.visits[visit].suspended = false;
            // An answer that came while nobody looked is told to the mediation DN that brought the call only.
            match (talks, self.visits[visit].answered_by) {
                (Some((leg, _)), Some(_)) => self.visits[visit].answered_by = Some(leg),
                (Some(_), None) => self.visits[visit].over = true,
                (None, _) => {}
            }
        }
    }
}
