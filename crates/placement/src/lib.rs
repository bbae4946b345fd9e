//! Which DCU owns which slots: a preference that all compute alike, and what follows from it for each.
//!
//! Preference is rendezvous hashing over the names of those that live: when one comes or goes, only slots that it wins
//! or leaves change hands. It is a wish, not a right: who owns a slot is decided by its lease (`ports::slots`).
//!
//! **Invariant:** nothing here awaits, reads a clock or draws lots; who is handed the same table decides the same.

mod plan;
mod rendezvous;

pub use plan::{Lease, Member, Plan, Table, plan};
pub use rendezvous::{preferred, ranked};
