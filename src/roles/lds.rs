//! The load distribution server: sources in, journal, receivers out.

use super::journal::Watched;
use super::own;
use super::process::{self, finish, until_stopped};
use super::sources::{self, Opened, Opening};
use super::{configured, events};
use crate::data_dir::DataDir;
use crate::settings::{self, Secret};
use crate::source_url::{Kind, SourceUrl};
use actors::lds::{self, LdsLimits, LdsPorts, LdsSettings};
use anyhow::{Context, Result, bail};
use journal::{Journal, Limits};
use link_tcp::{ServerHandle, ServerLimits, ServerSettings, ServerTls};
use model::Text;
use model::tenant::Tenant;
use ports::record_log::RecordLog;
use prometheus::Registry;
use runtime::{Census, Clock};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use telemetry::{Probes, Seen};
use tokio::sync::mpsc;
use wire::link::Token;

/// How long the LDS may take to write what it has and to say good-bye to receivers.
const FAREWELL: Duration = Duration::from_secs(5);

/// `pulse lds`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A settings file; see config/lds.toml.
    #[arg(long)]
    settings: Option<PathBuf>,
}

/// Runs until SIGTERM or Ctrl-C, then drains.
pub fn run(args: Args) -> ExitCode {
    process::run(
        settings::Lds::load(args.settings.as_deref()),
        |settings| (settings.log.as_str(), settings.log_token_file.as_deref()),
        serve,
    )
}

async fn serve(settings: settings::Lds) -> Result<()> {
    // What came before.
    let events = settings.events()?;
    if settings.sources.is_empty() && events.is_none() {
        bail!("sources is empty: name at least one, as in sources = [\"asterisk://user@host:5038\"]");
    }
    let urls = settings.sources.iter().map(|url| SourceUrl::parse(url)).collect::<Result<Vec<_>>>()?;
    let tls = settings.tls.tls(settings.listen)?;
    let token = settings::token(settings.token_file.as_deref())?;
    let secret = Secret::of_sources(settings.secret_file.as_deref())?;
    let given = settings.tenant_file.as_deref().map(tenant_of_file).transpose()?;
    let data = Arc::new(DataDir::open(&settings.data)?);
    let clock = Clock::of_machine();
    let (registry, census, probes) = (Registry::new(), Census::default(), Probes::default());
    own::watch_actors(&registry, &census)?;
    let journal_limits =
        Limits { keep: settings.journal_age_max, bytes_max: settings.journal_bytes_max, ..Limits::default() };
    let log = Arc::new(journal::Shared::new(Journal::open(data.join("journal"), journal_limits)?));
    let log: Arc<dyn RecordLog> = Arc::new(Watched::new(log, probes.clone()));
    let limits = settings::link_limits(settings.patience);
    probes.await_part("sources", "they are being opened");
    let row = if settings.is_vq() { 14 } else { 11 };
    let seen = Seen::new(Some(row), move || clock.now().0);
    let admin = telemetry::serve_seen(settings.metrics, registry.clone(), probes.clone(), seen)?;

    // The line, its end first.
    let from_service = configured::Opening {
        secret_file: settings.tenant_token_file.as_deref(),
        log: log.as_ref(),
        data: Arc::clone(&data),
        clock,
        limits,
    };
    let (given, mut opened) = match sources::open_tenant(&urls, from_service).await? {
        Some(_) if given.is_some() => {
            bail!("the configuration comes from a tenant service or from tenant_file: leave one out")
        }
        Some((tenant, service)) => (Some(tenant), vec![service]),
        None => (given, Vec::new()),
    };
    let opening = Opening {
        secret: secret.as_ref(),
        secret_file: settings.secret_file.as_deref(),
        tenant: given.as_ref(),
        log: Arc::clone(&log),
        data,
        clock,
        limits,
    };
    let urls: Vec<_> = urls.into_iter().filter(|url| !matches!(url.kind, Kind::Tenant { .. })).collect();
    opened.extend(opening.open_all(&urls).await?);
    let mut door = None;
    if let Some(events) = &events {
        let (sources, running) =
            events::open(events, Arc::clone(&log), given.as_ref(), clock, registry.clone()).await?;
        opened.extend(sources);
        door = Some(running);
    }
    let names: Vec<String> = opened.iter().map(|source| source.shown.clone()).collect();
    let (tell_lost, mut lost) = mpsc::channel(1);
    let lds = start(Parts {
        service: settings.service.as_str().into(),
        tenant: settings.tenant.as_str().into(),
        token,
        listen: settings.listen,
        tls,
        opened,
        log,
        clock,
        registry,
        census,
        lost: tell_lost,
    })
    .await?;

    // What others may know.
    probes.part_ready("sources");
    probes.set_started();
    tracing::info!(listen = %lds.addr, metrics = %admin.addr, sources = ?names, "the load distribution server runs");
    until_stopped(async { lost.recv().await.unwrap_or_default() }).await?;
    probes.await_part("sources", "the process is stopping");
    let drained = async {
        if let Some(door) = door {
            door.shutdown().await;
        }
        lds.stop().await;
    };
    finish(settings.drain, drained).await
}

/// The tenant of a file.
pub(crate) fn tenant_of_file(file: &Path) -> Result<Tenant> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("tenant file {} can't be read", file.display()))?;
    Tenant::from_toml(&text).with_context(|| format!("tenant file {} is not valid", file.display()))
}

/// What an LDS is made of.
pub(super) struct Parts {
    pub(super) service: Text,
    pub(super) tenant: Text,
    pub(super) token: Token,
    pub(super) listen: SocketAddr,
    pub(super) tls: Option<ServerTls>,
    pub(super) opened: Vec<Opened>,
    pub(super) log: Arc<dyn RecordLog>,
    pub(super) clock: Clock,
    pub(super) registry: Registry,
    pub(super) census: Census,
    /// Told why, when a source can't be kept.
    pub(super) lost: mpsc::Sender<String>,
}

/// A running LDS.
pub(super) struct Lds {
    pub(super) addr: SocketAddr,
    opened: Vec<Opened>,
    lds: lds::Lds,
    server: ServerHandle,
}

/// Starts it. Must be called within an actix system.
pub(super) async fn start(mut parts: Parts) -> Result<Lds> {
    let feeds = parts.opened.iter_mut().filter_map(|source| source.feed.take()).collect();
    let server = ServerSettings { addr: parts.listen, tls: parts.tls, limits: ServerLimits::default() };
    let (server, incoming) = link_tcp::serve(server).await?;
    let lost = parts.lost;
    let ports = LdsPorts {
        log: parts.log,
        incoming,
        clock: parts.clock,
        registry: parts.registry,
        census: parts.census,
        give_up: Rc::new(move |failure| {
            tracing::error!(%failure, "a source can't be kept");
            let _ = lost.try_send(format!("a source can't be kept: {failure}"));
        }),
    };
    let settings = LdsSettings {
        service: parts.service,
        tenant: parts.tenant,
        token: parts.token,
        limits: LdsLimits::default(),
    };
    let lds = lds::start(settings, feeds, ports)?;
    Ok(Lds { addr: server.addr(), opened: parts.opened, lds, server })
}

impl Lds {
    /// Sources end, what they told is written, receivers are told good-bye.
    pub(super) async fn stop(self) {
        drop(self.opened);
        self.lds.shutdown(FAREWELL).await;
        drop(self.server);
    }
}
