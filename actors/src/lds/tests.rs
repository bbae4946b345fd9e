//! Stories of the whole LDS under a paused clock, with a log in memory and links that are channels.

mod receivers;
mod sources;

use super::*;
use async_trait::async_trait;
use model::record::{Body, Event, Record};
use model::snapshot::Snapshot;
use model::time::{Micros, Position};
use ports::StoreError;
use ports::record_log::{Appended, Entry, Found, Origin, Span};
use std::cell::Cell as StdCell;
use std::sync::atomic::{AtomicBool, Ordering};
use wire::frame::{Decoder, Filter, Frame, Hello, Plan, Positions, VERSION, Welcome};
use wire::link::{Outgoing, outbox};

/// A log whose disk can be full.
pub(super) struct TestLog {
    memory: MemoryLog,
    pub(super) full: AtomicBool,
}

#[async_trait]
impl RecordLog for TestLog {
    async fn span(&self, source: &str) -> ports::Result<Option<Span>> {
        self.memory.span(source).await
    }
    async fn append(
        &self,
        source: &str,
        state: Option<Snapshot>,
        entries: Vec<Entry>,
    ) -> ports::Result<Appended> {
        match self.full.load(Ordering::Relaxed) {
            true => Err(StoreError::Full("the test's disk".into())),
            false => self.memory.append(source, state, entries).await,
        }
    }
    async fn read(&self, source: &str, after: Position, bytes_max: usize) -> ports::Result<Found> {
        self.memory.read(source, after, bytes_max).await
    }
    async fn origin(&self, source: &str, position: Position) -> ports::Result<Option<Origin>> {
        self.memory.origin(source, position).await
    }
    async fn seek(&self, source: &str, received: Micros) -> ports::Result<Option<Position>> {
        self.memory.seek(source, received).await
    }
}

pub(super) const START: Micros = Micros::from_secs(1_000_000);

/// An LDS with one source, and both of its sides.
pub(super) struct World {
    pub(super) lds: Lds,
    pub(super) log: Arc<TestLog>,
    pub(super) feed: mpsc::Sender<SourceItem>,
    pub(super) asked: mpsc::Receiver<Resume>,
    pub(super) clock: Clock,
    pub(super) registry: prometheus::Registry,
    pub(super) census: Census,
    clients: mpsc::Sender<Incoming>,
    next_port: StdCell<u16>,
}

pub(super) fn new_log(bytes_max: usize) -> Arc<TestLog> {
    Arc::new(TestLog { memory: MemoryLog::new(bytes_max), full: AtomicBool::new(false) })
}

impl World {
    pub(super) fn new(numbering: Numbering) -> Self {
        tokio::time::pause();
        Self::on(new_log(64 << 20), numbering)
    }

    /// An LDS on a log that may hold something already.
    pub(super) fn on(log: Arc<TestLog>, numbering: Numbering) -> Self {
        let (feed, items) = mpsc::channel(64);
        let (requests, asked) = mpsc::channel(4);
        let (clients, incoming) = mpsc::channel(16);
        let source = SourceFeed {
            name: "pbx1".into(),
            switch: "sw1".into(),
            numbering,
            arrival: Arrival::Stamped,
            items,
            requests: Some(requests),
        };
        let clock = Clock::starting_at(START);
        let (registry, census) = (prometheus::Registry::new(), Census::default());
        let ports = LdsPorts {
            log: log.clone(),
            incoming,
            clock,
            registry: registry.clone(),
            census: census.clone(),
            give_up: Rc::new(|failure| panic!("{failure}")),
        };
        let settings = LdsSettings {
            service: "lds".into(),
            tenant: "acme".into(),
            token: "secret".into(),
            limits: LdsLimits::default(),
        };
        let lds = start(settings, vec![source], ports).unwrap();
        Self { lds, log, feed, asked, clock, registry, census, clients, next_port: StdCell::new(1) }
    }

