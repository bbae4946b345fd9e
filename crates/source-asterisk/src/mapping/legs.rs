//! What all legs of agents have in common: their channel's end, their records.

use super::offers::refusal;
use super::{At, Mapping};
use crate::book::{Leg, Stage};
use crate::message::Message;
use crate::timers::Timer;
use model::record::CallState;
use model::{Event, Record, Text};

impl Mapping {
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
            self.timers.set(at.received + self.options.timings.talk, Timer::Settle(leg));
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
            leg.dial_status = Some(who_hung_up(by_agent, by_peer).into());
        }
        let timings = self.options.timings;
        let wait = if leg.stage == Stage::Talking { timings.talk } else { timings.settle };
        self.timers.set(at.received + wait, Timer::Settle(uid.clone()));
        self.settle(uid, at);
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

    /// The Uniqueid, without making a channel known that may have hung up already.
    pub(super) fn learn_if_alive(&mut self, message: &Message, prefix: &str) -> Option<Text> {
        let uid = message.get(&format!("{prefix}Uniqueid")).filter(|u| !u.is_empty())?.clone();
        if self.book.channels.contains_key(&uid) {
            self.learn(message, prefix);
        }
        Some(uid)
    }
}

/// The queue's word for the side whose channel was asked to hang up first.
pub(super) fn who_hung_up(by_agent: bool, by_peer: bool) -> &'static str {
    match (by_agent, by_peer) {
        (true, _) => "agent",
        (false, true) => "caller",
        (false, false) => "",
    }
}
