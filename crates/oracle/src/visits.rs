//! Calls at queues, route points and virtual queues (statistics 2.5 with ).

use crate::legs::Leg;
use crate::login::Ended;
use crate::world::World;
use model::record::{CallState, CallType};
use model::{Action, Event, Micros, Record, Text};

/// One stay of a call at one mediation DN, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) queue: Text,
    pub(crate) conn: Text,
    pub(crate) entered: Micros,
    /// The CallWait that goes on.
    pub(crate) wait: Option<usize>,
    /// Distributed to a number that is no mediation DN.
    pub(crate) distributed_to: Option<Text>,
    /// Nothing more can become of it.
    pub(crate) over: bool,
    /// Answered, by that leg.
    pub(crate) answered_by: Option<u32>,
    /// That leg is over; only its after-call work may follow.
    pub(crate) released: bool,
    /// The source was lost meanwhile; a snapshot may bring it back (rule Q-10).
    pub(crate) suspended: bool,
    pub(crate) treatment: Option<Micros>,
}

/// What becomes of a call that rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Answered,
    Abandoned,
    Forwarded,
}

impl World<'_> {
    pub(crate) fn at_queue(&mut self, queue: &str, record: &Record, switch: &str) {
        let Some(conn) = record.conn_id.as_ref() else { return };
        let waiting = |visit: &Visit| visit.queue == queue && visit.conn == *conn && visit.wait.is_some();
        let visit = self.visits.iter().position(waiting);
        let Some(visit) = visit else {
            if matches!(record.event, Event::Queued | Event::RouteRequest) {
                let kind = record.call_type.clone().unwrap_or(CallType::Unknown);
                self.enter(queue, conn, kind);
            } else if record.event == Event::PartyChanged {
                self.moved(queue, record, conn);
            }
            return;
        };
        let target = record.third_party_dn.as_ref().map(|number| Text::from(format!("{number}@{switch}")));
        match &record.event {
            Event::Abandoned => self.leave(visit, Action::CallAbandoned),
            Event::RouteUsed if target.is_none() => {} // Rule Q-29.
            Event::Diverted | Event::RouteUsed => {
                let cleared = record.call_state == Some(CallState::Cleared);
                let Some(target) = target.filter(|_| !cleared) else {
                    return self.leave(visit, Action::CallCleared); // Rule Q-26.
                };
                if self.dns.get(&target).is_some_and(|dn| dn.mediation) {
                    self.leave(visit, Action::CallDistributedToQueue);
                } else {
                    self.distribute(visit, &target);
                }
            }
            Event::TreatmentApplied => {
                self.visits[visit].treatment = Some(self.now);
                self.happen(queue, Action::CallTreatmentStarted, Some(conn));
            }
            Event::TreatmentNotApplied => self.happen(queue, Action::CallTreatmentNotStarted, Some(conn)),
            Event::TreatmentEnd => {
                if let Some(start) = self.visits[visit].treatment.take() {
                    self.emit(queue, Action::CallTreatmentCompleted, Some(conn), start, None);
                }
            }
            _ => {}
        }
    }

    fn enter(&mut self, queue: &str, conn: &Text, kind: CallType) {
        self.kinds.insert((queue.into(), conn.clone()), kind);
        self.happen(queue, Action::CallEntered, Some(conn));
        let wait = self.start(queue, Action::CallWait, Some(conn), self.now);
        self.visits.push(Visit::new(queue, conn, self.now, Some(wait)));
    }

    /// The visit ends without a phone: nothing more can become of it.
    fn leave(&mut self, visit: usize, how: Action) {
        self.stop_waiting(visit, how);
        self.visits[visit].over = true;
    }

    pub(crate) fn distribute(&mut self, visit: usize, to: &Text) {
        self.stop_waiting(visit, Action::CallDistributed);
        self.visits[visit].distributed_to = Some(to.clone());
    }

    fn stop_waiting(&mut self, visit: usize, how: Action) {
        if let Some(wait) = self.visits[visit].wait.take() {
            self.stop(wait);
        }
        self.at_visit(visit, how, self.visits[visit].entered);
    }

    /// A retrospective action at a visit's mediation DN.
    pub(crate) fn at_visit(&mut self, visit: usize, action: Action, start: Micros) {
        let Visit { queue, conn, .. } = self.visits[visit].clone();
        self.emit(&queue, action, Some(&conn), start, None);
        // One record at a phone may mean something at several mediation DNs; no rule tells in which order.
        self.facts.moments.last_mut().expect("just emitted").cut = true;
    }

    /// Rule Q-30: the call of a waiting visit goes on under another id.
    fn moved(&mut self, queue: &str, record: &Record, conn: &Text) {
        let Some(former) = record.prev_conn_id.as_ref() else { return };
        let waiting = |visit: &Visit| visit.queue == queue && visit.conn == *former && visit.wait.is_some();
        let Some(visit) = self.visits.iter().position(waiting) else { return };
        self.visits[visit].conn = conn.clone();
        let stays = self.kinds.get(&(queue.into(), former.clone())).cloned();
        let told = record.call_type.clone().filter(|_| !self.dns[queue].alt_enter_time);
        self.kinds.extend(told.or(stays).map(|kind| ((queue.into(), conn.clone()), kind)));
        let wait = self.visits[visit].wait.expect("it waits");
        if self.dns[queue].alt_enter_time {
            self.facts.stretches[wait].conn = Some(conn.clone());
        } else {
            self.stop(wait);
            self.visits[visit].wait = Some(self.start(queue, Action::CallWait, Some(conn), self.now));
            self.visits[visit].entered = self.now;
        }
    }

    /// The visits that an outcome at a phone belongs to (rules ).
    fn touched(&self, dn: &str, leg: &Leg, conn: &Text, outcome: Outcome) -> Vec<usize> {
        let open = |v: &&(usize, &Visit)| {
            v.1.conn == *conn && !v.1.over && v.1.answered_by.is_none() && !v.1.suspended
        };
        let visits: Vec<(usize, &Visit)> = self.visits.iter().enumerate().collect();
        let own = visits.iter().filter(open).rfind(|v| leg.queue.as_ref() == Some(&v.1.queue));
        let named_me = |visit: &Visit| visit.distributed_to.as_deref() == Some(dn);
        let own = own.filter(|(_, visit)| {
            let unknown = visit.distributed_to.as_ref().is_some_and(|to| !self.dns.contains_key(to));
            outcome == Outcome::Answered || named_me(visit) || unknown
        });
        let mut touched: Vec<usize> = own.iter().map(|v| v.0).collect();
        let others = visits.iter().filter(open).filter(|v| named_me(v.1)).map(|v| v.0);
        touched.extend(others.filter(|visit| own.is_none_or(|own| own.0 != *visit)));
        touched.sort_unstable();
        touched
    }

    pub(crate) fn outcome(&mut self, dn: &str, leg: &Leg, outcome: Outcome) {
        for visit in self.touched(dn, leg, &leg.conn, outcome) {
            let action = match outcome {
                Outcome::Answered => Action::CallAnswered,
                Outcome::Abandoned => Action::CallAbandonedFromRinging,
                Outcome::Forwarded => Action::CallForwarded,
            };
            self.at_visit(visit, action, self.visits[visit].entered);
            match outcome {
                Outcome::Answered => self.visits[visit].answered_by = Some(leg.id),
                _ => self.visits[visit].over = true,
            }
        }
    }

    /// Rule Q-20: the party of a ringing call changes.
    pub(crate) fn ringing_changed(&mut self, dn: &str, leg: &Leg, former: &Text, conn: &Text) {
        for visit in self.touched(dn, leg, former, Outcome::Forwarded) {
            self.at_visit(visit, Action::CallRingingPartyChanged, self.visits[visit].entered);
            self.visits[visit].conn = conn.clone();
            let queue = self.visits[visit].queue.clone();
            let kind = self.kinds.get(&(queue.clone(), former.clone())).cloned();
            self.kinds.extend(kind.map(|kind| ((queue, conn.clone()), kind)));
            if !self.dns[&self.visits[visit].queue].alt_enter_time {
                self.visits[visit].entered = self.now;
            }
        }
    }

    /// CallReleased or CallMissed at the visits that a leg answered (rules ).
    pub(crate) fn released_at_queues(&mut self, dn: &str, leg: &Leg) {
        self.by_association(dn, leg.id, (Action::CallReleased, Action::CallMissed), leg.answered);
        self.visits.iter_mut().filter(|v| v.answered_by == Some(leg.id)).for_each(|v| v.released = true);
    }

    pub(crate) fn acw_over(&mut self, dn: &str, ended: &Ended, start: Micros) {
        self.by_association(dn, ended.leg, (Action::ACWCompleted, Action::ACWMissed), start);
    }

    fn by_association(&mut self, dn: &str, leg: u32, how: (Action, Action), start: Micros) {
        let agent = self.dns[dn].login.as_ref().map(|login| login.agent.clone());
        for visit in 0..self.visits.len() {
            if self.visits[visit].answered_by == Some(leg) {
                let queue = self.visits[visit].queue.clone();
                let associated = agent.as_ref().is_some_and(|agent| self.is_associated(agent, &queue));
                self.at_visit(visit, if associated { how.0 } else { how.1 }, start);
            }
        }
    }

    /// Rule 2.5: by a login that named the queue, or as a member of a group with it among its origination DNs.
    pub(crate) fn is_associated(&self, agent: &str, queue: &str) -> bool {
        let logins =
            self.dns.values().filter_map(|dn| dn.login.as_ref()).filter(|login| login.agent == agent);
        let by_login = logins.clone().any(|login| login.queues.contains(queue));
        let by_group = self.tenant.agent_groups.iter().any(|group| {
            group.agents.iter().any(|member| member == agent)
                && group.origination_dns.iter().any(|dn| dn == queue)
        });
        by_login || (by_group && logins.count() > 0)
    }
}

impl Visit {
    pub(crate) fn new(queue: &str, conn: &Text, entered: Micros, wait: Option<usize>) -> Self {
        Self {
            queue: queue.into(),
            conn: conn.clone(),
            entered,
            wait,
            distributed_to: None,
            over: false,
            answered_by: None,
            released: false,
            suspended: false,
            treatment: None,
        }
    }
}
