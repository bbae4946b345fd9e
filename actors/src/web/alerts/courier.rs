//! A keeper: tells alerts to other systems. What is to be told stands in the alerts themselves, so that it outlives
//! processes; a message that was taken may come again after a death, under the same id.

use super::Parts;
use super::stored::ALERT;
use super::watchman::Watchman;
use actix::Addr;
use alerting::{Alert, DeliveryState, Happening, Phase};
use model::Text;
use ports::StoreError;
use ports::documents::Document;
use ports::webhooks::WebhookError;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, timeout};
use tracing::{debug, warn};

/// How long the store is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one attempt may take, whatever the adapter says.
const ATTEMPT: Duration = Duration::from_secs(30);
/// Alerts are looked through again after this in any case.
const AGAIN: Duration = Duration::from_secs(30);
/// Not more often than this.
const PAUSE: Duration = Duration::from_millis(250);
/// Messages on their way at once.
const AT_ONCE: usize = 4;
/// The pause after the first failure; it doubles with each.
const BACKOFF: Duration = Duration::from_secs(1);
/// The longest pause.
const BACKOFF_MAX: Duration = Duration::from_secs(300);
/// A message that was not taken for so long is given up.
const GIVE_UP: Duration = Duration::from_secs(3_600);

/// A message that has failed before.
struct Trying {
    since: Instant,
    attempts: u32,
    next: Instant,
}

/// Tells until the watchman's incarnation ends.
pub(super) async fn run(
    parts: Parts,
    until: watch::Receiver<Instant>,
    watchman: Addr<Watchman>,
    wake: Arc<Notify>,
) {
    let mut courier = Courier { parts, until, trying: BTreeMap::new() };
    while watchman.connected() {
        if *courier.until.borrow() > courier.parts.clock.instant()
            && let Err(cause) = courier.round().await
        {
            warn!(%cause, "webhooks: alerts can't be read or written; trying again");
            sleep(PATIENCE).await;
        }
        let pause = courier.next_attempt().unwrap_or(AGAIN).clamp(PAUSE, AGAIN);
        sleep(PAUSE).await;
        let _ = timeout(pause, wake.notified()).await;
    }
}

struct Courier {
    parts: Parts,
    until: watch::Receiver<Instant>,
    trying: BTreeMap<(Text, Happening), Trying>,
}

impl Courier {
    /// How long it is until something may be tried again.
    fn next_attempt(&self) -> Option<Duration> {
        let now = self.parts.clock.instant();
        self.trying.values().map(|trying| trying.next.saturating_duration_since(now)).min()
    }

    /// Everything that is due, once.
    async fn round(&mut self) -> ports::Result<()> {
        let now = self.parts.clock.instant();
        let (mut due, mut waiting) = (Vec::new(), std::collections::BTreeSet::new());
        for document in timely(self.parts.documents.list(ALERT)).await? {
            let Ok(alert) = serde_json::from_value::<Alert>(document.body) else { continue };
            let Some(of) = alert.next_delivery() else { continue };
            let key = (document.id, of);
            if self.trying.get(&key).is_none_or(|trying| trying.next <= now) {
                due.push((key.clone(), alert));
            }
            waiting.insert(key);
        }
        self.trying.retain(|key, _| waiting.contains(key));
        self.parts.metrics.webhook_waiting.set(i64::try_from(waiting.len()).unwrap_or(i64::MAX));
        let mut due = due.into_iter();
        loop {
            let few: Vec<_> = due.by_ref().take(AT_ONCE).collect();
            if few.is_empty() {
                return Ok(());
            }
            let sent = few.iter().map(|((id, of), alert)| self.send(id, *of, alert));
            let sent = futures_util::future::join_all(sent).await;
            for ((key, _), result) in few.into_iter().zip(sent) {
                self.note(key, result).await?;
            }
        }
    }

    async fn send(&self, id: &str, of: Happening, alert: &Alert) -> Result<(), WebhookError> {
        let (Some(webhooks), Some(url)) = (&self.parts.webhooks, &alert.webhook) else {
            let cure = "webhooks are off; name the origin under [webhooks] in the settings";
            return Err(WebhookError::Never(cure.to_owned()));
        };
        webhooks.allows(url).map_err(WebhookError::Never)?;
        let begun = self.parts.clock.instant();
        let (message, body) = message(id, of, alert);
        let sent = timeout(ATTEMPT, webhooks.post(url, &message, body)).await;
        self.parts.metrics.webhook_seconds.observe(begun.elapsed().as_secs_f64());
        let late = || WebhookError::Later { cause: "no answer in time".to_owned(), after: None };
        sent.unwrap_or_else(|_| Err(late()))
    }

