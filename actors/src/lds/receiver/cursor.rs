//! Where one receiver stands in one source.

use super::super::audience::Kept;
use super::super::filter::Interest;
use model::record::Record;
use model::snapshot::Snapshot;
use model::time::{Micros, Position};
use ports::record_log::Entry;
use std::collections::VecDeque;
use std::sync::Arc;
use wire::frame::{Encoded, EncodedRecords, Frame, FrameError, Heartbeat, decode_record, encode};

/// The place of a receiver in a source, and what is ready to be sent from there.
#[derive(Debug)]
pub(in crate::lds) struct Cursor {
    /// The last record that was made ready (or passed over).
    pub(super) position: Position,
    /// The last record that is known to exist.
    pub(super) newest: Position,
    /// Frames that wait for room.
    pub(super) ready: VecDeque<Arc<[u8]>>,
    /// The log is being read.
    pub(super) reading: bool,
    /// It is off the live stream, and counted as such.
    pub(super) cut: bool,
    interest: Option<Interest>,
}

impl Cursor {
    /// Stands at `position`; `ready` goes first. It is not yet live, so it can't be cut off.
    pub(in crate::lds) fn new(position: Position, ready: Vec<Arc<[u8]>>, interest: Option<Interest>) -> Self {
        Self { position, newest: position, ready: ready.into(), reading: false, cut: true, interest }
    }

    /// The last record that was made ready.
    pub(in crate::lds) fn position(&self) -> Position {
        self.position
    }

    /// Whether the log has to be read to get on.
    pub(super) fn is_behind(&self) -> bool {
        self.position < self.newest
    }

    /// Takes in live records; they are passed by if the receiver is not at their beginning.
    pub(super) fn follow(&mut self, kept: &Kept) -> Result<(), FrameError> {
        let is_live = !self.reading && self.ready.is_empty() && self.position == kept.before;
        let has_frames = !kept.frames.is_empty();
        self.newest = self.newest.max(kept.last);
        if !is_live || !has_frames {
            return Ok(());
        }
        self.position = kept.last;
        match &mut self.interest {
            None => self.ready.extend(kept.frames.iter().cloned()),
            Some(interest) => {
                let concerning = kept.records.iter().filter(|record| interest.concerns(record));
                let mut encoded = EncodedRecords::default();
                concerning.for_each(|record| encoded.push(record));
                self.ready.extend(encoded.frames(&kept.source)?);
            }
        }
        Ok(())
    }

    /// Takes in records that were read from the log after the position.
    pub(super) fn catch_up(&mut self, source: &str, entries: &[Entry]) -> Result<(), FrameError> {
        let Some(last) = entries.last() else {
            // The log holds no more; what was told to exist comes with the next news.
            self.newest = self.position;
            return Ok(());
        };
        let mut encoded = EncodedRecords::default();
        for entry in entries {
            if self.concerns(entry)? {
                let Entry { position, received, is_snapshot, bytes } = entry;
                let (position, received, is_snapshot) = (*position, *received, *is_snapshot);
                encoded.push_encoded(Encoded { position, received, is_snapshot, bytes });
            }
        }
        self.position = last.position;
        self.newest = self.newest.max(last.position);
        self.ready.extend(encoded.frames(source)?);
        if self.interest.is_some() {
            self.ready.push_back(passed_over(source, last.position, last.received)?);
        }
        Ok(())
    }

    /// Looks at a record without sending it: it lies before the place where the client goes on.
    pub(in crate::lds) fn observe(&mut self, record: &Record) {
        if let Some(interest) = &mut self.interest {
            interest.concerns(record);
        }
    }

    /// Looks at the calls of a state that the client begins with.
    pub(in crate::lds) fn observe_state(&mut self, state: &Snapshot) {
        if let Some(interest) = &mut self.interest {
            interest.observe(&state.dns);
        }
    }

    fn concerns(&mut self, entry: &Entry) -> Result<bool, FrameError> {
        match &mut self.interest {
            None => Ok(true),
            Some(interest) => Ok(interest.concerns(&decode_record(&entry.bytes)?)),
        }
    }
}

/// Tells how far a filter has come.
fn passed_over(source: &str, position: Position, received: Micros) -> Result<Arc<[u8]>, FrameError> {
    let Position { epoch, seq } = position;
    encode(&Frame::Heartbeat(Heartbeat { source: source.into(), epoch, seq, now: received }))
}
