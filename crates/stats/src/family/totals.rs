//! Sums over Growing intervals: numbers, times, averages, percentages, extremes of durations.

use super::recipe::{Recipe, Sums};
use super::{Family, Look, Number, Touch};
use crate::definition::Definition;
use crate::time::{BEFORE, Clock};
use model::Micros;
use model::time::seconds_between;
use serde::{Deserialize, Serialize};

/// The sums of the interval that begins at `from`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Total {
    from: Micros,
    sums: Sums,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Totals {
    recipe: Recipe,
    pub(super) cells: Vec<Total>,
}

impl Totals {
    pub(crate) fn new(definition: &Definition) -> Self {
        Self { recipe: Recipe::new(definition), cells: Vec::new() }
    }

    /// The cell, emptied if an interval has begun since it was touched: resets cost nothing until then.
    #[inline]
    fn cell(&mut self, row: usize, from: Micros) -> &mut Total {
        let cell = &mut self.cells[row];
        if cell.from != from {
            *cell = Total { from, sums: Sums::default() };
        }
        cell
    }
}

impl Family for Totals {
    type Cell = Total;

    fn cells(&mut self) -> &mut Vec<Total> {
        &mut self.cells
    }

    fn blank(&self) -> Total {
        Total { from: BEFORE, sums: Sums::default() }
    }

    fn follows_beginnings(&self) -> bool {
        false
    }

    fn warm(&self, row: usize) -> i64 {
        self.cells[row].from.0
    }

    fn ended(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        let recipe = self.recipe;
        let from = clock.from();
        if recipe.reaches(touch, from, clock.creation()) {
            // Rule P-4: adjusted totals are clipped at the opening only.
            let clip = if recipe.adjusted { clock.creation() } else { from };
            let sums = &mut self.cell(row, from).sums;
            recipe.add(sums, touch.main, touch.rel, touch.clipped(clip));
        }
    }

    fn happened(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        let recipe = self.recipe;
        recipe.add(&mut self.cell(row, clock.from()).sums, touch.main, touch.rel, touch.length);
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        let cell = &self.cells[row];
        let mut sums = if cell.from == look.from { cell.sums } else { Sums::default() };
        if self.recipe.counts_running(&sums) {
            self.recipe.add_running(&mut sums, look.running, look.from, look.now);
        }
        self.recipe.value(sums, seconds_between(look.from, look.now), look.left)
    }

    fn ticks(&self, row: usize, running: bool) -> bool {
        running || (self.recipe.is_per_elapsed() && self.cells[row].sums.num != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::{Member, Row};

    #[test]
    fn a_growing_row_takes_less_than_200_bytes() {
        // Two places in columns by object, one flag, one place in the list of changed rows.
        let columns = 2 * size_of::<u32>() + size_of::<bool>() + size_of::<u32>();
        let row = size_of::<Total>() + size_of::<Row>() + size_of::<Member>() + columns;
        assert!(row <= 110, "{row} bytes; vectors grow by doubling, so twice that is kept at worst");
    }
}
