//! Masks (statistics 3.2; rules M-1, M-2, Q-31, Q-45).

use model::{Action, Status};
use std::collections::BTreeSet;

/// The actions that a mask of actions names, left to right. `*` is not taken: tests name what they mean.
///
/// # Panics
/// On a word that is no action: a mistake in a test.
pub(crate) fn actions(mask: &str, mediation: bool) -> BTreeSet<Action> {
    let pseudo = |name: &str| match name {
        "AgentLogin" => Some(Action::AgentLoginOnQueue),
        "AgentReady" => Some(Action::AgentReadyOnQueue),
        "AgentActive" => Some(Action::AgentActiveOnQueue),
        _ => None,
    };
    let one = |name: &str| {
        let found = pseudo(name).filter(|_| mediation).or_else(|| Action::parse(name));
        found.unwrap_or_else(|| panic!("no action: {name}"))
    };
    evaluate(mask, one, &[])
}

/// The statuses that a mask of statuses names.
///
/// # Panics
/// On a word that is no status: a mistake in a test.
pub(crate) fn statuses(mask: &str) -> BTreeSet<Status> {
    evaluate(mask, |name| Status::parse(name).unwrap_or_else(|| panic!("no status: {name}")), &Status::ALL)
}

fn evaluate<T: Copy + Ord>(mask: &str, one: impl Fn(&str) -> T, all: &[T]) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    for word in mask.split(',').map(str::trim) {
        match word.strip_prefix('~') {
            None if word == "*" => set.extend(all.iter().copied()),
            None => drop(set.insert(one(word))),
            Some(name) => drop(set.remove(&one(name))),
        }
    }
    set
}
