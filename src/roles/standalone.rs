//! All roles in one process on embedded stores, over the same links that separate processes use.
//!
//! Three threads: the LDS (with the simulator, if the demo plays), the DCU, and the web with everything else.

mod demo;
mod lds;

use self::demo::demo;
use self::lds::{LdsParts, RunningLds, start_lds};
use super::journal::Watched;
use super::own;
use super::process::{self, Running, finish, until_stopped};
use super::threads::born_on;
use super::{configured, dcu, permissions, upkeep, wishes};
use crate::data_dir::DataDir;
use crate::settings::{Secret, Standalone};
use crate::shipped;
use crate::source_url::{Kind, SourceUrl};
use crate::templates;
use actix::Arbiter;
use actors::dcu::Failures;
use actors::permissions::Standing;
use anyhow::{Context, Result};
use journal::{Journal, Limits, Steps};
use link_tcp::ClientLimits;
use ports::record_log::RecordLog;
use prometheus::Registry;
use runtime::{Census, Clock};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store_memory::{
    MemoryDemand, MemoryGrants, MemoryLeases, MemoryQuestions, MemoryScreens, MemorySlots, MemoryValues,
};
use store_sqlite::SqliteStore;
use telemetry::Probes;
use tokio::sync::mpsc;

/// How long the first grants may take.
const GRANTS_MAX: Duration = Duration::from_secs(30);

/// `pulse standalone`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A settings file; see config/standalone.toml.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// An event source as a URL; may be given several times. None: the demo contact centre.
    #[arg(long)]
    source: Vec<String>,
    /// The file that holds the sources' secret; or the variable PULSE_SOURCE_SECRET.
    #[arg(long)]
    secret_file: Option<PathBuf>,
    /// The tenant's configuration.
    #[arg(long)]
    tenant: Option<PathBuf>,
    /// The file that holds the secret of the tenant service, if one is among the sources.
    #[arg(long)]
    tenant_token_file: Option<PathBuf>,
    /// The zone in which days begin, when no tenant file says it.
    #[arg(long)]
    time_zone: Option<String>,
    /// Where everything that must last is kept.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where people's browsers come in.
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Metrics and probes.
    #[arg(long)]
    metrics: Option<SocketAddr>,
    /// Planned failures, for tests.
    #[arg(long, hide = true, default_value = "")]
    failures: String,
}

impl Args {
    fn settings(&self) -> Result<Standalone> {
        let mut settings = Standalone::load(self.settings.as_deref())?;
        let given = self.clone();
        if !given.source.is_empty() {
            settings.sources = given.source;
        }
        settings.secret_file = given.secret_file.or(settings.secret_file);
        settings.tenant = given.tenant.or(settings.tenant);
        settings.tenant_token_file = given.tenant_token_file.or(settings.tenant_token_file);
        settings.time_zone = given.time_zone.or(settings.time_zone);
        settings.data = given.data.unwrap_or(settings.data);
        settings.listen = given.listen.unwrap_or(settings.listen);
        settings.metrics = given.metrics.unwrap_or(settings.metrics);
        Ok(settings)
    }
}

/// Runs until Ctrl-C or SIGTERM, then drains.
pub fn run(args: Args) -> Result<()> {
    let settings = args.settings()?;
    let failures = Failures::parse(&args.failures).context("--failures is `name=count,...`")?;
    process::begin_log((settings.log.as_str(), settings.log_token_file.as_deref()))?;
    actix::System::new().block_on(serve(settings, failures))
}

