//! A tenant's configuration over links (contracts, part 5; docs/protocol.md): the service that tells it, and the client
//! that follows it. What is told and what it means is decided in `configuration`; the bytes travel elsewhere.
//!
//! **Invariant:** a client is told changes that follow each other without a hole, or the whole; every wait has a
//! deadline and every queue a bound.

mod client;
mod metrics;
mod service;

pub use client::{Delivery, News, TenantClient};
pub use metrics::Metrics;
pub use service::{Service, ServiceSettings, start};

use configuration::Numbered;
use wire::frame::Revised;

fn revised(entry: Numbered) -> Revised {
    Revised::new(entry.revision, entry.change)
}

fn numbered(revised: Revised) -> Numbered {
    Numbered { revision: revised.revision, change: revised.into_change() }
}
