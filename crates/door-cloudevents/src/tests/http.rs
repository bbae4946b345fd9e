//! What clients are told.

use super::journal::{Memory, Mood};
use crate::desk::Desk;
use crate::door::{Door, Parts};
use crate::metrics::Metrics;
use crate::recall::recall;
use crate::server::{Served, routes};
use crate::settings::{EventSource, Limits};
use crate::token::Tokens;
use actix_web::App;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use model::tenant::{Source, Tenant};
use model::time::Micros;
use prometheus::Registry;
use runtime::Clock;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

pub(super) const TOKEN: &str = "0123456789abcdef-token";
pub(super) const NOON: Micros = Micros::from_secs(1_795_435_200);

/// A door that is open.
pub(super) struct Bench {
    served: Arc<Served>,
    registry: Registry,
    pub(super) journal: Memory,
    _dir: tempfile::TempDir,
}

/// Status, Retry-After, body.
pub(super) type Answer = (u16, Option<String>, Value);

impl Bench {
    pub(super) async fn open(journal: Memory, now: Micros, limits: Limits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("tokens");
        std::fs::write(&file, TOKEN).unwrap();
        let source = EventSource { name: "chat1".into(), switch: "chat".into(), source: None };
        let tenant = Tenant {
            tenant: "acme".into(),
            time_zone: "UTC".into(),
            sources: vec![Source { name: "chat1".into(), switch: "chat".into() }],
            ..Tenant::default()
        };
        let registry = Registry::new();
        let shelf = recall(&journal, "chat1", &limits, now).await.unwrap();
        let door = Door::open(Parts {
            limits,
            metrics: Metrics::register(&registry).unwrap(),
            sources: vec![source],
            tenant,
            clock: Clock::starting_at(now),
            outlet: Arc::new(journal.clone()),
            desk: Desk::new(limits, [("chat1".into(), shelf)].into()),
        });
        let reading = Semaphore::new(limits.bodies_max);
        let served = Arc::new(Served { door, tokens: Tokens::open(&file).unwrap(), reading });
        Self { served, registry, journal, _dir: dir }
    }

    pub(super) async fn new() -> Self {
        Self::open(Memory::default(), NOON, Limits::default()).await
    }

