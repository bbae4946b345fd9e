//! The LDS of a process that is everything, with its sources or the demo.

use super::demo::Demo;
use crate::data_dir::DataDir;
use crate::roles::process::Running;
use crate::roles::simulator::{self, Play, Ports};
use crate::roles::sources::{self, Opened, Opening};
use crate::roles::threads::born_on;
use crate::roles::{configured, events, lds};
use crate::settings::{Events, Secret};
use crate::source_url::{Kind, SourceUrl};
use actix::Arbiter;
use anyhow::{Result, bail};
use link_tcp::ClientLimits;
use model::Text;
use model::tenant::{Source, Tenant};
use ports::record_log::RecordLog;
use prometheus::Registry;
use runtime::{Census, Clock};
use scenario::World;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::mpsc;
use wire::link::Token;

/// How much the demo keeps for whoever comes back, in bytes.
const DEMO_KEPT: usize = 128 << 20;

pub(super) struct LdsParts {
    pub(super) demo: Option<Demo>,
    pub(super) urls: Vec<SourceUrl>,
    pub(super) secret: Option<Secret>,
    pub(super) secret_file: Option<PathBuf>,
    pub(super) tenant_token_file: Option<PathBuf>,
    pub(super) given: Option<Tenant>,
    pub(super) events: Option<Events>,
    pub(super) time_zone: Option<String>,
    pub(super) data: Arc<DataDir>,
    pub(super) log: Arc<dyn RecordLog>,
    pub(super) clock: Clock,
    pub(super) registry: Registry,
    pub(super) census: Census,
    pub(super) lost: mpsc::Sender<String>,
}

pub(super) struct RunningLds {
    pub(super) addr: SocketAddr,
    pub(super) tenant: Tenant,
    /// All that the LDS serves, also what configures.
    pub(super) sources: Vec<Text>,
    pub(super) is_demo: bool,
    pub(super) names: Vec<String>,
    pub(super) running: Running,
}

impl RunningLds {
    pub(super) async fn stop(self) {
        self.running.stop().await;
    }
}

pub(super) async fn start_lds(thread: &Arbiter, parts: LdsParts) -> Result<RunningLds> {
    born_on(thread, move || async move {
        let is_demo = parts.demo.is_some();
        let mut door = None;
        let (opened, simulator, tenant) = match parts.demo {
            Some(demo) => {
                let scenario = demo.scenario(parts.time_zone.as_deref())?;
                let tenant = World::new(&scenario, demo.seed, demo.start)?.tenant();
                let play =
                    Play { scenario, seed: demo.seed, start: demo.start, speed: 1.0, keep_bytes: DEMO_KEPT };
                let ports = Ports::together(SocketAddr::from(([127, 0, 0, 1], 0)));
                let simulator = simulator::serve(play, ports, parts.clock).await?;
                let opened = sources::open_simulator(&tenant, simulator.addr, parts.log.as_ref()).await?;
                (opened, Some(simulator), tenant)
            }
            None => {
                let from_service = configured::Opening {
                    secret_file: parts.tenant_token_file.as_deref(),
                    log: parts.log.as_ref(),
                    data: Arc::clone(&parts.data),
                    clock: parts.clock,
                    limits: ClientLimits::default(),
                };
                let (given, mut first) = match sources::open_tenant(&parts.urls, from_service).await? {
                    Some(_) if parts.given.is_some() => {
                        bail!("the configuration comes from a tenant service or from a tenant file: leave one out")
                    }
                    Some((tenant, opened)) => (Some(tenant), vec![opened]),
                    None => (parts.given, Vec::new()),
                };
                let opening = Opening {
                    secret: parts.secret.as_ref(),
                    secret_file: parts.secret_file.as_deref(),
                    tenant: given.as_ref(),
                    log: Arc::clone(&parts.log),
                    data: parts.data,
                    clock: parts.clock,
                    limits: ClientLimits::default(),
                };
                let urls: Vec<_> = parts.urls.into_iter().filter(|url| !matches!(url.kind, Kind::Tenant { .. })).collect();
                first.extend(opening.open_all(&urls).await?);
                if let Some(events) = &parts.events {
                    let (log, given) = (Arc::clone(&parts.log), given.as_ref());
                    let (sources, running) =
                        events::open(events, log, given, parts.clock, parts.registry.clone()).await?;
                    first.extend(sources);
                    door = Some(running);
                }
                let tenant = tenant_of(given, &first, parts.time_zone.as_deref().unwrap_or("UTC"));
                (first, None, tenant)
            }
        };
        let names = opened.iter().map(|source| source.shown.clone()).collect();
        let configuring = opened.iter().filter(|source| source.configures).map(|source| &source.name);
        let all = tenant.sources.iter().map(|source| &source.name).chain(configuring).cloned().collect();
        let born = lds::start(lds::Parts {
            service: "lds".into(),
            tenant: tenant.tenant.clone(),
            token: Token::default(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            tls: None,
            opened,
            log: parts.log,
            clock: parts.clock,
            registry: parts.registry,
            census: parts.census,
            lost: parts.lost,
        })
        .await?;
        let addr = born.addr;
        let (running, stopped) = Running::new();
        actix::spawn(async move {
            let Ok(done) = stopped.await else { return };
            if let Some(door) = door {
                door.shutdown().await;
            }
            drop(simulator);
            born.stop().await;
            let _ = done.send(());
        });
        Ok(RunningLds { addr, tenant, sources: all, is_demo, names, running })
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
    for source in opened.iter().filter(|source| !source.configures) {
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