async fn serve(settings: Standalone, failures: Failures) -> Result<()> {
    // What came before.
    let data = Arc::new(DataDir::open(&settings.data)?);
    let clock = Clock::of_machine();
    let (registry, census, probes) = (Registry::new(), Census::default(), Probes::default());
    own::watch_actors(&registry, &census)?;
    let store = SqliteStore::open(&data.join("pulse.sqlite"), &store_sqlite::Options::default())?;
    let limits =
        Limits { keep: settings.journal_age_max, bytes_max: settings.journal_bytes_max, ..Limits::default() };
    let log = Journal::open_telling(data.join("journal"), limits, steps(&failures))?;
    let log: Arc<dyn RecordLog> = Arc::new(Watched::new(Arc::new(journal::Shared::new(log)), probes.clone()));
    let admin = telemetry::serve(settings.metrics, registry.clone(), probes.clone())?;
    let (values, demand) = (Arc::new(MemoryValues::default()), Arc::new(MemoryDemand::default()));
    let questions = Arc::new(MemoryQuestions::default());
    let library = shipped::library()?;

    // The line, its end first: web, DCU, LDS, sources.
    let events = settings.events()?;
    let demo = if settings.sources.is_empty() && events.is_none() { Some(demo(&data, clock)?) } else { None };
    let urls = settings.sources.iter().map(|url| SourceUrl::parse(url)).collect::<Result<Vec<_>>>()?;
    let (lds_thread, dcu_thread) = (Arbiter::new(), Arbiter::new());
    let (tell_lost, mut lost) = mpsc::channel(1);
    let secret = Secret::of_sources(settings.secret_file.as_deref())?;
    let given = settings.tenant.as_deref().map(super::lds::tenant_of_file).transpose()?;
    let given = given.map(permissions::checked).transpose()?;
    let service = urls.iter().find(|url| matches!(url.kind, Kind::Tenant { .. })).cloned();
    let configuration = follow_configuration(service.as_ref(), settings.tenant_token_file.as_deref())?;
    let lds = start_lds(
        &lds_thread,
        LdsParts {
            demo,
            urls,
            secret,
            secret_file: settings.secret_file.clone(),
            tenant_token_file: settings.tenant_token_file.clone(),
            given,
            events,
            time_zone: settings.time_zone.clone(),
            data: Arc::clone(&data),
            log,
            clock,
            registry: registry.clone(),
            census: census.clone(),
            lost: tell_lost.clone(),
        },
    )
    .await?;

    let grants = Arc::new(MemoryGrants::default());
    let leases = Arc::new(MemoryLeases::default());
    let outside = actors::permissions::Outside {
        book: grants.clone(),
        leases: leases.clone(),
        documents: Arc::new(store.clone()),
        values: Some(values.clone()),
        clock,
        census: census.clone(),
        metrics: actors::permissions::Metrics::register(&registry)?,
    };
    let told = actors::permissions::Settings {
        name: "permissions-0".into(),
        without_access_lists: settings.without_access_lists,
        confirm_every: Duration::from_secs(5),
    };
    let granting = actors::permissions::start(told, outside);
    let latest = match &service {
        Some(service) => configured::latest(service, &data)?,
        None => None,
    };
    let latest = latest.unwrap_or_else(|| lds.tenant.clone());
    actix::spawn(permissions::tell(granting.desk.clone(), latest, configuration));
    let mut standing = granting.standing.clone();
    tokio::time::timeout(GRANTS_MAX, standing.wait_for(|standing| *standing == Standing::Writing))
        .await
        .context("no access can be computed from the configuration; the log says why")?
        .context("the permissions role has ended")?;
    let web_settings = web::WebSettings {
        bind: settings.listen,
        tenant: lds.tenant.tenant.clone(),
        time_zone: lds.tenant.time_zone.clone(),
        demo: lds.is_demo,
        frame_origins: settings.frame_origins.clone(),
        history_age_max: settings.history_age_max,
        audit_age_max: settings.audit_age_max,
        unused_password_file: Some(data.join("first-password")),
        shipped_boards: shipped::boards()?,
        ..web::WebSettings::default()
    };
    let ports = web::Ports {
        values: values.clone(),
        demand: demand.clone(),
        documents: Arc::new(store.clone()),
        audit: Arc::new(store.clone()),
        history: Arc::new(store.clone()),
        questions: questions.clone(),
        screens: Arc::new(MemoryScreens::default()),
        grants: Some(grants.clone()),
        identity: None,
        leases,
        webhooks: settings.webhooks.open(clock)?,
        library: wishes::web_library(&library),
        clock,
        census: census.clone(),
    };
    templates::load(&store, &templates::shipped()?, clock.now()).await?;
    let web = web::start(web_settings, ports, &registry).await?;
    wishes::want_boards(&store, &wishes::web_library(&library), demand.as_ref()).await?;
    actix::spawn(upkeep::trim(Arc::new(store.clone()), settings.history_age_max, clock));
    let parts = dcu::Parts {
        name: "dcu-0".into(),
        links: vec![dcu::Link::plain(lds.addr.to_string(), lds.tenant.tenant.clone())],
        tenant: lds.tenant.clone(),
        sources: lds.sources.clone(),
        library,
        checkpoints: Arc::new(store.clone()),
        slots: Arc::new(MemorySlots::alone("dcu-0")),
        values,
        demand,
        history: Arc::new(store),
        questions,
        clock,
        registry,
        census,
        save_every: settings.checkpoint_every,
        // Nobody else is there to take over.
        lease: Duration::from_secs(3_600),
        failures,
    };
    let dcu = start_dcu(&dcu_thread, parts, tell_lost).await?;

    // What others may know.
    probes.set_started();
    greet(&web, &lds, admin.addr, &settings);
    until_stopped(async { lost.recv().await.unwrap_or_default() }).await?;
    eprintln!("pulse: finishing; press Ctrl-C again to stop at once");
    let drained = async {
        web.shutdown().await;
        granting.drain().await;
        dcu.stop().await;
        lds.stop().await;
    };
    finish(settings.drain, drained).await?;
    eprintln!("pulse: stopped");
    Ok(())
}

