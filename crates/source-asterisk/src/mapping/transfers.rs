//! Transfers and consultations by agents (event-sources C4.7, C4.8; contracts, part 3).

use super::{At, Mapping};
use crate::book::{Leg, Stage};
use crate::message::Message;
use model::record::{CallState, CallType, Role};
use model::{Event, Text};

/// Marks the leg of who consults: its channel is in two bridges by turns, so it can't be the key.
const CONSULT: &str = "/consult";

impl Mapping {
    pub(super) fn blind_transfer(&mut self, message: &Message, at: At) {
        if message.get("Result").is_some_and(|r| r != "Success") {
            return;
        }
        let (Some(giver), Some(given)) =
            (message.get("TransfererUniqueid"), message.get("TransfereeUniqueid"))
        else {
            return;
        };
        let Some(key) = self.book.leg_of(giver) else { return };
        let target = message.get("Extension").cloned();
        let Some(leg) = self.book.legs.get_mut(&key) else { return };
        self.book.handed_over.insert(given.clone(), leg.dn.clone());
        // The real phone behind a Local member: the queue does not see this and goes on; so do we (pitfall 5).
        if leg.channel != *giver {
            return;
        }
        leg.transfer = target;
        if leg.queue.is_none() {
            self.release(&key, "transfer", at, false);
        }
    }

    /// Two calls become one: the second leg of who transfers ends, the target goes on in the first call.
    pub(super) fn attended_transfer(&mut self, message: &Message, at: At) {
        if message.get("Result").is_some_and(|r| r != "Success")
            || message.get("DestType").is_some_and(|d| d == "Fail")
        {
            return;
        }
        let first = message.get("OrigTransfererUniqueid").and_then(|u| self.book.leg_of(u));
        let Some(first) = first else { return };
        let Some(leg) = self.book.legs.get(&first) else { return };
        let (giver, conn) = (leg.dn.clone(), leg.conn.clone());
        let consult = |(_, l): &(&Text, &Leg)| l.dn == giver && l.prev_conn.as_ref() == Some(&conn);
        let second = self.book.legs.iter().find(consult).map(|(key, l)| (key.clone(), l.conn.clone()));
        if message.get("DestType").is_some_and(|d| d == "Threeway") {
            self.conference(&first, second, at);
            return;
        }
        if let Some(given) = message.get("TransfereeUniqueid") {
            self.book.handed_over.insert(given.clone(), giver.clone());
        }
        let target = message.get("TransferTargetUniqueid").cloned();
        let target_leg = target.as_ref().and_then(|t| self.target_leg(t, second.as_ref().map(|(_, c)| c)));
        let to = target_leg.as_ref().and_then(|key| self.book.legs.get(key)).map(|l| l.dn.clone());
        if let Some(leg) = self.book.legs.get_mut(&first) {
            leg.transfer = to.or_else(|| message.known("TransferTargetCallerIDNum").cloned());
        }
        if let Some((key, _)) = &second {
            self.finish_offer_as(key, at, CallState::Transferred);
        }
        if self.book.legs.get(&first).is_some_and(|leg| leg.queue.is_none()) {
            self.release(&first, "transfer", at, false);
        }
        if let Some(key) = target_leg {
            self.change_party(&key, conn, &giver, CallState::Transferred, at);
        }
    }

    fn conference(&mut self, first: &Text, second: Option<(Text, Text)>, at: At) {
        let Some(leg) = self.book.legs.get(first).cloned() else { return };
        let Some((key, conn)) = second else { return };
        let other = |(k, l): &(&Text, &Leg)| l.conn == conn && **k != key;
        let target = self.book.legs.iter().find(other).map(|(k, l)| (k.clone(), l.dn.clone()));
        self.finish_offer_as(&key, at, CallState::Conferenced);
        if leg.held()
            && let Some(open) = self.book.legs.get_mut(first)
        {
            (open.held_here, open.held_there) = (false, false);
            self.tell_leg(Event::Retrieved, &leg, at, |_| {});
        }
        let Some((target, dn)) = target else { return };
        self.tell_leg(Event::PartyAdded, &leg, at, |r| {
            r.other_dn = Some(dn);
            r.third_party_dn = Some(leg.dn.clone());
        });
        self.change_party(&target, leg.conn.clone(), &leg.dn, CallState::Conferenced, at);
    }

    /// The leg goes on in another call.
    fn change_party(&mut self, key: &Text, conn: Text, giver: &Text, state: CallState, at: At) {
        let Some(leg) = self.book.legs.get_mut(key) else { return };
        let before = std::mem::replace(&mut leg.conn, conn);
        leg.prev_conn = None;
        leg.call_type = CallType::Inbound;
        leg.touched = at.received;
        let leg = leg.clone();
        self.tell_leg(Event::PartyChanged, &leg, at, |r| {
            r.prev_conn_id = Some(before);
            r.third_party_dn = Some(giver.clone());
            r.call_state = Some(state.clone());
            let by = if state == CallState::Conferenced { Role::ConferencedBy } else { Role::TransferredBy };
            r.rare_mut().third_party_dn_role = Some(by);
        });
    }

