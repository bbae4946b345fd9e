//! The simulator: a seeded contact centre that speaks the link protocol as SIP Server, SIP-VQ and Interaction Server.

mod play;
mod push;

pub use play::{Play, Ports, Simulator, serve};

use super::process::{self, until_stopped};
use super::threads::born_on;
use crate::settings;
use crate::shipped;
use actix::Arbiter;
use anyhow::{Context, Result};
use link_tcp::ServerTls;
use model::time::Micros;
use play::Guard;
use push::Target;
use runtime::Clock;
use scenario::{Scenario, World};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use telemetry::Probes;

/// `pulse simulator`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A settings file; see config/simulator.toml.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// The centre, as TOML; the demo's if absent.
    #[arg(long)]
    scenario: Option<PathBuf>,
    /// Chance: the same seed and beginning give the same events [default: 1].
    #[arg(long)]
    seed: Option<u64>,
    /// Where to listen for links [default: 127.0.0.1:8000].
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// How long the centre has been open already [default: 0s].
    #[arg(long, value_parser = humantime_duration)]
    open_since: Option<Duration>,
    /// How many times as fast as the clock [default: 1].
    #[arg(long)]
    speed: Option<f64>,
    /// Print the centre's tenant.toml, and end.
    #[arg(long)]
    print_tenant: bool,
}

/// Runs until SIGTERM or Ctrl-C.
pub fn run(args: Args) -> ExitCode {
    let settings = settings(&args);
    if args.print_tenant {
        return match settings.and_then(|settings| tenant(&settings)) {
            Ok(text) => {
                print!("{text}");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("pulse: {error:#}");
                ExitCode::from(process::WRONG_SETTINGS)
            }
        };
    }
    process::run(settings, |settings| (settings.log.as_str(), None), simulate)
}

/// The file, then the flags.
fn settings(args: &Args) -> Result<settings::Simulator> {
    let Args { settings, scenario, seed, listen, open_since, speed, .. } = args.clone();
    let read = settings::Simulator::load(settings.as_deref())?;
    Ok(settings::Simulator {
        scenario: scenario.or(read.scenario),
        seed: seed.unwrap_or(read.seed),
        listen: listen.unwrap_or(read.listen),
        open_since: open_since.unwrap_or(read.open_since),
        speed: speed.unwrap_or(read.speed),
        ..read
    })
}

fn scenario(file: Option<&Path>) -> Result<Scenario> {
    let text = match file {
        Some(file) => {
            std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?
        }
        None => shipped::SCENARIO.to_owned(),
    };
    Ok(Scenario::from_toml(&text)?)
}

fn tenant(settings: &settings::Simulator) -> Result<String> {
    let scenario = scenario(settings.scenario.as_deref())?;
    Ok(toml::to_string(&World::new(&scenario, settings.seed, Micros::ZERO)?.tenant())?)
}

/// What protects servers on all of these addresses.
fn protection(
    serving: &settings::Serving,
    addrs: impl Iterator<Item = SocketAddr>,
) -> Result<Option<ServerTls>> {
    let all = addrs.map(|addr| serving.tls(addr)).collect::<Result<Vec<_>>>()?;
    Ok(all.into_iter().next().flatten())
}

async fn simulate(settings: settings::Simulator) -> Result<()> {
    let scenario = scenario(settings.scenario.as_deref())?;
    let ports = Ports {
        sip: settings.listen,
        virtual_queues: settings.virtual_queues,
        interactions: settings.interactions,
        interactions_vq: settings.interactions_vq,
    };
    let voice = std::iter::once(ports.sip).chain(ports.virtual_queues);
    let tls = protection(&settings.tls, voice).context("[tls]")?;
    let media = if settings.interactions_tls.is_set() { &settings.interactions_tls } else { &settings.tls };
    let media_tls = protection(media, ports.interactions.into_iter().chain(ports.interactions_vq))?;
    let guard = Guard { tls, media_tls, token: settings::token(settings.token_file.as_deref())? };
    let push_token = settings::token(settings.push_token_file.as_deref())?;
    let targets = settings
        .push
        .iter()
        .map(|upstream| Ok(Target { client: upstream.client()?, token: push_token.clone() }));
    let targets = targets.collect::<Result<Vec<_>>>()?;
    let probes = Probes::default();
    let _admin = match settings.metrics {
        Some(addr) => Some(telemetry::serve(addr, prometheus::Registry::new(), probes.clone())?),
        None => None,
    };
    let clock = Clock::of_machine();
    let start = clock.now() - Micros(i64::try_from(settings.open_since.as_micros())?);
    let play =
        Play { scenario, seed: settings.seed, start, speed: settings.speed, keep_bytes: settings.keep_bytes };
    let arbiter = Arbiter::new();
    let (addrs, stop) = born_on(&arbiter, move || async move {
        let simulator = play::serve_guarded(play, ports, guard, targets, clock).await?;
        let addrs = simulator.addrs.clone();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        actix::spawn(async move {
            let _ = stopped.await;
            drop(simulator);
        });
        Ok((addrs, stop))
    })
    .await?;
    for (addr, sources) in &addrs {
        let sources: Vec<&str> = sources.iter().map(|source| source.as_str()).collect();
        eprintln!("pulse simulator: {} on {addr}", sources.join(", "));
    }
    eprintln!("pulse simulator: Ctrl-C stops it");
    probes.set_started();
    until_stopped(std::future::pending()).await?;
    drop(stop);
    Ok(())
}

fn humantime_duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|error| error.to_string())
}
