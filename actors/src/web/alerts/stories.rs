//! Stories of rules that are evaluated with no browser open, in paused time.

use super::{ALERT, Alerts, Metrics, Owners, Parts, RULE, start};
use crate::web::gate::{Gate, GateParts};
use crate::web::trial::{library, named, queue};
use alerting::{Acknowledged, Alert, Because, DeliveryState, Phase, Told};
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use ports::demand::Demand;
use ports::documents::{Document, Documents};
use ports::grants::{Grants, Viewer, WholeTenant};
use ports::leases::Leases;
use ports::values::{Block, Cell, Content, Flags, Publication, Values};
use ports::webhooks::{WebhookError, Webhooks};
use runtime::{Census, Clock};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store_memory::{MemoryDemand, MemoryDocuments, MemoryLeases, MemoryValues};

const KEY: &str = "Entered|Queue|Default|||";

/// Everybody but `gone` may make rules.
struct Everybody;

#[async_trait]
impl Owners for Everybody {
    async fn viewer(&self, owner: &str, _: &str) -> ports::Result<Option<Viewer>> {
        let viewer = Viewer { tenant: "acme".into(), user: owner.into(), roles: vec![] };
        Ok((owner != "gone").then_some(viewer))
    }
}

/// Another system: it answers what it is told to, and notes what it is told.
#[derive(Default)]
struct Receiver {
    heard: Mutex<Vec<Value>>,
    answers: Mutex<Vec<WebhookError>>,
}

#[async_trait]
impl Webhooks for Receiver {
    fn allows(&self, url: &str) -> Result<(), String> {
        if url.contains("allowed") { Ok(()) } else { Err("not there".to_owned()) }
    }

    async fn post(&self, _: &str, id: &str, body: Vec<u8>) -> Result<(), WebhookError> {
        if let Some(answer) = self.answers.lock().unwrap().pop() {
            return Err(answer);
        }
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["id"], id);
        self.heard.lock().unwrap().push(body);
        Ok(())
    }
}

/// Stores that several processes share, and a producer of values.
struct World {
    clock: Clock,
    leases: Arc<MemoryLeases>,
    values: Arc<MemoryValues>,
    demand: Arc<MemoryDemand>,
    documents: Arc<MemoryDocuments>,
    receiver: Arc<Receiver>,
    generation: u64,
    seq: u64,
}

