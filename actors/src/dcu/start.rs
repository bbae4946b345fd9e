//! Birth of a DCU: state restored, actors started, links carried.

use super::Metrics;
use super::backfill::Replay;
use super::collector::{Collector, Drain, Parts, Want};
use super::feed::{Reached, carry};
use super::inbound::{Door, Inbound};
use super::keeper::{keep, publish};
use super::pipeline::Pipeline;
use super::statistic::parse_chunk_name;
use super::statistics::{Opened, Statistics};
use super::trial::{Failures, Trial};
use actix::{Actor, Addr};
use model::Text;
use model::object::ObjectIx;
use model::tenant::Tenant;
use model::time::{Micros, Position};
use objects::{AnyBrain, Floor};
use ports::StoreError;
use ports::checkpoints::{Checkpoints, Pointer, Restored};
use ports::demand::Demand;
use ports::history::History;
use ports::values::Values;
use prometheus::Registry;
use runtime::{Census, Clock};
use serde::de::DeserializeOwned;
use stats::{Chunk, Library, Statistic};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
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
    /// Planned failures, in tests.
    pub failures: Failures,
}

/// What a DCU needs from outside.
#[derive(Clone)]
pub struct Outside {
    /// State.
    pub checkpoints: Arc<dyn Checkpoints>,
    /// Where values go.
    pub values: Arc<dyn Values>,
    /// What is wanted.
    pub demand: Arc<dyn Demand>,
    /// Past values.
    pub history: Option<Arc<dyn History>>,
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

/// A running DCU.
pub struct Dcu {
    collector: Addr<Collector>,
    /// Where its links go on.
    pub reached: Reached,
    /// Told why, when an actor is lost and the DCU must start anew.
    pub lost: mpsc::Receiver<String>,
    metrics: Metrics,
}

impl Dcu {
    /// Lets the DCU take in what comes over a link; `name` is for people, and a label of metrics.
    pub fn carry(&self, name: impl Into<Text>, link: Subscription) {
        let name = name.into();
        self.metrics.link_up.with_label_values(&[&name]).set(0);
        actix::spawn(carry(name, link, self.collector.clone()));
    }

    /// Lets clients in that come by themselves: sources that bring records, routers that follow statistics.
    pub fn let_in(&self, settings: Inbound, clients: mpsc::Receiver<Incoming>) {
        let door = Door::new(settings, self.collector.clone(), self.reached.clone(), self.metrics.clone());
        actix::spawn(door.let_in(clients));
    }

