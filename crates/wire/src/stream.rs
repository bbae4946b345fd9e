//! Messages of the WebSocket stream (contracts, part 7): what browsers say, what they are told.
//!
//! In JSON, or in MessagePack with the same keys when the subprotocol [`MSGPACK`] was chosen. Only keys may be added;
//! a reader skips those that it does not know.

mod cell;
mod format;
mod request;
mod told;

pub use cell::{Cell, Flags, Reason, StateValue, Value};
pub use format::{Format, FormatError, Shared};
pub use request::{Formula, Mark, Objects, Open, Query, Request, Statistic, StatisticRef};
pub use told::{
    Bye, Column, Delta, Error, Heartbeat, Message, Row, Snapshot, SourceKind, SourceLine, SourceStatus,
    State, Visible,
};

/// The subprotocol that chooses MessagePack.
pub const MSGPACK: &str = "pulse.msgpack";

/// The subprotocol that chooses JSON, as does none at all.
pub const JSON: &str = "pulse.json";

#[cfg(test)]
mod tests;
