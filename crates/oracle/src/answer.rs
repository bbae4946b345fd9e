//! The value of a category (statistics 4.3 to 4.5).

use crate::count::{Counted, counted, firsts, going_on, last, union};
use crate::definition::{Category, Definition, Profile, Range, Subject};
use crate::filter::Way;
use crate::interval::Interval;
use crate::items::{Mask, Piece};
use crate::world::World;
use model::time::seconds_between;
use model::{Micros, Object, Text};

/// A value with its flags (contracts 7).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// The number.
    pub value: f64,
    /// Nothing to divide by, or nothing to choose from (rule Q-42).
    pub empty: bool,
    /// All DNs of the object are monitored (rule X-4).
    pub valid: bool,
}

/// The first range where none is named.
const DEFAULT_RANGE: Range = Range(0, Some(20));

impl World<'_> {
    /// The value of one object now; none before the opening, or where the object is unknown.
    pub fn answer(&self, definition: &Definition, object: &Object) -> Option<Answer> {
        let first = self.begun.unwrap_or(self.now);
        let creation = definition.opened.unwrap_or(first);
        if creation > self.now {
            return None;
        }
        self.members(object)?;
        let question = Question::new(self, definition, object, creation, creation.min(first));
        let (value, empty) = question.value();
        Some(Answer { value, empty, valid: self.is_valid(object) })
    }

    /// Whether the rules leave it open what the answer is: a selection is cut among actions that one loss ended.
    pub fn is_open(&self, definition: &Definition, object: &Object) -> bool {
        let Profile::Selection(n) = definition.profile else { return false };
        let first = self.begun.unwrap_or(self.now);
        let creation = definition.opened.unwrap_or(first);
        let question = Question::new(self, definition, object, creation, creation.min(first));
        last(&question.pieces, &[&question.main, &question.rel], n, question.interval).1
    }

    fn is_valid(&self, object: &Object) -> bool {
        let dns = self.members(object).unwrap_or_default();
        dns.iter().flat_map(|member| self.dns_of(member)).all(|dn: Text| !self.dns[&dn].lost)
    }
}

/// A definition at an object, with all that may count.
pub(crate) struct Question<'d> {
    pub(crate) definition: &'d Definition,
    pub(crate) now: Micros,
    interval: Interval,
    creation: Micros,
    pub(crate) pieces: Vec<Piece>,
    /// What counts for the RelMask, where a filter leaves it alone (rule F-6).
    free: Option<Vec<Piece>>,
    pub(crate) main: Mask,
    pub(crate) rel: Mask,
}

impl<'d> Question<'d> {
    fn new(world: &World, d: &'d Definition, object: &Object, creation: Micros, begun: Micros) -> Self {
        let main = Mask::new(&d.main, d.subject, object);
        let rel = d.rel.as_ref().map_or_else(|| main.clone(), |rel| Mask::new(rel, d.subject, object));
        let interval = Interval::of(&d.profile, creation, world.now);
        let mut pieces = world.pieces(object, d.subject, begun);
        if d.category != Category::ServiceFactor1 {
            pieces.retain(|piece| main.has(piece) || rel.has(piece));
        }
        let mut free = None;
        if let Some(filter) = &d.filter {
            let left = pieces.iter().flat_map(|piece| filter.leaves(piece, way(d), world.now)).collect();
            let whole = std::mem::replace(&mut pieces, left);
            free = (d.category == Category::AverageNumberPerRelativeHour).then_some(whole);
        }
        Self { definition: d, now: world.now, interval, creation, pieces, free, main, rel }
    }

