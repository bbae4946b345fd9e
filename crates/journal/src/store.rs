//! The segments of one source: appended to by one, read by many.

mod read;
mod scan;

use crate::segment::{Head, put_entry};
use crate::{Limits, Steps, unreachable};
use model::snapshot::Snapshot;
use model::time::{Micros, Position};
use ports::record_log::{Appended, Entry, Span};
use ports::{Result, StoreError};
pub(crate) use scan::{Fault, look};
use scan::{Index, Mark};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::watch;
use tracing::{info, warn};

/// One source's part of the journal.
#[derive(Debug)]
pub(crate) struct Store {
    dir: PathBuf,
    source: String,
    limits: Limits,
    steps: Steps,
    /// Held for a whole append, disk included.
    writing: Mutex<Writing>,
    /// Held for moments only: what readers may see.
    view: Mutex<View>,
    newest: watch::Sender<Position>,
    torn_bytes: u64,
}

/// The file at the end.
#[derive(Debug)]
struct Writing {
    file: File,
    path: PathBuf,
    /// Where the next append begins.
    end: u64,
    /// When the first record of the segment was received.
    begun: Option<Micros>,
    /// Space for encoding, used again and again.
    buffer: Vec<u8>,
}

/// What is on disk.
#[derive(Debug)]
struct View {
    /// Oldest first; the last one is being written.
    segments: Vec<Segment>,
    newest: Position,
    received: Micros,
}

/// One segment as readers see it.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    number: u64,
    path: PathBuf,
    file: Arc<File>,
    /// The position before its first entry, and when that record was received.
    origin: Position,
    received: Micros,
    /// Where entries begin and end.
    start: u64,
    end: u64,
    /// Marks of the segment that is being written; those of the others are made at their first use.
    marks: Vec<Mark>,
    index: Arc<OnceLock<Index>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn segment_path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:012}.seg"))
}

impl Store {
    /// Makes the store of a source that was never seen before.
    pub(crate) fn create(
        dir: &Path,
        source: &str,
        state: Snapshot,
        limits: Limits,
        steps: &Steps,
    ) -> Result<Self> {
        fs::create_dir_all(dir).map_err(|error| failed(dir, &error))?;
        let head = Head { source: source.to_owned(), state, ..Head::default() };
        let (segment, writing) = begin_segment(dir, 1, &head)?;
        let view = View { segments: vec![segment], newest: Position::default(), received: Micros::ZERO };
        Ok(Self::of(dir, source, (limits, steps.clone()), writing, view, 0))
    }

    fn of(
        dir: &Path,
        source: &str,
        (limits, steps): (Limits, Steps),
        writing: Writing,
        view: View,
        torn_bytes: u64,
    ) -> Self {
        let newest = watch::Sender::new(view.newest);
        let (dir, source) = (dir.to_owned(), source.to_owned());
        let (writing, view) = (Mutex::new(writing), Mutex::new(view));
        Self { dir, source, limits, steps, writing, view, newest, torn_bytes }
    }

    /// Opens what is there, if anything is, and cuts the torn tail.
    pub(crate) fn open(dir: &Path, source: &str, limits: Limits, steps: &Steps) -> Result<Option<Self>> {
        let mut segments = list(dir)?;
        let Some(last) = segments.last_mut() else { return Ok(None) };
        let tail = scan::tail(last)?;
        let file =
            OpenOptions::new().write(true).open(&last.path).map_err(|error| failed(&last.path, &error))?;
        if tail.torn > 0 {
            warn!(
                source, bytes = tail.torn, file = %last.path.display(),
                "cut {} bytes of {source} that a crash had torn off: they had not been told to anybody", tail.torn
            );
            file.set_len(tail.end)
                .and_then(|()| file.sync_all())
                .map_err(|error| failed(&last.path, &error))?;
        }
        last.end = tail.end;
        last.marks = tail.marks;
        let writing = Writing {
            file,
            path: last.path.clone(),
            end: tail.end,
            begun: tail.first_received,
            buffer: Vec::new(),
        };
        let (newest, received) = tail.last.unwrap_or((last.origin, last.received));
        let view = View { segments, newest, received };
        let store = Self::of(dir, source, (limits, steps.clone()), writing, view, tail.torn);
        store.drop_old();
        Ok(Some(store))
    }

