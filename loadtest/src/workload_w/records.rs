//! W as event records (contracts, part 3), and the tenant that it happens in.
//!
//! W knows no logins: every agent logs in at the beginning, before the first event.

use super::{AGENTS, Event, GROUPS, Kind, QUEUES, State};
use model::record::{CallState, CallType, WorkMode};
use model::snapshot::DnType;
use model::tenant::{Agent, AgentGroup, Dn, QueueGroup, Source, Tenant};
use model::{Micros, Record, Text};
use std::collections::VecDeque;

/// The source of all records.
pub const SOURCE: &str = "w";
/// The switch of all DNs.
pub const SWITCH: &str = "sw";
/// The instant 0 of W: 2026-11-23T08:00:00Z.
pub const START: Micros = Micros::from_secs(1_795_420_800);

/// The DN of a queue.
pub fn queue_number(queue: usize) -> Text {
    Text::from(format!("9{queue:03}"))
}

/// The phone of an agent.
pub fn phone(agent: usize) -> Text {
    Text::from(format!("2{agent:05}"))
}

/// The id of an agent.
pub fn agent_id(agent: usize) -> Text {
    Text::from(format!("A{agent:05}"))
}

/// The configuration of W's centre.
pub fn tenant() -> Tenant {
    let dn = |number, kind| Dn {
        number,
        switch: SWITCH.into(),
        kind,
        name: None,
        source: None,
        use_alt_enter_time: None,
        vq_stuck_check: None,
    };
    let queues = (0..QUEUES).map(|queue| dn(queue_number(queue), DnType::Queue));
    let phones = (0..AGENTS).map(|agent| dn(phone(agent), DnType::Extension));
    let group = |group: usize| AgentGroup {
        name: Text::from(format!("G{group:03}")),
        agents: (group..AGENTS).step_by(GROUPS).map(agent_id).collect(),
        script: None,
        origination_dns: Vec::new(),
    };
    Tenant {
        tenant: "w".into(),
        time_zone: "UTC".into(),
        sources: vec![Source { name: SOURCE.into(), switch: SWITCH.into() }],
        dns: queues.chain(phones).collect(),
        agents: (0..AGENTS).map(|agent| Agent { id: agent_id(agent), ..Agent::default() }).collect(),
        agent_groups: (0..GROUPS).map(group).collect(),
        queue_groups: vec![QueueGroup {
            name: "All".into(),
            dns: (0..QUEUES).map(|queue| Text::from(format!("{}@{SWITCH}", queue_number(queue)))).collect(),
        }],
        ..Tenant::default()
    }
}

/// Turns events of W into records, numbered from 1.
#[derive(Debug, Default)]
pub struct Records<I> {
    events: I,
    seq: u64,
    /// Agents that have logged in.
    logged_in: usize,
    told: VecDeque<Record>,
}

impl<I: Iterator<Item = Event>> Records<I> {
    /// The records of these events, after the logins of all agents.
    pub fn new(events: I) -> Self {
        Self { events, seq: 0, logged_in: 0, told: VecDeque::new() }
    }
}

impl<I: Iterator<Item = Event>> Iterator for Records<I> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let mut record = self.unnumbered()?;
        self.seq += 1;
        record.epoch = START.0 as u64;
        record.seq = self.seq;
        Some(record)
    }
}

impl<I: Iterator<Item = Event>> Records<I> {
    fn unnumbered(&mut self) -> Option<Record> {
        if self.logged_in < AGENTS {
            self.logged_in += 1;
            return Some(agent_record(model::Event::AgentLogin, self.logged_in - 1, START));
        }
        loop {
            if let Some(record) = self.told.pop_front() {
                return Some(record);
            }
            let event = self.events.next()?;
            tell(&event, &mut self.told);
        }
    }
}

/// Appends the records of one event.
pub fn tell(event: &Event, out: &mut impl Extend<Record>) {
    tell_at(event, START + Micros::from_millis(i64::from(event.ts)), out);
}

/// The same, for an event that happens at a moment of its own.
pub fn tell_at(event: &Event, at: Micros, out: &mut impl Extend<Record>) {
    let (agent, queue) = (event.agent as usize, usize::from(event.queue));
    let call = |mut record: Record| {
        record.conn_id = Some(Text::from(format!("c{:08x}", event.call)));
        record.this_queue = Some(queue_number(queue));
        record
    };
    let at_queue = |kind| {
        let mut record = call(Record::new(SOURCE, kind, at));
        record.this_dn.clone_from(&record.this_queue);
        record
    };
    let at_agent = |kind| call(agent_record(kind, agent, at));
    match event.kind {
        Kind::Entered => {
            let mut queued = at_queue(model::Event::Queued);
            queued.call_type = Some(CallType::Inbound);
            out.extend([queued]);
        }
        Kind::Abandoned => out.extend([at_queue(model::Event::Abandoned)]),
        Kind::Answered => {
            let mut diverted = at_queue(model::Event::Diverted);
            diverted.third_party_dn = Some(phone(agent));
            let mut ringing = at_agent(model::Event::Ringing);
            ringing.call_type = Some(CallType::Inbound);
            out.extend([diverted, ringing, at_agent(model::Event::Established)]);
        }
        Kind::Released => {
            let mut released = at_agent(model::Event::Released);
            released.call_state = Some(CallState::Ok);
            out.extend([released]);
        }
        Kind::State => out.extend(state(event.state, agent, at)),
    }
}

fn state(state: State, agent: usize, at: Micros) -> Option<Record> {
    let (kind, mode) = match state {
        State::Ready => (model::Event::AgentReady, WorkMode::ManualIn),
        State::Talk => return None,
        State::AfterCallWork => (model::Event::AgentNotReady, WorkMode::AfterCallWork),
        State::NotReady => (model::Event::AgentNotReady, WorkMode::AuxWork),
    };
    let mut record = agent_record(kind, agent, at);
    record.work_mode = Some(mode);
    Some(record)
}

/// What an agent does with a phone.
pub fn agent_record(kind: model::Event, agent: usize, at: Micros) -> Record {
    let mut record = Record::new(SOURCE, kind, at);
    record.this_dn = Some(phone(agent));
    record.agent_id = Some(agent_id(agent));
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload_w::Workload;

    #[test]
    fn records_are_numbered_without_a_gap_and_never_go_back() {
        let mut last = (0, Micros::ZERO);
        let mut answered = 0;
        for record in Records::new(Workload::default()).take(200_000) {
            assert_eq!(record.seq, last.0 + 1);
            assert!(record.received >= last.1);
            last = (record.seq, record.received);
            answered += usize::from(record.event == model::Event::Established);
        }
        assert!(answered > 10_000);
        assert_eq!(tenant().dns.len(), QUEUES + AGENTS);
    }
}
