//! Talks that a queue brought: from `AgentConnect` to `AgentComplete`, or to what shows that they are over.

use super::{At, Mapping};
use crate::book::{Leg, Stage};
use crate::message::Message;
use model::record::CallState;
use model::time::Micros;
use model::{Event, Text};

impl Mapping {
    /// `AgentConnect`: the call is distributed and the talk begins.
    pub(super) fn connect(&mut self, message: &Message, at: At) {
        let (caller, dest) = (self.learn(message, ""), self.learn(message, "Dest"));
        let leg = match &dest {
            Some(dest) => Some(self.book.leg_of(dest).unwrap_or_else(|| dest.clone())),
            None => self.leg_by_words(message, caller.as_ref(), Stage::Ringing),
        };
        let Some(uid) = leg else { return };
        let peer = || self.book.legs.get(&uid).map(|leg| leg.peer.clone());
        let Some(caller) = caller.or_else(peer) else { return };
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
        self.release(&uid, message.get("Reason").map_or("", Text::as_str), at, false);
    }

    fn completed_leg(&self, message: &Message, caller: Option<&Text>, dest: Option<&Text>) -> Option<Text> {
        match dest {
            Some(dest) if self.book.ended.has(dest) => None,
            Some(dest) => {
                self.book.leg_of(dest).or_else(|| self.leg_by_words(message, caller, Stage::Talking))
            }
            None => self.leg_by_words(message, caller, Stage::Talking),
        }
    }

    /// The leg that a message without the agent channel's id means: by queue and Interface, and by the caller if it names
    /// one. An agent may have several; the one whose channel is gone is why the id is missing.
    pub(super) fn leg_by_words(
        &self,
        message: &Message,
        caller: Option<&Text>,
        stage: Stage,
    ) -> Option<Text> {
        let (queue, dn) = (message.get("Queue")?, message.get("Interface")?);
        let conn = caller.map(|caller| self.call_id(caller));
        let fits = |leg: &Leg| {
            let of_caller = caller.is_none_or(|c| leg.peer == *c || Some(&leg.conn) == conn.as_ref());
            leg.stage == stage && leg.queue.as_ref() == Some(queue) && leg.dn == *dn && of_caller
        };
        let peer_lives = |leg: &Leg| self.book.channels.contains_key(&leg.peer);
        let open = self.book.legs.iter().filter(|(_, leg)| fits(leg));
        let best =
            open.min_by_key(|(uid, leg)| (leg.gone.is_none(), peer_lives(leg), leg.began, (*uid).clone()));
        best.map(|(uid, _)| uid.clone())
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

    /// The caller's channel is gone, the agent's is not, and no `AgentComplete` came. If the agent talks to nobody
    /// (no bridge), the talk is over; else the channels were swapped and it goes on.
    pub(super) fn talk_without_peer(&mut self, uid: &Text, at: At) {
        let Some(leg) = self.book.legs.get(uid) else { return };
        let bridged = self.book.channels.get(&leg.channel).is_some_and(|c| c.bridge.is_some());
        if leg.queue.is_some() && !bridged && !self.book.channels.contains_key(&leg.peer) {
            self.release(uid, "caller", at, true);
        }
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

    /// A call on the DN that nothing has confirmed since the link was lost can't go on beside a new one.
    pub(super) fn end_stale_leg(&mut self, dn: &Text, but: &Text, at: At) {
        let stale = |(uid, leg): &(&Text, &Leg)| leg.dn == *dn && leg.unconfirmed && *uid != but;
        let stale: Vec<Text> = self.book.legs.iter().filter(stale).map(|(uid, _)| uid.clone()).collect();
        for uid in stale {
            self.release(&uid, "", at, true);
        }
    }

    pub(super) fn talks_with(&self, peer: &Text) -> Vec<Text> {
        let with = |(_, leg): &(&Text, &Leg)| leg.peer == *peer && leg.stage == Stage::Talking;
        self.book.legs.iter().filter(with).map(|(uid, _)| uid.clone()).collect()
    }
}