    fn value(&self) -> (f64, bool) {
        use Category as C;
        let range = self.definition.range.unwrap_or(DEFAULT_RANGE);
        let in_range = |set: &[Counted]| set.iter().filter(|one| range.has(one.seconds)).count() as i64;
        match self.definition.category {
            C::TotalNumber => plain(self.number(&self.main, false)),
            C::TotalTime => plain(self.time(&self.main, false)),
            C::TotalAdjustedNumber => plain(self.number(&self.main, true)),
            C::TotalAdjustedTime => plain(self.time(&self.main, true)),
            C::AverageTime => ratio(1, self.time(&self.main, false), self.number(&self.rel, false)),
            C::MaxTime => extreme(seconds(&self.firsts(&self.main)).max()),
            C::MinTime => {
                // Rule Q-38.
                let all = self.firsts(&self.main);
                let ended: Vec<Counted> = all.iter().filter(|one| one.ended).cloned().collect();
                extreme(seconds(if ended.is_empty() { &all } else { &ended }).min())
            }
            C::MaxNumber => plain(self.numbers_over_time().into_iter().max().unwrap_or(0)),
            C::MinNumber => plain(self.numbers_over_time().into_iter().min().unwrap_or(0)),
            C::ElapsedTimePercentage => ratio(100, self.time(&self.main, false), self.elapsed()),
            C::RelativeTimePercentage => {
                ratio(100, self.time(&self.main, false), self.time(&self.rel, false))
            }
            C::RelativeNumberPercentage => {
                let main = match self.definition.range {
                    Some(_) => in_range(&self.firsts(&self.main)), // Rule Q-33.
                    None => self.number(&self.main, false),
                };
                ratio(100, main, self.number(&self.rel, false))
            }
            C::RelativeNumber => ratio(1, self.number(&self.main, false), self.number(&self.rel, false)),
            C::TotalNumberInTimeRange => plain(in_range(&self.firsts(&self.main))),
            C::TotalNumberInTimeRangePercentage => {
                let all = self.firsts(&self.main);
                ratio(100, in_range(&all), all.len() as i64)
            }
            C::TotalTimeInTimeRange => {
                let all = self.count(&self.main, false);
                plain(seconds(&all).filter(|seconds| range.has(*seconds)).sum())
            }
            C::TotalNumberPerSecond => ratio(1, self.number(&self.main, false), self.elapsed()),
            C::AverageNumberPerRelativeHour => {
                let whole = self.free.as_ref().map(|free| {
                    let pieces: Vec<Piece> = free.iter().filter(|one| self.rel.has(one)).cloned().collect();
                    seconds(&counted(&pieces, self.interval, self.creation, false)).sum()
                });
                let time = whole.unwrap_or_else(|| self.time(&self.rel, false));
                ratio(3600, self.number(&self.main, false), time)
            }
            C::AverageOfCurrentNumber => self.sampled(|question, at| question.current(&self.main, at).0),
            C::AverageOfCurrentTime => self.sampled(|question, at| question.current(&self.main, at).1),
            C::TotalContinuousNumber => {
                plain(self.runs().iter().filter(|run| self.reaches(run)).count() as i64)
            }
            C::TotalDistinctTime => plain(union(&self.count(&self.main, false))),
            C::ServiceFactor1 => self.service_factor(range),
            _ => self.current_value(range),
        }
    }

    /// What counts of a mask, in order.
    fn count(&self, mask: &Mask, adjusted: bool) -> Vec<Counted> {
        let pieces: Vec<Piece> = match self.definition.profile {
            Profile::Selection(n) => last(&self.pieces, &[&self.main, &self.rel], n, self.interval).0,
            _ => self.pieces.clone(),
        };
        let pieces: Vec<Piece> = pieces.into_iter().filter(|piece| mask.has(piece)).collect();
        counted(&pieces, self.interval, self.creation, adjusted)
    }

    fn firsts(&self, mask: &Mask) -> Vec<Counted> {
        firsts(&self.count(mask, false), self.definition.distinct)
    }

    fn number(&self, mask: &Mask, adjusted: bool) -> i64 {
        firsts(&self.count(mask, adjusted), self.definition.distinct).len() as i64
    }

    fn time(&self, mask: &Mask, adjusted: bool) -> i64 {
        seconds(&self.count(mask, adjusted)).sum()
    }

    pub(crate) fn current(&self, mask: &Mask, at: Micros) -> (i64, i64) {
        let on = going_on(&self.pieces, mask, at);
        (firsts(&on, self.definition.distinct).len() as i64, seconds(&on).sum())
    }

    /// Rule TP-9.
    fn elapsed(&self) -> i64 {
        seconds_between(self.interval.from, self.interval.to)
    }

