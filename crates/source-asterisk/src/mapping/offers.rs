//! A queue's offers to agents: ringing, refused, given up, answered elsewhere (event-sources C4, pitfall 14).

use super::{At, Mapping};
use crate::book::{Leg, Stage, VisitEnd};
use crate::message::Message;
use crate::options::AgentDump;
use crate::timers::Timer;
use model::record::{CallState, CallType, Role};
use model::time::Micros;
use model::{Event, Text};

impl Mapping {
    /// `AgentCalled`: the offer begins (pitfall 15: a Local member never shows "ringing" in its status).
    pub(super) fn called(&mut self, message: &Message, at: At) {
        let (Some(caller), Some(leg)) = (self.learn(message, ""), self.learn(message, "Dest")) else {
            return;
        };
        if self.book.legs.contains_key(&leg)
            || self.book.ended.has(&leg)
            || !self.ensure_visit(&caller, message, at)
        {
            return;
        }
        self.begin_offer(&caller, &leg, message, at, false);
    }

    pub(super) fn begin_offer(
        &mut self,
        caller: &Text,
        uid: &Text,
        message: &Message,
        at: At,
        synthetic: bool,
    ) -> bool {
        let (Some(dn), Some(queue)) = (message.get("Interface").cloned(), message.get("Queue").cloned())
        else {
            return false;
        };
        self.know_agent(&dn, message);
        self.end_stale_leg(&dn, uid, at);
        let conn = self.conn_of(caller);
        if let Some(channel) = self.book.channels.get_mut(uid) {
            channel.conn = Some(conn.clone());
        }
        let mut leg = Leg::new(dn, conn, uid.clone(), Stage::Ringing, at.time);
        leg.queue = Some(queue);
        leg.peer = caller.clone();
        leg.other = self.number_of(caller);
        leg.touched = at.received;
        if let Some(visit) = self.book.visits.get(caller) {
            leg.call_type = visit.call_type.clone();
            leg.queued = Some(visit.joined);
        }
        if leg.call_type == CallType::Consult {
            leg.prev_conn = self.parent_of(caller);
        }
        self.tell_leg(Event::Ringing, &leg, at, |r| {
            r.synthetic = synthetic;
            r.rare_mut().this_dn_role = Some(Role::Destination);
        });
        self.book.legs.insert(uid.clone(), leg);
        true
    }

    /// `AgentRingNoAnswer`: rang out, busy, refused or unreachable; the leg's hang-up tells which (pitfall 14).
    pub(super) fn ring_no_answer(&mut self, message: &Message, at: At) {
        let caller = self.learn_if_alive(message, "");
        let dest = self.learn_if_alive(message, "Dest");
        // Either side's fields may be missing here as well (pitfall 4).
        let Some(uid) = dest.or_else(|| self.leg_by_words(message, caller.as_ref(), Stage::Ringing)) else {
            return;
        };
        if self.book.ended.has(&uid) {
            return;
        }
        if self.book.leg_of(&uid).is_none() {
            let Some(caller) = caller else { return };
            // RingTime counts milliseconds here (pitfall 1).
            let rang = Micros::from_millis(message.number("RingTime").unwrap_or(0).clamp(0, 86_400_000));
            let told = at.told(at.time - rang);
            if !self.ensure_visit(&caller, message, at)
                || !self.begin_offer(&caller, &uid, message, told, true)
            {
                return;
            }
        }
        let Some(uid) = self.book.leg_of(&uid) else { return };
        if let Some(leg) = self.book.legs.get_mut(&uid) {
            leg.refused.get_or_insert(at.time);
            leg.touched = at.received;
        }
        self.timers.set(at.received + self.options.timings.settle, Timer::Settle(uid.clone()));
        self.settle(&uid, at);
    }

    /// `AgentDump`: the agent hung up while the announcement played.
    pub(super) fn dump(&mut self, message: &Message, at: At) {
        let Some(uid) = self.learn_if_alive(message, "Dest").and_then(|uid| self.book.leg_of(&uid)) else {
            return;
        };
        let Some(leg) = self.book.legs.get_mut(&uid).filter(|leg| leg.stage == Stage::Ringing) else {
            return;
        };
        if self.options.agent_dump == AgentDump::Answered {
            leg.stage = Stage::Talking;
            leg.answered = Some(at.time);
            let leg = leg.clone();
            self.distribute(&leg.peer, &uid, &leg.dn, at);
            self.tell_leg(Event::Established, &leg, at, |_| {});
            self.release(&uid, "agent", at, false);
        } else {
            leg.refused.get_or_insert(at.time);
            leg.dumped = true;
            self.finish_offer(&uid, at, CallState::Redirected, Some("agent_dump"));
        }
    }

