//! The centre that is shipped: lively at every hour, with one queue in trouble.

use super::{START, demo, play};
use model::Micros;
use model::tenant::Tenant;
use scenario::{Scenario, World};
use std::collections::BTreeSet;

#[test]
fn at_every_hour_people_work_and_calls_come() {
    let mut world = World::new(&demo(), 1, START).unwrap();
    let mut records = Vec::new();
    for hour in 1..=24 {
        records.clear();
        world.advance(START + Micros::from_secs(hour * 3600), &mut records);
        let truth = world.truth();
        let on_duty = truth.agents.values().filter(|agent| agent.status != "LoggedOut").count();
        assert!(on_duty >= 14, "hour {hour}: {on_duty} agents");
        assert!(records.len() > 700, "hour {hour}: {} records", records.len());
    }
}

#[test]
fn one_queue_is_in_trouble_and_most_are_not() {
    let (world, _) = play(&demo(), 1, 6.0);
    let truth = world.truth();
    let level = |number: &str| {
        let queue = &truth.queues[number];
        queue.answered_in_time as f64 / queue.entered as f64
    };
    let numbers = ["8001", "8002", "8003", "8004", "8005", "8006", "8007", "8008"];
    let good = numbers.iter().filter(|number| level(number) >= 0.7).count();
    assert!(good >= 4, "{:?}", numbers.map(level));
    assert!(level("8002") < 0.6, "Support is in trouble: {}", level("8002"));
    assert!(truth.queues["8002"].abandoned.number > 10);
}

#[test]
fn within_a_minute_of_the_start_the_floor_is_alive() {
    let (world, _) = play(&demo(), 1, 1.0 / 60.0);
    let truth = world.truth();
    let states: BTreeSet<_> = truth.agents.values().map(|agent| agent.status.clone()).collect();
    assert!(states.len() >= 4, "{states:?}");
}

#[test]
fn the_tenant_reads_back_from_toml_and_names_everyone() {
    let tenant = World::new(&demo(), 1, START).unwrap().tenant();
    let text = toml::to_string(&tenant).unwrap();
    assert_eq!(Tenant::from_toml(&text).unwrap(), tenant);
    assert_eq!(tenant.agents.len(), 80);
    let names: BTreeSet<_> = tenant.agents.iter().filter_map(|agent| agent.name.clone()).collect();
    assert_eq!(names.len(), 80);
    let premium = "8007@sw1".into();
    assert!(tenant.agent_groups.iter().any(|group| group.origination_dns.contains(&premium)));
    let members: usize = tenant.agent_groups.iter().map(|group| group.agents.len()).sum();
    assert_eq!(members, 80, "everyone is in one team");
}

#[test]
fn a_typo_or_a_name_that_is_not_there_is_refused_with_its_place() {
    let base = toml::to_string(&demo()).unwrap();
    assert_eq!(Scenario::from_toml(&base).unwrap(), demo(), "settings survive the way through TOML");
    let error = |from: &str, to: &str| {
        let text = base.replacen(from, to, 1);
        assert_ne!(text, base, "{from} is in the file");
        Scenario::from_toml(&text).unwrap_err().to_string()
    };
    assert!(error("patience", "patiense").contains("patiense"));
    assert!(error("to = \"Orders\"", "to = \"Odrers\"").contains("Odrers"));
    assert!(error("number = \"8002\"", "number = \"8001\"").len() > 20);
    assert!(error("from = \"06:00\"", "from = \"6 am\"").contains("hh:mm"));
    assert!(error("utc_offset = \"+01:00\"", "utc_offset = \"Berlin\"").contains("+01:00"));
    assert!(error("patience = \"3m\"", "patience = \"3\"").contains("4m 20s"));
    let empty = Scenario::from_toml("tenant = 'a'\nsource = []\nqueue = []\nteam = []\nshift = []");
    assert!(empty.unwrap_err().to_string().contains("[[source]]"));
}
