//! Connections: TLS, user and password, a deadline for each step.

use crate::sentinel::Sentinels;
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
    /// Who is asked instead, for each new connection, which server takes writes.
    pub sentinels: Option<Sentinels>,
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
    /// Certificates that could be used last.
    known: Arc<Mutex<Option<TlsCertificates>>>,
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

fn revealed(password: &Password) -> redis::RedisResult<Option<String>> {
    password()
        .map_err(|cause| RedisError::from((redis::ErrorKind::InvalidClientConfig, "no password", cause)))
}

fn pem(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|error| {
        StoreError::Unreachable(format!("PEM file {} can't be read: {error}", file.display()))
    })
}

/// The files as they are now.
fn certificates(tls: &Tls) -> Result<TlsCertificates> {
    let identity = match &tls.identity {
        None => None,
        Some((certificate, key)) => {
            Some(redis::ClientTlsConfig { client_cert: pem(certificate)?, client_key: pem(key)? })
        }
    };
    let root_cert = tls.authority.as_deref().map(pem).transpose()?;
    Ok(TlsCertificates { client_tls: identity, root_cert })
}

impl Connect {
    pub(crate) fn new(settings: Settings) -> Result<Self> {
        let known = match &settings.tls {
            None => None,
            Some(tls) => {
                // The client takes the process's provider of cryptography; whoever came first has chosen it.
                let _ = rustls::crypto::ring::default_provider().install_default();
                Some(certificates(tls)?)
            }
        };
        let connect = Self {
            settings: Arc::new(settings),
            known: Arc::new(Mutex::new(known.clone())),
            refusals: Refusals::default(),
        };
        // Certificates that can't be used are found now, not at the first connection.
        let Settings { host, port, .. } = &*connect.settings;
        connect.client((host, *port), None, None, known.as_ref()).map_err(|error| failure::of(&error))?;
        Ok(connect)
    }

    fn client(
        &self,
        (host, port): (&str, u16),
        user: Option<&str>,
        password: Option<&str>,
        certificates: Option<&TlsCertificates>,
    ) -> redis::RedisResult<Client> {
        let host = host.to_owned();
        let addr = match certificates {
            None => ConnectionAddr::Tcp(host, port),
            Some(_) => ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None },
        };
        let mut redis = RedisConnectionInfo::default().set_lib_name("pulse", env!("CARGO_PKG_VERSION"));
        if let Some(user) = user {
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
        match certificates {
            None => Client::open(info),
            Some(certificates) => Client::build_with_tls(info, certificates.clone()),
        }
    }

    /// A client for the server that takes writes now, with secrets and certificates as they are now.
    async fn present_client(&self) -> redis::RedisResult<Client> {
        let (host, port) = self.place().await?;
        let Settings { user, password, .. } = &*self.settings;
        self.client_at((&host, port), user.as_deref(), revealed(password)?.as_deref())
    }

    /// Where the server is that takes writes now.
    pub(crate) async fn place(&self) -> redis::RedisResult<(String, u16)> {
        let Settings { host, port, sentinels, .. } = &*self.settings;
        let Some(sentinels) = sentinels else { return Ok((host.clone(), *port)) };
        let (user, password) = (sentinels.user.as_deref(), revealed(&sentinels.password)?);
        let (this, password) = (self, password.as_deref());
        sentinels.writable(move |host, port, question| this.ask((host, port), user, password, question)).await
    }

    /// Asks a sentinel.
    async fn ask(
        &self,
        (host, port): (String, u16),
        user: Option<&str>,
        password: Option<&str>,
        question: redis::Cmd,
    ) -> redis::RedisResult<Option<(String, String)>> {
        let client = self.client_at((&host, port), user, password)?;
        // Those that come after this one want to be asked, too.
        let patience = self.settings.patience / 2;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(patience))
            .set_response_timeout(Some(patience));
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        question.query_async(&mut connection).await
    }

    fn client_at(
        &self,
        address: (&str, u16),
        user: Option<&str>,
        password: Option<&str>,
    ) -> redis::RedisResult<Client> {
        let Some(tls) = &self.settings.tls else { return self.client(address, user, password, None) };
        let renewed = certificates(tls).and_then(|certificates| {
            let client = self.client(address, user, password, Some(&certificates));
            client.map(|client| (client, certificates)).map_err(|error| failure::of(&error))
        });
        match renewed {
            Ok((client, certificates)) => {
                *lock(&self.known) = Some(certificates);
                Ok(client)
            }
            // Perhaps they are just being written.
            Err(cause) => {
                tracing::warn!(%cause, "certificates for Redis can't be used; those that were known still hold");
                let known = lock(&self.known).clone();
                self.client(address, user, password, known.as_ref())
            }
        }
    }

    /// A connection that hears announcements.
    pub(crate) async fn pubsub(&self) -> Result<PubSub> {
        let connecting = async { self.present_client().await?.get_async_pubsub().await };
        match tokio::time::timeout(self.settings.patience, connecting).await {
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
        let Settings { host, port, sentinels, patience, .. } = &*self.settings;
        let place = match sentinels {
            None => format!("{host}:{port}"),
            Some(sentinels) => format!("where sentinels know {:?}", sentinels.watched),
        };
        let tls = if self.settings.tls.is_some() { "TLS" } else { "no TLS" };
        StoreError::Unreachable(format!(
            "no connection to Redis at {place} ({tls}) within {patience:?}: check that it runs and that host, \
             port and TLS are right"
        ))
    }
}

/// A connection of the pool.
pub(crate) struct Live {
    pub(crate) redis: MultiplexedConnection,
    /// Its server takes no writes any more: another one does, which the address may lead to by now.
    pub(crate) is_demoted: bool,
}

impl ManageConnection for Connect {
    type Connection = Live;
    type Error = RedisError;

    async fn connect(&self) -> std::result::Result<Live, RedisError> {
        let patience = self.settings.patience;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(patience))
            .set_response_timeout(Some(patience));
        let client = self.present_client().await?;
        let redis = client.get_multiplexed_async_connection_with_config(&config).await?;
        Ok(Live { redis, is_demoted: false })
    }

    async fn is_valid(&self, connection: &mut Live) -> std::result::Result<(), RedisError> {
        redis::cmd("PING").query_async(&mut connection.redis).await
    }

    fn has_broken(&self, connection: &mut Live) -> bool {
        connection.is_demoted
    }
}
