//! A keeper: the rules with what their owners may see, now and whenever one of these changes.

use super::stored::{RULE, StoredRule, Subject, Watched};
use super::watchman::{Rules, Watchman};
use super::{Parts, RULES_MAX};
use crate::web::gate::{Knowledge, Trust};
use actix::Addr;
use model::Text;
use ports::demand::Wanted;
use ports::grants::Viewer;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tracing::warn;

/// How often it is looked whether an owner's grants have changed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A hint may be lost, and so may wishes: rules and owners are read anew after this.
const AGAIN: Duration = Duration::from_secs(30);
/// The pause after a store did not answer.
const RETRY: Duration = Duration::from_secs(1);
/// How long stores are waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Kinds of documents that decide what is evaluated.
const KINDS: [&str; 3] = [RULE, "user", "person"];

/// A rule whose owner is known.
struct Known {
    watched: Watched,
    viewer: Viewer,
}

/// Reads rules until the watchman's incarnation ends.
pub(super) async fn follow(parts: Parts, watchman: Addr<Watchman>) {
    let mut keeper = Keeper { parts, grants: BTreeMap::new(), told: None };
    let mut known: BTreeMap<Text, Known> = BTreeMap::new();
    loop {
        // Followed first and read then: what comes in between is seen twice, not never.
        let mut changes = keeper.parts.documents.watch();
        match timeout(PATIENCE, keeper.read()).await {
            Ok(Ok(read)) => known = read,
            Ok(Err(cause)) => {
                warn!(%cause, "rules can't be read; those that are known hold; trying again");
                sleep(RETRY).await;
            }
            Err(_) => warn!("rules can't be read: a store does not answer; those that are known hold"),
        }
        let until = Instant::now() + AGAIN;
        loop {
            if !keeper.tell(&known, &watchman).await {
                return;
            }
            match timeout(LOOK_EVERY, changes.recv()).await {
                Ok(Ok(kind)) if !KINDS.contains(&kind.as_str()) => {}
                Ok(Ok(_) | Err(RecvError::Lagged(_))) => break,
                Ok(Err(RecvError::Closed)) => sleep(RETRY).await,
                Err(_) => {}
            }
            if Instant::now() >= until {
                break;
            }
        }
    }
}

struct Keeper {
    parts: Parts,
    grants: BTreeMap<Viewer, watch::Receiver<Knowledge>>,
    told: Option<BTreeMap<Text, Watched>>,
}

impl Keeper {
    /// All rules that can be evaluated, with their owners; and wishes for their statistics.
    async fn read(&mut self) -> ports::Result<BTreeMap<Text, Known>> {
        let (mut known, mut asleep) = (BTreeMap::new(), 0);
        for document in self.parts.documents.list(RULE).await?.into_iter().take(RULES_MAX) {
            let id = document.id;
            let stored: StoredRule = match serde_json::from_value(document.body) {
                Ok(stored) => stored,
                Err(cause) => {
                    warn!(rule = %id, %cause, "a rule can't be read and is left out; save it anew");
                    asleep += 1;
                    continue;
                }
            };
            let StoredRule { rule, owner, way } = stored;
            if !rule.enabled {
                continue;
            }
            let subject = Subject::of(&rule, &self.parts.library);
            let viewer = self.parts.owners.viewer(&owner, &way).await?;
            let (Ok(subject), Some(viewer)) = (subject, viewer) else {
                asleep += 1;
                continue;
            };
            let owner = Text::from(format!("{way}:{}", access::user_name(&owner)));
            known.insert(id, Known { watched: Watched { rule, owner, subject, scope: None }, viewer });
        }
        self.parts.metrics.rules_asleep.set(asleep);
        let mut wanted: Vec<Wanted> =
            known.values().map(|known| known.watched.subject.wanted.clone()).collect();
        wanted.sort();
        wanted.dedup();
        if !wanted.is_empty() {
            self.parts.demand.want(wanted).await?;
        }
        self.grants.retain(|viewer, _| known.values().any(|known| known.viewer == *viewer));
        Ok(known)
    }

    /// Tells the watchman what has changed; answers whether there is one.
    async fn tell(&mut self, known: &BTreeMap<Text, Known>, watchman: &Addr<Watchman>) -> bool {
        let mut rules = BTreeMap::new();
        for (id, Known { watched, viewer }) in known {
            if !self.grants.contains_key(viewer)
                && let Some(followed) = self.parts.gate.follow(viewer).await
            {
                self.grants.insert(viewer.clone(), followed);
            }
            let scope = self.grants.get(viewer).and_then(|followed| {
                let known = followed.borrow();
                // What is not known, or not any more, is not what is denied.
                (known.trust == Trust::Fresh).then(|| known.scope.clone())
            });
            rules.insert(id.clone(), Watched { scope, ..watched.clone() });
        }
        // Whoever computes them has ended: they are asked for anew.
        self.grants.retain(|_, followed| followed.has_changed().is_ok());
        if self.told.as_ref() == Some(&rules) {
            return watchman.connected();
        }
        self.told = Some(rules.clone());
        watchman.send(Rules(rules)).await.is_ok()
    }
}
