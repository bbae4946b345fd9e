//! The rules of the categories, applied to a list (statistics 4.3 to 4.6).

use super::Contribution;
use crate::definition::{Category, Definition, Fold, TimeRange};
use model::item::ConnIx;
use model::object::ObjectIx;
use model::{Action, Micros, ObjectType, Status};
use std::collections::{BTreeMap, BTreeSet};

/// The time that a value is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The reset, the edge of the window, the login or the opening, whichever is last.
    pub from: Micros,
    /// The last moment: now, the last tick of a window, or the logout.
    pub until: Micros,
}

/// The value that a list of contributions makes, with its `empty` flag. Contributions of actions that the masks do not
/// name, and such as ended before the interval, change nothing.
pub fn fold(definition: &Definition, interval: Interval, items: &[Contribution]) -> (f64, bool) {
    let counted: Vec<&Contribution> = items.iter().filter(|one| counts(definition, interval, one)).collect();
    let list = List { definition, interval, items: counted };
    match &definition.aggregate {
        Some(aggregate) => list.formula(aggregate.fold),
        None => list.value(),
    }
}

/// What the items of a list have on the side of the main mask, and on that of the relative one: the sums from which
/// [`fold`] makes the value.
pub fn tallies(definition: &Definition, interval: Interval, items: &[Contribution]) -> (Tally, Tally) {
    let counted: Vec<&Contribution> = items.iter().filter(|one| counts(definition, interval, one)).collect();
    let list = List { definition, interval, items: counted };
    let range = definition.range.unwrap_or(TimeRange::DEFAULT);
    (list.tally(true, range), list.tally(false, range))
}

/// The status that a list makes, of a state category: on groups that of the members (rule ST-6), else the one that is
/// in main. None of nothing.
pub fn fold_state(kind: ObjectType, items: &[Contribution]) -> Option<Status> {
    let status = |one: &Contribution| Status::parse(one.what.name());
    if !matches!(kind, ObjectType::GroupAgents | ObjectType::GroupPlaces) {
        return items.iter().find(|one| one.main).and_then(status);
    }
    let members: Vec<Status> = items.iter().filter(|one| !one.main).filter_map(status).collect();
    let out = |status: &Status| matches!(status, Status::LoggedOut | Status::NotMonitored);
    Some(if members.contains(&Status::WaitForNextCall) {
        Status::WaitForNextCall
    } else if !members.iter().all(out) {
        Status::NotReadyForNextCall
    } else if members.contains(&Status::LoggedOut) {
        Status::LoggedOut
    } else {
        Status::NotMonitored
    })
}

fn counts(definition: &Definition, interval: Interval, one: &Contribution) -> bool {
    let named = definition.main.union(definition.rel).holds(one.what, one.call);
    let is_work = definition.category.is_estimate() && crate::definition::HANDLING.contains(&one.what);
    let is_selection = matches!(definition.profile, crate::TimeProfile::Selection(_));
    let is_over = |ended: Micros| {
        if definition.is_current() {
            definition.category != Category::CurrentContinuousTime
        } else {
            ended < interval.from && !is_selection
        }
    };
    (named || is_work) && !one.ended.is_some_and(is_over)
}

struct List<'a> {
    definition: &'a Definition,
    interval: Interval,
    items: Vec<&'a Contribution>,
}

/// What one mask has: numbers, seconds, extremes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many items.
    pub number: i64,
    /// Only the first of each call, where those are told apart.
    pub calls: i64,
    /// Of all of them.
    pub seconds: i64,
    /// Of the longest one.
    pub longest: Option<i64>,
    /// Of the shortest one.
    pub shortest: Option<i64>,
    /// How many lie in the range.
    pub in_range: i64,
    /// Their seconds.
    pub seconds_in_range: i64,
}

fn plain(value: i64) -> (f64, bool) {
    (value as f64, false)
}

fn ratio(scale: i64, num: i64, den: i64) -> (f64, bool) {
    if den == 0 { (0.0, true) } else { ((i128::from(scale) * i128::from(num)) as f64 / den as f64, false) }
}

