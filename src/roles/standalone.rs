//! All roles in one process on embedded stores, over the same links that separate processes use.
//!
//! Three threads: the LDS (with the simulator, if the demo plays), the DCU, and the web with everything else.

use super::simulator::{self, Play};
use super::sources::{self, Opened, Opening};
use super::threads::born_on;
use super::upkeep;
use crate::data_dir::DataDir;
use crate::settings::{Secret, Standalone};
use crate::shipped;
use crate::source_url::SourceUrl;
use actix::Arbiter;
use actors::dcu::{self, Failures};
use actors::lds::{self, LdsLimits, LdsPorts, LdsSettings};
use actors::web::boards::Board;
use anyhow::{Context, Result, bail};
use journal::{Journal, Limits};
use link_tcp::{ClientSettings, ServerLimits, ServerSettings};
use model::Text;
use model::tenant::{Source, Tenant};
use model::time::Micros;
use ports::demand::Demand;
use ports::documents::Documents;
use ports::record_log::RecordLog;
use prometheus::Registry;
use runtime::{Census, Clock};
use scenario::{Scenario, World};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use store_memory::{MemoryDemand, MemoryValues};
use store_sqlite::SqliteStore;
use telemetry::{LogFormat, Probes};
use tokio::sync::oneshot;
use wire::frame::{Hello, Positions, VERSION};

/// How long the demo centre has been open when it is first seen: long enough for its numbers to mean something.
const DEMO_OPEN_SINCE: Micros = Micros::from_secs(3 * 3600);
/// A demo that is older begins anew: playing it up to the present would take too long.
const DEMO_AGE_MAX: Micros = Micros::from_secs(7 * 86_400);

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
    let format = match settings.log.as_str() {
        "human" => LogFormat::Human,
        "json" => LogFormat::Json,
        other => bail!("log = \"{other}\" is not known: write human or json"),
    };
    telemetry::init_log(format, "info,actix_server=warn")?;
    actix::System::new().block_on(serve(settings, failures))
}

async fn serve(settings: Standalone, failures: Failures) -> Result<()> {
    // What came before.
    let data = Arc::new(DataDir::open(&settings.data)?);
    let clock = Clock::of_machine();
    let (registry, census, probes) = (Registry::new(), Census::default(), Probes::default());
    let store = SqliteStore::open(&data.join("pulse.sqlite"), &store_sqlite::Options::default())?;
    let limits =
        Limits { keep: settings.journal_age_max, bytes_max: settings.journal_bytes_max, ..Limits::default() };
    let log: Arc<dyn RecordLog> =
        Arc::new(journal::Shared::new(Journal::open(data.join("journal"), limits)?));
    let admin = telemetry::serve(settings.metrics, registry.clone(), probes.clone())?;
    let (values, demand) = (Arc::new(MemoryValues::default()), Arc::new(MemoryDemand::default()));
    let library = shipped::library()?;

    // The line, its end first: web, DCU, LDS, sources.
    let demo = if settings.sources.is_empty() { Some(demo(&data, clock)?) } else { None };
    let urls = settings.sources.iter().map(|url| SourceUrl::parse(url)).collect::<Result<Vec<_>>>()?;
    let (lds_thread, dcu_thread) = (Arbiter::new(), Arbiter::new());
    let secret = Secret::of_sources(settings.secret_file.as_deref())?;
    let given = given_tenant(&settings)?;
    let lds = start_lds(
        &lds_thread,
        LdsParts {
            demo,
            urls,
            secret,
            given,
            time_zone: settings.time_zone.clone(),
            data: Arc::clone(&data),
            log,
            clock,
            registry: registry.clone(),
            census: census.clone(),
        },
    )
    .await?;

    let web_settings = web::WebSettings {
        bind: settings.listen,
        tenant: lds.tenant.tenant.clone(),
        time_zone: lds.tenant.time_zone.clone(),
        demo: lds.is_demo,
        shipped_boards: shipped::boards()?,
        ..web::WebSettings::default()
    };
    let ports = web::Ports {
        values: values.clone(),
        demand: demand.clone(),
        documents: Arc::new(store.clone()),
        history: Arc::new(store.clone()),
        grants: Some(Arc::new(ports::grants::WholeTenant::new(lds.tenant.tenant.clone()))),
        library: web_library(&library),
        clock,
        census: census.clone(),
    };
    let web = web::start(web_settings, ports, &registry).await?;
    want_boards(&store, &web_library(&library), demand.as_ref()).await?;
    actix::spawn(upkeep::trim(Arc::new(store.clone()), settings.history_age_max, clock));
    let dcu = start_dcu(
        &dcu_thread,
        DcuParts {
            lds: lds.addr,
            tenant: lds.tenant.clone(),
            library,
            store,
            values,
            demand,
            clock,
            registry,
            census,
            save_every: settings.checkpoint_every,
            failures,
        },
    )
    .await?;

    // What others may know.
    probes.set_started();
    greet(&web, &lds, admin.addr, &settings);
    until_stopped().await?;
    eprintln!("pulse: finishing; press Ctrl-C again to stop at once");
    let drained = async {
        web.shutdown().await;
        dcu.stop().await;
        lds.stop().await;
    };
    tokio::select! {
        finished = tokio::time::timeout(settings.drain, drained) => {
            if finished.is_err() {
                bail!("not everything finished within {:?}; what was accepted is on disk", settings.drain);
            }
        }
        _ = tokio::signal::ctrl_c() => bail!("stopped at once; what was accepted is on disk"),
    }
    eprintln!("pulse: stopped");
    Ok(())
}

