//! The journal as a role's probes see it: who can't write down what comes is not ready.

use async_trait::async_trait;
use model::snapshot::Snapshot;
use model::time::{Micros, Position};
use ports::Result;
use ports::record_log::{Appended, Entry, Found, Origin, RecordLog, Span};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use telemetry::Probes;

/// As the probe calls it.
const PART: &str = "journal";

/// A log whose failures show in `/ready`.
pub(super) struct Watched {
    log: Arc<dyn RecordLog>,
    probes: Probes,
    /// By source: why it can't be written.
    failing: Mutex<BTreeMap<String, String>>,
}

impl Watched {
    /// Ready until an append fails, and again when every source that failed could be written.
    pub(super) fn new(log: Arc<dyn RecordLog>, probes: Probes) -> Self {
        probes.part_ready(PART);
        Self { log, probes, failing: Mutex::default() }
    }

    fn note(&self, source: &str, failure: Option<String>) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = match failure {
            Some(cause) => failing.insert(source.to_owned(), cause.clone()) != Some(cause),
            None => failing.remove(source).is_some(),
        };
        if !changed {
            return;
        }
        match failing.iter().next() {
            Some((source, cause)) => {
                self.probes.await_part(PART, format!("records of {source} can't be written: {cause}"));
            }
            None => self.probes.part_ready(PART),
        }
    }
}

#[async_trait]
impl RecordLog for Watched {
    async fn span(&self, source: &str) -> Result<Option<Span>> {
        self.log.span(source).await
    }

    async fn append(&self, source: &str, state: Option<Snapshot>, entries: Vec<Entry>) -> Result<Appended> {
        let appended = self.log.append(source, state, entries).await;
        self.note(source, appended.as_ref().err().map(ToString::to_string));
        appended
    }

    async fn read(&self, source: &str, after: Position, bytes_max: usize) -> Result<Found> {
        self.log.read(source, after, bytes_max).await
    }

    async fn origin(&self, source: &str, position: Position) -> Result<Option<Origin>> {
        self.log.origin(source, position).await
    }

    async fn seek(&self, source: &str, received: Micros) -> Result<Option<Position>> {
        self.log.seek(source, received).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_that_cannot_be_written_is_enough_and_the_last_one_ends_it() {
        let probes = Probes::default();
        probes.set_started();
        let dir = tempfile::tempdir().unwrap();
        let journal = journal::Journal::open(dir.path(), journal::Limits::default()).unwrap();
        let watched = Watched::new(Arc::new(journal::Shared::new(journal)), probes.clone());
        assert!(probes.readiness().ready);
        watched.note("sip1", Some("no room left".into()));
        watched.note("vq1", Some("no room left".into()));
        let waiting = probes.readiness().waiting;
        assert!(waiting[PART].contains("sip1") && waiting[PART].contains("no room left"), "{waiting:?}");
        watched.note("sip1", None);
        assert!(!probes.readiness().ready);
        watched.note("vq1", None);
        assert!(probes.readiness().ready);
    }
}
