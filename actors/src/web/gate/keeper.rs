//! The keeper of the gate: one permission actor for each viewer who is there; hints go to those whom they concern.

use super::known::Knowledge;
use super::permission::{Permission, PermissionParts, Refresh, Stop};
use crate::web::Metrics;
use actix::prelude::*;
use ports::grants::{Announced, Grants, Viewer};
use runtime::{Census, Clock, Failure, Ref, RestartPolicy, supervise};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, watch};
use tracing::error;

/// Viewers who may be there at once; more see nothing.
const VIEWERS_MAX: usize = 20_000;
/// Questions to the store at once.
const TURNS: usize = 16;
/// The pause before hints are followed anew.
const RETRY: Duration = Duration::from_secs(1);
/// How often the age of grants is measured.
const MEASURE_EVERY: Duration = Duration::from_secs(1);

/// What the gate stands on.
#[derive(Clone)]
pub struct GateParts {
    /// Where grants are read.
    pub grants: Arc<dyn Grants>,
    /// The process's clock.
    pub clock: Clock,
    /// Who lives in this process.
    pub census: Census,
    /// Grants that nobody has confirmed for so long show nothing any more.
    pub age_max: Duration,
    /// What is counted.
    pub metrics: Metrics,
}

/// A viewer who is there.
struct Entry {
    actor: Ref<Permission>,
    told: watch::Sender<Knowledge>,
}

/// What outlives an incarnation of the keeper.
#[derive(Clone, Default)]
struct Kept {
    viewers: Rc<RefCell<BTreeMap<Viewer, Entry>>>,
    own: Rc<OnceCell<Ref<Keeper>>>,
}

/// Knows who is there.
pub(super) struct Keeper {
    parts: GateParts,
    kept: Kept,
    turns: Arc<Semaphore>,
}

/// Follow a viewer's grants.
#[derive(Debug, Message)]
#[rtype(result = "Option<watch::Receiver<Knowledge>>")]
pub(super) struct Watch(pub(super) Viewer);

/// Nobody has followed this viewer for a while.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Left(pub(super) Viewer);

/// Grants changed.
#[derive(Debug, Message)]
#[rtype(result = "()")]
struct Heard(Announced);

pub(super) fn start(parts: GateParts) -> Ref<Keeper> {
    let kept = Kept::default();
    let own = kept.own.clone();
    let census = parts.census.clone();
    let give_up = |failure: Failure| error!(%failure, "nobody is let in any more; restart this process");
    let keeper = supervise("gate", RestartPolicy::default(), &census, give_up, move || Keeper {
        parts: parts.clone(),
        kept: kept.clone(),
        turns: Arc::new(Semaphore::new(TURNS)),
    });
    // Nobody has run on this thread in between, so it is set before the first incarnation needs it.
    let _ = own.set(keeper.clone());
    keeper
}

impl Keeper {
    fn admit(&self, viewer: &Viewer) -> Option<watch::Receiver<Knowledge>> {
        let mut viewers = self.kept.viewers.borrow_mut();
        if let Some(entry) = viewers.get(viewer) {
            return Some(entry.told.subscribe());
        }
        if viewers.len() >= VIEWERS_MAX {
            self.parts.metrics.refused.inc();
            return None;
        }
        let (told, followed) = watch::channel(Knowledge::default());
        let parts = PermissionParts {
            viewer: viewer.clone(),
            gate: self.parts.clone(),
            keeper: self.kept.own.get()?.clone(),
            told: told.clone(),
            turns: self.turns.clone(),
        };
        let (failed, forgotten, closed) = (self.kept.viewers.clone(), viewer.clone(), told.clone());
        let give_up = move |failure: Failure| {
            error!(%failure, "a viewer's grants can't be known; nothing is shown to him");
            failed.borrow_mut().remove(&forgotten);
            closed.send_replace(Knowledge::default());
        };
        let build = move || Permission::new(parts.clone());
        let actor = supervise("permission", RestartPolicy::default(), &self.parts.census, give_up, build);
        viewers.insert(viewer.clone(), Entry { actor, told });
        Some(followed)
    }

    fn measure(&self) {
        let viewers = self.kept.viewers.borrow();
        let now = self.parts.clock.now();
        let confirmed = viewers.values().map(|entry| entry.told.borrow().confirmed).min();
        let age = confirmed.map_or(0, |confirmed| now.0.saturating_sub(confirmed.0).max(0));
        self.parts.metrics.grants_age.set(age as f64 / 1e6);
        self.parts.metrics.grants_viewers.set(i64::try_from(viewers.len()).unwrap_or(i64::MAX));
    }
}

impl Actor for Keeper {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(4_096);
        actix::spawn(hear(self.parts.grants.clone(), context.address()));
        context.run_interval(MEASURE_EVERY, |keeper, _| keeper.measure());
    }
}

/// Passes hints on, until the keeper's incarnation ends.
async fn hear(grants: Arc<dyn Grants>, keeper: Addr<Keeper>) {
    loop {
        let mut hints = grants.watch();
        loop {
            let announced = match hints.recv().await {
                Ok(announced) => announced,
                Err(RecvError::Lagged(_)) => Announced::Everybody,
                Err(RecvError::Closed) => break,
            };
            if keeper.send(Heard(announced)).await.is_err() {
                return;
            }
        }
        tokio::time::sleep(RETRY).await;
        if keeper.send(Heard(Announced::Everybody)).await.is_err() {
            return;
        }
    }
}

impl Handler<Watch> for Keeper {
    type Result = Option<watch::Receiver<Knowledge>>;

    fn handle(&mut self, Watch(viewer): Watch, _: &mut Context<Self>) -> Self::Result {
        self.admit(&viewer)
    }
}

impl Handler<Heard> for Keeper {
    type Result = ();

    fn handle(&mut self, Heard(announced): Heard, _: &mut Context<Self>) {
        for (_, entry) in self.kept.viewers.borrow().iter().filter(|(viewer, _)| announced.concerns(viewer)) {
            // One whose mailbox is full has this very message in it already.
            let _ = entry.actor.try_send(Refresh);
        }
    }
}

impl Handler<Left> for Keeper {
    type Result = ();

    fn handle(&mut self, Left(viewer): Left, _: &mut Context<Self>) {
        let mut viewers = self.kept.viewers.borrow_mut();
        // Somebody may have come in the meantime.
        let idle = viewers.get(&viewer).filter(|entry| entry.told.receiver_count() == 0);
        // One that can't hear it says again that it is idle.
        if idle.is_some_and(|entry| entry.actor.try_send(Stop).is_ok()) {
            viewers.remove(&viewer);
        }
    }
}
