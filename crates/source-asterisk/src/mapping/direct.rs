//! Calls on agents' DNs that no queue brought: made by the agent, dialled directly, transferred; and holds.

use super::legs::who_hung_up;
use super::{At, Mapping};
use crate::book::{Leg, Stage};
use crate::message::Message;
use model::record::{CallState, CallType, Role};
use model::{Event, Text};

impl Mapping {
    /// A channel is born. In state Ring (4) a known phone is calling somebody.
    pub(super) fn new_channel(&mut self, message: &Message, at: At) {
        let Some(uid) = self.learn(message, "") else { return };
        if message.get("ChannelState").is_none_or(|s| s != "4") || self.book.legs.contains_key(&uid) {
            return;
        }
        let Some(channel) = self.book.channels.get(&uid) else { return };
        let Some(dn) = self.book.dn_of(&channel.name).cloned() else { return };
        let exten = channel.exten.clone();
        let mut leg = Leg::new(dn, self.conn_of(&uid), uid.clone(), Stage::Dialing, at.time);
        leg.prev_conn = self.open_talk(&leg.dn);
        leg.call_type = if leg.prev_conn.is_some() { CallType::Consult } else { self.type_of_number(&exten) };
        leg.other = exten;
        leg.touched = at.received;
        self.tell_leg(Event::Dialing, &leg, at, |r| r.rare_mut().this_dn_role = Some(Role::Origination));
        self.book.legs.insert(uid, leg);
    }

    pub(super) fn new_state(&mut self, message: &Message, at: At) {
        let Some(uid) = self.learn(message, "") else { return };
        if !self.book.channels.get(&uid).is_some_and(|c| c.up) {
            return;
        }
        let Some(key) = self.book.leg_of(&uid) else { return };
        let Some(leg) = self.book.legs.get_mut(&key) else { return };
        if leg.channel != uid || leg.stage == Stage::Talking {
            return;
        }
        leg.up = true;
        // A queue's offer is answered when the queue says so.
        if leg.queue.is_none() {
            self.answer(&key, at);
        }
    }

    fn answer(&mut self, uid: &Text, at: At) {
        let Some(leg) = self.book.legs.get_mut(uid) else { return };
        leg.stage = Stage::Talking;
        leg.answered = Some(at.time);
        leg.touched = at.received;
        leg.unconfirmed = false;
        let leg = leg.clone();
        self.end_after_call_work(&leg.dn, at);
        self.tell_leg(Event::Established, &leg, at, |_| {});
    }

    /// Somebody dials a phone. Offers of queues were told by `AgentCalled` already.
    pub(super) fn dial_begin(&mut self, message: &Message, at: At) {
        let from = self.learn(message, "");
        let Some(uid) = self.learn(message, "Dest") else { return };
        let conn = from.as_ref().map(|from| self.conn_of(from));
        let waiting = from.as_ref().is_some_and(|from| self.book.visits.contains_key(from));
        if let Some(channel) = self.book.channels.get_mut(&uid)
            && channel.conn.is_none()
        {
            channel.conn = conn.clone();
        }
        if self.book.leg_of(&uid).is_some() || waiting {
            return;
        }
        let Some(dn) = self.book.channels.get(&uid).and_then(|c| self.book.dn_of(&c.name)).cloned() else {
            return;
        };
        let conn = conn.unwrap_or_else(|| self.conn_of(&uid));
        // The real phone behind a Local member: the offer is on the DN already.
        let behind = |(_, leg): &(&Text, &Leg)| leg.dn == dn && leg.conn == conn;
        if let Some(leg) = self.book.legs.iter().find(behind).map(|(key, _)| key.clone()) {
            self.book.aliases.insert(uid, leg);
            return;
        }
        self.offer_directly(from.as_ref(), &uid, dn, conn, at);
    }

