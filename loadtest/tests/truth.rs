//! The engine against the truth of the simulated centre, which shares no code with it.
#![allow(clippy::unwrap_used, reason = "tests")]

use engine::Engine;
use model::record::KeyValue;
use model::{Micros, Record, Status, Text};
use scenario::{AgentTruth, QueueTruth, Scenario, Truth, World};
use stats::{Content, Library};
use std::collections::BTreeMap;
use std::time::Duration;

/// 2026-11-23T08:00:00Z, a Monday.
const START: Micros = Micros::from_secs(1_795_420_800);

type Of<T> = fn(&T, Micros) -> i64;

/// What is compared of queues: (category, mask, what the truth says).
const QUEUES: [(&str, &str, Of<QueueTruth>); 22] = [
    ("TotalNumber", "CallEntered", |it, _| it.entered as i64),
    ("TotalNumber", "CallDistributed", |it, _| it.distributed.number as i64),
    ("TotalTime", "CallDistributed", |it, _| it.distributed.seconds),
    ("MaxTime", "CallDistributed", |it, _| it.distributed.max_seconds),
    ("TotalNumber", "CallDistributedToQueue", |it, _| it.distributed_to_queue.number as i64),
    ("TotalTime", "CallDistributedToQueue", |it, _| it.distributed_to_queue.seconds),
    ("TotalNumber", "CallAnswered", |it, _| it.answered.number as i64),
    ("TotalTime", "CallAnswered", |it, _| it.answered.seconds),
    ("MaxTime", "CallAnswered", |it, _| it.answered.max_seconds),
    ("TotalNumberInTimeRange", "CallAnswered", |it, _| it.answered_in_time as i64),
    ("TotalNumber", "CallAbandoned", |it, _| it.abandoned.number as i64),
    ("TotalTime", "CallAbandoned", |it, _| it.abandoned.seconds),
    ("MaxTime", "CallAbandoned", |it, _| it.abandoned.max_seconds),
    ("TotalNumber", "CallAbandonedFromRinging", |it, _| it.abandoned_ringing.number as i64),
    ("TotalNumber", "CallForwarded", |it, _| it.not_answered.number as i64),
    ("TotalTime", "CallForwarded", |it, _| it.not_answered.seconds),
    ("TotalNumber", "CallCleared", |it, _| it.cleared.values().map(|waits| waits.number as i64).sum()),
    ("TotalTime", "CallCleared", |it, _| it.cleared.values().map(|waits| waits.seconds).sum()),
    ("TotalNumber", "CallReleased, CallMissed", |it, _| it.talks.number as i64),
    ("TotalTime", "CallReleased, CallMissed", |it, _| it.talks.seconds),
    ("CurrentNumber", "CallWait", |it, _| it.waiting as i64),
    ("CurrentMaxTime", "CallWait", |it, at| it.oldest.map_or(0, |oldest| at.secs() - oldest.secs())),
];

/// The same of agents, by actions.
const AGENTS: [(&str, &str, Of<AgentTruth>); 21] = [
    ("TotalNumber", "AgentLogin", |it, _| it.logins as i64),
    ("TotalNumber", "CallAnswered", |it, _| it.answered.number as i64),
    ("TotalTime", "CallAnswered", |it, _| it.answered.seconds),
    ("TotalNumber", "CallForwarded", |it, _| it.not_answered.number as i64),
    ("TotalNumber", "CallAbandonedFromRinging", |it, _| it.abandoned_ringing.number as i64),
    ("TotalNumber", "CallInboundCompleted", |it, _| it.inbound.number as i64),
    ("TotalTime", "CallInboundCompleted", |it, _| it.inbound.seconds),
    ("MaxTime", "CallInboundCompleted", |it, _| it.inbound.max_seconds),
    ("TotalNumber", "CallOutboundCompleted", |it, _| it.outbound.number as i64),
    ("TotalTime", "CallOutboundCompleted", |it, _| it.outbound.seconds),
    ("TotalNumber", "CallInternalCompleted", |it, _| it.internal.number as i64),
    ("TotalTime", "CallInternalCompleted", |it, _| it.internal.seconds),
    ("TotalNumber", "CallConsultCompleted", |it, _| it.consult.number as i64),
    ("TotalTime", "CallConsultCompleted", |it, _| it.consult.seconds),
    ("TotalNumber", "CallOnHold", |it, _| it.holds.number as i64),
    ("TotalTime", "CallOnHold", |it, _| it.holds.seconds),
    ("TotalNumber", "AfterCallWork", |it, _| it.wraps.number as i64),
    ("TotalTime", "AfterCallWork", |it, _| it.wraps.seconds),
    ("TotalNumber", "CallTransferMade", |it, _| it.transfers_made as i64),
    ("TotalNumber", "CallTransferTaken", |it, _| it.transfers_taken as i64),
    ("TotalNumber", "CallConferenceMade", |it, _| it.conferences as i64),
];

