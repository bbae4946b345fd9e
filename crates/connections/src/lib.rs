//! The 27 connections of a deployment, as data: who calls whom, how, where that is set, and what travels; and in which
//! words it is told how they are. `pulse check`, docs/operations.md, network policies and tests are made from this one
//! table.
//!
//! **Invariant:** a row's number is the one of the original product's table and never changes.

mod fault;
mod party;
mod table;
mod verdict;

pub use fault::{Fault, FaultKind};
pub use party::Party;
pub use table::{Connection, Direction, Protocol, TABLE, connection};
pub use verdict::Verdict;
