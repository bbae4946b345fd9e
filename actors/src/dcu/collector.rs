//! The heart of a DCU: takes in the streams of the links, lets one batch after the other pass through the object
//! and statistic actors, and decides when values are published and state is kept.

mod filling;
mod holdings;
mod intake;
mod saving;

use super::backfill::{Errand, Replay};
use super::feed::{Arrived, Reached, Room, beginning, gap_record, is_blank, snapshot_record};
use super::follow::{Follow, Look};
use super::inbound::Pushed;
use super::keeper::{Emptied, Kept, Saving};
use super::ownership::Estate;
use super::pipeline::Pipeline;
use super::publication::{Changed, Press, is_step, next_step};
use super::round::{Round, RoundDone};
use super::statistics::Statistics;
use super::trial::Trial;
use actix::{Actor, ActorContext, AsyncContext, Context, Handler, Message};
use holdings::Holdings;
use model::item::{GapSpan, Items};
use model::record::{Event, Gap, Record};
use model::tenant::Tenant;
use model::time::Micros;
use model::{Object, SlotSet, Text};
use objects::Stage;
use placement::Member;
use ports::checkpoints::{Checkpoints, Chunk, Pointer};
use ports::demand::{Answer, Wanted};
use ports::history::{History, Point};
use ports::slots::Fences;
use ports::values::{ObjectInfo, Publication, SourceState, SourceStatus};
use runtime::Clock;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use streams::{Batch, Merge};
use tokio::sync::mpsc;
use wire::frame::{Positions, Whole};
use wire::link::LinkEvent;

/// As the census calls it.
const KIND: &str = "collector";
/// How many records one batch may hold: enough to make waking an actor cheap, few enough to stay prompt.
const BATCH_RECORDS: usize = 16_384;
/// How many records may wait before links are asked to wait.
const WAITING_MAX: usize = 65_536;
/// Records after which state is kept, however short the time.
const SAVE_RECORDS: u64 = 500_000;
/// The pause between two publications.
const PUBLISH_PAUSE: Micros = Micros::from_millis(100);
/// The same while more than [`BEHIND`] is to be made up.
const BEHIND_PAUSE: Micros = Micros::from_secs(1);
/// From here on a DCU is said to be behind.
const BEHIND: Micros = Micros::from_secs(10);
/// How the names of links begin over which a source brings its records by itself.
pub(super) const PUSHED: &str = "inbound";
/// How often time alone is looked at.
const TICK: Duration = Duration::from_millis(25);

/// What the collector is doing; one thing at a time.
enum Phase {
    Idle,
    /// A batch passes the objects of a stage.
    Objects(Stage),
    /// The statistics take in the facts of a batch.
    Observing,
    /// The statistics tell what changed.
    Collecting(Arc<Round<Changed>>),
    /// Objects and statistics write down their state.
    Saving(Arc<Round<Chunk>>),
}

/// A line of checkpoints, each changing the one before. Whoever takes over slots begins with the volume in which their
/// state lies, which is written no more then.
#[derive(Clone, Debug)]
pub(super) struct Volume {
    /// Unique within the tenant.
    pub(super) name: Text,
    /// The number of the newest checkpoint.
    pub(super) saved: u64,
    /// The newest checkpoint that is known to be kept: the next one changes it. 0: the next one holds everything.
    pub(super) base: u64,
}

impl Volume {
    /// The first volume of a life.
    pub(super) fn new(member: &Member) -> Self {
        Self { name: Text::from(format!("{}.{}", member.name, member.life)), saved: 0, base: 0 }
    }

    /// The one after this one.
    fn next(&self, member: &Member) -> Self {
        let first = Self::new(member);
        let rest = self.name.strip_prefix(first.name.as_str()).and_then(|rest| rest.strip_prefix('.'));
        let number: u64 = rest.and_then(|number| number.parse().ok()).unwrap_or_default();
        Self { name: Text::from(format!("{}.{}", first.name, number + 1)), ..first }
    }
}

