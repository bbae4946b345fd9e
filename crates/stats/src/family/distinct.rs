//! TotalDistinctTime over Growing intervals: time during which at least one member went on (rule Q-40).

use super::{Family, Look, Number, Touch};
use crate::definition::Definition;
use crate::time::{BEFORE, Clock};
use model::Micros;
use serde::{Deserialize, Serialize};

/// Stretches, cut to seconds, put together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Union {
    from: Micros,
    /// Seconds of stretches that nothing can join any more.
    total: i64,
    /// Disjoint stretches in seconds, in order.
    stretches: Vec<(i64, i64)>,
    going: i64,
    /// Since when at least one status goes on.
    since: Micros,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Distinct {
    statuses: bool,
    /// Stretches may come long after they ended (rule F-8).
    late: bool,
    pub(super) cells: Vec<Union>,
}

impl Distinct {
    pub(crate) fn new(definition: &Definition) -> Self {
        let statuses = definition.subject.is_status();
        Self { statuses, late: !statuses && definition.filter.is_some(), cells: Vec::new() }
    }
}

/// Adds a stretch to disjoint ones in order; mostly it ends after them all.
pub(crate) fn join(stretches: &mut Vec<(i64, i64)>, start: i64, end: i64) {
    if stretches.last().is_none_or(|(_, until)| *until < start) {
        stretches.push((start, end));
        return;
    }
    let first = stretches.partition_point(|(_, until)| *until < start);
    let behind = stretches.partition_point(|(begin, _)| *begin <= end);
    let touched = stretches[first..behind].iter();
    let whole = touched.fold((start, end), |(from, to), (begin, until)| (from.min(*begin), to.max(*until)));
    stretches.splice(first..behind, [whole]);
}

/// How long they are together.
pub(crate) fn length(stretches: &[(i64, i64)]) -> i64 {
    stretches.iter().map(|(start, end)| end - start).sum()
}

impl Union {
    /// A new interval has begun; after a logout there is none, and what was counted stays (rule TP-12).
    fn roll(&mut self, from: Micros) {
        if self.from < from {
            self.from = from;
            self.total = 0;
            self.stretches.clear();
        }
    }
}

impl Family for Distinct {
    type Cell = Union;

    fn cells(&mut self) -> &mut Vec<Union> {
        &mut self.cells
    }

    fn blank(&self) -> Union {
        Union { from: BEFORE, total: 0, stretches: Vec::new(), going: 0, since: BEFORE }
    }

    fn began(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        if touch.main {
            let cell = &mut self.cells[row];
            cell.roll(clock.from());
            if cell.going == 0 && !self.late {
                cell.since = touch.at;
                // Nothing goes on: whatever begins from now on lies behind what is there.
                cell.total += length(&cell.stretches);
                cell.stretches.clear();
            }
            cell.going += 1;
        }
    }

    fn ended(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        if !touch.main {
            return;
        }
        let from = clock.from();
        let cell = &mut self.cells[row];
        cell.roll(from);
        cell.going = (cell.going - 1).max(0);
        if from < cell.from || touch.until < from {
            return;
        }
        if !self.statuses {
            join(&mut cell.stretches, touch.begun.max(from).secs(), touch.until.secs());
        } else if cell.going == 0 {
            let (start, end) = (cell.since.max(from).secs(), touch.until.secs());
            join(&mut cell.stretches, start, end.max(start));
        }
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        let cell = &self.cells[row];
        let ended = if cell.from == look.from { cell.total + length(&cell.stretches) } else { 0 };
        let going = if self.statuses && cell.going > 0 {
            model::time::seconds_between(cell.since.max(look.from), look.now)
        } else {
            0
        };
        Number::plain(ended + going)
    }

    fn ticks(&self, row: usize, _: bool) -> bool {
        self.statuses && self.cells[row].going > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_that_meet_are_one() {
        let mut stretches = Vec::new();
        for (start, end) in [(0, 30), (40, 45), (10, 50), (60, 70)] {
            join(&mut stretches, start, end);
        }
        assert_eq!(stretches, [(0, 50), (60, 70)]);
        assert_eq!(length(&stretches), 60);
        join(&mut stretches, 52, 55);
        assert_eq!(stretches, [(0, 50), (52, 55), (60, 70)], "one that comes late");
        join(&mut stretches, 50, 61);
        assert_eq!(stretches, [(0, 70)]);
    }
}
