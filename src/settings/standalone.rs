//! Settings of `pulse standalone`.

use super::{Events, Webhooks, load};
use access::WithoutLists;
use anyhow::Result;
use door_cloudevents::EventSource;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Settings of `pulse standalone`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standalone {
    /// Where everything that must last is kept.
    pub data: PathBuf,
    /// Where people's browsers come in.
    pub listen: SocketAddr,
    /// Origins whose pages boards may show in a frame, as `https://host:port`.
    pub frame_origins: Vec<String>,
    /// Metrics, probes.
    pub metrics: SocketAddr,
    /// Event sources as URLs; the demo contact centre if empty.
    pub sources: Vec<String>,
    /// The tenant's configuration; everything is discovered without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<PathBuf>,
    /// The file that holds the secret of a tenant service among the sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_token_file: Option<PathBuf>,
    /// IANA name of the zone in which days begin, when no tenant file says it; UTC if absent, the demo's own for the
    /// demo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The file that holds the sources' secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// Where events come in over HTTP; nowhere if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_listen: Option<SocketAddr>,
    /// The file of the tokens that senders of events must know, one a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_token_file: Option<PathBuf>,
    /// Whose events come in over HTTP.
    pub events_sources: Vec<EventSource>,
    /// The certificate (PEM) with which events come in over TLS; plain HTTP without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_certificate: Option<PathBuf>,
    /// Its key (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_key: Option<PathBuf>,
    /// How long the journal keeps records.
    #[serde(with = "humantime_serde")]
    pub journal_age_max: Duration,
    /// How large the journal may grow, in bytes, for each source.
    pub journal_bytes_max: u64,
    /// How long past values are kept for lines.
    #[serde(with = "humantime_serde")]
    pub history_age_max: Duration,
    /// How long entries of the audit trail are kept.
    #[serde(with = "humantime_serde")]
    pub audit_age_max: Duration,
    /// How often a checkpoint is written.
    #[serde(with = "humantime_serde")]
    pub checkpoint_every: Duration,
    /// What holds where the configuration has no access list: `everything` or `deny`.
    pub without_access_lists: WithoutLists,
    /// Where alerts may be told to other systems.
    pub webhooks: Webhooks,
    /// How long the roles may take to finish after Ctrl-C.
    #[serde(with = "humantime_serde")]
    pub drain: Duration,
    /// `human` or `json`.
    pub log: String,
    /// The file of the tokens, one a line, with which the log's filter is changed from another machine; only from this one
    /// if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_token_file: Option<PathBuf>,
}

impl Default for Standalone {
    fn default() -> Self {
        Self {
            data: "data".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            frame_origins: Vec::new(),
            metrics: SocketAddr::from(([127, 0, 0, 1], 9091)),
            sources: Vec::new(),
            tenant: None,
            tenant_token_file: None,
            time_zone: None,
            secret_file: None,
            events_listen: None,
            events_token_file: None,
            events_sources: Vec::new(),
            events_certificate: None,
            events_key: None,
            journal_age_max: Duration::from_secs(48 * 3600),
            journal_bytes_max: 10 * (1 << 30),
            history_age_max: Duration::from_secs(35 * 24 * 3600),
            audit_age_max: Duration::from_secs(400 * 24 * 3600),
            checkpoint_every: Duration::from_secs(5),
            without_access_lists: WithoutLists::Everything,
            webhooks: Webhooks::default(),
            drain: Duration::from_secs(10),
            log: "human".into(),
            log_token_file: None,
        }
    }
}

impl Standalone {
    /// Reads the file, if one is named, and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        load(file)
    }

    /// The events door, if there is one.
    pub fn events(&self) -> Result<Option<Events>> {
        let tls = (self.events_certificate.as_deref(), self.events_key.as_deref());
        let token_file = self.events_token_file.as_deref();
        Events::of_keys(self.events_listen, token_file, &self.events_sources, tls, self.journal_age_max)
    }
}
