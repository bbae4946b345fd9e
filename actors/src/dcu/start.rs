//! Birth of a DCU: state restored, actors started, links carried.

use super::Metrics;
use super::backfill::Replay;
use super::collector::{Collector, Drain, Parts, Volume, Want};
use super::feed::{Reached, carry};
use super::inbound::{Door, Inbound, Pushed};
use super::inquiries::Desk;
use super::keeper::{KEEPER, Keeping, PUBLISHER, publish};
use super::ownership::{Estate, Shepherd};
use super::pipeline::Pipeline;
use super::restore::{self, Unusable};
use super::statistics::Statistics;
use super::trial::{Failures, Trial};
use actix::{Actor, Addr};
use model::Text;
use model::tenant::Tenant;
use model::time::{Micros, Position};
use placement::Member;
use ports::StoreError;
use ports::checkpoints::{Checkpoints, Pointer, Restored};
use ports::demand::{Answer, Demand};
use ports::history::History;
use ports::questions::Questions;
use ports::slots::{Fences, Slots};
use ports::values::Values;
use prometheus::{IntGauge, Registry};
use runtime::{Census, Clock};
use stats::Library;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use streams::Merge;
use tokio::sync::{mpsc, oneshot};
use wire::link::{Incoming, Subscription};

/// A source that is silent for longer is stalled.
const SILENCE_MAX: Micros = Micros::from_secs(3);

/// What a DCU is.
pub struct Settings {
    /// Its name: the owner of its checkpoints.
    pub name: Text,
    /// Whose centre.
    pub tenant: Tenant,
    /// Sources whose whole journal is wanted when nothing is known yet.
    pub sources: Vec<Text>,
    /// Definitions.
    pub library: Library,
    /// How often state is kept.
    pub save_every: Duration,
    /// How long others leave its slots alone after it was last heard of.
    pub lease: Duration,
    /// Planned failures, in tests.
    pub failures: Failures,
}

/// What a DCU needs from outside.
#[derive(Clone)]
pub struct Outside {
    /// State.
    pub checkpoints: Arc<dyn Checkpoints>,
    /// Who owns which slots.
    pub slots: Arc<dyn Slots>,
    /// Where values go.
    pub values: Arc<dyn Values>,
    /// What is wanted.
    pub demand: Arc<dyn Demand>,
    /// Past values.
    pub history: Option<Arc<dyn History>>,
    /// Questions about what made values.
    pub questions: Arc<dyn Questions>,
    /// The time.
    pub clock: Clock,
    /// Counters.
    pub registry: Registry,
    /// Who lives here.
    pub census: Census,
    /// Opens a link that begins at positions of its own, for back-fills.
    pub replay: Replay,
}