const STATUSES: [&str; 11] = [
    "LoggedOut",
    "WaitForNextCall",
    "NotReadyForNextCall",
    "AfterCallWork",
    "CallRinging",
    "CallDialing",
    "CallOnHold",
    "CallInbound",
    "CallOutbound",
    "CallInternal",
    "CallConsult",
];

const REASONS: [&str; 6] = ["Lunch", "Break", "Training", "Meeting", "Coaching", "NoAnswer"];

fn statistic(name: &str, objects: &str, category: &str, mask: &str, subject: &str, rest: &str) -> String {
    format!(
        "[stat_types.\"{name}\"]\nObjects = {objects}\nCategory = \"{category}\"\nSubject = \"{subject}\"\n\
         MainMask = \"{mask}\"\n[[statistic]]\nname = \"{name}\"\nstat_type = \"{name}\"\nobjects = [\"*\"]\n{rest}\n"
    )
}

fn library() -> Library {
    let mut text = String::from("[time_profiles]\nDefault = \"Growing 0:00\"\n[filters]\n");
    for reason in REASONS {
        text += &format!("{reason} = 'PairExists(\"ReasonCode\",\"{reason}\")'\n");
    }
    let queues = "[\"Queue\", \"RoutePoint\"]";
    for (category, mask, _) in QUEUES {
        text += &statistic(&format!("queue {category} {mask}"), queues, category, mask, "DNAction", "");
    }
    let agents = "[\"Agent\"]";
    for (category, mask, _) in AGENTS {
        text += &statistic(&format!("agent {category} {mask}"), agents, category, mask, "DNAction", "");
    }
    for status in STATUSES {
        text += &statistic(&format!("status {status}"), agents, "TotalTime", status, "AgentStatus", "");
    }
    for reason in REASONS {
        let filter = format!("filter = \"{reason}\"");
        let mask = "NotReadyForNextCall";
        text += &statistic(&format!("reason {reason}"), agents, "TotalTime", mask, "AgentStatus", &filter);
    }
    text += &statistic("state", agents, "CurrentStateReasons", "*", "AgentStatus", "");
    Library::from_toml(&text).unwrap()
}

/// Everything that the engine says about one object.
type Said = BTreeMap<(Text, Text), Content>;

fn number(said: &Said, statistic: &str, object: &str) -> i64 {
    match &said[&(statistic.into(), object.into())] {
        Content::Number(number) => *number as i64,
        Content::State(state) => panic!("{statistic} of {object} is {state:?}"),
    }
}

