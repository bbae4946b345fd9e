//! A thousand viewers lose a row at one moment: how long their open tables still show it, in virtual time.

use super::door::{Door, DoorParts};
use super::gate::{Gate, GateParts};
use super::hub::{self, HubParts};
use super::metrics::Metrics;
use super::session::{OUTBOX, Session, SessionParts};
use super::trial::{block, library, publication, queue};
use access::{Book, Reach, Rule, Sheet, Subject};
use actix::prelude::*;
use model::Text;
use model::time::Micros;
use ports::grants::{Announced, GrantBook, Granted, Grants, Viewer};
use ports::values::Values;
use runtime::{Census, Clock};
use std::sync::Arc;
use std::time::Duration;
use store_memory::{MemoryDemand, MemoryDocuments, MemoryGrants, MemoryValues};
use tokio::sync::{broadcast, mpsc};
use tokio::time::Instant;
use wire::stream::{Format, Message as Wire, Open, Query, Request, StatisticRef};

const VIEWERS: usize = 1_000;

/// Grants behind a slow network.
struct Slow(MemoryGrants);

#[async_trait::async_trait]
impl Grants for Slow {
    async fn granted(&self, viewer: &Viewer) -> ports::Result<Granted> {
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.0.granted(viewer).await
    }

    fn watch(&self) -> broadcast::Receiver<Announced> {
        self.0.watch()
    }
}

fn name(number: usize) -> Text {
    format!("user{number}").into()
}

/// Everybody sees these queues, each by a rule of his own.
fn book(queues: &[&str]) -> Book {
    let allows = Reach::These(Arc::new(queues.iter().map(|id| queue(id)).collect()));
    let mut book = Book::default();
    for user in (0..VIEWERS).map(name) {
        let rule =
            Rule { name: user.clone(), who: user.clone(), allows: allows.clone(), denies: Reach::default() };
        book.rules.insert(user.clone(), Arc::new(rule));
        book.sheets.insert(Subject::User(user.clone()), Sheet { rules: [user].into(), bounded: false });
    }
    book
}

/// Waits for a snapshot of so many rows; answers when it came.
async fn shows(told: &mut mpsc::Receiver<Vec<u8>>, rows: usize) -> Instant {
    loop {
        let bytes = told.recv().await.expect("the session lives");
        match Format::Json.read_message(&bytes).expect("a message") {
            Wire::Snapshot { body, .. } if body.rows.len() == rows => return Instant::now(),
            _ => {}
        }
    }
}

#[actix::test]
async fn a_thousand_revocations_reach_open_tables_within_five_seconds() {
    tokio::time::pause();
    let values = Arc::new(MemoryValues::default());
    let grants = Arc::new(Slow(MemoryGrants::default()));
    let (clock, census) = (Clock::starting_at(Micros::from_secs(1_000)), Census::default());
    let metrics = Metrics::register(&prometheus::Registry::new()).unwrap();
    let both = book(&["q1", "q2"]);
    let told = grants.0.tell(&Book::default().news(&both), 0, clock.now()).await.unwrap();
    let hub = hub::start(HubParts {
        values: values.clone(),
        demand: Arc::new(MemoryDemand::default()),
        clock,
        census: census.clone(),
        stale_after: Duration::from_secs(3_600),
        board_idle: Duration::from_secs(60),
        metrics: metrics.clone(),
    });
    let gate = Gate::start(GateParts {
        grants: grants.clone(),
        clock,
        census: census.clone(),
        age_max: Duration::from_secs(600),
        metrics: metrics.clone(),
    });
    let key = "Entered|Queue|Default|||";
    let blocks = vec![block(key, 1, true, "q1", 1.0), block(key, 1, true, "q2", 2.0)];
    values.publish((*publication(1, 1_000, blocks)).clone()).await.unwrap();
    let documents = Arc::new(MemoryDocuments::default());
    let mut screens = Vec::new();
    for number in 0..VIEWERS {
        let (outbox, told) = mpsc::channel(OUTBOX);
        let parts = SessionParts {
            session: number as u64,
            hub: hub.clone(),
            format: Format::Json,
            clock,
            census: census.clone(),
            metrics: metrics.clone(),
        };
        let session = Session::new(parts, outbox).start();
        let parts = DoorParts {
            hub: hub.clone(),
            documents: documents.clone(),
            demand: Arc::new(MemoryDemand::default()),
            gate: gate.clone(),
            library: library(),
        };
        let viewer = Viewer { tenant: "t".into(), user: name(number), roles: vec![] };
        let mut known = gate.follow(&viewer).await.unwrap();
        let mut door = Door::new(parts, viewer, session);
        let statistics = vec![StatisticRef::Name("Entered".into())];
        let query =
            Query { object_type: model::ObjectType::Queue, objects: wire::stream::Objects::All, statistics };
        actix::spawn(async move {
            door.hear(Request::Open(Open { id: 1, query: Some(query), ..Open::default() })).await;
            while known.changed().await.is_ok() {
                door.regrant().await;
            }
        });
        screens.push(told);
    }
    for told in &mut screens {
        shows(told, 2).await;
    }

    let begun = Instant::now();
    let one = book(&["q1"]);
    grants.0.tell(&both.news(&one), told, clock.now()).await.unwrap();
    let waits = screens.into_iter().map(|mut told| async move { shows(&mut told, 1).await });
    let came = futures_util::future::join_all(waits).await;
    let mut took: Vec<Duration> = came.into_iter().map(|at| at - begun).collect();
    took.sort();
    let (p50, p99) = (took[VIEWERS / 2], took[VIEWERS * 99 / 100]);
    println!(
        "{VIEWERS} revocations at once, 50 ms a question: p50 {p50:?}, p99 {p99:?}, all {:?}",
        took[VIEWERS - 1]
    );
    assert!(p99 < Duration::from_secs(5), "p99 {p99:?}");
}