/// Why a DCU can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The tenant contradicts itself.
    #[error("the tenant's configuration can't be used: {0}")]
    Tenant(String),
    /// A store does not answer, or not with what it should.
    #[error("state can't be restored: {0}")]
    Store(#[from] StoreError),
    /// Metrics clash.
    #[error("metrics can't be registered: {0}")]
    Metrics(#[from] prometheus::Error),
}

impl From<Unusable> for StartError {
    fn from(cause: Unusable) -> Self {
        match cause {
            Unusable::Tenant(cause) => Self::Tenant(cause),
            Unusable::Store(error) => Self::Store(error),
        }
    }
}

/// A running DCU.
pub struct Dcu {
    collector: Addr<Collector>,
    /// Where its links go on.
    pub reached: Reached,
    /// Told why, when an actor is lost and the DCU must start anew.
    pub lost: mpsc::Receiver<String>,
    pushed: Pushed,
    metrics: Metrics,
    trial: Trial,
    slots: Arc<dyn Slots>,
    member: Member,
}

impl Dcu {
    /// Lets the DCU take in what comes over a link; `name` is for people, and a label of metrics.
    pub fn carry(&self, name: impl Into<Text>, link: Subscription) {
        let name = name.into();
        self.metrics.link_up.with_label_values(&[&name]).set(0);
        actix::spawn(carry(name, link, self.collector.clone(), self.trial.clone()));
    }

    /// Lets clients in that come by themselves: sources that bring records, routers that follow statistics.
    pub fn let_in(&self, settings: Inbound, clients: mpsc::Receiver<Incoming>) {
        let (reached, pushed) = (self.reached.clone(), self.pushed.clone());
        let door = Door::new(settings, self.collector.clone(), reached, pushed, self.metrics.clone());
        actix::spawn(door.let_in(clients));
    }

    /// Keeps the state, gives all slots back and stops.
    pub async fn drain(&self, patience: Duration) {
        let (done, stopped) = oneshot::channel();
        if self.collector.send(Drain(done)).await.is_ok() {
            // The sender is dropped with the collector.
            let _ = tokio::time::timeout(patience, stopped).await;
        }
        // What is not given back ends by itself.
        if let Ok(Err(error)) = tokio::time::timeout(patience, self.slots.leave(&self.member)).await {
            tracing::warn!(%error, "slots were not given back");
        }
    }
}

/// Restores what was kept and starts the actors. Links are carried by [`Dcu::carry`].
pub async fn start(settings: Settings, outside: Outside) -> Result<Dcu, StartError> {
    // What came before.
    let life = outside.checkpoints.take(&settings.name).await?;
    let member = Member { name: settings.name.clone(), life };
    let metrics = Metrics::register(&outside.registry)?;
    let mut shepherd = Shepherd {
        slots: Arc::clone(&outside.slots),
        values: Arc::clone(&outside.values),
        member: member.clone(),
        term: settings.lease,
        metrics: metrics.clone(),
        held: Fences::new(),
    };
    let Inherited { restored, volume, fence, own, published, rest } =
        inherit(shepherd.first().await?, &member, &*outside.checkpoints).await?;
    let trial = Trial::new(settings.failures, outside.census);
    let reached = Reached::new(positions(&settings.sources, &restored.pointer));
    let mut merge = Merge::new(SILENCE_MAX);
    merge.resume(&restored.pointer.positions, restored.pointer.at);
    for source in &settings.sources {
        merge.expect(source, outside.clock.now());
    }
    let (floor, brains) = restore::objects(&settings.tenant, &restored)?;
    let pipeline = Pipeline::new(floor, brains, trial.clone());
    let mut statistics = Statistics::new(settings.library, settings.tenant.time_zone.clone(), trial.clone());
    let owned = own.keys().copied().collect();
    statistics.own(owned);
    statistics.know(pipeline.floor().directory().objects().map(|(ix, object)| (ix, object.clone())));
    for (key, (opened, statistic)) in restore::statistics(&restored, &settings.tenant.time_zone, owned)? {
        statistics.adopt(key, opened, statistic, None);
    }

    // The line, its end first.
    let (publisher, publications) = mpsc::channel(2);
    let (keeper, savings) = mpsc::channel(1);
    let (given, parted) = mpsc::channel(4);
    let (tell_lost, lost) = mpsc::channel(1);
    watch_queue(&trial.census, PUBLISHER, &publisher);
    watch_queue(&trial.census, KEEPER, &keeper);
    let (pushed, clock, replay) = (Pushed::default(), outside.clock, outside.replay);
    let escalation = tell_lost.clone();
    let collector = Collector::new(
        Parts {
            clock,
            merge,
            reached: reached.clone(),
            pipeline,
            statistics,
            published: published.max(restored.pointer.published),
            volume,
            member: member.clone(),
            checkpoints: Arc::clone(&outside.checkpoints),
            save_every: settings.save_every,
            history: outside.history.clone(),
            publisher,
            keeper,
            given,
            escalate: Box::new(move |cause| drop(escalation.try_send(cause))),
            metrics: metrics.clone(),
            trial: trial.clone(),
            replay: Arc::clone(&replay),
            pushed: pushed.clone(),
            tenant: settings.tenant,
            source_names: settings.sources,
        },
        own,
        rest,
    )
    .start();
    actix::spawn(shepherd.tend(collector.clone().recipient(), parted, tell_lost.clone()));
    actix::spawn(publish(
        outside.values,
        outside.history,
        publications,
        collector.clone().recipient(),
        tell_lost,
        (member.name.clone(), trial.clone()),
    ));
    let keeping = Keeping {
        store: outside.checkpoints,
        slots: Arc::clone(&outside.slots),
        fence,
        kept: collector.clone().recipient(),
        owner: member.name.clone(),
        trial: trial.clone(),
    };
    actix::spawn(keeping.keep(savings));
    actix::spawn(Desk::new(outside.questions, collector.clone(), replay, clock).answer());
    actix::spawn(follow_demand(outside.demand, collector.clone(), metrics.statistics_refused.clone()));
    Ok(Dcu { collector, reached, lost, metrics, trial, pushed, slots: outside.slots, member })
}

/// What a DCU begins with.
struct Inherited {
    /// The state of the volume in which most of its slots lie.
    restored: Restored,
    /// Where it goes on.
    volume: Volume,
    /// The fence of that volume, if it is known already.
    fence: Option<(Text, u64)>,
    /// The slots of that state, or that have none.
    own: Fences,
    /// The event time of their newest values.
    published: Micros,
    /// Slots whose state lies elsewhere.
    rest: Vec<Estate>,
}

async fn inherit(
    mut estates: Vec<Estate>,
    member: &Member,
    checkpoints: &dyn Checkpoints,
) -> Result<Inherited, StartError> {
    // The largest first; what has no state is computed beside it.
    estates.sort_by_key(|estate| (estate.volume.is_none(), std::cmp::Reverse(estate.fences.len())));
    let first = estates.remove(0);
    let (mut own, mut published) = (first.fences, first.published);
    let mut volume = Volume::new(member);
    let (mut restored, mut fence) = (Restored::default(), None);
    if let Some(name) = first.volume {
        // Whoever wrote there writes no more.
        let taken = checkpoints.take(&name).await?;
        let newest = checkpoints.newest(&name).await?;
        if first.is_whole {
            // All of it is ours: it is gone on with.
            let generation = newest.as_ref().map_or(0, |newest| newest.pointer.generation);
            volume = Volume { name: name.clone(), saved: generation, base: generation };
            fence = Some((name, taken));
        }
        restored = newest.unwrap_or_default();
    }
    if restored.pointer.at == Micros::ZERO {
        // The stream begins with its first record: nothing has to be made up for.
        estates.retain(|estate| {
            if estate.volume.is_none() {
                own.extend(estate.fences.clone());
                published = published.max(estate.published);
            }
            estate.volume.is_some()
        });
    }
    Ok(Inherited { restored, volume, fence, own, published, rest: estates })
}

/// The census tells how much waits in a queue to one who writes, for as long as anybody fills it.
fn watch_queue<T: Send + 'static>(census: &Census, kind: &'static str, queue: &mpsc::Sender<T>) {
    let queue = queue.downgrade();
    let waiting = move || {
        let queue = queue.upgrade()?;
        u64::try_from(queue.max_capacity() - queue.capacity()).ok()
    };
    census.watch_mailboxes(kind, waiting);
}

