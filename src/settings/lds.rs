//! Settings of `pulse lds`.

use super::parts::{Serving, is_vq};
use super::{Events, load};
use anyhow::Result;
use door_cloudevents::EventSource;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Settings of `pulse lds`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lds {
    /// Where the journal is kept.
    pub data: PathBuf,
    /// Where receivers come in.
    pub listen: SocketAddr,
    /// Metrics and probes.
    pub metrics: SocketAddr,
    /// Which of several it is: the label `service` of its metrics.
    pub service: String,
    /// Event sources as URLs.
    pub sources: Vec<String>,
    /// The file that holds the sources' secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// Whose centre; a client of another tenant is refused.
    pub tenant: String,
    /// The tenant's configuration, for the switches of sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_file: Option<PathBuf>,
    /// The file that holds the token that a tenant service among the sources asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_token_file: Option<PathBuf>,
    /// The file that holds the token that receivers must know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// How receivers' links are protected.
    pub tls: Serving,
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
    /// How long a source of the link protocol may take to answer, and how long it may be silent.
    #[serde(with = "humantime_serde")]
    pub patience: Duration,
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

impl Default for Lds {
    fn default() -> Self {
        Self {
            data: "data/lds".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8000)),
            metrics: SocketAddr::from(([127, 0, 0, 1], 9091)),
            service: "lds".into(),
            sources: Vec::new(),
            secret_file: None,
            tenant: "default".into(),
            tenant_file: None,
            tenant_token_file: None,
            token_file: None,
            tls: Serving::default(),
            events_listen: None,
            events_token_file: None,
            events_sources: Vec::new(),
            events_certificate: None,
            events_key: None,
            journal_age_max: Duration::from_secs(48 * 3600),
            journal_bytes_max: 10 * (1 << 30),
            patience: Duration::from_secs(5),
            drain: Duration::from_secs(10),
            log: "json".into(),
            log_token_file: None,
        }
    }
}

impl Lds {
    /// Reads the file, if one is named, and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        load(file)
    }

    /// Whether it is for virtual queues: connections 12 to 14 instead of 9 to 11.
    pub fn is_vq(&self) -> bool {
        is_vq(&self.service)
    }

    /// The events door, if there is one.
    pub fn events(&self) -> Result<Option<Events>> {
        let tls = (self.events_certificate.as_deref(), self.events_key.as_deref());
        let token_file = self.events_token_file.as_deref();
        Events::of_keys(self.events_listen, token_file, &self.events_sources, tls, self.journal_age_max)
    }
}
