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
    /// Sentinels, as `host:port`, that are asked where it is instead; `host` and `port` do not matter then.
    pub sentinels: Vec<String>,
    /// The name under which the sentinels watch it.
    pub watched_as: String,
    /// The ACL user at the sentinels, if they ask for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentinel_user: Option<String>,
    /// The file that holds the password at the sentinels, if they ask for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentinel_password_file: Option<PathBuf>,
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
            sentinels: Vec::new(),
            watched_as: "mymaster".into(),
            sentinel_user: None,
            sentinel_password_file: None,
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
        Ok(store_redis::Settings {
            host: self.host.clone(),
            port: self.port,
            sentinels: self.sentinels()?,
            tls,
            user: self.user.clone(),
            password: password_of(self.password_file.clone()),
            tenant: tenant.into(),
            connections_max: self.connections,
            patience: self.patience,
        })
    }

    fn sentinels(&self) -> Result<Option<store_redis::Sentinels>> {
        let addresses = self.sentinels.iter().map(|text| {
            let parts =
                text.rsplit_once(':').and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)));
            parts.with_context(|| {
                format!("sentinels under [redis]: {text:?} is no host:port, such as \"sentinel-0:26379\"")
            })
        });
        let addresses = addresses.collect::<Result<Vec<_>>>()?;
        Ok((!addresses.is_empty()).then(|| store_redis::Sentinels {
            addresses,
            watched: self.watched_as.clone(),
            user: self.sentinel_user.clone(),
            password: password_of(self.sentinel_password_file.clone()),
        }))
    }
}

/// What the file holds whenever it is asked for.
fn password_of(file: Option<PathBuf>) -> store_redis::Password {
    Arc::new(move || {
        let secret = file.as_deref().map(Secret::of_file).transpose();
        let secret = secret.map_err(|error| format!("{error:#}"))?;
        Ok(secret.map(|secret| secret.reveal().to_owned()))
    })
}
