//! Back-fill: rows that come late are computed beside the living stream, and handed over at an instant at which the
//! collector waits for them. What is wanted late begins with the journal; slots of a former owner begin with what it kept.

mod rows;

use super::feed::beginning;
use super::inbound::Pushed;
use super::publication::{is_step, next_step, point};
use super::statistics::{Opened, add_row};
use super::{Collector, restore};
use actix::{Addr, Message};
use model::item::Items;
use model::object::Object;
use model::object::ObjectIx;
use model::record::Gap;
use model::tenant::Tenant;
use model::time::Micros;
use model::{SlotSet, Text};
use objects::Objects;
use ports::StoreError;
use ports::checkpoints::Checkpoints;
use ports::demand::Wanted;
use ports::history::{History, Point};
use ports::slots::Fences;
use rows::Filling;
use runtime::Clock;
use stats::{Batch, Chunk, Definition, Statistic};
use std::collections::{BTreeMap, BTreeSet};
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
/// The pause before a hand-over is tried again.
const BUSY_PAUSE: Duration = Duration::from_millis(2);
/// How many points of history are handed over at once.
const POINTS_AT_ONCE: usize = 2_000;

/// Opens a link that begins at the given positions.
pub type Replay = Arc<dyn Fn(Positions) -> Result<Subscription, String>>;

/// Where a back-fill begins.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// With the oldest record that is kept.
    Journal,
    /// With the checkpoint of a volume.
    Volume(Text),
}

/// Slots whose rows are to be filled in.
#[derive(Clone, Debug)]
pub(super) struct Errand {
    /// The slots, and the fences under which they become ours.
    pub(super) fences: Fences,
    pub(super) origin: Origin,
    /// Not handed over before: a former owner has published up to here.
    pub(super) after: Micros,
    /// Of these definitions only.
    pub(super) keys: Option<BTreeSet<Text>>,
}

