//! The data collection unit: events in, values out.

mod links;

pub(super) use links::Link;

use super::configured;
use super::lds::tenant_of_file;
use super::own;
use super::process::{self, finish, until_stopped};
use super::{upkeep, wishes};
use crate::settings::{self, ConfiguredBy};
use crate::shipped;
use actors::dcu::{self, Failures};
use anyhow::{Context, Result, bail};
use link_tcp::{ServerLimits, ServerSettings};
use model::Text;
use model::tenant::Tenant;
use ports::checkpoints::Checkpoints;
use ports::demand::Demand;
use ports::documents::Documents;
use ports::history::{History, Tiers};
use ports::questions::Questions;
use ports::slots::Slots;
use ports::values::Values;
use prometheus::Registry;
use runtime::{Census, Clock};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use telemetry::{Probes, Seen};
use wire::link::Token;

/// How long the DCU may take to keep its state.
const FAREWELL: Duration = Duration::from_secs(8);

/// `pulse dcu`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A settings file; see config/dcu.toml.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// Planned failures, for tests.
    #[arg(long, hide = true, default_value = "")]
    failures: String,
}

/// Runs until SIGTERM or Ctrl-C, then drains.
pub fn run(args: Args) -> ExitCode {
    let failures = Failures::parse(&args.failures).context("--failures is `name=count,...`");
    let settings = settings::Dcu::load(args.settings.as_deref())
        .and_then(|settings| failures.map(|failures| (settings, failures)));
    process::run(
        settings,
        |(settings, _)| (settings.log.as_str(), settings.log_token_file.as_deref()),
        |(settings, failures)| serve(settings, failures),
    )
}

async fn serve(settings: settings::Dcu, failures: Failures) -> Result<()> {
    // What came before. Settings that contradict themselves are told before anything is waited for.
    settings
        .lds
        .iter()
        .chain(&settings.interaction_server)
        .try_for_each(|upstream| upstream.tls().map(drop))?;
    settings.postgres.server()?;
    let inbound = inbound(&settings.inbound)?;
    let clock = Clock::of_machine();
    let (registry, census, probes) = (Registry::new(), Census::default(), Probes::default());
    own::watch_actors(&registry, &census)?;
    probes.await_part("stores", "they have not answered yet");
    let seen = Seen::new(Some(19), move || clock.now().0);
    let admin = telemetry::serve_seen(settings.metrics, registry.clone(), probes.clone(), seen.clone())?;
    probes.await_part("configuration", "it is not known yet");
    let tenant = tenant_of(&settings).await?;
    probes.part_ready("configuration");
    let mut all =
        links::links("LDS", &settings.lds, &tenant, &settings::token(settings.token_file.as_deref())?)?;
    let media_token = settings::token(settings.interaction_token_file.as_deref())?;
    all.extend(links::links("Interaction Server", &settings.interaction_server, &tenant, &media_token)?);
    let redis = settings.redis.open(&tenant.tenant)?;
    process::patiently("Redis", settings.redis.patience, async || redis.ping().await).await?;
    let documents = process::open_postgres(&settings.postgres, &tenant.tenant).await?;
    own::watch_stores(&registry, &redis, &documents)?;
    probes.part_ready("stores");

    // The line, its end first.
    let library = shipped::library()?;
    let demand: Arc<dyn Demand> = Arc::new(redis.clone());
    let warm = store_postgres::Minutes(documents.clone());
    let history: Arc<dyn History> = Arc::new(Tiers { hot: redis.clone(), warm });
    let sources = sources(&tenant, &settings);
    let guests = dcu::Inbound {
        tenant: tenant.tenant.clone(),
        token: inbound.as_ref().map(|(_, token)| token.clone()).unwrap_or_default(),
        sources: sources.clone(),
        clients_max: settings.inbound.clients_max,
        statistics_max: settings.inbound.statistics_max,
        keep_bytes: settings.inbound.keep_bytes,
        seen: seen.clone(),
    };
    // Whether slots are ours already is a matter of readiness.
    probes.set_started();
    probes.await_part("slots", "all of them have owners; waiting until some are given");
    let mut dcu = start(Parts {
        name: settings.name.as_str().into(),
        links: all,
        sources,
        tenant,
        library: library.clone(),
        checkpoints: Arc::new(redis.clone()),
        slots: Arc::new(redis.clone()),
        values: Arc::new(redis.clone()),
        demand: Arc::clone(&demand),
        history: Arc::clone(&history),
        questions: Arc::new(redis.clone()),
        clock,
        registry,
        census,
        save_every: settings.checkpoint_every,
        lease: settings.lease,
        failures,
    })
    .await?;
    let mut port = None;
    if let Some((server, _)) = inbound {
        let (server, clients) = link_tcp::serve(server).await?;
        tracing::info!(listen = %server.addr(), "sources and routers are let in");
        dcu.let_in(guests, clients);
        port = Some(server);
    }
    let documents: Arc<dyn Documents> = Arc::new(documents);
    actix::spawn(upkeep::trim(history, settings.history_age_max, clock));
    actix::spawn(wishes::follow(documents, wishes::web_library(&library), demand));

    // What others may know.
    probes.part_ready("slots");
    tracing::info!(name = settings.name, metrics = %admin.addr, "the data collection unit runs");
    until_stopped(async { dcu.lost.recv().await.unwrap_or_default() }).await?;
    probes.await_part("stores", "the process is stopping");
    drop(port);
    finish(settings.drain, dcu.drain(FAREWELL)).await
}

