//! Settings and bounds of the door.

use model::Text;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of a door.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its certificate; plain HTTP without.
    pub tls: Option<Tls>,
    /// The file of the bearer tokens, one a line; read again when it changes.
    pub token_file: PathBuf,
    /// Whose events it takes.
    pub sources: Vec<EventSource>,
    /// Bounds.
    pub limits: Limits,
}

/// How the door proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Its certificate, followed by those between it and the authority (PEM).
    pub certificate: PathBuf,
    /// The certificate's key (PEM).
    pub key: PathBuf,
}

/// One source of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSource {
    /// Its name: the `source` of its records.
    pub name: Text,
    /// The switch whose numbers its records carry.
    pub switch: Text,
    /// The `source` attribute of its events, where that is not the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Text>,
}

impl EventSource {
    /// The `source` attribute of its events.
    pub fn attribute(&self) -> &str {
        self.source.as_deref().unwrap_or(&self.name)
    }
}

/// Bounds of a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest body, in bytes.
    pub body_bytes_max: usize,
    /// The largest single event, in bytes.
    pub event_bytes_max: usize,
    /// The most events in one batch.
    pub batch_events_max: usize,
    /// The most events in one dry run.
    pub dry_run_events_max: usize,
    /// How long an id is remembered ...
    pub ids_age_max: Micros,
    /// ... and until how many others of its source have come.
    pub ids_max: usize,
    /// Events of one source that may wait for the journal.
    pub waiting_events_max: usize,
    /// Bytes of them.
    pub waiting_bytes_max: usize,
    /// Bodies that are read at the same time.
    pub bodies_max: usize,
    /// How long a body may take to come.
    pub body_within: Duration,
    /// How long an answer may wait for the journal.
    pub answer_within: Duration,
    /// When the oldest event has waited so long for the journal, that is in trouble.
    pub stalled_after: Micros,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes_max: 1 << 20,
            event_bytes_max: 256 << 10,
            batch_events_max: 1_000,
            dry_run_events_max: 100,
            ids_age_max: Micros::from_secs(24 * 3600),
            ids_max: 1_000_000,
            waiting_events_max: 20_000,
            waiting_bytes_max: 32 << 20,
            bodies_max: 64,
            body_within: Duration::from_secs(10),
            answer_within: Duration::from_secs(5),
            stalled_after: Micros::from_secs(3),
        }
    }
}
