//! The gate: what a viewer may see. Every way to values passes here, and an unknown answer means nothing.

use ports::grants::{Grants, Scope, Viewer};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tracing::warn;

/// How long grants are waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks the grants, and denies whenever they do not answer.
#[derive(Clone, Default)]
pub struct Gate {
    grants: Option<Arc<dyn Grants>>,
}

impl Gate {
    /// The gate of these grants; without any it stays shut.
    pub fn new(grants: Option<Arc<dyn Grants>>) -> Self {
        Self { grants }
    }

    /// What `viewer` may see.
    pub async fn scope(&self, viewer: &Viewer) -> Scope {
        let Some(grants) = &self.grants else { return Scope::Nothing };
        match tokio::time::timeout(PATIENCE, grants.scope(viewer)).await {
            Ok(Ok(scope)) => scope,
            Ok(Err(cause)) => {
                warn!(%cause, "grants are not known: nothing is shown");
                Scope::Nothing
            }
            Err(_) => {
                warn!("grants did not come in time: nothing is shown");
                Scope::Nothing
            }
        }
    }

    /// A hint that grants changed.
    pub fn watch(&self) -> Option<broadcast::Receiver<()>> {
        self.grants.as_ref().map(|grants| grants.watch())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use model::Text;

    struct Broken;

    #[async_trait]
    impl Grants for Broken {
        async fn scope(&self, _: &Viewer) -> ports::Result<Scope> {
            Err(ports::StoreError::Unreachable("away".to_owned()))
        }

        fn watch(&self) -> broadcast::Receiver<()> {
            broadcast::Sender::new(1).subscribe()
        }
    }

    #[tokio::test]
    async fn no_answer_means_nothing() {
        let viewer = Viewer { tenant: Text::from("t"), user: Text::from("u"), roles: vec![] };
        assert_eq!(Gate::default().scope(&viewer).await, Scope::Nothing);
        assert_eq!(Gate::new(Some(Arc::new(Broken))).scope(&viewer).await, Scope::Nothing);
        let whole = ports::grants::WholeTenant::new("t");
        let gate = Gate::new(Some(Arc::new(whole)));
        assert_eq!(gate.scope(&viewer).await, Scope::Everything);
        let stranger = Viewer { tenant: Text::from("other"), ..viewer };
        assert_eq!(gate.scope(&stranger).await, Scope::Nothing);
    }
}
