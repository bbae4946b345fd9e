//! Which records are taken in, under which number, received when.
//!
//! **Invariant:** what is taken has no hole and no duplicate, and `received` never goes back, also across epochs.

use super::feed::{Arrival, Numbering};
use model::Text;
use model::record::{Body, Event, Gap, Record};
use model::time::{Micros, Position};

/// Judges the records of one source, one after another.
#[derive(Clone, Debug)]
pub(super) struct Intake {
    source: Text,
    numbering: Numbering,
    arrival: Arrival,
    /// The last record taken; `None` before the first of all.
    last: Option<Position>,
    /// When the last record was received.
    last_received: Micros,
    /// Nothing may be received before this: the last record, or what a heartbeat has promised.
    floor: Micros,
}

/// What becomes of a record.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// It is taken, as it stands here.
    Take(Record),
    /// It is taken, after the record of a gap that it proves.
    TakeAfterGap(Box<Record>, Record),
    /// It is here already.
    Duplicate,
    /// A record is missing before it.
    Hole {
        /// The last one that is here.
        after: Position,
    },
    /// It does not belong here, or carries no number where it should.
    Foreign,
}

impl Intake {
    pub(super) fn new(source: Text, numbering: Numbering, arrival: Arrival) -> Self {
        Self { source, numbering, arrival, last: None, last_received: Micros::ZERO, floor: Micros::ZERO }
    }

    /// Goes on after what the log holds.
    pub(super) fn resume(&mut self, last: Position, received: Micros) {
        self.last = Some(last);
        self.last_received = received;
        self.floor = self.floor.max(received);
    }

    /// The last record taken; [0,0] before the first.
    pub(super) fn last(&self) -> Position {
        self.last.unwrap_or_default()
    }

    /// Promises that nothing will be received before the answer: `now`, or the source's own clock.
    pub(super) fn promise(&mut self, now: Micros) -> Micros {
        if self.arrival != Arrival::AsRecorded {
            self.floor = self.floor.max(now);
        }
        self.floor
    }

    /// The source tells its own clock.
    pub(super) fn advance(&mut self, clock: Micros) {
        self.floor = self.floor.max(clock);
    }

    /// Judges one record; the second value tells whether its `received` had to be moved up.
    pub(super) fn admit(&mut self, record: Record, new_epoch: bool, now: Micros) -> (Verdict, bool) {
        if record.source != self.source {
            return (Verdict::Foreign, false);
        }
        match self.numbering {
            Numbering::Ours => {
                let Position { epoch, seq } = self.next_number(new_epoch, now);
                let (record, clamped) = self.take(Record { epoch, seq, ..record }, now);
                (Verdict::Take(record), clamped)
            }
            Numbering::Theirs => self.admit_numbered(record, now),
        }
    }

    /// A gap up to `now` that the LDS itself has to tell; only where it numbers.
    pub(super) fn own_gap(&mut self, cause: &str, now: Micros) -> Option<Record> {
        if self.numbering != Numbering::Ours || self.last.is_none() {
            return None;
        }
        let Position { epoch, seq } = self.next_number(false, now);
        let gap = self.gap(Position { epoch, seq }, now, cause);
        Some(self.take(gap, now).0)
    }

    fn next_number(&self, new_epoch: bool, now: Micros) -> Position {
        match self.last {
            Some(last) if !new_epoch => Position { seq: last.seq + 1, ..last },
            last => {
                let begun = u64::try_from(now.0).unwrap_or(0).max(1);
                Position { epoch: last.map_or(begun, |last| begun.max(last.epoch + 1)), seq: 1 }
            }
        }
    }

    fn admit_numbered(&mut self, record: Record, now: Micros) -> (Verdict, bool) {
        let position = record.position();
        if position.seq == 0 {
            return (Verdict::Foreign, false);
        }
        let Some(last) = self.last else {
            let (record, clamped) = self.take(record, now);
            return (Verdict::Take(record), clamped);
        };
        if position <= last {
            return (Verdict::Duplicate, false);
        }
        let next = if position.epoch == last.epoch { last.seq + 1 } else { 1 };
        match (position.seq == next, &record.event) {
            // The record of a gap says itself that others are missing.
            (true, _) | (false, Event::Gap) => {
                let (record, clamped) = self.take(record, now);
                (Verdict::Take(record), clamped)
            }
            // The state as of a later number: those in between are lost, so one of their numbers is free to say so.
            (false, Event::Snapshot) => {
                let number = Position { seq: position.seq - 1, ..position };
                let gap = self.gap(number, now, "the source could not go on from where it was interrupted");
                let (gap, _) = self.take(gap, now);
                let (record, clamped) = self.take(record, now);
                (Verdict::TakeAfterGap(Box::new(gap), record), clamped)
            }
            (false, _) => (Verdict::Hole { after: last }, false),
        }
    }

