//! Births: one file per role, each wiring what it needs from end to start.

pub mod dcu;
pub mod init;
pub mod init_tenant;
pub mod lds;
pub mod permissions;
pub mod simulator;
pub mod standalone;
pub mod tenant;
pub mod web;

pub(crate) mod asterisk;
mod configured;
mod directory;
mod events;
mod journal;
pub(crate) mod own;
pub(crate) mod process;
mod sources;
mod threads;
mod upkeep;
mod wishes;