/// Sources that nothing is known of are wanted from their oldest record.
fn positions(sources: &[Text], pointer: &Pointer) -> BTreeMap<Text, Position> {
    let mut positions: BTreeMap<Text, Position> =
        sources.iter().map(|source| (source.clone(), Position::default())).collect();
    positions.extend(pointer.positions.clone());
    positions
}

/// Opens what is wanted, now and whenever the list changes.
async fn follow_demand(demand: Arc<dyn Demand>, collector: Addr<Collector>, refused: IntGauge) {
    let mut changes = demand.watch();
    loop {
        match demand.wanted().await {
            Ok(wanted) => {
                let Ok(answers) = collector.send(Want(wanted)).await else { return };
                let is_refused = |(_, answer): &&(Text, Answer)| matches!(answer, Answer::Refused(_));
                refused.set(i64::try_from(answers.iter().filter(is_refused).count()).unwrap_or(i64::MAX));
                for (key, answer) in answers {
                    if let Err(error) = demand.answer(key, answer).await {
                        tracing::warn!(%error, "an answer to a wish was not kept");
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the list of wishes can't be read"),
        }
        // A hint may be lost: the list is read every 30 s all the same.
        let _ = tokio::time::timeout(Duration::from_secs(30), changes.recv()).await;
    }
}
