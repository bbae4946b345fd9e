//! Reading from any place, while others append.

use super::scan::{Index, index, walk};
use super::{Segment, Store, lock};
use crate::segment::{Head, NoEntry, damage, entry_of, parse, read_at};
use crate::unreachable;
use bytes::Bytes;
use model::time::{Micros, Position};
use ports::Result;
use ports::record_log::{Entry, Found, Origin};

impl Store {
    /// Records after `after`, as many as fit into `bytes_max`, but at least one.
    pub(crate) fn read(&self, after: Position, bytes_max: usize) -> Result<Found> {
        let Some(mut segment) = self.segment_at(after) else { return Ok(Found::Gone) };
        let Some(mut offset) = segment.offset_after(after)? else { return Ok(Found::Gone) };
        if offset >= segment.end {
            // The last record of its segment: the next one, if there is one, begins after it.
            match self.next_segment(&segment) {
                None => return Ok(Found::Entries(Vec::new())),
                Some(next) if next.origin == after => (offset, segment) = (next.start, next),
                // Segments in between were moved away.
                Some(_) => return Ok(Found::Gone),
            }
        }
        segment.entries(offset, bytes_max).map(Found::Entries)
    }

    /// The newest state at or before `position`, else the oldest.
    pub(crate) fn origin(&self, position: Position) -> Result<Origin> {
        let segment = self.segment_at(position).or_else(|| lock(&self.view).segments.first().cloned());
        let Some(segment) = segment else { return Ok(Origin::default()) };
        let (head, _) = Head::read(&segment.file, &segment.path)?;
        Ok(Origin { position: head.position(), state: head.state })
    }

    /// The position before the first record received at or after `received`.
    pub(crate) fn seek(&self, received: Micros) -> Result<Position> {
        let view = lock(&self.view);
        let place = view.segments.partition_point(|segment| segment.received < received);
        let Some(segment) = view.segments.get(place.saturating_sub(1)).cloned() else {
            return Ok(view.newest);
        };
        drop(view);
        let marks = segment.index()?;
        let before = marks.partition_point(|mark| mark.received < received);
        let offset = before.checked_sub(1).map_or(segment.start, |at| marks[at].offset);
        let mut position = segment.origin;
        walk(&segment, offset, &mut |found, _| {
            let is_before = found.received < received;
            if is_before {
                position = found.position;
            }
            is_before
        })?;
        Ok(position)
    }

    /// The last segment that begins at or before `position`.
    fn segment_at(&self, position: Position) -> Option<Segment> {
        let view = lock(&self.view);
        let place = view.segments.partition_point(|segment| segment.origin <= position);
        let segment = view.segments.get(place.checked_sub(1)?)?;
        (position <= view.newest).then(|| segment.clone())
    }

    fn next_segment(&self, segment: &Segment) -> Option<Segment> {
        lock(&self.view).segments.iter().find(|next| next.number > segment.number).cloned()
    }
}

impl Segment {
    /// The marks; for a segment that is complete they are made once.
    fn index(&self) -> Result<Index> {
        if !self.marks.is_empty() {
            return Ok(self.marks.clone());
        }
        if let Some(made) = self.index.get() {
            return Ok(made.clone());
        }
        let made = index(self)?;
        Ok(self.index.get_or_init(|| made).clone())
    }

    /// Where the entry after `after` begins; `None` if `after` is not here.
    fn offset_after(&self, after: Position) -> Result<Option<u64>> {
        if after == self.origin {
            return Ok(Some(self.start));
        }
        let marks = self.index()?;
        let before = marks.partition_point(|mark| mark.position <= after);
        let Some(mark) = before.checked_sub(1).and_then(|at| marks.get(at)) else { return Ok(None) };
        let mut found_at = None;
        let mut end = mark.offset;
        let stopped = walk(self, mark.offset, &mut |found, offset| {
            end = offset + found.length as u64;
            if found.position == after {
                found_at = Some(end);
            }
            found.position < after
        })?;
        match stopped {
            Some(what) => Err(damage(&self.path, end, what)),
            None => Ok(found_at),
        }
    }

    /// Entries from `offset` on.
    fn entries(&self, offset: u64, bytes_max: usize) -> Result<Vec<Entry>> {
        if offset >= self.end {
            return Ok(Vec::new());
        }
        let rest = usize::try_from(self.end - offset).unwrap_or(usize::MAX);
        let mut count = rest.min(bytes_max.max(4096));
        loop {
            let bytes =
                read_at(&self.file, offset, count).map_err(|error| unreachable(&self.path, &error))?;
            let bytes = Bytes::from(bytes);
            let mut entries = Vec::new();
            let mut at = 0;
            let needed = loop {
                match parse(&bytes[at..]) {
                    Ok(found) if !entries.is_empty() && at + found.length > bytes_max => return Ok(entries),
                    Ok(found) => {
                        entries.push(entry_of(found, &bytes, at));
                        at += found.length;
                    }
                    Err(NoEntry::Damaged(what)) => return Err(damage(&self.path, offset + at as u64, what)),
                    Err(NoEntry::Short(needed)) => break needed,
                }
            };
            if !entries.is_empty() {
                return Ok(entries);
            }
            if needed <= count || needed > rest {
                return Err(damage(&self.path, offset, "the file ends within an entry"));
            }
            count = needed;
        }
    }
}
