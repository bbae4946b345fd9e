//! Grants: who may see which objects.

use crate::Result;
use async_trait::async_trait;
use model::{Object, Text};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Somebody who asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Viewer {
    /// Whose contact centre it is.
    pub tenant: Text,
    /// Who.
    pub user: Text,
    /// As what.
    pub roles: Vec<Text>,
}

/// What one viewer may see. Viewers of equal scopes form a rights class: they share frames.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Nothing: also whenever it is not known.
    #[default]
    Nothing,
    /// Every object of the tenant.
    Everything,
    /// These.
    Only(Arc<BTreeSet<Object>>),
}

impl Scope {
    /// Whether this object may be seen.
    pub fn holds(&self, object: &Object) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Only(objects) => objects.contains(object),
        }
    }
}

/// Where grants are known.
#[async_trait]
pub trait Grants: Send + Sync {
    /// What this viewer may see. Whoever asks takes an error for [`Scope::Nothing`].
    async fn scope(&self, viewer: &Viewer) -> Result<Scope>;
    /// A hint that somebody's grants changed.
    fn watch(&self) -> broadcast::Receiver<()>;
}

/// Whoever signed in to the tenant sees all of it.
pub struct WholeTenant {
    tenant: Text,
    changes: broadcast::Sender<()>,
}

impl WholeTenant {
    /// Grants of that tenant.
    pub fn new(tenant: impl Into<Text>) -> Self {
        Self { tenant: tenant.into(), changes: broadcast::Sender::new(1) }
    }
}

#[async_trait]
impl Grants for WholeTenant {
    async fn scope(&self, viewer: &Viewer) -> Result<Scope> {
        let ours = viewer.tenant == self.tenant && !viewer.user.is_empty();
        Ok(if ours { Scope::Everything } else { Scope::Nothing })
    }

    fn watch(&self) -> broadcast::Receiver<()> {
        self.changes.subscribe()
    }
}