    /// CurrentNumber at the beginning of the interval and at each change in it (rule Q-3).
    fn numbers_over_time(&self) -> Vec<i64> {
        let Interval { from, to, .. } = self.interval;
        let mut instants = vec![from];
        let changes = self.pieces.iter().flat_map(|piece| [Some(piece.from), piece.end]).flatten();
        instants.extend(changes.filter(|at| *at > from && *at <= to));
        instants.into_iter().map(|at| self.current(&self.main, at).0).collect()
    }

    /// Rules C-1 and Q-39: at the UTC multiples of 2 s after the beginning of the interval.
    fn sampled(&self, sample: impl Fn(&Self, Micros) -> i64) -> (f64, bool) {
        let Interval { from, to, .. } = self.interval;
        let mut at = Micros::from_secs((from.secs().div_euclid(2) + 1) * 2);
        let (mut sum, mut n) = (0, 0);
        while at <= to {
            sum += sample(self, at);
            n += 1;
            at = at + Micros::from_secs(2);
        }
        if n == 0 { plain(sample(self, to)) } else { (sum as f64 / f64::from(n), false) }
    }

    /// The maximal runs of statuses inside the mask: since, from, end.
    pub(crate) fn runs(&self) -> Vec<(Micros, Micros, Option<Micros>)> {
        debug_assert_eq!(self.definition.subject, Subject::Status);
        let mut runs: Vec<(Micros, Micros, Option<Micros>)> = Vec::new();
        for piece in self.pieces.iter().filter(|piece| self.main.has(piece)) {
            match runs.last_mut() {
                Some(run) if run.2 == Some(piece.from) => run.2 = piece.end,
                _ => runs.push((piece.since, piece.from, piece.end)),
            }
        }
        runs
    }

    /// Whether a run meets the interval, as a status would (rule P-2).
    fn reaches(&self, run: &(Micros, Micros, Option<Micros>)) -> bool {
        run.1 <= self.interval.to && run.2.is_none_or(|end| end > self.interval.from)
    }

    /// Rule C-3.
    fn service_factor(&self, range: Range) -> (f64, bool) {
        let only = |words: &str| {
            let actions = crate::mask::actions(words, true);
            self.count(&Mask { actions, ..Mask::default() }, false)
        };
        let answered = only("CallAnswered");
        let lost = only("CallAbandoned, CallAbandonedFromRinging");
        let short = |one: &&Counted| self.definition.range2.is_some_and(|range| range.has(one.seconds));
        let all = answered.len() + lost.len() - lost.iter().filter(short).count();
        let good = answered.iter().filter(|one| range.has(one.seconds)).count();
        ratio(100, good as i64, all as i64)
    }
}

/// When what a filter leaves counts.
fn way(d: &Definition) -> Way {
    use Category as C;
    let levels = [
        C::MaxNumber,
        C::MinNumber,
        C::AverageOfCurrentNumber,
        C::AverageOfCurrentTime,
        C::TotalContinuousNumber,
    ];
    let current = d.category.name().starts_with("Current");
    let adjusted = matches!(d.category, C::TotalAdjustedNumber | C::TotalAdjustedTime);
    match d.subject {
        _ if current && d.filter.as_ref().is_some_and(crate::filter::Filter::has_duration) => {
            Way::AtTheQuestion
        }
        _ if current || levels.contains(&d.category) => Way::Stretches,
        Subject::Status if !adjusted => Way::Stretches,
        _ => Way::AtTheEnd,
    }
}

pub(crate) fn seconds(counted: &[Counted]) -> impl Iterator<Item = i64> {
    counted.iter().map(|one| one.seconds)
}

pub(crate) fn plain(value: i64) -> (f64, bool) {
    (value as f64, false)
}

pub(crate) fn extreme(value: Option<i64>) -> (f64, bool) {
    (value.unwrap_or(0) as f64, value.is_none())
}

/// `times * a / b`; 0 and empty where b is 0 (rule P-7).
pub(crate) fn ratio(times: i64, a: i64, b: i64) -> (f64, bool) {
    if b == 0 { (0.0, true) } else { ((times * a) as f64 / b as f64, false) }
}
