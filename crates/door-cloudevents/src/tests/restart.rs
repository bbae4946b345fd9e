//! What a restart knows: everything that the journal holds, and nothing else.

use super::http::{Bench, NOON, queued};
use super::journal::Memory;
use crate::settings::Limits;
use model::record::{Event, Record};
use model::time::Micros;
use serde_json::{Value, json};

const DAY: Micros = Micros::from_secs(86_400);

async fn reopened(journal: &Memory, now: Micros) -> Bench {
    Bench::open(journal.clone(), now, Limits::default()).await
}

fn batch(ids: std::ops::Range<u32>) -> Value {
    Value::from(ids.map(|id| queued(&id.to_string(), &format!("c{id}"))).collect::<Vec<_>>())
}

#[tokio::test(start_paused = true)]
async fn a_restart_knows_the_ids_of_a_day_and_their_bodies() {
    let bench = Bench::new().await;
    assert_eq!(bench.post("/events", &batch(0..10)).await.2["accepted"], 10);
    let journal = bench.journal.clone();
    drop(bench);
    let bench = reopened(&journal, NOON + DAY - Micros(1)).await;
    assert_eq!(bench.post("/events", &batch(0..11)).await.2, json!({"accepted": 1, "duplicates": 10}));
    assert_eq!(bench.post("/events", &queued("3", "other")).await.0, 409);
    let bench = reopened(&journal, NOON + DAY).await;
    assert_eq!(bench.post("/events", &batch(0..11)).await.2, json!({"accepted": 10, "duplicates": 1}));
}

/// A crash tears the journal off between any two records of a batch; nobody was told anything yet.
#[tokio::test(start_paused = true)]
async fn wherever_a_crash_falls_a_repeat_of_everything_is_counted_once() {
    for written in 0..=10 {
        let journal = Bench::new().await.journal;
        let bench = reopened(&journal, NOON).await;
        bench.post("/events", &batch(0..10)).await;
        journal.tear_off(written);
        let bench = reopened(&journal, NOON + Micros::from_secs(60)).await;
        let told = bench.post("/events", &batch(0..10)).await.2;
        assert_eq!(told, json!({"accepted": 10 - written, "duplicates": written}));
        assert_eq!(journal.records().len(), 10);
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_knows_the_state_for_dry_runs() {
    let bench = Bench::new().await;
    let login = super::http::event("1", json!({"event": "AgentLogin", "this_dn": "2001", "agent_id": "ann"}));
    bench.post("/events", &login).await;
    let bench = reopened(&bench.journal, NOON + Micros::from_secs(60)).await;
    let ready = super::http::event("2", json!({"event": "AgentReady", "this_dn": "2001", "agent_id": "ann"}));
    let told = bench.post("/events?dry_run=1", &ready).await.2;
    let waits = json!({"object_type": "Agent", "object": "ann", "status": "WaitForNextCall"});
    assert!(told["events"][0]["statuses"].as_array().unwrap().contains(&waits), "{told}");
}

#[tokio::test(start_paused = true)]
async fn records_that_came_another_way_have_no_id() {
    let journal = Memory::default();
    let mut record = Record::new("chat1", Event::Queued, NOON);
    record.rare_mut().unknown.insert("cloudevent".into(), json!("not one of ours"));
    crate::Outlet::offer(&journal, "chat1", vec![record]).unwrap();
    let bench = reopened(&journal, NOON).await;
    assert_eq!(bench.post("/events", &queued("1", "c1")).await.2["accepted"], 1);
    assert_eq!(bench.journal.records().len(), 2);
}