/// What shall be filled.
pub(super) struct Task {
    pub(super) tenant: Tenant,
    /// Sources that are read again over a link.
    pub(super) sources: Vec<Text>,
    /// Where the others are read, which come by themselves.
    pub(super) brought: (Pushed, Vec<Text>),
    /// Those of both that say nothing at present: they are waited for only until they have told what is known of them.
    pub(super) silent: BTreeSet<Text>,
    /// How far the living stream has come.
    pub(super) reached: Positions,
    /// What is computed if it begins with the journal.
    pub(super) wanted: Vec<(Text, Wanted, Arc<Definition>)>,
    pub(super) origin: Origin,
    pub(super) checkpoints: Arc<dyn Checkpoints>,
    /// Rows of these slots.
    pub(super) slots: SlotSet,
    /// Slots that become ours with it.
    pub(super) fences: Fences,
    /// Of these statistics alone.
    pub(super) keys: Option<BTreeSet<Text>>,
    pub(super) after: Micros,
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
#[rtype(result = "Handed")]
pub(super) struct HandOver {
    pub(super) through: Micros,
    pub(super) filled: Vec<(Text, Opened, Vec<Chunk>)>,
    pub(super) objects: Vec<Object>,
    pub(super) fences: Fences,
    /// How far it has come in the sources that it has seen.
    pub(super) positions: Positions,
    /// Those whose beginning is no longer kept.
    pub(super) cut: BTreeSet<Text>,
    /// Of which statistics alone it is.
    pub(super) keys: Option<BTreeSet<Text>>,
    /// Those away of which it has seen all there was, in what a former owner kept.
    pub(super) settled: BTreeSet<Text>,
}

/// What became of a hand-over.
pub(super) enum Handed {
    /// It is done.
    Taken,
    /// The collector is in the middle of something: here it is again, for a moment later.
    Busy(Box<HandOver>),
    /// It does not fit, for a reason: it is begun anew.
    Late(String),
}

/// Computes the statistics of a task and hands them over. Answers why not, if it can't.
pub(super) async fn fill(task: Task, collector: Addr<Collector>) -> Result<(), String> {
    let (mut objects, mut merge, mut filling) = begun(&task).await?;
    let (pushed, brought) = &task.brought;
    let mut positions = merge.positions();
    positions.retain(|source, _| !brought.contains(source));
    // Without any source to ask for, a link would tell of all.
    let mut link = match positions.is_empty() {
        true => None,
        false => Some((task.replay)(positions)?),
    };
    let mut log = (!brought.is_empty()).then(|| pushed.read(brought));
    let gone = "the collector is gone";
    let mut limit = Micros::MAX;
    let mut silent = task.silent.clone();
    let mut there = collector.send(Meet { wait: false }).await.map_err(|_| gone)?;
    loop {
        excuse(&mut merge, &mut silent, &task.reached);
        // Never ahead of the collector, which may be slow: they could not meet then.
        while let Some(batch) =
            merge.take_until(RECORDS_AT_ONCE, limit.min(there).min(filling.step_end(&merge)))
        {
            filling.take_in(&mut objects, &batch)?;
            filling.remember(&objects, batch.through);
            if filling.points.len() >= POINTS_AT_ONCE {
                filling.keep_points().await;
            }
            tokio::task::yield_now().await;
        }
        there = collector.send(Meet { wait: false }).await.map_err(|_| gone)?;
        let near = merge.through() <= there && merge.through() + NEAR >= there;
        if limit == Micros::MAX && near && there > task.after {
            limit = collector.send(Meet { wait: true }).await.map_err(|_| gone)?;
            there = limit;
            continue;
        }
        if merge.through() == limit {
            filling.keep_points().await;
            return hand_over(filling.handed(&objects, limit, merge.positions())?, &collector).await;
        }
        match tokio::time::timeout(PATIENCE, either(&mut link, &mut log)).await {
            Ok(Some(event)) => {
                filling.cut.extend(begins_late(&event).cloned());
                take_event(&mut merge, event, task.clock.now())?;
            }
            Ok(None) => return Err("the link ended".into()),
            Err(_) => return Err("nothing came over the link".into()),
        }
    }
}

/// A silent source that has told all that is known of it is waited for no longer, as the living stream does.
pub(super) fn excuse(merge: &mut Merge, silent: &mut BTreeSet<Text>, reached: &Positions) {
    if silent.is_empty() {
        return;
    }
    let positions = merge.positions();
    silent.retain(|source| {
        let is_missing = positions.get(source) < reached.get(source);
        if !is_missing {
            merge.excuse(source);
        }
        is_missing
    });
}

/// Where it begins: with nothing, or with what a former owner kept.
async fn begun(task: &Task) -> Result<(Objects, Merge, Filling<'_>), String> {
    let mut merge = Merge::new(Micros::MAX);
    for source in task.sources.iter().chain(&task.brought.1) {
        merge.expect(source, task.clock.now());
    }
    let mut filling = Filling {
        task,
        open: BTreeMap::new(),
        points: Vec::new(),
        has_begun: false,
        settled: BTreeSet::new(),
        cut: BTreeSet::new(),
    };
    let unusable = |error: StoreError| error.to_string();
    if let Origin::Volume(volume) = &task.origin {
        // Whoever wrote there writes no more.
        task.checkpoints.take(volume).await.map_err(unusable)?;
        if let Some(restored) = task.checkpoints.newest(volume).await.map_err(unusable)? {
            // A source that is away is waited for only if something of it is missing.
            let mut kept = restored.pointer.positions.clone();
            kept.retain(|source, position| {
                task.sources.contains(source)
                    || task.brought.1.contains(source)
                    || task.reached.get(source).is_some_and(|there| there > position)
            });
            let others = restored.pointer.positions.keys().filter(|source| !kept.contains_key(*source));
            filling.settled = others.cloned().collect();
            merge.resume(&kept, restored.pointer.at);
            let (floor, brains) =
                restore::objects(&task.tenant, &restored).map_err(|error| error.to_string())?;
            let open =
                restore::statistics(&restored, &task.tenant.time_zone, task.slots).map_err(unusable)?;
            filling.open.extend(open);
            filling.has_begun = true;
            return Ok((Objects::resumed(floor, brains), merge, filling));
        }
        tracing::warn!(%volume, "the checkpoint of a former owner is gone: its slots are computed from the journal");
    }
    let objects = Objects::new(&task.tenant).map_err(|error| error.to_string())?;
    Ok((objects, merge, filling))
}

async fn hand_over(mut handed: HandOver, collector: &Addr<Collector>) -> Result<(), String> {
    loop {
        match collector.send(handed).await {
            Ok(Handed::Taken) => return Ok(()),
            Ok(Handed::Busy(again)) => handed = *again,
            Ok(Handed::Late(cause)) => return Err(cause),
            Err(_) => return Err("the collector is gone".to_owned()),
        }
        tokio::time::sleep(BUSY_PAUSE).await;
    }
}

/// The source of a state that was made for this reader: it stands for records that are not kept any more.
pub(super) fn begins_late(event: &LinkEvent) -> Option<&Text> {
    match event {
        LinkEvent::Snapshot(whole) if whole.stamps.is_none() && !super::feed::is_blank(&whole.snapshot) => {
            Some(&whole.source)
        }
        _ => None,
    }
}

/// What comes next over the link, or out of the log.
pub(super) async fn either(
    link: &mut Option<Subscription>,
    log: &mut Option<Subscription>,
) -> Option<LinkEvent> {
    match (link, log) {
        (Some(link), Some(log)) => tokio::select! {
            event = link.events.recv() => event,
            event = log.events.recv() => event,
        },
        (Some(one), None) | (None, Some(one)) => one.events.recv().await,
        (None, None) => std::future::pending().await,
    }
}

pub(super) fn take_event(merge: &mut Merge, event: LinkEvent, now: Micros) -> Result<(), String> {
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
        LinkEvent::Gap(notice) => {
            let received = notice.to.max(merge.through() + Micros(1));
            let gap = Gap { from: notice.from, to: notice.to, cause: notice.cause, unsaved: false };
            let record = super::feed::gap_record(notice.source, gap, received);
            merge.push(record, now).map_err(|hole| format!("a record is missing: {hole:?}"))?;
        }
        LinkEvent::Connected(_) | LinkEvent::Changes(_) => {}
    }
    Ok(())
}

/// Gives the objects of a hand-over's chunks the numbers that they have here.
pub(super) fn renumbered(
    mut chunks: Vec<Chunk>,
    objects: &[Object],
    find: impl Fn(&Object) -> Option<ObjectIx>,
) -> Vec<Chunk> {
    for chunk in &mut chunks {
        chunk.renumber(|ix| objects.get(ix.0 as usize).and_then(&find));
    }
    chunks
}

/// A new statistic of a hand-over's chunks.
pub(super) fn adopted(opened: &Opened, chunks: &[Chunk], zone: &str) -> Result<Statistic, String> {
    let definition = Arc::new(opened.definition.clone());
    let mut statistic =
        Statistic::open(definition, opened.creation, zone).map_err(|error| error.to_string())?;
    statistic.load(chunks).map_err(|error| error.to_string())?;
    Ok(statistic)
}