/// A role on a thread of its own.
struct Running {
    stop: oneshot::Sender<oneshot::Sender<()>>,
}

impl Running {
    /// Tells it to finish, and waits.
    async fn stop(self) {
        let (done, finished) = oneshot::channel();
        if self.stop.send(done).is_ok() {
            let _ = finished.await;
        }
    }
}

/// The demo, as it was first seen.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Demo {
    seed: u64,
    start: Micros,
}

fn demo(data: &DataDir, clock: Clock) -> Result<Demo> {
    let known: Option<Demo> = data.recall("demo.json")?;
    let now = clock.now();
    if let Some(demo) = known.filter(|demo| now - demo.start < DEMO_AGE_MAX) {
        return Ok(demo);
    }
    let demo = Demo { seed: (now.0 / 1_000_000).unsigned_abs(), start: now - DEMO_OPEN_SINCE };
    data.remember("demo.json", &demo)?;
    Ok(demo)
}

fn given_tenant(settings: &Standalone) -> Result<Option<Tenant>> {
    let Some(file) = &settings.tenant else { return Ok(None) };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("tenant file {} can't be read", file.display()))?;
    Tenant::from_toml(&text).with_context(|| format!("tenant file {} is not valid", file.display())).map(Some)
}

struct LdsParts {
    demo: Option<Demo>,
    urls: Vec<SourceUrl>,
    secret: Option<Secret>,
    given: Option<Tenant>,
    time_zone: String,
    data: Arc<DataDir>,
    log: Arc<dyn RecordLog>,
    clock: Clock,
    registry: Registry,
    census: Census,
}

struct RunningLds {
    addr: SocketAddr,
    tenant: Tenant,
    is_demo: bool,
    names: Vec<String>,
    running: Running,
}

impl RunningLds {
    async fn stop(self) {
        self.running.stop().await;
    }
}

async fn start_lds(thread: &Arbiter, parts: LdsParts) -> Result<RunningLds> {
    born_on(thread, move || async move {
        let is_demo = parts.demo.is_some();
        let (mut opened, simulator, tenant) = match parts.demo {
            Some(demo) => {
                let scenario = Scenario::from_toml(shipped::SIMULATOR)?;
                let tenant = World::new(&scenario, demo.seed, demo.start)?.tenant();
                let play = Play { scenario, seed: demo.seed, start: demo.start, speed: 1.0 };
                let simulator =
                    simulator::serve(play, SocketAddr::from(([127, 0, 0, 1], 0)), parts.clock).await?;
                let opened = sources::open_simulator(&tenant, simulator.addr, parts.log.as_ref()).await?;
                (opened, Some(simulator), tenant)
            }
            None => {
                let opening = Opening {
                    secret: parts.secret.as_ref(),
                    tenant: parts.given.as_ref(),
                    log: Arc::clone(&parts.log),
                    data: parts.data,
                    clock: parts.clock,
                };
                let opened = opening.open_all(&parts.urls).await?;
                let tenant = tenant_of(parts.given, &opened, &parts.time_zone);
                (opened, None, tenant)
            }
        };
        let names = opened.iter().map(|source| source.shown.clone()).collect();
        let feeds = opened.iter_mut().filter_map(|source| source.feed.take()).collect();
        let server = ServerSettings {
            addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            tls: None,
            limits: ServerLimits::default(),
        };
        let (server, incoming) = link_tcp::serve(server).await?;
        let addr = server.addr();
        let ports = LdsPorts {
            log: parts.log,
            incoming,
            clock: parts.clock,
            registry: parts.registry,
            census: parts.census,
            give_up: Rc::new(|failure| {
                tracing::error!(%failure, "a source can't be kept; stopping");
                actix::System::current().stop_with_code(1);
            }),
        };
        let settings = LdsSettings {
            service: "lds".into(),
            tenant: tenant.tenant.clone(),
            token: Text::default(),
            limits: LdsLimits::default(),
        };
        let lds = lds::start(settings, feeds, ports)?;
        let (stop, stopped) = oneshot::channel::<oneshot::Sender<()>>();
        actix::spawn(async move {
            let Ok(done) = stopped.await else { return };
            drop(simulator);
            drop(opened);
            lds.shutdown(Duration::from_secs(5)).await;
            drop(server);
            let _ = done.send(());
        });
        Ok(RunningLds { addr, tenant, is_demo, names, running: Running { stop } })
    })
    .await
}

