//! Sums since the login, for agents and for the members of groups (rules TP-12, Q-37).

use super::recipe::{Fold, Recipe, Sums};
use super::{Family, Look, Number, Touch};
use crate::definition::Definition;
use crate::time::{BEFORE, Clock};
use model::Micros;
use model::object::ObjectIx;
use model::time::seconds_between;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The sums of one member since his login, or since the opening if that came later.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Since {
    from: Micros,
    sums: Sums,
}

/// See the module. A row keeps the sums of each member that counts for it; they go when he logs in again, and with
/// him when he leaves the group.
#[derive(Clone, Debug)]
pub(crate) struct Sessions {
    recipe: Recipe,
    pub(super) cells: Vec<BTreeMap<ObjectIx, Since>>,
}

impl Sessions {
    pub(crate) fn new(definition: &Definition) -> Self {
        Self { recipe: Recipe::new(definition), cells: Vec::new() }
    }

    fn add(&mut self, row: usize, touch: &Touch, from: Micros, seconds: i64) {
        // Nobody is logged in, or the statistic is not open.
        if from == BEFORE {
            return;
        }
        let blank = Since { from, sums: Sums::default() };
        let since = self.cells[row].entry(touch.member).or_insert(blank);
        if since.from != from {
            *since = blank;
        }
        self.recipe.add(&mut since.sums, touch.main, touch.rel, seconds);
    }

    fn together(&self, row: usize) -> Sums {
        let mut all = Sums::default();
        for Since { sums, .. } in self.cells[row].values() {
            all.num = match self.recipe.fold {
                Fold::Sum => all.num.saturating_add(sums.num),
                Fold::Min if all.den > 0 && sums.den > 0 => all.num.min(sums.num),
                Fold::Min if sums.den == 0 => all.num,
                Fold::Min => sums.num,
                Fold::Max => all.num.max(sums.num),
            };
            all.den = all.den.saturating_add(sums.den);
        }
        all
    }
}

impl Family for Sessions {
    type Cell = BTreeMap<ObjectIx, Since>;

    fn cells(&mut self) -> &mut Vec<Self::Cell> {
        &mut self.cells
    }

    fn blank(&self) -> Self::Cell {
        BTreeMap::new()
    }

    fn follows_beginnings(&self) -> bool {
        false
    }

    fn ended(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        let from = clock.from();
        if self.recipe.reaches(touch, from, clock.creation()) {
            let clip = if self.recipe.adjusted { clock.creation() } else { from };
            self.add(row, touch, from, touch.clipped(clip));
        }
    }

    fn happened(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        self.add(row, touch, clock.from(), touch.length);
    }

    fn forget(&mut self, row: usize, member: ObjectIx) {
        self.cells[row].remove(&member);
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        let mut sums = self.together(row);
        if self.recipe.counts_running(&sums) {
            self.recipe.add_running(&mut sums, look.running, look.from, look.now);
        }
        self.recipe.value(sums, seconds_between(look.from, look.now), look.left)
    }

    fn ticks(&self, _: usize, running: bool) -> bool {
        running || self.recipe.is_per_elapsed()
    }
}