/// The configuration to begin with.
async fn tenant_of(settings: &settings::Dcu) -> Result<Tenant> {
    match settings.configured_by()? {
        ConfiguredBy::File(file) => tenant_of_file(&file),
        ConfiguredBy::Service(service) => {
            let token = settings::token(settings.tenant_token_file.as_deref())?;
            configured::read(service.client()?, "dcu", token).await
        }
    }
}

/// The tenant's event sources, and others that load distribution servers are asked for by name.
fn sources(tenant: &Tenant, settings: &settings::Dcu) -> Vec<Text> {
    let named =
        settings.lds.iter().chain(&settings.interaction_server).flat_map(|lds| lds.sources.iter().flatten());
    let named = named.map(|name| name.as_str().into());
    let mut sources: Vec<Text> =
        tenant.sources.iter().map(|source| source.name.clone()).chain(named).collect();
    sources.sort();
    sources.dedup();
    sources
}

/// The inbound port and its token, if it is wanted.
fn inbound(settings: &settings::Inbound) -> Result<Option<(ServerSettings, Token)>> {
    let Some(listen) = settings.listen else { return Ok(None) };
    if settings.token_file.is_none() {
        bail!(
            "listen under [inbound] needs token_file there: name a file with a token that clients must know"
        );
    }
    let token = settings::token(settings.token_file.as_deref())?;
    let limits = ServerLimits {
        connections_max: settings.clients_max.saturating_mul(2),
        outbox_frames: settings.frames_max,
        ..ServerLimits::default()
    };
    let tls = settings.tls.tls(listen).context("[inbound]")?;
    Ok(Some((ServerSettings { addr: listen, tls, limits }, token)))
}

/// What a DCU is made of.
pub(super) struct Parts {
    pub(super) name: Text,
    pub(super) links: Vec<Link>,
    pub(super) tenant: Tenant,
    /// All that tells something: event sources, and who tells changes of the configuration.
    pub(super) sources: Vec<Text>,
    pub(super) library: stats::Library,
    pub(super) checkpoints: Arc<dyn Checkpoints>,
    pub(super) slots: Arc<dyn Slots>,
    pub(super) values: Arc<dyn Values>,
    pub(super) demand: Arc<dyn Demand>,
    pub(super) history: Arc<dyn History>,
    pub(super) questions: Arc<dyn Questions>,
    pub(super) clock: Clock,
    pub(super) registry: Registry,
    pub(super) census: Census,
    pub(super) save_every: Duration,
    /// How long others leave its slots alone after it was last heard of.
    pub(super) lease: Duration,
    pub(super) failures: Failures,
}

/// Starts it and its links. Must be called within an actix system.
pub(super) async fn start(parts: Parts) -> Result<dcu::Dcu> {
    let settings = dcu::Settings {
        name: parts.name,
        sources: parts.sources,
        tenant: parts.tenant,
        library: parts.library,
        save_every: parts.save_every,
        lease: parts.lease,
        failures: parts.failures,
    };
    let replayed = parts.links.clone();
    let outside = dcu::Outside {
        checkpoints: parts.checkpoints,
        slots: parts.slots,
        values: parts.values,
        demand: parts.demand,
        history: Some(parts.history),
        questions: parts.questions,
        clock: parts.clock,
        registry: parts.registry,
        census: parts.census,
        replay: Arc::new(move |positions| {
            links::replay(&replayed, &positions).map_err(|error| error.to_string())
        }),
    };
    let dcu = dcu::start(settings, outside).await?;
    for link in parts.links {
        let reached = dcu.reached.clone();
        dcu.carry(link.name.clone(), link.subscribe(move || reached.positions())?);
    }
    Ok(dcu)
}
