//! Settings of `pulse dcu`.

use super::parts::{Postgres, Redis, Serving, Upstream};
use super::{ConfiguredBy, load};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Settings of `pulse dcu`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dcu {
    /// Its name, unlike that of every other DCU of the tenant. In a StatefulSet, the name of the pod.
    pub name: String,
    /// Metrics and probes.
    pub metrics: SocketAddr,
    /// The tenant's configuration, unless a tenant service tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_file: Option<PathBuf>,
    /// The tenant service that tells the configuration to begin with. Changes come with the events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_service: Option<Upstream>,
    /// The file that holds the token that it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_token_file: Option<PathBuf>,
    /// Where events come from: load distribution servers.
    pub lds: Vec<Upstream>,
    /// The file that holds the token that they ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// Where events of other media come from: Interaction Servers.
    pub interaction_server: Vec<Upstream>,
    /// The file that holds the token that they ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interaction_token_file: Option<PathBuf>,
    /// Where sources and routers come in by themselves.
    pub inbound: Inbound,
    /// Where values go.
    pub redis: Redis,
    /// Where the boards are that say what is wanted, and where past values go.
    pub postgres: Postgres,
    /// How long past values are kept for lines.
    #[serde(with = "humantime_serde")]
    pub history_age_max: Duration,
    /// How often a checkpoint is written.
    #[serde(with = "humantime_serde")]
    pub checkpoint_every: Duration,
    /// How long other DCUs leave its slots alone after it was last heard of.
    #[serde(with = "humantime_serde")]
    pub lease: Duration,
    /// How long it may take to finish after SIGTERM.
    #[serde(with = "humantime_serde")]
    pub drain: Duration,
    /// `human` or `json`.
    pub log: String,
    /// The file of the tokens, one a line, with which the log's filter is changed from another machine; only from this one
    /// if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_token_file: Option<PathBuf>,
}

impl Default for Dcu {
    fn default() -> Self {
        Self {
            name: "dcu-0".into(),
            metrics: SocketAddr::from(([127, 0, 0, 1], 9091)),
            tenant_file: None,
            tenant_service: None,
            tenant_token_file: None,
            lds: vec![Upstream::local(8000)],
            token_file: None,
            interaction_server: Vec::new(),
            interaction_token_file: None,
            inbound: Inbound::default(),
            redis: Redis::default(),
            postgres: Postgres { user: "pulse-dcu".into(), ..Postgres::default() },
            history_age_max: Duration::from_secs(35 * 86_400),
            checkpoint_every: Duration::from_secs(5),
            lease: Duration::from_secs(6),
            drain: Duration::from_secs(10),
            log: "json".into(),
            log_token_file: None,
        }
    }
}

impl Dcu {
    /// Reads the file, if one is named, and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        load(file)
    }

    /// Who tells the tenant's configuration.
    pub fn configured_by(&self) -> Result<ConfiguredBy> {
        ConfiguredBy::one_of(self.tenant_file.as_deref(), self.tenant_service.as_ref())
    }
}

/// The port for sources that bring events by themselves, and for routers that follow statistics.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Inbound {
    /// Where it listens; nowhere if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// The file that holds the token that clients must know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// How the links are protected.
    pub tls: Serving,
    /// Clients at the same time.
    pub clients_max: usize,
    /// Statistics that one client may follow.
    pub statistics_max: usize,
    /// Frames that may wait for one client; one that takes nothing is cut.
    pub frames_max: usize,
    /// How much of what a source brings is kept for statistics that are opened later, in bytes.
    pub keep_bytes: usize,
}

impl Default for Inbound {
    fn default() -> Self {
        let (listen, token_file, tls) = (None, None, Serving::default());
        let (clients_max, statistics_max, frames_max) = (32, 256, 1_024);
        Self { listen, token_file, tls, clients_max, statistics_max, frames_max, keep_bytes: 128 << 20 }
    }
}
