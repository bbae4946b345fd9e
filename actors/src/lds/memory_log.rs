//! A record log in memory: for a source that is served but not kept (a simulator), and for tests.

use async_trait::async_trait;
use model::snapshot::Snapshot;
use model::time::{Micros, Position};
use ports::record_log::{Appended, Entry, Found, Origin, RecordLog, Span};
use ports::{Result, StoreError};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keeps the newest records of each source, up to a number of bytes.
#[derive(Debug)]
pub struct MemoryLog {
    sources: Mutex<BTreeMap<String, VecDeque<Segment>>>,
    segment_bytes: usize,
    bytes_max: usize,
}

#[derive(Debug, Default)]
struct Segment {
    origin: Origin,
    entries: Vec<Entry>,
    bytes: usize,
}

impl Segment {
    fn newest(&self) -> Position {
        self.entries.last().map_or(self.origin.position, |entry| entry.position)
    }
}

impl MemoryLog {
    /// A log that keeps about `bytes_max` bytes of records of each source.
    pub fn new(bytes_max: usize) -> Self {
        Self { sources: Mutex::default(), segment_bytes: (bytes_max / 8).max(1), bytes_max }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, VecDeque<Segment>>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl RecordLog for MemoryLog {
    async fn span(&self, source: &str) -> Result<Option<Span>> {
        let sources = self.lock();
        let Some(segments) = sources.get(source) else { return Ok(None) };
        let (Some(first), Some(last)) = (segments.front(), segments.back()) else { return Ok(None) };
        let received = segments.iter().rev().find_map(|segment| segment.entries.last());
        Ok(Some(Span {
            before: first.origin.position,
            newest: last.newest(),
            received: received.map_or(Micros::ZERO, |entry| entry.received),
        }))
    }

    async fn append(&self, source: &str, state: Option<Snapshot>, entries: Vec<Entry>) -> Result<Appended> {
        let mut sources = self.lock();
        let segments = sources.entry(source.to_owned()).or_default();
        let position = segments.back().map_or_else(Position::default, Segment::newest);
        match (state, segments.is_empty()) {
            (Some(state), _) => {
                let origin = Origin { position, state };
                segments.push_back(Segment { origin, ..Segment::default() });
            }
            (None, true) => segments.push_back(Segment::default()),
            (None, false) => {}
        }
        let Some(segment) = segments.back_mut() else {
            return Err(StoreError::Corrupt("a log without a segment".into()));
        };
        segment.bytes += entries.iter().map(|entry| entry.bytes.len()).sum::<usize>();
        segment.entries.extend(entries);
        let wants_state = segment.bytes >= self.segment_bytes;
        while segments.len() > 1
            && segments.iter().map(|segment| segment.bytes).sum::<usize>() > self.bytes_max
        {
            segments.pop_front();
        }
        Ok(Appended { wants_state })
    }

    async fn read(&self, source: &str, after: Position, bytes_max: usize) -> Result<Found> {
        let sources = self.lock();
        let gone = || if after == Position::default() { Found::Entries(Vec::new()) } else { Found::Gone };
        let Some(segments) = sources.get(source) else { return Ok(gone()) };
        let known = |segment: &Segment| {
            segment.origin.position == after
                || segment.entries.binary_search_by(|entry| entry.position.cmp(&after)).is_ok()
        };
        let Some(first) = segments.iter().position(known) else { return Ok(Found::Gone) };
        let mut found = Vec::new();
        let mut bytes = 0;
        let rest = segments.iter().skip(first).flat_map(|segment| {
            let start = segment.entries.partition_point(|entry| entry.position <= after);
            &segment.entries[start..]
        });
        for entry in rest {
            bytes += entry.bytes.len();
            if bytes > bytes_max && !found.is_empty() {
                break;
            }
            found.push(entry.clone());
        }
        Ok(Found::Entries(found))
    }

    async fn origin(&self, source: &str, position: Position) -> Result<Option<Origin>> {
        let sources = self.lock();
        let Some(segments) = sources.get(source) else { return Ok(None) };
        let newest = segments.iter().rev().find(|segment| segment.origin.position <= position);
        Ok(newest.or(segments.front()).map(|segment| segment.origin.clone()))
    }

    async fn seek(&self, source: &str, received: Micros) -> Result<Option<Position>> {
        let sources = self.lock();
        let Some(segments) = sources.get(source) else { return Ok(None) };
        let earlier = segments.iter().flat_map(|segment| &segment.entries);
        let last = earlier.take_while(|entry| entry.received < received).last();
        let oldest = segments.front().map(|segment| segment.origin.position);
        Ok(last.map(|entry| entry.position).or(oldest))
    }
}
