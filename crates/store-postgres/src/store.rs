//! A database that was opened, and a tenant's part of it.

use crate::failure::Failure;
use crate::feed::{Feed, Follower};
use crate::history::Known;
use crate::pool::Pool;
use crate::schema;
use crate::server::Server;
use model::Text;
use ports::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How the server is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Connections at once; one more listens for changes.
    pub connections_max: u32,
    /// How long a question may take, the wait for a connection included.
    pub deadline: Duration,
    /// How often changes are looked for although nothing was announced.
    pub look_every: Duration,
    /// History of a tenant takes at most about so many bytes; the oldest points go first.
    pub history_bytes_max: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections_max: 8,
            deadline: Duration::from_secs(5),
            look_every: Duration::from_secs(30),
            history_bytes_max: 10 << 30,
        }
    }
}

/// A database with Pulse's schema. Clones share its connections; they are closed when the last clone, and the last
/// store of a tenant, is dropped.
#[derive(Clone)]
pub struct Postgres {
    pub(crate) pool: Pool,
    feed: Arc<Feed>,
    options: Arc<Options>,
}

impl Postgres {
    /// Connects, and checks that the schema is one that this program knows.
    ///
    /// # Errors
    /// `Unreachable` while there is no server, no right or no schema: names the cure, and trying again may help.
    /// `Corrupt` for a schema that is too new, or settings that contradict themselves.
    pub async fn open(server: Server, options: Options) -> Result<Self> {
        let pool = Pool::new(&server, options.connections_max, options.deadline)?;
        let version = pool
            .within(async {
                let mut session = pool.session().await?;
                let work = session.begin("").await?;
                let answer = schema::version(&work.transaction).await;
                work.end(answer).await
            })
            .await?;
        schema::admit(version, &server.name())?;
        let feed = Arc::new(Feed::start(server, &options));
        Ok(Self { pool, feed, options: Arc::new(options) })
    }

    /// The part of one tenant, which becomes known if it was not.
    ///
    /// # Errors
    /// `Unreachable`, also where this login may not act for the tenant.
    pub async fn tenant(&self, name: &str) -> Result<PostgresStore> {
        let tenant = Text::from(name);
        let seen = self
            .pool
            .within(async {
                let mut session = self.pool.session().await?;
                let work = session.begin(&tenant).await?;
                let answer = enter(&work.transaction).await;
                work.end(answer).await
            })
            .await?;
        Ok(PostgresStore {
            pool: self.pool.clone(),
            follower: self.feed.follow(&tenant, seen),
            tenant,
            known: Arc::default(),
            points_max: self.options.history_bytes_max / crate::history::BYTES_PER_POINT,
            dropped: Arc::default(),
            _feed: self.feed.clone(),
        })
    }
}

/// Makes the tenant known; answers the number of its newest change.
async fn enter(transaction: &tokio_postgres::Transaction<'_>) -> std::result::Result<u64, Failure> {
    transaction.query_typed("SELECT pulse.enter()", &[]).await?;
    let sql = "SELECT change FROM pulse.tenants WHERE id = (SELECT pulse.tenant())";
    let row = transaction.query_typed_one(sql, &[]).await?;
    Ok(row.try_get::<_, i64>(0)?.cast_unsigned())
}

/// All that one tenant keeps here. Clones share it.
#[derive(Clone)]
pub struct PostgresStore {
    pub(crate) pool: Pool,
    pub(crate) tenant: Text,
    pub(crate) follower: Arc<Follower>,
    pub(crate) known: Arc<Known>,
    pub(crate) points_max: u64,
    pub(crate) dropped: Arc<AtomicU64>,
    _feed: Arc<Feed>,
}

impl PostgresStore {
    /// Whose it is.
    pub fn tenant(&self) -> &Text {
        &self.tenant
    }

    /// How many connections to the server are in use, and how many there may be; all stores of one [`Postgres`] share them.
    pub fn pool_use(&self) -> (u32, u32) {
        self.pool.in_use()
    }

    /// Points of history that were dropped because of the byte budget since the store was opened.
    pub fn history_dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}