    /// Ends an offer as soon as all that decides it is known.
    pub(super) fn settle(&mut self, uid: &Text, at: At) {
        let Some(leg) = self.book.legs.get(uid) else { return };
        if leg.stage != Stage::Ringing || leg.queue.is_none() {
            return;
        }
        match (leg.refused, leg.gone, leg.visit_end) {
            (Some(time), Some((_, cause)), _) => {
                let (state, reason) = refusal(cause, leg.dial_status.as_deref());
                self.finish_offer(uid, at.told(time), state, reason);
            }
            (None, Some((time, _)), Some(VisitEnd::Elsewhere)) => {
                self.finish_offer(uid, at.told(time), CallState::Redirected, Some("answered_elsewhere"));
            }
            (None, Some((time, _)), Some(VisitEnd::Left)) => self.give_up_offer(uid, at.told(time)),
            _ => {}
        }
    }

    /// An offer that was over before the one that succeeded began did not lose a race: its own refusal was lost.
    fn lost_refusals(&mut self, winner: &Text, offers: &[Text]) {
        let Some(began) = self.book.legs.get(winner).map(|leg| leg.began) else { return };
        for uid in offers {
            let Some(leg) = self.book.legs.get_mut(uid) else { continue };
            if let Some((gone, cause)) = leg.gone
                && gone < began
                && cause != 26
            {
                leg.refused.get_or_insert(gone);
            }
        }
    }

    /// Offers of a visit that has ended: told now if their channels are gone, else at their hang-up.
    pub(super) fn end_offers(
        &mut self,
        caller: &Text,
        queue: &Text,
        but: Option<&Text>,
        end: VisitEnd,
        at: At,
    ) {
        let open = |(uid, leg): &(&Text, &Leg)| {
            leg.peer == *caller
                && leg.queue.as_ref() == Some(queue)
                && leg.stage == Stage::Ringing
                && Some(*uid) != but
        };
        let offers: Vec<Text> = self.book.legs.iter().filter(open).map(|(uid, _)| uid.clone()).collect();
        if let Some(winner) = but {
            self.lost_refusals(winner, &offers);
        }
        for uid in offers {
            if let Some(leg) = self.book.legs.get_mut(&uid) {
                leg.visit_end.get_or_insert(end);
            }
            self.settle(&uid, at);
        }
    }

    /// The caller gave up while the phone rang.
    pub(super) fn give_up_offer(&mut self, uid: &Text, at: At) {
        let Some(leg) = self.drop_leg(uid, at) else { return };
        self.tell_leg(Event::Abandoned, &leg, at, |_| {});
    }

    /// The offer failed, or another phone was first.
    pub(super) fn finish_offer(&mut self, uid: &Text, at: At, state: CallState, reason: Option<&str>) {
        let Some(leg) = self.drop_leg(uid, at) else { return };
        self.tell_leg(Event::Released, &leg, at, |r| {
            r.call_state = Some(state);
            r.reason = reason.map(Text::from);
        });
    }

    pub(super) fn has_answered_leg(&self, caller: &Text) -> bool {
        self.book
            .legs
            .values()
            .any(|l| l.peer == *caller && l.stage == Stage::Ringing && l.up && l.gone.is_none())
    }
}

/// What a leg that was not answered means (pitfall 14): its hang-up cause decides, else the dial status.
pub(super) fn refusal(cause: i64, dial_status: Option<&str>) -> (CallState, Option<&'static str>) {
    match (cause, dial_status) {
        (17, _) | (_, Some("BUSY")) => (CallState::Busy, None),
        (21, _) => (CallState::Redirected, Some("rejected")),
        (1 | 3 | 18 | 20 | 22 | 27 | 34 | 38 | 41 | 42 | 44, _) => (CallState::NoAnswer, Some("unavailable")),
        (_, Some("CONGESTION" | "CHANUNAVAIL")) => (CallState::NoAnswer, Some("unavailable")),
        _ => (CallState::NoAnswer, None),
    }
}
