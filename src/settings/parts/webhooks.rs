//! Where alerts may be told to other systems.

use anyhow::{Result, anyhow, bail};
use ports::webhooks::Webhooks as Port;
use runtime::Clock;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Webhooks: off without any origin.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhooks {
    /// Where messages may go, as `https://host:port`.
    pub origins: Vec<String>,
    /// The file with the secret by which receivers know us.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// The authorities that may vouch for receivers (PEM); those of the machine if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// How long an attempt may take.
    #[serde(with = "humantime_serde")]
    pub patience: Duration,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self { origins: Vec::new(), secret_file: None, ca_file: None, patience: Duration::from_secs(10) }
    }
}

impl Webhooks {
    /// Where messages go out; nowhere if no origin is named.
    ///
    /// # Errors
    /// Names what can't be used.
    pub fn open(&self, clock: Clock) -> Result<Option<Arc<dyn Port>>> {
        if self.origins.is_empty() {
            return Ok(None);
        }
        let Some(secret_file) = &self.secret_file else {
            bail!("[webhooks] needs secret_file: by the signature receivers know who sends");
        };
        let opened = webhook::HttpWebhooks::new(
            &self.origins,
            secret_file,
            self.ca_file.as_deref(),
            self.patience,
            clock,
        );
        Ok(Some(Arc::new(opened.map_err(|cause| anyhow!("[webhooks] {cause}"))?)))
    }
}
