//! The side that serves: the configuration, the revision of each object, and the changes that led to it.

use crate::{Configuration, Fault, Key};
use model::Text;
use model::record::Change;
use model::tenant::Tenant;
use model::time::Position;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// A change with its revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numbered {
    /// Rises by one with each change.
    pub revision: u64,
    /// What changed.
    #[serde(flatten)]
    pub change: Change,
}

/// What a reader is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Since {
    /// The changes after its revision.
    Changes(Vec<Numbered>),
    /// Everything: its revision is of another epoch, too old or not known.
    Whole(Vec<Numbered>),
}

/// The configuration of one tenant with its revisions. A plain value.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    tenant: Text,
    epoch: u64,
    revision: u64,
    configuration: Configuration,
    revisions: BTreeMap<Key, u64>,
    log: VecDeque<Numbered>,
    log_max: usize,
}

/// A ledger as it is kept over a restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    epoch: u64,
    revision: u64,
    objects: Vec<Numbered>,
    log: VecDeque<Numbered>,
}

impl Ledger {
    /// The first configuration of an epoch. `log_max` changes at most are kept for readers that go on from a revision.
    pub fn new(epoch: u64, tenant: &Tenant, log_max: usize) -> Self {
        let configuration = Configuration::of(tenant);
        let revisions: BTreeMap<Key, u64> = configuration.keys().cloned().zip(1..).collect();
        Self {
            tenant: tenant.tenant.clone(),
            epoch,
            revision: revisions.len() as u64,
            configuration,
            revisions,
            log: VecDeque::new(),
            log_max,
        }
    }

    /// The tenant's name.
    pub fn tenant(&self) -> &Text {
        &self.tenant
    }

    /// The epoch and the newest revision.
    pub fn position(&self) -> Position {
        Position { epoch: self.epoch, seq: self.revision }
    }

    /// The configuration of the newest revision.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// Takes in the configuration as it is now; answers what that changes, nothing if it is the same.
    ///
    /// # Errors
    /// It is that of another tenant.
    pub fn take(&mut self, tenant: &Tenant) -> Result<Vec<Numbered>, Fault> {
        if tenant.tenant != self.tenant {
            let cause = format!(
                "the configuration of {} is served here: another tenant needs a service, and a data directory, of its own",
                self.tenant
            );
            return Err(Fault::of("tenant", &tenant.tenant, cause));
        }
        let new = Configuration::of(tenant);
        let changes = self.configuration.difference(&new);
        let numbered: Vec<Numbered> = changes
            .into_iter()
            .zip(self.revision + 1..)
            .map(|(change, revision)| Numbered { revision, change })
            .collect();
        for Numbered { revision, change } in &numbered {
            let key = Key::of_change(&change.object, &change.id)?;
            match change.gone {
                true => self.revisions.remove(&key),
                false => self.revisions.insert(key, *revision),
            };
        }
        self.revision += numbered.len() as u64;
        self.log.extend(numbered.iter().cloned());
        let surplus = self.log.len().saturating_sub(self.log_max);
        self.log.drain(..surplus);
        self.configuration = new;
        Ok(numbered)
    }

    /// What a reader must be told that has `known`.
    pub fn since(&self, known: Option<Position>) -> Since {
        match known.filter(|known| self.reaches(*known)) {
            Some(known) => {
                Since::Changes(self.log.iter().filter(|entry| entry.revision > known.seq).cloned().collect())
            }
            None => Since::Whole(self.whole()),
        }
    }

    /// Whether everything after that position is still known.
    fn reaches(&self, known: Position) -> bool {
        let oldest = self.log.front().map_or(self.revision + 1, |entry| entry.revision);
        known.epoch == self.epoch && known.seq <= self.revision && known.seq + 1 >= oldest
    }

    fn whole(&self) -> Vec<Numbered> {
        let numbered = |(key, revision): (&Key, &u64)| {
            let change = self.configuration.object(key)?;
            Some(Numbered { revision: *revision, change })
        };
        self.revisions.iter().filter_map(numbered).collect()
    }

    /// What must be kept over a restart.
    pub fn save(&self) -> Saved {
        Saved { epoch: self.epoch, revision: self.revision, objects: self.whole(), log: self.log.clone() }
    }

    /// The ledger that was saved.
    ///
    /// # Errors
    /// It was not written by [`Ledger::save`].
    pub fn load(saved: Saved, log_max: usize) -> Result<Self, Fault> {
        let mut configuration = Configuration::default();
        let mut revisions = BTreeMap::new();
        for Numbered { revision, change } in saved.objects {
            configuration.apply(&change)?;
            revisions.insert(Key::of_change(&change.object, &change.id)?, revision);
        }
        let tenant = configuration.tenant()?;
        let (epoch, revision, log) = (saved.epoch, saved.revision, saved.log);
        // Keys that a table writes though nobody gave them are there again.
        configuration = Configuration::of(&tenant);
        Ok(Self { tenant: tenant.tenant, epoch, revision, configuration, revisions, log, log_max })
    }
}
