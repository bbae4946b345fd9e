//! The PBX's lists merged into the book (event-sources C7), and what is told before the link goes.

use super::members::interface;
use super::visits::visit_key;
use super::{At, Mapping};
use crate::book::{Leg, Stage, Visit};
use crate::message::Message;
use crate::timers::Timer;
use model::Text;
use model::record::CallType;
use model::time::Micros;
use std::collections::BTreeSet;

/// What the PBX listed.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    /// Items of QueueStatus; none if it was refused.
    pub(crate) queues: Option<Vec<Message>>,
    /// Items of CoreShowChannels; none if it was refused.
    pub(crate) channels: Option<Vec<Message>>,
    /// Items of DeviceStateList.
    pub(crate) devices: Vec<Message>,
}

impl Mapping {
    /// Brings the book to what the lists say. `buffered` are the events that came meanwhile and will be replayed: what
    /// they will begin is not there yet, what they will end still is.
    pub(crate) fn merge(&mut self, lists: &Lists, buffered: &[(Message, Micros)], at: At) {
        let (joining, leaving) = upcoming(buffered);
        if let Some(items) = &lists.channels {
            self.merge_channels(items);
        }
        match &lists.queues {
            Some(items) => {
                self.merge_members(items, at);
                self.merge_entries(items, &joining, &leaving, at);
            }
            None => {
                self.book.visits.values_mut().for_each(|v| v.unconfirmed = true);
            }
        }
        for item in &lists.devices {
            self.device_state(item, at);
        }
        match &lists.channels {
            Some(items) => self.merge_legs(items, buffered, at),
            None => self.book.legs.values_mut().for_each(|l| l.unconfirmed = true),
        }
        if lists.queues.is_none() || lists.channels.is_none() {
            self.timers.set(at.received + self.options.timings.unconfirmed, Timer::Unconfirmed);
        }
        self.refresh_states(at);
    }

    fn merge_members(&mut self, items: &[Message], at: At) {
        let mut listed = BTreeSet::new();
        for item in items {
            let Some(queue) = item.get("Queue").cloned() else { continue };
            self.know_queue(&queue);
            let (Some("QueueMember"), Some(dn)) = (item.event(), interface(item).cloned()) else { continue };
            listed.insert((queue.clone(), dn.clone()));
            self.add_member(&queue, &dn, item, at, false);
            self.after_call_work_of_list(&queue, &dn, item, at);
        }
        let gone: Vec<_> = self.book.members.keys().filter(|key| !listed.contains(*key)).cloned().collect();
        for (queue, dn) in gone {
            self.remove_member(&queue, &dn, at, false);
        }
    }

    /// A member who ended a call just before we came.
    fn after_call_work_of_list(&mut self, queue: &Text, dn: &Text, item: &Message, at: At) {
        let last = Micros::from_secs(item.number("LastCall").unwrap_or(0).clamp(0, i64::from(u32::MAX)));
        let own = self.book.members.get(&(queue.clone(), dn.clone())).map_or(Micros::ZERO, |m| m.wrap_up);
        let length = if own > Micros::ZERO {
            own
        } else {
            self.options.wrap_up.get(queue).copied().unwrap_or_default()
        };
        let busy = item.flag("InCall").unwrap_or(false);
        let known = self.book.agents.get(dn).is_some_and(|a| a.acw_until.is_some());
        if last > Micros::ZERO && !busy && !known && last + length > at.time {
            self.after_call_work(dn, last + length - at.time, at);
        }
    }

    fn merge_entries(
        &mut self,
        items: &[Message],
        joining: &BTreeSet<Text>,
        leaving: &BTreeSet<Text>,
        at: At,
    ) {
        let mut listed = BTreeSet::new();
        for item in items.iter().filter(|i| i.event() == Some("QueueEntry")) {
            let (Some(uid), Some(queue)) = (self.learn(item, ""), item.get("Queue").cloned()) else {
                continue;
            };
            let key = visit_key(&queue, &uid);
            if joining.contains(&key) {
                continue;
            }
            listed.insert(uid.clone());
            match self.book.visits.get_mut(&uid) {
                Some(visit) if visit.queue == queue => visit.unconfirmed = false,
                _ => {
                    let waited = Micros::from_secs(item.number("Wait").unwrap_or(0).clamp(0, 604_800));
                    self.book.visits.remove(&uid);
                    self.begin_visit(&uid, queue, at, at.time - waited, false);
                }
            }
        }
        let ended = &mut self.book.ended;
        self.book.visits.retain(|uid, visit| {
            let keep = listed.contains(uid) || leaving.contains(&visit_key(&visit.queue, uid));
            if !keep {
                ended.add(visit_key(&visit.queue, uid), at.received);
            }
            keep
        });
    }

