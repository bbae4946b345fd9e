//! The web: pages, REST and streams over the stores.

use super::directory;
use super::own;
use super::process::{self, finish, until_stopped};
use super::wishes;
use crate::settings;
use crate::shipped;
use anyhow::{Result, bail};
use ports::grants::Grants;
use ports::history::{History, Tiers};
use prometheus::Registry;
use runtime::{Census, Clock};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use telemetry::{Probes, Seen};

/// `pulse web`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A settings file; see config/web.toml.
    #[arg(long)]
    settings: Option<PathBuf>,
}

/// Registers the metrics of the role: for their documentation.
pub(crate) fn register_metrics(registry: &Registry) -> prometheus::Result<()> {
    directory::Gauges::register(registry)?;
    web::register_metrics(registry)
}

/// Runs until SIGTERM or Ctrl-C, then drains.
pub fn run(args: Args) -> ExitCode {
    process::run(
        settings::Web::load(args.settings.as_deref()).and_then(settings::Web::checked),
        |settings| (settings.log.as_str(), settings.log_token_file.as_deref()),
        serve,
    )
}

async fn serve(settings: settings::Web) -> Result<()> {
    // What came before.
    let tls = match settings.behind_proxy {
        true => None,
        false => settings.tls.tls(settings.listen)?,
    };
    if tls.as_ref().is_some_and(|tls| tls.client_authority.is_some()) {
        bail!("client_ca_file under [tls] is not for pages: browsers have no certificates; leave it out");
    }
    let proxies = settings.proxies()?;
    let first_password = settings::secret(settings.first_password_file.as_deref())?;
    let clock = Clock::of_machine();
    let identity =
        settings.identity.as_ref().map(|identity| identity.open(&settings.tenant, clock)).transpose()?;
    let directory = settings.configuration.as_ref();
    let directory =
        directory.map(|service| anyhow::Ok((service.open(settings.identity.as_ref())?, service.check_every)));
    let directory = directory.transpose()?;
    let (registry, census, probes) = (Registry::new(), Census::default(), Probes::default());
    own::watch_actors(&registry, &census)?;
    probes.await_part("stores", "they have not answered yet");
    let seen = Seen::new(Some(26), move || clock.now().0);
    let admin = telemetry::serve_seen(settings.metrics, registry.clone(), probes.clone(), seen.clone())?;
    let redis = settings.redis.open(&settings.tenant)?;
    process::patiently("Redis", settings.redis.patience, async || redis.ping().await).await?;
    let store = process::open_postgres(&settings.postgres, &settings.tenant).await?;
    own::watch_stores(&registry, &redis, &store)?;
    probes.part_ready("stores");

    let history: Arc<dyn History> = Arc::new(Tiers { hot: redis.clone(), warm: store.clone() });
    let grants: Option<Arc<dyn Grants>> = Some(Arc::new(redis.clone()));
    let webhooks = settings.webhooks.open(clock)?;
    let ports = web::Ports {
        values: Arc::new(redis.clone()),
        demand: Arc::new(redis.clone()),
        leases: Arc::new(redis.clone()),
        webhooks,
        audit: Arc::new(store.clone()),
        documents: Arc::new(store),
        history,
        questions: Arc::new(redis.clone()),
        screens: Arc::new(redis),
        grants,
        identity: identity.map(|identity| Arc::new(identity) as Arc<dyn ports::identity::Identity>),
        library: wishes::web_library(&shipped::library()?),
        clock,
        census,
    };
    let web_settings = web::WebSettings {
        bind: settings.listen,
        tls: tls.map(|tls| web::Tls { certificates: tls.certificate, key: tls.key }),
        tenant: settings.tenant.as_str().into(),
        time_zone: settings.time_zone.as_str().into(),
        allowed_origins: settings.allowed_origins.clone(),
        frame_origins: settings.frame_origins.clone(),
        proxies,
        local_accounts: settings.local_accounts,
        public_url: settings.public_url.clone(),
        grants_age_max: settings.grants_age_max,
        people_age_max: settings.people_age_max,
        audit_age_max: settings.audit_age_max,
        first_password: first_password.map(|password| password.reveal().to_owned()),
        shipped_boards: shipped::boards()?,
        seen,
        ..web::WebSettings::default()
    };
    let web = web::start(web_settings, ports, &registry).await?;
    if let Some((directory, every)) = directory {
        actix::spawn(directory::follow(directory, every, clock, registry.clone(), web.configured()));
    }

    // What others may know.
    if let Some(password) = &web.first_password {
        // Once, and not in the log, which is kept.
        println!("the user admin was made, with the password {password}");
    }
    probes.set_started();
    tracing::info!(url = web.url, metrics = %admin.addr, "the web runs");
    until_stopped(std::future::pending()).await?;
    probes.await_part("stores", "the process is stopping");
    finish(settings.drain, web.shutdown()).await
}
