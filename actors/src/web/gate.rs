//! The gate: what a viewer may see. Every way to values passes here, and an unknown answer means nothing.
//!
//! A keeper holds one permission actor for each viewer who is there. That actor knows the viewer's grants, hears of
//! changes, asks again every 30 s in any case, and denies everything when what it knows has become too old.

mod keeper;
mod known;
mod permission;

pub use keeper::GateParts;
pub use known::{Knowledge, Trust};

use keeper::{Keeper, Watch};
use ports::grants::{Scope, Viewer};
use runtime::Ref;
use std::time::Duration;
use tokio::sync::watch;
use tracing::warn;

/// How long grants are waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Knows what viewers may see, and denies whenever it does not. Clones share it.
#[derive(Clone, Default)]
pub struct Gate {
    keeper: Option<Ref<Keeper>>,
}

impl Gate {
    /// The gate of these grants. Must be called within an actix system, whose thread then carries the actors.
    pub fn start(parts: GateParts) -> Self {
        Self { keeper: Some(keeper::start(parts)) }
    }

    /// What is known of a viewer, now and whenever it changes; `None` where nothing can ever be known.
    pub async fn follow(&self, viewer: &Viewer) -> Option<watch::Receiver<Knowledge>> {
        let keeper = self.keeper.as_ref()?;
        match keeper.ask(Watch(viewer.clone()), PATIENCE).await {
            Ok(followed) => followed,
            Err(cause) => {
                warn!(%cause, "grants are not known: nothing is shown");
                None
            }
        }
    }

    /// What is known of a viewer.
    pub async fn known(&self, viewer: &Viewer) -> Knowledge {
        let Some(mut followed) = self.follow(viewer).await else { return Knowledge::default() };
        let answered = followed.wait_for(|known| known.trust != Trust::Unknown);
        match tokio::time::timeout(PATIENCE, answered).await {
            Ok(Ok(known)) => known.clone(),
            Ok(Err(_)) => Knowledge::default(),
            Err(_) => {
                warn!("grants did not come in time: nothing is shown");
                Knowledge::default()
            }
        }
    }

    /// What `viewer` may see.
    pub async fn scope(&self, viewer: &Viewer) -> Scope {
        self.known(viewer).await.scope
    }
}