    fn merge_channels(&mut self, items: &[Message]) {
        let mut known = std::mem::take(&mut self.book.channels);
        for item in items {
            let Some(uid) = item.get("Uniqueid").cloned() else { continue };
            if let Some(channel) = known.remove(&uid) {
                self.book.channels.insert(uid.clone(), channel);
            }
            self.learn(item, "");
            if let Some(channel) = self.book.channels.get_mut(&uid) {
                channel.bridge = item.get("BridgeId").filter(|b| !b.is_empty()).cloned();
            }
        }
        self.book.handed_over.retain(|uid, _| self.book.channels.contains_key(uid));
    }

    /// Calls in talk are not in QueueStatus (pitfall 17): they are found among the channels.
    fn merge_legs(&mut self, items: &[Message], buffered: &[(Message, Micros)], at: At) {
        let ending: BTreeSet<&Text> = buffered.iter().filter_map(|(m, _)| ending_leg(m)).collect();
        let legs = std::mem::take(&mut self.book.legs);
        for (uid, mut leg) in legs {
            if self.book.channels.contains_key(&leg.channel) || ending.contains(&leg.channel) {
                leg.unconfirmed = false;
                self.book.legs.insert(uid, leg);
            } else {
                self.book.aliases.retain(|_, target| *target != uid);
                self.book.ended.add(uid, at.received);
            }
        }
        // The channels may be listed after an answer that came while the lists did, and that is replayed.
        let answering: BTreeSet<&Text> = buffered.iter().filter_map(|(m, _)| answered_leg(m)).collect();
        let callers: Vec<&Message> =
            items.iter().filter(|i| i.get("Application").is_some_and(|a| a == "Queue")).collect();
        for item in items {
            self.merge_leg(item, &callers, &answering, at);
        }
        for item in items {
            self.merge_direct(item, at);
        }
    }

    fn merge_leg(&mut self, item: &Message, callers: &[&Message], answering: &BTreeSet<&Text>, at: At) {
        if item.get("Application").is_none_or(|a| a != "AppQueue") {
            return;
        }
        let Some(uid) = item.get("Uniqueid").cloned() else { return };
        let bridge = item.known("BridgeId");
        let talks = bridge.is_some() && !answering.contains(&uid);
        let caller = callers.iter().find(|c| {
            let same_bridge = bridge.is_none() || c.known("BridgeId") == bridge;
            c.get("Linkedid") == item.get("Linkedid") && same_bridge
        });
        if let Some(leg) = self.book.legs.get_mut(&uid) {
            if talks && leg.stage == Stage::Ringing {
                // The answer was lost; the queue's caller is no longer among those who wait.
                leg.stage = Stage::Talking;
            }
            return;
        }
        let Some(caller_item) = caller else { return };
        let Some(caller) = caller_item.get("Uniqueid").cloned() else { return };
        let Some(dn) = self.book.channels.get(&uid).and_then(|c| self.book.dn_of(&c.name)).cloned() else {
            return;
        };
        let stage = if talks { Stage::Talking } else { Stage::Ringing };
        // The channel's age is the ringing time; it is no talking time.
        let began = if stage == Stage::Ringing { at.time - age(item) } else { at.time };
        let mut leg = Leg::new(dn, self.conn_of(&caller), uid.clone(), stage, began);
        let data = caller_item.get("ApplicationData").map_or("", Text::as_str);
        leg.queue = data.split(',').next().filter(|q| !q.is_empty()).map(Text::from);
        leg.call_type = CallType::Inbound;
        leg.other = self.number_of(&caller);
        leg.queued = self.book.visits.get(&caller).map(|v| v.joined);
        leg.peer = caller;
        if let Some(channel) = self.book.channels.get_mut(&uid) {
            channel.conn = Some(leg.conn.clone());
        }
        self.book.legs.insert(uid, leg);
    }

