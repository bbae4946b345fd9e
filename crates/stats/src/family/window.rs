//! Sums over sliding windows, seen at ticks (rules TP-4 to TP-10).
//!
//! Where no member is ever clipped by the window, a row keeps a ring of buckets and the sum of those in view; where
//! members are clipped, or extremes are asked for, it keeps the members until they have left the window.

use super::recipe::{Fold, Recipe, Sums};
use super::steps::last_tick;
use super::{Family, Look, Number, Touch, distinct};
use crate::definition::{Category, Definition};
use crate::time::{BEFORE, Clock};
use model::Micros;
use model::action::Kind;
use model::time::seconds_between;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// What happened up to `end`, and after the bucket before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Bucket {
    end: Micros,
    sums: Sums,
}

/// Buckets in order, and the sum of the first `seen` of them as of `tick`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ring {
    buckets: VecDeque<Bucket>,
    seen: usize,
    sum: Sums,
}

/// A member that ended or happened at `end`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Span {
    begun: Micros,
    end: Micros,
    /// When it became known: later than `end` for a stretch that a filter cut out of an action (rule F-8).
    at: Micros,
    /// In seconds, unclipped by the window.
    length: i64,
    main: bool,
    rel: bool,
    /// Never clipped.
    whole: bool,
}

/// What a row keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Kept {
    Ring(Ring),
    Spans(VecDeque<Span>),
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    recipe: Recipe,
    distinct: bool,
    rings: bool,
    window: Micros,
    step: Micros,
    /// Between two ticks: the tick before and the bucket's end, as long as nothing comes from outside.
    between: (Micros, Micros),
    pub(super) cells: Vec<Kept>,
}

impl Window {
    pub(crate) fn new(definition: &Definition, (window, step): (i64, i64)) -> Self {
        let recipe = Recipe::new(definition);
        let distinct = definition.category == Category::TotalDistinctTime;
        let durable =
            definition.main.union(definition.rel).actions().any(|action| action.kind() == Kind::Durable);
        let clipped = (recipe.statuses || durable) && !recipe.adjusted;
        let rings = recipe.fold == Fold::Sum && !clipped && !distinct;
        let (window, step) = (Micros::from_secs(window), Micros::from_secs(step));
        let between = (Micros::MAX, BEFORE);
        Self { recipe, distinct, rings, window, step, between, cells: Vec::new() }
    }

    /// The end of the bucket that holds `at`. Buckets end at ticks and, where the step does not divide the window,
    /// at the places where windows begin.
    fn bucket_end(&self, at: Micros, creation: Micros) -> Micros {
        if at == creation {
            return at;
        }
        let up = |at: i64| (at + self.step.0 - 1).div_euclid(self.step.0) * self.step.0;
        let tick = up(at.0);
        let rest = self.window.0 % self.step.0;
        Micros(if rest == 0 { tick } else { tick.min(up(at.0 + rest) - rest) })
    }

    /// The last tick and the end of the bucket. Divisions are slow and most items lie where the last one did.
    fn place(&mut self, at: Micros, creation: Micros) -> (Micros, Micros) {
        let (tick, end) = self.between;
        if tick < at && at < end {
            return self.between;
        }
        let place = (last_tick(at, self.step, creation), self.bucket_end(at, creation));
        let whole = self.window.0 % self.step.0 == 0;
        self.between = if whole && place.0 < at { place } else { (Micros::MAX, BEFORE) };
        place
    }

    fn keep(&mut self, row: usize, touch: &Touch, length: i64, whole: bool, clock: &Clock) {
        if clock.from() == BEFORE || !(touch.main || touch.rel) {
            return;
        }
        let creation = clock.creation();
        let (tick, end) = self.place(touch.at, creation);
        let (main, rel) = (touch.main, touch.rel);
        match &mut self.cells[row] {
            Kept::Ring(ring) => {
                ring.see(tick, self.window);
                if ring.buckets.back().is_none_or(|last| last.end != end) {
                    ring.buckets.push_back(Bucket { end, sums: Sums::default() });
                }
                // What happens at a tick is seen at that tick: it may fall into a bucket that is in view.
                let place = ring.buckets.len() - 1;
                self.recipe.add(&mut ring.buckets[place].sums, main, rel, length);
                if place < ring.seen {
                    self.recipe.add(&mut ring.sum, main, rel, length);
                }
            }
            Kept::Spans(spans) => {
                while spans.front().is_some_and(|first| first.end <= tick - self.window) {
                    spans.pop_front();
                }
                let begun = touch.begun.max(creation);
                // What is never clipped belongs to the windows that hold its real end (rule TP-8).
                let end = if whole { touch.at } else { touch.until };
                spans.push_back(Span { begun, end, at: touch.at, length, main, rel, whole });
            }
        }
    }

