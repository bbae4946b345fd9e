//! The inbound port of a DCU: who is let in, what a source brings, what a router is told.
#![allow(clippy::unwrap_used, reason = "a test")]

use actors::dcu::{self, Dcu, Failures, Inbound, Outside, Settings};
use model::record::{Event, Record};
use model::tenant::Tenant;
use model::time::{Micros, Position};
use runtime::{Census, Clock};
use stats::Library;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store_memory::{MemoryCheckpoints, MemoryDemand, MemoryHistory, MemorySlots, MemoryValues};
use telemetry::Seen;
use tokio::sync::mpsc;
use wire::frame::{
    Asked, Decoder, Events, Frame, Heartbeat, Hello, Info, Open, Peek, Positions, Refuse, VERSION,
};
use wire::link::{Incoming, Outgoing, outbox};

const START: Micros = Micros::from_secs(1_795_600_800);
const TOKEN: &str = "let me in";

const TENANT: &str = "
tenant = 't'
source = [{ name = 'ixn1', switch = 'media' }]
agent = [{ id = 'A1', capacity = { chat = 2 } }, { id = 'A2' }]
agent_group = [{ name = 'G', agents = ['A1', 'A2'] }]
staging_area = [{ name = 'In' }]
";

const LIBRARY: &str = "
[time_profiles]
Default = 'Growing 0:00'
[stat_types.Waiting]
Objects = ['StagingArea']
Category = 'CurrentNumber'
Subject = 'DNAction'
MainMask = 'InteractionWait'
[stat_types.Entered]
Objects = ['StagingArea']
Category = 'TotalNumber'
Subject = 'DNAction'
MainMask = 'InteractionEntered'
[stat_types.Targets]
Objects = ['GroupAgents']
Category = 'CurrentTargetState'
Subject = 'AgentStatus'
MainMask = '*'
";

/// A DCU with an open port.
struct Port {
    dcu: Dcu,
    clients: mpsc::Sender<Incoming>,
    seen: Seen,
}

/// One client of it.
struct Client {
    to: mpsc::Sender<Frame>,
    from: Outgoing,
    decoder: Decoder,
}

async fn open_port(clients_max: usize) -> Port {
    open_port_that_keeps(clients_max, 1 << 20).await
}

async fn open_port_that_keeps(clients_max: usize, keep_bytes: usize) -> Port {
    let settings = Settings {
        name: "dcu-0".into(),
        tenant: Tenant::from_toml(TENANT).unwrap(),
        sources: vec!["ixn1".into()],
        library: Library::from_toml(LIBRARY).unwrap(),
        save_every: Duration::from_secs(60),
        lease: Duration::from_secs(60),
        failures: Failures::default(),
    };
    let outside = Outside {
        checkpoints: Arc::new(MemoryCheckpoints::default()),
        slots: Arc::new(MemorySlots::default()),
        values: Arc::new(MemoryValues::default()),
        demand: Arc::new(MemoryDemand::default()),
        history: Some(Arc::new(MemoryHistory::default())),
        questions: Arc::new(ports::questions::NobodyAnswers),
        clock: Clock::starting_at(START),
        registry: prometheus::Registry::new(),
        census: Census::default(),
        replay: Arc::new(|_| Err("nothing is kept".into())),
    };
    let dcu = dcu::start(settings, outside).await.unwrap();
    let (clients, incoming) = mpsc::channel(4);
    let sources = vec!["ixn1".into()];
    let (seen, tenant, token) = (Seen::default(), "t".into(), TOKEN.into());
    let (statistics_max, seen_by) = (3, seen.clone());
    let inbound = Inbound { tenant, token, sources, clients_max, statistics_max, keep_bytes, seen: seen_by };
    dcu.let_in(inbound, incoming);
    Port { dcu, clients, seen }
}

impl Port {
    async fn connect_as(&self, hello: Hello, frames_max: usize) -> Client {
        let (to, frames) = mpsc::channel(16);
        let (outbox, from) = outbox(frames_max, 1 << 20);
        let peer = SocketAddr::from(([127, 0, 0, 1], 9));
        self.clients.send(Incoming { peer, hello, frames, outbox }).await.unwrap();
        Client { to, from, decoder: Decoder::default() }
    }

