//! The centre as servers: its sources, each with a numbering of its own, served where the settings say.

use super::push::{Target, push};
use actors::lds::{
    self, Arrival, Batch, Lds, LdsLimits, LdsPorts, LdsSettings, MemoryLog, Numbering, SourceFeed, SourceItem,
};
use anyhow::{Context, Result};
use link_tcp::{ServerHandle, ServerLimits, ServerSettings, ServerTls};
use model::Text;
use model::record::Record;
use model::tenant::{Source, Tenant};
use model::time::Micros;
use ports::record_log::RecordLog;
use runtime::{Census, Clock};
use scenario::{MediaWorld, Scenario, World};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use wire::link::{Incoming, Token};

/// How often the world moves.
const STEP: Duration = Duration::from_millis(50);
/// Records that are handed over together.
const RECORDS_AT_ONCE: usize = 1_024;

/// What a simulator plays.
pub struct Play {
    /// The centre.
    pub scenario: Scenario,
    /// Chance.
    pub seed: u64,
    /// When it opened.
    pub start: Micros,
    /// How many times as fast as the clock, from now on.
    pub speed: f64,
    /// How much of each source is kept for clients that come from the past, in bytes.
    pub keep_bytes: usize,
}

/// Where what is served. What has no port of its own is served with the SIP Servers.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// The SIP Servers.
    pub sip: SocketAddr,
    /// The sources of virtual queues.
    pub virtual_queues: Option<SocketAddr>,
    /// The Interaction Server.
    pub interactions: Option<SocketAddr>,
    /// The Interaction Server of virtual queues.
    pub interactions_vq: Option<SocketAddr>,
}

impl Ports {
    /// All in one place.
    pub fn together(sip: SocketAddr) -> Self {
        Self { sip, virtual_queues: None, interactions: None, interactions_vq: None }
    }
}

/// How links are protected.
#[derive(Clone, Debug, Default)]
pub(super) struct Guard {
    pub(super) tls: Option<ServerTls>,
    /// Of Interaction Servers.
    pub(super) media_tls: Option<ServerTls>,
    pub(super) token: Token,
}