    pub(super) async fn send(&self, request: TestRequest) -> Answer {
        let app = init_service(App::new().configure(routes(Arc::clone(&self.served)))).await;
        let response = call_service(&app, request.to_request()).await;
        let status = response.status().as_u16();
        let retry = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        let body = read_body(response).await;
        (status, retry, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        let media = if body.is_array() {
            "application/cloudevents-batch+json"
        } else {
            "application/cloudevents+json"
        };
        let request =
            TestRequest::post().uri(path).insert_header(("authorization", format!("Bearer {TOKEN}")));
        self.send(request.insert_header(("content-type", media)).set_payload(body.to_string())).await
    }

    pub(super) fn metrics(&self) -> String {
        telemetry::encode(&self.registry)
    }
}

pub(super) fn event(id: &str, data: Value) -> Value {
    json!({"specversion": "1.0", "id": id, "source": "chat1", "type": "pulse.event.v1", "data": data})
}

pub(super) fn queued(id: &str, conn: &str) -> Value {
    event(id, json!({"event": "Queued", "this_dn": "9001", "this_queue": "9001", "conn_id": conn}))
}

#[tokio::test(start_paused = true)]
async fn an_event_is_kept_and_counted_once_however_often_it_comes() {
    let bench = Bench::new().await;
    let first = bench.post("/events", &queued("1", "c1")).await;
    assert_eq!(first, (202, None, json!({"accepted": 1, "duplicates": 0})));
    let again = bench.post("/events", &queued("1", "c1")).await;
    assert_eq!(again, (202, None, json!({"accepted": 0, "duplicates": 1})));
    let batch =
        bench.post("/events", &json!([queued("1", "c1"), queued("2", "c2"), queued("2", "c2")])).await;
    assert_eq!(batch, (202, None, json!({"accepted": 1, "duplicates": 2})));
    let records = bench.journal.records();
    assert_eq!(
        records.iter().map(|record| record.conn_id.as_deref()).collect::<Vec<_>>(),
        [Some("c1"), Some("c2")]
    );
    let metrics = bench.metrics();
    for line in [
        "pulse_events_accepted_total{source=\"chat1\"} 2",
        "pulse_events_duplicates_total{source=\"chat1\"} 3",
        "pulse_events_ids{source=\"chat1\"} 2",
        "pulse_events_waiting{source=\"chat1\"} 0",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_id_with_another_body_is_a_conflict_and_takes_nothing() {
    let bench = Bench::new().await;
    bench.post("/events", &queued("1", "c1")).await;
    let (status, _, problem) = bench.post("/events", &json!([queued("2", "c2"), queued("1", "other")])).await;
    assert_eq!(
        (status, &problem["code"], &problem["faults"][0]["index"]),
        (409, &json!("conflict"), &json!(1))
    );
    assert_eq!(bench.journal.records().len(), 1, "nothing of the batch is taken");
    assert!(bench.metrics().contains("pulse_events_conflicts_total 1"));
}

#[tokio::test(start_paused = true)]
async fn nobody_comes_in_without_a_token_and_the_body_is_not_read() {
    let bench = Bench::new().await;
    for authorization in ["", "Bearer wrong-token-wrong-token", "Basic dTpw"] {
        let request = TestRequest::post().uri("/events").insert_header(("authorization", authorization));
        let (status, _, problem) = bench.send(request.set_payload("{")).await;
        assert_eq!((status, &problem["code"]), (401, &json!("token")));
    }
    assert!(bench.metrics().contains("pulse_events_refused_total{reason=\"token\"} 3"));
}

#[tokio::test(start_paused = true)]
async fn each_refusal_has_its_status_and_a_cure() {
    let bench =
        Bench::open(Memory::default(), NOON, Limits { body_bytes_max: 4_000, ..Limits::default() }).await;
    let mut stranger = queued("1", "c1");
    stranger["source"] = json!("pbx9");
    for (body, status, code) in [
        (stranger, 403, "unknown_source"),
        (event("1", json!({"event": "Queued", "seq": 1})), 422, "invalid"),
        (json!([queued("1", "c1"), {}]), 422, "invalid"),
        (json!("no event"), 422, "invalid"),
        (event("1", json!({"event": "Queued", "x": "y".repeat(5_000)})), 413, "too_large"),
    ] {
        let (told, _, problem) = bench.post("/events", &body).await;
        assert_eq!((told, problem["code"].as_str().unwrap()), (status, code), "{problem}");
        assert!(!problem["cure"].as_str().unwrap().is_empty());
    }
    let request =
        TestRequest::post().uri("/events").insert_header(("authorization", format!("Bearer {TOKEN}")));
    let (status, ..) =
        bench.send(request.insert_header(("content-type", "text/plain")).set_payload("x")).await;
    assert_eq!(status, 415);
    assert!(bench.journal.records().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_is_stuck_is_told_and_what_it_took_is_counted_once() {
    let bench = Bench::new().await;
    bench.journal.be(Mood::Stuck);
    let (status, retry, problem) = bench.post("/events", &queued("1", "c1")).await;
    assert_eq!((status, retry.as_deref(), problem["code"].as_str()), (503, Some("2"), Some("unsure")));
    // Whatever is new now is refused at once; the oldest waits for more than three seconds.
    let (status, retry, problem) = bench.post("/events", &queued("2", "c2")).await;
    assert_eq!((status, retry.as_deref(), problem["code"].as_str()), (503, Some("5"), Some("stalled")));
    let first = queued("1", "c1");
    let (repeated, ()) = tokio::join!(bench.post("/events", &first), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        bench.journal.be(Mood::Well);
    });
    assert_eq!(
        (repeated.0, repeated.2["duplicates"].as_u64()),
        (202, Some(1)),
        "a repeat waits for the first one"
    );
    assert_eq!(bench.journal.records().len(), 1);
    assert_eq!(bench.post("/events", &queued("2", "c2")).await.0, 202);
}

#[tokio::test(start_paused = true)]
async fn a_full_feed_asks_to_come_again() {
    let bench = Bench::new().await;
    bench.journal.be(Mood::Full);
    let (status, retry, _) = bench.post("/events", &queued("1", "c1")).await;
    assert_eq!((status, retry.as_deref()), (429, Some("1")));
    bench.journal.be(Mood::Well);
    assert_eq!(bench.post("/events", &queued("1", "c1")).await.2["accepted"], 1);
    assert!(bench.metrics().contains("pulse_events_overload_total{reason=\"busy\"} 1"));
}

#[tokio::test(start_paused = true)]
async fn what_the_journal_loses_is_not_acknowledged_and_is_new_when_it_is_repeated() {
    let bench = Bench::new().await;
    bench.journal.be(Mood::Broken);
    assert_eq!(bench.post("/events", &queued("1", "c1")).await.0, 503);
    bench.journal.be(Mood::Well);
    assert_eq!(bench.post("/events", &queued("1", "c1")).await.2["accepted"], 1);
    assert_eq!(bench.journal.records().len(), 1);
    assert!(bench.metrics().contains("pulse_events_lost_total{source=\"chat1\"} 1"));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_hangs_up_leaves_the_event_known() {
    let bench = Bench::new().await;
    bench.journal.be(Mood::Stuck);
    let event = queued("1", "c1");
    let hung_up = tokio::time::timeout(Duration::from_millis(10), bench.post("/events", &event)).await;
    assert!(hung_up.is_err());
    bench.journal.be(Mood::Well);
    assert_eq!(bench.post("/events", &event).await.2, json!({"accepted": 0, "duplicates": 1}));
    assert_eq!(bench.journal.records().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_attributes_may_come_as_headers() {
    let bench = Bench::new().await;
    let mut request =
        TestRequest::post().uri("/events").insert_header(("authorization", format!("Bearer {TOKEN}")));
    for (name, value) in [
        ("content-type", "application/json"),
        ("ce-specversion", "1.0"),
        ("ce-id", "1"),
        ("ce-source", "chat1"),
        ("ce-type", "pulse.event.v1"),
        ("ce-time", "2026-11-23T11:59:59Z"),
    ] {
        request = request.insert_header((name, value));
    }
    let (status, ..) = bench.send(request.set_payload(r#"{"event":"Queued","this_dn":"9001"}"#)).await;
    assert_eq!(status, 202);
    assert_eq!(bench.journal.records()[0].time, NOON - Micros::from_secs(1));
}

#[tokio::test]
async fn a_dry_run_tells_what_would_happen_and_nothing_does() {
    let bench = Bench::new().await;
    for event in [
        event("1", json!({"event": "AgentLogin", "this_dn": "2001", "agent_id": "ann"})),
        event("2", json!({"event": "AgentReady", "this_dn": "2001", "agent_id": "ann"})),
        queued("3", "c1"),
    ] {
        assert_eq!(bench.post("/events", &event).await.0, 202);
    }
    let ringing = json!({"event": "Ringing", "this_dn": "2001", "this_queue": "9001", "conn_id": "c1", "call_type": "Inbound"});
    let unknown = event("5", json!({"event": "Teleported", "this_dn": "2001"}));
    let asked = json!([queued("3", "c1"), event("4", ringing), unknown, queued("1", "x")]);
    let (status, _, told) = bench.post("/events?dry_run=1", &asked).await;
    assert_eq!((status, &told["dry_run"]), (200, &json!(true)), "{told}");
    let events = told["events"].as_array().unwrap();
    let would: Vec<_> = events.iter().map(|event| event["would"].as_str().unwrap()).collect();
    assert_eq!(would, ["duplicate", "accept", "accept", "conflict"]);
    let status = json!({"object_type": "RegDN", "object": "2001@chat", "status": "CallRinging"});
    assert!(events[1]["statuses"].as_array().unwrap().contains(&status), "{told}");
    let agents: Vec<_> =
        events[1]["statuses"].as_array().unwrap().iter().filter(|fact| fact["object"] == "ann").collect();
    assert_eq!(agents.len(), 1, "the agent who had logged in is known: {told}");
    let began = json!({"object_type": "RegDN", "object": "2001@chat", "action": "CallRinging", "what": "began", "conn_id": "c1"});
    assert!(events[1]["actions"].as_array().unwrap().contains(&began), "{told}");
    assert!(events[2]["remark"].as_str().unwrap().contains("Teleported"));
    assert_eq!(bench.journal.records().len(), 3, "nothing was taken");
    assert_eq!(bench.post("/events", &asked[1]).await.2["accepted"], 1, "nor remembered");
}

#[tokio::test(start_paused = true)]
async fn the_schema_needs_no_token_and_names_the_keys_of_records() {
    let bench = Bench::new().await;
    let (status, _, schema) = bench.send(TestRequest::get().uri("/events/schema")).await;
    assert_eq!((status, &schema["properties"]["type"]["const"]), (200, &json!(crate::EVENT_TYPE)));
    let known = &schema["properties"]["data"]["properties"];
    let protocol = include_str!("../../../../docs/protocol.md");
    let keys = protocol.split("\n`source, epoch,").nth(1).unwrap().split('`').next().unwrap();
    let mut keys: Vec<&str> = keys.split(',').map(str::trim).filter(|key| !key.is_empty()).collect();
    keys.extend(["taken", "dns", "memberships", "from", "to", "cause", "change"]);
    assert!(keys.len() > 35, "{keys:?}");
    for key in keys {
        assert!(known.get(key).is_some(), "the schema does not name {key}");
    }
    for ours in ["epoch", "seq", "received", "cloudevent"] {
        assert_eq!(known[ours], json!(false), "{ours} is not the sender's");
    }
}
