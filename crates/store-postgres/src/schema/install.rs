//! Making the schema, and bringing it up to date.

use super::logins::{self, Login};
use super::migrations::{MIGRATIONS, Migration};
use crate::failure::Failure;
use crate::server::Server;
use ports::{Result, StoreError};
use std::time::Duration;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Transaction};

/// Only one program at a time changes the schema of a database.
const LOCK: &str = "hashtext('pulse.schema')";

/// How far a schema is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    /// How many migrations were applied.
    newest: i32,
    /// The oldest programs that can work with it.
    serves: i32,
}

/// What would be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many migrations were applied.
    pub version: u32,
    /// Those that are missing, in order.
    pub missing: Vec<&'static str>,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Group roles that were created.
    pub roles: Vec<&'static str>,
    /// Migrations that were applied.
    pub applied: Vec<&'static str>,
    /// What changed for logins, in words.
    pub logins: Vec<String>,
    /// How many migrations are applied altogether.
    pub version: u32,
}

/// How far the schema is; version 0 where there is none.
pub(crate) async fn version(transaction: &Transaction<'_>) -> std::result::Result<Version, Failure> {
    let sql = "SELECT to_regclass('pulse.migrations') IS NOT NULL";
    if !transaction.query_typed_one(sql, &[]).await?.try_get::<_, bool>(0)? {
        return Ok(Version { newest: 0, serves: 0 });
    }
    let sql = "SELECT coalesce(max(version), 0), coalesce(max(serves), 0) FROM pulse.migrations";
    let row = transaction.query_typed_one(sql, &[]).await?;
    Ok(Version { newest: row.try_get(0)?, serves: row.try_get(1)? })
}

/// How many migrations this program knows.
pub(crate) fn known() -> i32 {
    i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX)
}

/// Whether this program can work with a schema that is so far.
pub(crate) fn admit(version: Version, server: &str) -> Result<()> {
    let (Version { newest, serves }, known) = (version, known());
    if newest < known {
        return Err(StoreError::Unreachable(format!(
            "{server}: the schema is at {newest}, this Pulse needs {known}: run `pulse init` of this version"
        )));
    }
    if serves > known {
        return Err(newer(server, newest, known));
    }
    Ok(())
}

fn newer(server: &str, newest: i32, known: i32) -> StoreError {
    StoreError::Corrupt(format!(
        "{server}: the schema was written by a newer Pulse (it is at {newest}, this one knows up to {known}); start \
         that version, or put back a copy from before the upgrade"
    ))
}

/// Connects for the work on the schema. The connection ends with the client.
pub(super) async fn connect(server: &Server, deadline: Duration) -> std::result::Result<Client, Failure> {
    let config = server.config(deadline)?;
    let connecting = config.connect(server.connector()?);
    let connected = tokio::time::timeout(deadline, connecting).await.map_err(|_| {
        StoreError::Unreachable(format!("{}: no connection within {deadline:?}", server.name()))
    })?;
    let (client, connection) = connected?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "the connection for the schema ended");
        }
    });
    Ok(client)
}

/// Which migrations would be applied. Changes nothing.
///
/// # Errors
/// As [`install`].
pub async fn plan(server: &Server, deadline: Duration) -> Result<Plan> {
    let work = async {
        let mut client = connect(server, deadline).await?;
        let transaction = client.build_transaction().read_only(true).start().await?;
        let (version, missing) = missing(&transaction, MIGRATIONS, &server.name()).await?;
        Ok(Plan { version, missing: missing.iter().map(|migration| migration.name).collect() })
    };
    work.await.map_err(|failure: Failure| failure.explain(&server.name()))
}

