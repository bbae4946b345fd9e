//! The Tenant Service: a configuration out of files, told to LDS, DCU and permissions (TCP 8888), read over HTTP.

mod http;
mod reading;
mod state;

use crate::data_dir::DataDir;
use crate::settings::tenant::TenantService;
use crate::settings::{self, Secret};
use actix_web::{App, HttpServer};
use anyhow::{Context, Result, bail};
use link_tcp::{ServerLimits, ServerSettings, ServerTls};
use prometheus::Registry;
use runtime::Clock;
use state::{Gauges, State};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use telemetry::{LogFormat, Probes};
use tenant_link::{Metrics, ServiceSettings};
use tokio::sync::watch;

/// Settings or the configuration are wrong: starting again alone will not help.
const WRONG: u8 = 2;

/// `pulse tenant`. Exit code 0: stopped as asked; 1: it could not start or go on; 2: settings or configuration are wrong.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A settings file; see config/tenant-service.toml.
    #[arg(long)]
    settings: Option<PathBuf>,
    /// The configuration: a tenant.toml, or a directory of CSV tables.
    #[arg(long)]
    configuration: Option<PathBuf>,
    /// Where the revision is kept.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where clients of the link protocol come in.
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Where the configuration is read over HTTP.
    #[arg(long)]
    http: Option<SocketAddr>,
    /// Metrics and probes.
    #[arg(long)]
    metrics: Option<SocketAddr>,
    /// The file that holds the secret of clients.
    #[arg(long)]
    token_file: Option<PathBuf>,
}

impl Args {
    fn settings(&self) -> Result<TenantService> {
        let mut settings = TenantService::load(self.settings.as_deref())?;
        let given = self.clone();
        settings.configuration = given.configuration.unwrap_or(settings.configuration);
        settings.data = given.data.unwrap_or(settings.data);
        settings.listen = given.listen.unwrap_or(settings.listen);
        settings.http = given.http.unwrap_or(settings.http);
        settings.metrics = given.metrics.unwrap_or(settings.metrics);
        settings.token_file = given.token_file.or(settings.token_file);
        Ok(settings)
    }
}

/// What must be right before anything begins.
struct Prepared {
    settings: TenantService,
    state: State,
    registry: Registry,
    clock: Clock,
}

/// Registers the metrics of the Tenant Service: for their documentation.
pub(crate) fn register_metrics(registry: &prometheus::Registry) -> prometheus::Result<()> {
    Gauges::register(registry)?;
    Metrics::register(registry).map(|_| ())
}

/// Runs until Ctrl-C or SIGTERM.
pub fn run(args: Args) -> ExitCode {
    let fail = |error: anyhow::Error, code: ExitCode| {
        eprintln!("pulse tenant: {error:#}");
        code
    };
    let settings = match args.settings().and_then(|settings| log(&settings).map(|()| settings)) {
        Ok(settings) => settings,
        Err(error) => return fail(error, ExitCode::from(WRONG)),
    };
    let data = match DataDir::open(&settings.data) {
        Ok(data) => Arc::new(data),
        Err(error) => return fail(error, ExitCode::FAILURE),
    };
    match prepare(settings, data) {
        Err(error) => fail(error, ExitCode::from(WRONG)),
        Ok(prepared) => match actix::System::new().block_on(serve(prepared)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error, ExitCode::FAILURE),
        },
    }
}

fn log(settings: &TenantService) -> Result<()> {
    let format = match settings.log.as_str() {
        "human" => LogFormat::Human,
        "json" => LogFormat::Json,
        other => bail!("log = \"{other}\" is not known: write human or json"),
    };
    Ok(telemetry::init_log(format, "info,actix_server=warn")?)
}

fn prepare(settings: TenantService, data: Arc<DataDir>) -> Result<Prepared> {
    let (registry, clock) = (Registry::new(), Clock::of_machine());
    // Read at once, so that a wrong path is told with the other wrong settings.
    for file in [&settings.token_file, &settings.http_token_file].into_iter().flatten() {
        Secret::of_file(file)?;
    }
    let state = State::open(&settings, data, clock, Gauges::register(&registry)?)?;
    Ok(Prepared { settings, state, registry, clock })
}

async fn serve(prepared: Prepared) -> Result<()> {
    // What came before.
    let Prepared { settings, state, registry, clock } = prepared;
    let token = settings::token(settings.token_file.as_deref())?;
    let http_token =
        settings.http_token_file.as_deref().map(|file| settings::token(Some(file))).transpose()?;
    let probes = Probes::default();
    let admin = telemetry::serve(settings.metrics, registry.clone(), probes.clone())?;
    let metrics = Metrics::register(&registry)?;

    // The line, its end first: HTTP and links, the ledger, the files.
    let (told, ledger) = watch::channel(state.ledger());
    let told = Arc::new(told);
    let http = http_token.map(|token| http::Shared { ledger: ledger.clone(), token });
    let http = http.map(|shared| serve_http(settings.http, shared)).transpose()?;
    let tls = settings.tls_certificate.clone().zip(settings.tls_key.clone());
    let tls = tls.map(|(certificate, key)| {
        let client_authority = settings.tls_client_authority.clone();
        ServerTls { certificate, key, client_authority }
    });
    let server = ServerSettings { addr: settings.listen, tls, limits: ServerLimits::default() };
    let (server, incoming) = link_tcp::serve(server).await?;
    let service_settings = ServiceSettings { token, ..ServiceSettings::default() };
    let service = tenant_link::start(service_settings, ledger, incoming, clock, metrics);
    let watching = actix::spawn(state.watch(Arc::clone(&told)));

    // What others may know.
    probes.set_started();
    let http_addr =
        http.as_ref().map_or_else(|| "off (no http_token_file)".to_owned(), |(addr, _)| addr.to_string());
    eprintln!(
        "pulse tenant: link protocol on {}, HTTP {http_addr}, metrics on {}; Ctrl-C stops it",
        server.addr(),
        admin.addr
    );
    super::process::until_stopped(std::future::pending()).await?;
    probes.await_part("service", "it is going away");
    watching.abort();
    // The task holds the other one; then clients hear good-bye.
    let _ = watching.await;
    drop((service, told));
    let drained = async {
        if let Some((_, handle)) = http {
            handle.stop(true).await;
        }
        while server.open() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    // Whoever does not go in time is cut with the process; nothing of it is lost.
    let _ = tokio::time::timeout(settings.drain, drained).await;
    admin.shutdown().await;
    eprintln!("pulse tenant: stopped");
    Ok(())
}

fn serve_http(addr: SocketAddr, shared: http::Shared) -> Result<(SocketAddr, actix_web::dev::ServerHandle)> {
    let server = HttpServer::new(move || App::new().configure(http::routes(shared.clone())))
        .workers(1)
        .disable_signals()
        .shutdown_timeout(1)
        .bind(addr)
        .with_context(|| format!("HTTP can't be served on {addr}: choose another address with --http"))?;
    let addr = server.addrs().first().copied().unwrap_or(addr);
    let running = server.run();
    let handle = running.handle();
    actix::spawn(running);
    Ok((addr, handle))
}
