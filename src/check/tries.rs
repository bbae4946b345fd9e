//! How each kind of counterpart is tried.

use super::attempt::{Attempt, Limits, Outcome};
use crate::roles::lds::tenant_of_file;
use crate::settings::{self, ConfiguredBy, Postgres, Redis, Secret, Upstream};
use crate::source_url::{Kind, SourceUrl};
use anyhow::Result;
use connections::{Fault, FaultKind};
use link_tcp::{ClientLimits, ClientSettings, ClientTls, Probed};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use tokio::sync::OnceCell;
use wire::frame::{Hello, VERSION};

pub(super) fn wrong(error: impl Into<anyhow::Error>) -> Fault {
    Fault::new(FaultKind::Settings, format!("{:#}", error.into()))
}

/// The name of the tenant: known, or told by a file or the Tenant Service; nothing where those can't be asked.
#[derive(Clone)]
pub(super) struct TenantName(Rc<Asked>);

struct Asked {
    /// Who tells it, to which role, within which limits.
    by: Option<(ConfiguredBy, Option<PathBuf>, &'static str, Limits)>,
    name: OnceCell<Option<String>>,
}

impl TenantName {
    pub(super) fn known(name: &str) -> Self {
        Self(Rc::new(Asked { by: None, name: OnceCell::new_with(Some(Some(name.to_owned()))) }))
    }

    /// Whatever tells a role its configuration, with the file of its token, tells the name.
    pub(super) fn told(
        role: &'static str,
        by: Result<(ConfiguredBy, Option<PathBuf>)>,
        limits: Limits,
    ) -> Self {
        // What is wrong with it is told where the configuration itself is tried.
        let by = by.ok().map(|(by, token_file)| (by, token_file, role, limits));
        Self(Rc::new(Asked { by, name: OnceCell::new() }))
    }

    async fn get(&self) -> Option<String> {
        self.0.name.get_or_init(|| self.ask()).await.clone()
    }

