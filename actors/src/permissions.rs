//! The actors of the permissions role: from configuration and accounts to grants.
//!
//! ```text
//! Tenant Service ▶ desk (computes the book) ▶ writer ▶ grants (memory, Redis)
//! accounts (documents) ┘    objects that are seen live, if asked for ┘
//! ```
//!
//! Keepers wait for stores, so that the desk never does. Of several processes one writes, under a lease; the others
//! compute, and take over.

mod accounts;
mod desk;
mod discoveries;
mod metrics;
#[cfg(test)]
mod stories;
mod writer;

pub use desk::{Configured, Desk};
pub use metrics::Metrics;

use access::WithoutLists;
use model::Text;
use ports::documents::Documents;
use ports::grants::GrantBook;
use ports::leases::Leases;
use ports::values::Values;
use runtime::{Census, Clock, Ref};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// What the permissions role is told at birth.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of this process: unique among those of the tenant.
    pub name: Text,
    /// What holds where the configuration has no access list.
    pub without_access_lists: WithoutLists,
    /// How often it says that the grants still hold.
    pub confirm_every: Duration,
}

/// What it stands on.
#[derive(Clone)]
pub struct Outside {
    /// Where grants are written.
    pub book: Arc<dyn GrantBook>,
    /// Who of several processes writes.
    pub leases: Arc<dyn Leases>,
    /// Where accounts are.
    pub documents: Arc<dyn Documents>,
    /// Where objects are seen that the configuration does not name; none: only those that it names are known.
    pub values: Option<Arc<dyn Values>>,
    /// The process's clock.
    pub clock: Clock,
    /// Who lives in this process.
    pub census: Census,
    /// What is counted.
    pub metrics: Metrics,
}

/// How the writing stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nothing has been written yet.
    #[default]
    Starting,
    /// The grants are written, and confirmed again and again.
    Writing,
    /// Another process writes.
    Standby,
    /// A store does not answer.
    Failing,
}

/// The running role.
pub struct Permissions {
    /// Where the configuration goes in.
    pub desk: Ref<Desk>,
    /// How the writing stands.
    pub standing: watch::Receiver<Standing>,
    outside: Outside,
    name: Text,
    writer: AbortHandle,
}

impl Permissions {
    /// Lets another process write at once.
    pub async fn drain(self) {
        self.writer.abort();
        if let Err(cause) = self.outside.leases.release(writer::LEASE, &self.name).await {
            tracing::warn!(%cause, "the lease is not given back; it ends by itself");
        }
    }
}

/// Starts it. Must be called within an actix system, whose thread then carries it. Nothing is written before the
/// configuration and the accounts are known.
pub fn start(settings: Settings, outside: Outside) -> Permissions {
    let (tell, standing) = watch::channel(Standing::default());
    let name = settings.name.clone();
    let (desk, writer) = desk::start(settings, outside.clone(), tell);
    Permissions { desk, standing, outside, name, writer }
}