/// What a collector starts from.
pub(super) struct Parts {
    /// Tells the time to people and to timers; values do not depend on it.
    pub(super) clock: Clock,
    /// The streams, resumed.
    pub(super) merge: Merge,
    /// Where links go on.
    pub(super) reached: Reached,
    /// The objects, restored.
    pub(super) pipeline: Pipeline,
    /// The statistics, restored.
    pub(super) statistics: Statistics,
    /// The event time of the newest publication: nothing at or before it is published again.
    pub(super) published: Micros,
    /// Where state is kept.
    pub(super) volume: Volume,
    /// Who this is.
    pub(super) member: Member,
    /// State of others, for who takes over from them.
    pub(super) checkpoints: Arc<dyn Checkpoints>,
    /// How often state is kept.
    pub(super) save_every: Duration,
    /// Where past values are kept, if anybody does.
    pub(super) history: Option<Arc<dyn History>>,
    /// Where publications go.
    pub(super) publisher: mpsc::Sender<(Publication, Vec<Point>)>,
    /// Where state goes.
    pub(super) keeper: mpsc::Sender<Saving>,
    /// Where slots go that are given.
    pub(super) given: mpsc::Sender<SlotSet>,
    /// Told when an actor is lost and all must start anew.
    pub(super) escalate: Box<dyn Fn(String)>,
    /// Counters and gauges.
    pub(super) metrics: super::Metrics,
    /// Planned failures, and where the collector is counted.
    pub(super) trial: Trial,
    /// Opens links for back-fills.
    pub(super) replay: Replay,
    /// What sources brought by themselves, for back-fills.
    pub(super) pushed: Pushed,
    /// Whose centre: a back-fill begins with it.
    pub(super) tenant: Tenant,
    /// Whose journals a back-fill reads.
    pub(super) source_names: Vec<Text>,
}

/// The collector.
pub(super) struct Collector {
    parts: Parts,
    phase: Phase,
    round: u64,
    press: Press,
    /// Objects as screens named them before a batch that changes the configuration.
    named: Option<Vec<ObjectInfo>>,
    /// Facts came since the last publication.
    fresh: bool,
    published_on: Micros,
    sources: BTreeMap<Text, SourceState>,
    /// By link that is up: what it serves.
    links: BTreeMap<Text, BTreeSet<Text>>,
    /// Links on which a record was missing; they are on their way to begin anew.
    holed: BTreeSet<Text>,
    saving: bool,
    saved_on: Micros,
    /// How long the last one took.
    save_took: Micros,
    records_since_save: u64,
    /// Checkpoints in a row that could not be written.
    save_failures: u32,
    /// Chunks whose checkpoint failed: they come with the next.
    unsaved: BTreeMap<Text, Chunk>,
    in_flight: BTreeMap<Text, Chunk>,
    begun: bool,
    holdings: Holdings,
    filling: bool,
    /// No batch is taken before this: a back-fill is about to hand over.
    waits_until: Micros,
    hole: bool,
    stopping: Option<tokio::sync::oneshot::Sender<()>>,
}

impl Collector {
    /// A collector over its parts, which owns the slots of `own`; `estates` are to be taken over.
    pub(super) fn new(parts: Parts, own: Fences, estates: Vec<Estate>) -> Self {
        parts.trial.census.started(KIND);
        let now = parts.clock.now();
        let Member { name, life } = parts.member.clone();
        let mut press = Press::new(name, life, parts.history.is_some());
        press.own(own.clone());
        // A predecessor may have died before it could say so.
        press.follow(&parts.pipeline.gone().into_iter().map(|ix| (ix, false)).collect::<Vec<_>>());
        let arriving = estates.iter().flat_map(|estate| estate.fences.keys());
        let claimed = own.keys().chain(arriving).copied().collect();
        let arriving = estates.into_iter().map(Errand::of).collect();
        let holdings = Holdings { fences: own, claimed, arriving, unsettled: true, ..Holdings::default() };
        let begun = parts.merge.through() > Micros::ZERO;
        if begun {
            // The store may know nothing of what a former generation told.
            press.appeared = parts.pipeline.all_infos();
        }
        Self {
            parts,
            phase: Phase::Idle,
            round: 0,
            press,
            named: None,
            fresh: true,
            published_on: Micros::ZERO,
            sources: BTreeMap::new(),
            links: BTreeMap::new(),
            holed: BTreeSet::new(),
            saving: false,
            saved_on: now,
            save_took: Micros::ZERO,
            records_since_save: 0,
            save_failures: 0,
            unsaved: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            begun,
            holdings,
            filling: false,
            waits_until: Micros::ZERO,
            hole: false,
            stopping: None,
        }
    }

