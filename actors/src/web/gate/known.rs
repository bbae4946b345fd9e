//! What is known of a viewer, and how long it may be believed.
//!
//! **Invariant:** nothing here awaits or reads a clock; what is older than the bound shows nothing.

use model::time::Micros;
use ports::grants::{Granted, Scope, Statement};
use std::sync::Arc;

/// Whether what is known may be believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Nothing has been heard yet.
    #[default]
    Unknown,
    /// It was confirmed not long ago.
    Fresh,
    /// Nobody has confirmed it for too long: nothing is shown.
    Expired,
}

/// What is known of a viewer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Knowledge {
    /// What may be seen.
    pub scope: Scope,
    /// The rules that say so.
    pub statement: Arc<Statement>,
    /// Of the book.
    pub revision: u64,
    /// When whoever computes grants last said that they hold.
    pub confirmed: Micros,
    /// Whether it may be believed.
    pub trust: Trust,
}

/// Keeps the last answer, and judges it.
#[derive(Debug)]
pub(super) struct Judge {
    age_max: Micros,
    last: Option<(Granted, Scope)>,
}

impl Judge {
    pub(super) fn new(age_max: Micros) -> Self {
        Self { age_max, last: None }
    }

    /// Takes in an answer of the store. One of an earlier book is taken, too: a store that was put back has forgotten
    /// what came after.
    pub(super) fn heard(&mut self, granted: Granted) {
        let scope = match &self.last {
            Some((last, scope)) if last.statement == granted.statement => scope.clone(),
            _ => granted.statement.scope(),
        };
        self.last = Some((granted, scope));
    }

    /// What is known at `now`.
    pub(super) fn knowledge(&self, now: Micros) -> Knowledge {
        let Some((granted, scope)) = &self.last else { return Knowledge::default() };
        let is_fresh = now.0.saturating_sub(granted.confirmed.0) < self.age_max.0;
        Knowledge {
            scope: if is_fresh { scope.clone() } else { Scope::Nothing },
            statement: granted.statement.clone(),
            revision: granted.revision,
            confirmed: granted.confirmed,
            trust: if is_fresh { Trust::Fresh } else { Trust::Expired },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(confirmed: i64) -> Granted {
        let statement = Arc::new(Statement::everything("r", "all"));
        Granted { statement, revision: 3, told: Micros(1), confirmed: Micros::from_secs(confirmed) }
    }

    #[test]
    fn what_nobody_confirms_is_believed_for_a_while() {
        let mut judge = Judge::new(Micros::from_secs(600));
        assert_eq!(judge.knowledge(Micros::from_secs(5)), Knowledge::default());
        judge.heard(granted(1_000));
        let at = |judge: &Judge, second| judge.knowledge(Micros::from_secs(second));
        assert_eq!((at(&judge, 1_599).scope, at(&judge, 1_599).trust), (Scope::Everything, Trust::Fresh));
        assert_eq!((at(&judge, 1_600).scope, at(&judge, 1_600).trust), (Scope::Nothing, Trust::Expired));
        judge.heard(granted(1_605));
        assert_eq!(at(&judge, 1_606).scope, Scope::Everything, "it is believed again");
    }

    #[test]
    fn what_was_never_confirmed_is_not_believed() {
        let mut judge = Judge::new(Micros::from_secs(600));
        judge.heard(granted(0));
        assert_eq!(judge.knowledge(Micros::from_secs(1_700_000_000)).scope, Scope::Nothing);
        assert_eq!(judge.knowledge(Micros::from_secs(1_700_000_000)).trust, Trust::Expired);
    }

    #[test]
    fn what_holds_for_ever_does_not_age() {
        let mut judge = Judge::new(Micros::from_secs(600));
        judge.heard(Granted { confirmed: Micros::MAX, ..granted(0) });
        assert_eq!(judge.knowledge(Micros::from_secs(1_700_000_000)).scope, Scope::Everything);
    }
}
