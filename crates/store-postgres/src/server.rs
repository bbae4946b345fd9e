//! Which server, as whom, and how it proves who it is.

use ports::{Result, StoreError};
use rustls::{ClientConfig, RootCertStore};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tls::{Authorities, ClientFiles};
use tokio_postgres::config::{Config, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A password: never printed. One of a file is read anew for each connection, so that a changed one is used without a
/// restart.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Kept);

#[derive(Clone, PartialEq, Eq)]
enum Kept {
    Text(String),
    File(PathBuf),
}

impl Password {
    /// This one.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Kept::Text(text.into()))
    }

    /// The one in a file; the end of its line does not belong to it.
    pub fn of_file(file: impl Into<PathBuf>) -> Self {
        Self(Kept::File(file.into()))
    }

    fn read(&self) -> Result<String> {
        match &self.0 {
            Kept::Text(text) => Ok(text.clone()),
            Kept::File(file) => match std::fs::read_to_string(file) {
                Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
                Err(error) => Err(StoreError::Unreachable(format!(
                    "password_file {} can't be read ({error}): check its path and rights",
                    file.display()
                ))),
            },
        }
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Whether the connection is private.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// The server's certificate must be vouched for by an authority of this PEM file, for the host that is called.
    Authority(PathBuf),
    /// Nothing is encrypted: only for a server on this machine.
    Disabled,
}

/// A database of a server, and who enters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Name or address.
    pub host: String,
    /// Usually 5432.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The login.
    pub user: String,
    /// None where the server asks for none.
    pub password: Option<Password>,
    /// Whether the connection is private.
    pub tls: Tls,
}

impl Server {
    /// For messages: `user@host:port/database`.
    pub fn name(&self) -> String {
        format!("{}@{}:{}/{}", self.user, self.host, self.port, self.database)
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        let address = self.host.parse::<std::net::IpAddr>();
        self.host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }

    /// How to connect. `deadline` bounds a connection's making, and each statement at the server's end too.
    ///
    /// # Errors
    /// The file of the password can't be read.
    pub(crate) fn config(&self, deadline: Duration) -> Result<Config> {
        let mut config = Config::new();
        config.host(&self.host).port(self.port).dbname(&self.database).user(&self.user);
        config.application_name("pulse").connect_timeout(deadline);
        config.tcp_user_timeout(deadline).keepalives_idle(Duration::from_secs(15));
        let (statement, idle) = (deadline.as_millis(), 2 * deadline.as_millis());
        config.options(format!(
            "-c statement_timeout={statement} -c idle_in_transaction_session_timeout={idle} -c timezone=UTC"
        ));
        config.ssl_mode(match self.tls {
            Tls::Authority(_) => SslMode::Require,
            Tls::Disabled => SslMode::Disable,
        });
        if let Some(password) = &self.password {
            config.password(password.read()?);
        }
        Ok(config)
    }

    /// What makes the connection private, where it is; as the file of the authority is now.
    pub(crate) fn connector(&self) -> Result<MakeRustlsConnect> {
        let config = match &self.tls {
            Tls::Disabled if !self.is_loopback() => {
                return Err(StoreError::Corrupt(format!(
                    "TLS is disabled for {}, which is not this machine: name the file of its certificate authority",
                    self.host
                )));
            }
            // Nobody is trusted: it is never asked.
            Tls::Disabled => {
                ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                    .with_safe_default_protocol_versions()
                    .map_err(|error| StoreError::Corrupt(error.to_string()))?
                    .with_root_certificates(RootCertStore::empty())
                    .with_no_client_auth()
            }
            Tls::Authority(file) => {
                let files = ClientFiles { authorities: Authorities::File(file.clone()), identity: None };
                files.config().map_err(|error| {
                    StoreError::Corrupt(format!("the certificate authority can't be read: {error}"))
                })?
            }
        };
        Ok(MakeRustlsConnect::new(config))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(host: &str) -> Server {
        let (database, user) = ("pulse".to_owned(), "web".to_owned());
        let password = Some(Password::new("hunter2"));
        Server { host: host.to_owned(), port: 5432, database, user, password, tls: Tls::Disabled }
    }

    #[test]
    fn without_tls_only_this_machine_is_called() {
        for host in ["localhost", "127.0.0.1", "127.8.0.1", "::1"] {
            assert!(server(host).connector().is_ok(), "{host}");
        }
        for host in ["db", "10.0.0.1", "localhost.example.org"] {
            let error = server(host).connector().err().unwrap().to_string();
            assert!(error.contains("certificate authority"), "{host}: {error}");
        }
    }

    #[test]
    fn a_password_is_never_printed() {
        assert!(!format!("{:?}", server("db")).contains("hunter2"));
        assert!(!format!("{:?}", Password::of_file("/run/hunter2")).contains("hunter2"));
        assert!(!format!("{:?}", server("db").config(Duration::from_secs(1)).unwrap()).contains("hunter2"));
    }
}
