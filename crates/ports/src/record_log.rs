//! The log of event records: what an LDS has taken in, kept in order, written before it is told on.

use crate::Result;
use async_trait::async_trait;
use bytes::Bytes;
use model::snapshot::Snapshot;
use model::time::{Micros, Position};

/// One record as bytes that the log does not look into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number in its source.
    pub position: Position,
    /// When it was received; never goes back within a source.
    pub received: Micros,
    /// It is a `Snapshot` record.
    pub is_snapshot: bool,
    /// The record.
    pub bytes: Bytes,
}

/// How much of a source is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The position before the oldest record that is kept.
    pub before: Position,
    /// The newest record.
    pub newest: Position,
    /// When the newest record was received.
    pub received: Micros,
}

/// A place from which the log can be read with nothing known before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// Records after this one follow.
    pub position: Position,
    /// The state after that record.
    pub state: Snapshot,
}

/// What a read found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The records after the position, as many as fit; none if it is the newest.
    Entries(Vec<Entry>),
    /// The record after the position is no longer there, or the position was never given out.
    Gone,
}

/// What an append tells besides that the records are safe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// The log would like the state before the next record with the next append, to begin a new segment with it.
    pub wants_state: bool,
}

/// Keeps records of sources in order.
#[async_trait]
pub trait RecordLog: Send + Sync {
    /// How much of the source is kept; `None` if nothing was ever written of it.
    async fn span(&self, source: &str) -> Result<Option<Span>>;

    /// Writes records that follow what is there, and answers when they are on disk: all of them, or on an error
    /// none. `state` is the state before the first of them, given when the last append asked for it (and with the
    /// first append of all). `Full` means that the same append may succeed later.
    async fn append(&self, source: &str, state: Option<Snapshot>, entries: Vec<Entry>) -> Result<Appended>;

    /// Records after `after`, in order, of `bytes_max` bytes altogether, but at least one.
    async fn read(&self, source: &str, after: Position, bytes_max: usize) -> Result<Found>;

    /// The newest origin at or before `position`, the oldest of all for position [0,0].
    async fn origin(&self, source: &str, position: Position) -> Result<Option<Origin>>;

    /// The position before the first record received at or after `received`, as far as it is kept.
    async fn seek(&self, source: &str, received: Micros) -> Result<Option<Position>>;
}
