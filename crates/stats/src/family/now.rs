//! Current numbers and times: how many members go on now, and the sum of their starts.

use super::{Family, Look, Number, Touch};
use crate::definition::{Category, Definition};
use crate::time::Clock;
use serde::{Deserialize, Serialize};

/// Members of one mask in progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Going {
    number: i64,
    /// Sum of the starts, each cut to seconds: `number * now - starts` is the sum of the times (rule G-5).
    starts: i64,
}

/// Members of both masks in progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Current {
    main: Going,
    rel: Going,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Now {
    category: Category,
    pub(super) cells: Vec<Current>,
}

impl Going {
    fn add(&mut self, sign: i64, start: i64) {
        self.number += sign;
        self.starts += sign * start;
    }

    fn time(&self, now: i64) -> i64 {
        self.number.saturating_mul(now).saturating_sub(self.starts).max(0)
    }
}

impl Now {
    pub(crate) fn new(definition: &Definition) -> Self {
        Self { category: definition.category, cells: Vec::new() }
    }

    fn add(&mut self, row: usize, touch: &Touch, sign: i64) {
        let cell = &mut self.cells[row];
        if touch.main {
            cell.main.add(sign, touch.since.secs());
        }
        if touch.rel {
            cell.rel.add(sign, touch.since.secs());
        }
    }
}

impl Family for Now {
    type Cell = Current;

    fn cells(&mut self) -> &mut Vec<Current> {
        &mut self.cells
    }

    fn blank(&self) -> Current {
        Current::default()
    }

    fn began(&mut self, row: usize, touch: &Touch, _: &Clock) {
        self.add(row, touch, 1);
    }

    fn ended(&mut self, row: usize, touch: &Touch, _: &Clock) {
        self.add(row, touch, -1);
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        let Current { main, rel } = self.cells[row];
        let now = look.now.secs();
        match self.category {
            Category::CurrentTime => Number::plain(main.time(now)),
            Category::CurrentAverageTime => Number::quotient(1, main.time(now), rel.number),
            Category::CurrentRelativeNumberPercentage => Number::quotient(100, main.number, rel.number),
            Category::CurrentRelativeTimePercentage => Number::quotient(100, main.time(now), rel.time(now)),
            _ => Number::plain(main.number.max(0)),
        }
    }

    fn ticks(&self, row: usize, _: bool) -> bool {
        let timeless =
            matches!(self.category, Category::CurrentNumber | Category::CurrentRelativeNumberPercentage);
        !timeless && (self.cells[row].main.number != 0 || self.cells[row].rel.number != 0)
    }
}