/// Creates what is missing of the group roles, brings the schema up to date, and lets exactly these logins in. Safe
/// to run twice, and by several at once.
///
/// # Errors
/// `Unreachable` with the cure where there is no server or a right is missing; `Corrupt` where the schema is newer
/// than this program or a migration that was applied is another one. What was applied before the error stays.
pub async fn install(server: &Server, allowed: &[Login], deadline: Duration) -> Result<Done> {
    let work = async {
        let mut client = connect(server, deadline).await?;
        // Released with the connection, however it ends.
        client.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})")).await?;
        let mut done = Done { roles: logins::create_roles(&client).await?, ..Done::default() };
        create_schema(&mut client).await?;
        done.applied = migrate(&mut client, MIGRATIONS, &server.name()).await?;
        done.version = known().unsigned_abs();
        done.logins = logins::admit(&mut client, allowed).await?;
        client.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})")).await?;
        Ok(done)
    };
    work.await.map_err(|failure: Failure| failure.explain(&server.name()))
}

/// The schema and the list of what was applied, both of the owning role.
pub(super) async fn create_schema(client: &mut Client) -> std::result::Result<(), Failure> {
    let transaction = client.transaction().await?;
    let sql = "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'pulse')";
    if !transaction.query_typed_one(sql, &[]).await?.try_get::<_, bool>(0)? {
        transaction.batch_execute("CREATE SCHEMA pulse AUTHORIZATION pulse_init").await?;
    }
    transaction
        .batch_execute(
            "SET LOCAL ROLE pulse_init;
             CREATE TABLE IF NOT EXISTS pulse.migrations (
                 version    integer     NOT NULL PRIMARY KEY,
                 name       text        NOT NULL,
                 checksum   text        NOT NULL,
                 serves     integer     NOT NULL,
                 applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                 applied_by text        NOT NULL DEFAULT session_user)",
        )
        .await?;
    Ok(transaction.commit().await?)
}

/// What was applied, checked against `migrations`, and those that are missing.
async fn missing<'a>(
    transaction: &Transaction<'_>,
    migrations: &'a [Migration],
    server: &str,
) -> std::result::Result<(u32, &'a [Migration]), Failure> {
    let Version { newest, .. } = version(transaction).await?;
    let applied = usize::try_from(newest).unwrap_or(0);
    if applied > migrations.len() {
        return Err(newer(server, newest, i32::try_from(migrations.len()).unwrap_or(i32::MAX)).into());
    }
    if newest > 0 {
        let sql = "SELECT version, checksum FROM pulse.migrations ORDER BY version";
        for row in transaction.query_typed(sql, &[]).await? {
            let (version, checksum): (i32, String) = (row.try_get(0)?, row.try_get(1)?);
            let place = usize::try_from(version - 1).unwrap_or(usize::MAX);
            if let Some(migration) = migrations.get(place).filter(|known| known.checksum() != checksum) {
                return Err(StoreError::Corrupt(format!(
                    "{server}: migration {} is not the one that was applied; run the Pulse that applied it, or put \
                     back a copy from before",
                    migration.name
                ))
                .into());
            }
        }
    }
    Ok((newest.unsigned_abs(), migrations.get(applied..).unwrap_or_default()))
}

/// Applies what is missing, each in a transaction of its own.
pub(super) async fn migrate(
    client: &mut Client,
    migrations: &'static [Migration],
    server: &str,
) -> std::result::Result<Vec<&'static str>, Failure> {
    let transaction = client.transaction().await?;
    let (version, missing) = missing(&transaction, migrations, server).await?;
    transaction.commit().await?;
    let mut applied = Vec::new();
    for (place, migration) in (version + 1..).zip(missing) {
        let transaction = client.transaction().await?;
        transaction.batch_execute("SET LOCAL ROLE pulse_init").await?;
        transaction.batch_execute(migration.sql).await?;
        let sql = "INSERT INTO pulse.migrations (version, name, checksum, serves) VALUES ($1, $2, $3, $4)";
        transaction
            .query_typed(
                sql,
                &[
                    (&place.cast_signed(), Type::INT4),
                    (&migration.name, Type::TEXT),
                    (&migration.checksum(), Type::TEXT),
                    (&migration.serves, Type::INT4),
                ],
            )
            .await?;
        transaction.commit().await?;
        applied.push(migration.name);
    }
    Ok(applied)
}
