//! A keeper: alerts as documents, in the order in which they turned.
//!
//! **Invariant:** whoever has lost the lease writes nothing over the word of a later holder.

use super::stored::ALERT;
use super::watchman::{Forget, Restored, Take, Watchman, WatchmanParts, Write};
use super::{CLEARED_MAX, courier, rules};
use actix::Addr;
use alerting::{Alert, AlertKey, Happening, Snoozed};
use model::time::Micros;
use model::{Object, Text};
use ports::StoreError;
use ports::documents::Document;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

/// How long the store is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// The pause after it did not answer.
const RETRY: Duration = Duration::from_secs(1);
/// How often it is looked for alerts that are too old.
const SWEEP_EVERY: Duration = Duration::from_secs(600);
/// What is over is told of for so long.
const KEEP: Micros = Micros::from_secs(7 * 86_400);
/// Of what nothing is known for so long, nothing more is expected.
const UNKNOWN_MAX: Micros = Micros::from_secs(86_400);
/// Who changes documents here.
const BY: &str = "pulse";

/// Writes until the watchman's incarnation ends.
pub(super) async fn run(parts: WatchmanParts, watchman: Addr<Watchman>, wake: Arc<Notify>) {
    let post = Arc::<Notify>::default();
    let mut scribe = Scribe { parts, watchman, post, asleep: BTreeMap::new() };
    loop {
        match timeout(PATIENCE, scribe.restore()).await {
            Ok(Ok(())) => break,
            Ok(Err(cause)) => warn!(%cause, "alerts can't be read; nothing is evaluated before they are"),
            Err(_) => warn!("alerts can't be read: the store does not answer"),
        }
        if !scribe.watchman.connected() {
            return;
        }
        sleep(RETRY).await;
    }
    let Scribe { parts: WatchmanParts { parts, until, .. }, watchman, post, .. } = &scribe;
    actix::spawn(rules::follow(parts.clone(), watchman.clone()));
    actix::spawn(courier::run(parts.clone(), until.clone(), watchman.clone(), post.clone()));
    let mut swept = parts.clock.instant();
    loop {
        let Ok(writes) = scribe.watchman.send(Take).await else { return };
        let is_idle = writes.is_empty();
        for write in writes {
            if !scribe.persist(&write).await {
                return;
            }
        }
        if swept.elapsed() >= SWEEP_EVERY {
            swept = scribe.parts.parts.clock.instant();
            if let Ok(Err(cause)) = timeout(PATIENCE, scribe.sweep()).await {
                warn!(%cause, "alerts that are too old can't be removed; will try again");
            }
        }
        if is_idle {
            let _ = timeout(RETRY, wake.notified()).await;
        }
    }
}

struct Scribe {
    parts: WatchmanParts,
    watchman: Addr<Watchman>,
    /// Wakes whoever tells alerts to other systems.
    post: Arc<Notify>,
    /// Where nobody wants to hear of anything for a while, though the alert is over.
    asleep: BTreeMap<(Text, Object), Snoozed>,
}

/// An alert as it is stored; what can't be read is left alone.
fn read(document: &Document) -> Option<Alert> {
    serde_json::from_value(document.body.clone())
        .map_err(|cause| warn!(alert = %document.id, %cause, "an alert can't be read and is left out"))
        .ok()
}

impl Scribe {
    /// Tells the watchman what is open.
    async fn restore(&mut self) -> ports::Result<()> {
        self.sweep().await?;
        let stored = self.parts.parts.documents.list(ALERT).await?;
        let open: Vec<Alert> = stored.iter().filter_map(read).filter(Alert::is_open).collect();
        info!(open = open.len(), "alerts of before go on");
        // Whether it still listens shows when it is asked for work.
        let _ = self.watchman.send(Restored(open)).await;
        Ok(())
    }

