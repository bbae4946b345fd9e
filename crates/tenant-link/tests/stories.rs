//! A service and its clients, without sockets.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use configuration::Ledger;
use model::Text;
use model::tenant::Tenant;
use model::time::{Micros, Position};
use runtime::Clock;
use std::sync::Arc;
use std::time::Duration;
use tenant_link::{Delivery, Metrics, News, Service, ServiceSettings, TenantClient};
use tokio::sync::{mpsc, watch};
use wire::frame::{Changes, Decoder, Frame, Hello, Refuse, Revised};
use wire::link::{Incoming, LinkEvent, Outgoing, Subscription, outbox};

fn tenant(agents: &[&str]) -> Tenant {
    let list: Vec<String> = agents.iter().map(|id| format!("{{ id = '{id}' }}")).collect();
    Tenant::from_toml(&format!("tenant = 'acme'\nagent = [{}]", list.join(", "))).unwrap()
}

struct World {
    ledger: Ledger,
    told: watch::Sender<Arc<Ledger>>,
    doors: mpsc::Sender<Incoming>,
    _service: Service,
}

impl World {
    fn open(agents: &[&str], log_max: usize) -> Self {
        let ledger = Ledger::new(7, &tenant(agents), log_max);
        let (told, seen) = watch::channel(Arc::new(ledger.clone()));
        let (doors, incoming) = mpsc::channel(4);
        let settings = ServiceSettings { token: "secret".into(), ..ServiceSettings::default() };
        let metrics = Metrics::register(&prometheus::Registry::new()).unwrap();
        let clock = Clock::starting_at(Micros::from_secs(1_000));
        let service = tenant_link::start(settings, seen, incoming, clock, metrics);
        Self { ledger, told, doors, _service: service }
    }

    fn change(&mut self, agents: &[&str]) {
        self.ledger.take(&tenant(agents)).unwrap();
        self.told.send_replace(Arc::new(self.ledger.clone()));
    }

    async fn connect(&self, hello: Hello) -> Link {
        let (outbox, outgoing) = outbox(64, 1 << 20);
        let (frames_in, frames) = mpsc::channel(4);
        let peer = "127.0.0.1:1".parse().unwrap();
        self.doors.send(Incoming { peer, hello, frames, outbox }).await.unwrap();
        Link { outgoing, decoder: Decoder::default(), _frames: frames_in }
    }
}

struct Link {
    outgoing: Outgoing,
    decoder: Decoder,
    _frames: mpsc::Sender<Frame>,
}

impl Link {
    async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(frame) = self.decoder.next_frame().unwrap() {
                return Some(frame);
            }
            self.decoder.push(&self.outgoing.next().await?);
        }
    }

    /// Hands the frames on as a transport does, until it is cut.
    fn carry(mut self) -> (Subscription, mpsc::Sender<LinkEvent>) {
        let (to, events) = mpsc::channel(4);
        let (acks, _) = mpsc::channel(1);
        let (resync, _) = mpsc::channel(1);
        let also = to.clone();
        tokio::spawn(async move {
            while let Some(frame) = self.next().await {
                let event = match frame {
                    Frame::Welcome(welcome) => LinkEvent::Connected(welcome),
                    Frame::Changes(changes) => LinkEvent::Changes(changes),
                    Frame::Heartbeat(heartbeat) => LinkEvent::Heartbeat(heartbeat),
                    Frame::Refuse(Refuse { code, text }) => {
                        LinkEvent::Refused { code, text, retry_in: Duration::ZERO }
                    }
                    Frame::Bye(bye) => LinkEvent::Lost { cause: bye.reason.into(), retry_in: Duration::ZERO },
                    other => panic!("{other:?}"),
                };
                if to.send(event).await.is_err() {
                    return;
                }
            }
        });
        (Subscription { events, acks, resync }, also)
    }
}

async fn news(deliveries: &mut mpsc::Receiver<Delivery>) -> News {
    match deliveries.recv().await.unwrap() {
        Delivery::News(news) => *news,
        Delivery::Away { cause, .. } => panic!("{cause}"),
    }
}