/// A running simulator. Dropping it stops it.
pub struct Simulator {
    /// Where it listens for clients of SIP Servers.
    pub addr: SocketAddr,
    /// Every place where it listens, with the sources that are served there.
    pub addrs: Vec<(SocketAddr, Vec<Text>)>,
    _servers: Vec<(ServerHandle, Lds)>,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Serves a centre over plain links without a token. Must be called within an actix system.
pub async fn serve(play: Play, ports: Ports, clock: Clock) -> Result<Simulator> {
    serve_guarded(play, ports, Guard::default(), Vec::new(), clock).await
}

/// Serves a centre, and lets its Interaction Servers connect to `targets`.
pub(super) async fn serve_guarded(
    play: Play,
    ports: Ports,
    guard: Guard,
    targets: Vec<Target>,
    clock: Clock,
) -> Result<Simulator> {
    let mut world = World::new(&play.scenario, play.seed, play.start)?;
    let mut media = MediaWorld::new(&play.scenario, play.seed, play.start)?;
    let tenant = world.tenant();
    let log: Arc<dyn RecordLog> = Arc::new(MemoryLog::new(play.keep_bytes));
    let mut outlets = BTreeMap::new();
    let (mut servers, mut addrs, mut tasks) = (Vec::new(), Vec::new(), Vec::new());
    let media_sources: BTreeSet<Text> =
        media.iter().flat_map(|media| media.sources()).map(|source| source.name.clone()).collect();
    for (listen, names) in places(ports, &play.scenario, media.as_ref(), &tenant) {
        let is_media = Some(listen) == ports.interactions || Some(listen) == ports.interactions_vq;
        let tls = if is_media { guard.media_tls.clone() } else { guard.tls.clone() };
        let settings = ServerSettings { addr: listen, tls, limits: ServerLimits::default() };
        let (server, mut clients) = link_tcp::serve(settings).await?;
        let (letting_in, incoming) = mpsc::channel::<Incoming>(16);
        let door = letting_in.clone();
        tasks.push(actix::spawn(async move {
            while let Some(client) = clients.recv().await {
                if door.send(client).await.is_err() {
                    return;
                }
            }
        }));
        let mut feeds = Vec::new();
        for Source { name, switch } in tenant.sources.iter().filter(|source| names.contains(&source.name)) {
            let (outlet, items) = mpsc::channel(64);
            outlets.insert(name.clone(), outlet);
            feeds.push(SourceFeed {
                name: name.clone(),
                switch: switch.clone(),
                numbering: Numbering::Theirs,
                arrival: Arrival::AsRecorded,
                items,
                requests: None,
            });
        }
        let lds_ports = LdsPorts {
            log: log.clone(),
            incoming,
            clock,
            // Its own figures are of no interest beside those of the LDS that listens to it.
            registry: prometheus::Registry::new(),
            census: Census::default(),
            give_up: Rc::new(|failure| tracing::error!(%failure, "the simulator lost a source")),
        };
        let settings = LdsSettings {
            service: "sip".into(),
            tenant: tenant.tenant.clone(),
            token: guard.token.clone(),
            limits: LdsLimits::default(),
        };
        let lds = lds::start(settings, feeds, lds_ports)?;
        let told: Vec<Text> = names.iter().filter(|name| media_sources.contains(*name)).cloned().collect();
        if !told.is_empty() {
            for target in &targets {
                let (tenant, token) = (tenant.tenant.clone(), guard.token.clone());
                tasks.push(actix::spawn(push(
                    target.clone(),
                    tenant,
                    token,
                    told.clone(),
                    letting_in.clone(),
                )));
            }
        }
        addrs.push((server.addr(), names));
        servers.push((server, lds));
    }
    let began = clock.now();
    world.advance(play.start, &mut Vec::new());
    tasks.push(actix::spawn(async move {
        loop {
            let now = clock.now();
            let to = began + Micros(((now - began).0 as f64 * play.speed) as i64);
            if tell(&mut world, media.as_mut(), to, &outlets).await.is_err() {
                return;
            }
            tokio::time::sleep(STEP).await;
        }
    }));
    Ok(Simulator { addr: addrs[0].0, addrs, _servers: servers, tasks })
}

/// Where each source is served; the SIP Servers' place first.
fn places(
    ports: Ports,
    scenario: &Scenario,
    media: Option<&MediaWorld>,
    tenant: &Tenant,
) -> Vec<(SocketAddr, Vec<Text>)> {
    let virtual_ones: BTreeSet<&Text> =
        scenario.sources.iter().filter_map(|source| source.virtual_queues.as_ref()).collect();
    let media: Vec<&Text> =
        media.iter().flat_map(|media| media.sources()).map(|source| &source.name).collect();
    let port = |name: &Text| {
        if virtual_ones.contains(name) {
            return ports.virtual_queues;
        }
        match media.iter().position(|of_media| *of_media == name) {
            Some(0) => ports.interactions,
            Some(_) => ports.interactions_vq,
            None => None,
        }
    };
    let mut places = vec![(ports.sip, Vec::new())];
    for name in tenant.sources.iter().map(|source| &source.name) {
        match port(name) {
            Some(own) => places.push((own, vec![name.clone()])),
            None => places[0].1.push(name.clone()),
        }
    }
    places
}

/// Lets the world move on to `to` and tells what happened; in steps of at most ten minutes, so that long absences do
/// not need all their memory at once.
async fn tell(
    world: &mut World,
    mut media: Option<&mut MediaWorld>,
    to: Micros,
    outlets: &BTreeMap<Text, mpsc::Sender<SourceItem>>,
) -> Result<()> {
    while world.now() < to {
        let mut records = Vec::new();
        let next = to.min(world.now() + Micros::from_secs(600));
        world.advance(next, &mut records);
        if let Some(media) = &mut media {
            media.advance(next, &mut records);
        }
        let mut by_source: BTreeMap<Text, Vec<Record>> = BTreeMap::new();
        for record in records {
            by_source.entry(record.source.clone()).or_default().push(record);
        }
        for (source, records) in by_source {
            let outlet = outlets.get(&source).context("a record of an unknown source")?;
            for records in records.chunks(RECORDS_AT_ONCE) {
                outlet.send(SourceItem::Records(Batch::from(records.to_vec()))).await?;
            }
        }
        for outlet in outlets.values() {
            outlet.send(SourceItem::Clock(next)).await?;
        }
    }
    Ok(())
}
