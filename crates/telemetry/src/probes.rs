//! What the three probes answer: started, ready, alive.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct State {
    started: AtomicBool,
    dead: AtomicBool,
    /// Parts that must be ready, with the reason why one is not yet (`None`: it is).
    parts: Mutex<BTreeMap<&'static str, Option<String>>>,
}

/// The state behind the probes; clones share it.
#[derive(Clone, Default)]
pub struct Probes {
    state: Arc<State>,
}

/// Whether work can be sent here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// All parts are ready, and start-up is over.
    pub ready: bool,
    /// What is not, and why.
    pub waiting: BTreeMap<&'static str, String>,
}

impl Probes {
    fn parts(&self) -> MutexGuard<'_, BTreeMap<&'static str, Option<String>>> {
        self.state.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Names a part that must be ready; it is not, because of `reason`. Also takes back what was said ready.
    pub fn await_part(&self, part: &'static str, reason: impl Into<String>) {
        self.parts().insert(part, Some(reason.into()));
    }

    /// The part is ready.
    pub fn part_ready(&self, part: &'static str) {
        self.parts().insert(part, None);
    }

    /// Start-up is over.
    pub fn set_started(&self) {
        self.state.started.store(true, Ordering::Release);
    }

    /// The process can't go on and should be restarted.
    pub fn set_dead(&self) {
        self.state.dead.store(true, Ordering::Release);
    }

    /// Whether start-up is over.
    pub fn started(&self) -> bool {
        self.state.started.load(Ordering::Acquire)
    }

    /// Whether the process should be left running.
    pub fn alive(&self) -> bool {
        !self.state.dead.load(Ordering::Acquire)
    }

    /// Whether work can be sent here, and if not, what it waits for.
    pub fn readiness(&self) -> Readiness {
        let waiting: BTreeMap<_, _> = self
            .parts()
            .iter()
            .filter_map(|(part, reason)| reason.clone().map(|reason| (*part, reason)))
            .collect();
        Readiness { ready: self.started() && self.alive() && waiting.is_empty(), waiting }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ready_means_started_and_every_part_ready() {
        let probes = Probes::default();
        probes.await_part("source", "no snapshot yet");
        assert!(!probes.readiness().ready);
        probes.set_started();
        assert_eq!(probes.readiness().waiting["source"], "no snapshot yet");
        probes.part_ready("source");
        assert!(probes.readiness().ready && probes.alive());
        probes.set_dead();
        assert!(!probes.readiness().ready && !probes.alive());
    }
}