/// What is known without a tenant file: the sources and their switches. Everything else is discovered.
fn tenant_of(given: Option<Tenant>, opened: &[Opened], time_zone: &str) -> Tenant {
    let mut tenant = given.unwrap_or_else(|| Tenant {
        tenant: "default".into(),
        time_zone: time_zone.into(),
        ..Tenant::default()
    });
    for source in opened {
        for agent in &source.agents {
            if !tenant.agents.iter().any(|known| known.id == agent.id) {
                tenant.agents.push(agent.clone());
            }
        }
        if !tenant.sources.iter().any(|known| known.name == source.name) {
            tenant.sources.push(Source { name: source.name.clone(), switch: source.switch.clone() });
        }
    }
    tenant
}

struct DcuParts {
    lds: SocketAddr,
    tenant: Tenant,
    library: stats::Library,
    store: SqliteStore,
    values: Arc<MemoryValues>,
    demand: Arc<MemoryDemand>,
    clock: Clock,
    registry: Registry,
    census: Census,
    save_every: Duration,
    failures: Failures,
}

async fn start_dcu(thread: &Arbiter, parts: DcuParts) -> Result<Running> {
    born_on(thread, move || async move {
        let tenant_name = parts.tenant.tenant.clone();
        let link = move |positions: Positions| {
            let (address, tenant) = (parts.lds.to_string(), tenant_name.clone());
            let hello = move || hello(&tenant, positions.clone());
            link_tcp::subscribe(ClientSettings::plain(address), hello)
        };
        let replay_link = link.clone();
        let settings = dcu::Settings {
            name: "dcu-0".into(),
            sources: parts.tenant.sources.iter().map(|source| source.name.clone()).collect(),
            tenant: parts.tenant.clone(),
            library: parts.library,
            save_every: parts.save_every,
            failures: parts.failures,
        };
        let outside = dcu::Outside {
            checkpoints: Arc::new(parts.store.clone()),
            values: parts.values,
            demand: parts.demand,
            history: Some(Arc::new(parts.store)),
            clock: parts.clock,
            registry: parts.registry,
            census: parts.census,
            replay: Arc::new(move |positions| replay_link(positions).map_err(|error| error.to_string())),
        };
        let mut dcu = dcu::start(settings, outside).await?;
        let reached = dcu.reached.clone();
        let tenant = parts.tenant.tenant.clone();
        let address = parts.lds.to_string();
        dcu.carry(link_tcp::subscribe(ClientSettings::plain(address), move || hello(&tenant, reached.positions()))?);
        let (stop, stopped) = oneshot::channel::<oneshot::Sender<()>>();
        actix::spawn(async move {
            tokio::select! {
                Ok(done) = stopped => {
                    dcu.drain(Duration::from_secs(8)).await;
                    let _ = done.send(());
                }
                Some(cause) = dcu.lost.recv() => {
                    tracing::error!(cause, "the data collection unit can't go on; stopping: started again, it goes on from its checkpoint");
                    actix::System::current().stop_with_code(1);
                }
            }
        });
        Ok(Running { stop })
    })
    .await
}

fn hello(tenant: &Text, positions: Positions) -> Hello {
    Hello {
        v: VERSION,
        role: "dcu".into(),
        tenant: tenant.clone(),
        token: Text::default(),
        positions,
        filter: None,
        frame_bytes_max: None,
    }
}

/// What boards show is computed whether somebody looks or not: it is there at once when somebody does.
async fn want_boards(documents: &dyn Documents, library: &web::Library, demand: &dyn Demand) -> Result<()> {
    let mut wanted = Vec::new();
    for document in documents.list("board").await? {
        let board: Board = match serde_json::from_value(document.body) {
            Ok(board) => board,
            Err(error) => {
                tracing::warn!(board = %document.id, %error, "board {} can't be read; it is left out", document.id);
                continue;
            }
        };
        for widget in &board.widgets {
            match library.columns(&widget.query) {
                Ok(columns) => {
                    for (_, cause) in columns.refused() {
                        tracing::warn!(board = %document.id, widget = %widget.id, %cause, "a formula can't be computed");
                    }
                    wanted.extend(columns.wanted);
                }
                Err(cause) => {
                    tracing::warn!(board = %document.id, widget = %widget.id, cause, "a widget can't be computed")
                }
            }
        }
    }
    demand.want(wanted).await?;
    Ok(())
}

fn web_library(library: &stats::Library) -> web::Library {
    let infos = library.stat_types().map(|stat_type| web::StatInfo {
        name: stat_type.name.clone(),
        title: stat_type.title.clone(),
        words: stat_type.description.clone(),
        unit: stat_type.unit.clone(),
        category: stat_type.category.as_str().into(),
        object_types: stat_type.objects.clone(),
    });
    web::Library::new(infos)
}

/// What a person needs to know, on standard output. Whoever started us may not be listening any more.
fn greet(web: &web::Web, lds: &RunningLds, metrics: SocketAddr, settings: &Standalone) {
    let sign_in = match &web.first_password {
        Some(password) => format!("admin, password {password}   (shown this once)"),
        None => "admin, with the password that the first start showed".to_owned(),
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

async fn until_stopped() -> Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
