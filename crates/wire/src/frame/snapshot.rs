//! A snapshot in parts of at most 1 MiB, and the parts as one snapshot again.

use super::{FRAME_BYTES_MAX, Frame, FrameError, SnapshotPart, encode};
use model::Text;
use model::record::{Body, Event, Record};
use model::snapshot::{DnPicture, Snapshot};
use model::time::{Micros, Position};
use serde::Serialize;
use std::sync::Arc;

/// How many bytes of DNs, memberships and records a part may hold; the rest is for the other keys.
const ROOM: usize = FRAME_BYTES_MAX - 4096;

/// The frames of a snapshot, ready to be sent one after another to any number of receivers.
pub fn snapshot_frames(
    source: &str,
    position: Position,
    stamps: Option<Stamps>,
    snapshot: &Snapshot,
) -> Result<Vec<Arc<[u8]>>, FrameError> {
    let mut parts = vec![SnapshotPart::default()];
    let mut used = 0;
    let mut place = |size: usize, parts: &mut Vec<SnapshotPart>| {
        if used + size > ROOM {
            parts.push(SnapshotPart::default());
            used = 0;
        }
        used += size;
    };
    for picture in snapshot.dns.iter().flat_map(pieces) {
        place(size(&picture)?, &mut parts);
        parts.last_mut().into_iter().for_each(|part| part.dns.push(picture.clone()));
    }
    for membership in &snapshot.memberships {
        place(size(membership)?, &mut parts);
        parts.last_mut().into_iter().for_each(|part| part.memberships.push(membership.clone()));
    }
    for record in &snapshot.media {
        place(size(record)?, &mut parts);
        parts.last_mut().into_iter().for_each(|part| part.media.push(record.clone()));
    }
    let count = parts.len();
    let numbered = parts.into_iter().enumerate().map(|(index, part)| SnapshotPart {
        source: source.into(),
        epoch: position.epoch,
        seq: position.seq,
        taken: snapshot.taken,
        time: stamps.map(|stamps| stamps.time),
        received: stamps.map(|stamps| stamps.received),
        part: index as u32,
        last: index + 1 == count,
        ..part
    });
    numbered.map(|part| encode(&Frame::Snapshot(part))).collect()
}

/// A DN, in pieces of at most a hundred calls.
fn pieces(picture: &DnPicture) -> impl Iterator<Item = DnPicture> + '_ {
    let count = picture.calls.len().div_ceil(100).max(1);
    let head = DnPicture { calls: Vec::new(), ..picture.clone() };
    (0..count).map(move |index| {
        let calls = picture.calls.iter().skip(index * 100).take(100).cloned().collect();
        DnPicture { calls, ..head.clone() }
    })
}

fn size<T: Serialize>(value: &T) -> Result<usize, FrameError> {
    rmp_serde::to_vec_named(value).map(|bytes| bytes.len()).map_err(|e| FrameError::Garbage(e.to_string()))
}

/// The times of a `Snapshot` record that is part of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamps {
    /// Its `time`.
    pub time: Micros,
    /// Its `received`.
    pub received: Micros,
}

/// A snapshot whose last part has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// The source.
    pub source: Text,
    /// The position that the state follows; live records start after it.
    pub position: Position,
    /// The record's times, if it is one of the stream; absent where the state was made for this client.
    pub stamps: Option<Stamps>,
    /// The state.
    pub snapshot: Snapshot,
}

impl Whole {
    /// The record of the stream that this is; itself again where the state was made for this client.
    #[allow(clippy::result_large_err, reason = "no error: the caller goes on with it")]
    pub fn into_record(self) -> Result<Record, Self> {
        let Some(Stamps { time, received }) = self.stamps else { return Err(self) };
        let mut record = Record::new(self.source, Event::Snapshot, received);
        record.time = time;
        (record.epoch, record.seq) = (self.position.epoch, self.position.seq);
        record.body = Some(Box::new(Body::Snapshot(self.snapshot)));
        Ok(record)
    }
}

/// Puts parts together. One for each link and source.
#[derive(Clone, Debug, Default)]
pub struct Assembler {
    open: Option<SnapshotPart>,
}

impl Assembler {
    /// Takes in a part; answers the snapshot after the last one. A part out of turn is an error.
    pub fn push(&mut self, part: SnapshotPart) -> Result<Option<Whole>, FrameError> {
        let mut open = match self.open.take() {
            None if part.part == 0 => {
                SnapshotPart { dns: Vec::new(), memberships: Vec::new(), media: Vec::new(), ..part.clone() }
            }
            Some(open) if follows(&open, &part) => open,
            _ => {
                return Err(FrameError::Garbage(format!(
                    "part {} of a snapshot came out of turn",
                    part.part
                )));
            }
        };
        for picture in part.dns {
            match open.dns.last_mut() {
                Some(last) if last.dn == picture.dn => last.calls.extend(picture.calls),
                _ => open.dns.push(picture),
            }
        }
        open.memberships.extend(part.memberships);
        open.media.extend(part.media);
        open.part = part.part;
        if !part.last {
            self.open = Some(open);
            return Ok(None);
        }
        let stamps = open.received.map(|received| Stamps { time: open.time.unwrap_or(received), received });
        let position = Position { epoch: open.epoch, seq: open.seq };
        let SnapshotPart { source, taken, dns, memberships, media, .. } = open;
        let snapshot = Snapshot { taken, dns, memberships, media };
        Ok(Some(Whole { source, position, stamps, snapshot }))
    }
}

fn follows(open: &SnapshotPart, part: &SnapshotPart) -> bool {
    part.part == open.part + 1
        && part.source == open.source
        && (part.epoch, part.seq, part.taken) == (open.epoch, open.seq, open.taken)
}
