//! Masks (statistics 3.2; rules M-1, M-2, Q-31, Q-45).

use model::{Action, Status};
use std::collections::BTreeSet;

/// An action, of a type of call; by the type's name, none of no call.
pub(crate) type Part = (Action, Option<String>);

const TYPES: [&str; 5] = ["Unknown", "Internal", "Inbound", "Outbound", "Consult"];

/// The parts of actions that a mask of actions names, left to right. `*` is not taken: tests name what they mean.
///
/// # Panics
/// On a word that is no action: a mistake in a test.
pub(crate) fn actions(mask: &str, mediation: bool) -> BTreeSet<Part> {
    let pseudo = |name: &str| match name {
        "AgentLogin" => Some(Action::AgentLoginOnQueue),
        "AgentReady" => Some(Action::AgentReadyOnQueue),
        "AgentActive" => Some(Action::AgentActiveOnQueue),
        _ => None,
    };
    let one = |name: &str| -> Vec<Part> {
        if let Some(action) = pseudo(name).filter(|_| mediation).or_else(|| Action::parse(name)) {
            let typed = TYPES.iter().map(|call| (action, Some((*call).to_owned())));
            return typed.chain([(action, None)]).collect();
        }
        // Rule A-5.
        let part = TYPES.iter().find_map(|call| Some((Action::parse(name.strip_suffix(call)?)?, *call)));
        let (action, call) = part.unwrap_or_else(|| panic!("no action: {name}"));
        vec![(action, Some(call.to_owned()))]
    };
    evaluate(mask, one, &[])
}

/// The statuses that a mask of statuses names.
///
/// # Panics
/// On a word that is no status: a mistake in a test.
pub(crate) fn statuses(mask: &str) -> BTreeSet<Status> {
    let one = |name: &str| vec![Status::parse(name).unwrap_or_else(|| panic!("no status: {name}"))];
    evaluate(mask, one, &Status::ALL)
}

fn evaluate<T: Clone + Ord>(mask: &str, one: impl Fn(&str) -> Vec<T>, all: &[T]) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    for word in mask.split(',').map(str::trim) {
        match word.strip_prefix('~') {
            None if word == "*" => set.extend(all.iter().cloned()),
            None => set.extend(one(word)),
            Some(name) => set.retain(|known| !one(name).contains(known)),
        }
    }
    set
}
