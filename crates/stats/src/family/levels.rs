//! How the current number moved within a Growing interval: its extremes, and the mean of its samples.

use super::{Family, Look, Number, Touch};
use crate::definition::{Category, Definition};
use crate::time::{BEFORE, Clock};
use model::Micros;
use serde::{Deserialize, Serialize};

/// A level: members in progress, and the sum of their starts in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Level {
    pub(crate) number: i64,
    pub(crate) starts: i64,
}

impl Level {
    pub(crate) fn add(&mut self, sign: i64, touch: &Touch) {
        self.number += sign;
        self.starts += sign * touch.since.secs();
    }
}

/// Samples are taken at the multiples of so many seconds since the epoch (rule C-1).
const STEP: i64 = 2;

/// How many sample instants lie in (`after`, `until`], and the sum of their seconds; instants before `first` are
/// left out.
fn samples(after: Micros, first: Micros, until: Micros) -> (i64, i64) {
    let step = STEP * 1_000_000;
    // The first multiple above `after` that is not below `first`; the last one not above `until`.
    let low = (after.0.div_euclid(step) + 1).max(first.0.saturating_add(step - 1).div_euclid(step));
    let high = until.0.div_euclid(step);
    let count = (high - low + 1).max(0);
    // `low + high` and `count` are of unlike parity, or `count` is 0: the product is even.
    let sum = i128::from(count) * (i128::from(low) + i128::from(high)) / 2 * i128::from(STEP);
    (count, i64::try_from(sum).unwrap_or(i64::MAX))
}

/// What the samples in (`after`, `until`] from `first` on add up to at one level, and how many they are.
pub(crate) fn sampled(level: Level, times: bool, after: Micros, first: Micros, until: Micros) -> (i64, i64) {
    let (count, seconds) = samples(after, first, until);
    let sum = if times {
        i128::from(level.number) * i128::from(seconds) - i128::from(level.starts) * i128::from(count)
    } else {
        i128::from(level.number) * i128::from(count)
    };
    (i64::try_from(sum).unwrap_or(i64::MAX).max(0), count)
}

/// The mean of samples; before the first one the current value (rule C-1).
pub(crate) fn mean(level: Level, times: bool, now: Micros, (sum, count): (i64, i64)) -> Number {
    if count > 0 {
        return Number::quotient(1, sum, count);
    }
    let time = level.number.saturating_mul(now.secs()) - level.starts;
    Number::plain(if times { time.max(0) } else { level.number })
}

/// The level since `since`, and what was seen in the interval before that.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Seen {
    from: Micros,
    since: Micros,
    level: Level,
    max: i64,
    min: i64,
    sum: i64,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    category: Category,
    pub(super) cells: Vec<Seen>,
}

impl Levels {
    pub(crate) fn new(definition: &Definition) -> Self {
        Self { category: definition.category, cells: Vec::new() }
    }

    fn times(&self) -> bool {
        self.category == Category::AverageOfCurrentTime
    }

    fn add(&mut self, row: usize, touch: &Touch, from: Micros, sign: i64) {
        if touch.main {
            let times = self.times();
            let cell = &mut self.cells[row];
            cell.settle(touch.at, from, times);
            cell.level.add(sign, touch);
        }
    }
}

impl Seen {
    /// Takes in how the level stood until `at`: values between two items of one instant are not seen.
    fn settle(&mut self, at: Micros, from: Micros, times: bool) {
        if self.from != from {
            // A new interval begins with the number after the events of its first instant.
            (self.from, self.since, self.sum) = (from, from, 0);
            (self.max, self.min) = (i64::MIN, i64::MAX);
        }
        if at > self.since {
            self.max = self.max.max(self.level.number);
            self.min = self.min.min(self.level.number);
            if from > BEFORE {
                let (sum, _) = sampled(self.level, times, from, self.since, Micros(at.0 - 1));
                self.sum = self.sum.saturating_add(sum);
            }
            self.since = at;
        }
    }
}

impl Family for Levels {
    type Cell = Seen;

    fn cells(&mut self) -> &mut Vec<Seen> {
        &mut self.cells
    }

    fn blank(&self) -> Seen {
        Seen { from: BEFORE, since: BEFORE, level: Level::default(), max: 0, min: 0, sum: 0 }
    }

    fn began(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        self.add(row, touch, clock.from(), 1);
    }

    fn ended(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        self.add(row, touch, clock.from(), -1);
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        let mut cell = self.cells[row];
        let times = self.times();
        cell.settle(look.from, look.from, times);
        match self.category {
            Category::MaxNumber => Number::plain(cell.max.max(cell.level.number)),
            Category::MinNumber => Number::plain(cell.min.min(cell.level.number).max(0)),
            _ => {
                let (last, _) = sampled(cell.level, times, look.from, cell.since, look.now);
                let (_, count) = sampled(Level::default(), false, look.from, look.from, look.now);
                mean(cell.level, times, look.now, (cell.sum.saturating_add(last), count))
            }
        }
    }

    fn ticks(&self, row: usize, _: bool) -> bool {
        let averages =
            matches!(self.category, Category::AverageOfCurrentNumber | Category::AverageOfCurrentTime);
        averages && (self.cells[row].level.number != 0 || self.cells[row].sum != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_lie_at_even_seconds_after_the_beginning() {
        let s = Micros::from_secs;
        assert_eq!(samples(s(0), s(0), s(20)), (10, 110), "row 57: 2, 4 ... 20");
        assert_eq!(samples(s(0), s(10), Micros(19_999_999)), (5, 70), "10, 12 ... 18");
        assert_eq!(samples(s(0), s(3), s(3)), (0, 0));
    }
}
