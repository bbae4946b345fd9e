//! Event sources of an LDS, opened from their URLs: adapters and upstream links become feeds.

use super::{asterisk, configured};
use crate::data_dir::DataDir;
use crate::settings::{self, Secret};
use crate::source_url::{Kind, SourceUrl};
use actors::lds::{Arrival, SourceFeed, Upstream};
use anyhow::{Context, Result, bail};
use link_tcp::{ClientLimits, ClientSettings};
use model::Text;
use model::tenant::{Agent, Tenant};
use model::time::Position;
use ports::record_log::RecordLog;
use runtime::Clock;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use wire::link::Token;

/// A source that has been opened.
pub(super) struct Opened {
    /// As in records.
    pub(super) name: Text,
    /// Its switch.
    pub(super) switch: Text,
    /// As people wrote it, without secrets.
    pub(super) shown: String,
    /// What it brings; taken by the LDS.
    pub(super) feed: Option<SourceFeed>,
    /// People that it knows by name.
    pub(super) agents: Vec<Agent>,
    /// It tells of the configuration, not of a switch.
    pub(super) configures: bool,
}

/// The demo's SIP Servers, over the same kind of link as real ones.
pub(super) async fn open_simulator(
    tenant: &Tenant,
    addr: SocketAddr,
    log: &dyn RecordLog,
) -> Result<Vec<Opened>> {
    let mut opened = Vec::new();
    for source in &tenant.sources {
        let upstream = Upstream::new(source.name.clone(), Some(known(log, &source.name).await?));
        let link = link_tcp::subscribe(
            ClientSettings::plain(addr.to_string()),
            upstream.hello(&tenant.tenant, Token::default()),
        )?;
        opened.push(Opened {
            name: source.name.clone(),
            switch: source.switch.clone(),
            shown: "the demo contact centre".to_owned(),
            feed: Some(upstream.feed(source.switch.clone(), link, Arrival::AsRecorded)),
            agents: Vec::new(),
            configures: false,
        });
    }
    Ok(opened)
}

/// Where the log of a source ends; [0,0] if nothing was ever written: then everything that the source keeps is wanted.
async fn known(log: &dyn RecordLog, source: &str) -> Result<Position> {
    Ok(log.span(source).await?.map(|span| span.newest).unwrap_or_default())
}

/// Opens the Tenant Service among the sources, if there is one: the configuration that it tells, and its source.
pub(super) async fn open_tenant(
    urls: &[SourceUrl],
    opening: configured::Opening<'_>,
) -> Result<Option<(Tenant, Opened)>> {
    let mut services = urls.iter().filter(|url| matches!(url.kind, Kind::Tenant { .. }));
    match (services.next(), services.next()) {
        (None, _) => Ok(None),
        (Some(url), None) => {
            configured::open(url, opening).await.with_context(|| format!("source {url}")).map(Some)
        }
        (Some(_), Some(second)) => {
            bail!("source {second}: one tenant service tells all, leave the other out")
        }
    }
}

/// What sources are opened with.
pub(super) struct Opening<'a> {
    /// The secret that was handed in.
    pub(super) secret: Option<&'a Secret>,
    /// The file that it is in, if it is: a changed one is used without a restart.
    pub(super) secret_file: Option<&'a Path>,
    /// The tenant as configured, if it is.
    pub(super) tenant: Option<&'a Tenant>,
    /// Where each source goes on.
    pub(super) log: Arc<dyn RecordLog>,
    /// Where what a restart must know is remembered.
    pub(super) data: Arc<DataDir>,
    /// The time.
    pub(super) clock: Clock,
    /// The bounds of links.
    pub(super) limits: ClientLimits,
}

impl Opening<'_> {
    /// Opens all, in order.
    pub(super) async fn open_all(&self, urls: &[SourceUrl]) -> Result<Vec<Opened>> {
        let (mut opened, names) = (Vec::new(), asterisk::Names::default());
        for url in urls {
            opened.push(self.open(url, &names).await.with_context(|| format!("source {url}"))?);
        }
        Ok(opened)
    }

    async fn open(&self, url: &SourceUrl, names: &asterisk::Names) -> Result<Opened> {
        match &url.kind {
            Kind::Pulse { .. } => self.open_link(url).await,
            Kind::Asterisk { .. } => {
                let span = self.log.span(&url.name).await?;
                let known = (Arc::clone(&self.data), names.clone());
                let mut opened =
                    asterisk::open(url, self.secret, self.secret_file, known, span, self.clock).await?;
                // A tenant file knows better.
                if self
                    .tenant
                    .is_some_and(|tenant| tenant.sources.iter().any(|source| source.name == opened.name))
                {
                    opened.switch = self.switch_of(&opened.name);
                }
                Ok(opened)
            }
            Kind::Tenant { .. } => bail!("a tenant service is opened before all other sources"),
            Kind::File(_) => bail!("a file is no living source: use pulse evaluate, or pulse tail"),
        }
    }

    /// An LDS or SIP Server upstream: it numbers its own records, we stamp their arrival.
    async fn open_link(&self, url: &SourceUrl) -> Result<Opened> {
        let name = Text::from(url.name.as_str());
        let tenant = self.tenant.map_or("default", |tenant| tenant.tenant.as_str());
        let token = match (&url.secret, self.secret_file) {
            (None, Some(file)) => settings::token(Some(file))?,
            _ => url.secret(self.secret).map(|secret| Token::from(secret.reveal())).unwrap_or_default(),
        };
        let upstream = Upstream::new(name.clone(), Some(known(self.log.as_ref(), &name).await?));
        let link = link_tcp::subscribe(url.client(self.limits), upstream.hello(tenant, token))?;
        let switch = self.switch_of(&name);
        let feed = upstream.feed(switch.clone(), link, Arrival::Stamped);
        Ok(Opened {
            name,
            switch,
            shown: url.to_string(),
            feed: Some(feed),
            agents: Vec::new(),
            configures: false,
        })
    }

    /// The configured switch of a source, else its own name.
    fn switch_of(&self, name: &Text) -> Text {
        let configured =
            self.tenant.and_then(|tenant| tenant.sources.iter().find(|source| source.name == *name));
        configured.map_or_else(|| name.clone(), |source| source.switch.clone())
    }
}
