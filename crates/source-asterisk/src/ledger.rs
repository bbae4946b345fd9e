//! Numbers the records and keeps the outputs in order.
//!
//! **Invariant:** `seq` has no holes within an epoch, epochs grow, `received` never goes back.

use crate::steps::{Counters, Step};
use model::Record;
use model::time::{Micros, Position};
use std::collections::VecDeque;

/// The outgoing side of the adapter.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) position: Position,
    received: Micros,
    steps: VecDeque<Step>,
    pub(crate) counters: Counters,
}

impl Ledger {
    pub(crate) fn new(position: Position, received: Micros) -> Self {
        Self { position, received, ..Self::default() }
    }

    /// A new numbering begins at `now`, later than all before.
    pub(crate) fn begin_epoch(&mut self, now: Micros) {
        let now = u64::try_from(now.0).unwrap_or_default();
        self.position = Position { epoch: now.max(self.position.epoch + 1), seq: 0 };
    }

    /// No record has been numbered, ever.
    pub(crate) fn is_blank(&self) -> bool {
        self.position == Position::default()
    }

    /// The clock that never goes back; a step back is clamped and counted.
    pub(crate) fn clock(&mut self, received: Micros) -> Micros {
        if received < self.received {
            self.counters.received_clamped += 1;
        }
        self.received = self.received.max(received);
        self.received
    }

    /// The latest moment seen.
    pub(crate) fn now(&self) -> Micros {
        self.received
    }

    /// Numbers a record and puts it out.
    pub(crate) fn record(&mut self, mut record: Record) {
        self.position.seq += 1;
        record.epoch = self.position.epoch;
        record.seq = self.position.seq;
        record.received = record.received.max(self.received);
        self.received = record.received;
        self.counters.records += 1;
        self.steps.push_back(Step::Record(record));
    }

    pub(crate) fn push(&mut self, step: Step) {
        self.steps.push_back(step);
    }

    pub(crate) fn pop(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Event;

    #[test]
    fn numbers_have_no_holes_and_time_never_goes_back() {
        let mut ledger = Ledger::new(Position::default(), Micros(0));
        ledger.begin_epoch(Micros(500));
        for at in [10, 7, 12] {
            let at = ledger.clock(Micros(at));
            ledger.record(Record::new("a", Event::Queued, at));
        }
        let mut seen = Vec::new();
        while let Some(Step::Record(r)) = ledger.pop() {
            seen.push((r.epoch, r.seq, r.received.0));
        }
        assert_eq!(seen, [(500, 1, 10), (500, 2, 10), (500, 3, 12)]);
        assert_eq!(ledger.counters.received_clamped, 1);
        ledger.begin_epoch(Micros(400));
        assert_eq!(ledger.position, Position { epoch: 501, seq: 0 }, "an epoch is later than all before");
    }
}
