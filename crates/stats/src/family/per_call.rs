//! Categories over an interval whose numbers count calls, not actions (DistByConnID: rules C-9, Q-41).

use super::recipe::{Recipe, Sums};
use super::steps::last_tick;
use super::{Family, Look, Number, Touch};
use crate::definition::Definition;
use crate::time::{BEFORE, Clock, TimeProfile};
use model::Micros;
use model::item::ConnIx;
use model::time::seconds_between;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, VecDeque};

/// The calls that a mask has seen; actions without one are each a call of their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Seen {
    main: BTreeSet<ConnIx>,
    rel: BTreeSet<ConnIx>,
}

/// An action that has ended or happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Past {
    at: Micros,
    until: Micros,
    /// In seconds, clipped by nothing but the opening.
    length: i64,
    conn: ConnIx,
    main: bool,
    rel: bool,
    /// Never clipped.
    whole: bool,
}

/// What a row keeps: the actions themselves where they leave the interval one by one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Calls {
    Since(Since),
    Each(VecDeque<Past>),
}

/// The sums of the interval that begins at `from`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Since {
    from: Micros,
    sums: Sums,
    seen: Seen,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct PerCall {
    recipe: Recipe,
    profile: TimeProfile,
    pub(super) cells: Vec<Calls>,
}

impl Seen {
    /// Whether the action is the first of its call in the main mask, and in the relative one.
    fn firsts(&mut self, conn: ConnIx, main: bool, rel: bool) -> (bool, bool) {
        let first = |calls: &mut BTreeSet<ConnIx>| conn == ConnIx::NONE || calls.insert(conn);
        (main && first(&mut self.main), rel && first(&mut self.rel))
    }
}

impl Since {
    fn new(from: Micros) -> Self {
        Self { from, sums: Sums::default(), seen: Seen::default() }
    }
}

impl PerCall {
    pub(crate) fn new(definition: &Definition) -> Self {
        Self { recipe: Recipe::new(definition), profile: definition.profile.clone(), cells: Vec::new() }
    }

    fn take(&mut self, row: usize, touch: &Touch, whole: bool, clock: &Clock) {
        let (from, creation) = (clock.from(), clock.creation());
        if from == BEFORE || !(touch.main || touch.rel) {
            return;
        }
        let Touch { at, conn, main, rel, .. } = *touch;
        let clipped = |clip: Micros| if whole { touch.length } else { touch.clipped(clip) };
        match &mut self.cells[row] {
            Calls::Since(since) => {
                if since.from != from {
                    *since = Since::new(from);
                }
                let seconds = clipped(if self.recipe.adjusted { creation } else { from });
                let firsts = since.seen.firsts(conn, main, rel);
                self.recipe.add_call(&mut since.sums, (main, rel), firsts, seconds);
            }
            Calls::Each(past) => {
                let whole = whole || self.recipe.adjusted;
                let until = if whole { at } else { touch.until };
                past.push_back(Past { at, until, length: clipped(creation), conn, main, rel, whole });
                match self.profile {
                    TimeProfile::Selection(limit) if past.len() > limit as usize => _ = past.pop_front(),
                    TimeProfile::Sliding { window, step } => {
                        let tick = last_tick(at, Micros::from_secs(i64::from(step)), creation);
                        let gone = tick - Micros::from_secs(i64::from(window));
                        while past.front().is_some_and(|first| first.until <= gone) {
                            past.pop_front();
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn sum<'a>(&self, past: impl Iterator<Item = &'a Past>, clip: Micros) -> Sums {
        let (mut sums, mut seen) = (Sums::default(), Seen::default());
        for one in past {
            let most = if one.whole { i64::MAX } else { one.until.secs() - clip.secs() };
            let firsts = seen.firsts(one.conn, one.main, one.rel);
            self.recipe.add_call(&mut sums, (one.main, one.rel), firsts, one.length.min(most));
        }
        sums
    }
}

impl Family for PerCall {
    type Cell = Calls;

    fn cells(&mut self) -> &mut Vec<Calls> {
        &mut self.cells
    }

    fn blank(&self) -> Calls {
        match self.profile {
            TimeProfile::Sliding { .. } | TimeProfile::Selection(_) => Calls::Each(VecDeque::new()),
            _ => Calls::Since(Since::new(BEFORE)),
        }
    }

    fn follows_beginnings(&self) -> bool {
        false
    }

    fn ended(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        if self.recipe.reaches(touch, clock.from(), clock.creation()) {
            self.take(row, touch, false, clock);
        }
    }

    fn happened(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        self.take(row, touch, true, clock);
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        match (&self.cells[row], &self.profile) {
            (Calls::Since(since), _) => {
                let sums = if since.from == look.from { since.sums } else { Sums::default() };
                self.recipe.value(sums, seconds_between(look.from, look.now), None)
            }
            (Calls::Each(past), TimeProfile::Sliding { window, step }) => {
                let tick = last_tick(look.now, Micros::from_secs(i64::from(*step)), look.creation);
                let gone = tick - Micros::from_secs(i64::from(*window));
                let clip = gone.max(look.creation);
                let inside = past.iter().filter(|one| one.until > gone && one.at <= tick);
                self.recipe.value(self.sum(inside, clip), seconds_between(clip, tick), None)
            }
            (Calls::Each(past), _) => self.recipe.value(self.sum(past.iter(), look.creation), 0, None),
        }
    }

    fn ticks(&self, row: usize, _: bool) -> bool {
        match &self.cells[row] {
            Calls::Since(since) => self.recipe.is_per_elapsed() && since.sums.num != 0,
            Calls::Each(past) => !past.is_empty(),
        }
    }
}
