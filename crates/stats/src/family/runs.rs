//! Unbroken stretches within the mask: how long the present one lasts, how many there were.

use super::{Family, Look, Number, Touch};
use crate::definition::{Category, Definition};
use crate::time::{BEFORE, Clock};
use model::Micros;
use model::time::seconds_between;
use serde::{Deserialize, Serialize};

/// The present or last run of one row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    from: Micros,
    /// Runs that ended in the interval, but for the one below.
    ended: i64,
    going: i64,
    /// The instant in which the last run began: a run that ends in it is none (rule Q-3).
    begun: Micros,
    /// When the last run began, if there was one in the interval.
    since: Option<Micros>,
    /// When it ended, if nothing goes on. It goes on after all if something begins in the same instant.
    left: Option<Micros>,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Runs {
    category: Category,
    pub(super) cells: Vec<Run>,
}

impl Runs {
    pub(crate) fn new(definition: &Definition) -> Self {
        Self { category: definition.category, cells: Vec::new() }
    }
}

impl Run {
    /// A new interval has begun; after a logout there is none, and what was counted stays (rule TP-12).
    fn roll(&mut self, from: Micros) {
        if self.from < from {
            (self.from, self.ended) = (from, 0);
        }
        if self.left.is_some_and(|left| left <= from) {
            (self.since, self.left) = (None, None);
        }
    }

    /// Runs in the interval: those that ended after it began (rule P-5), and the one that goes on.
    fn count(mut self, from: Micros) -> i64 {
        self.roll(from);
        self.ended + i64::from(self.since.is_some())
    }
}

impl Family for Runs {
    type Cell = Run;

    fn cells(&mut self) -> &mut Vec<Run> {
        &mut self.cells
    }

    fn blank(&self) -> Run {
        Run { from: BEFORE, ended: 0, going: 0, begun: BEFORE, since: None, left: None }
    }

    fn began(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        if !touch.main {
            return;
        }
        let run = &mut self.cells[row];
        let resumed = run.left == Some(touch.at);
        if resumed {
            run.left = None;
        }
        run.roll(clock.from());
        if !resumed && run.going == 0 {
            run.ended += i64::from(run.left.is_some());
            (run.begun, run.since, run.left) = (touch.at, Some(touch.since), None);
        }
        run.going += 1;
    }

    fn ended(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        if touch.main {
            let run = &mut self.cells[row];
            run.roll(clock.from());
            run.going = (run.going - 1).max(0);
            if run.going == 0 && run.since.is_some() {
                match run.begun == touch.at {
                    true => run.since = None,
                    // What was lost from sight before now does not go on (rule X-11).
                    false => run.left = Some(touch.until),
                }
            }
        }
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        let run = self.cells[row];
        match (self.category, run.since) {
            (Category::TotalContinuousNumber, _) => Number::plain(run.count(look.from)),
            (_, Some(since)) if run.left.is_none() => Number::plain(seconds_between(since, look.now)),
            _ => Number::plain(0),
        }
    }

    fn ticks(&self, row: usize, _: bool) -> bool {
        self.category == Category::CurrentContinuousTime && self.cells[row].going > 0
    }
}