    async fn router(&self) -> Client {
        let mut client = self.connect_as(hello("router", &[]), 64).await;
        assert!(matches!(client.next().await, Frame::Welcome(_)));
        client
    }

    /// The source, and the position after which it shall go on.
    async fn source(&self) -> (Client, Position) {
        let mut client = self.connect_as(hello("source", &["ixn1"]), 64).await;
        let Frame::Welcome(welcome) = client.next().await else { panic!("not welcome") };
        let position = welcome.sources[0].position();
        (client, position)
    }
}

fn hello(role: &str, sources: &[&str]) -> Hello {
    let positions: Positions = sources.iter().map(|name| ((*name).into(), Position::default())).collect();
    Hello {
        v: VERSION,
        role: role.into(),
        tenant: "t".into(),
        token: TOKEN.into(),
        positions,
        ..Hello::default()
    }
}

impl Client {
    /// The next frame that is no acknowledgement.
    async fn next(&mut self) -> Frame {
        let read = async {
            loop {
                if let Some(frame) = self.decoder.next_frame().unwrap() {
                    if !matches!(frame, Frame::Ack(_)) {
                        return frame;
                    }
                    continue;
                }
                let bytes = self.from.next().await.expect("the link is open");
                self.decoder.push(&bytes);
            }
        };
        tokio::time::timeout(Duration::from_secs(60), read).await.expect("an answer in time")
    }

    async fn refused(&mut self) -> String {
        match self.next().await {
            Frame::Refuse(Refuse { code, .. }) => code.to_string(),
            other => panic!("{other:?}"),
        }
    }

    async fn info(&mut self) -> Info {
        match self.next().await {
            Frame::Info(info) => info,
            other => panic!("{other:?}"),
        }
    }

    async fn send(&self, frame: Frame) {
        self.to.send(frame).await.unwrap();
    }

    async fn open(&self, id: u64, stat_type: &str, object_type: &str, object: &str, mode: &str) {
        let definition =
            Asked { stat_type: stat_type.into(), object_type: object_type.into(), ..Asked::default() };
        let (objects, mode) = (vec![object.into()], Some(mode.into()));
        let open = Open { id, definition, objects, mode, frequency: Some(1), insensitivity: None };
        self.send(Frame::Open(open)).await;
    }

    /// Tells records of a second after the start, then that the time is a moment later.
    async fn tell(&self, second: i64, records: Vec<Record>) {
        let at = START + Micros::from_secs(second);
        let seq = records.last().map_or(0, |record| record.seq);
        if !records.is_empty() {
            self.send(Frame::Events(Events { source: "ixn1".into(), records })).await;
        }
        let now = at + Micros::from_millis(900);
        self.send(Frame::Heartbeat(Heartbeat { source: "ixn1".into(), epoch: 1, seq, now })).await;
    }
}

fn record(second: i64, seq: u64, event: Event) -> Record {
    Record { epoch: 1, seq, ..Record::new("ixn1", event, START + Micros::from_secs(second)) }
}

fn placed(second: i64, seq: u64) -> Record {
    let mut record = record(second, seq, Event::PlacedInQueue);
    record.this_queue = Some("In".into());
    let rare = record.rare_mut();
    rare.interaction_id = Some(format!("i{seq}").into());
    rare.media_type = Some("chat".into());
    record
}

fn of_agent(second: i64, seq: u64, event: Event) -> Record {
    let mut record = record(second, seq, event);
    record.agent_id = Some("A1".into());
    record.rare_mut().media_type = Some("chat".into());
    record
}

fn numbers(info: &Info) -> Vec<f64> {
    info.rows.iter().filter_map(|row| row.value).collect()
}

