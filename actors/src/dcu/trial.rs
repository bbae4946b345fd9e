//! Steps that may panic: guarded, undone, tried again, counted. Also the planned failures that tests ask for.

use super::tally::Tally;
use futures_util::FutureExt as _;
use runtime::Census;
use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// How often a step is tried before it is given up.
pub(super) const TRIES: usize = 3;

/// Planned failures: "die at the third flip", "panic in agent A1 at its fifth step". Empty outside tests.
#[derive(Clone, Debug, Default)]
pub struct Failures(Option<Arc<Mutex<BTreeMap<String, u64>>>>);

impl Failures {
    /// Reads `name=count,name=count`: the failure happens at the `count`-th time that `name` is passed.
    pub fn parse(plan: &str) -> Option<Self> {
        let mut left = BTreeMap::new();
        for part in plan.split(',').filter(|part| !part.is_empty()) {
            let (name, count) = part.rsplit_once('=')?;
            left.insert(name.to_owned(), count.parse().ok()?);
        }
        Some(Self((!left.is_empty()).then(|| Arc::new(Mutex::new(left)))))
    }

    /// Nothing is planned.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Whether the failure of that name is due now.
    fn due(&self, name: &str) -> bool {
        let Some(plan) = &self.0 else { return false };
        let mut plan = plan.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(left) = plan.get_mut(name) else { return false };
        *left = left.saturating_sub(1);
        let due = *left == 0;
        if due {
            plan.remove(name);
        }
        due
    }

    /// Dies as `kill -9` would have it, if that is planned here.
    pub fn die_here(&self, name: &str) {
        if self.due(name) {
            // SIGKILL can't be caught: nothing is flushed, nothing is unwound.
            let killed =
                std::process::Command::new("kill").args(["-9", &std::process::id().to_string()]).status();
            tracing::error!(?killed, "the planned death did not come");
            std::process::abort();
        }
    }

    /// Panics if that is planned for this step of this object.
    pub(super) fn panic_here(&self, kind: &str, id: &str) {
        if self.0.is_some() && self.due(&format!("panic.{kind}.{id}")) {
            panic!("planned panic in {kind} {id}");
        }
    }
}

/// A step panicked; that is counted and told already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Panicked;

/// What a guarded step needs: the plan, and where restarts are counted.
#[derive(Clone)]
pub(super) struct Trial {
    /// Planned failures.
    pub failures: Failures,
    /// Where restarts are shown.
    pub census: Census,
    /// What waits in mailboxes.
    pub tally: Arc<Tally>,
}

/// Runs a pure step. If it panics, `state` is put back as it was and the step is tried again; after the last try
/// the state stays as it was, and `None` says that the step was lost (counted, logged).
pub(super) fn guarded<S: Clone, T>(
    trial: &Trial,
    kind: &'static str,
    id: &str,
    state: &mut S,
    step: impl Fn(&mut S) -> T,
) -> Option<T> {
    let before = state.clone();
    for _ in 0..TRIES {
        if let Ok(result) = attempt(trial, kind, id, state, &step) {
            return Some(result);
        }
        *state = before.clone();
    }
    trial.give_up(kind, id);
    None
}

/// Runs a pure step on a state that is too large to be copied each time: after a panic, `rebuild` makes it anew.
/// Answers whether that was needed.
pub(super) fn guarded_large<S>(
    trial: &Trial,
    kind: &'static str,
    id: &str,
    state: &mut S,
    rebuild: impl Fn() -> S,
    step: impl Fn(&mut S),
) -> bool {
    for tried in 0..TRIES {
        if attempt(trial, kind, id, state, &step).is_ok() {
            return tried > 0;
        }
        *state = rebuild();
    }
    trial.give_up(kind, id);
    true
}

fn attempt<S, T>(
    trial: &Trial,
    kind: &'static str,
    id: &str,
    state: &mut S,
    step: impl Fn(&mut S) -> T,
) -> Result<T, Panicked> {
    let tried = catch_unwind(AssertUnwindSafe(|| {
        trial.failures.panic_here(kind, id);
        step(state)
    }));
    tried.map_err(|panic| trial.panicked(kind, id, &*panic))
}

impl Trial {
    /// Plans nothing and counts in `census`, if `failures` is empty.
    pub(super) fn new(failures: Failures, census: Census) -> Self {
        let tally = Tally::new(&census);
        Self { failures, census, tally }
    }

    /// Waits for a step of one that has nothing to lose: whoever asked for the step lets it be taken again.
    pub(super) async fn wait<T>(
        &self,
        kind: &'static str,
        id: &str,
        step: impl Future<Output = T>,
    ) -> Result<T, Panicked> {
        let step = async {
            self.failures.panic_here(kind, id);
            step.await
        };
        AssertUnwindSafe(step).catch_unwind().await.map_err(|panic| self.panicked(kind, id, &*panic))
    }

    fn panicked(&self, kind: &'static str, id: &str, panic: &(dyn Any + Send)) -> Panicked {
        let words = words(panic);
        tracing::warn!(kind, id, panic = %words, "{kind} {id} panicked; its last good state is back");
        self.census.note(kind, |kind| {
            kind.restarts += 1;
            kind.last_panic = Some(format!("{id}: {words}"));
        });
        Panicked
    }

    pub(super) fn give_up(&self, kind: &'static str, id: &str) {
        self.census.note(kind, |kind| kind.failed += 1);
        tracing::error!(kind, id, "a step was given up after {TRIES} panics; its values are no longer exact");
    }
}

/// What a panic said.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no words".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planned_failure_is_due_once_at_its_count() {
        let failures = Failures::parse("flip=2").unwrap();
        let due: Vec<bool> = (0..4).map(|_| failures.due("flip")).collect();
        assert_eq!(due, [false, true, false, false]);
        assert!(!failures.due("other"));
        assert!(Failures::parse("nonsense").is_none());
    }
}
