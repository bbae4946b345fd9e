//! Who lives in this process: how many actors of each kind, what happened to them.

use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts actors by kind. Clones share the counts.
#[derive(Clone, Debug, Default)]
pub struct Census {
    kinds: Arc<Mutex<BTreeMap<&'static str, KindReport>>>,
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
    /// Messages that found a full mailbox.
    pub refused_full: u64,
    /// Messages that found nobody.
    pub refused_gone: u64,
    /// What the last panic said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_panic: Option<String>,
}

impl Census {
    /// What is known of each kind, by name.
    pub fn report(&self) -> BTreeMap<&'static str, KindReport> {
        self.lock().clone()
    }

    /// Changes what is known of a kind: for actors that nobody supervises.
    pub fn note(&self, kind: &'static str, change: impl FnOnce(&mut KindReport)) {
        change(self.lock().entry(kind).or_default());
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, KindReport>> {
        // Counts are valid after every single step, so a panic in between leaves nothing half done.
        self.kinds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
