//! Settings of `pulse simulator`.

use super::load;
use super::parts::{Serving, Upstream};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Settings of `pulse simulator`; see config/simulator.toml.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Simulator {
    /// The centre, as TOML; the demo's if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<PathBuf>,
    /// Chance: the same seed and beginning give the same events.
    pub seed: u64,
    /// How long the centre has been open already.
    #[serde(with = "humantime_serde")]
    pub open_since: Duration,
    /// How many times as fast as the clock.
    pub speed: f64,
    /// Where the SIP Servers are served, and whatever has no place of its own.
    pub listen: SocketAddr,
    /// Where the sources of virtual queues are served (SIP-VQ).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_queues: Option<SocketAddr>,
    /// Where the Interaction Server is served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactions: Option<SocketAddr>,
    /// Where the Interaction Server of virtual queues is served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactions_vq: Option<SocketAddr>,
    /// The file that holds the token that clients must know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// How the links are protected.
    pub tls: Serving,
    /// How the links of the Interaction Servers are protected, if not as `tls` says.
    pub interactions_tls: Serving,
    /// How much of each source is kept for clients that come back, in bytes.
    pub keep_bytes: usize,
    /// DCUs that the Interaction Servers connect to by themselves (port 2060).
    pub push: Vec<Upstream>,
    /// The file that holds the token that those DCUs ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push_token_file: Option<PathBuf>,
    /// Metrics and probes; none if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<SocketAddr>,
    /// `human` or `json`.
    pub log: String,
}

impl Default for Simulator {
    fn default() -> Self {
        Self {
            scenario: None,
            seed: 1,
            open_since: Duration::ZERO,
            speed: 1.0,
            listen: SocketAddr::from(([127, 0, 0, 1], 8000)),
            virtual_queues: None,
            interactions: None,
            interactions_vq: None,
            token_file: None,
            tls: Serving::default(),
            interactions_tls: Serving::default(),
            keep_bytes: 128 << 20,
            push: Vec::new(),
            push_token_file: None,
            metrics: None,
            log: "human".into(),
        }
    }
}

impl Simulator {
    /// Reads the file, if one is named, and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        load(file)
    }
}
