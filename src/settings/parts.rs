//! Tables that several roles' settings have in common.

use super::Secret;
use super::postgres::{Database, TlsMode};
use anyhow::{Context, Result, bail};
use link_tcp::{ClientLimits, ClientSettings, ClientTls, ServerTls};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How this process proves who it is, and whom it lets in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Serving {
    /// The certificate chain, the own one first (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_file: Option<PathBuf>,
    /// Its key (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// Only clients with a certificate of these authorities are let in (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ca_file: Option<PathBuf>,
    /// Serve beyond this machine without TLS: for a network that encrypts by itself.
    pub plaintext: bool,
}

impl Serving {
    /// Whether anything is said.
    pub fn is_set(&self) -> bool {
        self.certificate_file.is_some() || self.key_file.is_some() || self.plaintext
    }

    /// What protects a server on `addr`; nothing only on this machine, or where that was asked for.
    pub fn tls(&self, addr: SocketAddr) -> Result<Option<ServerTls>> {
        match (&self.certificate_file, &self.key_file) {
            (Some(certificate), Some(key)) => Ok(Some(ServerTls {
                certificate: certificate.clone(),
                key: key.clone(),
                client_authority: self.client_ca_file.clone(),
            })),
            (None, None) if addr.ip().is_loopback() || self.plaintext => Ok(None),
            (None, None) => bail!(
                "listen = \"{addr}\" is open beyond this machine: name certificate_file and key_file under [tls], or say \
                 plaintext = true there if the network encrypts by itself"
            ),
            _ => bail!("certificate_file and key_file under [tls] belong together: name both"),
        }
    }
}

/// A server that speaks the link protocol, as a client sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// `host:port`.
    pub address: String,
    /// The authorities that may vouch for it (PEM); required beyond this machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Our own certificate and key (PEM), where it asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_file: Option<PathBuf>,
    /// The key of that certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// Go beyond this machine without TLS: for a network that encrypts by itself.
    #[serde(default)]
    pub plaintext: bool,
    /// The sources that are taken from it; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<Vec<String>>,
    /// Which of several it is: `lds-vq` for one of virtual queues (connection 15 instead of 8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// How long it may take to answer, and how long it may be silent.
    #[serde(default = "five_seconds", with = "humantime_serde")]
    pub patience: Duration,
}

const fn five_seconds() -> Duration {
    Duration::from_secs(5)
}

/// Whether a service is for virtual queues, by its name.
pub(super) fn is_vq(service: &str) -> bool {
    service.strip_prefix("lds-vq").is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

impl Upstream {
    /// One on this machine.
    pub fn local(port: u16) -> Self {
        Self {
            address: format!("127.0.0.1:{port}"),
            ca_file: None,
            certificate_file: None,
            key_file: None,
            plaintext: false,
            sources: None,
            service: None,
            patience: five_seconds(),
        }
    }

    /// Whether it is one of virtual queues.
    pub fn is_vq(&self) -> bool {
        self.service.as_deref().is_some_and(is_vq)
    }

    /// How it is connected to.
    pub fn client(&self) -> Result<ClientSettings> {
        Ok(ClientSettings {
            address: self.address.clone(),
            tls: self.tls()?,
            limits: link_limits(self.patience),
        })
    }

    /// What protects the link.
    pub fn tls(&self) -> Result<Option<ClientTls>> {
        let identity = match (&self.certificate_file, &self.key_file) {
            (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
            (None, None) => None,
            _ => bail!("certificate_file and key_file of {} belong together: name both", self.address),
        };
        match &self.ca_file {
            Some(file) => Ok(Some(ClientTls { authority: file.clone(), server_name: None, identity })),
            None if self.plaintext || is_local(&self.address) => Ok(None),
            None => bail!(
                "{} is beyond this machine: name the ca_file of the authority that vouches for it, or say plaintext = true \
                 if the network encrypts by itself",
                self.address
            ),
        }
    }
}

/// The bounds of a link whose server may take so long.
pub fn link_limits(patience: Duration) -> ClientLimits {
    let usual = ClientLimits::default();
    ClientLimits {
        connect_within: patience,
        welcome_within: patience,
        silence_max: patience,
        retry_max: patience.clamp(usual.retry_min, usual.retry_max),
        ..usual
    }
}

pub(super) fn is_local(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

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

/// Where PostgreSQL is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Postgres {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The login.
    pub user: String,
    /// The file that holds its password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// Whether the connection is private.
    pub tls: TlsMode,
    /// The authorities that may vouch for the server (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Connections at once; one more listens for changes.
    pub connections: u32,
    /// How long any question may take.
    #[serde(with = "humantime_serde")]
    pub patience: Duration,
}

impl Default for Postgres {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".into(),
            port: 5432,
            database: "pulse".into(),
            user: "pulse".into(),
            password_file: None,
            tls: TlsMode::Verify,
            ca_file: None,
            connections: 8,
            patience: Duration::from_secs(5),
        }
    }
}

impl Postgres {
    /// Where it is, and how it is used.
    pub fn server(&self) -> Result<(store_postgres::Server, store_postgres::Options)> {
        let database = Database {
            host: &self.host,
            port: self.port,
            database: &self.database,
            user: &self.user,
            password_file: self.password_file.as_deref(),
            tls: self.tls,
            ca_file: self.ca_file.as_deref(),
        };
        let options = store_postgres::Options {
            connections_max: self.connections,
            deadline: self.patience,
            // Who expects quick answers wants to know soon that nobody is there.
            look_every: (self.patience * 6).min(Duration::from_secs(30)),
            ..store_postgres::Options::default()
        };
        Ok((database.server().context("settings of [postgres]")?, options))
    }
}

/// The secret in a file, if one is named.
pub fn secret(file: Option<&Path>) -> Result<Option<Secret>> {
    file.map(Secret::of_file).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_nothing_is_served_or_called_in_clear_by_accident() {
        let (here, there) = ("127.0.0.1:8000".parse().unwrap(), "0.0.0.0:8000".parse().unwrap());
        let nothing = Serving::default();
        assert_eq!(nothing.tls(here).unwrap(), None);
        assert!(nothing.tls(there).unwrap_err().to_string().contains("certificate_file"));
        assert!(Serving { plaintext: true, ..nothing.clone() }.tls(there).is_ok());
        let half = Serving { certificate_file: Some("c.pem".into()), ..nothing };
        assert!(half.tls(here).unwrap_err().to_string().contains("belong together"));

        assert!(Upstream::local(8000).tls().is_ok());
        let lds = Upstream { address: "lds:8000".into(), ..Upstream::local(8000) };
        assert!(lds.tls().unwrap_err().to_string().contains("ca_file"));
        assert!(Upstream { ca_file: Some("ca.pem".into()), ..lds }.tls().unwrap().is_some());
        assert!(is_local("[::1]:8000") && is_local("localhost:1") && !is_local("10.0.0.1:8000"));
    }
}