#[actix::test]
async fn nobody_is_let_in_without_token_tenant_and_a_source_that_is_known() {
    let port = open_port(1).await;
    for (hello, code) in [
        (Hello { token: "a guess".into(), ..hello("router", &[]) }, "token"),
        (Hello { token: "".into(), ..hello("router", &[]) }, "token"),
        (Hello { tenant: "".into(), ..hello("router", &[]) }, "tenant"),
        (Hello { v: 9, ..hello("router", &[]) }, "version"),
        (hello("source", &["pbx9"]), "source"),
        (hello("source", &[]), "source"),
    ] {
        assert_eq!(port.connect_as(hello, 64).await.refused().await, code);
    }
    let _first = port.router().await;
    assert_eq!(port.connect_as(hello("router", &[]), 64).await.refused().await, "full");
}

#[actix::test]
async fn what_a_source_brings_is_what_routers_are_told() {
    let port = open_port(8).await;
    let router = &mut port.router().await;
    router.open(1, "Waiting", "StagingArea", "In", "ChangesBased").await;
    router.open(2, "Targets", "GroupAgents", "G", "ChangesBased").await;
    let (source, position) = port.source().await;
    assert_eq!(position, Position::default(), "from the oldest record");
    source.tell(1, vec![placed(1, 1)]).await;
    // Two statistics tell independently of each other.
    let mut first = [router.info().await, router.info().await];
    first.sort_by_key(|info| info.id);
    assert_eq!((first[0].id, numbers(&first[0])), (1, vec![1.0]));
    let state = first[1].rows[0].state.clone().unwrap();
    assert!(first[1].id == 2 && state.snapshot, "{first:?}");
    assert!(state.targets.unwrap().values().all(|target| target.media.is_empty()));

    source.tell(2, vec![of_agent(2, 2, Event::MediaAdded), of_agent(2, 3, Event::ReadyForMedia)]).await;
    let targets = router.info().await;
    let state = targets.rows[0].state.clone().unwrap();
    let room = state.targets.unwrap()["A1"].media["chat"];
    assert_eq!((state.snapshot, room), (false, (1, 1, 0)), "added: a channel that could take one");

    source.tell(3, vec![placed(3, 4)]).await;
    assert_eq!(numbers(&router.info().await), [2.0]);
    let reached = port.dcu.reached.positions()["ixn1"];
    assert_eq!(reached, Position { epoch: 1, seq: 4 });
}

#[actix::test]
async fn a_hole_is_refused_and_the_source_goes_on_where_the_dcu_is() {
    let port = open_port(8).await;
    let router = &mut port.router().await;
    router.open(1, "Entered", "StagingArea", "In", "ChangesBased").await;
    let (mut source, _) = port.source().await;
    source.tell(1, vec![placed(1, 1)]).await;
    assert_eq!(numbers(&router.info().await), [1.0]);
    source.tell(2, vec![placed(2, 3)]).await;
    assert_eq!(source.refused().await, "hole");
    let (source, position) = port.source().await;
    assert_eq!(position.seq, 1);
    source.tell(2, vec![placed(2, 2), placed(2, 3)]).await;
    assert_eq!(numbers(&router.info().await), [3.0], "each once");
}

