//! Connections: so many at most, each question with a deadline, none used again after a question was given up.

use crate::failure::{Failure, explain};
use crate::server::Server;
use bb8::{ManageConnection, PooledConnection, RunError};
use bb8_postgres::PostgresConnectionManager;
use ports::{Result, StoreError};
use std::future::Future;
use std::time::Duration;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Transaction};

/// A value of a statement, with its type.
pub(crate) type Value<'a> = (&'a (dyn ToSql + Sync), Type);

/// A connection, or why there is none, and whether a question on it was never brought to its end.
pub(crate) struct Session {
    /// An error is handed to whoever asks, at once: the pool by itself would keep it, and the asker waiting.
    client: Result<Client>,
    is_busy: bool,
}

/// Makes connections.
pub(crate) struct Manager {
    server: Server,
    deadline: Duration,
}

impl Manager {
    /// With password and authority as their files are now.
    async fn client(&self) -> std::result::Result<Client, Failure> {
        let (config, connector) = (self.server.config(self.deadline)?, self.server.connector()?);
        Ok(PostgresConnectionManager::new(config, connector).connect().await?)
    }
}

impl ManageConnection for Manager {
    type Connection = Session;
    type Error = Error;

    async fn connect(&self) -> std::result::Result<Session, Error> {
        let client = self.client().await.map_err(|failure| failure.explain(&self.server.name()));
        Ok(Session { client, is_busy: false })
    }

    async fn is_valid(&self, session: &mut Session) -> std::result::Result<(), Error> {
        match &session.client {
            Ok(client) => client.check_connection().await,
            // Such a one is never kept.
            Err(_) => Ok(()),
        }
    }

    fn has_broken(&self, session: &mut Session) -> bool {
        // Given up in the middle: an answer may still be on its way, or a transaction open.
        session.is_busy || session.client.as_ref().map_or(true, Client::is_closed)
    }
}

/// The connections of one login.
#[derive(Clone)]
pub(crate) struct Pool {
    connections: bb8::Pool<Manager>,
    connections_max: u32,
    deadline: Duration,
    server: String,
}

impl Pool {
    /// Connects at the first question.
    pub(crate) fn new(server: &Server, connections_max: u32, deadline: Duration) -> Result<Self> {
        // What can't be used at all is found now, not at the first question.
        server.connector()?;
        let connections_max = connections_max.max(1);
        let manager = Manager { server: server.clone(), deadline };
        let connections = bb8::Pool::builder()
            .max_size(connections_max)
            .connection_timeout(deadline)
            // Whoever asks is told at once why there is no connection, and asks again when it likes.
            .retry_connection(false)
            .idle_timeout(Some(Duration::from_secs(300)))
            .max_lifetime(Some(Duration::from_secs(3_600)))
            .build_unchecked(manager);
        Ok(Self { connections, connections_max, deadline, server: server.name() })
    }

    /// How many connections are in use, and how many there may be.
    pub(crate) fn in_use(&self) -> (u32, u32) {
        let state = self.connections.state();
        (state.connections.saturating_sub(state.idle_connections), self.connections_max)
    }

    /// A connection, as soon as one is free.
    pub(crate) async fn session(&self) -> std::result::Result<PooledConnection<'_, Manager>, Failure> {
        let session = self.connections.get().await.map_err(|error| match error {
            RunError::User(error) => explain(&self.server, &error),
            RunError::TimedOut => StoreError::Unreachable(format!(
                "{}: no connection within {:?}; allow more connections, or check the server",
                self.server, self.deadline
            )),
        })?;
        match &session.client {
            Ok(_) => Ok(session),
            Err(error) => Err(again(error).into()),
        }
    }

    /// The answer, unless it takes too long.
    pub(crate) async fn within<T>(
        &self,
        answer: impl Future<Output = std::result::Result<T, Failure>>,
    ) -> Result<T> {
        match tokio::time::timeout(self.deadline, answer).await {
            Ok(answer) => answer.map_err(|failure| failure.explain(&self.server)),
            Err(_) => Err(StoreError::Unreachable(format!(
                "{}: no answer within {:?}; try again, or check the server",
                self.server, self.deadline
            ))),
        }
    }
}

/// The same for another who asks.
fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::Unreachable(cause) => StoreError::Unreachable(cause.clone()),
        StoreError::Full(cause) => StoreError::Full(cause.clone()),
        other => StoreError::Corrupt(other.to_string()),
    }
}

/// A transaction on behalf of one tenant.
pub(crate) struct Work<'a> {
    pub(crate) transaction: Transaction<'a>,
    is_busy: &'a mut bool,
}

impl Session {
    /// Begins one; all of it is undone unless it is brought to its end.
    pub(crate) async fn begin(&mut self, tenant: &str) -> std::result::Result<Work<'_>, Failure> {
        let Self { client, is_busy } = self;
        let client = client.as_mut().map_err(|error| again(error))?;
        *is_busy = true;
        let transaction = client.transaction().await?;
        speak_for(&transaction, tenant).await?;
        Ok(Work { transaction, is_busy })
    }
}

/// From now to its end, the transaction sees and writes rows of this tenant.
pub(crate) async fn speak_for(transaction: &Transaction<'_>, tenant: &str) -> std::result::Result<(), Error> {
    let sql = "SELECT set_config('pulse.tenant', $1, true)";
    transaction.query_typed(sql, &[(&tenant, Type::TEXT)]).await.map(drop)
}

impl Work<'_> {
    /// Keeps what was done if the answer is good, else undoes it; passes the answer on.
    pub(crate) async fn end<T>(
        self,
        answer: std::result::Result<T, Failure>,
    ) -> std::result::Result<T, Failure> {
        let ended = match &answer {
            Ok(_) => self.transaction.commit().await,
            Err(_) => self.transaction.rollback().await,
        };
        *self.is_busy = ended.is_err();
        answer.and_then(|answer| ended.map(|()| answer).map_err(Failure::from))
    }
}
