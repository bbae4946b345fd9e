//! The load distribution server: takes in the records of sources, keeps them in a log, and tells them to every
//! receiver: from a snapshot, from a position, or live.
//!
//! One *sender* actor for each source numbers, writes, keeps the state book and broadcasts what is safe; one
//! *receiver* actor for each client decides what that client is sent, and reads the log itself when the client is
//! slow or comes from the past.
//!
//! **Invariant:** nothing is told before it is on disk, nothing is lost silently, and no receiver slows a source.

mod feed;

pub use feed::{Arrival, Batch, Numbering, Resume, SourceFeed, SourceItem};

use model::Text;
use ports::record_log::RecordLog;
use runtime::{Census, Clock};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use wire::link::Incoming;

/// Settings of an LDS.
#[derive(Clone, Debug)]
pub struct LdsSettings {
    /// The tenant; a client of another one is refused.
    pub tenant: Text,
    /// What clients must know; nothing if empty.
    pub token: Text,
    /// Bounds.
    pub limits: LdsLimits,
}

/// Bounds of an LDS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LdsLimits {
    /// Records that are written at once at most.
    pub batch_records_max: usize,
    /// The shortest time between the beginnings of two writes: at most 10 ms.
    pub write_every: Duration,
    /// How long one source may be quiet before a heartbeat.
    pub heartbeat_every: Duration,
    /// How soon after the last records of a burst a heartbeat follows.
    pub heartbeat_after: Duration,
    /// How much is read from the log at once for a receiver that is behind, in bytes.
    pub read_bytes_max: usize,
    /// Clients at the same time.
    pub receivers_max: usize,
}

impl Default for LdsLimits {
    fn default() -> Self {
        Self {
            batch_records_max: 4096,
            write_every: Duration::from_millis(2),
            heartbeat_every: Duration::from_millis(100),
            heartbeat_after: Duration::from_millis(10),
            read_bytes_max: 512 << 10,
            receivers_max: 256,
        }
    }
}

/// What an LDS needs from outside.
pub struct LdsPorts {
    /// Where records are kept.
    pub log: Arc<dyn RecordLog>,
    /// Clients that have said hello.
    pub incoming: mpsc::Receiver<Incoming>,
    /// The process's clock.
    pub clock: Clock,
    /// Where metrics are registered.
    pub registry: prometheus::Registry,
    /// Where actors are counted.
    pub census: Census,
}
