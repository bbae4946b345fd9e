//! How long the floor and all brains take for a record: 2,000 agents, 100 queues, calls as in a busy hour.
//!
//! `cargo bench -p objects` prints nanoseconds a record and items a record.

use model::record::{CallType, Event, Record, WorkMode};
use model::tenant::{Agent, AgentGroup, Dn, Source, Tenant};
use model::{Micros, Text};
use objects::{AnyBrain, Brain, Objects, Out, Routes, Stage};
use std::hint::black_box;

const AGENTS: u64 = 2_000;
const QUEUES: u64 = 100;
const GROUPS: u64 = 40;
const CALLS: u64 = 100_000;

#[allow(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

fn main() {
    let records = records();
    let mut best = f64::MAX;
    let mut made = 0;
    for _ in 0..3 {
        let mut objects = Objects::new(&tenant()).expect("a good tenant");
        let begun = now();
        made = 0;
        for batch in batches(&records, 4_096) {
            let through = batch.last().map_or(Micros::ZERO, |record| record.received);
            made += black_box(objects.step(batch, through)).items.len();
        }
        best = best.min(begun.elapsed().as_nanos() as f64 / records.len() as f64);
    }
    split(&records);
    println!("objects: {best:.0} ns a record, {:.1} items a record", made as f64 / records.len() as f64);
}

/// Where the time goes, stage by stage.
fn split(records: &[Record]) {
    let mut objects = Objects::new(&tenant()).expect("a good tenant");
    let (mut routes, mut out) = (Routes::default(), Out::default());
    let mut times = [0.0; 8];
    for batch in batches(records, 4_096) {
        let mut last = now();
        let mut lap = |of: usize| {
            times[of] += last.elapsed().as_nanos() as f64 / records.len() as f64;
            last = now();
        };
        objects.floor.route(batch, batch[batch.len() - 1].received, &mut routes);
        for (ix, _) in &routes.appeared {
            objects.brains.push(objects.floor.newborn(*ix));
        }
        lap(0);
        macro_rules! run {
            ($mail:ident, $variant:ident) => {
                for (ix, slice) in routes.$mail.slices() {
                    if let Some(AnyBrain::$variant(brain)) = &mut objects.brains[ix.0 as usize] {
                        brain.apply(slice, &mut out);
                    }
                }
            };
        }
        for (at, stage) in Stage::ALL.into_iter().enumerate() {
            routes.open(stage);
            lap(1);
            match stage {
                Stage::Devices => run!(devices, Device),
                Stage::People => {
                    run!(agents, Agent);
                    run!(places, Place);
                }
                Stage::Queues => run!(queues, Queue),
                Stage::Groups => run!(groups, Group),
            }
            lap(2 + at);
            routes.absorb(&mut out);
            lap(6);
        }
        black_box(routes.finish());
        lap(7);
    }
    for (name, time) in
        ["route", "sort post", "devices", "people", "queues", "groups", "absorb", "finish"].iter().zip(times)
    {
        println!("  {name:10} {time:4.0} ns");
    }
    for (name, size) in [
        ("DeviceBrain", size_of::<objects::DeviceBrain>()),
        ("AgentBrain", size_of::<objects::AgentBrain>()),
        ("AnyBrain", size_of::<AnyBrain>()),
        ("DeviceEvent", size_of::<objects::DeviceEvent>()),
        ("QueueEvent", size_of::<objects::QueueEvent>()),
        ("Fact", size_of::<objects::Fact>()),
        ("Line", size_of::<objects::Line>()),
    ] {
        println!("  {name:12} {size:4} bytes");
    }
}

/// Slices of about that many records that hold whole instants.
fn batches(records: &[Record], about: usize) -> impl Iterator<Item = &[Record]> {
    let mut rest = records;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut end = about.min(rest.len());
        while end < rest.len() && rest[end].received == rest[end - 1].received {
            end += 1;
        }
        let (batch, after) = rest.split_at(end);
        rest = after;
        Some(batch)
    })
}

fn tenant() -> Tenant {
    use model::snapshot::DnType;
    let dn = |number: Text, kind| Dn {
        number,
        switch: "sw".into(),
        kind,
        name: None,
        source: None,
        use_alt_enter_time: None,
        vq_stuck_check: None,
    };
    let mut dns: Vec<Dn> = (0..QUEUES).map(|queue| dn(queue_dn(queue), DnType::Queue)).collect();
    dns.extend((0..AGENTS).map(|agent| dn(agent_dn(agent), DnType::Extension)));
    let group = |group| AgentGroup {
        name: Text::from(format!("G{group}")),
        agents: (0..AGENTS).filter(|agent| agent % GROUPS == group).map(agent_id).collect(),
        ..AgentGroup::default()
    };
    Tenant {
        tenant: "bench".into(),
        sources: vec![Source { name: "pbx".into(), switch: "sw".into() }],
        dns,
        agents: (0..AGENTS).map(|agent| Agent { id: agent_id(agent), ..Agent::default() }).collect(),
        agent_groups: (0..GROUPS).map(group).collect(),
        ..Tenant::default()
    }
}

fn queue_dn(queue: u64) -> Text {
    format!("{}", 9_000 + queue).into()
}

fn agent_dn(agent: u64) -> Text {
    format!("{}", 20_000 + agent).into()
}

fn agent_id(agent: u64) -> Text {
    format!("A{agent}").into()
}

/// Each call waits, is answered by the next agent, is released, worked after; agents become ready again.
fn records() -> Vec<Record> {
    let mut records = Vec::new();
    let mut put = |at: u64, event, dn: Text, with: &dyn Fn(&mut Record)| {
        let mut record = Record::new("pbx", event, Micros(at as i64));
        record.this_dn = Some(dn);
        with(&mut record);
        records.push(record);
    };
    for agent in 0..AGENTS {
        put(0, Event::AgentLogin, agent_dn(agent), &|record| record.agent_id = Some(agent_id(agent)));
        put(0, Event::AgentReady, agent_dn(agent), &|record| record.agent_id = Some(agent_id(agent)));
    }
    for call in 0..CALLS {
        let (queue, agent, at) = (queue_dn(call * 7 % QUEUES), call % AGENTS, 1_000 + call * 10_000);
        let of_call = |record: &mut Record| {
            record.conn_id = Some(format!("c{call}").into());
            record.this_queue = Some(queue.clone());
            record.call_type = Some(CallType::Inbound);
        };
        let phone = agent_dn(agent);
        put(at, Event::Queued, queue.clone(), &of_call);
        let answered = at + 5_000_000 + call * 31 % 4_000_000;
        put(answered, Event::Diverted, queue.clone(), &|record| {
            of_call(record);
            record.third_party_dn = Some(phone.clone());
        });
        put(answered, Event::Ringing, phone.clone(), &of_call);
        put(answered, Event::Established, phone.clone(), &of_call);
        let released = answered + 6_000_000;
        put(released, Event::Released, phone.clone(), &of_call);
        put(released, Event::AgentNotReady, phone.clone(), &|record| {
            record.work_mode = Some(WorkMode::AfterCallWork);
        });
        put(released + 2_000_000, Event::AgentReady, phone.clone(), &|_| {});
    }
    records.sort_by_key(|record| record.received);
    for (seq, record) in records.iter_mut().enumerate() {
        (record.epoch, record.seq) = (1, seq as u64 + 1);
    }
    records
}
