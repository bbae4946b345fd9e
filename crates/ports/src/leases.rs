//! Leases: who may do what only one may do, for how long, with a number that fences off former holders.

use crate::Result;
use async_trait::async_trait;
use model::Text;
use std::time::Duration;

/// A lease as somebody else may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Who holds it.
    pub holder: Text,
    /// Rises with every new holder.
    pub fence: u64,
}

/// Where leases are kept. The store's clock decides, nobody else's.
#[async_trait]
pub trait Leases: Send + Sync {
    /// Takes the lease if nobody holds it, or renews it for its holder: it lasts for `term` from now. Answers the
    /// fence (the same for a renewal), or `None` when somebody else holds it.
    async fn hold(&self, lease: &str, holder: &str, term: Duration) -> Result<Option<u64>>;
    /// Gives it back, if `holder` still holds it.
    async fn release(&self, lease: &str, holder: &str) -> Result<()>;
    /// Who holds it now.
    async fn holder(&self, lease: &str) -> Result<Option<Held>>;
}
