//! Keeper tasks of the hub: they wait for stores, so that the hub never does. Each ends with the hub's incarnation.

use super::{Answers, Hub, Loaded, Published, Wishes};
use actix::prelude::{Actor, Addr, Context, Handler};
use ports::demand::{Demand, Wanted};
use ports::values::Values;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::MissedTickBehavior;
use tracing::warn;

/// The pause after a store did not answer.
const RETRY: Duration = Duration::from_secs(1);

/// Changes of wishes are looked at together.
const TOGETHER: Duration = Duration::from_millis(50);

/// A hint may be lost: answers are asked for anew after this, and wishes repeated.
const ANSWERS_EVERY: Duration = Duration::from_secs(30);

/// Loads everything, then passes publications on; loads anew whenever some were missed.
pub(crate) async fn values<A>(values: Arc<dyn Values>, hub: Addr<A>, holes: Arc<Notify>)
where
    A: Actor<Context = Context<A>> + Handler<Loaded> + Handler<Published>,
{
    loop {
        // Followed first and loaded then: what comes in between is seen twice, not never.
        let mut followed = values.subscribe();
        match values.current().await {
            Ok(current) => {
                if hub.send(Loaded(current)).await.is_err() {
                    return;
                }
            }
            Err(cause) => {
                warn!(%cause, "current values cannot be loaded; will try again");
                tokio::time::sleep(RETRY).await;
                continue;
            }
        }
        loop {
            let heard = tokio::select! {
                biased;
                () = holes.notified() => break,
                heard = followed.recv() => heard,
            };
            match heard {
                Ok(publication) => {
                    if hub.send(Published(publication)).await.is_err() {
                        return;
                    }
                }
                Err(RecvError::Lagged(missed)) => {
                    warn!(missed, "publications were missed: all values are loaded anew");
                    break;
                }
                // The connection that told them has ended, or has begun: what was told before was not heard.
                Err(RecvError::Closed) => {
                    tokio::time::sleep(TOGETHER).await;
                    break;
                }
            }
            if !hub.connected() {
                return;
            }
        }
    }
}

/// Asks what became of the wishes of all boards, whenever that may have changed; and wishes again now and then, because
/// a store that came back empty has forgotten what an open page shows.
pub(super) async fn answers(demand: Arc<dyn Demand>, hub: Addr<Hub>, changed: Arc<Notify>) {
    let mut changes = demand.watch();
    let mut again = tokio::time::interval(ANSWERS_EVERY);
    again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    again.tick().await;
    let mut repeat = false;
    while let Ok(wishes) = hub.send(Wishes).await {
        if repeat
            && !wishes.is_empty()
            && let Err(cause) = demand.want(wishes.clone()).await
        {
            warn!(%cause, "what open pages show cannot be asked for again; will try again");
        }
        let mut answers = BTreeMap::new();
        for key in wishes.iter().map(Wanted::key) {
            match demand.answered(&key).await {
                Ok(Some(answer)) => drop(answers.insert(key, answer)),
                Ok(None) => {}
                Err(cause) => warn!(%cause, "answers to wishes cannot be read; will try again"),
            }
        }
        if hub.send(Answers(answers)).await.is_err() {
            return;
        }
        repeat = false;
        tokio::select! {
            biased;
            () = changed.notified() => {}
            change = changes.recv() => {
                if matches!(change, Err(RecvError::Closed)) {
                    tokio::time::sleep(RETRY).await;
                }
            }
            _ = again.tick() => repeat = true,
        }
        tokio::time::sleep(TOGETHER).await;
    }
}
