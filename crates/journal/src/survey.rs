//! Looking at a journal without touching it: also at one that is being written to.
//!
//! **Invariant:** nothing here opens a file for writing, takes the lock, or cuts anything.

use crate::segment::Head;
use crate::store::{Fault, Segment, look, numbers, segment_path};
use crate::{source_of, unreachable};
use model::time::{Micros, Position};
use ports::Result;
use ports::record_log::Entry;
use std::fs;
use std::path::{Path, PathBuf};

/// One segment of a source.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Whose.
    pub source: String,
    /// Its file.
    pub path: PathBuf,
    /// Its bytes, as they were when it was looked at.
    pub bytes: u64,
    /// The position before its first record.
    pub before: Position,
    /// Its first and its last whole record, with when they were received.
    pub span: Option<((Position, Micros), (Position, Micros))>,
    /// Whole records.
    pub records: u64,
    /// Snapshots among them.
    pub snapshots: u64,
    /// Records that are missing in the numbering between two of these: they were never here.
    pub holes: u64,
    /// What is wrong, and where it begins.
    pub flaw: Option<Flaw>,
}

/// Where the whole records of a segment end before the file does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The first byte that belongs to no whole record.
    pub offset: u64,
    /// Bytes from there to the end.
    pub bytes: u64,
    /// What was found there.
    pub what: String,
    /// How bad that is.
    pub kind: FlawKind,
}

/// What a flaw means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlawKind {
    /// The last append is not whole: it is being written just now, or a crash tore it off. Nobody was told of it; it is
    /// cut at the next start.
    Torn,
    /// What was once on disk is no longer as it was, or a piece of the journal is missing.
    Damaged,
}

/// All segments of all sources, oldest first; `visit` is shown every whole record. Segments that are removed
/// meanwhile, because they have become too old, are left out.
///
/// # Errors
/// `Unreachable` when the directory or a file can't be read. Damage is no error here: it is what one looks for.
pub fn survey(dir: &Path, visit: &mut dyn FnMut(&str, &Entry)) -> Result<Vec<Piece>> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(dir).map_err(|error| unreachable(dir, &error))? {
        let path = entry.map_err(|error| unreachable(dir, &error))?.path();
        if path.is_dir()
            && let Some(source) = source_of(&path)
        {
            sources.push((source, path));
        }
    }
    sources.sort();
    let mut pieces = Vec::new();
    for (source, dir) in sources {
        let numbers = numbers(&dir, |_| {})?;
        let mut last = None;
        for number in &numbers {
            let is_newest = Some(number) == numbers.last();
            let at = (segment_path(&dir, *number), *number);
            let piece = piece(&source, at, is_newest, last, visit)?;
            last = piece.as_ref().map(|piece| piece.span.map_or(piece.before, |(_, (position, _))| position));
            pieces.extend(piece);
        }
    }
    Ok(pieces)
}

/// One segment; `before` is the last position of the one before it.
fn piece(
    source: &str,
    (path, number): (PathBuf, u64),
    is_newest: bool,
    before: Option<Position>,
    visit: &mut dyn FnMut(&str, &Entry),
) -> Result<Option<Piece>> {
    let file = match fs::File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreachable(&path, &error)),
    };
    let bytes = file.metadata().map_err(|error| unreachable(&path, &error))?.len();
    let mut piece = Piece {
        source: source.to_owned(),
        path,
        bytes,
        before: Position::default(),
        span: None,
        records: 0,
        snapshots: 0,
        holes: 0,
        flaw: None,
    };
    let damaged =
        |offset, what: String| Flaw { offset, bytes: bytes - offset, what, kind: FlawKind::Damaged };
    let (head, start) = match Head::read(&file, &piece.path) {
        Ok(read) => read,
        Err(error @ ports::StoreError::Unreachable(_)) => return Err(error),
        Err(error) => {
            piece.flaw = Some(damaged(0, error.to_string()));
            return Ok(Some(piece));
        }
    };
    piece.before = head.position();
    if let Some(before) = before
        && before != piece.before
    {
        let (at, is) = (piece.before, before);
        let what = format!(
            "it goes on after {}/{}, but the one before ends with {}/{}",
            at.epoch, at.seq, is.epoch, is.seq
        );
        piece.flaw = Some(damaged(0, what));
    }
    let mut previous = piece.before;
    let mut backwards = None;
    let segment = Segment::new(number, piece.path.clone(), file, &head, start, bytes);
    let fault = look(&segment, &mut |entry, offset| {
        let Position { epoch, seq } = entry.position;
        if entry.position <= previous && backwards.is_none() {
            backwards = Some((
                offset,
                format!("record {epoch}/{seq} does not follow {}/{}", previous.epoch, previous.seq),
            ));
        }
        if epoch == previous.epoch {
            piece.holes += seq.saturating_sub(previous.seq + 1);
        }
        previous = entry.position;
        let at = (entry.position, entry.received);
        piece.span = Some((piece.span.map_or(at, |(first, _)| first), at));
        piece.records += 1;
        piece.snapshots += u64::from(entry.is_snapshot);
        visit(source, entry);
    })?;
    if let Some(Fault { offset, what, is_torn }) = fault {
        let kind = if is_torn && is_newest { FlawKind::Torn } else { FlawKind::Damaged };
        piece.flaw = piece.flaw.or(Some(Flaw { offset, bytes: bytes - offset, what: what.to_owned(), kind }));
    }
    if let Some((offset, what)) = backwards {
        piece.flaw = piece.flaw.or(Some(damaged(offset, what)));
    }
    Ok(Some(piece))
}
