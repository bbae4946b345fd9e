//! Asterisk by its Manager Interface: bytes in, event records out.
//!
//! [`Adapter`] is a pure state machine: it is told bytes and times and gives [`Step`]s; it owns login, snapshot,
//! mapping, numbering, reconciliation. [`run`] is the thin task around it that holds the socket.
//!
//! **Invariant:** below [`session`] nothing awaits, reads a clock or touches a socket; the same bytes with the same times
//! give the same records, byte for byte.

pub mod adapter;
mod book;
pub mod capture;
mod ledger;
mod mapping;
pub mod message;
pub mod options;
pub mod parser;
pub mod session;
pub mod steps;
mod timers;

pub use adapter::Adapter;
pub use options::{Auth, Options, Secret};
pub use session::{Delivery, Output, Settings, probe, run};
pub use steps::{Counters, Found, Link, Live, Resume, Step};
