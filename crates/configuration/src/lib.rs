//! A tenant's configuration as objects with revisions: what differs between two of them, what a reader must still be
//! told, what is wrong with one, and the tables of a directory as a tenant.
//!
//! **Invariants:** the difference of two configurations, carried out on the first, gives the second, in one piece or in
//! many; going on from a revision gives what reading everything gives. Nothing here reads files, sockets or clocks.

mod check;
pub mod csv;
mod fault;
mod follower;
mod key;
mod ledger;
mod objects;

pub use check::check;
pub use fault::Fault;
pub use follower::{Follower, Refusal, in_mid_stream};
pub use key::{Key, Kind};
pub use ledger::{Ledger, Numbered, Saved, Since};
pub use objects::Configuration;