    /// What it works with.
    pub(super) fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Starts whatever is next, if nothing is going on.
    fn pump(&mut self, context: &mut Context<Self>) {
        if !matches!(self.phase, Phase::Idle) {
            return;
        }
        if self.publish_is_due() && self.parts.publisher.capacity() > 0 {
            self.collect(context);
        } else if self.parts.clock.now() < self.waits_until {
            // Someone is about to hand over. The tick looks again.
        } else if self.save_is_due() {
            self.save(context);
        } else if self.step_is_due() {
            // What history keeps waits for its publication.
        } else if let Some(batch) = self.parts.merge.take_until(BATCH_RECORDS, self.step_end()) {
            // The world begins with its first record: time alone means nothing before (rule Q-6).
            if !self.is_virgin() || !batch.records.is_empty() {
                self.begin(batch, context);
            }
        } else if let (Some(_), false) = (&self.stopping, self.saving) {
            context.stop();
        }
    }

    /// Nothing has passed yet: statistics may simply be opened.
    fn is_virgin(&self) -> bool {
        !self.begun
    }

    fn begin(&mut self, mut batch: Batch, context: &mut Context<Self>) {
        self.parts.trial.failures.panic_here(KIND, &self.parts.member.name);
        if let (true, Some(first)) = (self.is_virgin(), batch.records.first()) {
            // A statistic begins with the first record that its DCU can know (contracts, part 6); one that shall begin
            // earlier lets the world begin then (rule Q-6), with a record that means nothing.
            let earlier = self.parts.statistics.earliest().filter(|opening| *opening < first.received);
            let nothing = earlier.map(|opening| beginning(first.source.clone(), opening));
            self.parts.statistics.open_waiting(first.received);
            self.begun = true;
            batch.records.splice(0..0, nothing);
        }
        if !self.filling && !self.holdings.arriving.is_empty() {
            self.fill(context);
        }
        self.fresh |= !batch.records.is_empty();
        self.records_since_save += batch.records.len() as u64;
        self.parts.metrics.records.inc_by(batch.records.len() as u64);
        self.note_links(&batch.records);
        let reconfigures = batch.records.iter().any(|record| record.event == Event::ConfigChanged);
        self.named = reconfigures.then(|| self.parts.pipeline.all_infos());
        self.parts.pipeline.begin(&batch);
        self.deliver(Stage::Devices, context);
    }

    fn deliver(&mut self, stage: Stage, context: &mut Context<Self>) {
        self.phase = Phase::Objects(stage);
        self.round += 1;
        let delivered = self.parts.pipeline.deliver(stage, self.round, context.address().recipient());
        if let Err(gone) = delivered {
            (self.parts.escalate)(gone.to_string());
            context.stop();
        }
    }