    pub(crate) fn torn_bytes(&self) -> u64 {
        self.torn_bytes
    }

    pub(crate) fn newest(&self) -> watch::Receiver<Position> {
        self.newest.subscribe()
    }

    pub(crate) fn span(&self) -> Span {
        let view = lock(&self.view);
        let before = view.segments.first().map_or(view.newest, |segment| segment.origin);
        Span { before, newest: view.newest, received: view.received }
    }

    /// Writes entries and answers when they are on disk; on an error nothing of them is there.
    pub(crate) fn append(&self, state: Option<Snapshot>, entries: &[Entry]) -> Result<Appended> {
        let mut writing = lock(&self.writing);
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Ok(Appended { wants_state: self.wants_state(&writing, Micros::ZERO) });
        };
        let newest = lock(&self.view).newest;
        if first.position <= newest {
            let (first, newest) = (first.position, newest);
            return Err(StoreError::Fenced(format!(
                "record {}/{} of {} does not follow {}/{}: somebody else writes to this journal",
                first.epoch, first.seq, self.source, newest.epoch, newest.seq
            )));
        }
        if let Some(state) = state
            && self.wants_state(&writing, first.received)
        {
            *writing = self.roll(state)?;
        }
        let offset = writing.end;
        let marks = self.write(&mut writing, entries)?;
        self.publish(&writing, marks, last, offset);
        writing.begun = writing.begun.or(Some(first.received));
        Ok(Appended { wants_state: self.wants_state(&writing, last.received) })
    }

    fn wants_state(&self, writing: &Writing, now: Micros) -> bool {
        let span = i64::try_from(self.limits.segment_span.as_micros()).unwrap_or(i64::MAX);
        let is_old = writing.begun.is_some_and(|begun| (now - begun).0 >= span);
        writing.begun.is_some() && (is_old || writing.end >= self.limits.segment_bytes)
    }

    /// Brings the entries to disk, all or none.
    fn write(&self, writing: &mut Writing, entries: &[Entry]) -> Result<Vec<Mark>> {
        let mut buffer = std::mem::take(&mut writing.buffer);
        buffer.clear();
        let mut marks = Vec::new();
        for entry in entries {
            let offset = writing.end + buffer.len() as u64;
            marks.push(Mark { position: entry.position, received: entry.received, offset });
            put_entry(entry, 0, &mut buffer);
        }
        let file = &mut writing.file;
        let written = file
            .seek(SeekFrom::Start(writing.end))
            .and_then(|_| self.steps.write(&buffer, |piece| file.write_all(piece)))
            .and_then(|()| file.sync_data())
            .inspect(|()| self.steps.synced());
        let size = buffer.len() as u64;
        buffer.shrink_to(1 << 20);
        writing.buffer = buffer;
        match written {
            Ok(()) => {
                writing.end += size;
                Ok(marks)
            }
            Err(error) => {
                // Half an append must not be found later; shrinking works on a full disk too.
                if let Err(cause) = file.set_len(writing.end) {
                    warn!(file = %writing.path.display(), %cause, "could not take back half an append");
                }
                Err(failed(&writing.path, &error))
            }
        }
    }

    /// Lets readers see what is on disk.
    fn publish(&self, writing: &Writing, marks: Vec<Mark>, last: &Entry, offset: u64) {
        let mut view = lock(&self.view);
        view.newest = last.position;
        view.received = last.received;
        if let Some(segment) = view.segments.last_mut() {
            segment.end = writing.end;
            scan::thin(&mut segment.marks, marks, offset);
        }
        drop(view);
        self.newest.send_replace(last.position);
    }

    /// Begins a new segment with the state before its first record.
    fn roll(&self, state: Snapshot) -> Result<Writing> {
        let view = lock(&self.view);
        let number = view.segments.last().map_or(1, |segment| segment.number + 1);
        let Position { epoch, seq } = view.newest;
        let head = Head { source: self.source.clone(), epoch, seq, received: view.received, state };
        drop(view);
        let (segment, writing) = begin_segment(&self.dir, number, &head)?;
        info!(source = %self.source, file = %segment.path.display(), "a new segment of {} begins", self.source);
        lock(&self.view).segments.push(segment);
        self.drop_old();
        Ok(writing)
    }

    /// Drops the oldest segments that are over the limits, never the one that is being written.
    fn drop_old(&self) {
        let mut view = lock(&self.view);
        let keep = i64::try_from(self.limits.keep.as_micros()).unwrap_or(i64::MAX);
        let oldest = Micros(view.received.0.saturating_sub(keep));
        let mut bytes: u64 = view.segments.iter().map(|segment| segment.end).sum();
        while let [first, next, ..] = view.segments.as_slice() {
            // The next segment knows when the last record of this one was received.
            if bytes <= self.limits.bytes_max && next.received >= oldest {
                return;
            }
            bytes -= first.end;
            let path = first.path.clone();
            view.segments.remove(0);
            if let Err(error) = fs::remove_file(&path) {
                warn!(file = %path.display(), %error, "an old segment could not be removed");
            }
        }
    }
}