async fn pass(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

impl World {
    fn new() -> Self {
        tokio::time::pause();
        Self {
            clock: Clock::starting_at(Micros::from_secs(1_000_000)),
            leases: Arc::default(),
            values: Arc::default(),
            demand: Arc::default(),
            documents: Arc::default(),
            receiver: Arc::default(),
            generation: 1,
            seq: 0,
        }
    }

    fn process(&self, name: &str) -> (Alerts, Metrics) {
        let (registry, census) = (prometheus::Registry::new(), Census::default());
        let grants: Arc<dyn Grants> = Arc::new(WholeTenant::new("acme"));
        let gate = Gate::start(GateParts {
            grants,
            clock: self.clock,
            census: census.clone(),
            age_max: Duration::from_secs(600),
            metrics: crate::web::Metrics::register(&prometheus::Registry::new()).unwrap(),
        });
        let metrics = Metrics::register(&registry).unwrap();
        let parts = Parts {
            name: name.into(),
            leases: self.leases.clone(),
            values: self.values.clone(),
            demand: self.demand.clone(),
            documents: self.documents.clone(),
            owners: Arc::new(Everybody),
            gate,
            library: library(),
            webhooks: Some(self.receiver.clone()),
            clock: self.clock,
            census,
            metrics: metrics.clone(),
            stale_after: Duration::from_millis(2_500),
            term: Duration::from_secs(15),
        };
        (start(parts), metrics)
    }

    async fn rule(&self, id: &str, change: impl FnOnce(&mut Value)) {
        let mut rule = json!({
            "title": "Many calls", "object_type": "Queue", "objects": ["80*"], "statistic": { "stat_type": "Entered" },
            "condition": { "is": "above", "raise": 10, "clear": 5 }, "for_s": 30,
        });
        change(&mut rule);
        let revision = self.documents.get(RULE, id).await.unwrap().map_or(0, |document| document.revision);
        let owner = rule.as_object_mut().unwrap().remove("owner").unwrap_or(json!("ann"));
        self.put(RULE, id, revision, json!({ "rule": rule, "owner": owner, "way": "account" })).await;
        pass(1_500).await;
    }

    async fn put(&self, kind: &str, id: &str, revision: u64, body: Value) {
        let (kind, id, changed_by) = (kind.into(), id.into(), "ann".into());
        let document = Document { kind, id, revision, body, changed_by, changed_at: self.clock.now() };
        self.documents.put(document).await.unwrap();
    }

    /// One publication, with the values that changed.
    async fn publish(&mut self, rows: &[(&str, f64)]) {
        let at = self.clock.now();
        let mut blocks = Vec::new();
        for (id, value) in rows {
            self.seq += 1;
            let cell = Cell { content: Content::Number(*value), flags: Flags::default(), at };
            blocks.push(Block {
                definition: KEY.into(),
                slot: queue(id).slot(),
                generation: self.generation,
                seq: self.seq,
                at,
                whole: true,
                rows: vec![(queue(id), cell)],
                gone: vec![],
            });
        }
        let publication = Publication {
            producer: "dcu-0".into(),
            generation: self.generation,
            at,
            blocks,
            objects: rows.iter().map(|(id, _)| named(id, &format!("Queue {id}"))).collect(),
            ..Publication::default()
        };
        self.values.publish(publication).await.unwrap();
    }

    /// Nothing changes for so long; the producer lives.
    async fn quiet(&mut self, seconds: u64) {
        for _ in 0..seconds {
            pass(1_000).await;
            self.publish(&[]).await;
        }
        pass(200).await;
    }

    async fn alerts(&self) -> Vec<Alert> {
        let stored = self.documents.list(ALERT).await.unwrap();
        stored.into_iter().map(|document| serde_json::from_value(document.body).unwrap()).collect()
    }

    async fn phases(&self) -> Vec<(Text, Phase)> {
        let now = self.clock.now();
        self.alerts().await.iter().map(|alert| (alert.object.id.clone(), alert.phase(now))).collect()
    }
}

#[actix::test]
async fn a_rule_rings_and_clears_with_no_browser_open() {
    let mut world = World::new();
    let (_alerts, metrics) = world.process("web-0");
    world.rule("r1", |_| ()).await;
    assert_eq!(world.demand.wanted().await.unwrap().len(), 1, "it is asked for though nobody looks");
    world.publish(&[("8001", 11.0), ("9001", 50.0)]).await;
    let begun = world.clock.now();
    world.quiet(29).await;
    assert!(world.alerts().await.is_empty());
    world.quiet(2).await;
    let alerts = world.alerts().await;
    assert_eq!(alerts.len(), 1, "the other queue is not meant");
    let alert = &alerts[0];
    assert_eq!(alert.raised_at, begun + Micros::from_secs(30), "in event time, whenever it was looked at");
    assert_eq!((&alert.name[..], &alert.value), ("Queue 8001", &Some(Told::Number(11.0))));
    assert_eq!((metrics.open.get(), metrics.raised.get(), metrics.evaluating.get()), (1, 1, 1));

    world.publish(&[("8001", 6.0)]).await;
    world.quiet(1).await;
    assert_eq!(world.phases().await[0].1, Phase::Raised, "between the limits nothing changes");
    world.publish(&[("8001", 5.0)]).await;
    world.quiet(1).await;
    let cleared = world.alerts().await[0].cleared.clone().unwrap();
    assert_eq!((cleared.because, cleared.value), (Because::Well, Some(Told::Number(5.0))));
    assert_eq!(metrics.open.get(), 0);
}

#[actix::test]
async fn what_is_stale_or_missing_neither_rings_nor_clears_and_is_told() {
    let mut world = World::new();
    let (_alerts, metrics) = world.process("web-0");
    world.rule("r1", |rule| rule["for_s"] = json!(10)).await;
    world.publish(&[("8001", 11.0), ("8002", 11.0)]).await;
    world.quiet(5).await;
    // The collector falls silent: nobody knows.
    pass(60_000).await;
    assert!(world.alerts().await.is_empty());
    world.quiet(4).await;
    assert!(world.alerts().await.is_empty(), "the minute in between counts for nothing");
    world.quiet(4).await;
    assert_eq!(world.alerts().await.len(), 2);
    pass(10_000).await;
    let alerts = world.alerts().await;
    assert!(alerts.iter().all(|alert| alert.is_open() && alert.unknown_since.is_some()));
    assert_eq!(metrics.unknown.get(), 2);
    world.quiet(1).await;
    assert!(world.alerts().await.iter().all(|alert| alert.unknown_since.is_none()));
    assert_eq!((metrics.unknown.get(), metrics.open.get()), (0, 2));
}

#[actix::test]
async fn of_two_processes_one_evaluates_and_the_other_goes_on_where_it_ended() {
    let mut world = World::new();
    let (first, one) = world.process("web-0");
    pass(100).await;
    let (_second, two) = world.process("web-1");
    world.rule("r1", |rule| rule["for_s"] = json!(0)).await;
    world.publish(&[("8001", 11.0)]).await;
    world.quiet(2).await;
    assert_eq!((one.evaluating.get(), two.evaluating.get()), (1, 0));
    assert_eq!(world.phases().await.len(), 1, "once, not twice");
    let acknowledged = Acknowledged { by: "ann".into(), at: world.clock.now(), note: "calling".into() };
    let stored = world.documents.list(ALERT).await.unwrap().remove(0);
    let mut body = stored.body.clone();
    body["acknowledged"] = json!(acknowledged);
    world.put(ALERT, &stored.id, stored.revision, body).await;

    first.drain().await;
    world.quiet(7).await;
    assert_eq!(two.evaluating.get(), 1);
    let alerts = world.alerts().await;
    assert_eq!(alerts.len(), 1, "it goes on, and is not raised anew");
    assert_eq!(alerts[0].acknowledged, Some(acknowledged));
    world.publish(&[("8001", 1.0)]).await;
    world.quiet(2).await;
    assert_eq!(world.phases().await[0].1, Phase::Cleared);
    assert_eq!(world.leases.holder(super::LEASE).await.unwrap().unwrap().holder, "web-1");
}

#[actix::test]
async fn a_changed_rule_ends_its_alerts_and_a_reworded_one_does_not() {
    let mut world = World::new();
    let (_alerts, metrics) = world.process("web-0");
    world.rule("r1", |rule| rule["for_s"] = json!(0)).await;
    world.publish(&[("8001", 11.0)]).await;
    world.quiet(2).await;
    world.rule("r1", |rule| (rule["for_s"], rule["title"]) = (json!(0), json!("Rush"))).await;
    world.quiet(2).await;
    assert_eq!(world.phases().await.len(), 1);
    assert_eq!(world.phases().await[0].1, Phase::Raised);
    world.rule("r1", |rule| rule["condition"]["raise"] = json!(100)).await;
    world.quiet(2).await;
    let cleared = world.alerts().await[0].cleared.clone().unwrap();
    assert_eq!((cleared.because, cleared.value), (Because::RuleChanged, None));
    world.rule("r1", |rule| (rule["owner"], rule["for_s"]) = (json!("gone"), json!(0))).await;
    world.quiet(2).await;
    assert_eq!((metrics.rules.get(), metrics.rules_asleep.get()), (0, 1), "nobody's eyes, nothing seen");
}

#[actix::test]
async fn another_system_is_told_in_order_and_after_failures() {
    let mut world = World::new();
    let (_alerts, metrics) = world.process("web-0");
    let busy = || WebhookError::Later { cause: "503".into(), after: None };
    world.receiver.answers.lock().unwrap().extend([busy(), busy()]);
    world
        .rule("r1", |rule| {
            (rule["for_s"], rule["webhook"]) = (json!(0), json!("https://allowed.example.org/"));
        })
        .await;
    world.rule("r2", |rule| (rule["for_s"], rule["webhook"]) = (json!(0), json!("https://other.org/"))).await;
    world.publish(&[("8001", 11.0)]).await;
    world.quiet(1).await;
    world.publish(&[("8001", 1.0)]).await;
    for _ in 0..40 {
        world.quiet(5).await;
        if world.receiver.heard.lock().unwrap().len() >= 2 {
            break;
        }
    }
    let heard = world.receiver.heard.lock().unwrap().clone();
    let told: Vec<_> = heard.iter().map(|body| (body["state"].clone(), body["value"].clone())).collect();
    assert_eq!(told, [(json!("raised"), json!(11.0)), (json!("cleared"), json!(1.0))]);
    assert_eq!((metrics.webhook_retried.get(), metrics.webhook_sent.get()), (2, 2));
    let failed = world.alerts().await.into_iter().find(|alert| alert.rule == "r2").unwrap();
    assert!(
        failed.deliveries.iter().all(|delivery| matches!(&delivery.state,
            DeliveryState::Failed { cause, .. } if cause == "not there")),
        "a failure is seen at the alert: {:?}",
        failed.deliveries
    );
}