    /// Calls that no queue brought.
    fn merge_direct(&mut self, item: &Message, at: At) {
        let application = item.get("Application").map_or("", Text::as_str);
        let Some(uid) = item.get("Uniqueid").cloned().filter(|_| application != "AppQueue") else { return };
        if self.book.legs.contains_key(&uid) || self.book.aliases.contains_key(&uid) {
            return;
        }
        let Some(channel) = self.book.channels.get(&uid) else { return };
        let Some(dn) = self.book.dn_of(&channel.name).cloned() else { return };
        let linked = channel.linked.clone();
        let behind = |leg: &&Leg| {
            leg.dn == dn && self.book.channels.get(&leg.channel).is_some_and(|c| c.linked == linked)
        };
        let behind = self.book.legs.iter().find(|(_, leg)| behind(leg)).map(|(key, _)| key.clone());
        if let Some(leg) = behind {
            self.book.aliases.insert(uid, leg);
            return;
        }
        let stage = match (channel.up, application) {
            (true, _) => Stage::Talking,
            (false, "AppDial") => Stage::Ringing,
            (false, _) => Stage::Dialing,
        };
        let mut leg = Leg::new(dn, self.call_id(&linked), uid.clone(), stage, at.time);
        leg.other = item.known("ConnectedLineNum").cloned().unwrap_or_default();
        self.book.legs.insert(uid, leg);
    }

    fn refresh_states(&mut self, at: At) {
        let dns: Vec<Text> = self.book.agents.keys().cloned().collect();
        for dn in dns {
            let next = self.state_of(&dn);
            let Some(agent) = self.book.agents.get_mut(&dn) else { continue };
            if agent.state != next {
                agent.state = next;
                agent.since = at.time;
            }
        }
    }

    /// Before the link goes: what waits for an explanation is told with what is known.
    pub(crate) fn flush(&mut self, at: At) {
        // Who left without a word of abandon may have been answered: what came after is lost, and nothing is guessed.
        let given_up = |visit: &Visit| visit.leaving.is_some_and(|leaving| leaving.abandon);
        let leaving = self.book.visits.iter().filter(|(_, visit)| given_up(visit));
        let leaving: Vec<Text> = leaving.map(|(uid, _)| uid.clone()).collect();
        for uid in leaving {
            self.visit_hangup(&uid, at);
        }
        let open = self.book.legs.iter().filter(|(_, l)| l.refused.is_some() || l.gone.is_some());
        let open: Vec<Text> = open.map(|(uid, _)| uid.clone()).collect();
        let later = At { received: at.received, ..at };
        for uid in open {
            let decided = |leg: &Leg| leg.refused.is_some() || leg.stage == Stage::Talking;
            if self.book.legs.get(&uid).is_some_and(decided) {
                if let Some(leg) = self.book.legs.get_mut(&uid) {
                    leg.touched = Micros(i64::MIN / 4);
                }
                self.settle_at_last(&uid, later);
            } else {
                self.drop_leg(&uid, at);
            }
        }
    }
}

/// The visits that buffered events begin, and those that they end.
fn upcoming(buffered: &[(Message, Micros)]) -> (BTreeSet<Text>, BTreeSet<Text>) {
    let (mut joining, mut leaving) = (BTreeSet::new(), BTreeSet::new());
    for (message, _) in buffered {
        let (Some(queue), Some(uid)) = (message.get("Queue"), message.get("Uniqueid")) else { continue };
        let key = visit_key(queue, uid);
        match message.event() {
            Some("QueueCallerJoin") => _ = joining.insert(key),
            Some("QueueCallerLeave" | "QueueCallerAbandon") => _ = leaving.insert(key),
            _ => {}
        }
    }
    leaving.retain(|key| !joining.contains(key));
    (joining, leaving)
}

fn answered_leg(message: &Message) -> Option<&Text> {
    message.get("DestUniqueid").filter(|_| message.event() == Some("AgentConnect"))
}

fn ending_leg(message: &Message) -> Option<&Text> {
    match message.event()? {
        "AgentComplete" | "AgentRingNoAnswer" | "AgentConnect" => message.get("DestUniqueid"),
        "Hangup" => message.get("Uniqueid"),
        _ => None,
    }
}

/// `Duration: hh:mm:ss`: how long the channel exists.
fn age(item: &Message) -> Micros {
    let seconds = item.get("Duration").map_or(0, |text| {
        text.split(':')
            .fold(0_i64, |sum, part| sum.saturating_mul(60).saturating_add(part.trim().parse().unwrap_or(0)))
    });
    Micros::from_secs(seconds.clamp(0, 604_800))
}
