//! Settings of `pulse permissions`.

use super::parts::{Postgres, Redis, Upstream};
use super::{ConfiguredBy, load};
use access::WithoutLists;
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Settings of `pulse permissions`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permissions {
    /// Its name: unique among the processes of a tenant. In a ReplicaSet, the name of the pod.
    pub name: String,
    /// Metrics and probes.
    pub metrics: SocketAddr,
    /// The tenant's configuration, unless a tenant service tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_file: Option<PathBuf>,
    /// The tenant service that tells the configuration and its changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_service: Option<Upstream>,
    /// The file that holds the token that it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_token_file: Option<PathBuf>,
    /// What holds where the configuration has no access list: `deny` or `everything`.
    pub without_access_lists: WithoutLists,
    /// How often it says that the grants still hold.
    #[serde(with = "humantime_serde")]
    pub confirm_every: Duration,
    /// Where grants go.
    pub redis: Redis,
    /// Where accounts are.
    pub postgres: Postgres,
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

impl Default for Permissions {
    fn default() -> Self {
        Self {
            name: "permissions-0".into(),
            metrics: SocketAddr::from(([127, 0, 0, 1], 9093)),
            tenant_file: None,
            tenant_service: None,
            tenant_token_file: None,
            without_access_lists: WithoutLists::Deny,
            confirm_every: Duration::from_secs(5),
            redis: Redis::default(),
            postgres: Postgres { user: "pulse-permissions".into(), connections: 2, ..Postgres::default() },
            drain: Duration::from_secs(10),
            log: "json".into(),
            log_token_file: None,
        }
    }
}

impl Permissions {
    /// Reads the file, if one is named, and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        load(file)
    }

    /// Who tells the tenant's configuration.
    pub fn configured_by(&self) -> Result<ConfiguredBy> {
        ConfiguredBy::one_of(self.tenant_file.as_deref(), self.tenant_service.as_ref())
    }
}
