//! The real program over real sockets.
#![allow(clippy::unwrap_used, reason = "a test")]

mod asterisk;
mod demo;
mod pulse;
