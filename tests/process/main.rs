//! The real program over real sockets.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test of real processes in real time")]

mod actors;
mod alerts;
mod asterisk;
mod browser;
mod copies;
mod chance;
mod deaths;
mod demo;
mod events;
mod jobs;
mod made;
mod first_start;
mod offline;
mod pulse;
mod tenant;
mod tools;
mod relay;
