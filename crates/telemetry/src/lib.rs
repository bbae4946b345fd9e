//! Log format, metric registry, probes, and the port on which operators ask for them.
//!
//! **Invariant:** knows no contact centre; nothing personal passes through here.

pub mod catalogue;

mod levels;
mod log;
mod log_door;
mod metrics;
mod probes;
mod seen;
mod server;
mod watched;

pub use levels::{change_log_filter, let_change_log_filter, log_filter};
pub use log::{LogError, LogFormat, init as init_log};
pub use metrics::{Metrics, encode};
pub use probes::{Probes, Readiness};
pub use seen::{Seen, Sight, Sights};
pub use server::{AdminError, AdminServer, routes, serve, serve_seen};
pub use watched::Readings;
