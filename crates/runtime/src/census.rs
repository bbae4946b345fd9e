//! Who lives in this process: how many actors of each kind, what waits for them, what happened to them.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts actors by kind. Clones share the counts.
#[derive(Clone, Default)]
pub struct Census {
    kinds: Arc<Mutex<BTreeMap<&'static str, KindReport>>>,
    mailboxes: Arc<Mutex<Vec<Mailboxes>>>,
}

/// Tells how many messages wait for actors of a kind; nothing any more when those are gone.
struct Mailboxes {
    kind: &'static str,
    waiting: Box<dyn Fn() -> Option<u64> + Send>,
}

/// What is known of one kind of actor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct KindReport {
    /// How many are alive now.
    pub alive: u64,
    /// How many were started, without restarts.
    pub started: u64,
    /// How often one was built anew after a panic.
    pub restarts: u64,
    /// How many were given up after their last attempt.
    pub failed: u64,
    /// Messages that wait in their mailboxes now, where that is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<u64>,
    /// Messages that found a full mailbox.
    pub refused_full: u64,
    /// Messages that found nobody.
    pub refused_gone: u64,
    /// What the last panic said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_panic: Option<String>,
}

/// One that is counted as alive until this is dropped.
#[derive(Debug)]
pub struct Living {
    kind: &'static str,
    census: Census,
}

impl Census {
    /// What is known of each kind, by name.
    pub fn report(&self) -> BTreeMap<&'static str, KindReport> {
        let mut report = lock(&self.kinds).clone();
        lock(&self.mailboxes).retain(|Mailboxes { kind, waiting }| {
            let waiting = waiting();
            if let (Some(waiting), Some(report)) = (waiting, report.get_mut(kind)) {
                *report.waiting.get_or_insert_default() += waiting;
            }
            waiting.is_some()
        });
        report
    }

    /// Changes what is known of a kind: for actors that nobody supervises.
    pub fn note(&self, kind: &'static str, change: impl FnOnce(&mut KindReport)) {
        change(lock(&self.kinds).entry(kind).or_default());
    }

    /// One of a kind has been started; its end is told by [`Census::ended`].
    pub fn started(&self, kind: &'static str) {
        self.note(kind, |kind| {
            kind.alive += 1;
            kind.started += 1;
        });
    }

    /// One of a kind is no more.
    pub fn ended(&self, kind: &'static str) {
        self.note(kind, |kind| kind.alive = kind.alive.saturating_sub(1));
    }

    /// The same for one that can hold on to it.
    pub fn living(&self, kind: &'static str) -> Living {
        self.started(kind);
        Living { kind, census: self.clone() }
    }

    /// Reports ask `waiting` how many messages wait for actors of the kind, until it answers `None`. Several of one kind
    /// are summed up.
    pub fn watch_mailboxes(&self, kind: &'static str, waiting: impl Fn() -> Option<u64> + Send + 'static) {
        lock(&self.mailboxes).push(Mailboxes { kind, waiting: Box::new(waiting) });
    }
}

impl fmt::Debug for Census {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Census").field(&*lock(&self.kinds)).finish()
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        self.census.ended(self.kind);
    }
}

/// Counts are valid after every single step, so a panic in between leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn who_lives_is_counted_until_it_ends() {
        let census = Census::default();
        let (first, second) = (census.living("link"), census.living("link"));
        drop(first);
        let report = census.report()["link"].clone();
        assert_eq!((report.alive, report.started, report.waiting), (1, 2, None));
        drop(second);
        assert_eq!(census.report()["link"].alive, 0);
    }

    #[test]
    fn what_waits_is_asked_for_until_nobody_is_left_to_wait_for_it() {
        let census = Census::default();
        let (here, there) = (Arc::new(AtomicU64::new(3)), Arc::new(AtomicU64::new(4)));
        for depth in [&here, &there] {
            let depth = Arc::downgrade(depth);
            let waiting = move || depth.upgrade().map(|depth| depth.load(Ordering::Relaxed));
            census.watch_mailboxes("Agent", waiting);
        }
        assert!(census.report().is_empty(), "nobody of that kind was ever started");
        let _agent = census.living("Agent");
        assert_eq!(census.report()["Agent"].waiting, Some(7));
        drop(there);
        assert_eq!(census.report()["Agent"].waiting, Some(3));
        drop(here);
        assert_eq!(census.report()["Agent"].waiting, None);
    }
}