fn compare(truth: &Truth, said: &Said) -> Vec<String> {
    let mut differ = Vec::new();
    let check = |differ: &mut Vec<String>, statistic: String, object: &str, truth: i64| {
        let engine = number(said, &statistic, object);
        if engine != truth {
            differ.push(format!("{statistic} of {object}: the engine says {engine}, the truth is {truth}"));
        }
    };
    for (dn, queue) in &truth.queues {
        let object = format!("{dn}@sw1");
        for (category, mask, of) in QUEUES {
            check(&mut differ, format!("queue {category} {mask}"), &object, of(queue, truth.at));
        }
    }
    for (id, agent) in &truth.agents {
        for (category, mask, of) in AGENTS {
            check(&mut differ, format!("agent {category} {mask}"), id, of(agent, truth.at));
        }
        for status in STATUSES {
            let seconds = agent.status_seconds.get(status).copied().unwrap_or(0);
            check(&mut differ, format!("status {status}"), id, seconds);
        }
        for reason in REASONS {
            if !said.contains_key(&(format!("reason {reason}").into(), id.clone())) {
                continue;
            }
            let seconds = agent.not_ready_seconds.get(reason).copied().unwrap_or(0);
            check(&mut differ, format!("reason {reason}"), id, seconds);
        }
        match &said[&("state".into(), id.clone())] {
            Content::State(state) if is_same(state, agent) => {}
            other => {
                differ.push(format!("{id} is {other:?}, in truth {} since {:?}", agent.status, agent.since))
            }
        }
    }
    differ
}

fn is_same(state: &stats::State, agent: &AgentTruth) -> bool {
    let code = |text: &KeyValue| match text {
        KeyValue::Text(text) => Some(text.clone()),
        KeyValue::List(_) => None,
    };
    let said = state.reasons.as_ref().and_then(|reasons| code(reasons.get("ReasonCode")?));
    let reason = agent.reason.clone().filter(|_| state.status == Status::NotReadyForNextCall);
    state.status.name() == agent.status && state.since == agent.since && said == reason
}

/// Plays the scenario and asks the engine, at odd moments, everything that the truth knows.
fn check(scenario: &Scenario, seed: u64, hours: i64) {
    let mut world = World::new(scenario, seed, START).unwrap();
    let mut library = library();
    for request in &mut library.requests {
        request.opened_at = Some("2026-11-23T08:00:00Z".into());
    }
    let (mut engine, refused) = Engine::new(&world.tenant(), &library).unwrap();
    // Pauses by reason need filters; where the engine refuses these, the current reason is compared all the same.
    assert!(refused.iter().all(|it| it.name.starts_with("reason ")), "{refused:?}");
    let mut records: Vec<Record> = Vec::new();
    for step in 1..=hours * 60 {
        let at = START + Micros::from_millis(step * 60_000 + 333);
        records.clear();
        world.advance(at, &mut records);
        engine.step(&records, at);
        if step % 47 != 0 && step != hours * 60 {
            continue;
        }
        let answers = engine.answers(at);
        let said = answers.into_iter().map(|it| ((it.statistic, it.object.id), it.value.content)).collect();
        let differ = compare(&world.truth(), &said);
        assert!(
            differ.is_empty(),
            "seed {seed}, minute {step}: {} differ\n{}",
            differ.len(),
            differ.iter().take(20).cloned().collect::<Vec<_>>().join("\n")
        );
    }
}

#[test]
fn every_value_of_the_demo_is_what_really_happened() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/scenario.toml");
    let mut scenario = Scenario::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap();
    for queue in &mut scenario.queues {
        queue.target = Duration::from_secs(20);
    }
    check(&scenario, 1, 9);
}

#[test]
fn every_value_of_a_hectic_centre_is_what_really_happened() {
    let mut scenario = Scenario::sized(25, 7);
    scenario.sources[0].switch = "sw1".into();
    scenario.habits.consults = 0.25;
    scenario.habits.blind_transfers = 0.15;
    scenario.habits.holds = 0.25;
    scenario.habits.misses = 0.1;
    scenario.habits.early_wraps = 0.2;
    scenario.habits.internal_per_hour = 4.0;
    scenario.habits.outbound_per_hour = 4.0;
    scenario.habits.heartbeat = Some(Duration::from_secs(45));
    for seed in 1..=4 {
        check(&scenario, seed, 3);
    }
}
