//! Calls at a mediation DN: entering, waiting, leaving (rules, X-7a).

use super::shelf::{Key, Keys};
use super::{Outcome, QueueBrain, QueueEvent, QueueWhat, Target, Visit};
use crate::device::CallKind;
use crate::out::Out;
use crate::stamp::{Data, Stamp, same_data};
use crate::waiting::Waiter;
use model::item::ConnIx;
use model::{Action, Micros};

impl Visit {
    pub(super) fn new(conn: ConnIx, kind: CallKind, stamp: Stamp, data: Data) -> Self {
        Self {
            conn,
            kind,
            entered: (stamp.at, stamp.time),
            is_waiting: false,
            wait: None,
            target: None,
            outcome: Outcome::None,
            alive: stamp.at,
            treatment: None,
            data,
        }
    }
}

impl QueueBrain {
    /// Which calls wait here.
    pub(crate) fn waiting(&self) -> Vec<Waiter> {
        let waiter = |visit: &Visit| {
            let since = visit.wait.as_ref().filter(|_| visit.is_waiting)?.since;
            Some(Waiter { conn: visit.conn, since, call: Some(visit.kind), data: visit.data.clone() })
        };
        self.visits.iter().filter_map(waiter).collect()
    }

    /// An event about a call at the mediation DN.
    pub(super) fn hear_call(&mut self, event: &QueueEvent, out: &mut Out) {
        let stamp = event.stamp;
        match &event.what {
            QueueWhat::Queued { kind, synthetic } => self.enter(event, *kind, *synthetic, out),
            QueueWhat::NewData => self.renew_data(event, out),
            QueueWhat::PartyChanged { prev, kind } => self.change_party(event, *prev, *kind, out),
            what => {
                self.rebuilding = false;
                let Some(key) = self.visits.waiting(event.conn) else {
                    self.hear_stranger(event, out);
                    return;
                };
                self.renew_data(event, out);
                match what {
                    QueueWhat::Diverted(target) => self.leave(key, *target, stamp, out),
                    QueueWhat::Abandoned => self.leave_with(key, Action::CallAbandoned, stamp, out),
                    QueueWhat::Heartbeat => {
                        if let Some(visit) = self.visits.get_mut(key) {
                            visit.alive = stamp.at;
                        }
                    }
                    _ => self.treat(key, event, out),
                }
            }
        }
    }

    /// An event about a call that does not wait here.
    fn hear_stranger(&mut self, event: &QueueEvent, out: &mut Out) {
        match event.what {
            QueueWhat::TreatmentStarted => {
                self.moment(Action::CallTreatmentStarted, event.stamp, event.conn, &event.data, out);
            }
            QueueWhat::TreatmentFailed => {
                self.moment(Action::CallTreatmentNotStarted, event.stamp, event.conn, &event.data, out);
            }
            // The first of RouteUsed and Diverted ended the visit (rule Q-29).
            QueueWhat::Diverted(_) => {}
            _ => out.counters.refused += 1,
        }
    }

    fn enter(&mut self, event: &QueueEvent, kind: Option<CallKind>, synthetic: bool, out: &mut Out) {
        let (stamp, conn) = (event.stamp, event.conn);
        let is_rebuilt = self.rebuilding && synthetic;
        self.rebuilding &= synthetic;
        // Also a Queued that is told again brings the call's data (rule Q-24).
        self.renew_data(event, out);
        if let Some(key) = self.visits.waiting(conn) {
            // A second Queued is ignored (rule Q-29); after a loss the call turns out to wait still.
            let Some(mut visit) = self.visits.take(key) else { return };
            visit.alive = stamp.at;
            if visit.wait.is_none() {
                let about = (conn, visit.kind);
                visit.wait = Some(self.begin(Action::CallWait, None, stamp, about, &event.data, out));
            }
            self.visits.put_back(key, visit);
            return;
        }
        let kind = kind.unwrap_or(CallKind::Unknown);
        let mut visit = Visit::new(conn, kind, stamp, event.data.clone());
        visit.is_waiting = true;
        if !is_rebuilt {
            self.moment(Action::CallEntered, stamp, (conn, kind), &event.data, out);
        }
        visit.wait = Some(self.begin(Action::CallWait, None, stamp, (conn, kind), &event.data, out));
        self.visits.add(visit);
    }

    /// The call is sent on (rule A-10).
    pub(super) fn leave(&mut self, key: Key, target: Target, stamp: Stamp, out: &mut Out) {
        let action = match target {
            Target::Cleared => Action::CallCleared,
            Target::Queue(_) => Action::CallDistributedToQueue,
            Target::Device(_) | Target::Unknown => Action::CallDistributed,
        };
        if action != Action::CallDistributed {
            return self.leave_with(key, action, stamp, out);
        }
        let Some(mut visit) = self.visits.take(key) else { return };
        self.stop_waiting(&mut visit, Some(action), stamp, out);
        visit.target = Some(target);
        match visit.outcome {
            Outcome::Failed => self.visits.discard(key),
            _ => self.visits.put_back(key, visit),
        }
    }

