//! The actors of the web role: from published values to the streams of browsers.
//!
//! One [`hub`] keeps the picture of all current values and tells boards what changed. One [`board`] for each distinct
//! query and rights class numbers a stream and writes each frame once. One [`session`] for each WebSocket passes
//! frames on, never faster than its browser takes them. The [`door`] is where requests come in and rights are checked.

pub mod library;

pub use library::{Library, StatInfo};
