//! Records of one source, encoded once for the journal and for every receiver.

use super::encode::{begin, finish};
use super::pack::{put_array32, put_text};
use super::record::decode_record;
use super::snapshot::{Stamps, snapshot_frames};
use super::{FRAME_BYTES_MAX, FrameError};
use model::record::{Body, Event, Record};
use model::time::{Micros, Position};
use std::sync::Arc;

/// Appends the record's MessagePack bytes: a map with the contract's keys.
pub fn encode_record(record: &Record, to: &mut Vec<u8>) {
    let mut serializer = rmp_serde::Serializer::new(&mut *to).with_struct_map();
    // A vector takes every byte, and a record holds nothing that MessagePack can't say.
    let written = serde::Serialize::serialize(record, &mut serializer);
    debug_assert!(written.is_ok(), "{written:?}");
}

/// Where one record lies among the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Its number.
    pub position: Position,
    /// When it was received.
    pub received: Micros,
    /// The byte after its last.
    pub end: usize,
    /// It is a `Snapshot`: it travels as frames of its own, in parts.
    pub is_snapshot: bool,
}

/// One encoded record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoded<'a> {
    /// Its number.
    pub position: Position,
    /// When it was received.
    pub received: Micros,
    /// It is a `Snapshot`.
    pub is_snapshot: bool,
    /// Its MessagePack bytes.
    pub bytes: &'a [u8],
}

/// Records of one source as bytes, back to back, with the place of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncodedRecords {
    bytes: Vec<u8>,
    extents: Vec<Extent>,
}

impl EncodedRecords {
    /// Encodes `records`.
    pub fn of(records: &[Record]) -> Self {
        let mut encoded = Self { bytes: Vec::with_capacity(records.len() * 192), extents: Vec::new() };
        records.iter().for_each(|record| encoded.push(record));
        encoded
    }

    /// Appends one record.
    pub fn push(&mut self, record: &Record) {
        encode_record(record, &mut self.bytes);
        self.close(record.position(), record.received, record.event == Event::Snapshot);
    }

    /// Appends one record that is encoded already.
    pub fn push_encoded(&mut self, record: Encoded<'_>) {
        self.bytes.extend_from_slice(record.bytes);
        self.close(record.position, record.received, record.is_snapshot);
    }

    fn close(&mut self, position: Position, received: Micros, is_snapshot: bool) {
        self.extents.push(Extent { position, received, end: self.bytes.len(), is_snapshot });
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.extents.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.extents.is_empty()
    }

    /// How many bytes the records take.
    pub fn byte_count(&self) -> usize {
        self.bytes.len()
    }

    /// The number and time of the last record.
    pub fn last(&self) -> Option<Extent> {
        self.extents.last().copied()
    }

    /// The number and time of the first record.
    pub fn first(&self) -> Option<Extent> {
        self.extents.first().copied()
    }

    /// The bytes and the places of the records among them.
    pub fn into_parts(self) -> (Vec<u8>, Vec<Extent>) {
        (self.bytes, self.extents)
    }

    /// Each record: its number, its time and its bytes.
    pub fn iter(&self) -> impl Iterator<Item = Encoded<'_>> {
        let mut start = 0;
        self.extents.iter().map(move |extent| {
            let bytes = &self.bytes[start..extent.end];
            start = extent.end;
            let Extent { position, received, is_snapshot, .. } = *extent;
            Encoded { position, received, is_snapshot, bytes }
        })
    }

    /// The frames that carry the records, each at most 1 MiB, ready to be sent to any number of receivers:
    /// `events`, and for a `Snapshot` record `snapshot` frames with its number.
    pub fn frames(&self, source: &str) -> Result<Vec<Arc<[u8]>>, FrameError> {
        let mut frames = Vec::new();
        let room = FRAME_BYTES_MAX - 64 - source.len().min(FRAME_BYTES_MAX / 2);
        let (mut first, mut start) = (0, 0);
        while let Some(head) = self.extents.get(first) {
            let rest = &self.extents[first..];
            let plain =
                rest.iter().take_while(|extent| !extent.is_snapshot && extent.end - start <= room).count();
            let count = plain.max(1);
            let end = rest[count - 1].end;
            let bytes = &self.bytes[start..end];
            match (plain, head.is_snapshot) {
                (0, true) => frames.extend(snapshot_record_frames(source, bytes)?),
                (0, false) => return Err(FrameError::TooLarge { size: bytes.len(), limit: room }),
                _ => frames.push(events_frame(source, count, bytes)),
            }
            first += count;
            start = end;
        }
        Ok(frames)
    }

    /// All the records in one `events` frame, whatever they are and however long it gets.
    pub(super) fn events_frame(&self, source: &str) -> Arc<[u8]> {
        events_frame(source, self.len(), &self.bytes)
    }

    /// Whether a record of this many bytes can't travel.
    pub fn oversized(byte_count: usize) -> bool {
        byte_count > FRAME_BYTES_MAX - 4096
    }
}

fn snapshot_record_frames(source: &str, bytes: &[u8]) -> Result<Vec<Arc<[u8]>>, FrameError> {
    let record = decode_record(bytes)?;
    match record.body.as_deref() {
        Some(Body::Snapshot(snapshot)) => {
            let stamps = Stamps { time: record.time, received: record.received };
            snapshot_frames(source, record.position(), Some(stamps), snapshot)
        }
        _ => Err(FrameError::Garbage("a Snapshot record has no state".into())),
    }
}

fn events_frame(source: &str, count: usize, records: &[u8]) -> Arc<[u8]> {
    let mut frame = begin("events", 2, records.len() + source.len() + 48);
    put_text("source", &mut frame);
    put_text(source, &mut frame);
    put_text("records", &mut frame);
    put_array32(count as u32, &mut frame);
    frame.extend_from_slice(records);
    finish(frame)
}
