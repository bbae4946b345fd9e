//! The words of the contact centre: identities, time, event records, actions, statuses.
//!
//! **Invariant:** nothing here awaits, reads a clock, logs or does I/O; everything is plain data that other
//! crates agree on.

pub mod action;
pub mod item;
pub mod object;
pub mod record;
pub mod slots;
pub mod snapshot;
pub mod status;
pub mod tenant;
pub mod time;

pub use action::Action;
pub use compact_str::CompactString as Text;
pub use object::{Object, ObjectType};
pub use record::{Event, Record};
pub use slots::SlotSet;
pub use status::Status;
pub use time::{Micros, Position};
