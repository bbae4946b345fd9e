//! Back-fill: a statistic that is opened late is computed from the journal's beginning, beside the living stream,
//! and handed over at an instant at which the collector waits for it.

use super::Collector;
use super::feed::beginning;
use super::publication::{is_step, next_step, point};
use super::statistics::{Opened, add_row};
use actix::{Addr, Message};
use model::Text;
use model::item::Items;
use model::object::Object;
use model::object::ObjectIx;
use model::tenant::Tenant;
use model::time::{Micros, Position};
use objects::Objects;
use ports::demand::Wanted;
use ports::history::{History, Point};
use runtime::Clock;
use stats::{Batch, Chunk, Definition, Statistic};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use streams::Merge;
use wire::frame::Positions;
use wire::link::{LinkEvent, Subscription};

/// How much is computed before others on this thread get their turn.
const RECORDS_AT_ONCE: usize = 4_096;
/// The collector is asked to wait when the back-fill has come this near.
const NEAR: Micros = Micros::from_secs(2);
/// How long nothing may come before a back-fill is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many points of history are handed over at once.
const POINTS_AT_ONCE: usize = 2_000;

/// Opens a link that begins at the given positions.
pub type Replay = Arc<dyn Fn(Positions) -> Result<Subscription, String>>;

/// What shall be filled.
pub(super) struct Task {
    pub(super) tenant: Tenant,
    pub(super) sources: Vec<Text>,
    pub(super) wanted: Vec<(Text, Wanted, Arc<Definition>)>,
    pub(super) clock: Clock,
    pub(super) replay: Replay,
    /// Where the past is kept.
    pub(super) history: Option<Arc<dyn History>>,
}

/// How far has the collector come? With `wait` it takes no further batch until the hand-over, or five seconds.
#[derive(Message)]
#[rtype(result = "Micros")]
pub(super) struct Meet {
    pub(super) wait: bool,
}

/// Statistics that have seen everything up to `through`, with their objects' names.
#[derive(Message)]
#[rtype(result = "bool")]
pub(super) struct HandOver {
    pub(super) through: Micros,
    pub(super) filled: Vec<(Text, Opened, Vec<Chunk>)>,
    pub(super) objects: Vec<Object>,
}

/// Computes the statistics of a task and hands them over. Answers why not, if it can't.
pub(super) async fn fill(task: Task, collector: Addr<Collector>) -> Result<(), String> {
    let positions: Positions =
        task.sources.iter().map(|source| (source.clone(), Position::default())).collect();
    let mut link = (task.replay)(positions)?;
    let mut merge = Merge::new(Micros::MAX);
    for source in &task.sources {
        merge.expect(source, task.clock.now());
    }
    let mut objects = Objects::new(&task.tenant).map_err(|error| error.to_string())?;
    let mut filling = Filling { task: &task, open: BTreeMap::new(), points: Vec::new() };
    let mut limit = Micros::MAX;
    loop {
        while let Some(batch) = merge.take_until(RECORDS_AT_ONCE, limit.min(filling.step_end(&merge))) {
            filling.take_in(&mut objects, &batch)?;
            filling.remember(&objects, batch.through);
            if filling.points.len() >= POINTS_AT_ONCE {
                filling.keep_points().await;
            }
            tokio::task::yield_now().await;
        }
        let there = collector.send(Meet { wait: false }).await.map_err(|_| "the collector is gone")?;
        if limit == Micros::MAX && merge.through() + NEAR >= there {
            limit = collector.send(Meet { wait: true }).await.map_err(|_| "the collector is gone")?;
            if merge.through() > limit {
                return Err("the back-fill ran ahead of the collector".into());
            }
            continue;
        }
        if merge.through() == limit {
            filling.keep_points().await;
            let filled = filling.finish();
            let objects = objects.directory().objects().map(|(_, object)| object.clone()).collect();
            let taken = collector.send(HandOver { through: limit, filled, objects }).await;
            return taken
                .unwrap_or(false)
                .then_some(())
                .ok_or_else(|| "the collector had gone on".to_owned());
        }
        match tokio::time::timeout(PATIENCE, link.events.recv()).await {
            Ok(Some(event)) => take_event(&mut merge, event, task.clock.now())?,
            Ok(None) => return Err("the link ended".into()),
            Err(_) => return Err("nothing came over the link".into()),
        }
    }
}

