//! The schema: its migrations, who owns it, and who may what.
//!
//! **Invariant:** a migration is applied whole or not at all, once, in order, by one program at a time; one that was
//! applied never changes.

mod install;
mod logins;
mod migrations;
mod wait;

pub use install::{Done, Plan, install, plan};
pub use logins::{EVERY_TENANT, Login, Role};
pub use wait::wait;

pub(crate) use install::{admit, known, version};
