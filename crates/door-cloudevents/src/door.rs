//! Between requests and the feeds of sources: judges, hands over, and answers when the journal has it.

use crate::desk::{Asked, Desk, Fate, Verdict, refuse_conflicts};
use crate::digest::Digest;
use crate::dry_run::{Effects, effects};
use crate::envelope::refuse_faults;
use crate::event::{Event, short};
use crate::metrics::Metrics;
use crate::record::record_of;
use crate::refusal::{Fault, Refusal};
use crate::settings::{EventSource, Limits};
use model::Text;
use model::record::Record;
use model::tenant::Tenant;
use runtime::Clock;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::time::timeout;
use tracing::error;

/// Where records of the door's sources go: the feeds of an LDS.
pub trait Outlet: Send + Sync {
    /// Takes records of a source, in order. The receiver is told when all of them are on disk, and closed if they
    /// will not be.
    ///
    /// # Errors
    /// When the source's feed is full: nothing was taken.
    fn offer(&self, source: &str, records: Vec<Record>) -> Result<oneshot::Receiver<()>, Full>;
}

/// The feed is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// The most DNs of which a dry run makes a copy.
const DRY_RUN_DNS_MAX: usize = 20_000;

/// What all requests share.
pub(crate) struct Door {
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    /// By the `source` attribute of their events.
    pub(crate) sources: BTreeMap<Text, EventSource>,
    pub(crate) tenant: Tenant,
    pub(crate) clock: Clock,
    outlet: Arc<dyn Outlet>,
    desk: Mutex<Desk>,
    clerks: BTreeMap<Text, mpsc::Sender<oneshot::Receiver<()>>>,
    /// One dry run at a time.
    trying: Arc<Semaphore>,
}

/// What is answered with 202.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Receipt {
    /// Events that are on disk because of this request.
    pub(crate) accepted: usize,
    /// Events that were on disk before.
    pub(crate) duplicates: usize,
    /// What the sender may want to know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) remarks: Vec<Remark>,
}

/// A remark about one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Remark {
    index: usize,
    remark: String,
}

/// What a dry run answers of one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Tried {
    index: usize,
    /// `accept`, `duplicate` or `conflict`.
    would: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    #[serde(flatten)]
    effects: Effects,
}

/// Events that are what they should be.
pub(crate) struct Readable {
    asked: Vec<Asked>,
    remarks: Vec<Remark>,
}

/// What a door is made of.
pub(crate) struct Parts {
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) sources: Vec<EventSource>,
    pub(crate) tenant: Tenant,
    pub(crate) clock: Clock,
    pub(crate) outlet: Arc<dyn Outlet>,
    pub(crate) desk: Desk,
}

impl Door {
    /// Opens it, with one clerk for each source; these end with the door.
    pub(crate) fn open(parts: Parts) -> Arc<Self> {
        let Parts { limits, metrics, sources, tenant, clock, outlet, desk } = parts;
        let (mut clerks, mut hired) = (BTreeMap::new(), Vec::new());
        for source in &sources {
            // No more hand-overs wait than events do: the bound is never reached.
            let (clerk, handed) = mpsc::channel(limits.waiting_events_max + 1);
            clerks.insert(source.name.clone(), clerk);
            hired.push((source.name.clone(), handed));
        }
        let sources = sources.into_iter().map(|source| (Text::from(source.attribute()), source)).collect();
        let (desk, trying) = (Mutex::new(desk), Arc::new(Semaphore::new(1)));
        let door = Arc::new(Self { limits, metrics, sources, tenant, clock, outlet, desk, clerks, trying });
        for (source, handed) in hired {
            tokio::spawn(clerk(Arc::downgrade(&door), source, handed));
        }
        door
    }

    /// Finds the source of each event and makes its record.
    pub(crate) fn read(&self, events: &[Event]) -> Result<Readable, Refusal> {
        let now = self.clock.now();
        let (mut strangers, mut faults) = (Vec::new(), Vec::new());
        let mut readable = Readable { asked: Vec::with_capacity(events.len()), remarks: Vec::new() };
        for (index, event) in events.iter().enumerate() {
            let Some(source) = self.sources.get(event.source.as_str()) else {
                let cause = format!("`{}` is no source of this door", short(&event.source));
                let cure = "use the name of a source from events_sources, or add the source there";
                strangers.push(Fault::new("source", cause, cure).at(index));
                continue;
            };
            match record_of(event, source, now) {
                Ok((record, remark)) => {
                    readable.remarks.extend(remark.map(|remark| Remark { index, remark }));
                    readable.asked.push(Asked {
                        index,
                        source: source.name.clone(),
                        key: Digest::of_id(&event.source, &event.id),
                        body: event.body,
                        bytes: event.bytes,
                        record,
                    });
                }
                Err(fault) => faults.push(fault.at(index)),
            }
        }
        if !strangers.is_empty() {
            strangers.truncate(20);
            return Err(Refusal::UnknownSource(strangers));
        }
        refuse_faults(faults)?;
        Ok(readable)
    }

    /// Takes events in and answers when all of them are on disk.
    pub(crate) async fn take_in(&self, readable: Readable) -> Result<Receipt, Refusal> {
        let Readable { asked, remarks } = readable;
        let (fates, accepted, again) = self.hand_over(asked)?;
        let all_told = async {
            for mut fate in fates {
                let told = fate.wait_for(|fate| *fate != Fate::Waiting).await.map(|fate| *fate);
                if !matches!(told, Ok(Fate::Kept)) {
                    return Err(Refusal::Unsure);
                }
            }
            Ok(())
        };
        timeout(self.limits.answer_within, all_told).await.unwrap_or(Err(Refusal::Unsure))?;
        let duplicates = again.values().sum();
        for (source, count) in again {
            self.metrics.duplicates.with_label_values(&[source.as_str()]).inc_by(count as u64);
        }
        Ok(Receipt { accepted, duplicates, remarks })
    }

