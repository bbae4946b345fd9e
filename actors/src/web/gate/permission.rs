//! A permission actor: what one viewer may see, told to all who follow.

use super::keeper::{GateParts, Keeper, Left};
use super::known::{Judge, Knowledge, Trust};
use actix::prelude::*;
use model::time::Micros;
use ports::grants::Viewer;
use ports::{Result, StoreError};
use runtime::Ref;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tracing::warn;

/// How often it looks whether what it knows has become too old, and whether anybody follows.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The pause after the store did not answer.
const RETRY: Duration = Duration::from_secs(1);
/// The longest time without asking; hints may be lost.
const ASK_EVERY: Duration = Duration::from_secs(30);
/// How long an answer is waited for, a turn included.
const PATIENCE: Duration = Duration::from_secs(5);
/// A viewer whom nobody has asked for is forgotten after this.
const IDLE: Duration = Duration::from_secs(60);

/// What a permission actor stands on.
#[derive(Clone)]
pub(super) struct PermissionParts {
    pub(super) viewer: Viewer,
    pub(super) gate: GateParts,
    pub(super) keeper: Ref<Keeper>,
    /// Where followers hear; it outlives incarnations.
    pub(super) told: watch::Sender<Knowledge>,
    /// How many may ask the store at once.
    pub(super) turns: Arc<Semaphore>,
}

/// What one viewer may see.
pub(super) struct Permission {
    parts: PermissionParts,
    judge: Judge,
    /// A question is on its way.
    asking: bool,
    /// The answer on its way may be older than a hint that came since.
    again: bool,
    /// What went wrong last, so that it is said once.
    failing: bool,
    idle: Duration,
}

/// Nobody needs this viewer's grants: end.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Stop;

/// Ask the store: something may have changed.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Refresh;

impl Permission {
    pub(super) fn new(parts: PermissionParts) -> Self {
        let age_max = i64::try_from(parts.gate.age_max.as_micros()).unwrap_or(i64::MAX);
        let judge = Judge::new(Micros(age_max));
        Self { parts, judge, asking: false, again: false, failing: false, idle: Duration::ZERO }
    }

    fn ask(&mut self, context: &mut Context<Self>) {
        if self.asking {
            self.again = true;
            return;
        }
        (self.asking, self.again) = (true, false);
        let (grants, viewer, turns) =
            (self.parts.gate.grants.clone(), self.parts.viewer.clone(), self.parts.turns.clone());
        let question = async move {
            let _turn = turns.acquire().await;
            grants.granted(&viewer).await
        };
        let asked = async move {
            let late = |_| StoreError::Unreachable(format!("no answer within {PATIENCE:?}"));
            tokio::time::timeout(PATIENCE, question).await.map_err(late)?
        };
        context.spawn(asked.into_actor(self).map(|answer, actor, context| actor.answered(answer, context)));
    }

    fn answered(&mut self, answer: Result<ports::grants::Granted>, context: &mut Context<Self>) {
        self.asking = false;
        let metrics = &self.parts.gate.metrics;
        match answer {
            Ok(granted) => {
                self.failing = false;
                metrics.grants_read.inc();
                let before = self.parts.told.borrow().clone();
                if before.trust != Trust::Unknown && granted.revision > before.revision {
                    let delay = self.parts.gate.clock.now() - granted.told;
                    metrics.grants_delay.observe(delay.0 as f64 / 1e6);
                }
                self.judge.heard(granted);
            }
            Err(cause) => {
                metrics.grants_failed.inc();
                if !std::mem::replace(&mut self.failing, true) {
                    warn!(%cause, "grants are not to be had; what was known holds for a while: {cause}");
                }
                context.run_later(RETRY, |actor, context| actor.ask(context));
            }
        }
        self.tell();
        if self.again {
            self.ask(context);
        }
    }

    /// Tells followers what differs.
    fn tell(&self) {
        let known = self.judge.knowledge(self.parts.gate.clock.now());
        self.parts.told.send_if_modified(|told| {
            let differs = *told != known;
            if differs {
                *told = known;
            }
            differs
        });
    }

    fn look(&mut self) {
        self.tell();
        if self.parts.told.receiver_count() > 0 {
            self.idle = Duration::ZERO;
            return;
        }
        self.idle += LOOK_EVERY;
        if self.idle >= IDLE {
            // Told again every second, should it be refused.
            let _ = self.parts.keeper.try_send(Left(self.parts.viewer.clone()));
        }
    }
}

impl Actor for Permission {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        self.ask(context);
        context.run_interval(LOOK_EVERY, |actor, _| actor.look());
        let every = ASK_EVERY.min(self.parts.gate.age_max / 4).max(Duration::from_millis(100));
        context.run_interval(every, |actor, context| actor.ask(context));
    }
}

impl Handler<Refresh> for Permission {
    type Result = ();

    fn handle(&mut self, _: Refresh, context: &mut Context<Self>) {
        self.ask(context);
    }
}

impl Handler<Stop> for Permission {
    type Result = ();

    fn handle(&mut self, _: Stop, context: &mut Context<Self>) {
        context.stop();
    }
}