    fn gap(&self, number: Position, now: Micros, cause: &str) -> Record {
        let to = now.max(self.floor);
        let gap = Gap { from: self.last_received, to, cause: cause.into(), unsaved: false };
        Record {
            epoch: number.epoch,
            seq: number.seq,
            body: Some(Box::new(Body::Gap(gap))),
            ..Record::new(self.source.clone(), Event::Gap, to)
        }
    }

    fn take(&mut self, mut record: Record, now: Micros) -> (Record, bool) {
        if self.arrival == Arrival::Stamped {
            record.received = now;
        }
        let clamped = record.received < self.floor;
        record.received = record.received.max(self.floor);
        self.floor = record.received;
        self.last_received = record.received;
        self.last = Some(record.position());
        (record, clamped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Micros = Micros::from_secs(1_000);
    const LATER: Micros = Micros::from_secs(2_000);

    fn numbered(epoch: u64, seq: u64, event: Event) -> Record {
        Record { epoch, seq, ..Record::new("pbx1", event, NOW) }
    }

    fn theirs(epoch: u64, seq: u64) -> Intake {
        let mut intake = Intake::new("pbx1".into(), Numbering::Theirs, Arrival::Stamped);
        intake.resume(Position { epoch, seq }, Micros::from_secs(900));
        intake
    }

    #[test]
    fn what_is_here_already_is_dropped_and_what_follows_is_taken() {
        let mut intake = theirs(5, 10);
        assert_eq!(intake.admit(numbered(5, 10, Event::Queued), false, NOW).0, Verdict::Duplicate);
        assert_eq!(intake.admit(numbered(4, 99, Event::Queued), false, NOW).0, Verdict::Duplicate);
        assert!(matches!(intake.admit(numbered(5, 11, Event::Queued), false, NOW).0, Verdict::Take(_)));
        assert!(matches!(intake.admit(numbered(6, 1, Event::Queued), false, NOW).0, Verdict::Take(_)));
        assert_eq!(intake.last(), Position { epoch: 6, seq: 1 });
    }

    #[test]
    fn a_hole_is_refused_until_the_missing_record_comes() {
        let mut intake = theirs(5, 10);
        let hole = Verdict::Hole { after: Position { epoch: 5, seq: 10 } };
        assert_eq!(intake.admit(numbered(5, 12, Event::Queued), false, NOW).0, hole);
        assert_eq!(
            intake.admit(numbered(6, 2, Event::Queued), false, NOW).0,
            hole,
            "a new epoch begins at 1"
        );
        assert!(matches!(intake.admit(numbered(5, 11, Event::Queued), false, NOW).0, Verdict::Take(_)));
    }

    #[test]
    fn a_snapshot_beyond_a_hole_proves_a_gap() {
        let mut intake = theirs(5, 10);
        let (verdict, _) = intake.admit(numbered(5, 20, Event::Snapshot), false, NOW);
        let Verdict::TakeAfterGap(gap, snapshot) = verdict else { panic!("{verdict:?}") };
        assert_eq!((gap.seq, snapshot.seq), (19, 20));
        let Some(Body::Gap(gap)) = gap.body.as_deref() else { panic!("{gap:?}") };
        assert_eq!((gap.from, gap.to), (Micros::from_secs(900), NOW));
    }

    #[test]
    fn we_number_without_holes_and_a_new_epoch_is_always_later() {
        let mut intake = Intake::new("pbx1".into(), Numbering::Ours, Arrival::ByAdapter);
        let mut number = |new_epoch, now| match intake.admit(numbered(0, 0, Event::Queued), new_epoch, now).0
        {
            Verdict::Take(record) => record.position(),
            other => panic!("{other:?}"),
        };
        let epoch = NOW.0 as u64;
        assert_eq!(number(false, NOW), Position { epoch, seq: 1 });
        assert_eq!(number(false, NOW), Position { epoch, seq: 2 });
        assert_eq!(number(true, NOW), Position { epoch: epoch + 1, seq: 1 }, "within the same microsecond");
    }

    #[test]
    fn received_never_goes_back_behind_a_record_or_a_promise() {
        let mut intake = Intake::new("pbx1".into(), Numbering::Ours, Arrival::ByAdapter);
        assert_eq!(intake.promise(NOW + Micros(5)), NOW + Micros(5));
        let (verdict, clamped) = intake.admit(numbered(0, 0, Event::Queued), false, NOW);
        let Verdict::Take(record) = verdict else { panic!("{verdict:?}") };
        assert!(clamped);
        assert_eq!((record.received, record.time), (NOW + Micros(5), NOW));
    }

    #[test]
    fn a_source_with_a_time_of_its_own_is_not_moved_by_ours() {
        let mut intake = Intake::new("pbx1".into(), Numbering::Ours, Arrival::AsRecorded);
        assert_eq!(intake.promise(LATER), Micros::ZERO);
        intake.admit(numbered(0, 0, Event::Queued), false, LATER);
        assert_eq!(intake.promise(LATER), NOW);
    }
}