fn ids(tenant: &Tenant) -> Vec<&str> {
    tenant.agents.iter().map(|agent| agent.id.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_client_reads_everything_and_then_what_changes() {
    let mut world = World::open(&["A1"], 100);
    let client = TenantClient::new("", None);
    let link = world.connect(client.hello("lds", "secret".into())()).await;
    let mut deliveries = client.follow(link.carry().0);
    let first = news(&mut deliveries).await;
    assert_eq!((ids(&first.tenant), first.changes.len()), (vec!["A1"], 2));
    world.change(&["A2", "A3"]);
    let second = news(&mut deliveries).await;
    assert_eq!((ids(&second.tenant), second.changes.len()), (vec!["A2", "A3"], 3));
    assert_eq!(second.position, world.ledger.position());
}

#[tokio::test(start_paused = true)]
async fn a_client_who_comes_back_is_told_what_it_missed_and_reads_all_if_that_is_forgotten() {
    for (log_max, whole) in [(100, false), (1, true)] {
        let mut world = World::open(&["A1"], log_max);
        let (position, known) = (world.ledger.position(), tenant(&["A1"]));
        world.change(&["A1", "A2"]);
        world.change(&["A2"]);
        let client = TenantClient::new("acme", Some((position, &known)));
        let mut look = world.connect(client.hello("lds", "secret".into())()).await;
        let Some(Frame::Welcome(_)) = look.next().await else { panic!("no welcome") };
        let Some(Frame::Changes(Changes { part, changes, .. })) = look.next().await else {
            panic!("no changes")
        };
        assert_eq!((part.is_some(), changes.len()), (whole, 2), "of log {log_max}");
        let link = world.connect(client.hello("lds", "secret".into())()).await;
        let news = news(&mut client.follow(link.carry().0)).await;
        assert_eq!((ids(&news.tenant), news.changes.len()), (vec!["A2"], 2), "one comes, one goes");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_should_not_be_here_is_told_why() {
    let world = World::open(&["A1"], 100);
    let right = TenantClient::new("acme", None).hello("lds", "secret".into())();
    for (hello, code, word) in [
        (Hello { token: "Secret".into(), ..right.clone() }, "token", "secret file"),
        (Hello { token: "secret1".into(), ..right.clone() }, "token", "secret file"),
        (Hello { token: Text::default(), ..right.clone() }, "token", "secret file"),
        (Hello { tenant: "other".into(), ..right.clone() }, "tenant", "acme"),
        (Hello { v: 2, ..right.clone() }, "version", "version 1"),
    ] {
        let mut link = world.connect(hello).await;
        let Some(Frame::Refuse(refuse)) = link.next().await else { panic!("let in") };
        assert!(refuse.code == code && refuse.text.contains(word), "{refuse:?}");
        assert!(link.next().await.is_none(), "the link ends");
    }
}

#[tokio::test(start_paused = true)]
async fn a_quiet_service_is_heard_and_one_that_ends_says_good_bye() {
    let world = World::open(&["A1"], 100);
    let mut link = world.connect(TenantClient::new("", None).hello("lds", "secret".into())()).await;
    for _ in 0..2 {
        link.next().await.unwrap();
    }
    for _ in 0..3 {
        let Some(Frame::Heartbeat(beat)) = link.next().await else { panic!("no heartbeat") };
        assert_eq!((beat.epoch, beat.seq), (7, world.ledger.position().seq));
    }
    drop(world.told);
    let mut last = link.next().await;
    while matches!(last, Some(Frame::Heartbeat(_))) {
        last = link.next().await;
    }
    assert!(matches!(last, Some(Frame::Bye(_))), "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hole_makes_the_client_ask_from_where_it_is_and_nonsense_makes_it_read_all() {
    let known = tenant(&["A1"]);
    let position = Position { epoch: 7, seq: 5 };
    let gone =
        |revision| Revised { revision, object: "agent".into(), id: "A1".into(), set: [].into(), gone: true };
    let nonsense = Revised { object: "agentz".into(), ..gone(6) };
    for (change, asks_again_from) in [(gone(7), Some(position)), (nonsense, None)] {
        let client = TenantClient::new("acme", Some((position, &known)));
        let (to, events) = mpsc::channel(4);
        let (acks, _) = mpsc::channel(1);
        let (resync, mut cut) = mpsc::channel(1);
        let mut deliveries = client.clone().follow(Subscription { events, acks, resync });
        let frame =
            Changes { source: "acme".into(), epoch: 7, revision: change.revision, ..Changes::default() };
        to.send(LinkEvent::Changes(Changes { changes: vec![change], ..frame })).await.unwrap();
        cut.recv().await.unwrap();
        let hello = client.hello("lds", "".into())();
        assert_eq!(hello.positions.get("acme").copied(), asks_again_from);
        if asks_again_from.is_none() {
            let Some(Delivery::Away { cause, .. }) = deliveries.recv().await else { panic!("not told") };
            assert!(cause.contains("agentz"), "{cause}");
        }
    }
}
