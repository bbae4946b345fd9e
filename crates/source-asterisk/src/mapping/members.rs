//! Agents: who is a member of which queue, paused, reachable, in after-call work.

use super::{At, Mapping};
use crate::book::{Agent, Member, State, device_of_interface};
use crate::message::Message;
use crate::steps::{Found, Step};
use crate::timers::Timer;
use model::record::{KeyValue, KeyValues, WorkMode};
use model::time::Micros;
use model::{Event, Record, Text};

impl Mapping {
    pub(super) fn member_added(&mut self, message: &Message, at: At) {
        let (Some(queue), Some(dn)) = (message.get("Queue").cloned(), interface(message).cloned()) else {
            return;
        };
        self.add_member(&queue, &dn, message, at, false);
    }

    pub(super) fn add_member(&mut self, queue: &Text, dn: &Text, message: &Message, at: At, synthetic: bool) {
        self.know_queue(queue);
        self.know_agent(dn, message);
        let member = read_member(message, at);
        let known = self.book.members.insert((queue.clone(), dn.clone()), member);
        if known.is_some() && self.book.agents.get(dn).is_some_and(|a| a.queues.contains(queue)) {
            self.show_state(dn, at, synthetic);
            return;
        }
        self.set_unreachable(dn, unreachable(message), at);
        self.log_in(queue, dn, at, synthetic);
        self.show_state(dn, at, synthetic);
    }

    pub(super) fn member_removed(&mut self, message: &Message, at: At) {
        let (Some(queue), Some(dn)) = (message.get("Queue").cloned(), interface(message).cloned()) else {
            return;
        };
        self.remove_member(&queue, &dn, at, false);
    }

    pub(super) fn remove_member(&mut self, queue: &Text, dn: &Text, at: At, synthetic: bool) {
        if self.book.members.remove(&(queue.clone(), dn.clone())).is_none() {
            return;
        }
        self.book.ended.add(member_key(queue, dn), at.received);
        self.log_out(queue, dn, at, synthetic);
        self.show_state(dn, at, synthetic);
    }

    /// `QueueMemberPause`: one for each queue, often without any change (pitfalls 11, 13).
    pub(super) fn member_paused(&mut self, message: &Message, at: At) {
        let (Some(queue), Some(dn)) = (message.get("Queue").cloned(), interface(message).cloned()) else {
            return;
        };
        let key = (queue.clone(), dn.clone());
        if !self.book.members.contains_key(&key) {
            // Never told of (a realtime queue, a gap): the message itself proves the membership.
            self.ledger.counters.corrections += 1;
            self.add_member(&queue, &dn, message, at, true);
            return;
        }
        let now = read_member(message, at);
        self.pause_member(&queue, &dn, now.paused, now.reason, at, false);
    }

    pub(super) fn pause_member(
        &mut self,
        queue: &Text,
        dn: &Text,
        paused: bool,
        reason: Text,
        at: At,
        made_up: bool,
    ) {
        let Some(member) = self.book.members.get_mut(&(queue.clone(), dn.clone())) else { return };
        member.touched = at.received;
        let changed = member.paused != paused;
        if !changed && (!paused || member.reason == reason) {
            self.ledger.counters.repeats_filtered += 1;
            return;
        }
        member.paused = paused;
        member.reason = if paused { reason.clone() } else { Text::default() };
        if changed {
            let event = if paused { Event::QueueNotReady } else { Event::QueueReady };
            let agent_id = self.agent_at(dn);
            self.tell(event, at, |r| {
                r.this_dn = Some(dn.clone());
                r.this_queue = Some(queue.clone());
                r.agent_id = agent_id;
                r.synthetic = made_up;
                r.reasons = if paused { reasons(&reason) } else { None };
            });
        }
        if paused
            && self.paused_everywhere(dn)
            && let Some(agent) = self.book.agents.get_mut(dn)
        {
            // The agent pressed pause: that is the state now, not the after-call work.
            agent.acw_until = None;
        }
        self.show_state(dn, at, made_up);
    }