    fn offer_directly(&mut self, from: Option<&Text>, uid: &Text, dn: Text, conn: Text, at: At) {
        let mut leg = Leg::new(dn, conn, uid.clone(), Stage::Ringing, at.time);
        leg.touched = at.received;
        let mut giver = None;
        if let Some(from) = from {
            leg.peer = from.clone();
            leg.other = self.number_of(from);
            giver = self.book.handed_over.get(from).cloned();
            leg.prev_conn = if giver.is_none() { self.parent_of(from) } else { None };
            leg.call_type = match (&giver, &leg.prev_conn) {
                (None, Some(_)) => CallType::Consult,
                (None, None) => self.type_of_direct(from),
                // A transferred call stays what it was.
                (Some(_), _) => CallType::Inbound,
            };
        }
        leg.offered_by_transfer = giver.is_some();
        self.tell_leg(Event::Ringing, &leg, at, |r| {
            r.rare_mut().this_dn_role = Some(Role::Destination);
            if let Some(giver) = giver {
                r.call_state = Some(CallState::Transferred);
                r.third_party_dn = Some(giver);
                r.rare_mut().third_party_dn_role = Some(Role::TransferredBy);
            }
        });
        self.book.legs.insert(uid.clone(), leg);
    }

    pub(super) fn dial_end(&mut self, message: &Message, at: At) {
        let Some(uid) = message.get("DestUniqueid").filter(|u| !u.is_empty()).cloned() else { return };
        let Some(status) = message.get("DialStatus").cloned() else { return };
        let answered = status == "ANSWER";
        let from = message.get("Uniqueid").cloned();
        if let Some(key) = self.book.leg_of(&uid)
            && let Some(leg) = self.book.legs.get_mut(&key)
            && leg.channel == uid
            && leg.stage != Stage::Talking
        {
            // Many legs get two of these (pitfall 13); the first one means something.
            leg.dial_status.get_or_insert(status);
            leg.up |= answered;
            if answered && leg.queue.is_none() {
                self.answer(&key, at);
            }
        }
        if answered {
            self.consult_answered(&uid, from.as_ref(), at);
        }
    }

    /// A leg that no queue brought is over.
    pub(super) fn direct_leg_gone(&mut self, uid: &Text, cause: i64, at: At) {
        let Some(leg) = self.book.legs.get(uid) else { return };
        let asked = |uid: &Text| self.book.channels.get(uid).is_some_and(|c| c.hangup_requested);
        let (by_agent, by_peer) = (asked(&leg.channel), asked(&leg.peer));
        let (stage, status) = (leg.stage, leg.dial_status.clone());
        match (stage, status.as_deref()) {
            (Stage::Talking, _) => {
                let word = who_hung_up(by_agent, by_peer);
                self.release(uid, word, at, false);
            }
            (Stage::Dialing, _) => {
                let state = match cause {
                    17 => CallState::Busy,
                    18 | 19 => CallState::NoAnswer,
                    _ => CallState::Ok,
                };
                self.finish_offer(uid, at, state, None);
            }
            (Stage::Ringing, _) if cause == 26 => {
                self.finish_offer(uid, at, CallState::Redirected, Some("answered_elsewhere"));
            }
            (Stage::Ringing, Some("BUSY")) => self.finish_offer(uid, at, CallState::Busy, None),
            (Stage::Ringing, Some("NOANSWER" | "CONGESTION" | "CHANUNAVAIL")) => {
                self.finish_offer(uid, at, CallState::NoAnswer, None);
            }
            (Stage::Ringing, _) if cause == 17 => self.finish_offer(uid, at, CallState::Busy, None),
            (Stage::Ringing, _) if by_peer || cause == 0 || cause == 16 => {
                let Some(leg) = self.drop_leg(uid, at) else { return };
                self.tell_leg(Event::Abandoned, &leg, at, |_| {});
            }
            (Stage::Ringing, _) => self.finish_offer(uid, at, CallState::NoAnswer, None),
        }
    }

