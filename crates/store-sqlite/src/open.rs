//! Opening the file: settings of the connection, checks, migrations.

use crate::failure::{damaged, explain};
use ports::{Result, StoreError};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// "PULS": tells our files from those of other programs.
const APPLICATION_ID: i64 = 0x5055_4c53;

/// In the order in which they are applied; the schema's version is how many have been.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_create_documents.sql"),
    include_str!("../migrations/0002_create_checkpoints.sql"),
    include_str!("../migrations/0003_create_history.sql"),
    include_str!("../migrations/0004_create_audit.sql"),
];

/// A larger file is not read through before the start; damage in it shows when it is met.
const CHECKED_BYTES_MAX: u64 = 64 << 20;

/// How the file is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How long to wait for another program that holds the file.
    pub busy_timeout: Duration,
    /// History takes at most about so many bytes; the oldest points go first.
    pub history_bytes_max: u64,
    /// The file never grows beyond this; `None` leaves that to the volume.
    pub file_bytes_max: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self { busy_timeout: Duration::from_secs(5), history_bytes_max: 1 << 30, file_bytes_max: None }
    }
}

/// A connection to a file with the newest schema.
pub(crate) fn open(path: &Path, options: &Options) -> Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error| explain(path, error);
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(options.busy_timeout).map_err(failed)?;
    check(path, &connection)?;
    settle(&connection, options).map_err(failed)?;
    migrate(path, &mut connection)?;
    Ok(connection)
}

/// A connection that can't write, to a file of this schema or an older one, while another process may write there.
pub(crate) fn open_to_read(path: &Path, options: &Options) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error| explain(path, error);
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(options.busy_timeout).map_err(failed)?;
    check(path, &connection)?;
    Ok(connection)
}

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

/// Reads only: a file that is not ours, or damaged, must stay as it is.
fn check(path: &Path, connection: &Connection) -> Result<()> {
    let failed = |error| explain(path, error);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    let application = number(connection, "application_id").map_err(failed)?;
    if tables > 0 && application != APPLICATION_ID {
        return Err(damaged(path, "it belongs to another program"));
    }
    let known = MIGRATIONS.len() as i64;
    let version = number(connection, "user_version").map_err(failed)?;
    if version > known {
        return Err(StoreError::Corrupt(format!(
            "{} was written by a newer Pulse (schema {version}, this one knows up to {known}); start that version, or \
             put back a copy from before the upgrade",
            path.display()
        )));
    }
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    if tables > 0 && bytes <= CHECKED_BYTES_MAX {
        let found: String =
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed)?;
        if found != "ok" {
            return Err(damaged(path, found.trim()));
        }
    }
    Ok(())
}

fn settle(connection: &Connection, options: &Options) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // What was answered as stored survives a loss of power, too.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    if let Some(bytes_max) = options.file_bytes_max {
        let page_size = number(connection, "page_size")?.max(1);
        let pages = i64::try_from(bytes_max).unwrap_or(i64::MAX) / page_size;
        connection.pragma_update_and_check(None, "max_page_count", pages.max(1), |_| Ok(()))?;
    }
    Ok(())
}

/// Applies what the file lacks, all of it or nothing.
fn migrate(path: &Path, connection: &mut Connection) -> Result<()> {
    let failed = |error| explain(path, error);
    let version = number(connection, "user_version").map_err(failed)?;
    let missing = MIGRATIONS.get(usize::try_from(version).unwrap_or(0)..).unwrap_or_default();
    if missing.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction().map_err(failed)?;
    for migration in missing {
        transaction.execute_batch(migration).map_err(failed)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64).map_err(failed)?;
    transaction.commit().map_err(failed)
}
