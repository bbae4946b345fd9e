//! Permissions: configuration and accounts in, grants out.

use super::lds::tenant_of_file;
use super::own;
use super::process::{self, finish, until_stopped};
use crate::settings::{self, ConfiguredBy};
use actors::permissions::{self, Configured, Desk, Metrics, Outside, Standing};
use anyhow::{Context, Result, bail};
use link_tcp::ClientSettings;
use model::tenant::Tenant;
use prometheus::Registry;
use runtime::{Census, Clock, Ref};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use telemetry::Probes;
use tenant_link::{Delivery, TenantClient};
use tokio::sync::{mpsc, watch};
use tracing::warn;
use wire::link::Token;

/// How long the desk may take to take a configuration.
const PATIENCE: Duration = Duration::from_secs(60);
/// The pause before a configuration that was not taken is handed over again.
const RETRY: Duration = Duration::from_secs(1);

/// `pulse permissions`.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// A settings file; see config/permissions.toml.
    #[arg(long)]
    settings: Option<PathBuf>,
}

/// Runs until SIGTERM or Ctrl-C, then drains.
pub fn run(args: Args) -> ExitCode {
    process::run(
        settings::Permissions::load(args.settings.as_deref()),
        |settings| (settings.log.as_str(), settings.log_token_file.as_deref()),
        serve,
    )
}

async fn serve(settings: settings::Permissions) -> Result<()> {
    // What came before.
    let clock = Clock::of_machine();
    let (registry, census, probes) = (Registry::new(), Census::default(), Probes::default());
    own::watch_actors(&registry, &census)?;
    probes.await_part("configuration", "the tenant service has not told it yet");
    probes.await_part("stores", "they have not answered yet");
    probes.await_part("grants", "they have not been computed yet");
    let admin = telemetry::serve(settings.metrics, registry.clone(), probes.clone())?;
    let (tenant, deliveries) = match settings.configured_by()? {
        ConfiguredBy::File(file) => (checked(tenant_of_file(&file)?)?, None),
        ConfiguredBy::Service(service) => {
            let token = settings::token(settings.tenant_token_file.as_deref())?;
            let mut deliveries = follow(service.client()?, token)?;
            (first(&mut deliveries).await?, Some(deliveries))
        }
    };
    probes.part_ready("configuration");
    let redis = settings.redis.open(&tenant.tenant)?;
    process::patiently("Redis", settings.redis.patience, async || redis.ping().await).await?;
    let documents = process::open_postgres(&settings.postgres, &tenant.tenant).await?;
    own::watch_stores(&registry, &redis, &documents)?;
    probes.part_ready("stores");

    // The line, its end first.
    let outside = Outside {
        book: Arc::new(redis.clone()),
        leases: Arc::new(redis),
        documents: Arc::new(documents),
        // What the configuration does not name is not known here: every value of every object would have to be read.
        values: None,
        clock,
        census,
        metrics: Metrics::register(&registry)?,
    };
    let told = permissions::Settings {
        name: settings.name.as_str().into(),
        without_access_lists: settings.without_access_lists,
        confirm_every: settings.confirm_every,
    };
    let running = permissions::start(told, outside);
    actix::spawn(attend(running.standing.clone(), probes.clone()));
    actix::spawn(tell(running.desk.clone(), tenant, deliveries));

    // What others may know.
    probes.set_started();
    tracing::info!(name = settings.name, metrics = %admin.addr, "permissions are computed");
    until_stopped(std::future::pending()).await?;
    probes.await_part("grants", "the process is stopping");
    finish(settings.drain, running.drain()).await
}

/// A configuration whose access lists mean something.
///
/// # Errors
/// All that is wrong with it.
pub(super) fn checked(tenant: Tenant) -> Result<Tenant> {
    if tenant.access.is_empty() && tenant.access_groups.is_empty() {
        return Ok(tenant);
    }
    configuration::check(&tenant).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the configuration is not valid: {}", faults.join("; "))
    })
}

/// Follows a tenant service.
pub(super) fn follow(client: ClientSettings, token: Token) -> Result<mpsc::Receiver<Delivery>> {
    let tenant = TenantClient::new("", None);
    let hello = tenant.hello("permissions", token);
    Ok(tenant.follow(link_tcp::subscribe(client, hello)?))
}

/// The configuration to begin with: it is waited for, and each cause is told once.
async fn first(deliveries: &mut mpsc::Receiver<Delivery>) -> Result<Tenant> {
    let mut told = String::new();
    loop {
        let delivery = tokio::select! {
            delivery = deliveries.recv() => delivery.context("the link to the tenant service has ended")?,
            stopped = until_stopped(std::future::pending()) => {
                stopped?;
                bail!("stopped while waiting for the tenant service: {told}");
            }
        };
        match delivery {
            Delivery::News(news) => return Ok(news.tenant),
            Delivery::Away { cause, .. } if cause != told => {
                warn!(cause, "the tenant service is not there yet; waiting for it: {cause}");
                told = cause;
            }
            Delivery::Away { .. } => {}
        }
    }
}

/// Hands configurations to the desk, for as long as they come.
pub(super) async fn tell(desk: Ref<Desk>, first: Tenant, deliveries: Option<mpsc::Receiver<Delivery>>) {
    hand_over(&desk, || Configured::Is(Box::new(first.clone()))).await;
    let Some(mut deliveries) = deliveries else { return };
    while let Some(delivery) = deliveries.recv().await {
        match delivery {
            Delivery::News(news) => hand_over(&desk, || Configured::Is(Box::new(news.tenant.clone()))).await,
            Delivery::Away { cause, .. } => {
                warn!(cause, "the configuration is not to be had; what is known still holds: {cause}");
                hand_over(&desk, || Configured::Away).await;
            }
        }
    }
}

/// A desk that is just being built anew takes it a moment later.
async fn hand_over(desk: &Ref<Desk>, configured: impl Fn() -> Configured) {
    while desk.ask(configured(), PATIENCE).await.is_err() {
        tokio::time::sleep(RETRY).await;
    }
}

/// Tells the probes how the writing stands.
async fn attend(mut standing: watch::Receiver<Standing>, probes: Probes) {
    loop {
        let stands = *standing.borrow_and_update();
        match stands {
            Standing::Starting => {}
            Standing::Writing | Standing::Standby => probes.part_ready("grants"),
            Standing::Failing => probes.await_part("grants", "a store does not answer; see the log"),
        }
        if standing.changed().await.is_err() {
            return;
        }
    }
}