    async fn ask(&self) -> Option<String> {
        let (by, token_file, role, limits) = self.0.by.clone()?;
        match by {
            ConfiguredBy::File(file) => tenant_of_file(&file).ok().map(|tenant| tenant.tenant.to_string()),
            ConfiguredBy::Service(upstream) => {
                let probed = Link { upstream, token_file, role }.probe("", limits).await.ok()?;
                probed.welcome.sources.first().map(|offer| offer.name.to_string())
            }
        }
    }
}

/// A link to a server of the link protocol.
pub(super) struct Link {
    pub(super) upstream: Upstream,
    pub(super) token_file: Option<PathBuf>,
    pub(super) role: &'static str,
}

impl Link {
    async fn probe(&self, tenant: &str, limits: Limits) -> Result<Probed, Fault> {
        let tls = self.upstream.tls().map_err(wrong)?;
        let token = settings::secret(self.token_file.as_deref()).map_err(wrong)?;
        let token = token.map(|token| token.first_line().to_owned()).unwrap_or_default();
        probe(self.upstream.address.clone(), tls, (self.role, tenant, &token), limits).await
    }
}

async fn probe(
    address: String,
    tls: Option<ClientTls>,
    (role, tenant, token): (&str, &str, &str),
    limits: Limits,
) -> Result<Probed, Fault> {
    let within = limits.within;
    let limits = ClientLimits { connect_within: within, welcome_within: within, ..ClientLimits::default() };
    let hello = Hello {
        v: VERSION,
        role: role.into(),
        tenant: tenant.into(),
        token: token.into(),
        ..Hello::default()
    };
    link_tcp::probe(&ClientSettings { address, tls, limits }, hello).await
}

/// What a link has told, in words.
fn told(probed: &Probed, is_private: bool) -> String {
    let names: Vec<&str> = probed.welcome.sources.iter().map(|offer| offer.name.as_str()).collect();
    let protection = if is_private { "TLS" } else { "no TLS" };
    let silence = if probed.told { "" } else { ", told nothing yet" };
    format!("{protection}, version {}, serves {}{silence}", probed.welcome.v, names.join(", "))
}

/// A server of the link protocol.
pub(super) fn link(row: u8, link: Link, tenant: TenantName, limits: Limits) -> Attempt {
    let target = link.upstream.address.clone();
    Attempt::new(row, target, limits, async move {
        let tenant = tenant.get().await.unwrap_or_default();
        let probed = link.probe(&tenant, limits).await?;
        Ok(Outcome::Works(told(&probed, link.upstream.ca_file.is_some())))
    })
}

/// A source of an LDS.
pub(super) fn source(
    row: u8,
    url: SourceUrl,
    tenant: String,
    secret: Option<PathBuf>,
    limits: Limits,
) -> Attempt {
    let target = url.to_string();
    Attempt::new(row, target, limits, async move {
        let ca = match &url.kind {
            Kind::Tenant { ca } => ca.clone(),
            Kind::Pulse { ca } => ca.clone(),
            Kind::Asterisk { .. } => return asterisk(&url, secret.as_deref(), limits).await,
            Kind::File(_) => return Err(wrong(anyhow::anyhow!("a file is no living source"))),
        };
        let is_private = ca.is_some();
        let identity = url.identity.clone();
        let tls = ca.map(|authority| ClientTls { authority, server_name: None, identity });
        let secret = match &url.kind {
            // The variable of the environment is the sources'.
            Kind::Tenant { .. } => settings::secret(secret.as_deref()).map_err(wrong)?,
            _ => Secret::of_sources(secret.as_deref()).map_err(wrong)?,
        };
        let secret = url.secret.clone().or(secret);
        let token = secret.as_ref().map_or("", |secret| secret.first_line());
        let probed = probe(url.address(), tls, ("lds", &tenant, token), limits).await?;
        Ok(Outcome::Works(told(&probed, is_private)))
    })
}

async fn asterisk(url: &SourceUrl, secret: Option<&Path>, limits: Limits) -> Result<Outcome, Fault> {
    let handed_in = Secret::of_sources(secret).map_err(wrong)?;
    let settings = crate::roles::asterisk::settings(url, handed_in.as_ref()).map_err(wrong)?;
    source_asterisk::probe(&settings, limits.within).await.map(Outcome::Works)
}

/// Redis.
pub(super) fn redis(row: u8, redis: Redis, tenant: TenantName, limits: Limits) -> Attempt {
    let user = redis.user.as_deref().unwrap_or("default");
    let target = format!("{user}@{}:{}", redis.host, redis.port);
    Attempt::new(row, target, limits, async move {
        let tenant = tenant.get().await;
        let is_private = !redis.plaintext;
        let mut settings = redis.settings(tenant.as_deref().unwrap_or_default()).map_err(wrong)?;
        settings.patience = limits.within;
        let checked = store_redis::check(settings).await?;
        let tenant = match (&tenant, checked.has_data) {
            (None, _) => "whose tenant is not known".to_owned(),
            (Some(tenant), true) => format!("data of tenant {tenant}"),
            (Some(tenant), false) => format!("nothing of tenant {tenant} yet"),
        };
        Ok(Outcome::Works(format!("{}, {tenant}", if is_private { "TLS" } else { "no TLS" })))
    })
}

/// PostgreSQL, as a role that lives with it.
pub(super) fn postgres(row: u8, postgres: Postgres, tenant: TenantName, limits: Limits) -> Attempt {
    let Postgres { user, host, port, database, .. } = &postgres;
    let target = format!("{user}@{host}:{port}/{database}");
    tenant_database(row, target, postgres.server().map(|(server, _)| server), tenant, limits)
}

/// PostgreSQL, for a tenant.
pub(super) fn tenant_database(
    row: u8,
    target: String,
    server: Result<store_postgres::Server>,
    tenant: TenantName,
    limits: Limits,
) -> Attempt {
    let server = match server {
        Ok(server) => server,
        Err(error) => return Attempt::hopeless(row, target, limits, &error),
    };
    Attempt::new(row, target, limits, async move {
        let tenant = tenant.get().await;
        let checked = store_postgres::check(&server, tenant.as_deref(), limits.within).await?;
        let whose =
            tenant.map_or_else(|| "whose tenant is not known".to_owned(), |name| format!("tenant {name}"));
        Ok(Outcome::Works(format!("{}, schema {}, {whose}", protection(&server), checked.schema)))
    })
}

/// PostgreSQL, for the owner of the schema.
pub(super) fn schema(
    row: u8,
    target: String,
    server: Result<store_postgres::Server>,
    limits: Limits,
) -> Attempt {
    let server = match server {
        Ok(server) => server,
        Err(error) => return Attempt::hopeless(row, target, limits, &error),
    };
    Attempt::new(row, target, limits, async move {
        let checked = store_postgres::check_schema(&server, limits.within).await?;
        let todo = match checked.missing {
            0 => "up to date".to_owned(),
            missing => format!("{missing} migrations to apply: run pulse init"),
        };
        Ok(Outcome::Works(format!("{}, schema {}, {todo}", protection(&server), checked.schema)))
    })
}

fn protection(server: &store_postgres::Server) -> &'static str {
    if server.tls == store_postgres::Tls::Disabled { "no TLS" } else { "TLS" }
}
