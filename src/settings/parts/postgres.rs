//! Where PostgreSQL is.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;
use store_postgres::{Password, Server, Tls};

/// Whether the connection to the server is private.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TlsMode {
    /// The server's certificate must be vouched for by `ca_file`.
    Verify,
    /// Nothing is encrypted: only for a server on this machine.
    Disable,
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
    /// Where it is, for the store.
    ///
    /// # Errors
    /// A file that can't be read, and settings that contradict each other.
    pub fn place(&self) -> Result<Server> {
        let read = |file: &Path| {
            // Asked for once, so that a wrong path is told at the start; read again for every connection.
            std::fs::File::open(file).with_context(|| {
                format!("password_file {} can't be read: check its path and rights", file.display())
            })?;
            anyhow::Ok(Password::of_file(file))
        };
        let tls = match (self.tls, self.ca_file.as_deref()) {
            (TlsMode::Verify, Some(file)) if !file.is_file() => {
                bail!("ca_file {} was not found: name the PEM file of the authority", file.display())
            }
            (TlsMode::Verify, Some(file)) => Tls::Authority(file.to_owned()),
            (TlsMode::Verify, None) => {
                bail!("ca_file is missing: name the PEM file of the authority that vouches for the server")
            }
            (TlsMode::Disable, _) => Tls::Disabled,
        };
        let server = Server {
            host: self.host.clone(),
            port: self.port,
            database: self.database.clone(),
            user: self.user.clone(),
            password: self.password_file.as_deref().map(read).transpose()?,
            tls,
        };
        if server.tls == Tls::Disabled && !server.is_loopback() {
            bail!("tls = \"disable\" is for a server on this machine only, and {} is not", server.host);
        }
        Ok(server)
    }

    /// Where it is, and how it is used.
    pub fn server(&self) -> Result<(Server, store_postgres::Options)> {
        let options = store_postgres::Options {
            connections_max: self.connections,
            deadline: self.patience,
            // Who expects quick answers wants to know soon that nobody is there.
            look_every: (self.patience * 6).min(Duration::from_secs(30)),
            ..store_postgres::Options::default()
        };
        Ok((self.place().context("settings of [postgres]")?, options))
    }
}
