//! One look at Redis: reached, private, let in, the tenant's keys; and in words what is wrong.

use crate::connect::{Connect, Settings, Tls};
use crate::failure;
use crate::keys::Keys;
use connections::{Fault, FaultKind};
use redis::{ErrorKind, RedisError, ServerErrorKind};
use std::time::Duration;
use tls::{Authorities, ClientFiles};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// What a look has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Whether there is something of the tenant.
    pub has_data: bool,
}

/// Connects, says who we are, and reads a key of the tenant (none where its name is empty). Nothing is changed.
///
/// # Errors
/// What is wrong, split by what an operator does about it.
pub async fn check(mut settings: Settings) -> Result<Checked, Fault> {
    if settings.sentinels.is_some() {
        let asked = Connect::new(settings.clone())
            .map_err(|error| Fault::new(FaultKind::Settings, error.to_string()))?;
        let place = timeout(settings.patience, asked.place()).await;
        let place = place.map_err(|_| format!("no sentinel answers within {:?}", settings.patience));
        let place = place.and_then(|place| place.map_err(|error| error.to_string()));
        (settings.host, settings.port) = place.map_err(|cause| Fault::new(FaultKind::Unreachable, cause))?;
        settings.sentinels = None;
    }
    let (address, patience) = (format!("{}:{}", settings.host, settings.port), settings.patience);
    let look = Look { host: settings.host.clone(), tenant: settings.tenant.to_string(), address, patience };
    // By itself first: who is not there is not who says nothing.
    let stream = match timeout(patience, TcpStream::connect(&look.address)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            let cause = format!(
                "can't connect to {} ({error}): check that it runs, its address and port",
                look.address
            );
            return Err(Fault::new(FaultKind::Unreachable, cause));
        }
        Err(_) => {
            let cause = format!(
                "no connection to {} within {patience:?}: check the address and the network",
                look.address
            );
            return Err(Fault::new(FaultKind::Unreachable, cause));
        }
    };
    if let Some(files) = &settings.tls {
        look.shake_hands(files, stream).await?;
    }
    let keys = Keys::new(&settings.tenant);
    let connect =
        Connect::new(settings).map_err(|error| Fault::new(FaultKind::Settings, error.to_string()))?;
    timeout(patience, look.ask(&connect, &keys)).await.unwrap_or_else(|_| Err(look.silent()))
}

struct Look {
    host: String,
    tenant: String,
    address: String,
    patience: Duration,
}

impl Look {
    /// TLS by itself: what the client library says of it is a text without a kind.
    async fn shake_hands(&self, files: &Tls, stream: TcpStream) -> Result<(), Fault> {
        let authorities = files.authority.clone().map_or(Authorities::OfMachine, Authorities::File);
        let files = ClientFiles { authorities, identity: files.identity.clone() };
        let connector = files.connector(&self.host);
        let (connector, name) =
            connector.map_err(|error| Fault::new(FaultKind::Settings, error.to_string()))?;
        match timeout(self.patience, connector.connect(name, stream)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(tls::handshake_fault(&self.address, &self.host, &error)),
            Err(_) => Err(self.silent()),
        }
    }

    async fn ask(&self, connect: &Connect, keys: &Keys) -> Result<Checked, Fault> {
        use bb8_redis::bb8::ManageConnection;
        let mut connection = connect.connect().await.map_err(|error| self.told(&error))?.redis;
        redis::cmd("PING").query_async::<String>(&mut connection).await.map_err(|error| self.told(&error))?;
        if self.tenant.is_empty() {
            return Ok(Checked { has_data: false });
        }
        let key = keys.one("wishes");
        let has_data = redis::cmd("EXISTS").arg(key).query_async::<u8>(&mut connection).await;
        let has_data = has_data.map_err(|error| match error.code() {
            Some("NOPERM") => Fault::new(
                FaultKind::Tenant,
                format!(
                    "the Redis user may not read keys of tenant {}: let its ACL say ~pulse:*, or correct the tenant",
                    self.tenant
                ),
            ),
            _ => self.told(&error),
        })?;
        // Who may not ask for it has been told the rule in docs/redis.md.
        let memory = redis::cmd("INFO").arg("memory").query_async::<String>(&mut connection).await;
        match memory {
            Ok(memory) => self.memory(&memory).map(|()| Checked { has_data: has_data > 0 }),
            Err(_) => Ok(Checked { has_data: has_data > 0 }),
        }
    }

    /// Values that are evicted would be wrong without anybody's notice.
    fn memory(&self, memory: &str) -> Result<(), Fault> {
        let of = |name: &str| memory.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let (policy, max) = (of("maxmemory_policy").map(str::trim), of("maxmemory").map(str::trim));
        match (policy, max) {
            (Some(policy), Some(max)) if policy != "noeviction" && max != "0" => {
                let address = &self.address;
                Err(Fault::new(
                    FaultKind::Settings,
                    format!(
                        "{address} evicts values ({policy}) when it is full: set maxmemory-policy noeviction"
                    ),
                ))
            }
            _ => Ok(()),
        }
    }

    fn silent(&self) -> Fault {
        let Self { address, patience, .. } = self;
        let cause = format!(
            "{address} takes connections but does not answer within {patience:?}: it hangs, or it is another kind of server"
        );
        Fault::new(FaultKind::Silent, cause)
    }

    fn told(&self, error: &RedisError) -> Fault {
        if error.is_timeout() {
            return self.silent();
        }
        let address = &self.address;
        let words = failure::of(error).to_string();
        let kind = match (error.code(), error.kind()) {
            (Some("WRONGPASS" | "NOAUTH"), _) | (_, ErrorKind::AuthenticationFailed) => FaultKind::Password,
            (Some("NOPERM"), _) => FaultKind::Rights,
            (_, ErrorKind::InvalidClientConfig) => FaultKind::Settings,
            (_, ErrorKind::Server(ServerErrorKind::BusyLoading)) | (Some(_), _) => FaultKind::Unavailable,
            _ => FaultKind::Garbage,
        };
        let cause = match kind {
            FaultKind::Garbage => format!(
                "{address} does not answer as Redis does ({error}): check the port, and whether it speaks TLS"
            ),
            FaultKind::Password => {
                format!("{address} refuses user or password: check user and password_file")
            }
            _ => format!("{address}: {words}"),
        };
        Fault::new(kind, cause)
    }
}