/// The numbers of a directory's segments, oldest first; `unfinished` is told of those whose head was never finished.
pub(crate) fn numbers(dir: &Path, unfinished: impl Fn(&Path)) -> Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(dir).map_err(|error| unreachable(dir, &error))? {
        let path = entry.map_err(|error| unreachable(dir, &error))?.path();
        let number =
            path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<u64>().ok());
        match (path.extension().and_then(|extension| extension.to_str()), number) {
            (Some("seg"), Some(number)) => numbers.push(number),
            (Some("new"), _) => unfinished(&path),
            _ => {}
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The segments of a directory, oldest first; unfinished ones are removed.
fn list(dir: &Path) -> Result<Vec<Segment>> {
    // Nothing was ever written to what has no head.
    let numbers = numbers(dir, |path| drop(fs::remove_file(path)))?;
    let open = |number: u64| {
        let path = segment_path(dir, number);
        let file = File::open(&path).map_err(|error| unreachable(&path, &error))?;
        let end = file.metadata().map_err(|error| unreachable(&path, &error))?.len();
        let (head, start) = Head::read(&file, &path)?;
        Ok(Segment::new(number, path, file, &head, start, end))
    };
    numbers.into_iter().map(open).collect()
}

impl Segment {
    pub(crate) fn new(number: u64, path: PathBuf, file: File, head: &Head, start: u64, end: u64) -> Self {
        Self {
            number,
            path,
            file: Arc::new(file),
            origin: head.position(),
            received: head.received,
            start,
            end,
            marks: Vec::new(),
            index: Arc::default(),
        }
    }
}

/// Writes the head of a new segment; the file appears under its name only when the head is on disk.
fn begin_segment(dir: &Path, number: u64, head: &Head) -> Result<(Segment, Writing)> {
    let path = segment_path(dir, number);
    let unfinished = path.with_extension("new");
    let bytes = head.encode()?;
    let begun = || -> io::Result<(File, File)> {
        let options = OpenOptions::new().write(true).create(true).truncate(true).open(&unfinished);
        let mut file = options?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)?;
        File::open(dir)?.sync_all()?;
        Ok((file, File::open(&path)?))
    };
    let (file, reading) = begun().map_err(|error| {
        // It never had a record; what is left of it only takes room.
        let _ = fs::remove_file(&unfinished);
        failed(&path, &error)
    })?;
    let end = bytes.len() as u64;
    let segment = Segment::new(number, path.clone(), reading, head, end, end);
    Ok((segment, Writing { file, path, end, begun: None, buffer: Vec::new() }))
}

/// Why something could not be written, by what is to be done.
fn failed(path: &Path, error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            StoreError::Full(format!(
                "{}: {error}; make room on that disk (or lower the journal's limits): writing goes on by itself, and \
                 nothing that was accepted is lost",
                path.display()
            ))
        }
        _ => unreachable(path, error),
    }
}
