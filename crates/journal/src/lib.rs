//! The journal: the records of each source in files that only grow, until they are old enough to go.
//!
//! One directory for each source holds segments. A segment begins with the state before its first record, so that
//! everything after it can be understood without what came before. An append is answered when its records are on
//! disk; the tail that a crash tore off is cut when the journal is opened again.
//!
//! **Invariant:** what was answered is never lost, changed or reordered; only whole segments go, the oldest first.

mod lock;
mod segment;
mod steps;
mod store;
mod survey;

pub use survey::{Flaw, FlawKind, Piece, survey};

use async_trait::async_trait;
use lock::Lock;
use model::snapshot::Snapshot;
use model::time::{Micros, Position};
use ports::record_log::{Appended, Entry, Found, Origin, RecordLog, Span};
use ports::{Result, StoreError};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
pub use steps::Steps;
use store::Store;
use tokio::sync::watch;

/// How much is kept, and in which pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Records of each source are kept this long ...
    pub keep: Duration,
    /// ... and up to so many bytes for each source, whichever is reached first. Whole segments go; the one that is
    /// being written never does.
    pub bytes_max: u64,
    /// A new segment begins when the present one is this large ...
    pub segment_bytes: u64,
    /// ... or this old.
    pub segment_span: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            keep: Duration::from_secs(48 * 3600),
            bytes_max: 10 << 30,
            segment_bytes: 64 << 20,
            segment_span: Duration::from_secs(3600),
        }
    }
}

/// A journal in a directory that this process alone writes to.
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    limits: Limits,
    steps: Steps,
    stores: Mutex<BTreeMap<String, Arc<Store>>>,
    _lock: Lock,
}

impl Journal {
    /// Opens or creates the journal in `dir`, cutting torn tails.
    ///
    /// Refused with `Fenced` if another instance has it open (its process is named), with `Corrupt` if something
    /// other than a torn tail is wrong (file, offset and cure are named), with `Unreachable` if the directory
    /// can't be used. Blocks: it reads the newest segment of each source.
    pub fn open(dir: impl Into<PathBuf>, limits: Limits) -> Result<Self> {
        Self::open_telling(dir, limits, Steps::default())
    }

    /// The same, which tells of the steps of its appends.
    pub fn open_telling(dir: impl Into<PathBuf>, limits: Limits, steps: Steps) -> Result<Self> {
        let dir = dir.into();
        fs::create_dir_all(&dir).map_err(|error| unreachable(&dir, &error))?;
        let lock = Lock::take(&dir)?;
        let mut stores = BTreeMap::new();
        for entry in fs::read_dir(&dir).map_err(|error| unreachable(&dir, &error))? {
            let path = entry.map_err(|error| unreachable(&dir, &error))?.path();
            if path.is_dir()
                && let Some(source) = source_of(&path)
                && let Some(store) = Store::open(&path, &source, limits, &steps)?
            {
                stores.insert(source, Arc::new(store));
            }
        }
        Ok(Self { dir, limits, steps, stores: Mutex::new(stores), _lock: lock })
    }

    /// The sources that have records, by name.
    pub fn sources(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// How many bytes of torn tails were cut when the journal was opened.
    pub fn torn_bytes(&self) -> u64 {
        self.lock().values().map(|store| store.torn_bytes()).sum()
    }

    /// Tells the newest position of a source whenever it changes; `None` before its first record.
    pub fn newest(&self, source: &str) -> Option<watch::Receiver<Position>> {
        self.lock().get(source).map(|store| store.newest())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Arc<Store>>> {
        self.stores.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self, source: &str) -> Option<Arc<Store>> {
        self.lock().get(source).cloned()
    }

    /// The store of a source, made if it is new.
    fn store_for_append(&self, source: &str, state: Option<&Snapshot>) -> Result<Arc<Store>> {
        let mut stores = self.lock();
        if let Some(store) = stores.get(source) {
            return Ok(store.clone());
        }
        if source.is_empty() {
            return Err(StoreError::Corrupt("a source without a name can't be kept: give it one".into()));
        }
        let dir = self.dir.join(dir_name(source));
        let state = state.cloned().unwrap_or_default();
        let store = Arc::new(Store::create(&dir, source, state, self.limits, &self.steps)?);
        stores.insert(source.to_owned(), store.clone());
        Ok(store)
    }
}

/// Runs what blocks where it may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(StoreError::Unreachable(format!("the journal's thread failed: {error}"))))
}

#[async_trait]
impl RecordLog for Shared {
    async fn span(&self, source: &str) -> Result<Option<Span>> {
        Ok(self.0.store(source).map(|store| store.span()))
    }

    async fn append(&self, source: &str, state: Option<Snapshot>, entries: Vec<Entry>) -> Result<Appended> {
        let (journal, source) = (self.0.clone(), source.to_owned());
        blocking(move || {
            let store = journal.store_for_append(&source, state.as_ref())?;
            store.append(state, &entries)
        })
        .await
    }

    async fn read(&self, source: &str, after: Position, bytes_max: usize) -> Result<Found> {
        match self.0.store(source) {
            Some(store) => blocking(move || store.read(after, bytes_max)).await,
            None if after == Position::default() => Ok(Found::Entries(Vec::new())),
            None => Ok(Found::Gone),
        }
    }

    async fn origin(&self, source: &str, position: Position) -> Result<Option<Origin>> {
        match self.0.store(source) {
            Some(store) => blocking(move || store.origin(position).map(Some)).await,
            None => Ok(None),
        }
    }

    async fn seek(&self, source: &str, received: Micros) -> Result<Option<Position>> {
        match self.0.store(source) {
            Some(store) => blocking(move || store.seek(received).map(Some)).await,
            None => Ok(None),
        }
    }
}

/// A journal as the log of an LDS. Clones share it.
#[derive(Clone, Debug)]
pub struct Shared(Arc<Journal>);

impl Shared {
    /// Shares `journal`.
    pub fn new(journal: Journal) -> Self {
        Self(Arc::new(journal))
    }

    /// The journal itself.
    pub fn journal(&self) -> &Journal {
        &self.0
    }
}

fn unreachable(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unreachable(format!("{}: {error}", path.display()))
}

/// A name for a source's directory: letters, digits, `-` and `_` stand for themselves, all else as `%xx`.
fn dir_name(source: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    source
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") })
        .collect()
}

/// The source of a directory; nothing if the directory is not ours.
fn source_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let mut bytes = Vec::new();
    let mut rest = name.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first != b'%' {
            bytes.push(first);
            rest = tail;
            continue;
        }
        let hex = std::str::from_utf8(tail.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(hex, 16).ok()?);
        rest = &tail[2..];
    }
    let source = String::from_utf8(bytes).ok()?;
    (dir_name(&source) == name).then_some(source)
}

#[cfg(test)]
mod tests;