fn take_event(merge: &mut Merge, event: LinkEvent, now: Micros) -> Result<(), String> {
    match event {
        LinkEvent::Events(events) => {
            for record in events.records {
                merge.push(record, now).map_err(|hole| format!("a record is missing: {hole:?}"))?;
            }
        }
        LinkEvent::Heartbeat(heartbeat) => merge.heartbeat(&heartbeat.source, heartbeat.now, now),
        LinkEvent::Snapshot(whole) => {
            let record = match whole.into_record() {
                Ok(record) => record,
                Err(whole) => {
                    merge.jump(&whole.source, whole.position, now);
                    if super::feed::is_blank(&whole.snapshot) {
                        return Ok(());
                    }
                    let received = whole.snapshot.taken.max(merge.through() + Micros(1));
                    super::feed::snapshot_record(whole.source, whole.snapshot, received)
                }
            };
            merge.push(record, now).map_err(|hole| format!("a record is missing: {hole:?}"))?;
        }
        LinkEvent::Refused { text, .. } => return Err(format!("the LDS refuses: {text}")),
        LinkEvent::Lost { cause, .. } => return Err(format!("the link was lost: {cause}")),
        LinkEvent::Connected(_) | LinkEvent::Changes(_) | LinkEvent::Gap(_) => {}
    }
    Ok(())
}

struct Filling<'a> {
    task: &'a Task,
    open: BTreeMap<Text, (Opened, Statistic)>,
    points: Vec<Point>,
}

impl Filling<'_> {
    /// How far the next batch may reach: lines show what was true at a step's instant.
    fn step_end(&self, merge: &Merge) -> Micros {
        let through = merge.through();
        let from = if through == Micros::ZERO { merge.oldest().unwrap_or(through) } else { through };
        if self.task.history.is_some() { next_step(from, true) } else { Micros::MAX }
    }

    /// What changed since the last step, if one ends now.
    fn remember(&mut self, objects: &Objects, at: Micros) {
        if self.task.history.is_none() || !is_step(at) {
            return;
        }
        for (key, (_, statistic)) in &mut self.open {
            for ix in statistic.changed(at) {
                let value = statistic.read(ix, at).zip(objects.directory().object(ix));
                self.points.extend(value.and_then(|(value, object)| point(key, object, &value, at)));
            }
        }
    }

    /// Hands the points over; history is a convenience: a failure costs them, and is told.
    async fn keep_points(&mut self) {
        let points = std::mem::take(&mut self.points);
        let Some(history) = self.task.history.as_ref().filter(|_| !points.is_empty()) else { return };
        match tokio::time::timeout(PATIENCE, history.append(points)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "points of a back-fill were not kept"),
            Err(_) => tracing::warn!("the store of history did not answer in time"),
        }
    }

    fn take_in(&mut self, objects: &mut Objects, batch: &streams::Batch) -> Result<(), String> {
        let mut begins = None;
        if let (true, Some(first)) = (self.open.is_empty(), batch.records.first()) {
            let earliest = self.task.wanted.iter().filter_map(|(_, wanted, _)| wanted.opened_at).min();
            // The world begins when the first of them shall (rule Q-6).
            let earliest = earliest.filter(|opening| *opening < first.received);
            begins = earliest.map(|opening| beginning(first.source.clone(), opening));
            for (key, wanted, definition) in &self.task.wanted {
                let creation = wanted.opened_at.unwrap_or(first.received);
                let statistic =
                    Statistic::open(Arc::clone(definition), creation, &self.task.tenant.time_zone)
                        .map_err(|refused| refused.to_string())?;
                let opened =
                    Opened { wanted: wanted.clone(), definition: Definition::clone(definition), creation };
                self.open.insert(key.clone(), (opened, statistic));
            }
        }
        if self.open.is_empty() {
            return Ok(());
        }
        if let Some(beginning) = begins {
            let opening = beginning.received;
            self.apply(objects.step(&[beginning], opening));
        }
        self.apply(objects.step(&batch.records, batch.through));
        Ok(())
    }

    fn apply(&mut self, items: Items) {
        let facts = Batch::index(items);
        for (opened, statistic) in self.open.values_mut() {
            for (ix, object) in &facts.items().appeared {
                add_row(statistic, &opened.wanted, *ix, object);
            }
            statistic.apply(&facts);
        }
    }

    fn finish(self) -> Vec<(Text, Opened, Vec<Chunk>)> {
        let chunks =
            |statistic: &Statistic| statistic.slots().into_iter().map(|slot| statistic.save(slot)).collect();
        self.open.into_iter().map(|(key, (opened, statistic))| (key, opened, chunks(&statistic))).collect()
    }
}

/// The statistic of a hand-over, with the numbers that objects have here.
pub(super) fn adopted(
    opened: &Opened,
    mut chunks: Vec<Chunk>,
    objects: &[Object],
    find: impl Fn(&Object) -> Option<ObjectIx>,
    zone: &str,
) -> Result<Statistic, String> {
    for chunk in &mut chunks {
        chunk.renumber(|ix| objects.get(ix.0 as usize).and_then(&find));
    }
    let definition = Arc::new(opened.definition.clone());
    let mut statistic =
        Statistic::open(definition, opened.creation, zone).map_err(|error| error.to_string())?;
    statistic.load(&chunks).map_err(|error| error.to_string())?;
    Ok(statistic)
}
