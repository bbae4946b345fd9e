//! What is to be written of alerts, in its order; and how many are open.

use crate::web::alerts::{Metrics, OPEN_MAX};
use alerting::{Alert, AlertKey, Because, Cleared, Told};
use model::time::Micros;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use tokio::sync::Notify;

/// Writes that may wait before evaluation waits for them.
const WRITES_MAX: usize = 5_000;

/// One change of a stored alert.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::web::alerts) enum Write {
    /// A new one.
    Raise(Box<Alert>),
    /// It is over.
    Clear(AlertKey, Cleared),
    /// Since when nothing is known of it; none: something is.
    Unknown(AlertKey, Option<Micros>),
}

pub(super) struct Outbox {
    writes: VecDeque<Write>,
    /// Alerts that are open, and whether nothing is known of them.
    open: BTreeMap<AlertKey, bool>,
    wake: Arc<Notify>,
    metrics: Metrics,
}

impl Outbox {
    pub(super) fn new(metrics: Metrics) -> Self {
        Self { writes: VecDeque::new(), open: BTreeMap::new(), wake: Arc::default(), metrics }
    }

    /// Wakes whoever writes.
    pub(super) fn wake(&self) -> Arc<Notify> {
        self.wake.clone()
    }

    pub(super) fn is_full(&self) -> bool {
        self.writes.len() >= WRITES_MAX
    }

    /// One that is stored already.
    pub(super) fn remember(&mut self, key: &AlertKey, is_unknown: bool) {
        self.open.insert(key.clone(), is_unknown);
        self.measure();
    }

    pub(super) fn raise(&mut self, alert: Alert) {
        let key = alert.key();
        if self.open.len() >= OPEN_MAX {
            if self.metrics.refused.get() == 0 {
                tracing::warn!(rule = %key.rule, "{OPEN_MAX} alerts are open: no more are raised until some are over");
            }
            self.metrics.refused.inc();
            return;
        }
        self.open.insert(key, false);
        self.metrics.raised.inc();
        self.push(Write::Raise(Box::new(alert)));
    }

    pub(super) fn clear(&mut self, key: AlertKey, at: Micros, because: Because, value: Option<Told>) {
        // One for which there was no room has no document.
        if self.open.remove(&key).is_some() {
            self.metrics.cleared.inc();
            self.push(Write::Clear(key, Cleared { at, because, value }));
        }
    }

    pub(super) fn unknown(&mut self, key: AlertKey, since: Option<Micros>) {
        if let Some(unknown) = self.open.get_mut(&key) {
            *unknown = since.is_some();
            self.push(Write::Unknown(key, since));
        }
    }

    pub(super) fn take(&mut self, most: usize) -> Vec<Write> {
        let count = self.writes.len().min(most);
        self.writes.drain(..count).collect()
    }

    fn push(&mut self, write: Write) {
        self.writes.push_back(write);
        self.measure();
        self.wake.notify_one();
    }

    fn measure(&self) {
        let level = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.metrics.open.set(level(self.open.len()));
        self.metrics.unknown.set(level(self.open.values().filter(|unknown| **unknown).count()));
    }
}
