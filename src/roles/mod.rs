//! Births: one file per role, each wiring what it needs from end to start.

pub mod simulator;
pub mod standalone;

pub(crate) mod asterisk;
mod sources;
mod threads;
mod upkeep;
