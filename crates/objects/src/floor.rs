//! The floor of the contact centre: who exists, where each record goes, and what is behind a name.

mod config;

pub use config::TenantError;

use crate::brain::AnyBrain;
use crate::counters::Counters;
use crate::directory::Directory;
use crate::routes::Routes;
use model::item::ConnIx;
use model::object::ObjectIx;
use model::record::Record;
use model::tenant::Tenant;
use model::time::Micros;
use serde::{Deserialize, Serialize};

/// Stage 0. Knows all objects, sources and live calls; turns records into post for brains. A plain value: a
/// checkpoint is this and each brain on its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Floor {
    directory: Directory,
    config: config::Config,
    counters: Counters,
}

impl Floor {
    /// The floor of a tenant; its configured objects appear with the first batch.
    ///
    /// # Errors
    /// When the tenant names a switch, place or DN that it does not have.
    pub fn new(tenant: &Tenant) -> Result<Self, TenantError> {
        let mut directory = Directory::default();
        let config = config::Config::read(tenant, &mut directory)?;
        Ok(Self { directory, config, counters: Counters::default() })
    }

    /// Takes in records (in the order of [`Record::order`], instants whole) and fills `routes`, which it empties
    /// first. All instants up to and including `through` are complete with this batch.
    pub fn route(&mut self, _records: &[Record], through: Micros, routes: &mut Routes) {
        routes.clear();
        routes.through = through;
    }

    /// The brain of an object that just appeared; `None` for objects that have none.
    pub fn newborn(&self, ix: ObjectIx) -> Option<AnyBrain> {
        self.config.newborn(ix, &self.directory)
    }

    /// Adds what the brains of a batch counted; call it with [`Routes::counters`] before [`Routes::finish`].
    pub fn count(&mut self, counters: &Counters) {
        self.counters.add(counters);
    }

    /// Everything counted since the beginning.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Who exists.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The name of a call, while something is remembered of it.
    pub fn conn_id(&self, _conn: ConnIx) -> Option<&str> {
        None
    }
}
