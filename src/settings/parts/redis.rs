//! Where Redis is.

use crate::settings::Secret;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Where Redis is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Redis {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The authorities that may vouch for it (PEM); those of the machine if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Our own certificate and key (PEM), where it asks for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_file: Option<PathBuf>,
    /// The key of that certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// Speak without TLS: for this machine, or a network that encrypts by itself.
    pub plaintext: bool,
    /// The ACL user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The file that holds its password; read again for every new connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// Connections at once.
    pub connections: u32,
    /// How long any question may take.
    #[serde(with = "humantime_serde")]
    pub patience: Duration,
}

impl Default for Redis {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".into(),
            port: 6380,
            ca_file: None,
            certificate_file: None,
            key_file: None,
            plaintext: false,
            user: None,
            password_file: None,
            connections: 8,
            patience: Duration::from_secs(5),
        }
    }
}

impl Redis {
    /// The tenant's store there.
    pub fn open(&self, tenant: &str) -> Result<store_redis::RedisStore> {
        store_redis::RedisStore::open(self.settings(tenant)?).context("settings of [redis]")
    }

    /// The same for the store.
    pub fn settings(&self, tenant: &str) -> Result<store_redis::Settings> {
        let identity = match (&self.certificate_file, &self.key_file) {
            (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
            (None, None) => None,
            _ => bail!("certificate_file and key_file under [redis] belong together: name both"),
        };
        let tls = (!self.plaintext).then(|| store_redis::Tls { authority: self.ca_file.clone(), identity });
        let file = self.password_file.clone();
        Ok(store_redis::Settings {
            host: self.host.clone(),
            port: self.port,
            tls,
            user: self.user.clone(),
            password: Arc::new(move || {
                let secret = file.as_deref().map(Secret::of_file).transpose();
                let secret = secret.map_err(|error| format!("{error:#}"))?;
                Ok(secret.map(|secret| secret.reveal().to_owned()))
            }),
            tenant: tenant.into(),
            connections_max: self.connections,
            patience: self.patience,
        })
    }
}