impl List<'_> {
    fn side(&self, main: bool) -> impl Iterator<Item = &Contribution> {
        let mask = if main { self.definition.main } else { self.definition.rel };
        let mine = move |one: &&Contribution| {
            mask.holds(one.what, one.call) && if main { one.main } else { one.rel }
        };
        self.items.iter().copied().filter(mine)
    }

    fn tally(&self, main: bool, range: TimeRange) -> Tally {
        let mut tally = Tally::default();
        let mut seen = BTreeSet::new();
        for one in self.side(main) {
            tally.seconds += one.seconds;
            tally.number += 1;
            let is_first =
                !self.definition.dist_by_conn_id || one.conn == ConnIx::NONE || seen.insert(one.conn);
            if !is_first {
                continue;
            }
            tally.calls += 1;
            tally.longest = Some(tally.longest.map_or(one.seconds, |longest| longest.max(one.seconds)));
            tally.shortest = Some(tally.shortest.map_or(one.seconds, |shortest| shortest.min(one.seconds)));
            if range.holds(one.seconds) {
                tally.in_range += 1;
                tally.seconds_in_range += one.seconds;
            }
        }
        tally
    }

    fn value(&self) -> (f64, bool) {
        use Category as C;
        let range = self.definition.range.unwrap_or(TimeRange::DEFAULT);
        let (main, rel) = (self.tally(true, range), self.tally(false, range));
        let elapsed = (self.interval.until.secs() - self.interval.from.secs()).max(0);
        let extreme = |of: Option<i64>| of.map_or((0.0, true), plain);
        match self.definition.category {
            C::TotalNumber | C::TotalAdjustedNumber | C::CurrentNumber => plain(main.calls),
            C::TotalTime | C::TotalAdjustedTime | C::CurrentTime => plain(main.seconds),
            C::AverageTime | C::CurrentAverageTime => ratio(1, main.seconds, rel.calls),
            C::MaxTime | C::CurrentMaxTime => extreme(main.longest),
            C::MinTime | C::CurrentMinTime => extreme(main.shortest),
            C::ElapsedTimePercentage => ratio(100, main.seconds, elapsed),
            C::TotalNumberPerSecond => ratio(1, main.calls, elapsed),
            C::RelativeTimePercentage | C::CurrentRelativeTimePercentage => {
                ratio(100, main.seconds, rel.seconds)
            }
            C::RelativeNumberPercentage if self.definition.range.is_some() => {
                ratio(100, main.in_range, rel.calls)
            }
            C::RelativeNumberPercentage | C::CurrentRelativeNumberPercentage => {
                ratio(100, main.calls, rel.calls)
            }
            C::RelativeNumber => ratio(1, main.calls, rel.calls),
            C::TotalNumberInTimeRange | C::CurrentNumberInTimeRange => plain(main.in_range),
            C::TotalNumberInTimeRangePercentage | C::CurrentNumberInTimeRangePercentage => {
                ratio(100, main.in_range, main.calls)
            }
            C::TotalTimeInTimeRange => plain(main.seconds_in_range),
            C::AverageNumberPerRelativeHour => ratio(3600, main.calls, rel.seconds),
            C::ServiceFactor1 => {
                let short = self.tally(false, self.definition.range2).in_range;
                ratio(100, main.in_range, main.calls + rel.calls - short)
            }
            C::CurrentDistinctNumber => {
                let calls = self.side(true).map(|one| one.conn).filter(|conn| *conn != ConnIx::NONE);
                let loose = self.side(true).filter(|one| one.conn == ConnIx::NONE).count();
                plain((calls.collect::<BTreeSet<_>>().len() + loose) as i64)
            }
            C::CurrentContinuousTime => self.unbroken(),
            C::TotalContinuousNumber => plain(self.joined(|at| at.0).len() as i64),
            C::TotalDistinctTime => {
                let stretches = self.joined(Micros::secs);
                plain(stretches.into_iter().map(|(from, until)| until - from).sum())
            }
            C::MaxNumber => plain(self.levels().into_iter().max().unwrap_or(0)),
            C::MinNumber => plain(self.levels().into_iter().min().unwrap_or(0)),
            C::AverageOfCurrentNumber | C::AverageOfCurrentTime => self.samples(),
            category if category.is_of_lists() => {
                let left = self.items.iter().filter(|one| !one.main).find_map(|one| one.value);
                left.map_or((0.0, true), |left| ratio(left as i64, elapsed, main.calls))
            }
            _ => (self.estimate(), false),
        }
    }

    /// How long the chain of stretches that reaches the end is (rule CurrentContinuousTime).
    fn unbroken(&self) -> (f64, bool) {
        let stretches: Vec<(Micros, Micros)> = self.side(true).map(|one| self.stretch(one)).collect();
        let mut start = self.interval.until;
        let mut goes_on = false;
        while let Some((begun, _)) =
            stretches.iter().find(|(begun, ended)| *ended >= start && (*begun < start || !goes_on))
        {
            (start, goes_on) = (start.min(*begun), true);
        }
        plain((self.interval.until.secs() - start.secs()).max(0))
    }

    fn stretch(&self, one: &Contribution) -> (Micros, Micros) {
        (one.begun, one.ended.unwrap_or(self.interval.until))
    }

    /// Stretches of the main mask, those that meet as one.
    fn joined(&self, unit: impl Fn(Micros) -> i64) -> Vec<(i64, i64)> {
        let cut = |one: &Contribution| {
            let (begun, ended) = self.stretch(one);
            (unit(begun.max(self.interval.from)), unit(ended.min(self.interval.until)))
        };
        let mut all: Vec<(i64, i64)> = self.side(true).map(cut).collect();
        all.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (begun, ended) in all {
            match joined.last_mut() {
                Some((_, until)) if begun <= *until => *until = ended.max(*until),
                _ => joined.push((begun, ended)),
            }
        }
        joined
    }

    /// The numbers that went on, one after each instant at which they changed, from the beginning on (rule Q-3).
    fn levels(&self) -> Vec<i64> {
        let Interval { from, until } = self.interval;
        let mut changes: BTreeMap<Micros, i64> = BTreeMap::from([(from, 0)]);
        for one in self.side(true) {
            *changes.entry(one.opened.max(from)).or_default() += 1;
            if let Some(ended) = one.ended {
                *changes.entry(ended.max(from)).or_default() -= 1;
            }
        }
        let mut level = 0;
        let seen = changes.range(..=until).map(|(_, change)| {
            level += change;
            level
        });
        seen.collect()
    }

    /// The mean of samples at even seconds; before the first one the present (rule C-1).
    fn samples(&self) -> (f64, bool) {
        let Interval { from, until } = self.interval;
        let of_time = self.definition.category == Category::AverageOfCurrentTime;
        let step = 2_000_000;
        let (first, last) = (from.0.div_euclid(step) + 1, until.0.div_euclid(step));
        let age = |one: &Contribution, at: Micros| if of_time { at.secs() - one.begun.secs() } else { 1 };
        if first > last {
            let going = self.side(true).filter(|one| one.ended.is_none());
            return plain(going.map(|one| age(one, until)).sum());
        }
        let mut sum = 0;
        for one in self.side(true) {
            let low = first.max((one.opened.0 + step - 1).div_euclid(step));
            let high = one.ended.map_or(last, |ended| (ended.0 - 1).div_euclid(step).min(last));
            sum += (low..=high).map(|sample| age(one, Micros(sample * step))).sum::<i64>();
        }
        ratio(1, sum, last - first + 1)
    }

    /// Waiting times and loads (rules C-2, C-4, C-5, Q-32).
    fn estimate(&self) -> f64 {
        let goes_on = |main: bool, rel: bool| {
            let of = |one: &&&Contribution| one.ended.is_none() && (one.main, one.rel) == (main, rel);
            self.items.iter().filter(of).count() as i64
        };
        let (waiting, ready, active) = (goes_on(true, false), goes_on(false, true), goes_on(true, true));
        let (mut seconds, mut calls) = (0, 0);
        let mut work: BTreeMap<ObjectIx, (i64, i64)> = BTreeMap::new();
        for one in self.items.iter().filter(|one| one.ended.is_some()) {
            let (here, everywhere) = work.entry(one.by).or_default();
            *everywhere += one.seconds;
            if one.main {
                *here += one.seconds;
                seconds += one.seconds;
                calls += i64::from(matches!(one.what, Action::CallReleased | Action::CallMissed));
            }
        }
        work.remove(&ObjectIx::NONE);
        let mine = |one: &&Contribution| one.main && one.ended.is_some();
        let agents: BTreeSet<ObjectIx> = self.items.iter().copied().filter(mine).map(|one| one.by).collect();
        let (here, everywhere) = work
            .iter()
            .filter(|(agent, _)| agents.contains(agent))
            .fold((0, 0), |(here, all), (_, (h, a))| (here + h, all + a));
        let handling = if calls > 0 { seconds as f64 / calls as f64 } else { 90.0 };
        let part = if everywhere > 0 { here as f64 / everywhere as f64 } else { 1.0 };
        let hands = active as f64 * part.clamp(0.01, 1.0);
        if self.definition.category == Category::LoadBalance {
            return handling * (waiting - ready) as f64 / hands.max(0.0001);
        }
        let unassigned = (waiting - ready).max(0) as f64;
        match active {
            0 => handling * unassigned / 0.0001,
            _ => (handling * unassigned / hands).min(604_800.0),
        }
    }

    /// Values of a formula (4.6, 4.7), added in billionths.
    fn formula(&self, fold: Fold) -> (f64, bool) {
        let values: Vec<f64> = self.side(true).filter_map(|one| one.value).collect();
        let sum: i128 = values.iter().map(|value| (value.clamp(-1e18, 1e18) * 1e9).round() as i128).sum();
        let sum = sum as f64 / 1e9;
        let none = values.is_empty();
        match fold {
            Fold::Count => plain(values.len() as i64),
            Fold::Sum => (sum, false),
            Fold::Average => (if none { 0.0 } else { sum / values.len() as f64 }, none),
            Fold::Least => (values.into_iter().reduce(f64::min).unwrap_or(0.0), none),
            Fold::Greatest => (values.into_iter().reduce(f64::max).unwrap_or(0.0), none),
        }
    }
}
