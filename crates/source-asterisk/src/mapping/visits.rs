//! Callers in queues: joining, leaving, giving up (contracts, part 3, the hang-up rule of the Manager Interface).

use super::{At, Mapping};
use crate::book::{Leaving, Visit, VisitEnd};
use crate::message::Message;
use crate::steps::{Found, Step};
use crate::timers::Timer;
use model::record::{CallState, CallType, Role};
use model::time::Micros;
use model::{Event, Text};

impl Mapping {
    pub(super) fn join(&mut self, message: &Message, at: At) {
        let (Some(uid), Some(queue)) = (self.learn(message, ""), message.get("Queue").cloned()) else {
            return;
        };
        if let Some(visit) = self.book.visits.get(&uid) {
            if visit.queue == queue && visit.leaving.is_none() {
                return;
            }
            // The caller is in the next queue already: he went on.
            self.went_on(&uid, at);
        }
        self.begin_visit(&uid, queue, at, at.time, false);
    }

    /// A caller waits in `queue`, since `joined` by the PBX's clock.
    pub(super) fn begin_visit(&mut self, uid: &Text, queue: Text, at: At, joined: Micros, synthetic: bool) {
        self.know_queue(&queue);
        // From the queue's view the caller's channel is the call, also one that came out of another call.
        let conn = self.call_id(uid);
        if let Some(channel) = self.book.channels.get_mut(uid) {
            channel.conn = Some(conn.clone());
        }
        let visit = Visit {
            conn,
            other: self.number_of(uid),
            call_type: self.type_of_caller(uid),
            queue,
            joined,
            leaving: None,
            touched: at.received,
            unconfirmed: false,
        };
        let exten = self.book.channels.get(uid).map(|c| c.exten.clone()).unwrap_or_default();
        let consult = (visit.call_type == CallType::Consult).then(|| self.parent_of(uid)).flatten();
        self.tell(Event::Queued, at.told(joined), |r| {
            r.this_dn = Some(visit.queue.clone());
            r.this_queue = Some(visit.queue.clone());
            r.other_dn = Some(visit.other.clone());
            r.conn_id = Some(visit.conn.clone());
            r.prev_conn_id = consult;
            r.call_type = Some(visit.call_type.clone());
            r.synthetic = synthetic;
            let rare = r.rare_mut();
            rare.this_dn_role = Some(Role::Destination);
            rare.call_uuid = Some(uid.clone());
            rare.ani = Some(visit.other.clone());
            rare.dnis = Some(exten).filter(|e| !e.is_empty());
        });
        self.book.visits.insert(uid.clone(), visit);
    }

    /// The visit, made up if the message proves one that was never told (after a gap).
    pub(super) fn ensure_visit(&mut self, uid: &Text, message: &Message, at: At) -> bool {
        let Some(queue) = message.get("Queue").cloned() else { return false };
        if let Some(visit) = self.book.visits.get_mut(uid)
            && visit.queue == queue
        {
            visit.touched = at.received;
            visit.unconfirmed = false;
            return true;
        }
        if self.book.visits.contains_key(uid) {
            self.went_on(uid, at);
        }
        let waited = Micros::from_secs(message.number("HoldTime").unwrap_or(0).clamp(0, 86_400));
        self.ledger.counters.corrections += 1;
        self.begin_visit(uid, queue, at, at.time - waited, true);
        true
    }

    pub(super) fn leave(&mut self, message: &Message, at: At) {
        let Some(uid) = self.learn(message, "") else { return };
        let Some(visit) = self.book.visits.get_mut(&uid).filter(|v| Some(&v.queue) == message.get("Queue"))
        else {
            return;
        };
        visit.touched = at.received;
        if visit.leaving.is_none() {
            visit.leaving = Some(Leaving { time: at.time, abandon: false });
            let wait = self.options.timings.leave;
            self.timers.set(at.received + wait, Timer::Leave(uid));
        }
    }

    pub(super) fn abandon(&mut self, message: &Message, at: At) {
        let Some(uid) = self.learn(message, "") else { return };
        let queue = message.get("Queue").cloned().unwrap_or_default();
        if self.book.ended.has(&visit_key(&queue, &uid)) && !self.book.visits.contains_key(&uid) {
            return;
        }
        if !self.ensure_visit(&uid, message, at) {
            return;
        }
        let hung_up = self.book.channels.get(&uid).is_some_and(|c| c.hangup_requested);
        if hung_up {
            self.end_visit(&uid, at, Ending::Abandoned);
            return;
        }
        if let Some(visit) = self.book.visits.get_mut(&uid) {
            visit.leaving = Some(Leaving { time: at.time, abandon: true });
        }
        let wait = self.options.timings.leave;
        self.timers.set(at.received + wait, Timer::Leave(uid));
    }

    /// `VarSet QUEUESTATUS`: the only word on why a caller left who did not hang up.
    pub(super) fn queue_status(&mut self, message: &Message, at: At) {
        if message.get("Variable").is_none_or(|v| v != "QUEUESTATUS") {
            self.ledger.counters.unused_messages += 1;
            return;
        }
        let reason = match message.get("Value").map_or("", Text::as_str) {
            "TIMEOUT" => "timeout",
            "WITHDRAW" => "withdrawn",
            "LEAVEEMPTY" | "LEAVEUNAVAIL" | "JOINEMPTY" | "JOINUNAVAIL" => "empty",
            _ => return,
        };
        let Some(uid) = self.learn(message, "") else { return };
        if let Some(leaving) = self.book.visits.get(&uid).and_then(|v| v.leaving) {
            self.end_visit(&uid, at.told(leaving.time), Ending::Cleared(reason));
        }
    }

