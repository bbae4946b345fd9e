//! Keeper tasks of the hub: they wait for stores, so that the hub never does. Each ends with the hub's incarnation.

use super::{Answers, Hub, Keys, Loaded, Published};
use actix::Addr;
use ports::demand::Demand;
use ports::values::Values;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::broadcast::error::RecvError;
use tracing::warn;

/// The pause after a store did not answer.
const RETRY: Duration = Duration::from_secs(1);

/// Changes of wishes are looked at together.
const TOGETHER: Duration = Duration::from_millis(50);

/// A hint may be lost: answers are asked for anew after this.
const ANSWERS_EVERY: Duration = Duration::from_secs(30);

/// Loads everything, then passes publications on; loads anew whenever some were missed.
pub(super) async fn values(values: Arc<dyn Values>, hub: Addr<Hub>, holes: Arc<Notify>) {
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

/// Asks what became of the wishes of all boards, whenever that may have changed.
pub(super) async fn answers(demand: Arc<dyn Demand>, hub: Addr<Hub>, wishes: Arc<Notify>) {
    let mut changes = demand.watch();
    while let Ok(keys) = hub.send(Keys).await {
        let mut answers = BTreeMap::new();
        for key in keys {
            match demand.answered(&key).await {
                Ok(Some(answer)) => drop(answers.insert(key, answer)),
                Ok(None) => {}
                Err(cause) => warn!(%cause, "answers to wishes cannot be read; will try again"),
            }
        }
        if hub.send(Answers(answers)).await.is_err() {
            return;
        }
        tokio::select! {
            biased;
            () = wishes.notified() => {}
            change = changes.recv() => {
                if matches!(change, Err(RecvError::Closed)) {
                    tokio::time::sleep(RETRY).await;
                }
            }
            () = tokio::time::sleep(ANSWERS_EVERY) => {}
        }
        tokio::time::sleep(TOGETHER).await;
    }
}