    /// The source brings records; they are safe when this returns.
    pub(super) async fn bring(&self, records: Vec<Record>) {
        let (kept, is_kept) = tokio::sync::oneshot::channel();
        let batch = Batch { records, kept: Some(kept), ..Batch::default() };
        self.feed.send(SourceItem::Records(batch)).await.unwrap();
        is_kept.await.unwrap();
    }

    /// The source brings `count` calls into queue 9001, one record each.
    pub(super) async fn bring_calls(&self, calls: std::ops::RangeInclusive<u64>) {
        self.bring(calls.map(queued).collect()).await;
    }

    pub(super) async fn connect(&self, hello: Hello) -> Client {
        self.connect_with(hello, 1024, 8 << 20).await
    }

    pub(super) async fn connect_with(&self, hello: Hello, frames_max: usize, bytes_max: usize) -> Client {
        let port = self.next_port.get();
        self.next_port.set(port + 1);
        let (outbox, outgoing) = outbox(frames_max, bytes_max);
        let (to_lds, frames) = mpsc::channel(4);
        let peer = ([127, 0, 0, 1], port).into();
        self.clients.send(Incoming { peer, hello, frames, outbox }).await.unwrap();
        Client { outgoing, decoder: Decoder::default(), _to_lds: to_lds }
    }

    /// The value of a metric, summed over its labels.
    pub(super) fn metric(&self, name: &str) -> f64 {
        let families = self.registry.gather();
        let family = families.iter().find(|family| family.name() == name);
        let value = |metric: &prometheus::proto::Metric| {
            metric.get_counter().get_value() + metric.get_gauge().get_value()
        };
        family.unwrap_or_else(|| panic!("no metric {name}")).get_metric().iter().map(value).sum()
    }
}

/// A client's end of a link.
pub(super) struct Client {
    pub(super) outgoing: Outgoing,
    decoder: Decoder,
    _to_lds: mpsc::Sender<Frame>,
}

impl Client {
    /// The next frame; `None` when the link has ended.
    pub(super) async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(frame) = self.decoder.next_frame().unwrap() {
                return Some(frame);
            }
            self.decoder.push(&self.outgoing.next().await?);
        }
    }

    pub(super) async fn welcome(&mut self) -> Welcome {
        match self.next().await {
            Some(Frame::Welcome(welcome)) => welcome,
            other => panic!("{other:?}"),
        }
    }

    /// The next `count` records, whatever comes in between.
    pub(super) async fn records(&mut self, count: usize) -> Vec<Record> {
        let mut records = Vec::new();
        while records.len() < count {
            match self.next().await.expect("the link goes on") {
                Frame::Events(events) => records.extend(events.records),
                Frame::Heartbeat(_) | Frame::Ack(_) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(records.len(), count);
        records
    }
}

/// Call `n` waits in queue 9001.
pub(super) fn queued(n: u64) -> Record {
    Record {
        this_dn: Some("9001".into()),
        this_queue: Some("9001".into()),
        conn_id: Some(format!("c{n}").into()),
        ..Record::new("pbx1", Event::Queued, Micros::from_secs(500))
    }
}

/// The same with a number of its source.
pub(super) fn numbered(seq: u64) -> Record {
    Record { epoch: 7, seq, ..queued(seq) }
}

pub(super) fn hello(positions: Positions) -> Hello {
    Hello {
        v: VERSION,
        role: "dcu".into(),
        tenant: "acme".into(),
        token: "secret".into(),
        positions,
        ..Hello::default()
    }
}

pub(super) fn from(position: Position) -> Hello {
    hello([("pbx1".into(), position)].into())
}

pub(super) const OLDEST: Position = Position { epoch: 0, seq: 0 };

pub(super) fn seqs(records: &[Record]) -> Vec<u64> {
    records.iter().map(|record| record.seq).collect()
}

pub(super) fn filter(dns: &[&str]) -> Option<Filter> {
    Some(Filter { sources: None, dns: Some(dns.iter().map(|dn| (*dn).into()).collect()) })
}
