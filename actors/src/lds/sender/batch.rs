//! From the source's items to one write: judged, numbered, encoded.

use super::super::feed::{Batch, Resume, SourceItem};
use super::super::intake::Verdict;
use super::Sender;
use super::supply::Write;
use bytes::Bytes;
use model::record::{Event, Record};
use model::time::Position;
use ports::record_log::Entry;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tracing::warn;
use wire::frame::{EncodedRecords, encode_record};

/// The shortest time between two requests for the same missing record.
const ASK_AGAIN: Duration = Duration::from_secs(1);

impl Sender {
    /// Judges what waits, up to one write.
    pub(super) fn judge_waiting(&mut self) {
        let supply = self.parts.supply.clone();
        supply.borrow_mut().top_up();
        supply.borrow_mut().judging = true;
        let before = self.intake.last();
        let (mut taken, mut kept) = (Vec::new(), Vec::new());
        while taken.len() < self.parts.limits.batch_records_max {
            let Some(item) = supply.borrow_mut().waiting.pop_front() else { break };
            match item {
                SourceItem::Records(batch) => self.judge_batch(batch, &mut taken, &mut kept),
                // Everything that was taken was received before the source's clock.
                SourceItem::Clock(clock) if taken.is_empty() => self.intake.advance(clock),
                SourceItem::Clock(clock) => {
                    supply.borrow_mut().waiting.push_front(SourceItem::Clock(clock));
                    break;
                }
                SourceItem::InTouch(in_touch) => self.touch(in_touch),
                SourceItem::Corrected(count) => self.metric(&self.parts.metrics.corrections).inc_by(count),
                SourceItem::Registered { dns, errors } => {
                    let metrics = &self.parts.metrics;
                    let name = &[self.parts.name.as_str()];
                    metrics.sender_dns.with_label_values(name).set(i64::try_from(dns).unwrap_or(i64::MAX));
                    metrics
                        .sender_errors
                        .with_label_values(name)
                        .set(i64::try_from(errors).unwrap_or(i64::MAX));
                }
            }
        }
        let write = self.write_of(taken, kept, before);
        let mut supply = supply.borrow_mut();
        supply.write = write;
        supply.judging = false;
    }

    fn judge_batch(&mut self, batch: Batch, taken: &mut Vec<Record>, kept: &mut Vec<oneshot::Sender<()>>) {
        let now = self.parts.clock.now();
        let mut new_epoch = batch.new_epoch;
        let mut refused = false;
        for record in batch.records {
            let (verdict, clamped) = self.intake.admit(record, std::mem::take(&mut new_epoch), now);
            let metrics = &self.parts.metrics;
            if clamped {
                self.metric(&metrics.clamped).inc();
            }
            match verdict {
                Verdict::Take(record) => taken.push(record),
                Verdict::TakeAfterGap(gap, record) => {
                    self.metric(&metrics.gaps).inc();
                    taken.extend([*gap, record]);
                }
                Verdict::Duplicate => self.metric(&metrics.duplicates).inc(),
                Verdict::Foreign => {
                    self.metric(&metrics.foreign).inc();
                    refused = true;
                }
                Verdict::Hole { after } => {
                    self.metric(&metrics.holes).inc();
                    self.ask(after);
                    refused = true;
                }
            }
        }
        if !refused {
            kept.extend(batch.kept);
        }
    }

    /// Asks the source for what follows `after`, now and then.
    fn ask(&mut self, after: Position) {
        if self.hole_asked.is_some_and(|asked| asked.elapsed() < ASK_AGAIN) {
            return;
        }
        self.hole_asked = Some(Instant::now());
        warn!(
            sender = %self.parts.name, after.epoch = after.epoch, after.seq = after.seq,
            "a record of {} is missing after {}/{}; asking for it", self.parts.name, after.epoch, after.seq
        );
        if let Some(requests) = &self.parts.requests {
            // A full channel holds a request already.
            let _ = requests.try_send(Resume { after });
        }
    }

    /// Encodes what was taken; nothing if that is nothing and nobody waits.
    pub(super) fn write_of(
        &mut self,
        mut taken: Vec<Record>,
        kept: Vec<oneshot::Sender<()>>,
        before: Position,
    ) -> Option<Write> {
        let last = taken.last()?.position();
        let mut encoded = EncodedRecords::default();
        for record in &mut taken {
            self.fit(record);
            encoded.push(record);
        }
        let frames = encoded.frames(&self.parts.name).unwrap_or_else(|cause| {
            // Receivers notice by the position and find the records in the log.
            warn!(sender = %self.parts.name, %cause, "records of {} have no frames", self.parts.name);
            Vec::new()
        });
        let (bytes, extents) = encoded.into_parts();
        let bytes = Bytes::from(bytes);
        let mut start = 0;
        let entries = extents.into_iter().map(|extent| {
            let record = bytes.slice(start..extent.end);
            start = extent.end;
            Entry {
                position: extent.position,
                received: extent.received,
                is_snapshot: extent.is_snapshot,
                bytes: record,
            }
        });
        Some(Write {
            source: self.parts.name.clone(),
            state: self.wants_state.then(|| self.book.snapshot()),
            entries: entries.collect(),
            frames,
            records: Arc::new(taken),
            before,
            last,
            kept,
        })
    }

    /// Makes a record that is too long for a frame fit: its number must not be missing.
    fn fit(&self, record: &mut Record) {
        let is_long = |record: &Record| {
            let mut bytes = Vec::new();
            encode_record(record, &mut bytes);
            EncodedRecords::oversized(bytes.len())
        };
        let may_be_long = record.user_data.is_some() || record.reasons.is_some() || record.rare.is_some();
        if record.event == Event::Snapshot || !may_be_long || !is_long(record) {
            return;
        }
        self.metric(&self.parts.metrics.stripped).inc();
        warn!(
            sender = %self.parts.name, seq = record.seq,
            "record {} of {} is over 1 MiB: its attached data is left out", record.seq, self.parts.name
        );
        record.user_data = None;
        record.reasons = None;
        if let Some(rare) = &mut record.rare {
            rare.extensions = None;
            rare.unknown.clear();
        }
    }
}
