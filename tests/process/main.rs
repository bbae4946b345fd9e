//! The real program over real sockets.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test of real processes in real time")]

mod actors;
mod alerts;
mod asterisk;
mod browser;
mod chance;
mod copies;
mod deaths;
mod demo;
mod events;
mod first_start;
mod full_disk;
mod jobs;
mod made;
mod namesakes;
mod offline;
mod pulse;
mod relay;
mod tenant;
mod tools;
