//! Reconciliation: the stream has no numbers, so a lost event shows only in a later list (event-sources C1, F4).
//!
//! A list can overtake events that are on their way, so a difference is corrected only if it lasts and if nothing was
//! told about the thing since the list was asked for.

use super::members::{interface, member_key, read_member};
use super::merge::Lists;
use super::visits::{Ending, visit_key};
use super::{At, Mapping};
use crate::book::Stage;
use crate::message::Message;
use crate::timers::Timer;
use model::Text;
use model::record::CallState;
use model::time::Micros;
use std::collections::BTreeSet;

/// A difference between a list and the book.
#[derive(Clone, Debug)]
pub(crate) struct Suspect {
    asked: Micros,
    what: Difference,
}

#[derive(Clone, Debug)]
enum Difference {
    MemberMissing(Text, Text, Box<Message>),
    MemberGone(Text, Text),
    Paused(Text, Text, Box<Message>),
    CallerMissing(Text, Text, Box<Message>),
    CallerGone(Text),
    LegGone(Text),
}

impl Mapping {
    /// Notes what differs; judged later.
    pub(crate) fn compare(&mut self, lists: &Lists, asked: Micros, now: Micros) {
        let mut found = Vec::new();
        if let Some(items) = &lists.queues {
            self.compare_members(items, &mut found);
            self.compare_callers(items, &mut found);
        }
        if let Some(items) = &lists.channels {
            let listed: BTreeSet<&Text> = items.iter().filter_map(|i| i.get("Uniqueid")).collect();
            let gone = self.book.legs.iter().filter(|(_, leg)| !listed.contains(&leg.channel));
            found.extend(gone.map(|(uid, _)| Difference::LegGone(uid.clone())));
        }
        self.suspects = found.into_iter().map(|what| Suspect { asked, what }).collect();
        if !self.suspects.is_empty() {
            self.timers.set(now + self.options.timings.suspect, Timer::Suspects);
        }
    }

    fn compare_members(&self, items: &[Message], found: &mut Vec<Difference>) {
        let mut listed = BTreeSet::new();
        for item in items.iter().filter(|i| i.event() == Some("QueueMember")) {
            let (Some(queue), Some(dn)) = (item.get("Queue"), interface(item)) else { continue };
            let key = (queue.clone(), dn.clone());
            let at = At { received: Micros::ZERO, time: Micros::ZERO };
            match self.book.members.get(&key) {
                None => found.push(Difference::MemberMissing(
                    key.0.clone(),
                    key.1.clone(),
                    Box::new(item.clone()),
                )),
                Some(own) if own.paused != read_member(item, at).paused => {
                    found.push(Difference::Paused(key.0.clone(), key.1.clone(), Box::new(item.clone())));
                }
                Some(_) => {}
            }
            listed.insert(key);
        }
        let gone = self.book.members.keys().filter(|key| !listed.contains(*key));
        found.extend(gone.map(|(queue, dn)| Difference::MemberGone(queue.clone(), dn.clone())));
    }

    fn compare_callers(&self, items: &[Message], found: &mut Vec<Difference>) {
        let mut listed = BTreeSet::new();
        for item in items.iter().filter(|i| i.event() == Some("QueueEntry")) {
            let (Some(queue), Some(uid)) = (item.get("Queue"), item.get("Uniqueid")) else { continue };
            listed.insert(uid.clone());
            if self.book.visits.get(uid).is_none_or(|v| v.queue != *queue) {
                found.push(Difference::CallerMissing(queue.clone(), uid.clone(), Box::new(item.clone())));
            }
        }
        let gone = self.book.visits.iter().filter(|(uid, v)| !listed.contains(*uid) && v.leaving.is_none());
        found.extend(gone.map(|(uid, _)| Difference::CallerGone(uid.clone())));
    }

    /// The differences that lasted are corrected, with records marked as made up, and counted.
    pub(super) fn judge_suspects(&mut self, at: At) {
        for suspect in std::mem::take(&mut self.suspects) {
            if self.correct(&suspect, at) {
                self.ledger.counters.corrections += 1;
            }
        }
    }

    fn correct(&mut self, suspect: &Suspect, at: At) -> bool {
        let old = |touched: Micros| touched < suspect.asked;
        let over = |book: &crate::book::Book, key: &str| book.ended.when(key).is_some_and(|when| !old(when));
        match &suspect.what {
            Difference::MemberMissing(queue, dn, item) => {
                let known = self.book.members.contains_key(&(queue.clone(), dn.clone()));
                let wrong = !known && !over(&self.book, &member_key(queue, dn));
                if wrong {
                    self.add_member(queue, dn, item, at, true);
                }
                wrong
            }
            Difference::MemberGone(queue, dn) => {
                let key = (queue.clone(), dn.clone());
                let wrong = self.book.members.get(&key).is_some_and(|m| old(m.touched));
                if wrong {
                    self.remove_member(queue, dn, at, true);
                }
                wrong
            }
            Difference::Paused(queue, dn, item) => {
                let now = read_member(item, at);
                let own = self.book.members.get(&(queue.clone(), dn.clone()));
                let wrong = own.is_some_and(|m| old(m.touched) && m.paused != now.paused);
                if wrong {
                    self.pause_member(queue, dn, now.paused, now.reason, at, true);
                }
                wrong
            }
            Difference::CallerMissing(queue, uid, item) => {
                let known = self.book.visits.contains_key(uid);
                let wrong = !known && !over(&self.book, &visit_key(queue, uid));
                if wrong {
                    self.learn(item, "");
                    let waited = Micros::from_secs(item.number("Wait").unwrap_or(0).clamp(0, 604_800));
                    self.begin_visit(uid, queue.clone(), at, suspect.asked - waited, true);
                }
                wrong
            }
            Difference::CallerGone(uid) => {
                let wrong = self.book.visits.get(uid).is_some_and(|v| old(v.touched) && v.leaving.is_none());
                // An agent may have answered and the queue still plays something to him.
                let wrong = wrong && !self.has_answered_leg(uid);
                if wrong {
                    self.end_visit(uid, at, Ending::Cleared("unknown"));
                }
                wrong
            }
            Difference::LegGone(uid) => {
                let wrong = self.book.legs.get(uid).is_some_and(|l| old(l.touched) && l.gone.is_none());
                if wrong {
                    self.leg_lost(uid, at);
                }
                // Counted where it is made up.
                false
            }
        }
    }

    fn leg_lost(&mut self, uid: &Text, at: At) {
        match self.book.legs.get(uid).map(|leg| leg.stage) {
            Some(Stage::Talking) => self.release(uid, "", at, true),
            Some(_) => {
                self.ledger.counters.corrections += 1;
                self.finish_offer(uid, at, CallState::NoAnswer, Some("unknown"));
            }
            None => {}
        }
    }

    /// Calls that nothing has confirmed since a reconnect without a snapshot.
    pub(super) fn drop_unconfirmed(&mut self, at: At) {
        let visits: Vec<Text> =
            self.book.visits.iter().filter(|(_, v)| v.unconfirmed).map(|(uid, _)| uid.clone()).collect();
        for uid in visits {
            self.ledger.counters.corrections += 1;
            self.end_visit(&uid, at, Ending::Cleared("unknown"));
        }
        let legs: Vec<Text> =
            self.book.legs.iter().filter(|(_, l)| l.unconfirmed).map(|(uid, _)| uid.clone()).collect();
        for uid in legs {
            self.leg_lost(&uid, at);
        }
    }
}
