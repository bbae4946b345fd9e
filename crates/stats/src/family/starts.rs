//! Current extremes and ranges: the starts of all members in progress, sorted.

use super::{Family, Look, Number, Touch};
use crate::definition::{Category, Definition, TimeRange};
use crate::time::Clock;

/// See the module. Starts are cut to seconds (rule G-5).
#[derive(Clone, Debug)]
pub(crate) struct Starts {
    category: Category,
    range: TimeRange,
    pub(super) cells: Vec<Vec<i64>>,
}

impl Starts {
    pub(crate) fn new(definition: &Definition) -> Self {
        let range = definition.range.unwrap_or(TimeRange::DEFAULT);
        Self { category: definition.category, range, cells: Vec::new() }
    }

    /// How many members have gone on for a time within the range.
    fn in_range(&self, starts: &[i64], now: i64) -> i64 {
        let (from, to) = self.range.bounds();
        let young_enough = match to {
            Some(to) => starts.partition_point(|start| *start <= now - to),
            None => 0,
        };
        let old_enough = starts.partition_point(|start| *start <= now - from);
        old_enough.saturating_sub(young_enough) as i64
    }
}

impl Family for Starts {
    type Cell = Vec<i64>;

    fn cells(&mut self) -> &mut Vec<Vec<i64>> {
        &mut self.cells
    }

    fn blank(&self) -> Vec<i64> {
        Vec::new()
    }

    fn began(&mut self, row: usize, touch: &Touch, _: &Clock) {
        if touch.main {
            let (starts, start) = (&mut self.cells[row], touch.since.secs());
            starts.insert(starts.partition_point(|other| *other <= start), start);
        }
    }

    fn ended(&mut self, row: usize, touch: &Touch, _: &Clock) {
        if touch.main
            && let Ok(place) = self.cells[row].binary_search(&touch.since.secs())
        {
            self.cells[row].remove(place);
        }
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        let starts = &self.cells[row];
        let (now, number) = (look.now.secs(), starts.len() as i64);
        let time =
            |start: Option<&i64>| Number::extreme(start.map_or(0, |start| (now - start).max(0)), number);
        match self.category {
            Category::CurrentMaxTime => time(starts.first()),
            Category::CurrentMinTime => time(starts.last()),
            Category::CurrentNumberInTimeRangePercentage => {
                Number::quotient(100, self.in_range(starts, now), number)
            }
            _ => Number::plain(self.in_range(starts, now)),
        }
    }

    fn ticks(&self, row: usize, _: bool) -> bool {
        !self.cells[row].is_empty()
    }
}
