//! How the current number moved within a sliding window: the levels of the last `W` seconds, one a change.

use super::levels::{Level, mean, sampled};
use super::{Family, Look, Number, Touch};
use crate::definition::{Category, Definition};
use crate::time::Clock;
use model::Micros;
use model::time::seconds_between;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// From `at` on the level was this.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Step {
    at: Micros,
    level: Level,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    category: Category,
    window: Micros,
    step: Micros,
    pub(super) cells: Vec<VecDeque<Step>>,
}

/// The last tick at or before `now`; the opening before the first one (rule TP-4).
pub(crate) fn last_tick(now: Micros, step: Micros, creation: Micros) -> Micros {
    Micros(now.0.div_euclid(step.0) * step.0).max(creation)
}

impl Steps {
    pub(crate) fn new(definition: &Definition, (window, step): (i64, i64)) -> Self {
        let (window, step) = (Micros::from_secs(window), Micros::from_secs(step));
        Self { category: definition.category, window, step, cells: Vec::new() }
    }

    fn add(&mut self, row: usize, touch: &Touch, sign: i64) {
        if !touch.main {
            return;
        }
        let tick = Micros(touch.at.0.div_euclid(self.step.0) * self.step.0);
        let cell = &mut self.cells[row];
        // The step that holds at the beginning of the window stays.
        while cell.get(1).is_some_and(|second| second.at <= tick - self.window) {
            cell.pop_front();
        }
        let mut level = cell.back().map_or(Level::default(), |last| last.level);
        level.add(sign, touch);
        match cell.back_mut() {
            Some(last) if last.at == touch.at => last.level = level,
            _ => cell.push_back(Step { at: touch.at, level }),
        }
    }

    /// The levels in [`clip`, `until`], each with its span.
    fn spans(
        &self,
        row: usize,
        clip: Micros,
        until: Micros,
    ) -> impl Iterator<Item = (Level, Micros, Micros)> {
        let cell = &self.cells[row];
        let first = cell.partition_point(|step| step.at <= clip);
        let start = first.checked_sub(1).map_or(Level::default(), |place| cell[place].level);
        let ends = cell.range(first..).map(|step| step.at).take_while(move |at| *at <= until);
        let levels =
            std::iter::once((clip, start)).chain(cell.range(first..).map(|step| (step.at, step.level)));
        levels
            .zip(ends.map(Some).chain(std::iter::once(None)))
            .map(move |((at, level), end)| (level, at, end.unwrap_or(Micros(until.0 + 1))))
    }
}

impl Family for Steps {
    type Cell = VecDeque<Step>;

    fn cells(&mut self) -> &mut Vec<VecDeque<Step>> {
        &mut self.cells
    }

    fn blank(&self) -> VecDeque<Step> {
        VecDeque::new()
    }

    fn began(&mut self, row: usize, touch: &Touch, _: &Clock) {
        self.add(row, touch, 1);
    }

    fn ended(&mut self, row: usize, touch: &Touch, _: &Clock) {
        self.add(row, touch, -1);
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        let tick = last_tick(look.now, self.step, look.creation);
        let clip = (tick - self.window).max(look.creation);
        let spans = || self.spans(row, clip, tick);
        let numbers = || spans().map(|(level, _, _)| level.number.max(0));
        match self.category {
            Category::MaxNumber => Number::plain(numbers().max().unwrap_or(0)),
            Category::MinNumber => Number::plain(numbers().min().unwrap_or(0)),
            Category::TotalContinuousNumber => {
                let mut busy = false;
                let begins =
                    numbers().filter(|number| !std::mem::replace(&mut busy, *number > 0) && *number > 0);
                Number::plain(begins.count() as i64)
            }
            Category::TotalDistinctTime => {
                let busy = spans().filter(|(level, _, _)| level.number > 0);
                Number::plain(busy.map(|(_, start, end)| seconds_between(start, end.min(tick))).sum())
            }
            _ => {
                let times = self.category == Category::AverageOfCurrentTime;
                let (mut sum, mut count, mut last) = (0, 0, Level::default());
                for (level, start, end) in spans() {
                    let (add, more) = sampled(level, times, clip, start, Micros(end.0 - 1));
                    (sum, count, last) = (sum + add, count + more, level);
                }
                mean(last, times, tick, (sum, count))
            }
        }
    }

    fn ticks(&self, row: usize, _: bool) -> bool {
        !self.cells[row].is_empty()
    }
}
