//! Connections: TLS, user and password, a deadline for each step.

use crate::{failure, lock};
use bb8_redis::bb8::{ErrorSink, ManageConnection};
use model::Text;
use ports::{Result, StoreError};
use redis::aio::{MultiplexedConnection, PubSub};
use redis::io::tcp::{TcpSettings, socket2};
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisConnectionInfo,
    RedisError, TlsCertificates,
};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Asks for the password each time a connection is made, so that a changed one is used without a restart. The error
/// is for an operator; the password itself is never printed.
pub type Password = Arc<dyn Fn() -> std::result::Result<Option<String>, String> + Send + Sync>;

/// How the server proves who it is, and how we do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// The authorities that may vouch for the server (PEM); those of the machine if absent.
    pub authority: Option<PathBuf>,
    /// Our own certificate and key (PEM), where the server asks for one.
    pub identity: Option<(PathBuf, PathBuf)>,
}

/// Where Redis is, and how it is used.
#[derive(Clone)]
pub struct Settings {
    /// Its host: also the name that its certificate must have.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Encrypted unless absent.
    pub tls: Option<Tls>,
    /// The ACL user; `default` if absent.
    pub user: Option<String>,
    /// The user's password.
    pub password: Password,
    /// Whose data: part of every key.
    pub tenant: Text,
    /// Connections of the pool.
    pub connections_max: u32,
    /// How long any call may take.
    pub patience: Duration,
}

/// Makes connections.
#[derive(Clone)]
pub(crate) struct Connect {
    settings: Arc<Settings>,
    certificates: Option<TlsCertificates>,
    refusals: Refusals,
}

/// Why the last attempt to connect failed: the pool tries again, whoever waited wants to know.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refusals(Arc<Mutex<Option<StoreError>>>);

impl ErrorSink<RedisError> for Refusals {
    fn sink(&self, error: RedisError) {
        *lock(&self.0) = Some(failure::of(&error));
    }

    fn boxed_clone(&self) -> Box<dyn ErrorSink<RedisError>> {
        Box::new(self.clone())
    }
}

fn pem(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|error| {
        StoreError::Unreachable(format!("PEM file {} can't be read: {error}", file.display()))
    })
}

impl Connect {
    pub(crate) fn new(settings: Settings) -> Result<Self> {
        let certificates = match &settings.tls {
            None => None,
            Some(tls) => {
                // The client takes the process's provider of cryptography; whoever came first has chosen it.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let identity = match &tls.identity {
                    None => None,
                    Some((certificate, key)) => {
                        Some(redis::ClientTlsConfig { client_cert: pem(certificate)?, client_key: pem(key)? })
                    }
                };
                let root_cert = tls.authority.as_deref().map(pem).transpose()?;
                Some(TlsCertificates { client_tls: identity, root_cert })
            }
        };
        let connect = Self { settings: Arc::new(settings), certificates, refusals: Refusals::default() };
        // Certificates that can't be used are found now, not at the first connection.
        connect.client(None).map_err(|error| failure::of(&error))?;
        Ok(connect)
    }

    fn client(&self, password: Option<&str>) -> redis::RedisResult<Client> {
        let Settings { host, port, .. } = &*self.settings;
        let addr = match &self.certificates {
            None => ConnectionAddr::Tcp(host.clone(), *port),
            Some(_) => {
                ConnectionAddr::TcpTls { host: host.clone(), port: *port, insecure: false, tls_params: None }
            }
        };
        let mut redis = RedisConnectionInfo::default().set_lib_name("pulse", env!("CARGO_PKG_VERSION"));
        if let Some(user) = &self.settings.user {
            redis = redis.set_username(user);
        }
        if let Some(password) = password {
            redis = redis.set_password(password);
        }
        // A server that vanished without a word is noticed by the keep-alive of the connection.
        let keepalive = socket2::TcpKeepalive::new()
            .with_time(Duration::from_secs(5))
            .with_interval(Duration::from_secs(2))
            .with_retries(3);
        let tcp = TcpSettings::default().set_nodelay(true).set_keepalive(keepalive);
        let info: ConnectionInfo =
            addr.into_connection_info()?.set_redis_settings(redis).set_tcp_settings(tcp);
        match &self.certificates {
            None => Client::open(info),
            Some(certificates) => Client::build_with_tls(info, certificates.clone()),
        }
    }

    fn present_client(&self) -> redis::RedisResult<Client> {
        let password = (self.settings.password)().map_err(|cause| {
            RedisError::from((redis::ErrorKind::InvalidClientConfig, "no password", cause))
        })?;
        self.client(password.as_deref())
    }

    /// A connection that hears announcements.
    pub(crate) async fn pubsub(&self) -> Result<PubSub> {
        let client = self.present_client().map_err(|error| failure::of(&error))?;
        match tokio::time::timeout(self.settings.patience, client.get_async_pubsub()).await {
            Ok(connection) => connection.map_err(|error| failure::of(&error)),
            Err(_) => Err(self.no_connection()),
        }
    }

    /// Where the pool tells why it could not connect.
    pub(crate) fn refusals(&self) -> Refusals {
        self.refusals.clone()
    }

    /// Why there is no connection.
    pub(crate) fn no_connection(&self) -> StoreError {
        if let Some(refusal) = lock(&self.refusals.0).take() {
            return refusal;
        }
        let Settings { host, port, patience, .. } = &*self.settings;
        let tls = if self.certificates.is_some() { "TLS" } else { "no TLS" };
        StoreError::Unreachable(format!(
            "no connection to Redis at {host}:{port} ({tls}) within {patience:?}: check that it runs and that host, \
             port and TLS are right"
        ))
    }
}

impl ManageConnection for Connect {
    type Connection = MultiplexedConnection;
    type Error = RedisError;

    async fn connect(&self) -> std::result::Result<MultiplexedConnection, RedisError> {
        let patience = self.settings.patience;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(patience))
            .set_response_timeout(Some(patience));
        self.present_client()?.get_multiplexed_async_connection_with_config(&config).await
    }

    async fn is_valid(&self, connection: &mut MultiplexedConnection) -> std::result::Result<(), RedisError> {
        redis::cmd("PING").query_async(connection).await
    }

    fn has_broken(&self, _: &mut MultiplexedConnection) -> bool {
        false
    }
}