/// Where a journal's appends may be planned to end.
fn steps(failures: &Failures) -> Steps {
    match failures.is_empty() {
        true => Steps::default(),
        false => {
            let failures = failures.clone();
            Steps::new(move |step| failures.die_here(step))
        }
    }
}

/// The changes of the configuration, where a tenant service among the sources tells them.
fn follow_configuration(
    service: Option<&SourceUrl>,
    token_file: Option<&Path>,
) -> Result<Option<mpsc::Receiver<tenant_link::Delivery>>> {
    let Some(url) = service else { return Ok(None) };
    let token = configured::token(url, token_file)?;
    permissions::follow(url.client(ClientLimits::default()), token).map(Some)
}

/// The DCU on a thread of its own.
async fn start_dcu(thread: &Arbiter, parts: dcu::Parts, lost: mpsc::Sender<String>) -> Result<Running> {
    born_on(thread, move || async move {
        let mut dcu = dcu::start(parts).await?;
        let (running, stopped) = Running::new();
        actix::spawn(async move {
            tokio::select! {
                Ok(done) = stopped => {
                    dcu.drain(Duration::from_secs(8)).await;
                    let _ = done.send(());
                }
                Some(cause) = dcu.lost.recv() => {
                    let _ = lost.try_send(format!("the data collection unit can't go on: {cause}"));
                }
            }
        });
        Ok(running)
    })
    .await
}

/// What a person needs to know, on standard output. Whoever started us may not be listening any more.
fn greet(web: &web::Web, lds: &RunningLds, metrics: SocketAddr, settings: &Standalone) {
    let lost = format!("pulse reset-password admin --data {}", settings.data.display());
    let sign_in = match &web.first_password {
        Some(password) => format!("admin, password {password}   (shown until it is used)"),
        None => format!("admin, with the password of the first sign-in (lost? {lost})"),
    };
    let events = if lds.is_demo { "the demo contact centre".to_owned() } else { lds.names.join(", ") };
    let (url, data) = (&web.url, settings.data.display());
    let told = writeln!(
        std::io::stdout().lock(),
        "
  Pulse is running:   {url}
  Sign in as:         {sign_in}
  Events come from:   {events}
  Data is kept in:    {data}
  Metrics:            http://{metrics}/metrics
  Ctrl-C stops it; started again, it goes on with what it knew.
"
    );
    if told.is_err() {
        tracing::warn!("nobody reads standard output; Pulse is running at {url}");
    }
}
