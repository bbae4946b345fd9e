//! What must last, in one SQLite file: documents with their audit trail, checkpoints and history.
//!
//! **Invariant:** one thread owns the connection and does all blocking work; callers wait for its answer without
//! blocking. A file that can't be read is never written to.

mod audit;
mod checkpoints;
mod documents;
mod failure;
mod history;
mod keeper;
mod open;

pub use open::Options;

use keeper::Keeper;
use model::Text;
use ports::Result;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::broadcast;

/// How many announcements a slow subscriber may be behind before it is told that it missed some.
const BACKLOG_MAX: usize = 256;

/// All that one file keeps. Clones share it; it is closed when the last one is dropped.
#[derive(Clone)]
pub struct SqliteStore {
    keeper: Arc<Keeper>,
    followers: broadcast::Sender<Text>,
    history: HistoryBound,
}

/// The byte budget of history, and what it cost so far.
#[derive(Clone)]
struct HistoryBound {
    points_max: u64,
    /// Points kept, as far as known; counted when the file is opened.
    points: Arc<AtomicU64>,
    dropped: Arc<AtomicU64>,
}

impl SqliteStore {
    /// Opens the file, or makes it; brings its schema up to date. Blocks: call it before the work begins.
    ///
    /// # Errors
    /// `Corrupt` for a file that is damaged, is another program's, or was written by a newer Pulse: it stays as it
    /// is, and the message tells what to do. `Unreachable` where the file can't be opened, `Full` without room.
    pub fn open(path: &Path, options: &Options) -> Result<Self> {
        let connection = open::open(path, options)?;
        let points = history::count(&connection).map_err(|error| failure::explain(path, error))?;
        Self::with(connection, points, path, options)
    }

    /// Opens a file to look into it, also while another process works on it: nothing is made, migrated or written.
    ///
    /// # Errors
    /// As above; `Unreachable` if there is no such file.
    pub fn open_to_read(path: &Path, options: &Options) -> Result<Self> {
        Self::with(open::open_to_read(path, options)?, 0, path, options)
    }

    fn with(connection: Connection, points: u64, path: &Path, options: &Options) -> Result<Self> {
        Ok(Self {
            keeper: Arc::new(Keeper::start(connection, path.to_owned())?),
            followers: broadcast::Sender::new(BACKLOG_MAX),
            history: HistoryBound {
                points_max: options.history_bytes_max / history::BYTES_PER_POINT,
                points: Arc::new(AtomicU64::new(points)),
                dropped: Arc::default(),
            },
        })
    }

    /// Points of history that were dropped because of the byte budget since the file was opened.
    pub fn history_dropped(&self) -> u64 {
        self.history.dropped.load(Ordering::Relaxed)
    }
}
