//! Finding places in a segment, and the end of what is whole.

use super::Segment;
use crate::segment::{Found, NoEntry, damage, entry_of, parse, read_at};
use crate::unreachable;
use bytes::Bytes;
use model::time::{Micros, Position};
use ports::Result;
use ports::record_log::Entry;

/// Where one entry lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) position: Position,
    pub(super) received: Micros,
    pub(super) offset: u64,
}

/// Marks of some entries, in order, at most `EVERY` bytes apart (or one entry).
pub(super) type Index = Vec<Mark>;

/// Bytes between two marks.
const EVERY: u64 = 64 << 10;

/// How much is read at once.
const CHUNK: usize = 1 << 20;

/// Keeps those of `more` that are far enough from the last mark; `begin` is the offset of the first of them.
pub(super) fn thin(marks: &mut Index, more: Vec<Mark>, begin: u64) {
    debug_assert!(more.first().is_none_or(|first| first.offset == begin));
    for mark in more {
        if marks.last().is_none_or(|last| mark.offset - last.offset >= EVERY) {
            marks.push(mark);
        }
    }
}

/// What lies at the end of the newest segment.
#[derive(Debug, Default)]
pub(super) struct Tail {
    pub(super) marks: Index,
    pub(super) first_received: Option<Micros>,
    pub(super) last: Option<(Position, Micros)>,
    /// Where the whole entries end.
    pub(super) end: u64,
    /// Bytes after that.
    pub(super) torn: u64,
}

/// Reads the newest segment and finds its torn tail. Damage before the last append is an error.
pub(super) fn tail(segment: &Segment) -> Result<Tail> {
    let mut tail = Tail { end: segment.start, ..Tail::default() };
    let stopped = walk(segment, segment.start, &mut |found, offset| {
        thin(&mut tail.marks, vec![mark(found, offset)], offset);
        tail.first_received = tail.first_received.or(Some(found.received));
        tail.last = Some((found.position, found.received));
        tail.end = offset + found.length as u64;
        true
    })?;
    tail.torn = segment.end - tail.end;
    if let Some(what) = stopped
        && is_damage(segment, tail.end)?
    {
        return Err(damage(&segment.path, tail.end, what));
    }
    Ok(tail)
}

/// The marks of a segment that is complete. Anything that is not whole is an error.
pub(super) fn index(segment: &Segment) -> Result<Index> {
    let mut marks = Index::new();
    let mut end = segment.start;
    let stopped = walk(segment, segment.start, &mut |found, offset| {
        thin(&mut marks, vec![mark(found, offset)], offset);
        end = offset + found.length as u64;
        true
    })?;
    match stopped {
        Some(what) => Err(damage(&segment.path, end, what)),
        None => Ok(marks),
    }
}

fn mark(found: &Found, offset: u64) -> Mark {
    Mark { position: found.position, received: found.received, offset }
}

/// Visits the entries from `offset` on until the visitor has enough. Answers what is wrong with the first bytes
/// that are no entry.
pub(super) fn walk(
    segment: &Segment,
    offset: u64,
    visit: &mut dyn FnMut(&Found, u64) -> bool,
) -> Result<Option<&'static str>> {
    walk_bytes(segment, offset, &mut |found, _, _, offset| visit(found, offset))
}

/// As [`walk`]; the visitor is also shown the bytes in which the entry lies, and where in them it begins.
fn walk_bytes(
    segment: &Segment,
    mut offset: u64,
    visit: &mut dyn FnMut(&Found, &Bytes, usize, u64) -> bool,
) -> Result<Option<&'static str>> {
    let mut wanted = CHUNK;
    while offset < segment.end {
        let count = usize::try_from(segment.end - offset).unwrap_or(usize::MAX).min(wanted);
        let bytes =
            read_at(&segment.file, offset, count).map_err(|error| unreachable(&segment.path, &error))?;
        // Who only looks may meet an append that is taken back.
        if bytes.len() < count {
            return Ok(Some("the file ends within an entry"));
        }
        let bytes = Bytes::from(bytes);
        let mut at = 0;
        loop {
            match parse(&bytes[at..]) {
                Ok(found) => {
                    if !visit(&found, &bytes, at, offset + at as u64) {
                        return Ok(None);
                    }
                    at += found.length;
                }
                Err(NoEntry::Damaged(what)) => return Ok(Some(what)),
                Err(NoEntry::Short(needed)) => {
                    if offset + at as u64 == segment.end {
                        return Ok(None);
                    }
                    if offset + (at + needed) as u64 > segment.end {
                        return Ok(Some("the file ends within an entry"));
                    }
                    wanted = needed.max(CHUNK);
                    break;
                }
            }
        }
        offset += at as u64;
    }
    Ok(None)
}

/// Whether bytes that are no entry were once on disk as one: an entry of a later append lies behind them.
fn is_damage(segment: &Segment, bad: u64) -> Result<bool> {
    let count = usize::try_from(segment.end - bad).unwrap_or(usize::MAX);
    let bytes = read_at(&segment.file, bad, count).map_err(|error| unreachable(&segment.path, &error))?;
    Ok(later_batch(&bytes))
}

/// Where the whole entries of a segment end although its bytes go on.
pub(crate) struct Fault {
    pub(crate) offset: u64,
    pub(crate) what: &'static str,
    /// Nothing that was written later lies behind it.
    pub(crate) is_torn: bool,
}

/// Visits all whole entries of a segment, for who only looks.
pub(crate) fn look(segment: &Segment, visit: &mut dyn FnMut(&Entry, u64)) -> Result<Option<Fault>> {
    let mut end = segment.start;
    let stopped = walk_bytes(segment, segment.start, &mut |found, bytes, at, offset| {
        visit(&entry_of(*found, bytes, at), offset);
        end = offset + found.length as u64;
        true
    })?;
    let Some(what) = stopped else { return Ok(None) };
    Ok(Some(Fault { offset: end, what, is_torn: !is_damage(segment, end)? }))
}

/// Whether any entry within `bytes` belongs to an append that began after the first byte: everything before an
/// append was on disk when it began.
fn later_batch(bytes: &[u8]) -> bool {
    let mut at = 1;
    while at < bytes.len() {
        match parse(&bytes[at..]) {
            Ok(found) if at > found.back as usize => return true,
            Ok(found) => at += found.length,
            Err(_) => at += 1,
        }
    }
    false
}
