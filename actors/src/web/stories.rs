//! Stories of hub, boards and sessions together, in paused time.

use super::door::{Door, DoorParts};
use super::gate::{Gate, GateParts};
use super::hub::{self, HubParts};
use super::metrics::Metrics;
use super::session::{OUTBOX, Session, SessionParts};
use super::trial::{block, library, named, publication, queue};
use access::{Book, Reach, Rule, Sheet, Subject};
use actix::prelude::*;
use model::time::Micros;
use model::{ObjectType, Text};
use ports::demand::{Answer, Demand};
use ports::grants::{GrantBook, Scope, Viewer};
use ports::values::{Block, Publication, Values};
use runtime::{Census, Clock, Ref};
use std::sync::Arc;
use std::time::Duration;
use store_memory::{MemoryDemand, MemoryDocuments, MemoryGrants, MemoryValues};
use tokio::sync::mpsc;
use wire::stream::{
    Format, Formula, Mark, Message as Wire, Objects, Open, Query, Request, SourceStatus, StatisticRef,
};

const ENTERED: &str = "Entered|Queue|Default|||";

/// The book in which ann may see this, and nobody else anything.
fn book_of(allows: Reach) -> Book {
    let rule = Rule { name: "r".into(), who: "ann".into(), allows, denies: Reach::default() };
    let sheet = Sheet { rules: [rule.name.clone()].into(), bounded: false };
    Book {
        rules: [(rule.name.clone(), Arc::new(rule))].into(),
        sheets: [(Subject::User("ann".into()), sheet)].into(),
    }
}

struct World {
    values: Arc<MemoryValues>,
    demand: Arc<MemoryDemand>,
    grants: Arc<MemoryGrants>,
    gate: Gate,
    clock: Clock,
    census: Census,
    metrics: Metrics,
    hub: Ref<hub::Hub>,
    seq: u64,
}

/// One browser: what it sends goes through a door, what it is told comes out of an outbox.
struct Browser {
    door: Door,
    told: mpsc::Receiver<Vec<u8>>,
}

