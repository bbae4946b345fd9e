//! The simulator: a seeded contact centre that speaks the link protocol as a SIP Server.

use super::threads::born_on;
use crate::shipped;
use actix::Arbiter;
use actors::lds::{
    self, Arrival, Batch, Lds, LdsLimits, LdsPorts, LdsSettings, MemoryLog, Numbering, SourceFeed, SourceItem,
};
use anyhow::{Context, Result};
use link_tcp::{ServerHandle, ServerLimits, ServerSettings};
use model::Text;
use model::record::Record;
use model::time::Micros;
use runtime::{Census, Clock};
use scenario::{Scenario, World};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How often the world moves.
const STEP: Duration = Duration::from_millis(50);
/// How much of each source is kept for clients that come from the past.
const LOG_BYTES: usize = 128 << 20;
/// Records that are handed over together.
const RECORDS_AT_ONCE: usize = 1_024;

/// `pulse simulator`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The centre, as TOML; the demo's if absent.
    #[arg(long)]
    scenario: Option<PathBuf>,
    /// Chance: the same seed and beginning give the same events.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to listen for links.
    #[arg(long, default_value = "127.0.0.1:8000")]
    listen: SocketAddr,
    /// How long the centre has been open already.
    #[arg(long, default_value = "0s", value_parser = humantime_duration)]
    open_since: Duration,
    /// How many times as fast as the clock.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Print the centre's tenant.toml, and end.
    #[arg(long)]
    print_tenant: bool,
}

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
}

/// A running simulator. Dropping it stops it.
pub struct Simulator {
    /// Where it listens.
    pub addr: SocketAddr,
    _server: ServerHandle,
    _lds: Lds,
    playing: tokio::task::JoinHandle<()>,
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.playing.abort();
    }
}

/// Runs until Ctrl-C.
pub fn run(args: Args) -> Result<()> {
    let text = match &args.scenario {
        Some(file) => {
            std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?
        }
        None => shipped::SIMULATOR.to_owned(),
    };
    let scenario = Scenario::from_toml(&text)?;
    if args.print_tenant {
        print!("{}", toml::to_string(&World::new(&scenario, args.seed, Micros::ZERO)?.tenant())?);
        return Ok(());
    }
    telemetry::init_log(telemetry::LogFormat::Human, "info")?;
    actix::System::new().block_on(async move {
        let clock = Clock::of_machine();
        let start = clock.now() - Micros(i64::try_from(args.open_since.as_micros())?);
        let play = Play { scenario, seed: args.seed, start, speed: args.speed };
        let arbiter = Arbiter::new();
        let listen = args.listen;
        let (addr, stop) = born_on(&arbiter, move || async move {
            let simulator = serve(play, listen, clock).await?;
            let addr = simulator.addr;
            let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
            actix::spawn(async move {
                let _ = stopped.await;
                drop(simulator);
            });
            Ok((addr, stop))
        })
        .await?;
        eprintln!("pulse simulator: link protocol on {addr}; Ctrl-C stops it");
        tokio::signal::ctrl_c().await?;
        drop(stop);
        Ok(())
    })
}

/// Serves a centre over the link protocol. Must be called within an actix system.
pub async fn serve(play: Play, listen: SocketAddr, clock: Clock) -> Result<Simulator> {
    let mut world = World::new(&play.scenario, play.seed, play.start)?;
    let settings = ServerSettings { addr: listen, tls: None, limits: ServerLimits::default() };
    let (server, clients) = link_tcp::serve(settings).await?;
    let tenant = world.tenant();
    let mut outlets = BTreeMap::new();
    let mut feeds = Vec::new();
    for source in &tenant.sources {
        let (outlet, items) = mpsc::channel(64);
        outlets.insert(source.name.clone(), outlet);
        feeds.push(SourceFeed {
            name: source.name.clone(),
            switch: source.switch.clone(),
            numbering: Numbering::Theirs,
            arrival: Arrival::AsRecorded,
            items,
            requests: None,
        });
    }
    let ports = LdsPorts {
        log: Arc::new(MemoryLog::new(LOG_BYTES)),
        incoming: clients,
        clock,
        // Its own figures are of no interest beside those of the LDS that listens to it.
        registry: prometheus::Registry::new(),
        census: Census::default(),
        give_up: Rc::new(|failure| tracing::error!(%failure, "the simulator lost a source")),
    };
    let settings = LdsSettings {
        service: "sip".into(),
        tenant: tenant.tenant.clone(),
        token: Text::default(),
        limits: LdsLimits::default(),
    };
    let lds = lds::start(settings, feeds, ports)?;
    let began = clock.now();
    world.advance(play.start, &mut Vec::new());
    let playing = actix::spawn(async move {
        loop {
            let now = clock.now();
            let to = began + Micros(((now - began).0 as f64 * play.speed) as i64);
            if tell(&mut world, to, &outlets).await.is_err() {
                return;
            }
            tokio::time::sleep(STEP).await;
        }
    });
    Ok(Simulator { addr: server.addr(), _server: server, _lds: lds, playing })
}

/// Lets the world move on to `to` and tells what happened; in steps of at most ten minutes, so that long absences do
/// not need all their memory at once.
async fn tell(
    world: &mut World,
    to: Micros,
    outlets: &BTreeMap<Text, mpsc::Sender<SourceItem>>,
) -> Result<()> {
    while world.now() < to {
        let mut records = Vec::new();
        let next = to.min(world.now() + Micros::from_secs(600));
        world.advance(next, &mut records);
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

fn humantime_duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|error| error.to_string())
}
