//! Current categories that are judged when they are read: what goes on now, one by one, with what it carries.
//!
//! For conditions that time alone can make true (`Duration`), and for formulas; everything else counts as it comes.

use super::values::Folded;
use super::{Family, Going, Look, Number, Touch};
use crate::definition::{Aggregate, Category, Definition, Mask, TimeRange};
use crate::filter::Filter;
use crate::time::Clock;
use model::item::ConnIx;
use model::time::seconds_between;
use std::collections::BTreeSet;

/// See the module. Everything stands in the roster.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    category: Category,
    filter: Option<Filter>,
    aggregate: Option<Aggregate>,
    range: TimeRange,
    main: Mask,
    rel: Mask,
    pub(super) cells: Vec<()>,
}

/// What passes.
#[derive(Default)]
struct Passing {
    number: i64,
    time: i64,
    rel_number: i64,
    rel_time: i64,
    longest: i64,
    shortest: Option<i64>,
    in_range: i64,
    calls: BTreeSet<ConnIx>,
    loose: i64,
}

impl Reading {
    pub(crate) fn new(definition: &Definition) -> Self {
        Self {
            category: match definition.category {
                Category::CurrentNumber if definition.dist_by_conn_id => Category::CurrentDistinctNumber,
                other => other,
            },
            filter: definition.filter.clone(),
            aggregate: definition.aggregate.clone(),
            range: definition.range.unwrap_or(TimeRange::DEFAULT),
            main: definition.main,
            rel: definition.rel,
            cells: Vec::new(),
        }
    }

    fn passes(&self, one: &Going<'_>, seconds: i64) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.decide(one.note.facts, seconds))
    }
}

impl Reading {
    fn folded(&self, aggregate: &Aggregate, look: &Look<'_>) -> Number {
        let mut folded = Folded::default();
        for one in look.roster.going(look.row).filter(|one| self.main.holds(one.action, one.call)) {
            let seconds = seconds_between(one.since, look.now);
            if self.passes(&one, seconds)
                && let Some(value) = aggregate.value(&one.note.inputs, one.action, one.conn, seconds)
            {
                folded.add(value);
            }
        }
        folded.number(aggregate.fold)
    }
}

impl Family for Reading {
    type Cell = ();

    fn cells(&mut self) -> &mut Vec<()> {
        &mut self.cells
    }

    fn blank(&self) {}

    fn ended(&mut self, _: usize, _: &Touch, _: &Clock) {}

    fn read(&self, _: usize, look: &mut Look<'_>) -> Number {
        if let Some(aggregate) = &self.aggregate {
            return self.folded(aggregate, look);
        }
        let mut seen = Passing::default();
        for one in look.roster.going(look.row) {
            let seconds = seconds_between(one.since, look.now);
            if !self.passes(&one, seconds) {
                continue;
            }
            if self.rel.holds(one.action, one.call) {
                seen.rel_number += 1;
                seen.rel_time += seconds;
            }
            if self.main.holds(one.action, one.call) {
                seen.number += 1;
                seen.time += seconds;
                seen.longest = seen.longest.max(seconds);
                seen.shortest = Some(seen.shortest.map_or(seconds, |shortest| shortest.min(seconds)));
                seen.in_range += i64::from(self.range.holds(seconds));
                match one.conn {
                    ConnIx::NONE => seen.loose += 1,
                    conn => _ = seen.calls.insert(conn),
                }
            }
        }
        match self.category {
            Category::CurrentTime => Number::plain(seen.time),
            Category::CurrentMaxTime => Number::extreme(seen.longest, seen.number),
            Category::CurrentMinTime => Number::extreme(seen.shortest.unwrap_or(0), seen.number),
            Category::CurrentAverageTime => Number::quotient(1, seen.time, seen.rel_number),
            Category::CurrentRelativeNumberPercentage => Number::quotient(100, seen.number, seen.rel_number),
            Category::CurrentRelativeTimePercentage => Number::quotient(100, seen.time, seen.rel_time),
            Category::CurrentNumberInTimeRange => Number::plain(seen.in_range),
            Category::CurrentNumberInTimeRangePercentage => Number::quotient(100, seen.in_range, seen.number),
            Category::CurrentDistinctNumber => Number::plain(seen.calls.len() as i64 + seen.loose),
            _ => Number::plain(seen.number),
        }
    }

    fn ticks(&self, _: usize, _: bool) -> bool {
        let by_filter = self.filter.as_ref().is_some_and(Filter::has_duration);
        by_filter || self.aggregate.as_ref().is_some_and(|aggregate| aggregate.formula.has_duration())
    }
}
