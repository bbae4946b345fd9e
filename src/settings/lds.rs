//! Settings of `pulse lds`.

use super::load;
use super::parts::Serving;
use anyhow::Result;
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
    /// The file that holds the token that receivers must know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// How receivers' links are protected.
    pub tls: Serving,
    /// How long the journal keeps records.
    #[serde(with = "humantime_serde")]
    pub journal_age_max: Duration,
    /// How large the journal may grow, in bytes, for each source.
    pub journal_bytes_max: u64,
    /// How long it may take to finish after SIGTERM.
    #[serde(with = "humantime_serde")]
    pub drain: Duration,
    /// `human` or `json`.
    pub log: String,
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
            token_file: None,
            tls: Serving::default(),
            journal_age_max: Duration::from_secs(48 * 3600),
            journal_bytes_max: 10 * (1 << 30),
            drain: Duration::from_secs(10),
            log: "json".into(),
        }
    }
}

impl Lds {
    /// Reads the file, if one is named, and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        load(file)
    }
}
