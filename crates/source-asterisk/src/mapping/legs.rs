//! Calls on agents' DNs that a queue brought: offers, talks, their ends (event-sources C4, C6, C9).

use super::{At, Mapping};
use crate::book::{Leg, Stage, VisitEnd};
use crate::message::Message;
use crate::options::AgentDump;
use crate::timers::Timer;
use model::record::{CallState, Role};
use model::time::Micros;
use model::{Event, Record, Text};

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

    fn begin_offer(&mut self, caller: &Text, uid: &Text, message: &Message, at: At, synthetic: bool) -> bool {
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
        if leg.call_type == model::record::CallType::Consult {
            leg.prev_conn = self.parent_of(caller);
        }
        self.tell_leg(Event::Ringing, &leg, at, |r| {
            r.synthetic = synthetic;
            r.rare_mut().this_dn_role = Some(Role::Destination);
        });
        self.book.legs.insert(uid.clone(), leg);
        true
    }

    /// `AgentConnect`: the call is distributed and the talk begins.
    pub(super) fn connect(&mut self, message: &Message, at: At) {
        let (Some(caller), Some(uid)) = (self.learn(message, ""), self.learn(message, "Dest")) else {
            return;
        };
        let uid = self.book.leg_of(&uid).unwrap_or(uid);
        if self.book.ended.has(&uid) || self.book.legs.get(&uid).is_some_and(|l| l.stage == Stage::Talking) {
            return;
        }
        if !self.ensure_visit(&caller, message, at) {
            return;
        }
        if !self.book.legs.contains_key(&uid) {
            // RingTime counts seconds here, milliseconds in AgentRingNoAnswer (pitfall 1).
            let rang = Micros::from_secs(message.number("RingTime").unwrap_or(0).clamp(0, 86_400));
            if !self.begin_offer(&caller, &uid, message, at.told(at.time - rang), true) {
                return;
            }
        }
        let Some(leg) = self.book.legs.get_mut(&uid) else { return };
        leg.stage = Stage::Talking;
        leg.answered = Some(at.time);
        leg.touched = at.received;
        leg.unconfirmed = false;
        let leg = leg.clone();
        self.distribute(&caller, &uid, &leg.dn, at);
        self.end_after_call_work(&leg.dn, at);
        self.tell_leg(Event::Established, &leg, at, |_| {});
    }

    /// `AgentComplete`: may lack either side's fields (pitfall 4), may come after the hang-up, may come much too late
    /// (pitfall 5).
    pub(super) fn complete(&mut self, message: &Message, at: At) {
        let caller = self.learn_if_alive(message, "");
        let dest = self.learn_if_alive(message, "Dest");
        let Some(uid) = self.completed_leg(message, caller.as_ref(), dest.as_ref()) else {
            self.complete_of_unknown(message, caller, dest, at);
            return;
        };
        self.after_talk(&uid, message.get("Reason").map_or("", Text::as_str), at);
    }

    fn after_talk(&mut self, uid: &Text, reason: &str, at: At) {
        let Some(leg) = self.book.legs.get(uid) else { return };
        // The channel's end is the end of the talk when the queue was slower to tell.
        let at = leg.gone.map_or(at, |(time, _)| at.told(time.min(at.time)));
        self.release(uid, reason, at, false);
    }

    fn completed_leg(&self, message: &Message, caller: Option<&Text>, dest: Option<&Text>) -> Option<Text> {
        if let Some(uid) = dest.and_then(|d| self.book.leg_of(d)) {
            return Some(uid);
        }
        let (queue, dn) = (message.get("Queue")?, message.get("Interface")?);
        let fits = |leg: &&(&Text, &Leg)| {
            leg.1.stage == Stage::Talking && leg.1.queue.as_ref() == Some(queue) && leg.1.dn == *dn
        };
        let mut open: Vec<_> = self.book.legs.iter().collect::<Vec<_>>();
        open.retain(|leg| fits(&leg));
        if let Some(caller) = caller {
            let conn = self.conn_of(caller);
            open.retain(|(_, leg)| leg.peer == *caller || leg.conn == conn);
        }
        open.first().map(|(uid, _)| (*uid).clone())
    }

    /// A talk that was never told begins and ends at once, with the length that the queue tells, or was closed long ago.
    fn complete_of_unknown(&mut self, message: &Message, caller: Option<Text>, dest: Option<Text>, at: At) {
        let (Some(caller), Some(dest)) = (caller, dest) else {
            self.ledger.counters.late_completes += 1;
            return;
        };
        if self.book.ended.has(&dest) {
            self.ledger.counters.late_completes += 1;
            return;
        }
        let Some(dn) = message.get("Interface").cloned() else { return };
        self.know_agent(&dn, message);
        self.end_stale_leg(&dn, &dest, at);
        self.ledger.counters.corrections += 1;
        let talked = Micros::from_secs(message.number("TalkTime").unwrap_or(0).clamp(0, 86_400));
        let mut leg = Leg::new(dn, self.conn_of(&caller), dest.clone(), Stage::Talking, at.time - talked);
        leg.queue = message.get("Queue").cloned();
        leg.peer = caller.clone();
        leg.other = self.number_of(&caller);
        leg.answered = Some(leg.began);
        let began = at.told(leg.began);
        self.tell_leg(Event::Established, &leg, began, |r| r.synthetic = true);
        self.book.legs.insert(dest.clone(), leg);
        self.release(&dest, message.get("Reason").map_or("", Text::as_str), at, false);
    }

    /// `AgentRingNoAnswer`: rang out, busy, refused or unreachable; the leg's hang-up tells which (pitfall 14).
    pub(super) fn ring_no_answer(&mut self, message: &Message, at: At) {
        let (Some(caller), Some(uid)) = (self.learn(message, ""), self.learn_if_alive(message, "Dest"))
        else {
            return;
        };
        if self.book.ended.has(&uid) {
            return;
        }
        if self.book.leg_of(&uid).is_none() {
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

    pub(super) fn leg_hangup(&mut self, uid: &Text, cause: i64, at: At) {
        if let Some(leg) = self.book.leg_of(uid) {
            let carries = self.book.legs.get(&leg).is_some_and(|l| l.channel == *uid);
            if carries {
                self.leg_gone(&leg, cause, at);
            } else {
                self.book.aliases.remove(uid);
            }
        }
        // The other side is gone: the queue tells within milliseconds, or (a swapped channel) the talk goes on.
        let left: Vec<Text> = self.talks_with(uid);
        for leg in left {
            self.timers.set(at.received + self.options.timings.settle, Timer::Settle(leg));
        }
    }

    fn leg_gone(&mut self, uid: &Text, cause: i64, at: At) {
        let requested = |channel: &Text| self.book.channels.get(channel).is_some_and(|c| c.hangup_requested);
        let Some(leg) = self.book.legs.get(uid) else { return };
        let by_agent = requested(&leg.channel);
        let by_peer = requested(&leg.peer);
        let queued = leg.queue.is_some();
        let Some(leg) = self.book.legs.get_mut(uid) else { return };
        leg.gone.get_or_insert((at.time, cause));
        leg.touched = at.received;
        if !queued {
            self.direct_leg_gone(uid, cause, at);
            return;
        }
        if leg.stage == Stage::Talking {
            // Who hung up, should the queue never tell.
            leg.dial_status = Some(
                if by_agent {
                    "agent"
                } else if by_peer {
                    "caller"
                } else {
                    ""
                }
                .into(),
            );
        }
        self.timers.set(at.received + self.options.timings.settle, Timer::Settle(uid.clone()));
        self.settle(uid, at);
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

    /// The time for explanations is over.
    pub(super) fn settle_at_last(&mut self, uid: &Text, at: At) {
        let Some(leg) = self.book.legs.get(uid) else { return };
        let settle = self.options.timings.settle;
        match (leg.stage, leg.refused, leg.gone) {
            (Stage::Talking, _, Some((time, _))) if leg.queue.is_some() => {
                let reason = leg.dial_status.clone().unwrap_or_default();
                self.release(uid, &reason, at.told(time), true);
            }
            (Stage::Talking, ..) => self.talk_without_peer(uid, at),
            (Stage::Ringing, Some(time), None) if at.received >= leg.touched + settle => {
                let (state, reason) = refusal(0, leg.dial_status.as_deref());
                self.finish_offer(uid, at.told(time), state, reason);
            }
            (Stage::Ringing, None, Some((time, 26))) => {
                self.finish_offer(uid, at.told(time), CallState::Redirected, Some("answered_elsewhere"));
            }
            (Stage::Ringing, None, Some((time, cause))) => {
                let (state, _) = refusal(cause, leg.dial_status.as_deref());
                self.finish_offer(uid, at.told(time), state, Some("unknown"));
            }
            _ => {}
        }
    }

    /// The caller's channel is gone, the agent's is not, and no `AgentComplete` came. If the agent talks to nobody
    /// (no bridge), the talk is over; else the channels were swapped and it goes on.
    fn talk_without_peer(&mut self, uid: &Text, at: At) {
        let Some(leg) = self.book.legs.get(uid) else { return };
        let bridged = self.book.channels.get(&leg.channel).is_some_and(|c| c.bridge.is_some());
        if leg.queue.is_some() && !bridged && !self.book.channels.contains_key(&leg.peer) {
            self.release(uid, "caller", at, true);
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
        for uid in offers {
            if let Some(leg) = self.book.legs.get_mut(&uid) {
                leg.visit_end.get_or_insert(end);
            }
            self.settle(&uid, at);
        }
    }

    /// The caller gave up while the phone rang.
    fn give_up_offer(&mut self, uid: &Text, at: At) {
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

    /// The talk is over. `reason` is the queue's word: caller, agent, transfer.
    pub(super) fn release(&mut self, uid: &Text, reason: &str, at: At, synthetic: bool) {
        let Some(leg) = self.drop_leg(uid, at) else { return };
        if synthetic {
            self.ledger.counters.corrections += 1;
        }
        let transferred = reason == "transfer" || (synthetic && leg.transfer.is_some());
        self.tell_leg(Event::Released, &leg, at, |r| {
            r.synthetic = synthetic;
            if transferred {
                r.call_state = Some(CallState::Transferred);
                r.third_party_dn = leg.transfer.clone();
                return;
            }
            r.call_state = Some(CallState::Ok);
            r.third_party_dn = match reason {
                "agent" => Some(leg.dn.clone()),
                "caller" => Some(leg.other.clone()),
                _ => None,
            };
        });
        if let Some(queue) = leg.queue {
            self.begin_after_call_work(&leg.dn, &queue, at);
        }
    }

    pub(super) fn drop_leg(&mut self, uid: &Text, at: At) -> Option<Leg> {
        let leg = self.book.legs.remove(uid)?;
        self.book.aliases.retain(|_, target| target != uid);
        self.book.ended.add(uid.clone(), at.received);
        if leg.channel != *uid {
            self.book.ended.add(leg.channel.clone(), at.received);
        }
        Some(leg)
    }

    /// What all records of a leg carry.
    pub(super) fn tell_leg(&mut self, event: Event, leg: &Leg, at: At, more: impl FnOnce(&mut Record)) {
        let agent_id = self.agent_at(&leg.dn);
        self.tell(event, at, |r| {
            r.this_dn = Some(leg.dn.clone());
            r.this_queue = leg.queue.clone();
            r.other_dn = Some(leg.other.clone()).filter(|o| !o.is_empty());
            r.conn_id = Some(leg.conn.clone());
            r.prev_conn_id = leg.prev_conn.clone();
            r.call_type = Some(leg.call_type.clone());
            r.agent_id = agent_id;
            more(r);
        });
    }

    /// A call on the DN that nothing has confirmed since the link was lost can't go on beside a new one.
    fn end_stale_leg(&mut self, dn: &Text, but: &Text, at: At) {
        let stale = |(uid, leg): &(&Text, &Leg)| leg.dn == *dn && leg.unconfirmed && *uid != but;
        let stale: Vec<Text> = self.book.legs.iter().filter(stale).map(|(uid, _)| uid.clone()).collect();
        for uid in stale {
            self.release(&uid, "", at, true);
        }
    }

    pub(super) fn has_answered_leg(&self, caller: &Text) -> bool {
        self.book
            .legs
            .values()
            .any(|l| l.peer == *caller && l.stage == Stage::Ringing && l.up && l.gone.is_none())
    }

    fn talks_with(&self, peer: &Text) -> Vec<Text> {
        let with = |(_, leg): &(&Text, &Leg)| leg.peer == *peer && leg.stage == Stage::Talking;
        self.book.legs.iter().filter(with).map(|(uid, _)| uid.clone()).collect()
    }

    /// The Uniqueid, without making a channel known that may have hung up already.
    fn learn_if_alive(&mut self, message: &Message, prefix: &str) -> Option<Text> {
        let uid = message.get(&format!("{prefix}Uniqueid")).filter(|u| !u.is_empty())?.clone();
        if self.book.channels.contains_key(&uid) {
            self.learn(message, prefix);
        }
        Some(uid)
    }
}

/// What a leg that was not answered means (pitfall 14): its hang-up cause decides, else the dial status.
fn refusal(cause: i64, dial_status: Option<&str>) -> (CallState, Option<&'static str>) {
    match (cause, dial_status) {
        (17, _) | (_, Some("BUSY")) => (CallState::Busy, None),
        (21, _) => (CallState::Redirected, Some("rejected")),
        (1 | 3 | 18 | 20 | 22 | 27 | 34 | 38 | 41 | 42 | 44, _) => (CallState::NoAnswer, Some("unavailable")),
        (_, Some("CONGESTION" | "CHANUNAVAIL")) => (CallState::NoAnswer, Some("unavailable")),
        _ => (CallState::NoAnswer, None),
    }
}
