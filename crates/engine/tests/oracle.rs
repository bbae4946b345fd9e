//! The engine against the oracle: random stories, random definitions, every object, random questions.
//!
//! `PULSE_SEEDS=from-to` or `PULSE_SEEDS=count` chooses the stories. A difference is shrunk to the shortest story
//! that still shows it.

mod duel;

use duel::Duel;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// So many stories in an ordinary run.
const SEEDS: u64 = 2_000;

#[test]
fn the_engine_answers_as_the_oracle_does() {
    let seeds = seeds();
    let next = AtomicU64::new(seeds.start);
    let found = Mutex::new(Vec::new());
    let is_enough = || found.lock().unwrap().len() >= many();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while !is_enough() {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
                    let difference = Duel::new(seed).fight();
                    found.lock().unwrap().extend(difference.map(|difference| (seed, difference)));
                }
            });
        }
    });
    let mut differences = found.into_inner().unwrap();
    differences.sort();
    let differences: Vec<String> = differences.into_iter().map(|(_, difference)| difference).collect();
    assert!(differences.is_empty(), "seeds {seeds:?}:\n{}", differences.join("\n"));
}

#[test]
fn a_story_tells_of_everything_that_it_should() {
    let mut told = std::collections::BTreeSet::new();
    // Some things are rare: three agents in a conference, of whom one leaves.
    for seed in 0..50_000 {
        told.extend(oracle::timeline::records(seed).iter().map(|record| record.event.name().to_owned()));
        if seed > 1_000 && told.contains("PartyDeleted") {
            break;
        }
    }
    for event in [
        "AgentLogin",
        "AgentLogout",
        "AgentReady",
        "AgentNotReady",
        "Queued",
        "Diverted",
        "Abandoned",
        "RouteRequest",
        "RouteUsed",
        "Ringing",
        "Established",
        "Held",
        "Retrieved",
        "Released",
        "Dialing",
        "DestinationBusy",
        "PartyChanged",
        "PartyAdded",
        "PartyDeleted",
        "LinkDisconnected",
        "LinkConnected",
        "Snapshot",
        "Registered",
        "DNOutOfService",
        "DNBackInService",
        "OffHook",
        "OnHook",
        "TreatmentApplied",
        "TreatmentEnd",
    ] {
        assert!(told.contains(event), "no story tells of {event}");
    }
}

/// Seeds as the environment asks.
fn seeds() -> std::ops::Range<u64> {
    #[allow(clippy::disallowed_methods, reason = "how long a test runs is the runner's choice")]
    let asked = std::env::var("PULSE_SEEDS").unwrap_or_default();
    match asked.split_once('-') {
        Some((from, to)) => from.parse().unwrap()..to.parse().unwrap(),
        None => 0..asked.parse().unwrap_or(SEEDS),
    }
}

/// How many differences are told before it stops.
fn many() -> usize {
    #[allow(clippy::disallowed_methods, reason = "how much a test tells is the runner's choice")]
    std::env::var("PULSE_DIFFERENCES").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}