    /// The last answer of the present round is in.
    fn proceed(&mut self, context: &mut Context<Self>) {
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Idle => {}
            Phase::Objects(stage) => {
                self.parts.pipeline.absorb();
                match stage {
                    Stage::Devices => self.deliver(Stage::People, context),
                    Stage::People => self.deliver(Stage::Queues, context),
                    Stage::Queues => self.deliver(Stage::Groups, context),
                    Stage::Groups => self.observe(context),
                }
            }
            Phase::Observing => self.pump(context),
            Phase::Collecting(round) => {
                self.print(round.take());
                self.pump(context);
            }
            Phase::Saving(round) => {
                self.hand_to_keeper(round.take());
                self.pump(context);
            }
        }
    }

    fn observe(&mut self, context: &mut Context<Self>) {
        let items = self.parts.pipeline.finish();
        self.introduce(&items);
        self.parts.metrics.facts.inc_by(items.items.len() as u64);
        self.phase = Phase::Observing;
        self.round += 1;
        let observed = self.parts.statistics.observe(items, self.round, context.address().recipient());
        if let Err(gone) = observed {
            (self.parts.escalate)(gone);
            context.stop();
        }
    }

    /// Screens are told who appeared, who is called otherwise or belongs elsewhere, and who is gone.
    fn introduce(&mut self, items: &Items) {
        if let Some(before) = self.named.take() {
            let before: BTreeMap<&Object, &ObjectInfo> =
                before.iter().map(|info| (&info.object, info)).collect();
            let mut infos = self.parts.pipeline.all_infos();
            infos.retain(|info| before.get(&info.object).is_none_or(|known| *known != info));
            self.press.appeared.extend(infos);
        } else if !items.appeared.is_empty() {
            let appeared: Vec<_> = items.appeared.iter().map(|(ix, _)| *ix).collect();
            self.press.appeared.extend(self.parts.pipeline.infos(&appeared));
        }
        if !items.presence.is_empty() {
            self.press.follow(&items.presence);
            self.press.appeared.retain(|info| {
                let directory = self.parts.pipeline.floor().directory();
                directory.find(&info.object).is_none_or(|ix| !self.parts.pipeline.floor().is_gone(ix))
            });
        }
        if items.presence.iter().any(|(_, is_there)| *is_there) {
            // Their rows have gone on all the time; now they are shown again.
            self.parts.statistics.mark_all();
        }
    }

    /// Values move with facts and with every whole second of event time (rule G-5), but not more often than screens
    /// can follow; while a backlog is worked off, one look each second is enough. What history keeps is looked at in
    /// any case.
    fn publish_is_due(&self) -> bool {
        let through = self.parts.merge.through();
        let second_passed = through.secs() > self.parts.published.secs();
        let news = second_passed || self.fresh || self.press.has_news();
        let pause = if self.is_behind() { BEHIND_PAUSE } else { PUBLISH_PAUSE };
        let pause_is_over = self.parts.clock.now() - self.published_on >= pause;
        through > self.parts.published && ((news && pause_is_over) || self.step_is_due())
    }

    /// History keeps what is true at this very instant.
    fn step_is_due(&self) -> bool {
        let through = self.parts.merge.through();
        self.parts.history.is_some() && is_step(through) && through > self.parts.published
    }

    /// Records wait whose time is long past.
    fn is_behind(&self) -> bool {
        let through = self.parts.merge.through();
        self.parts.merge.clock().is_some_and(|clock| clock - through > BEHIND)
    }

    /// How far the next batch may reach: what history keeps is exact at its instant.
    fn step_end(&self) -> Micros {
        if self.parts.history.is_none() {
            return Micros::MAX;
        }
        let through = self.parts.merge.through();
        let from = if self.is_virgin() { self.parts.merge.oldest().unwrap_or(through) } else { through };
        next_step(from, self.is_behind())
    }

    fn collect(&mut self, context: &mut Context<Self>) {
        self.round += 1;
        let at = self.parts.merge.through();
        match self.parts.statistics.collect(at, self.round, context.address().recipient()) {
            Ok(round) => self.phase = Phase::Collecting(round),
            Err(gone) => {
                (self.parts.escalate)(gone);
                context.stop();
            }
        }
    }

    fn print(&mut self, changed: Vec<Changed>) {
        let at = self.parts.merge.through();
        self.parts.published = at;
        self.published_on = self.parts.clock.now();
        self.fresh = false;
        let floor = self.parts.pipeline.floor();
        let merge = &self.parts.merge;
        let silent: Vec<_> = floor
            .directory()
            .all_sources()
            .filter(|(_, name)| !merge.is_live(name))
            .map(|(source, _)| source)
            .collect();
        let printed = self.press.print(at, changed, floor, &silent, self.parts.statistics.open_types());
        self.parts.metrics.cells.inc_by(printed.0.blocks.iter().map(|block| block.rows.len() as u64).sum());
        self.parts.metrics.at_seconds.set(at.0 as f64 / 1e6);
        if self.parts.publisher.try_send(printed).is_err() {
            // Room was there when the round began, and nobody else sends.
            (self.parts.escalate)("the publisher is gone".to_owned());
        }
    }
}