    fn finish_offer_as(&mut self, key: &Text, at: At, state: CallState) {
        let Some(leg) = self.drop_leg(key, at) else { return };
        self.tell_leg(Event::Released, &leg, at, |r| r.call_state = Some(state));
    }

    /// The agent's leg at the far end of a transfer: by the consultation's id, else by the channel itself.
    fn target_leg(&self, target: &Text, consult: Option<&Text>) -> Option<Text> {
        let direct = self.book.leg_of(target);
        let by_call = || {
            let conn = consult.cloned().unwrap_or_else(|| self.conn_of_far_half(target));
            let fits = |(key, l): &(&Text, &Leg)| l.conn == conn && !key.ends_with(CONSULT);
            self.book.legs.iter().find(fits).map(|(key, _)| key.clone())
        };
        direct.or_else(by_call)
    }

    fn conn_of_far_half(&self, uid: &Text) -> Text {
        let pair = self.book.channels.get(uid).and_then(|c| c.pair.clone());
        pair.map_or_else(|| self.conn_of(uid), |pair| self.conn_of(&pair))
    }

    /// An agent in a talk enters a second bridge, in which the near half of a Local channel waits: a consultation by
    /// feature code or by the manager's Atxfer.
    pub(super) fn consult_begins(&mut self, uid: &Text, bridge: &Text, at: At) {
        let Some(key) = self.book.leg_of(uid) else { return };
        let Some(leg) = self.book.legs.get(&key).filter(|l| l.channel == *uid && l.stage == Stage::Talking)
        else {
            return;
        };
        let linked = self.book.channels.get(uid).map(|c| c.linked.clone());
        let near = |(_, c): &(&Text, &crate::book::Channel)| {
            c.bridge.as_ref() == Some(bridge) && c.name.ends_with(";1") && c.name.starts_with("Local/")
        };
        let found = self.book.channels.iter().find(near);
        let Some((half, channel)) =
            found.filter(|(_, c)| Some(&c.linked) == linked.as_ref() && c.conn.is_none())
        else {
            return;
        };
        let half = half.clone();
        let mark = Text::from(format!("{half}{CONSULT}"));
        if self.book.legs.contains_key(&mark) || self.book.ended.has(&mark) || leg.peer == half {
            return;
        }
        let answered = channel.up;
        let mut consult =
            Leg::new(leg.dn.clone(), self.conn_of_far_half(&half), half.clone(), Stage::Dialing, at.time);
        consult.prev_conn = Some(leg.conn.clone());
        consult.call_type = CallType::Consult;
        consult.other = channel.exten.clone();
        consult.touched = at.received;
        // An agent who calls himself is on that call once.
        let own = |l: &Leg| l.dn == consult.dn && l.conn == consult.conn;
        if self.book.legs.values().any(own) {
            return;
        }
        self.tell_leg(Event::Dialing, &consult, at, |r| r.rare_mut().this_dn_role = Some(Role::Origination));
        self.book.aliases.insert(half, mark.clone());
        self.book.legs.insert(mark.clone(), consult);
        if answered {
            self.consult_up(&mark, at);
        }
    }

    /// The far end of a consultation answers.
    pub(super) fn consult_answered(&mut self, uid: &Text, _from: Option<&Text>, at: At) {
        let mark = Text::from(format!("{uid}{CONSULT}"));
        self.consult_up(&mark, at);
    }

    fn consult_up(&mut self, mark: &Text, at: At) {
        let Some(leg) = self.book.legs.get_mut(mark).filter(|l| l.stage == Stage::Dialing) else { return };
        leg.stage = Stage::Talking;
        leg.answered = Some(at.time);
        let leg = leg.clone();
        self.tell_leg(Event::Established, &leg, at, |_| {});
    }

    /// The call that a consultation belongs to, if `uid` is its calling side: an agent's second line, or the far half
    /// of a Local channel that was born inside an agent's talk.
    pub(super) fn parent_of(&self, uid: &Text) -> Option<Text> {
        if let Some(leg) = self.book.leg_of(uid).and_then(|key| self.book.legs.get(&key)) {
            return leg.prev_conn.clone();
        }
        let channel = self.book.channels.get(uid)?;
        let pair = channel.pair.as_ref()?;
        let born_here = channel.name.ends_with(";2") && self.book.channels.get(pair)?.conn.is_none();
        if !born_here
            || self.book.visits.contains_key(pair)
            || self.book.leg_of(pair).is_some_and(|k| k == *pair)
        {
            return None;
        }
        let talk = |l: &&Leg| {
            l.stage == Stage::Talking
                && l.held_here
                && self.book.channels.get(&l.channel).is_some_and(|c| c.linked == channel.linked)
        };
        self.book.legs.values().find(talk).map(|l| l.conn.clone())
    }
}
