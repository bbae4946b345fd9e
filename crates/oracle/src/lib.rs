//! A second statistics engine, for tests only: it keeps every record and works every answer out from the beginning.
//!
//! **Invariant:** it stands on `model` alone and shares no code with what it checks; where speed and plainness
//! disagree, it is plain. Its semantics are written from the rules (statistics, section 11 first; contracts 2 to 4),
//! and each step names the rule that it follows.
//!
//! [`Oracle::ask`] answers one question; [`Oracle::world`] lets several questions of one instant share their replay.
//! [`timeline`] makes the stories on which the two are compared.

mod acts;
mod answer;
mod carried;
mod count;
mod current;
mod definition;
mod facts;
mod filter;
mod interval;
mod items;
mod legs;
mod link;
mod login;
mod mask;
mod parties;
mod phone;
mod rebuilt;
mod statuses;
pub mod timeline;
mod visits;
mod world;

pub use answer::Answer;
pub use definition::{Category, Definition, Profile, Range, Subject};
pub use filter::Filter;
pub use world::World;

use model::tenant::Tenant;
use model::{Micros, Object, Record};

/// A tenant and everything that its sources have said, in processing order.
#[derive(Clone, Debug)]
pub struct Oracle {
    tenant: Tenant,
    records: Vec<Record>,
}

impl Oracle {
    /// The oracle of a tenant over records in processing order (contracts, part 2).
    pub fn new(tenant: &Tenant, records: &[Record]) -> Self {
        Self { tenant: tenant.clone(), records: records.to_vec() }
    }

    /// What is known once all records with `received` <= `at` are in (rule Q-5).
    pub fn world(&self, at: Micros) -> World<'_> {
        World::after(&self.tenant, &self.records, at)
    }

    /// The value of one object as of `at`; none before the statistic's opening, or where the object is unknown.
    pub fn ask(&self, definition: &Definition, object: &Object, at: Micros) -> Option<Answer> {
        self.world(at).answer(definition, object)
    }
}
