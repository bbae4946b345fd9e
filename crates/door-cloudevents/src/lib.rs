//! The CloudEvents door (contracts, part 8): event records over HTTP, from whoever can send JSON.
//!
//! A request is read and judged (`envelope`, `event`, `record`), looked up among the ids of the last day (`desk`,
//! `window`), handed to the source's feed, and answered when its records are on disk. The journal is the only
//! memory: each record carries the id and the digest of its event, and the ids are read back from there at start.
//! So there are two ways only in which a crash can fall: the record is in the journal, and a repeat is a duplicate;
//! or it is not, then nobody was told 202, and a repeat is new.
//!
//! **Invariants:** 202 is said of what is on disk, never earlier; an event that is repeated within the window is
//! counted once; this crate sees no actor: records leave through an [`Outlet`].

mod desk;
mod digest;
mod door;
mod dry_run;
mod envelope;
mod event;
mod metrics;
mod recall;
mod record;
mod refusal;
mod server;
mod settings;
mod tls;
mod token;
mod window;

pub use door::{Full, Outlet};
pub use refusal::{Fault, Refusal};
pub use server::{DoorError, EventsDoor, Outside, open, register_metrics};
pub use settings::{EventSource, Limits, Settings, Tls};

/// The type of the events that the door takes.
pub const EVENT_TYPE: &str = "pulse.event.v1";

/// The JSON schema of such an event, as `GET /events/schema` answers it.
pub const SCHEMA: &str = include_str!("../../../docs/events.schema.json");

#[cfg(test)]
mod tests;
