//! What holds for every seed and every centre.

use super::count::Count;
use super::grammar::Grammar;
use super::{START, demo, play};
use model::record::{Body, Event};
use model::{Micros, Record, Text};
use proptest::prelude::*;
use scenario::{Noise, Outage, Scenario, World, disturb};
use std::collections::BTreeMap;
use std::time::Duration;

fn targets(scenario: &Scenario) -> BTreeMap<Text, i64> {
    let mut targets = BTreeMap::new();
    for queue in &scenario.queues {
        for number in queue.route_point.iter().chain([&queue.number]) {
            targets.insert(number.clone(), queue.target.as_secs() as i64);
        }
    }
    targets
}

fn check(scenario: &Scenario, seed: u64, hours: f64) -> Vec<Record> {
    let (world, records) = play(scenario, seed, hours);
    let grammar = Grammar::read(&records);
    let truth = world.truth();
    for (dn, queue) in &truth.queues {
        assert_eq!(grammar.waiting(dn) as u64, queue.waiting, "waiting in {dn}");
    }
    Count::of(&records, targets(scenario)).compare(&truth);
    for (id, agent) in &truth.agents {
        let all: i64 = agent.status_seconds.values().sum();
        assert_eq!(all, truth.at.secs() - START.secs(), "the day of {id} has no hole");
        let pauses: i64 = agent.not_ready_seconds.values().sum();
        let not_ready = agent.status_seconds.get("NotReadyForNextCall").copied().unwrap_or(0);
        assert_eq!(pauses, not_ready, "every pause of {id} has its reason");
    }
    records
}

