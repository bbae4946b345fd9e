//! The last of what sources have brought by themselves: a statistic that is opened late is computed from it.
//!
//! **Invariant:** what is read is what was taken in, in order and without holes; what no longer fits becomes a state and a
//! gap at the beginning, so that values say since when they count.

use super::super::feed::{beginning, gap_record, is_blank};
use model::Text;
use model::record::{Gap, Record};
use model::time::{Micros, Position};
use statebook::StateBook;
use std::collections::{BTreeMap, VecDeque};
use std::mem::size_of;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};
use wire::frame::{Events, GapNotice, Heartbeat, Whole};
use wire::link::{LinkEvent, Subscription};

/// Events that a reader may have waiting.
const WAITING: usize = 64;
/// What a record takes besides its own size: texts and maps.
const RECORD_MORE: usize = 300;

/// What was brought, for whoever computes it anew. Clones share it.
#[derive(Clone)]
pub(crate) struct Pushed(Arc<Shared>);

struct Shared {
    logs: Mutex<BTreeMap<Text, Log>>,
    /// Counts what came.
    moved: watch::Sender<u64>,
}

/// Since when a log is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Since {
    /// Since the source's first record.
    Ever,
    /// Since the first event that is kept; what went before was brought to a process that has died.
    Here,
    /// Since this moment; the state then is known.
    At(Micros),
}

/// What one source brought.
struct Log {
    since: Since,
    /// The state where the log begins, and the position that it follows.
    book: StateBook,
    base: Position,
    /// The last record that is kept.
    last: Position,
    kept: VecDeque<(LinkEvent, usize)>,
    /// How many were given up: the number of the first that is kept.
    first: u64,
    bytes: usize,
    bytes_max: usize,
    heartbeat: Option<Heartbeat>,
}

impl Default for Pushed {
    fn default() -> Self {
        let (logs, moved) = (Mutex::default(), watch::Sender::new(0));
        Self(Arc::new(Shared { logs, moved }))
    }
}

impl Pushed {
    fn logs(&self) -> MutexGuard<'_, BTreeMap<Text, Log>> {
        self.0.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A source begins to bring records after `position`, of which so many bytes are kept.
    pub(super) fn begin(&self, source: &Text, position: Position, bytes_max: usize) {
        let mut logs = self.logs();
        logs.entry(source.clone()).or_insert_with(|| Log::new(position, bytes_max));
    }

    /// What came of a source and was taken in.
    pub(super) fn keep(&self, events: &[LinkEvent]) {
        let mut logs = self.logs();
        for event in events {
            match event {
                LinkEvent::Events(events) => {
                    if let Some(log) = logs.get_mut(&events.source) {
                        log.keep_records(events);
                    }
                }
                LinkEvent::Snapshot(whole) => {
                    if let Some(log) = logs.get_mut(&whole.source) {
                        log.keep_state(whole);
                    }
                }
                LinkEvent::Gap(notice) => {
                    if let Some(log) = logs.get_mut(&notice.source) {
                        log.push(gap(notice));
                    }
                }
                LinkEvent::Heartbeat(heartbeat) => {
                    if let Some(log) = logs.get_mut(&heartbeat.source) {
                        log.heartbeat = Some(heartbeat.clone());
                    }
                }
                _ => {}
            }
        }
        drop(logs);
        self.0.moved.send_modify(|count| *count += 1);
    }

    /// All that is kept of these sources, and what comes from now on. It ends when the reader is overtaken.
    pub(in super::super) fn read(&self, sources: &[Text]) -> Subscription {
        let (to, events) = mpsc::channel(WAITING);
        let ((acks, _), (resync, _)) = (mpsc::channel(1), mpsc::channel(1));
        let reader = Reader { log: self.clone(), at: BTreeMap::new(), sources: sources.to_vec() };
        tokio::spawn(reader.run(to));
        Subscription { events, acks, resync }
    }
}

/// A notice as what a statistic understands.
fn gap(notice: &GapNotice) -> LinkEvent {
    let GapNotice { source, from, to, cause } = notice.clone();
    gap_event(source, Gap { from, to, cause, unsaved: false })
}

fn gap_event(source: Text, gap: Gap) -> LinkEvent {
    let received = gap.to;
    LinkEvent::Events(Events { source: source.clone(), records: vec![gap_record(source, gap, received)] })
}

/// When the first of an event's records was received.
fn received(event: &LinkEvent) -> Option<Micros> {
    match event {
        LinkEvent::Events(events) => events.records.first().map(|record| record.received),
        LinkEvent::Snapshot(whole) => Some(whole.snapshot.taken),
        _ => None,
    }
}

impl Log {
    fn new(position: Position, bytes_max: usize) -> Self {
        Self {
            since: if position == Position::default() { Since::Ever } else { Since::Here },
            book: StateBook::default(),
            base: position,
            last: position,
            kept: VecDeque::new(),
            first: 0,
            bytes: 0,
            bytes_max,
            heartbeat: None,
        }
    }

