//! One segment's bytes: a head, then entries.
//!
//! ```text
//! head   "PULSEJ01"  u32 length  u32 crc  MessagePack {source, epoch, seq, received, state}
//! entry  e7  u8 flags  u32 length  u32 crc  u32 back  u64 epoch  u64 seq  i64 received  record
//! ```
//! Numbers are little endian. `crc` of an entry covers everything after it. `back` leads to the first entry of the
//! same append: everything before that was on disk when the entry was written, which tells a torn tail from damage.
//! `flags`: 1 is a `Snapshot` record; the others are kept for records whose personal fields are encrypted.

use bytes::Bytes;
use model::snapshot::Snapshot;
use model::time::{Micros, Position};
use ports::record_log::Entry;
use ports::{Result, StoreError};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

const MAGIC: &[u8; 8] = b"PULSEJ01";
const MARK: u8 = 0xe7;
const SNAPSHOT: u8 = 1;
/// Bytes of an entry before its record.
pub(crate) const ENTRY_HEAD: usize = 38;
/// What comes before the crc's cover: mark, flags, length, crc. The flags are covered apart.
const UNCOVERED: usize = 10;

/// What a segment says of itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) source: String,
    /// With `seq`, the position before the first entry.
    pub(crate) epoch: u64,
    pub(crate) seq: u64,
    /// When the record of that position was received.
    pub(crate) received: Micros,
    /// The state after the record of that position.
    pub(crate) state: Snapshot,
}

impl Head {
    pub(crate) fn position(&self) -> Position {
        Position { epoch: self.epoch, seq: self.seq }
    }

    pub(crate) fn encode(&self) -> Result<Vec<u8>> {
        let body = rmp_serde::to_vec_named(self).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend((body.len() as u32).to_le_bytes());
        bytes.extend(crc32fast::hash(&body).to_le_bytes());
        bytes.extend(body);
        Ok(bytes)
    }

    /// The head of a file and the offset of its first entry.
    pub(crate) fn read(file: &File, path: &Path) -> Result<(Self, u64)> {
        let damaged = |what: &str| damage(path, 0, what);
        let mut fixed = [0; 16];
        file.read_exact_at(&mut fixed, 0).map_err(|_| damaged("the head is cut off"))?;
        if &fixed[..8] != MAGIC {
            return Err(damaged("it is no segment of this version"));
        }
        let (length, crc) = (word(&fixed[8..12]), word(&fixed[12..16]));
        let size = file.metadata().map_err(|error| crate::unreachable(path, &error))?.len();
        if u64::from(length) + 16 > size {
            return Err(damaged("the head is cut off"));
        }
        let mut body = vec![0; length as usize];
        file.read_exact_at(&mut body, 16).map_err(|error| crate::unreachable(path, &error))?;
        if crc32fast::hash(&body) != crc {
            return Err(damaged("the head's checksum is wrong"));
        }
        let head = rmp_serde::from_slice(&body).map_err(|error| damaged(&error.to_string()))?;
        Ok((head, 16 + u64::from(length)))
    }
}

fn word(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte))
}

fn long(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// Appends an entry whose append begins at `batch` within `to`.
pub(crate) fn put_entry(entry: &Entry, batch: usize, to: &mut Vec<u8>) {
    let start = to.len();
    let flags = if entry.is_snapshot { SNAPSHOT } else { 0 };
    to.extend([MARK, flags]);
    to.extend((entry.bytes.len() as u32).to_le_bytes());
    to.extend([0; 4]);
    to.extend(((start - batch) as u32).to_le_bytes());
    to.extend(entry.position.epoch.to_le_bytes());
    to.extend(entry.position.seq.to_le_bytes());
    to.extend(entry.received.0.to_le_bytes());
    to.extend_from_slice(&entry.bytes);
    let crc = checksum(flags, &to[start + UNCOVERED..]);
    to[start + 6..start + UNCOVERED].copy_from_slice(&crc.to_le_bytes());
}

fn checksum(flags: u8, covered: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&[flags]);
    hasher.update(covered);
    hasher.finalize()
}

/// One entry as it lies in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) position: Position,
    pub(crate) received: Micros,
    pub(crate) is_snapshot: bool,
    /// Bytes from the first entry of the same append to this one.
    pub(crate) back: u32,
    /// The whole entry's length.
    pub(crate) length: usize,
}

/// Why there is no entry at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoEntry {
    /// The bytes end before it does; it needs so many.
    Short(usize),
    /// The bytes are something else.
    Damaged(&'static str),
}

/// The entry that begins with `bytes`.
pub(crate) fn parse(bytes: &[u8]) -> std::result::Result<Found, NoEntry> {
    if bytes.first().is_some_and(|mark| *mark != MARK) {
        return Err(NoEntry::Damaged("no entry begins here"));
    }
    let Some(head) = bytes.get(..ENTRY_HEAD) else { return Err(NoEntry::Short(ENTRY_HEAD)) };
    let length = ENTRY_HEAD + word(&head[2..6]) as usize;
    let Some(entry) = bytes.get(..length) else { return Err(NoEntry::Short(length)) };
    let flags = head[1];
    if checksum(flags, &entry[UNCOVERED..]) != word(&head[6..10]) {
        return Err(NoEntry::Damaged("the checksum is wrong"));
    }
    if flags & !SNAPSHOT != 0 {
        return Err(NoEntry::Damaged("it was written by a newer version"));
    }
    Ok(Found {
        position: Position { epoch: long(&head[14..22]), seq: long(&head[22..30]) },
        received: Micros(long(&head[30..38]) as i64),
        is_snapshot: flags & SNAPSHOT != 0,
        back: word(&head[10..14]),
        length,
    })
}

/// The entry as the port wants it; `at` is where it begins within `bytes`.
pub(crate) fn entry_of(found: Found, bytes: &Bytes, at: usize) -> Entry {
    let Found { position, received, is_snapshot, length, .. } = found;
    Entry { position, received, is_snapshot, bytes: bytes.slice(at + ENTRY_HEAD..at + length) }
}

/// Reads bytes of a file; fewer only at its end.
pub(crate) fn read_at(file: &File, offset: u64, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    let mut filled = 0;
    while filled < count {
        match file.read_at(&mut bytes[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// The error for damage that no crash explains.
pub(crate) fn damage(path: &Path, offset: u64, what: &str) -> StoreError {
    StoreError::Corrupt(format!(
        "{} is damaged at byte {offset}: {what}; restore the file from a backup, or move it away: its records are \
         then lost, and every receiver that needs them is told of a gap",
        path.display()
    ))
}