#[actix::test]
async fn the_modes_are_told_apart_and_bad_questions_answered() {
    let port = open_port(8).await;
    let (source, _) = port.source().await;
    let timed = &mut port.router().await;
    timed.open(1, "Waiting", "StagingArea", "In", "TimeBased").await;
    let silent = &mut port.router().await;
    silent.open(5, "Waiting", "StagingArea", "In", "NoNotification").await;
    source.tell(1, vec![placed(1, 1)]).await;
    for second in 2..=4 {
        source.tell(second, Vec::new()).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    let mut at = Micros::ZERO;
    for _ in 0..3 {
        let info = timed.info().await;
        assert!(numbers(&info) == [1.0] && info.at > at, "also if nothing changes: {info:?}");
        at = info.at;
    }
    silent.send(Frame::Peek(Peek { id: 5 })).await;
    let peeked = silent.info().await;
    assert!(peeked.peek && numbers(&peeked) == [1.0], "nothing came before the peek");

    for (id, stat_type, object_type, mode, code) in [
        (5, "Waiting", "StagingArea", "ChangesBased", "id"),
        (6, "Nothing", "StagingArea", "ChangesBased", "definition"),
        (6, "Waiting", "Kitchen", "ChangesBased", "definition"),
        (6, "Waiting", "StagingArea", "ResetBased", "definition"),
        (6, "Waiting", "StagingArea", "Sometimes", "definition"),
    ] {
        silent.open(id, stat_type, object_type, "In", mode).await;
        match silent.next().await {
            Frame::Error(failed) => {
                assert_eq!((failed.id, failed.code.as_str()), (id, code), "{stat_type} {mode}")
            }
            other => panic!("{other:?}"),
        }
    }
    silent.open(7, "Entered", "StagingArea", "In", "NoNotification").await;
    silent.open(8, "Entered", "StagingArea", "In", "NoNotification").await;
    silent.open(9, "Entered", "StagingArea", "In", "NoNotification").await;
    assert!(matches!(silent.next().await, Frame::Error(failed) if failed.id == 9 && failed.code == "full"));
    silent.send(Frame::Peek(Peek { id: 77 })).await;
    assert!(matches!(silent.next().await, Frame::Error(failed) if failed.code == "id"));
}

#[actix::test]
async fn a_router_that_takes_nothing_is_cut_and_the_others_go_on() {
    let port = open_port(8).await;
    let slow = port.connect_as(hello("router", &[]), 2).await;
    slow.open(1, "Waiting", "StagingArea", "In", "ChangesBased").await;
    let router = &mut port.router().await;
    router.open(1, "Waiting", "StagingArea", "In", "ChangesBased").await;
    let (source, _) = port.source().await;
    for seq in 1..=5 {
        source.tell(seq, vec![placed(seq, seq as u64)]).await;
        assert_eq!(numbers(&router.info().await), [seq as f64]);
        tokio::time::sleep(Duration::from_millis(120)).await;
    }
    let mut slow = slow;
    let mut taken = 0;
    while slow.from.next().await.is_some() {
        taken += 1;
    }
    assert!(taken <= 2, "what fits into its queue, and then the end");
}

/// Waits until the rows of a statistic that was opened late are told.
async fn told_late(router: &mut Client, source: &Client, second: i64) -> Info {
    for later in second..second + 60 {
        // Time goes on, as it does while a back-fill is under way.
        source.tell(later, Vec::new()).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        router.send(Frame::Peek(Peek { id: 1 })).await;
        if let Frame::Info(info) = router.next().await
            && !numbers(&info).is_empty()
        {
            return info;
        }
    }
    panic!("nothing was told")
}

#[actix::test]
async fn a_statistic_that_is_opened_late_counts_what_was_brought_before() {
    let port = open_port(8).await;
    let (source, _) = port.source().await;
    source.tell(1, vec![placed(1, 1), placed(1, 2)]).await;
    source.tell(2, vec![placed(2, 3)]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let router = &mut port.router().await;
    router.open(1, "Entered", "StagingArea", "In", "NoNotification").await;
    let info = told_late(router, &source, 3).await;
    assert_eq!((numbers(&info), info.rows[0].partial), (vec![3.0], false), "{info:?}");
    let sights = port.seen.sights();
    assert!(sights.seen[0].connection == 18 && sights.seen[0].by.starts_with("the "), "{sights:?}");
}

#[actix::test]
async fn what_no_longer_fits_is_not_counted_since_when_is_told_and_who_waits_is_known() {
    let port = open_port_that_keeps(8, 2_000).await;
    let (source, _) = port.source().await;
    for second in 1..=9 {
        source.tell(second, vec![placed(second, second as u64)]).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let router = &mut port.router().await;
    router.open(1, "Entered", "StagingArea", "In", "NoNotification").await;
    let info = told_late(router, &source, 10).await;
    let since = (info.from - START).0 as f64 / 1e6;
    let counted = numbers(&info)[0];
    assert!(since > 1.0 && counted == 9.0 - since.ceil(), "it counts from then on, and says so: {info:?}");
    let router = &mut port.router().await;
    router.open(1, "Waiting", "StagingArea", "In", "NoNotification").await;
    let info = told_late(router, &source, 80).await;
    assert_eq!(numbers(&info), [9.0], "who waits is known by the state");
}
