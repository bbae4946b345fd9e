//! Values of formulas over an interval (rules 4.6, 4.7): one for each action, at its end.

use super::amount::Amount;
use super::steps::last_tick;
use super::{Family, Look, Number, Touch};
use crate::definition::{Definition, Fold};
use crate::time::{BEFORE, Clock, TimeProfile};
use model::Micros;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// What any number of values comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Folded {
    count: i64,
    sum: Amount,
    least: f64,
    greatest: f64,
}

impl Folded {
    pub(crate) fn add(&mut self, value: f64) {
        self.least = if self.count == 0 { value } else { self.least.min(value) };
        self.greatest = if self.count == 0 { value } else { self.greatest.max(value) };
        self.count = self.count.saturating_add(1);
        self.sum.add(value);
    }

    /// The one value; empty as rule Q-42 says.
    pub(crate) fn number(&self, fold: Fold) -> Number {
        let none = self.count == 0;
        match fold {
            Fold::Count => Number::plain(self.count),
            Fold::Sum => Number { value: self.sum.total(), empty: false },
            Fold::Average => Number { value: self.sum.mean(self.count), empty: none },
            Fold::Least => Number { value: self.least, empty: none },
            Fold::Greatest => Number { value: self.greatest, empty: none },
        }
    }
}

/// What a row keeps: the values themselves where they leave the interval one by one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Valued {
    Since(Micros, Folded),
    Each(VecDeque<(Micros, f64)>),
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    fold: Fold,
    statuses: bool,
    profile: TimeProfile,
    pub(super) cells: Vec<Valued>,
}

impl Values {
    pub(crate) fn new(definition: &Definition, fold: Fold) -> Self {
        let (statuses, profile) = (definition.subject.is_status(), definition.profile.clone());
        Self { fold, statuses, profile, cells: Vec::new() }
    }
}

impl Family for Values {
    type Cell = Valued;

    fn cells(&mut self) -> &mut Vec<Valued> {
        &mut self.cells
    }

    fn blank(&self) -> Valued {
        match self.profile {
            TimeProfile::Sliding { .. } | TimeProfile::Selection(_) => Valued::Each(VecDeque::new()),
            _ => Valued::Since(BEFORE, Folded::default()),
        }
    }

    fn follows_beginnings(&self) -> bool {
        false
    }

    fn ended(&mut self, _: usize, _: &Touch, _: &Clock) {}

    fn valued(&mut self, row: usize, touch: &Touch, value: f64, clock: &Clock) {
        let from = clock.from();
        // A status of no length is none; one that ends where the interval begins belongs to the one before.
        // What was last seen before the interval does not reach into it.
        let is_out = self.statuses && touch.at <= touch.begun.max(from) || touch.until < from;
        if from == BEFORE || is_out || !touch.main {
            return;
        }
        match (&mut self.cells[row], &self.profile) {
            (Valued::Since(since, folded), _) => {
                if *since != from {
                    (*since, *folded) = (from, Folded::default());
                }
                folded.add(value);
            }
            (Valued::Each(values), TimeProfile::Sliding { window, step }) => {
                let tick = last_tick(touch.at, Micros::from_secs(i64::from(*step)), clock.creation());
                let gone = tick - Micros::from_secs(i64::from(*window));
                while values.front().is_some_and(|(at, _)| *at <= gone) {
                    values.pop_front();
                }
                values.push_back((touch.until, value));
            }
            (Valued::Each(values), TimeProfile::Selection(limit)) => {
                values.push_back((touch.at, value));
                if values.len() > *limit as usize {
                    values.pop_front();
                }
            }
            (Valued::Each(_), _) => {}
        }
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        let mut all = Folded::default();
        match (&self.cells[row], &self.profile) {
            (Valued::Since(since, folded), _) if *since == look.from => all = *folded,
            (Valued::Since(..), _) => {}
            (Valued::Each(values), TimeProfile::Sliding { window, step }) => {
                let tick = last_tick(look.now, Micros::from_secs(i64::from(*step)), look.creation);
                let gone = tick - Micros::from_secs(i64::from(*window));
                let seen = values.iter().filter(|(at, _)| *at > gone && *at <= tick);
                seen.for_each(|(_, value)| all.add(*value));
            }
            (Valued::Each(values), _) => values.iter().for_each(|(_, value)| all.add(*value)),
        }
        all.number(self.fold)
    }

    fn ticks(&self, row: usize, _: bool) -> bool {
        matches!(&self.cells[row], Valued::Each(values) if !values.is_empty())
            && matches!(self.profile, TimeProfile::Sliding { .. })
    }
}
