//! The Interaction Server as a reader of its records sees it.

use super::{START, demo, play};
use model::record::{Event, Record};
use model::{Micros, Text};
use scenario::{MediaWorld, Scenario, World};
use std::collections::{BTreeMap, BTreeSet};

fn media(seed: u64, minutes: i64, step: i64) -> (MediaWorld, Vec<Record>) {
    let mut world = MediaWorld::new(&demo(), seed, START).unwrap().unwrap();
    let mut records = Vec::new();
    for minute in (step..=minutes).step_by(step as usize) {
        world.advance(START + Micros::from_secs(minute * 60), &mut records);
    }
    (world, records)
}

#[test]
fn what_happens_does_not_depend_on_the_steps_and_calls_do_not_depend_on_interactions() {
    assert_eq!(media(5, 300, 1).1, media(5, 300, 300).1);
    assert_ne!(media(5, 60, 60).1, media(6, 60, 60).1);
    let without = Scenario { interactions: None, ..demo() };
    assert!(MediaWorld::new(&without, 5, START).unwrap().is_none());
    assert_eq!(play(&without, 5, 2.0).1, play(&demo(), 5, 2.0).1);
}

#[test]
fn each_server_numbers_its_own_records_without_holes() {
    let (world, records) = media(5, 300, 10);
    let mut last: BTreeMap<Text, (u64, Micros)> = BTreeMap::new();
    for record in &records {
        let (seq, received) = last.entry(record.source.clone()).or_default();
        assert!(record.seq == *seq + 1 && record.received >= *received, "{record:?}");
        (*seq, *received) = (record.seq, record.received);
        assert_eq!(record.epoch, START.0 as u64);
    }
    let names: Vec<&str> = world.sources().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["ixn1", "ixnvq1"]);
    assert!(names.iter().all(|name| world.position(name).unwrap().seq == last[*name].0));
}

/// By agent and medium: what is offered or handled, counted from the records alone.
#[test]
fn nobody_has_more_at_once_than_the_capacity_rule_allows_and_many_have_several() {
    let capacity: BTreeMap<Text, _> = World::new(&demo(), 5, START)
        .unwrap()
        .tenant()
        .agents
        .into_iter()
        .map(|it| (it.id, it.capacity))
        .collect();
    let (_, records) = media(5, 600, 600);
    let mut kinds: BTreeMap<Text, Text> = BTreeMap::new();
    let mut tasks: BTreeMap<(Text, Text), BTreeSet<Text>> = BTreeMap::new();
    let mut most = 0;
    for record in &records {
        let Some(rare) = record.rare.as_ref() else { continue };
        let Some(id) = rare.interaction_id.clone() else { continue };
        if let Some(media) = &rare.media_type {
            kinds.insert(id.clone(), media.clone());
        }
        let Some(agent) = record.agent_id.clone() else { continue };
        let media = kinds[&id].clone();
        let limit = capacity[&agent][&media] as usize;
        let own = tasks.entry((agent, media)).or_default();
        match record.event {
            Event::AgentInvited | Event::PartyAdded => own.insert(id),
            Event::PartyRemoved | Event::Rejected | Event::Revoked => own.remove(&id),
            _ => false,
        };
        assert!(own.len() <= limit, "{record:?}");
        most = most.max(own.len());
    }
    assert!(most >= 3, "{most}");
}

#[test]
fn a_scenario_that_can_not_be_is_refused_with_its_place() {
    let base = toml::to_string(&demo()).unwrap();
    let error = |from: &str, to: &str| {
        let text = base.replacen(from, to, 1);
        assert_ne!(text, base, "{from} is in the file");
        Scenario::from_toml(&text).unwrap_err().to_string()
    };
    assert!(error("to = \"Chat technical\"", "to = \"Chat technicol\"").contains("technicol"));
    assert!(error("moves = 0.08", "moves = 1.08").contains("between 0 and 1"));
    assert!(error("ticket = 5", "ticket = 0").contains("at least 1"));
    assert!(error("ticket = 5", "fax = 5").contains("capacity for its medium"));
    assert!(error("name = \"ixn1\"", "name = \"sip1\"").contains("sip1"));
}