    /// The dialplan goes on with a caller.
    pub(super) fn goes_on(&mut self, message: &Message, at: At) {
        let Some(uid) = message.get("Uniqueid").cloned() else { return };
        let leaving = self.book.visits.get(&uid).is_some_and(|v| v.leaving.is_some());
        // The `h` extension runs when the caller is gone.
        if leaving && message.get("Extension").is_none_or(|e| e != "h") {
            self.learn(message, "");
            self.went_on(&uid, at);
        }
    }

    fn went_on(&mut self, uid: &Text, at: At) {
        let Some(visit) = self.book.visits.get(uid) else { return };
        match visit.leaving {
            Some(Leaving { time, abandon: true }) => {
                self.end_visit(uid, at.told(time), Ending::Cleared("redirected"));
            }
            Some(Leaving { time, abandon: false }) => {
                self.end_visit(uid, at.told(time), Ending::Cleared("key"));
            }
            None => self.end_visit(uid, at, Ending::Cleared("unknown")),
        }
    }

    /// Nothing has explained it in time. The channel lives, or its hang-up would have come: it went on, unless an
    /// agent has answered and the queue is still busy before `AgentConnect` (a gosub, an announcement).
    pub(super) fn leave_unexplained(&mut self, uid: &Text, at: At) {
        let Some(visit) = self.book.visits.get(uid) else { return };
        let Some(leaving) = visit.leaving else { return };
        if at.received < leaving.time || (!leaving.abandon && self.has_answered_leg(uid)) {
            return;
        }
        self.went_on(uid, at);
    }

    pub(super) fn visit_hangup(&mut self, uid: &Text, at: At) {
        let Some(visit) = self.book.visits.get(uid) else { return };
        let hung_up = self.book.channels.get(uid).is_some_and(|c| c.hangup_requested);
        match visit.leaving {
            Some(Leaving { time, abandon: true }) => {
                self.end_visit(uid, at.told(time), Ending::Cleared("unknown"));
            }
            // Left without a word of abandon: by a key, unless an agent had just answered.
            Some(Leaving { time, .. }) if self.has_answered_leg(uid) => {
                let ending = if hung_up { Ending::Abandoned } else { Ending::Cleared("unknown") };
                self.end_visit(uid, at.told(time), ending);
            }
            Some(Leaving { time, .. }) => self.end_visit(uid, at.told(time), Ending::Cleared("key")),
            // The queue's own events were lost.
            None => {
                self.ledger.counters.corrections += 1;
                let ending = if hung_up { Ending::Abandoned } else { Ending::Cleared("unknown") };
                self.end_visit(uid, at, ending);
            }
        }
    }

    /// The visit is over without an agent: first its open offers, then the queue.
    pub(super) fn end_visit(&mut self, uid: &Text, at: At, ending: Ending) {
        let Some(visit) = self.book.visits.remove(uid) else { return };
        self.book.ended.add(visit_key(&visit.queue, uid), at.received);
        self.end_offers(uid, &visit.queue, None, VisitEnd::Left, at);
        let event = if ending == Ending::Abandoned { Event::Abandoned } else { Event::Diverted };
        self.tell(event, at, |r| {
            r.this_dn = Some(visit.queue.clone());
            r.this_queue = Some(visit.queue);
            r.other_dn = Some(visit.other);
            r.conn_id = Some(visit.conn);
            r.call_type = Some(visit.call_type);
            if let Ending::Cleared(reason) = ending {
                r.call_state = Some(CallState::Cleared);
                r.reason = Some(reason.into());
            }
        });
    }

    /// An agent has the call.
    pub(super) fn distribute(&mut self, uid: &Text, leg: &Text, dn: &Text, at: At) {
        let Some(visit) = self.book.visits.remove(uid) else { return };
        self.book.ended.add(visit_key(&visit.queue, uid), at.received);
        self.end_offers(uid, &visit.queue, Some(leg), VisitEnd::Elsewhere, at);
        self.tell(Event::Diverted, at, |r| {
            r.this_dn = Some(visit.queue.clone());
            r.this_queue = Some(visit.queue);
            r.other_dn = Some(visit.other);
            r.third_party_dn = Some(dn.clone());
            r.conn_id = Some(visit.conn);
            r.call_type = Some(visit.call_type);
        });
    }

    pub(super) fn know_queue(&mut self, queue: &Text) {
        if self.book.queues.insert(queue.clone()) {
            let is_virtual = self.options.virtual_queues.contains(queue);
            self.ledger.push(Step::Found(Found::Queue { dn: queue.clone(), is_virtual }));
        }
    }

    fn type_of_caller(&self, uid: &Text) -> CallType {
        if let Some(leg) = self.book.leg_of(uid).and_then(|leg| self.book.legs.get(&leg)) {
            return if leg.call_type == CallType::Consult { CallType::Consult } else { CallType::Internal };
        }
        if self.parent_of(uid).is_some() {
            return CallType::Consult;
        }
        let agent = self.book.channels.get(uid).is_some_and(|c| self.book.dn_of(&c.name).is_some());
        if agent { CallType::Internal } else { CallType::Inbound }
    }
}

/// How a visit ends without an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Abandoned,
    Cleared(&'static str),
}

pub(super) fn visit_key(queue: &str, uid: &str) -> Text {
    Text::from(format!("{queue}/{uid}"))
}