    /// The call leaves for good; nothing more comes of the visit.
    pub(super) fn leave_with(&mut self, key: Key, action: Action, stamp: Stamp, out: &mut Out) {
        let Some(mut visit) = self.visits.take(key) else { return };
        self.stop_waiting(&mut visit, Some(action), stamp, out);
        self.visits.discard(key);
    }

    pub(super) fn stop_waiting(
        &mut self,
        visit: &mut Visit,
        outcome: Option<Action>,
        stamp: Stamp,
        out: &mut Out,
    ) {
        visit.is_waiting = false;
        if let Some(wait) = visit.wait.take() {
            self.end(&wait, stamp, visit.conn, &visit.data, out);
        }
        if let Some(action) = outcome {
            self.past(action, visit.entered, stamp, (visit.conn, visit.kind), &visit.data, out);
        }
    }

    /// The waiting call goes on under another id, perhaps as another kind (rule Q-30).
    fn change_party(&mut self, event: &QueueEvent, prev: ConnIx, kind: Option<CallKind>, out: &mut Out) {
        let stamp = event.stamp;
        let key = match prev {
            ConnIx::NONE => self.visits.waiting(event.conn),
            prev => self.visits.waiting(prev).or_else(|| self.visits.waiting(event.conn)),
        };
        let taken = key.and_then(|key| Some((key, self.visits.take(key)?)));
        let Some((key, mut visit)) = taken else {
            out.counters.refused += 1;
            return;
        };
        self.visits.discard(key);
        if self.config.keeps_enter_time {
            visit.conn = event.conn;
            visit.data = event.data.clone();
            if let Some(wait) = visit.wait {
                let what = model::item::What::Changed { action: wait.action, id: wait.id };
                let item = crate::stamp::item(stamp, self.me, what);
                let item = model::item::Item { start: wait.since, call: wait.call, conn: visit.conn, ..item };
                self.put(item, stamp, &visit.data, out);
            }
        } else {
            self.stop_waiting(&mut visit, None, stamp, out);
            visit.is_waiting = true;
            visit.conn = event.conn;
            visit.data = event.data.clone();
            visit.kind = kind.unwrap_or(visit.kind);
            visit.entered = (stamp.at, stamp.time);
            visit.wait =
                Some(self.begin(Action::CallWait, None, stamp, (visit.conn, visit.kind), &visit.data, out));
        }
        visit.alive = stamp.at;
        self.visits.add(visit);
    }

    /// What is attached to the call may have changed.
    fn renew_data(&mut self, event: &QueueEvent, out: &mut Out) {
        let keys: Keys =
            match self.visits.of(event.conn).any(|(_, visit)| !same_data(&visit.data, &event.data)) {
                true => self.visits.of(event.conn).map(|(key, _)| key).collect(),
                false => return,
            };
        for key in keys {
            let Some(visit) = self.visits.get_mut(key) else { continue };
            visit.data = event.data.clone();
            if let Some(wait) = visit.wait {
                let what = model::item::What::Changed { action: wait.action, id: wait.id };
                let item = crate::stamp::item(event.stamp, self.me, what);
                let item = model::item::Item { start: wait.since, call: wait.call, conn: event.conn, ..item };
                self.put(item, event.stamp, &event.data, out);
            }
        }
    }

    fn treat(&mut self, key: Key, event: &QueueEvent, out: &mut Out) {
        let (stamp, conn) = (event.stamp, event.conn);
        match event.what {
            QueueWhat::TreatmentStarted => {
                if let Some(visit) = self.visits.get_mut(key) {
                    visit.treatment = Some((stamp.at, stamp.time));
                }
                self.moment(Action::CallTreatmentStarted, stamp, conn, &event.data, out);
            }
            QueueWhat::TreatmentEnded => {
                let treatment = self.visits.get_mut(key).and_then(|visit| visit.treatment.take());
                if let Some(since) = treatment {
                    self.past(Action::CallTreatmentCompleted, since, stamp, conn, &event.data, out);
                }
            }
            QueueWhat::TreatmentFailed => {
                self.moment(Action::CallTreatmentNotStarted, stamp, conn, &event.data, out);
            }
            _ => {}
        }
    }

    /// Removes waiting calls that gave no sign of life since then (rule X-7a).
    pub(super) fn clean(&mut self, since: Micros, stamp: Stamp, out: &mut Out) {
        for key in self.visits.keys(|visit| visit.is_waiting && visit.alive < since) {
            self.leave_with(key, Action::StuckCallCleanedWhileWaiting, stamp, out);
        }
    }
}