    /// Judges and hands over in one go, so that the window and the journal have one order. If the feed of a second
    /// source is full, what the first one took stays taken: a repeat of the request finds it there.
    #[expect(clippy::type_complexity, reason = "three plain answers of a private function")]
    fn hand_over(
        &self,
        asked: Vec<Asked>,
    ) -> Result<(Vec<watch::Receiver<Fate>>, usize, BTreeMap<Text, usize>), Refusal> {
        let now = self.clock.now();
        let mut desk = self.desk();
        let verdicts = desk.judge(&asked, now);
        if let Err(refusal) = refuse_conflicts(&asked, &verdicts) {
            self.metrics.conflicts.inc_by(refusal.faults().len() as u64);
            return Err(refusal);
        }
        let mut fresh: BTreeMap<Text, Vec<Asked>> = BTreeMap::new();
        let (mut fates, mut accepted, mut again) = (Vec::new(), 0, BTreeMap::new());
        for (event, verdict) in asked.into_iter().zip(verdicts) {
            match verdict {
                Verdict::Again(fate) => {
                    *again.entry(event.source).or_default() += 1;
                    fates.extend(fate);
                }
                _ => fresh.entry(event.source.clone()).or_default().push(event),
            }
        }
        for (source, events) in fresh {
            let Some(clerk) = self.clerks.get(&source) else { return Err(Refusal::Stalled) };
            let Ok(place) = clerk.try_reserve() else { return Err(Refusal::Busy) };
            accepted += events.len();
            let (fate, kept) =
                desk.take(&source, events, now, |records| self.outlet.offer(&source, records).ok())?;
            place.send(kept);
            fates.push(fate);
        }
        drop(desk);
        Ok((fates, accepted, again))
    }

    /// What events would cause, given the present state; nothing changes.
    pub(crate) async fn try_out(&self, readable: Readable) -> Result<Vec<Tried>, Refusal> {
        let Readable { asked, mut remarks } = readable;
        if asked.len() > self.limits.dry_run_events_max {
            let most = self.limits.dry_run_events_max;
            return Err(Refusal::TooLarge(format!(
                "a dry run takes {most} events at most, not {}",
                asked.len()
            )));
        }
        let Ok(place) = Arc::clone(&self.trying).try_acquire_owned() else { return Err(Refusal::Busy) };
        let now = self.clock.now();
        let (verdicts, pictures) = {
            let mut desk = self.desk();
            (desk.judge(&asked, now), desk.pictures(DRY_RUN_DNS_MAX))
        };
        let Some(pictures) = pictures else {
            let cause =
                format!("more than {DRY_RUN_DNS_MAX} DNs are known: the state is too large for a dry run");
            return Err(Refusal::TooLarge(cause));
        };
        let is_new = |verdict: &Verdict| matches!(verdict, Verdict::New);
        let fresh = asked.iter().zip(&verdicts).filter(|(_, verdict)| is_new(verdict));
        let records = fresh.map(|(event, _)| event.record.clone()).collect();
        let tenant = self.tenant.clone();
        let played = tokio::task::spawn_blocking(move || {
            let _place = place;
            effects(&tenant, pictures, records, now)
        });
        let mut effects = match played.await {
            Ok(Ok(effects)) => effects.into_iter(),
            failed => {
                error!(?failed, "a dry run could not be played");
                return Err(Refusal::Stalled);
            }
        };
        self.metrics.dry_runs.inc();
        let tried = asked.iter().zip(&verdicts).map(|(event, verdict)| {
            let (would, effects) = match verdict {
                Verdict::New => ("accept", effects.next().unwrap_or_default()),
                Verdict::Again(_) => ("duplicate", Effects::default()),
                Verdict::Conflict => ("conflict", Effects::default()),
            };
            let remark = remarks.iter().position(|remark| remark.index == event.index);
            let remark = remark.map(|at| remarks.swap_remove(at).remark);
            Tried { index: event.index, would, remark, effects }
        });
        Ok(tried.collect())
    }

    /// Brings the gauges of a source up to date.
    pub(crate) fn measure(&self, source: &str) {
        let (ids, waiting) = self.desk().figures(source);
        self.metrics.ids.with_label_values(&[source]).set(ids as i64);
        self.metrics.waiting.with_label_values(&[source]).set(waiting as i64);
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Learns the fate of hand-overs of one source, in their order.
async fn clerk(door: std::sync::Weak<Door>, source: Text, mut handed: mpsc::Receiver<oneshot::Receiver<()>>) {
    while let Some(kept) = handed.recv().await {
        let fate = if kept.await.is_ok() { Fate::Kept } else { Fate::Lost };
        let Some(door) = door.upgrade() else { return };
        let count = door.desk().settle(&source, fate) as u64;
        let metrics = &door.metrics;
        match fate {
            Fate::Kept => metrics.accepted.with_label_values(&[source.as_str()]).inc_by(count),
            _ => {
                metrics.lost.with_label_values(&[source.as_str()]).inc_by(count);
                error!(%source, count, "events of {source} did not get into the journal; their senders repeat them");
            }
        }
        door.measure(&source);
    }
}