    /// `Hold` / `Unhold` of either side: only changes are told (pitfall 13).
    pub(super) fn hold(&mut self, message: &Message, at: At, held: bool) {
        let Some(uid) = self.learn(message, "") else { return };
        let here = self.book.leg_of(&uid).filter(|key| self.book.legs.contains_key(key));
        let there = || {
            let with = |(_, leg): &(&Text, &Leg)| leg.peer == uid && leg.stage == Stage::Talking;
            self.book.legs.iter().find(with).map(|(key, _)| key.clone())
        };
        let is_here = here.is_some();
        let Some(key) = here.or_else(there) else { return };
        let Some(leg) = self.book.legs.get_mut(&key).filter(|leg| leg.stage == Stage::Talking) else {
            return;
        };
        let before = leg.held();
        if is_here {
            leg.held_here = held;
        } else {
            leg.held_there = held;
        }
        leg.touched = at.received;
        let now = leg.held();
        if before == now {
            self.ledger.counters.repeats_filtered += 1;
            return;
        }
        let leg = leg.clone();
        self.tell_leg(if now { Event::Held } else { Event::Retrieved }, &leg, at, |_| {});
    }

    pub(super) fn bridge_enter(&mut self, message: &Message, at: At) {
        let Some(uid) = self.learn(message, "") else { return };
        let bridge = message.get("BridgeUniqueid").cloned();
        if let Some(channel) = self.book.channels.get_mut(&uid) {
            channel.bridge = bridge.clone();
        }
        if let Some(old) = message.get("SwapUniqueid").filter(|u| !u.is_empty()).cloned() {
            self.swap(&old, &uid);
        }
        if let Some(bridge) = bridge {
            self.consult_begins(&uid, &bridge, at);
        }
    }

    pub(super) fn bridge_leave(&mut self, message: &Message) {
        let Some(uid) = self.learn(message, "") else { return };
        if let Some(channel) = self.book.channels.get_mut(&uid)
            && channel.bridge.as_ref() == message.get("BridgeUniqueid")
        {
            channel.bridge = None;
        }
    }

    /// A channel takes another one's place in a bridge (an optimised Local channel, a replaced phone).
    fn swap(&mut self, old: &Text, new: &Text) {
        if let Some(key) = self.book.leg_of(old)
            && let Some(leg) = self.book.legs.get_mut(&key)
            && leg.channel == *old
        {
            leg.channel = new.clone();
            if key != *new {
                self.book.aliases.insert(new.clone(), key);
            }
        }
        for leg in self.book.legs.values_mut().filter(|leg| leg.peer == *old) {
            leg.peer = new.clone();
        }
        let conn = self.conn_of(old);
        if let Some(channel) = self.book.channels.get_mut(new)
            && channel.conn.is_none()
        {
            channel.conn = Some(conn);
        }
    }

    /// The call that the DN talks on already: a further one is a consultation.
    fn open_talk(&self, dn: &Text) -> Option<Text> {
        self.book.legs.values().find(|l| l.dn == *dn && l.stage == Stage::Talking).map(|l| l.conn.clone())
    }

    fn type_of_direct(&self, from: &Text) -> CallType {
        if let Some(leg) = self.book.leg_of(from).and_then(|key| self.book.legs.get(&key)) {
            return if leg.call_type == CallType::Consult { CallType::Consult } else { CallType::Internal };
        }
        let agent = self.book.channels.get(from).is_some_and(|c| self.book.dn_of(&c.name).is_some());
        if agent { CallType::Internal } else { CallType::Inbound }
    }

    /// The number plan: queues, agents' numbers and short numbers are internal.
    fn type_of_number(&self, number: &Text) -> CallType {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let internal = self.book.queues.contains(number)
            || number.is_empty()
            || digits < number.len()
            || digits <= self.options.internal_digits;
        if internal && !number.starts_with('+') { CallType::Internal } else { CallType::Outbound }
    }
}