    pub(super) fn member_status(&mut self, message: &Message, at: At) {
        let (Some(queue), Some(dn)) = (message.get("Queue").cloned(), interface(message).cloned()) else {
            return;
        };
        if let Some(member) = self.book.members.get_mut(&(queue, dn.clone())) {
            member.wrap_up = Micros::from_secs(message.number("Wrapuptime").unwrap_or(0).clamp(0, 86_400));
            self.set_unreachable(&dn, unreachable(message), at);
        }
    }

    /// `DeviceStateChange`: a third repeat what is known (pitfall 13).
    pub(super) fn device_state(&mut self, message: &Message, at: At) {
        let Some(dn) = message.get("Device").and_then(|d| self.book.devices.get(d)).cloned() else { return };
        let state = message.get("State").map_or("", Text::as_str);
        self.set_unreachable(&dn, matches!(state, "UNAVAILABLE" | "INVALID"), at);
    }

    fn set_unreachable(&mut self, dn: &Text, unreachable: bool, at: At) {
        let Some(agent) = self.book.agents.get_mut(dn) else { return };
        if agent.unreachable == unreachable {
            self.ledger.counters.repeats_filtered += 1;
            return;
        }
        agent.unreachable = unreachable;
        let event = if unreachable { Event::DNOutOfService } else { Event::DNBackInService };
        self.tell(event, at, |r| r.this_dn = Some(dn.clone()));
        if unreachable {
            if let Some(after) = self.options.logout_after {
                self.timers.set(at.received + after, Timer::Unreachable(dn.clone()));
            }
            return;
        }
        // A static member is logged in from the first time that the phone can be reached.
        let queues: Vec<Text> = self.queues_of(dn);
        for queue in queues {
            self.log_in(&queue, dn, at, false);
        }
        // The state comes back with the next record of the agent.
        if let Some(agent) = self.book.agents.get_mut(dn) {
            agent.state = None;
        }
        self.show_state(dn, at, false);
    }

    pub(super) fn unreachable_for_long(&mut self, dn: &Text, at: At) {
        if !self.book.agents.get(dn).is_some_and(|a| a.unreachable) {
            return;
        }
        let queues: Vec<Text> =
            self.book.agents.get(dn).map(|a| a.queues.iter().cloned().collect()).unwrap_or_default();
        for queue in queues {
            self.log_out(&queue, dn, at, true);
        }
    }

    fn log_in(&mut self, queue: &Text, dn: &Text, at: At, synthetic: bool) {
        let id = self.agent_id(dn);
        let dynamic = self.book.members.get(&(queue.clone(), dn.clone())).is_some_and(|m| m.dynamic);
        let Some(agent) = self.book.agents.get_mut(dn) else { return };
        if (agent.unreachable && !dynamic) || !agent.queues.insert(queue.clone()) {
            return;
        }
        self.tell(Event::AgentLogin, at, |r| {
            r.this_dn = Some(dn.clone());
            r.this_queue = Some(queue.clone());
            r.agent_id = Some(id);
            r.synthetic = synthetic;
        });
    }

    fn log_out(&mut self, queue: &Text, dn: &Text, at: At, synthetic: bool) {
        let id = self.agent_id(dn);
        let Some(agent) = self.book.agents.get_mut(dn) else { return };
        if !agent.queues.remove(queue) {
            return;
        }
        if agent.queues.is_empty() {
            agent.state = None;
            agent.acw_until = None;
        }
        self.tell(Event::AgentLogout, at, |r| {
            r.this_dn = Some(dn.clone());
            r.this_queue = Some(queue.clone());
            r.agent_id = Some(id);
            r.synthetic = synthetic;
        });
    }

    /// Tells the agent's state if it changed. Not ready means: paused in every queue.
    pub(super) fn show_state(&mut self, dn: &Text, at: At, synthetic: bool) {
        let Some(next) = self.state_of(dn) else { return };
        let Some(agent) = self.book.agents.get_mut(dn) else { return };
        if agent.state.as_ref() == Some(&next) {
            return;
        }
        agent.state = Some(next.clone());
        agent.since = at.time;
        let id = self.agent_id(dn);
        let (event, mode, why) = match &next {
            State::Ready => (Event::AgentReady, WorkMode::AutoIn, None),
            State::NotReady(reason) => (Event::AgentNotReady, WorkMode::AuxWork, reasons(reason)),
            State::AfterCallWork => (Event::AgentNotReady, WorkMode::AfterCallWork, None),
        };
        let synthetic = synthetic || next == State::AfterCallWork;
        self.tell(event, at, |r: &mut Record| {
            r.this_dn = Some(dn.clone());
            r.agent_id = Some(id);
            r.work_mode = Some(mode);
            r.reasons = why;
            r.synthetic = synthetic;
        });
    }