    /// What became of an attempt.
    async fn note(&mut self, key: (Text, Happening), sent: Result<(), WebhookError>) -> ports::Result<()> {
        let (now, metrics) = (self.parts.clock.instant(), &self.parts.metrics);
        let at = self.parts.clock.now();
        let state = match sent {
            Ok(()) => {
                metrics.webhook_sent.inc();
                DeliveryState::Delivered { at }
            }
            Err(WebhookError::Later { cause, after }) => {
                let trying =
                    self.trying.entry(key.clone()).or_insert(Trying { since: now, attempts: 0, next: now });
                if now - trying.since < GIVE_UP {
                    let pause = BACKOFF.saturating_mul(1 << trying.attempts.min(16)).min(BACKOFF_MAX);
                    trying.attempts += 1;
                    trying.next = now + pause.max(after.unwrap_or_default().min(BACKOFF_MAX));
                    metrics.webhook_retried.inc();
                    debug!(alert = %key.0, cause, "a webhook did not take a message; trying again");
                    return Ok(());
                }
                let tried = humane(GIVE_UP);
                DeliveryState::Failed { at, cause: Text::from(format!("given up after {tried}: {cause}")) }
            }
            Err(WebhookError::Never(cause)) => DeliveryState::Failed { at, cause: Text::from(cause) },
        };
        if let DeliveryState::Failed { cause, .. } = &state {
            metrics.webhook_failed.inc();
            warn!(alert = %key.0, %cause, "an alert was not told to the webhook of its rule");
        }
        self.trying.remove(&key);
        self.keep(&key.0, key.1, state).await
    }

    /// Notes it in the alert.
    async fn keep(&self, id: &str, of: Happening, state: DeliveryState) -> ports::Result<()> {
        let documents = &self.parts.documents;
        loop {
            let Some(document) = timely(documents.get(ALERT, id)).await? else { return Ok(()) };
            let Ok(mut alert) = serde_json::from_value::<Alert>(document.body.clone()) else { return Ok(()) };
            alert.delivered(of, state.clone());
            let (changed_by, changed_at) = (Text::const_new("pulse"), self.parts.clock.now());
            let changed = Document { body: json!(alert), changed_by, changed_at, ..document };
            match timely(documents.put(changed)).await {
                // Somebody acknowledged it in between.
                Err(StoreError::Conflict { .. }) => {}
                done => return done.map(drop),
            }
        }
    }
}

async fn timely<T>(answer: impl Future<Output = ports::Result<T>>) -> ports::Result<T> {
    let late = |_| StoreError::Unreachable("the store does not answer".to_owned());
    timeout(PATIENCE, answer).await.map_err(late)?
}

fn humane(span: Duration) -> String {
    format!("{} minutes", span.as_secs() / 60)
}

/// The message and its id, which is the same however often it is sent.
fn message(id: &str, of: Happening, alert: &Alert) -> (String, Vec<u8>) {
    let state = if of == Happening::Raised { "raised" } else { "cleared" };
    let cleared = alert.cleared.as_ref().filter(|_| of == Happening::Cleared);
    let told = format!("{id}.{state}");
    let body = json!({
        "id": told,
        "alert": id,
        "state": state,
        "rule": { "id": alert.rule, "title": alert.title, "text": alert.text },
        "severity": alert.severity,
        "object_type": alert.object.kind.name(),
        "object": alert.object.id,
        "name": alert.name,
        "statistic": alert.statistic,
        "definition": alert.definition,
        "unit": alert.unit,
        "condition": alert.condition,
        "value": if of == Happening::Raised { &alert.value } else { cleared.map_or(&None, |c| &c.value) },
        "raised_at": alert.raised_at,
        "cleared_at": cleared.map(|cleared| cleared.at),
        "because": cleared.map(|cleared| cleared.because),
        "acknowledged": alert.phase(alert.raised_at) == Phase::Acknowledged,
    });
    (told, body.to_string().into_bytes())
}
