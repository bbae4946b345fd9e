//! Sums over the last so many finished members, whenever they ended (rules TP-11, Q-36).

use super::recipe::{Recipe, Sums};
use super::{Family, Look, Number, Touch, distinct};
use crate::definition::{Category, Definition};
use crate::time::{BEFORE, Clock};
use model::Micros;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A finished member of either mask.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Finished {
    begun: Micros,
    end: Micros,
    /// In seconds, clipped by nothing but the opening.
    length: i64,
    main: bool,
    rel: bool,
    /// Had a duration of its own.
    durable: bool,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    recipe: Recipe,
    distinct: bool,
    statuses: bool,
    limit: usize,
    pub(super) cells: Vec<VecDeque<Finished>>,
}

impl Selection {
    pub(crate) fn new(definition: &Definition, limit: u32) -> Self {
        let distinct = definition.category == Category::TotalDistinctTime;
        let statuses = definition.subject.is_status();
        let (recipe, limit) = (Recipe::new(definition), limit as usize);
        Self { recipe, distinct, statuses, limit, cells: Vec::new() }
    }

    fn keep(&mut self, row: usize, touch: &Touch, length: i64, durable: bool, clock: &Clock) {
        if clock.from() > BEFORE && (touch.main || touch.rel) {
            let Touch { until: end, main, rel, .. } = *touch;
            let begun = touch.begun;
            let cell = &mut self.cells[row];
            // Rule Q-36: of statuses that end together the one that began last is the newest; their members follow
            // in order already.
            let is_later = |other: &Finished| self.statuses && (other.end, other.begun) > (end, begun);
            let place = cell.iter().rposition(|other| !is_later(other)).map_or(0, |before| before + 1);
            cell.insert(place, Finished { begun, end, length, main, rel, durable });
            if cell.len() > self.limit {
                cell.pop_front();
            }
        }
    }
}

impl Family for Selection {
    type Cell = VecDeque<Finished>;

    fn cells(&mut self) -> &mut Vec<VecDeque<Finished>> {
        &mut self.cells
    }

    fn blank(&self) -> VecDeque<Finished> {
        VecDeque::new()
    }

    fn follows_beginnings(&self) -> bool {
        false
    }

    fn ended(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        if self.recipe.reaches(touch, clock.creation(), clock.creation()) {
            self.keep(row, touch, touch.clipped(clock.creation()), true, clock);
        }
    }

    fn happened(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        self.keep(row, touch, touch.length, false, clock);
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        let finished = self.cells[row].iter();
        if self.distinct {
            let mut stretches = Vec::new();
            for one in finished.filter(|one| one.main && one.durable) {
                distinct::join(&mut stretches, one.begun.max(look.creation).secs(), one.end.secs());
            }
            return Number::plain(distinct::length(&stretches));
        }
        let mut sums = Sums::default();
        finished.for_each(|one| self.recipe.add(&mut sums, one.main, one.rel, one.length));
        self.recipe.value(sums, 0, None)
    }

    fn ticks(&self, _: usize, _: bool) -> bool {
        false
    }
}