#[test]
fn a_day_of_the_demo_obeys_the_grammar_and_its_truth_is_what_the_records_count() {
    let records = check(&demo(), 1, 24.0);
    let seen = |event: Event| records.iter().filter(|record| record.event == event).count();
    for event in [
        Event::Queued,
        Event::Abandoned,
        Event::Held,
        Event::PartyChanged,
        Event::PartyAdded,
        Event::PartyDeleted,
        Event::Dialing,
        Event::RouteUsed,
        Event::AgentLogout,
    ] {
        assert!(seen(event.clone()) > 0, "a day without {event:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_seed_and_the_size_the_truth_is_what_the_records_count(
        seed in any::<u64>(), agents in 1_usize..40, queues in 1_usize..9, stress in 0.3..4.0_f64,
    ) {
        let mut scenario = Scenario::sized(agents, queues);
        for queue in &mut scenario.queues {
            queue.calls_per_hour *= stress;
        }
        scenario.habits.consults = 0.2;
        scenario.habits.blind_transfers = 0.15;
        scenario.habits.misses = 0.1;
        scenario.habits.heartbeat = Some(Duration::from_secs(60));
        check(&scenario, seed, 1.5);
    }
}

#[test]
fn the_same_seed_tells_the_same_story_in_whatever_steps_it_is_played() {
    let (whole, records) = play(&demo(), 5, 2.0);
    let mut world = World::new(&demo(), 5, START).unwrap();
    let mut steps = Vec::new();
    let mut at = START;
    while at < whole.now() {
        at = (at + Micros::from_millis(7_777)).min(whole.now());
        world.advance(at, &mut steps);
    }
    assert_eq!(steps, records);
    assert_eq!(world.truth(), whole.truth());
    let (_, other) = play(&demo(), 6, 2.0);
    assert_ne!(other, records, "another seed is another day");
}

#[test]
fn a_copy_goes_on_exactly_as_the_original() {
    let (mut world, _) = play(&demo(), 9, 1.0);
    let mut copy = world.clone();
    let until = world.now() + Micros::from_secs(1800);
    let (mut one, mut other) = (Vec::new(), Vec::new());
    world.advance(until, &mut one);
    copy.advance(until, &mut other);
    assert_eq!(one, other);
}

#[test]
fn a_snapshot_shows_the_calls_and_states_that_the_truth_knows() {
    let (world, _) = play(&demo(), 2, 3.0);
    let (snapshot, truth) = (world.snapshot("sip1").unwrap(), world.truth());
    for picture in &snapshot.dns {
        if let Some(queue) = truth.queues.get(&picture.dn) {
            assert_eq!(picture.calls.len() as u64, queue.waiting);
            assert_eq!(picture.calls.iter().map(|call| call.since).min(), queue.oldest);
        }
        if let Some(id) = &picture.agent_id {
            assert_ne!(truth.agents[id].status, "LoggedOut");
        }
    }
    let on_duty = snapshot.dns.iter().filter(|picture| picture.agent_id.is_some()).count();
    let known = truth.agents.values().filter(|agent| agent.status != "LoggedOut").count();
    assert_eq!(on_duty, known);
    assert_eq!(world.position("sip1").unwrap().epoch, START.0 as u64);
    assert!(world.snapshot("sip9").is_none());
}

#[test]
fn two_sources_number_by_themselves_and_come_in_the_order_of_processing() {
    let mut scenario = Scenario::sized(24, 4);
    scenario.sources.push(scenario::Source {
        name: "sip2".into(),
        switch: "sw2".into(),
        virtual_queues: None,
    });
    for queue in &mut scenario.queues[2..] {
        queue.source = Some("sip2".into());
    }
    for (ix, team) in scenario.teams.iter_mut().enumerate() {
        team.also.clear();
        team.source = (ix >= 2).then(|| "sip2".into());
    }
    let records = check(&scenario, 3, 2.0);
    assert!(records.is_sorted_by(|a, b| a.order() <= b.order()));
    assert!(records.iter().any(|record| record.source == "sip2"));
}

#[test]
fn a_lost_link_is_told_and_a_snapshot_says_how_things_stand_then() {
    let mut scenario = Scenario::sized(12, 3);
    let outage =
        |at, lasts| Outage { source: None, at: Duration::from_secs(at), lasts: Duration::from_secs(lasts) };
    scenario.faults.link_losses = vec![outage(600, 120)];
    scenario.faults.gaps = vec![outage(1800, 60)];
    let (world, records) = play(&scenario, 4, 1.0);
    let blind = |record: &Record, at: i64, lasts: i64| {
        let since = (record.received - START).0;
        since > at * 1_000_000 && since < (at + lasts) * 1_000_000
    };
    assert!(!records.iter().any(|record| blind(record, 600, 120) || blind(record, 1800, 60)));
    let kinds: Vec<&Event> = records
        .iter()
        .map(|record| &record.event)
        .filter(|event| {
            matches!(event, Event::LinkConnected | Event::LinkDisconnected | Event::Gap | Event::Snapshot)
        })
        .collect();
    assert_eq!(
        kinds,
        [
            &Event::LinkDisconnected,
            &Event::LinkConnected,
            &Event::Snapshot,
            &Event::LinkDisconnected,
            &Event::Gap,
            &Event::LinkConnected,
            &Event::Snapshot
        ]
    );
    let gap = records.iter().find(|record| record.event == Event::Gap).unwrap();
    assert_eq!(gap.seq, 2, "a new epoch numbers from 1");
    assert!(matches!(gap.body.as_deref(), Some(Body::Gap(gap)) if (gap.to - gap.from).secs() == 60));
    let entered: u64 = world.truth().queues.values().map(|queue| queue.entered).sum();
    let told = records.iter().filter(|record| record.event == Event::Queued).count() as u64;
    assert!(entered > told, "the truth goes on while nobody sees it");
}

#[test]
fn a_noisy_link_doubles_and_delays_but_keeps_numbers_and_order() {
    let (_, records) = play(&Scenario::sized(20, 3), 8, 1.0);
    let noise = Noise { duplicates: 0.05, late: 0.1, late_seconds: 3.0 };
    let heard = disturb(&records, &noise, 1);
    assert!(heard.len() > records.len());
    let mut first: Vec<&Record> = Vec::new();
    for record in &heard {
        if first.last().is_none_or(|last| record.seq > last.seq) {
            first.push(record);
        }
    }
    assert_eq!(first.len(), records.len(), "dropping by position leaves each record once");
    assert!(first.is_sorted_by_key(|record| record.received));
    assert!(first.iter().zip(&records).all(|(heard, told)| heard.time == told.time));
    assert_eq!(disturb(&records, &noise, 1), heard);
}

#[test]
fn records_survive_the_way_through_json() {
    let (_, records) = play(&demo(), 3, 0.5);
    for record in records {
        let text = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
    }
}