    /// Keeps the state and stops.
    pub async fn drain(&self, patience: Duration) {
        let (done, stopped) = oneshot::channel();
        if self.collector.send(Drain(done)).await.is_ok() {
            // The sender is dropped with the collector.
            let _ = tokio::time::timeout(patience, stopped).await;
        }
    }
}

/// Restores what was kept and starts the actors. Links are carried by [`Dcu::carry`].
pub async fn start(settings: Settings, outside: Outside) -> Result<Dcu, StartError> {
    // What came before.
    let fence = outside.checkpoints.take(&settings.name).await?;
    let restored = outside.checkpoints.newest(&settings.name).await?.unwrap_or_default();
    let trial = Trial {
        failures: settings.failures.clone(),
        census: outside.census.clone(),
        given_up: Arc::new(AtomicU64::new(0)),
    };
    let published = last_published(&outside, &settings.name).await?.max(restored.pointer.published);
    let reached = Reached::new(positions(&settings.sources, &restored.pointer));
    let mut merge = Merge::new(SILENCE_MAX);
    merge.resume(&restored.pointer.positions, restored.pointer.at);
    for source in &settings.sources {
        merge.expect(source, outside.clock.now());
    }
    let pipeline = restored_pipeline(&settings.tenant, &restored, &trial)?;
    let mut statistics = Statistics::new(settings.library, settings.tenant.time_zone.clone(), trial);
    statistics.know(pipeline.floor().directory().objects().map(|(ix, object)| (ix, object.clone())));
    restore_statistics(&mut statistics, &restored, &settings.tenant.time_zone)?;

    // The line, its end first.
    let (publisher, publications) = mpsc::channel(2);
    let (keeper, savings) = mpsc::channel(1);
    let (tell_lost, lost) = mpsc::channel(1);
    let metrics = Metrics::register(&outside.registry)?;
    let escalate = Box::new(move |cause| drop(tell_lost.try_send(cause)));
    let collector = Collector::new(Parts {
        clock: outside.clock,
        merge,
        reached: reached.clone(),
        pipeline,
        statistics,
        generation: fence,
        published,
        saved: restored.pointer.generation,
        base: restored.pointer.generation,
        fence,
        name: settings.name.clone(),
        save_every: settings.save_every,
        history: outside.history.clone(),
        publisher,
        keeper,
        escalate,
        metrics: metrics.clone(),
        replay: outside.replay,
        tenant: settings.tenant,
        source_names: settings.sources,
    })
    .start();
    actix::spawn(publish(
        outside.values,
        outside.history,
        publications,
        collector.clone().recipient(),
        settings.failures.clone(),
    ));
    actix::spawn(keep(
        outside.checkpoints,
        settings.name,
        savings,
        collector.clone().recipient(),
        settings.failures,
    ));
    actix::spawn(follow_demand(outside.demand, collector.clone()));
    Ok(Dcu { collector, reached, lost, metrics })
}

/// Sources that nothing is known of are wanted from their oldest record.
fn positions(sources: &[Text], pointer: &Pointer) -> BTreeMap<Text, Position> {
    let mut positions: BTreeMap<Text, Position> =
        sources.iter().map(|source| (source.clone(), Position::default())).collect();
    positions.extend(pointer.positions.clone());
    positions
}

/// The event time of the newest values that this DCU has handed over: they must not be followed by older ones.
async fn last_published(outside: &Outside, name: &str) -> Result<Micros, StoreError> {
    let current = outside.values.current().await?;
    let own = current.iter().filter(|publication| publication.producer == name);
    Ok(own.map(|publication| publication.at).max().unwrap_or_default())
}

fn restored_pipeline(tenant: &Tenant, restored: &Restored, trial: &Trial) -> Result<Pipeline, StartError> {
    let floor = match restored.chunks.iter().find(|chunk| chunk.name == "floor") {
        Some(chunk) => read(&chunk.name, &chunk.bytes)?,
        None => Floor::new(tenant).map_err(|error| StartError::Tenant(error.to_string()))?,
    };
    let mut brains = Vec::new();
    for chunk in &restored.chunks {
        if let Some(ix) = chunk.name.strip_prefix("object/").and_then(|ix| ix.parse().ok()) {
            brains.push((ObjectIx(ix), read::<AnyBrain>(&chunk.name, &chunk.bytes)?));
        }
    }
    Ok(Pipeline::new(floor, brains, trial.clone()))
}

fn restore_statistics(
    statistics: &mut Statistics,
    restored: &Restored,
    zone: &str,
) -> Result<(), StartError> {
    let Some(opened) = restored.chunks.iter().find(|chunk| chunk.name == "opened") else { return Ok(()) };
    let mut rows: BTreeMap<&str, Vec<Chunk>> = BTreeMap::new();
    for chunk in &restored.chunks {
        if let Some((_, key)) = parse_chunk_name(&chunk.name) {
            rows.entry(key).or_default().push(read(&chunk.name, &chunk.bytes)?);
        }
    }
    for opened in read::<Vec<Opened>>("opened", &opened.bytes)? {
        let key = opened.wanted.key();
        let unusable = |cause: String| StoreError::Corrupt(format!("statistic {key}: {cause}"));
        let definition = Arc::new(opened.definition.clone());
        let mut statistic = Statistic::open(definition, opened.creation, zone)
            .map_err(|error| unusable(error.to_string()))?;
        let chunks = rows.remove(key.as_str()).unwrap_or_default();
        statistic.load(&chunks).map_err(|error| unusable(error.to_string()))?;
        statistic.advance(restored.pointer.at);
        statistics.adopt(key, opened, statistic);
    }
    Ok(())
}

fn read<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, StoreError> {
    let unreadable = |error| {
        StoreError::Corrupt(format!(
            "checkpoint chunk {name} can't be read: {error}; remove the checkpoint to rebuild from the journal"
        ))
    };
    rmp_serde::from_slice(bytes).map_err(unreadable)
}

/// Opens what is wanted, now and whenever the list changes.
async fn follow_demand(demand: Arc<dyn Demand>, collector: Addr<Collector>) {
    let mut changes = demand.watch();
    loop {
        match demand.wanted().await {
            Ok(wanted) => {
                let Ok(answers) = collector.send(Want(wanted)).await else { return };
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