    fn sum_spans(&self, spans: &VecDeque<Span>, tick: Micros, look: &mut Look<'_>) -> Sums {
        let clip = (tick - self.window).max(look.creation);
        let mut sums = Sums::default();
        let mut still = Vec::new();
        for span in spans.iter().filter(|span| span.end > tick - self.window) {
            if span.at <= tick {
                let most = if span.whole { i64::MAX } else { span.end.secs() - clip.secs() };
                self.recipe.add(&mut sums, span.main, span.rel, span.length.min(most));
            } else if self.recipe.statuses && !self.recipe.adjusted && span.begun <= tick {
                still.push(span);
            }
        }
        // Statuses that have ended since the tick were in progress then (rule TP-6).
        if self.recipe.counts_running(&sums) {
            for span in still {
                let seconds = seconds_between(span.begun.max(clip), tick.min(span.end));
                self.recipe.add(&mut sums, span.main, span.rel, seconds);
            }
            self.recipe.add_running(&mut sums, look.running, clip, tick);
        }
        sums
    }

    /// The union of the stretches that ended in the window (rule Q-40); what has no duration is no stretch.
    fn union(&self, spans: &VecDeque<Span>, tick: Micros, creation: Micros) -> i64 {
        let clip = (tick - self.window).max(creation);
        let mut stretches = Vec::new();
        let inside = |span: &&Span| span.end > tick - self.window && span.at <= tick;
        for span in spans.iter().filter(|span| span.main && !span.whole).filter(inside) {
            distinct::join(&mut stretches, span.begun.max(clip).secs(), span.end.secs());
        }
        distinct::length(&stretches)
    }
}

impl Ring {
    /// Moves the view on to a tick, and forgets what has left the window.
    fn see(&mut self, tick: Micros, window: Micros) {
        while let Some(next) = self.buckets.get(self.seen).filter(|bucket| bucket.end <= tick) {
            self.sum.add(next.sums, 1);
            self.seen += 1;
        }
        while let Some(first) = self.buckets.front().copied().filter(|first| first.end <= tick - window) {
            self.sum.add(first.sums, -1);
            self.seen -= 1;
            self.buckets.pop_front();
        }
    }

    /// The sum as of a later tick.
    fn sum_at(&self, tick: Micros, window: Micros) -> Sums {
        let mut sum = self.sum;
        self.buckets.range(self.seen..).take_while(|b| b.end <= tick).for_each(|b| sum.add(b.sums, 1));
        self.buckets.iter().take_while(|b| b.end <= tick - window).for_each(|b| sum.add(b.sums, -1));
        sum
    }
}

impl Sums {
    fn add(&mut self, other: Self, sign: i64) {
        self.num += sign * other.num;
        self.den += sign * other.den;
    }
}

impl Family for Window {
    type Cell = Kept;

    fn cells(&mut self) -> &mut Vec<Kept> {
        &mut self.cells
    }

    fn blank(&self) -> Kept {
        if self.rings { Kept::Ring(Ring::default()) } else { Kept::Spans(VecDeque::new()) }
    }

    fn follows_beginnings(&self) -> bool {
        false
    }

    fn warm(&self, row: usize) -> i64 {
        match &self.cells[row] {
            Kept::Ring(ring) => {
                let ends = [ring.buckets.front(), ring.buckets.back()].into_iter().flatten();
                ends.fold(ring.sum.num, |sum, bucket| sum ^ bucket.end.0)
            }
            Kept::Spans(spans) => spans.front().map_or(0, |span| span.end.0),
        }
    }

    fn ended(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        if self.recipe.reaches(touch, clock.creation(), clock.creation()) {
            let length = touch.clipped(clock.creation());
            self.keep(row, touch, length, self.recipe.adjusted, clock);
        }
    }

    fn happened(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        self.keep(row, touch, touch.length, true, clock);
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        let tick = last_tick(look.now, self.step, look.creation);
        let sums = match &self.cells[row] {
            Kept::Ring(ring) => ring.sum_at(tick, self.window),
            Kept::Spans(spans) if self.distinct => {
                return Number::plain(self.union(spans, tick, look.creation));
            }
            Kept::Spans(spans) => self.sum_spans(spans, tick, look),
        };
        let elapsed = seconds_between((tick - self.window).max(look.creation), tick);
        self.recipe.value(sums, elapsed, look.left)
    }

    fn ticks(&self, row: usize, running: bool) -> bool {
        running
            || match &self.cells[row] {
                Kept::Ring(ring) => !ring.buckets.is_empty(),
                Kept::Spans(spans) => !spans.is_empty(),
            }
    }
}
