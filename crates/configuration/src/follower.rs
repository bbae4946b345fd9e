//! The side that reads: the configuration as far as it was told.

use crate::{Configuration, Fault, Kind, Numbered};
use model::record::Change;
use model::tenant::Tenant;
use model::time::Position;

/// What a reader knows. A plain value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Follower {
    known: Option<Position>,
    configuration: Configuration,
}

/// Why something that was told is not taken. Nothing is changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Changes are missing: ask for those after the revision.
    #[error("changes after revision {after} are missing: asking for them")]
    Hole {
        /// The newest revision that is known.
        after: u64,
    },
    /// Changes of another epoch, or before the whole was read.
    #[error("changes of an epoch that is not known: reading everything")]
    Epoch,
    /// What was told makes no tenant.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Follower {
    /// A reader that has read everything up to `position` before.
    pub fn resume(position: Position, tenant: &Tenant) -> Self {
        Self { known: Some(position), configuration: Configuration::of(tenant) }
    }

    /// Where to go on; `None` before anything was read.
    pub fn position(&self) -> Option<Position> {
        self.known
    }

    /// The configuration as it is known.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Takes in the whole configuration at a position; answers what that changes.
    ///
    /// # Errors
    /// It makes no tenant.
    pub fn whole(&mut self, position: Position, objects: &[Numbered]) -> Result<Vec<Change>, Refusal> {
        let mut new = Configuration::default();
        objects.iter().try_for_each(|object| new.apply(&object.change))?;
        self.turn_to(position, &new)
    }

    /// Takes in changes, in order; those that are known already are passed over. Answers what they change.
    ///
    /// # Errors
    /// A hole before them, another epoch, or they make no tenant.
    pub fn changes(&mut self, epoch: u64, changes: &[Numbered]) -> Result<Vec<Change>, Refusal> {
        let Some(known) = self.known.filter(|known| known.epoch == epoch) else { return Err(Refusal::Epoch) };
        let mut new = self.configuration.clone();
        let mut reached = known.seq;
        for Numbered { revision, change } in changes.iter().filter(|change| change.revision > known.seq) {
            if *revision != reached + 1 {
                return Err(Refusal::Hole { after: known.seq });
            }
            new.apply(change)?;
            reached = *revision;
        }
        self.turn_to(Position { epoch, seq: reached }, &new)
    }

    fn turn_to(&mut self, position: Position, new: &Configuration) -> Result<Vec<Change>, Refusal> {
        let new = Configuration::of(&new.tenant()?);
        let changes = self.configuration.difference(&new);
        (self.known, self.configuration) = (Some(position), new);
        Ok(changes)
    }
}

/// Changes that may be told while records flow, and those that hold from the next start on.
pub fn in_mid_stream(changes: Vec<Change>) -> (Vec<Change>, Vec<Change>) {
    let flows = |change: &Change| Kind::of_table(&change.object).is_some_and(Kind::changes_in_mid_stream);
    changes.into_iter().partition(flows)
}