    /// Removes what is over for long, and ends what is not known for long.
    async fn sweep(&mut self) -> ports::Result<()> {
        let (now, documents) = (self.parts.parts.clock.now(), self.parts.parts.documents.clone());
        let mut over = Vec::new();
        self.asleep.clear();
        for document in documents.list(ALERT).await? {
            let Some(alert) = read(&document) else { continue };
            match &alert.cleared {
                Some(cleared) => {
                    self.remember(&alert, now);
                    over.push((cleared.at, document.id, document.revision));
                }
                None if alert.unknown_since.is_some_and(|since| now - since > UNKNOWN_MAX) => {
                    let _ = self.watchman.send(Forget(alert.key())).await;
                }
                None => {}
            }
        }
        over.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
        for (index, (at, id, revision)) in over.into_iter().enumerate() {
            if index >= CLEARED_MAX || now - at > KEEP {
                match documents.delete(ALERT, &id, revision, BY, now).await {
                    // Somebody changed it in between: the next time.
                    Ok(()) | Err(StoreError::Conflict { .. }) => {}
                    Err(cause) => return Err(cause),
                }
            }
        }
        Ok(())
    }

    fn remember(&mut self, alert: &Alert, now: Micros) {
        if let Some(snoozed) = alert.snoozed.as_ref().filter(|snoozed| snoozed.until > now) {
            self.asleep.insert((alert.rule.clone(), alert.object.clone()), snoozed.clone());
        }
    }

    /// Writes until it is written, or not ours to write; answers whether to go on.
    async fn persist(&mut self, write: &Write) -> bool {
        let mut told = false;
        loop {
            if !self.watchman.connected() {
                return false;
            }
            // A lease that may have ended is waited for: it is renewed, or the watchman is stopped.
            if *self.parts.until.borrow() > self.parts.parts.clock.instant() {
                let cause = match timeout(PATIENCE, self.write(write)).await {
                    Ok(Ok(())) => return true,
                    Ok(Err(StoreError::Conflict { .. })) => continue,
                    Ok(Err(cause)) => cause.to_string(),
                    Err(_) => "the store does not answer".to_owned(),
                };
                self.parts.parts.metrics.failed.inc();
                if !told {
                    warn!(cause, "an alert can't be stored; trying again");
                    told = true;
                }
            }
            sleep(RETRY).await;
        }
    }

    async fn write(&mut self, write: &Write) -> ports::Result<()> {
        match write {
            Write::Raise(alert) => self.raise((**alert).clone()).await,
            Write::Clear(key, cleared) => {
                self.change(key, |alert| {
                    alert.cleared = Some(cleared.clone());
                    alert.unknown_since = None;
                    alert.tell(Happening::Cleared);
                })
                .await?;
                self.observe(cleared.at);
                Ok(())
            }
            Write::Unknown(key, since) => self.change(key, |alert| alert.unknown_since = *since).await,
        }
    }

    async fn raise(&mut self, mut alert: Alert) -> ports::Result<()> {
        let key = alert.key();
        let asleep = self.asleep.get(&(key.rule.clone(), key.object.clone()));
        alert.snoozed = asleep.filter(|snoozed| snoozed.until > alert.raised_at).cloned();
        alert.tell(Happening::Raised);
        alert.fence = self.parts.fence;
        match self.parts.parts.documents.put(self.document(&key, 0, &alert)).await {
            // The same alert was written by a former holder of the lease, or by us without an answer.
            Ok(_) | Err(StoreError::Conflict { .. }) => {}
            Err(cause) => return Err(cause),
        }
        self.observe(key.raised_at);
        self.post.notify_one();
        Ok(())
    }

    async fn change(&mut self, key: &AlertKey, change: impl FnOnce(&mut Alert)) -> ports::Result<()> {
        let documents = self.parts.parts.documents.clone();
        let Some(document) = documents.get(ALERT, &key.id()).await? else { return Ok(()) };
        let Some(mut alert) = read(&document) else { return Ok(()) };
        if alert.fence > self.parts.fence || !alert.is_open() {
            return Ok(());
        }
        alert.fence = self.parts.fence;
        change(&mut alert);
        documents.put(self.document(key, document.revision, &alert)).await?;
        if !alert.is_open() {
            self.remember(&alert, self.parts.parts.clock.now());
            self.post.notify_one();
        }
        Ok(())
    }

    fn document(&self, key: &AlertKey, revision: u64, alert: &Alert) -> Document {
        Document {
            kind: ALERT.into(),
            id: key.id(),
            revision,
            body: serde_json::json!(alert),
            changed_by: BY.into(),
            changed_at: self.parts.parts.clock.now(),
        }
    }

    fn observe(&self, at: Micros) {
        let delay = (self.parts.parts.clock.now() - at).0.max(0);
        self.parts.parts.metrics.delay.observe(delay as f64 / 1e6);
    }
}