    /// The state that follows from the memberships; none while logged out.
    pub(super) fn state_of(&self, dn: &Text) -> Option<State> {
        let agent = self.book.agents.get(dn).filter(|a| !a.queues.is_empty())?;
        if agent.acw_until.is_some() {
            return Some(State::AfterCallWork);
        }
        if !self.paused_everywhere(dn) {
            return Some(State::Ready);
        }
        let last = self.own_members(dn).into_iter().max_by_key(|m| m.touched);
        Some(State::NotReady(last.map(|m| m.reason.clone()).unwrap_or_default()))
    }

    fn own_members(&self, dn: &Text) -> Vec<&Member> {
        let Some(agent) = self.book.agents.get(dn) else { return Vec::new() };
        agent.queues.iter().filter_map(|q| self.book.members.get(&(q.clone(), dn.clone()))).collect()
    }

    fn paused_everywhere(&self, dn: &Text) -> bool {
        let own = self.own_members(dn);
        !own.is_empty() && own.iter().all(|m| m.paused)
    }

    pub(super) fn know_agent(&mut self, dn: &Text, message: &Message) {
        let name = message.get("MemberName").or(message.get("Name")).cloned().unwrap_or_default();
        for device in [Some(dn), message.get("StateInterface")].into_iter().flatten() {
            self.book.devices.entry(device_of_interface(device).into()).or_insert_with(|| dn.clone());
        }
        if self.book.agents.contains_key(dn) {
            return;
        }
        self.book.agents.insert(dn.clone(), Agent::default());
        let id = self.agent_id(dn);
        self.ledger.push(Step::Found(Found::Agent { dn: dn.clone(), id, name }));
    }

    /// The agent's id: from the map, else the Interface; the display name is no identity (pitfall 10).
    pub(super) fn agent_id(&self, dn: &Text) -> Text {
        self.options.agents.get(dn).unwrap_or(dn).clone()
    }

    /// Who is logged in at the DN.
    pub(super) fn agent_at(&self, dn: &Text) -> Option<Text> {
        let logged_in = self.book.agents.get(dn).is_some_and(|a| !a.queues.is_empty());
        logged_in.then(|| self.agent_id(dn))
    }

    pub(super) fn queues_of(&self, dn: &Text) -> Vec<Text> {
        self.book.members.keys().filter(|(_, member)| member == dn).map(|(queue, _)| queue.clone()).collect()
    }
}

pub(super) fn interface(message: &Message) -> Option<&Text> {
    message.get("Interface").or(message.get("Location")).filter(|i| !i.is_empty())
}

pub(super) fn member_key(queue: &str, dn: &str) -> Text {
    Text::from(format!("{queue}\u{1f}{dn}"))
}

pub(super) fn read_member(message: &Message, at: At) -> Member {
    let paused = message.flag("Paused").unwrap_or(false);
    let reason = message.get("PausedReason").or(message.get("Reason")).cloned().unwrap_or_default();
    Member {
        paused,
        reason: if paused { reason } else { Text::default() },
        wrap_up: Micros::from_secs(message.number("Wrapuptime").unwrap_or(0).clamp(0, 86_400)),
        dynamic: message.get("Membership").is_some_and(|m| m != "static"),
        touched: at.received,
    }
}

/// Status 4 is invalid, 5 unavailable.
pub(super) fn unreachable(message: &Message) -> bool {
    matches!(message.number("Status"), Some(4 | 5))
}

/// The reasons of a pause; the PBX's own pause after a missed call says so in words.
pub(super) fn reasons(reason: &str) -> Option<Box<KeyValues>> {
    let word = if reason == "Auto-Pause" { "no answer" } else { reason };
    (!word.is_empty())
        .then(|| Box::new(KeyValues::from([("ReasonCode".into(), KeyValue::Text(word.into()))])))
}
