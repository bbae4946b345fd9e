//! The whole path over real sockets: a source served from memory, an LDS that keeps it in a journal, clients.

use actors::lds::{
    Arrival, Batch, Lds, LdsLimits, LdsPorts, LdsSettings, MemoryLog, Numbering, SourceFeed, SourceItem,
    Upstream, start,
};
use journal::{Journal, Limits, Shared};
use link_tcp::{ClientSettings, ServerHandle, ServerLimits, ServerSettings, serve, subscribe};
use model::record::{Event, Record};
use model::time::{Micros, Position};
use ports::record_log::RecordLog;
use runtime::{Census, Clock};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;
use wire::frame::{Hello, VERSION};
use wire::link::{LinkEvent, Subscription};

const PATIENCE: Duration = Duration::from_secs(20);

async fn lds(service: &str, log: Arc<dyn RecordLog>, sources: Vec<SourceFeed>) -> (Lds, ServerHandle) {
    let settings =
        ServerSettings { addr: ([127, 0, 0, 1], 0).into(), tls: None, limits: ServerLimits::default() };
    let (server, incoming) = serve(settings).await.unwrap();
    let ports = LdsPorts {
        log,
        incoming,
        clock: Clock::of_machine(),
        registry: prometheus::Registry::new(),
        census: Census::default(),
        give_up: Rc::new(|failure| panic!("{failure}")),
    };
    let limits = LdsLimits::default();
    let settings =
        LdsSettings { service: service.into(), tenant: "acme".into(), token: "secret".into(), limits };
    (start(settings, sources, ports).unwrap(), server)
}

/// A simulated switch: numbers, and keeps its newest records in memory.
async fn switch() -> (Lds, ServerHandle, mpsc::Sender<SourceItem>) {
    let (items, receiver) = mpsc::channel(64);
    let feed = SourceFeed {
        name: "pbx1".into(),
        switch: "sw1".into(),
        numbering: Numbering::Ours,
        arrival: Arrival::ByAdapter,
        items: receiver,
        requests: None,
    };
    let (lds, server) = lds("sip", Arc::new(MemoryLog::new(64 << 20)), vec![feed]).await;
    (lds, server, items)
}

/// An LDS on a journal, taking the switch at `address`. The last value cuts its link.
async fn lds_of(journal: &Shared, address: String) -> (Lds, ServerHandle, mpsc::Sender<String>) {
    let known = journal.span("pbx1").await.unwrap().map(|span| span.newest);
    let upstream = Upstream::new("pbx1", known);
    let link = subscribe(ClientSettings::plain(address), upstream.hello("acme", "secret".into())).unwrap();
    let cut = link.resync.clone();
    let feed = upstream.feed("sw1", link, Arrival::Stamped);
    let (lds, server) = lds("lds", Arc::new(journal.clone()), vec![feed]).await;
    (lds, server, cut)
}

/// A client that goes on from its own position.
struct Client {
    link: Subscription,
    position: Arc<Mutex<Position>>,
}

impl Client {
    fn connect(server: &ServerHandle, position: Position) -> Self {
        let position = Arc::new(Mutex::new(position));
        let known = position.clone();
        let hello = move || Hello {
            v: VERSION,
            role: "dcu".into(),
            tenant: "acme".into(),
            token: "secret".into(),
            positions: [("pbx1".into(), *known.lock().unwrap())].into(),
            ..Hello::default()
        };
        let settings = ClientSettings::plain(server.addr().to_string());
        Self { link: subscribe(settings, hello).unwrap(), position }
    }

    /// Everything up to call `last`, whatever happens to the link on the way.
    async fn until(&mut self, last: u64) -> Vec<Record> {
        let mut records: Vec<Record> = Vec::new();
        let name = format!("c{last}");
        while records.last().is_none_or(|record| record.conn_id.as_deref() != Some(&name)) {
            match timeout(PATIENCE, self.link.events.recv())
                .await
                .expect("in time")
                .expect("the link goes on")
            {
                LinkEvent::Events(events) => records.extend(events.records),
                LinkEvent::Snapshot(whole) => panic!("a snapshot at {:?}", whole.position),
                _ => continue,
            }
            *self.position.lock().unwrap() = records.last().unwrap().position();
        }
        records
    }
}

