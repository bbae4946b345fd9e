//! The thread that owns the connection.

use crate::failure::explain;
use ports::{Result, StoreError};
use rusqlite::Connection;
use std::path::PathBuf;
use std::thread;
use tokio::sync::{mpsc, oneshot};

/// Questions that may wait for the thread; whoever comes then waits outside.
const WAITING_MAX: usize = 256;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Where questions to the file are put.
pub(crate) struct Keeper {
    jobs: mpsc::Sender<Job>,
    path: PathBuf,
}

impl Keeper {
    /// Starts the thread. It ends, and closes the file, when the keeper is dropped.
    pub(crate) fn start(mut connection: Connection, path: PathBuf) -> Result<Self> {
        let (jobs, mut waiting) = mpsc::channel::<Job>(WAITING_MAX);
        let work = move || {
            while let Some(job) = waiting.blocking_recv() {
                job(&mut connection);
            }
        };
        thread::Builder::new()
            .name("sqlite".to_owned())
            .spawn(work)
            .map_err(|error| StoreError::Unreachable(format!("no thread for the store: {error}")))?;
        Ok(Self { jobs, path })
    }

    /// Does `work` on the thread and answers what it answered.
    pub(crate) async fn ask<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> std::result::Result<T, Failure> + Send + 'static,
    {
        let gone =
            || StoreError::Unreachable(format!("{}: the store's thread has ended", self.path.display()));
        let (reply, answer) = oneshot::channel();
        // A caller that no longer waits does not matter: the work is done all the same.
        let job: Job = Box::new(move |connection| drop(reply.send(work(connection))));
        self.jobs.send(job).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?.map_err(|failure| match failure {
            Failure::Sqlite(error) => explain(&self.path, error),
            Failure::Refused(error) => error,
        })
    }
}

/// Why work on the thread failed.
pub(crate) enum Failure {
    /// SQLite could not.
    Sqlite(rusqlite::Error),
    /// A rule of the port says no.
    Refused(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}
