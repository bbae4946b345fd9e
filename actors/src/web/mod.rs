//! The actors of the web role: from published values to the streams of browsers.
//!
//! One [`hub`] keeps the picture of all current values and tells boards what changed. One [`board`] for each distinct
//! query and rights class numbers a stream and writes each frame once. One [`session`] for each WebSocket passes
//! frames on, never faster than its browser takes them. The [`door`] is where requests come in and rights are checked.

pub mod alerts;
pub mod board;
pub mod boards;
pub mod columns;
pub mod door;
pub mod gate;
pub mod hub;
pub mod library;
pub mod metrics;
pub mod picture;
pub mod replay;
#[cfg(test)]
mod revocations;
pub mod session;
#[cfg(test)]
mod stories;
pub mod table;
pub mod templates;
#[cfg(test)]
pub(crate) mod trial;

pub use columns::Columns;
pub use gate::{Gate, GateParts, Knowledge, Trust};
pub use hub::{Hub, HubParts};
pub use library::{Library, StatInfo};
pub use metrics::Metrics;
pub use replay::Replay;