fn call(n: u64) -> Record {
    Record {
        this_dn: Some("9001".into()),
        conn_id: Some(format!("c{n}").into()),
        ..Record::new("pbx1", Event::Queued, Micros::from_secs(1))
    }
}

async fn bring(items: &mpsc::Sender<SourceItem>, calls: std::ops::RangeInclusive<u64>) {
    let batch = Batch::from(calls.map(call).collect::<Vec<_>>());
    items.send(SourceItem::Records(batch)).await.unwrap();
}

fn check(records: &[Record], calls: std::ops::RangeInclusive<u64>) {
    let names: Vec<_> = records.iter().map(|record| record.conn_id.clone().unwrap()).collect();
    let expected: Vec<_> = calls.map(|n| format!("c{n}")).collect();
    assert_eq!(names, expected);
    let follows = |pair: &[Record]| pair[1].seq == pair[0].seq + 1 && pair[1].received >= pair[0].received;
    assert!(records.windows(2).all(follows), "no hole, and received never goes back");
}

#[actix::test]
async fn links_that_are_cut_again_and_again_bring_every_record_once_to_every_client() {
    let dir = tempfile::TempDir::new().unwrap();
    let journal = Shared::new(Journal::open(dir.path(), Limits::default()).unwrap());
    let (_sip, sip_server, items) = switch().await;
    bring(&items, 1..=1).await;
    // The first hello of the LDS has no position, so it would begin with a snapshot of call 1: let it see the
    // beginning instead.
    let upstream = Upstream::new("pbx1", Some(Position::default()));
    let link = subscribe(
        ClientSettings::plain(sip_server.addr().to_string()),
        upstream.hello("acme", "secret".into()),
    );
    let link = link.unwrap();
    let cut = link.resync.clone();
    let feed = upstream.feed("sw1", link, Arrival::Stamped);
    let (_lds, server) = lds("lds", Arc::new(journal.clone()), vec![feed]).await;

    let mut clients =
        [Client::connect(&server, Position::default()), Client::connect(&server, Position::default())];
    let cuts = [cut, clients[0].link.resync.clone()];
    let bringing = async {
        for n in 0..40 {
            bring(&items, 2 + n * 50..=1 + (n + 1) * 50).await;
            if n % 4 == 0 {
                let _ = cuts[(n / 4) as usize % 2].try_send("cut by the test".into());
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    };
    let [first, second] = &mut clients;
    let (first, second, ()) = tokio::join!(first.until(2_001), second.until(2_001), bringing);
    check(&first, 1..=2_001);
    assert_eq!(first, second);

    // A resume at any position brings the same again.
    for at in [0, 1, 777, 1_999] {
        let rest = Client::connect(&server, first[at].position()).until(2_001).await;
        assert_eq!(rest, first[at + 1..], "after {at}");
    }
}

#[actix::test]
async fn an_lds_that_starts_again_on_its_journal_goes_on_without_a_hole() {
    let dir = tempfile::TempDir::new().unwrap();
    let (_sip, sip_server, items) = switch().await;
    let address = sip_server.addr().to_string();
    let journal = Shared::new(Journal::open(dir.path(), Limits::default()).unwrap());
    let (lds, server, _) = lds_of(&journal, address.clone()).await;
    // The LDS has to be there before the first call: it begins with the present.
    while sip_server.counts().accepted() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    bring(&items, 1..=500).await;
    let before = Client::connect(&server, Position::default()).until(500).await;
    check(&before, 1..=500);
    assert!(lds.shutdown(Duration::from_secs(5)).await);
    drop((server, journal));

    bring(&items, 501..=600).await;
    let journal = loop {
        // The link of the first LDS may hold the journal for another moment.
        match Journal::open(dir.path(), Limits::default()) {
            Ok(journal) => break Shared::new(journal),
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    };
    let (_lds, server, _) = lds_of(&journal, address).await;
    bring(&items, 601..=700).await;
    let after = Client::connect(&server, before[99].position()).until(700).await;
    check(&after, 101..=700);
    assert_eq!(after[..400], before[100..]);
}