    /// Records that follow the last one; others came before, or will come again in their turn.
    fn keep_records(&mut self, events: &Events) {
        let mut records = Vec::with_capacity(events.records.len());
        for record in &events.records {
            let position = record.position();
            let follows = position.epoch > self.last.epoch || position.seq == self.last.seq + 1;
            if position.seq != 0 {
                if position <= self.last || !(follows || self.last.seq == 0) {
                    continue;
                }
                self.last = position;
            }
            records.push(record.clone());
        }
        if !records.is_empty() {
            self.push(LinkEvent::Events(Events { source: events.source.clone(), records }));
        }
    }

    /// A state instead of records: what lay between is lost to everybody.
    fn keep_state(&mut self, whole: &Whole) {
        if is_blank(&whole.snapshot) {
            self.last = self.last.max(whole.position);
            return;
        }
        let lost = self.last.seq != 0 && self.last != whole.position;
        if let (true, Some(before)) = (lost, self.kept.back().and_then(|(event, _)| newest(event))) {
            let (from, to) = (before, whole.snapshot.taken.max(before + Micros(1)));
            let cause = "records are no longer kept".into();
            self.push(gap_event(whole.source.clone(), Gap { from, to, cause, unsaved: false }));
        }
        self.last = self.last.max(whole.position);
        self.push(LinkEvent::Snapshot(whole.clone()));
    }

    fn push(&mut self, event: LinkEvent) {
        let bytes = weight(&event);
        self.bytes += bytes;
        self.kept.push_back((event, bytes));
        while self.bytes > self.bytes_max {
            let Some((event, bytes)) = self.kept.pop_front() else { break };
            self.bytes -= bytes;
            self.first += 1;
            self.give_up(&event);
        }
    }

    /// What no longer fits becomes part of the state with which the log begins.
    fn give_up(&mut self, event: &LinkEvent) {
        match event {
            LinkEvent::Events(events) => {
                for record in &events.records {
                    self.book.apply(record);
                    self.base = self.base.max(record.position());
                }
            }
            LinkEvent::Snapshot(whole) => {
                self.book = StateBook::of(&whole.snapshot);
                self.base = self.base.max(whole.position);
            }
            _ => {}
        }
        if let Some(at) = newest(event) {
            self.since = Since::At(at);
        }
    }

    /// How a reader begins.
    fn beginning(&self, source: &Text) -> Vec<LinkEvent> {
        let oldest = self.kept.front().and_then(|(event, _)| received(event));
        let since = match self.since {
            Since::Ever => return Vec::new(),
            Since::Here => oldest,
            Since::At(at) => Some(at),
        };
        let Some(since) = since else { return Vec::new() };
        let cause = "what was brought before is no longer kept".into();
        let lost = Gap { from: Micros::ZERO, to: since, cause, unsaved: false };
        let mut snapshot = self.book.snapshot();
        if !self.book.is_empty() {
            snapshot.taken = since;
        }
        let state = Whole { source: source.clone(), position: self.base, stamps: None, snapshot };
        // The world begins before the gap ends: what begins with it is partial.
        let before =
            Events { source: source.clone(), records: vec![beginning(source.clone(), Micros(since.0 - 1))] };
        vec![LinkEvent::Events(before), gap_event(source.clone(), lost), LinkEvent::Snapshot(state)]
    }
}

/// When the last of an event's records was received.
fn newest(event: &LinkEvent) -> Option<Micros> {
    match event {
        LinkEvent::Events(events) => events.records.last().map(|record| record.received),
        other => received(other),
    }
}

/// About how much memory an event takes.
fn weight(event: &LinkEvent) -> usize {
    let one = size_of::<Record>() + RECORD_MORE;
    match event {
        LinkEvent::Events(events) => events.records.len() * one,
        LinkEvent::Snapshot(whole) => (1 + whole.snapshot.dns.len() + whole.snapshot.media.len()) * one,
        _ => one,
    }
}

/// One who reads.
struct Reader {
    log: Pushed,
    /// By source: the number of the next event.
    at: BTreeMap<Text, u64>,
    sources: Vec<Text>,
}

impl Reader {
    async fn run(mut self, to: mpsc::Sender<LinkEvent>) {
        let mut moved = self.log.0.moved.subscribe();
        loop {
            moved.mark_unchanged();
            let Some(events) = self.next() else { return };
            for event in events {
                if to.send(event).await.is_err() {
                    return;
                }
            }
            tokio::select! {
                () = to.closed() => return,
                changed = moved.changed() => if changed.is_err() { return },
            }
        }
    }

    /// What has come since, and then how far each source is; nothing when something was given up unread.
    fn next(&mut self) -> Option<Vec<LinkEvent>> {
        let logs = self.log.logs();
        let (mut events, mut beats) = (Vec::new(), Vec::new());
        for source in &self.sources {
            let Some(log) = logs.get(source) else { continue };
            let next = match self.at.get(source) {
                Some(next) => *next,
                None => {
                    events.extend(log.beginning(source));
                    log.first
                }
            };
            let skip = usize::try_from(next.checked_sub(log.first)?).ok()?;
            events.extend(log.kept.iter().skip(skip).map(|(event, _)| event.clone()));
            self.at.insert(source.clone(), log.first + log.kept.len() as u64);
            beats.extend(log.heartbeat.clone().map(LinkEvent::Heartbeat));
        }
        events.extend(beats);
        Some(events)
    }
}
