//! Alerts with no browser open: rules are evaluated by whichever web holds the lease, in event time, in their owners'
//! eyes; alerts are documents, so that they outlive processes and every web can show them.
//!
//! ```text
//! rules (documents), owners, grants ▶ rules keeper ▶ ┐
//! published values ▶ feed ▶ watchman (one desk for each rule) ▶ scribe ▶ alerts (documents) ▶ courier ▶ webhooks
//! ```

mod courier;
mod duty;
mod metrics;
mod rules;
mod scribe;
mod stored;
#[cfg(test)]
mod stories;
mod watchman;

pub use metrics::Metrics;
pub use stored::{ALERT, Owners, RULE, StoredRule, Subject};

use super::gate::Gate;
use super::library::Library;
use model::Text;
use ports::demand::Demand;
use ports::documents::Documents;
use ports::leases::Leases;
use ports::values::Values;
use ports::webhooks::Webhooks;
use runtime::{Census, Clock};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::AbortHandle;

/// Who holds it evaluates.
pub const LEASE: &str = "alerts";

/// Rules of one tenant.
pub const RULES_MAX: usize = 500;

/// Alerts that may be open at once.
pub const OPEN_MAX: usize = 1_000;

/// Alerts that are over and still told of.
pub const CLEARED_MAX: usize = 1_000;

/// What evaluation stands on.
#[derive(Clone)]
pub struct Parts {
    /// The name of this process: unique among those of the tenant.
    pub name: Text,
    /// Who of several processes evaluates.
    pub leases: Arc<dyn Leases>,
    /// Where values come from.
    pub values: Arc<dyn Values>,
    /// Where wishes are.
    pub demand: Arc<dyn Demand>,
    /// Where rules and alerts are.
    pub documents: Arc<dyn Documents>,
    /// Whose rules they are.
    pub owners: Arc<dyn Owners>,
    /// What owners may see.
    pub gate: Gate,
    /// What can be asked for.
    pub library: Library,
    /// Where alerts are told to other systems; nowhere if absent.
    pub webhooks: Option<Arc<dyn Webhooks>>,
    /// The process's clock.
    pub clock: Clock,
    /// Who lives in this process.
    pub census: Census,
    /// What is counted.
    pub metrics: Metrics,
    /// A producer that is silent for longer has stale values.
    pub stale_after: Duration,
    /// How long a lease lasts.
    pub term: Duration,
}

/// The running evaluation.
pub struct Alerts {
    parts: Parts,
    duty: AbortHandle,
}

impl Alerts {
    /// Lets another process evaluate at once.
    pub async fn drain(self) {
        self.duty.abort();
        if let Err(cause) = self.parts.leases.release(LEASE, &self.parts.name).await {
            tracing::warn!(%cause, "the lease of alerts is not given back; it ends by itself");
        }
    }
}

/// Starts it. Must be called within an actix system, whose thread then carries it.
pub fn start(parts: Parts) -> Alerts {
    let duty = actix::spawn(duty::run(parts.clone()));
    Alerts { duty: duty.abort_handle(), parts }
}