impl Actor for Collector {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        // Links send one message at a time and rounds end one at a time: this is never full.
        context.set_mailbox_capacity(256);
        self.measure();
        context.run_interval(TICK, |collector, context| {
            let now = collector.parts.clock.now();
            for source in collector.parts.merge.stalled(now) {
                collector.parts.statistics.mark_all();
                collector.fresh = true;
                collector.set_source(
                    source,
                    SourceStatus::Stalled,
                    now,
                    "nothing was heard for 3 seconds".into(),
                );
            }
            collector.pump(context);
        });
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.parts.trial.census.ended(KIND);
        if std::thread::panicking() {
            // What it held in its hands is half done; the last checkpoint is whole.
            (self.parts.escalate)("the collector panicked: begin anew from the checkpoint".to_owned());
        }
    }
}

impl Handler<Arrived> for Collector {
    type Result = Room;

    fn handle(&mut self, Arrived { link, events }: Arrived, context: &mut Self::Context) -> Room {
        for event in events {
            let begins = matches!(event, LinkEvent::Connected(_));
            let ends = matches!(event, LinkEvent::Lost { .. } | LinkEvent::Refused { .. });
            if begins {
                self.holed.remove(&link);
            } else if !ends && self.holed.contains(&link) {
                // What follows a hole comes again; its heartbeats speak of records that are missing.
                continue;
            }
            self.take_in(&link, event);
            if self.hole {
                self.holed.insert(link.clone());
            }
        }
        if self.parts.merge.take_revived() {
            // What has not changed meanwhile is of now again, and must be told so.
            self.parts.statistics.mark_all();
            self.fresh = true;
        }
        self.pump(context);
        if std::mem::take(&mut self.hole) {
            Room::Hole
        } else if self.parts.merge.waiting() > WAITING_MAX {
            Room::Full
        } else {
            Room::Free
        }
    }
}

impl Handler<RoundDone> for Collector {
    type Result = ();

    fn handle(&mut self, RoundDone(id): RoundDone, context: &mut Self::Context) {
        if id == self.round {
            self.proceed(context);
        }
    }
}

impl Handler<Emptied> for Collector {
    type Result = ();

    fn handle(&mut self, _: Emptied, context: &mut Self::Context) {
        tracing::warn!(
            "the store of values has, or may have, lost what was published; everything is published anew"
        );
        self.parts.statistics.mark_all();
        self.press.appeared = self.parts.pipeline.all_infos();
        self.holdings.unsettled = true;
        self.press.sources = self.sources.values().cloned().collect();
        self.fresh = true;
        self.pump(context);
    }
}

/// These definitions are wanted.
#[derive(Message)]
#[rtype(result = "Vec<(Text, Answer)>")]
pub(super) struct Want(pub Vec<Wanted>);

impl Handler<Want> for Collector {
    type Result = actix::MessageResult<Want>;

    fn handle(&mut self, Want(wanted): Want, context: &mut Self::Context) -> Self::Result {
        let answers = self.parts.statistics.want(wanted);
        self.fill(context);
        self.pump(context);
        actix::MessageResult(answers)
    }
}

impl Handler<Follow> for Collector {
    type Result = actix::MessageResult<Follow>;

    fn handle(&mut self, follow: Follow, context: &mut Self::Context) -> Self::Result {
        let objects = self.parts.pipeline.floor().directory().objects();
        let owned = self.holdings.owned();
        let own = |object: &Object| object.kind == follow.wanted.object_type && owned.has(object.slot());
        let names = objects.filter(|(_, object)| own(object));
        let names = names.map(|(ix, object)| (ix, object.id.clone())).collect();
        let answer = self.parts.statistics.follow(follow, names);
        self.fill(context);
        // What follows is told with the next publication.
        self.fresh = true;
        self.pump(context);
        actix::MessageResult(answer)
    }
}

impl Handler<Look> for Collector {
    type Result = ();

    fn handle(&mut self, look: Look, _: &mut Self::Context) {
        self.parts.statistics.look(look);
    }
}

/// Finish: keep the state, publish nothing more, stop; told when done.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Drain(pub tokio::sync::oneshot::Sender<()>);

impl Handler<Drain> for Collector {
    type Result = ();

    fn handle(&mut self, Drain(done): Drain, context: &mut Self::Context) {
        self.stopping = Some(done);
        self.pump(context);
    }
}
