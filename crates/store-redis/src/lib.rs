//! What is shared between processes for a short time: current values, wishes, checkpoints, hot history, leases,
//! grants, questions, screens.
//!
//! **Invariants:** every call has a deadline; every key has either a lifetime or a bound; the keys that one script
//! touches share a hash tag, so that a cluster can hold them; what is announced by publish/subscribe is a hint or is
//! numbered, so that a lost announcement is noticed.

mod check;
mod checkpoints;
mod connect;
mod demand;
mod failure;
mod follow;
mod grants;
mod history;
mod keys;
mod leases;
mod pack;
mod questions;
mod screens;
mod sentinel;
mod slots;
mod values;

pub use check::{Checked, check};
pub use connect::{Password, Settings, Tls};
pub use sentinel::Sentinels;

use bb8_redis::bb8;
use connect::Connect;
use follow::{Follow, Hints};
use keys::Keys;
use ports::Result;
use ports::values::Publication;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// The Redis of one tenant. Cheap to clone.
#[derive(Clone)]
pub struct RedisStore {
    inner: Arc<Inner>,
}

struct Inner {
    connect: Connect,
    pool: bb8::Pool<Connect>,
    connections_max: u32,
    keys: Keys,
    patience: Duration,
    publications: OnceLock<Follow<Arc<Publication>>>,
    hints: OnceLock<Hints>,
    published: Mutex<values::Published>,
    grants: grants::Shared,
}

impl RedisStore {
    /// A store that connects when it is first asked. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the settings contradict themselves, or a certificate can't be read.
    pub fn open(settings: Settings) -> Result<Self> {
        let keys = Keys::new(&settings.tenant);
        let patience = settings.patience;
        let connections_max = settings.connections_max.max(1);
        let connect = Connect::new(settings)?;
        let pool = bb8::Pool::builder()
            .max_size(connections_max)
            .connection_timeout(patience)
            .idle_timeout(Some(Duration::from_secs(300)))
            .error_sink(Box::new(connect.refusals()))
            .build_unchecked(connect.clone());
        let inner = Inner {
            connect,
            pool,
            connections_max,
            keys,
            patience,
            publications: OnceLock::new(),
            hints: OnceLock::new(),
            published: Mutex::default(),
            grants: grants::Shared::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Asks for a sign of life: connected, let in, answered.
    ///
    /// # Errors
    /// Says what is wrong, in words for an operator.
    pub async fn ping(&self) -> Result<()> {
        self.call(async |connection| redis::cmd("PING").query_async::<String>(connection).await.map(drop))
            .await
    }

    /// How many connections of the pool are open, and how many of them are idle.
    pub fn connections(&self) -> (u32, u32) {
        let state = self.inner.pool.state();
        (state.connections, state.idle_connections)
    }

    /// How many connections of the pool are in use, and how many there may be.
    pub fn pool_use(&self) -> (u32, u32) {
        let (open, idle) = self.connections();
        (open.saturating_sub(idle), self.inner.connections_max)
    }

    /// Runs commands on a connection of the pool, within the deadline.
    async fn call<T>(
        &self,
        commands: impl AsyncFnOnce(&mut redis::aio::MultiplexedConnection) -> redis::RedisResult<T>,
    ) -> Result<T> {
        let patience = self.inner.patience;
        let work = async {
            let mut connection = self.inner.pool.get().await.map_err(|error| match error {
                bb8::RunError::User(error) => failure::of(&error),
                bb8::RunError::TimedOut => self.inner.connect.no_connection(),
            })?;
            commands(&mut connection.redis).await.map_err(|error| {
                connection.is_demoted = error.code() == Some("READONLY");
                failure::of(&error)
            })
        };
        match tokio::time::timeout(patience, work).await {
            Ok(result) => result,
            Err(_) => Err(failure::late(patience)),
        }
    }

    fn hints(&self) -> &Hints {
        self.inner.hints.get_or_init(|| Hints::start(self.inner.connect.clone(), &self.inner.keys))
    }
}

/// The lock, also after a panic elsewhere: every change below is complete before the lock is released.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