async fn world() -> World {
    tokio::time::pause();
    let (values, demand) = (Arc::new(MemoryValues::default()), Arc::new(MemoryDemand::default()));
    let grants = Arc::new(MemoryGrants::default());
    let (clock, census) = (Clock::starting_at(Micros::from_secs(1_000)), Census::default());
    let metrics = Metrics::register(&prometheus::Registry::new()).unwrap();
    let hub = hub::start(HubParts {
        values: values.clone(),
        demand: demand.clone(),
        clock,
        census: census.clone(),
        stale_after: Duration::from_millis(2_500),
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
    let world = World { values, demand, grants, gate, clock, census, metrics, hub, seq: 0 };
    world.grant(Reach::All(Arc::default())).await;
    world
}

async fn pass(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

fn open(id: u32, from: Option<Mark>, merge: bool) -> Request {
    let statistics = vec![StatisticRef::Name("Entered".into())];
    let query = Query { object_type: ObjectType::Queue, objects: Objects::All, statistics };
    Request::Open(Open { id, query: Some(query), from, merge, ..Open::default() })
}

impl World {
    fn browser(&self, number: u64) -> Browser {
        let (outbox, told) = mpsc::channel(OUTBOX);
        let parts = SessionParts {
            session: number,
            hub: self.hub.clone(),
            format: Format::Json,
            clock: self.clock,
            census: self.census.clone(),
            metrics: self.metrics.clone(),
        };
        let session = Session::new(parts, outbox).start();
        let parts = DoorParts {
            hub: self.hub.clone(),
            documents: Arc::new(MemoryDocuments::default()),
            demand: self.demand.clone(),
            gate: self.gate.clone(),
            library: library(),
        };
        let viewer = Viewer { tenant: "t".into(), user: "ann".into(), roles: vec![] };
        Browser { door: Door::new(parts, viewer, session), told }
    }

    /// From now on ann may see this.
    async fn grant(&self, allows: Reach) {
        let told = self.grants.told().await.unwrap();
        let news = told.book.news(&book_of(allows));
        self.grants.tell(&news, told.revision, self.clock.now()).await.unwrap();
        pass(1).await;
    }

    /// Publishes a value of a queue.
    async fn publish(&mut self, id: &str, value: f64) {
        self.seq += 1;
        let block = Block { at: self.clock.now(), ..block(ENTERED, self.seq, self.seq == 1, id, value) };
        self.publish_blocks(vec![block]).await;
    }

    async fn publish_blocks(&mut self, blocks: Vec<Block>) {
        let at = self.clock.now();
        let publication = Publication { at, ..(*publication(1, 0, blocks)).clone() };
        self.values.publish(publication).await.unwrap();
    }
}

impl Browser {
    /// Everything it was told so far.
    fn heard(&mut self) -> Vec<Wire> {
        let mut heard = Vec::new();
        while let Ok(bytes) = self.told.try_recv() {
            heard.push(Format::Json.read_message(&bytes).unwrap());
        }
        heard
    }

    /// The tables' frames only.
    fn frames(&mut self) -> Vec<Wire> {
        let heard = self.heard().into_iter();
        heard.filter(|message| matches!(message, Wire::Snapshot { .. } | Wire::Delta { .. })).collect()
    }
}

fn values(frame: &Wire) -> Vec<f64> {
    let number = |cell: &wire::stream::Cell| match cell.v {
        wire::stream::Value::Number(number) => number,
        _ => f64::NAN,
    };
    match frame {
        Wire::Snapshot { body, .. } => body.rows.iter().map(|row| number(&row.cells[0])).collect(),
        Wire::Delta { body, .. } => body.set.iter().map(|(_, _, cell)| number(cell)).collect(),
        other => panic!("{other:?}"),
    }
}

fn mark(frame: &Wire) -> Mark {
    match frame {
        Wire::Snapshot { body, .. } => Mark { generation: body.generation, seq: body.seq },
        Wire::Delta { body, .. } => Mark { generation: body.generation, seq: body.seq },
        other => panic!("{other:?}"),
    }
}

#[actix::test]
async fn a_browser_gets_a_snapshot_and_then_changes_within_a_tenth_of_a_second() {
    let mut world = world().await;
    world.publish("q1", 1.0).await;
    let mut browser = world.browser(1);
    browser.door.hear(open(7, None, false)).await;
    pass(10).await;
    let frames = browser.frames();
    assert_eq!(frames.len(), 1);
    assert_eq!(values(&frames[0]), [1.0]);
    assert_eq!(world.demand.wanted().await.unwrap().len(), 1, "what is looked at is wished for");
    pass(500).await;
    for value in [2.0, 3.0, 4.0] {
        world.publish("q1", value).await;
        pass(1).await;
    }
    pass(110).await;
    let frames = browser.frames();
    assert_eq!(
        frames.iter().map(values).collect::<Vec<_>>(),
        [[2.0], [4.0]],
        "the first at once, the rest together"
    );
}

#[actix::test]
async fn two_who_look_at_the_same_share_a_board_that_ends_when_nobody_looks() {
    let mut world = world().await;
    world.publish("q1", 1.0).await;
    let (mut one, mut two) = (world.browser(1), world.browser(2));
    one.door.hear(open(1, None, false)).await;
    two.door.hear(open(9, None, false)).await;
    pass(1_100).await;
    assert_eq!(world.census.report()["board"].alive, 1);
    assert_eq!(mark(&one.frames()[0]), mark(&two.frames()[0]));
    drop((one, two));
    pass(30_000).await;
    assert_eq!(world.census.report()["session"].alive, 0);
    assert_eq!(world.census.report()["board"].alive, 1, "somebody may come back");
    pass(40_000).await;
    assert_eq!(world.census.report()["board"].alive, 0);
    let mut three = world.browser(3);
    three.door.hear(open(1, None, false)).await;
    pass(10).await;
    assert_eq!(three.frames().len(), 1, "it is opened anew when somebody looks again");
}

#[actix::test]
async fn a_silent_dcu_makes_all_cells_stale_within_three_seconds_and_says_so() {
    let mut world = world().await;
    world.publish("q1", 1.0).await;
    let mut browser = world.browser(1);
    browser.door.hear(open(1, None, false)).await;
    for _ in 0..5 {
        pass(1_000).await;
        world.publish_blocks(vec![]).await;
    }
    assert!(browser.frames().len() >= 4, "progress is told each second");
    pass(3_000).await;
    let heard = browser.heard();
    let stale = heard.iter().any(|message| match message {
        Wire::Delta { body, .. } => {
            body.set.iter().any(|(_, _, cell)| cell.flags == wire::stream::Flags::STALE)
        }
        _ => false,
    });
    let told = heard
        .iter()
        .any(|message| matches!(message, Wire::State(state) if state.status == SourceStatus::Stalled));
    assert!(stale && told, "{heard:?}");
    let beats = heard.iter().filter(|message| matches!(message, Wire::Heartbeat(_))).count();
    assert!((2..=4).contains(&beats), "heartbeats go on: {beats}");
    world.publish_blocks(vec![]).await;
    pass(200).await;
    let heard = browser.heard();
    let live = heard
        .iter()
        .any(|message| matches!(message, Wire::State(state) if state.status == SourceStatus::Live));
    assert!(live, "{heard:?}");
}

/// A browser takes nothing while 500 values come; answers what it got in the end.
async fn sleep_through_500_values(merge: bool) -> Vec<Wire> {
    let mut world = world().await;
    world.publish("q1", 0.0).await;
    let mut slow = world.browser(1);
    let mut quick = world.browser(2);
    slow.door.hear(open(1, None, merge)).await;
    quick.door.hear(open(1, None, false)).await;
    pass(10).await;
    let mut quick_frames = 0;
    for value in 1..=500 {
        world.publish("q1", f64::from(value)).await;
        pass(110).await;
        quick_frames += quick.frames().len();
    }
    assert!(quick_frames >= 500, "the slow one holds nobody back: {quick_frames}");
    let mut frames = slow.frames();
    pass(200).await;
    frames.extend(slow.frames());
    assert!(frames.len() <= OUTBOX + 2, "what the outbox held, then one: {}", frames.len());
    assert_eq!(values(frames.last().unwrap()), [500.0], "the latest is never lost");
    frames
}

#[actix::test]
async fn a_slow_browser_gets_a_snapshot_when_it_wakes_up() {
    let frames = sleep_through_500_values(false).await;
    assert!(matches!(frames.last(), Some(Wire::Snapshot { .. })));
}

#[actix::test]
async fn a_slow_browser_that_merges_gets_one_delta_for_all_that_it_missed() {
    let frames = sleep_through_500_values(true).await;
    let Some(Wire::Delta { body, .. }) = frames.last() else { panic!("{:?}", frames.last()) };
    let before = mark(&frames[frames.len() - 2]);
    assert_eq!(body.from, Some(before.seq + 1), "merged deltas leave no gap");
}

#[actix::test]
async fn a_browser_that_acknowledges_is_not_run_ahead_of() {
    let mut world = world().await;
    world.publish("q1", 0.0).await;
    let mut browser = world.browser(1);
    browser.door.hear(open(1, None, false)).await;
    pass(10).await;
    let first = mark(&browser.frames()[0]);
    browser.door.hear(Request::Ack { id: 1, seq: first.seq }).await;
    let mut frames = Vec::new();
    for value in 1..=100 {
        world.publish("q1", f64::from(value)).await;
        pass(110).await;
        frames.extend(browser.frames());
    }
    assert!(frames.len() < 40, "it drew nothing: {}", frames.len());
    let drawn = mark(frames.last().unwrap()).seq;
    browser.door.hear(Request::Ack { id: 1, seq: drawn }).await;
    pass(200).await;
    assert_eq!(values(browser.frames().last().unwrap()), [100.0]);
}

#[actix::test]
async fn who_comes_back_goes_on_where_it_was() {
    let mut world = world().await;
    world.publish("q1", 0.0).await;
    let mut browser = world.browser(1);
    browser.door.hear(open(1, None, false)).await;
    pass(10).await;
    let seen = mark(&browser.frames()[0]);
    drop(browser);
    for value in 1..=5 {
        world.publish("q1", f64::from(value)).await;
        pass(110).await;
    }
    let mut again = world.browser(2);
    again.door.hear(open(3, Some(seen), false)).await;
    pass(10).await;
    let frames = again.frames();
    assert_eq!(frames.iter().map(values).collect::<Vec<_>>(), [[1.0], [2.0], [3.0], [4.0], [5.0]]);
    assert_eq!(mark(&frames[0]).seq, seen.seq + 1);
}

#[actix::test]
async fn a_revocation_reaches_open_tables_with_a_fresh_snapshot() {
    let mut world = world().await;
    let blocks = vec![block(ENTERED, 1, true, "q1", 1.0), block(ENTERED, 1, true, "q2", 2.0)];
    world.publish_blocks(blocks).await;
    let mut browser = world.browser(1);
    browser.door.hear(open(1, None, false)).await;
    pass(10).await;
    assert_eq!(values(&browser.frames()[0]), [1.0, 2.0]);
    world.grant(Reach::These(Arc::new([queue("q1")].into()))).await;
    browser.door.regrant().await;
    pass(10).await;
    let frames = browser.frames();
    let Wire::Snapshot { body, .. } = &frames[0] else { panic!("{frames:?}") };
    assert_eq!((body.visible.shown, body.visible.of), (1, 2));
    world.grant(Reach::default()).await;
    browser.door.regrant().await;
    pass(10).await;
    assert_eq!(values(&browser.frames()[0]), Vec::<f64>::new());
}

#[actix::test]
async fn a_refused_statistic_is_told_with_the_cause_and_the_table_lives() {
    let mut world = world().await;
    let mut first = (*publication(1, 0, vec![])).clone();
    first.objects = vec![named("q1", "Sales")];
    world.values.publish(first).await.unwrap();
    let mut browser = world.browser(1);
    browser.door.hear(open(1, None, false)).await;
    pass(10).await;
    browser.heard();
    world.demand.answer(Text::from(ENTERED), Answer::Refused("no such mask".into())).await.unwrap();
    pass(500).await;
    let heard = browser.heard();
    let told = heard.iter().find_map(|message| match message {
        Wire::Error(error) => Some(error.clone()),
        _ => None,
    });
    let told = told.unwrap();
    assert_eq!(
        (told.code.as_str(), told.message.as_str(), told.column),
        ("refused", "no such mask", Some(0))
    );
    world.publish("q1", 1.0).await;
    pass(200).await;
    assert!(!browser.frames().is_empty());
}

#[actix::test]
async fn a_formula_travels_as_any_column_and_a_refused_one_is_told_with_its_column() {
    let mut world = world().await;
    let mut browser = world.browser(1);
    let formula = |text: &str| StatisticRef::Formula(Formula { formula: text.into(), ..Formula::default() });
    let statistics = vec![
        formula("100 * Entered / total(Entered)"),
        StatisticRef::Name("Entered".into()),
        formula("Entered +"),
    ];
    let query = Query { object_type: ObjectType::Queue, objects: Objects::All, statistics };
    // Opened before there is anything, so that it is told when the table is loaded.
    browser.door.hear(Request::Open(Open { id: 1, query: Some(query), ..Open::default() })).await;
    pass(10).await;
    world.publish("q1", 1.0).await;
    pass(500).await;
    world.publish("q2", 3.0).await;
    pass(200).await;
    let heard = browser.heard();
    // The first block of another queue makes the hub load all anew, so that a snapshot comes.
    let last = heard.iter().rev().find(|message| matches!(message, Wire::Snapshot { .. })).unwrap();
    assert_eq!(values(last), [25.0, 75.0]);
    let told: Vec<_> = heard
        .iter()
        .filter_map(|message| match message {
            Wire::Error(error) => Some((error.code.as_str(), error.column, error.message.as_str())),
            _ => None,
        })
        .collect();
    let cause = "formula 'Entered +': '' at 10: the formula ends, but something must follow";
    assert_eq!(told, [("refused", Some(2), cause)]);
    assert_eq!(world.demand.wanted().await.unwrap().len(), 1, "formulas are not wished for");
}

#[actix::test]
async fn what_cannot_be_opened_is_refused_with_the_cause() {
    let world = world().await;
    let mut browser = world.browser(1);
    let query = |name: &str| {
        let statistics = vec![StatisticRef::Name(name.into())];
        Some(Query { object_type: ObjectType::Queue, objects: Objects::All, statistics })
    };
    browser.door.hear(Request::Open(Open { id: 1, query: query("Nonsense"), ..Open::default() })).await;
    browser.door.hear(Request::Open(Open { id: 2, ..Open::default() })).await;
    let (board, widget) = (Some("b".into()), Some("w".into()));
    browser.door.hear(Request::Open(Open { id: 3, board, widget, ..Open::default() })).await;
    for id in 10..100 {
        browser.door.hear(open(id, None, false)).await;
        browser.heard();
    }
    browser.door.unreadable("not JSON".to_owned()).await;
    pass(10).await;
    browser.door.hear(open(200, None, false)).await;
    pass(10).await;
    let errors: Vec<_> = browser
        .heard()
        .into_iter()
        .filter_map(|message| match message {
            Wire::Error(error) => Some((error.id, error.code.to_string())),
            _ => None,
        })
        .collect();
    assert!(errors.contains(&(0, "bad_request".to_owned())), "{errors:?}");
    assert!(errors.contains(&(200, "too_many".to_owned())), "{errors:?}");
}

#[actix::test]
async fn a_missed_publication_loads_everything_anew() {
    let mut world = world().await;
    world.publish("q1", 1.0).await;
    let mut browser = world.browser(1);
    browser.door.hear(open(1, None, false)).await;
    pass(10).await;
    browser.frames();
    // The store keeps it, but a hole shows that the hub missed one.
    world.seq += 1;
    world.publish("q1", 3.0).await;
    pass(300).await;
    let frames = browser.frames();
    assert_eq!(values(frames.last().unwrap()), [3.0]);
    assert!(world.metrics.reloads.get() >= 2);
}

/// A fault on purpose.
#[derive(Message)]
#[rtype(result = "()")]
struct Fault;

impl Handler<Fault> for super::board::Board {
    type Result = ();

    fn handle(&mut self, _: Fault, _: &mut Context<Self>) {
        panic!("a fault on purpose");
    }
}

impl Handler<Fault> for hub::Hub {
    type Result = ();

    fn handle(&mut self, _: Fault, _: &mut Context<Self>) {
        panic!("a fault on purpose");
    }
}

#[actix::test]
async fn a_board_that_panics_comes_back_and_its_followers_notice_only_a_snapshot() {
    let mut world = world().await;
    world.publish("q1", 1.0).await;
    let (mut browser, mut other) = (world.browser(1), world.browser(2));
    browser.door.hear(open(1, None, false)).await;
    let answered = vec![StatisticRef::Name("Answered".into())];
    let query = Query { object_type: ObjectType::Queue, objects: Objects::All, statistics: answered };
    other.door.hear(Request::Open(Open { id: 1, query: Some(query.clone()), ..Open::default() })).await;
    pass(10).await;
    let before = mark(&browser.frames()[0]);
    other.frames();
    let query = Query { statistics: vec![StatisticRef::Name("Entered".into())], ..query };
    let columns = library().columns(&query).unwrap();
    let ask = hub::OpenBoard { query, scope: Scope::Everything, columns };
    let board = world.hub.ask(ask, Duration::from_secs(1)).await.unwrap().unwrap();
    board.try_send(Fault).unwrap();
    pass(300).await;
    world.publish("q1", 2.0).await;
    pass(300).await;
    let frames = browser.frames();
    assert!(matches!(frames[0], Wire::Snapshot { .. }) && mark(&frames[0]).generation > before.generation);
    assert_eq!(values(frames.last().unwrap()), [2.0]);
    let undisturbed = other.frames();
    assert!(undisturbed.iter().all(|frame| matches!(frame, Wire::Delta { .. })), "{undisturbed:?}");
    assert_eq!(world.census.report()["board"].restarts, 1);
}

#[actix::test]
async fn a_hub_that_panics_comes_back_with_the_whole_picture() {
    let mut world = world().await;
    world.publish("q1", 1.0).await;
    let mut browser = world.browser(1);
    browser.door.hear(open(1, None, false)).await;
    pass(10).await;
    browser.frames();
    world.hub.try_send(Fault).unwrap();
    pass(10).await;
    // Published while nobody listens.
    world.publish("q1", 2.0).await;
    pass(500).await;
    assert_eq!(values(browser.frames().last().unwrap()), [2.0]);
    world.publish("q1", 3.0).await;
    pass(500).await;
    assert_eq!(values(browser.frames().last().unwrap()), [3.0]);
    assert_eq!(world.census.report()["hub"].restarts, 1);
}

#[actix::test]
async fn what_an_open_page_shows_is_wished_for_again_after_the_store_came_back_empty() {
    let world = world().await;
    let mut browser = world.browser(1);
    browser.door.hear(open(1, None, false)).await;
    pass(1_000).await;
    assert_eq!(world.demand.wanted().await.unwrap().len(), 1);
    world.demand.lose();
    pass(31_000).await;
    let wanted = world.demand.wanted().await.unwrap();
    assert_eq!(wanted.iter().map(|wish| wish.key().to_string()).collect::<Vec<_>>(), [ENTERED]);
}
