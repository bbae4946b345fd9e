//! Recipes: how categories over an interval are made of two sums, a numerator and a denominator.

use super::{Number, Running, Touch};
use crate::definition::{Category, Definition, Mask, TimeRange};
use crate::time::BEFORE;
use model::Micros;

/// What one member adds to a sum.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Weight {
    Nothing,
    /// 1 if it is in the mask (the relative one if `rel`), and its duration in the range.
    Number {
        rel: bool,
        range: Option<TimeRange>,
    },
    /// Its duration, likewise.
    Time {
        rel: bool,
        range: Option<TimeRange>,
    },
    /// The denominator of ServiceFactor1: answered, and lost outside the second range (rule C-3).
    Factor {
        short: TimeRange,
    },
}

/// How numerators come together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fold {
    Sum,
    Max,
    Min,
}

/// How the value is read from the sums.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Result {
    Plain,
    Quotient(i64),
    PerElapsed(i64),
    /// How long what is left takes at the rate of the interval (rule C-6).
    ToEnd,
    Extreme,
}

/// A category as arithmetic.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recipe {
    num: Weight,
    den: Weight,
    pub(crate) fold: Fold,
    result: Result,
    main: Mask,
    rel: Mask,
    pub(crate) statuses: bool,
    pub(crate) adjusted: bool,
}

/// The two sums. With an extreme `den` counts the members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Sums {
    pub(crate) num: i64,
    pub(crate) den: i64,
}

impl Recipe {
    pub(crate) fn new(definition: &Definition) -> Self {
        use Category as C;
        let range = definition.range;
        let number = |rel, range| Weight::Number { rel, range };
        let time = |rel, range| Weight::Time { rel, range };
        let none = Weight::Nothing;
        let (num, den, fold, result) = match definition.category {
            C::TotalTime | C::TotalAdjustedTime | C::TotalDistinctTime => {
                (time(false, None), none, Fold::Sum, Result::Plain)
            }
            C::AverageTime => (time(false, None), number(true, None), Fold::Sum, Result::Quotient(1)),
            C::MaxTime => (time(false, None), number(false, None), Fold::Max, Result::Extreme),
            C::MinTime => (time(false, None), number(false, None), Fold::Min, Result::Extreme),
            C::ElapsedTimePercentage => (time(false, None), none, Fold::Sum, Result::PerElapsed(100)),
            C::TotalNumberPerSecond => (number(false, None), none, Fold::Sum, Result::PerElapsed(1)),
            category if category.is_of_lists() => (number(false, None), none, Fold::Sum, Result::ToEnd),
            C::RelativeTimePercentage => {
                (time(false, None), time(true, None), Fold::Sum, Result::Quotient(100))
            }
            C::RelativeNumberPercentage => {
                (number(false, range), number(true, None), Fold::Sum, Result::Quotient(100))
            }
            C::RelativeNumber => (number(false, None), number(true, None), Fold::Sum, Result::Quotient(1)),
            C::TotalNumberInTimeRange => (number(false, range), none, Fold::Sum, Result::Plain),
            C::TotalNumberInTimeRangePercentage => {
                (number(false, range), number(false, None), Fold::Sum, Result::Quotient(100))
            }
            C::TotalTimeInTimeRange => (time(false, range), none, Fold::Sum, Result::Plain),
            C::AverageNumberPerRelativeHour => {
                (number(false, None), time(true, None), Fold::Sum, Result::Quotient(3600))
            }
            C::ServiceFactor1 => {
                let short = definition.range2;
                (number(false, range), Weight::Factor { short }, Fold::Sum, Result::Quotient(100))
            }
            _ => (number(false, None), none, Fold::Sum, Result::Plain),
        };
        let statuses = definition.subject.is_status();
        let (main, rel) = (definition.main, definition.rel);
        Self { num, den, fold, result, main, rel, statuses, adjusted: definition.category.is_adjusted() }
    }

    /// Adds a member of that duration.
    #[inline]
    pub(crate) fn add(&self, sums: &mut Sums, main: bool, rel: bool, seconds: i64) {
        let den = self.den.of(main, rel, seconds);
        match self.fold {
            Fold::Sum => sums.num = sums.num.saturating_add(self.num.of(main, rel, seconds)),
            Fold::Max if main => sums.num = sums.num.max(seconds),
            Fold::Min if main => sums.num = if sums.den == 0 { seconds } else { sums.num.min(seconds) },
            Fold::Max | Fold::Min => {}
        }
        sums.den = sums.den.saturating_add(den);
    }

    /// Adds a member of a call: numbers, extremes and ranges look at the first of its call only, times add up (rule
    /// `firsts` tells for each mask whether it is that.
    pub(crate) fn add_call(
        &self,
        sums: &mut Sums,
        (main, rel): (bool, bool),
        firsts: (bool, bool),
        seconds: i64,
    ) {
        let of = |weight: Weight| match weight {
            Weight::Time { range: None, .. } => weight.of(main, rel, seconds),
            _ => weight.of(firsts.0, firsts.1, seconds),
        };
        if self.fold == Fold::Sum {
            sums.num = sums.num.saturating_add(of(self.num));
            sums.den = sums.den.saturating_add(of(self.den));
        } else {
            self.add(sums, firsts.0, firsts.1, seconds);
        }
    }

    /// Adds the statuses in progress at `now`, clipped at `clip` (rules G-2, P-2).
    pub(crate) fn add_running(
        &self,
        sums: &mut Sums,
        running: &mut dyn Iterator<Item = Running>,
        clip: Micros,
        now: Micros,
    ) {
        if !self.statuses || self.adjusted {
            return;
        }
        for Running { status, begun, sides: (main, rel), .. } in running {
            if begun <= now {
                let seconds = model::time::seconds_between(begun.max(clip), now);
                let (main, rel) = (main && self.main.has_status(status), rel && self.rel.has_status(status));
                self.add(sums, main, rel, seconds);
            }
        }
    }

    /// Whether statuses in progress count beside the ended ones: for MinTime only if there are none (rule Q-38).
    pub(crate) fn counts_running(&self, ended: &Sums) -> bool {
        self.fold != Fold::Min || ended.den == 0
    }

    /// Whether what ends counts in an interval that began at `from`. A status of no length is none, and one that
    /// ends where the interval begins belongs to the one before (rules P-5, Q-34, Q-44). A stretch that a filter
    /// cut out of an action counts if it reaches into the interval (rule Q-35); for adjusted totals, into the time
    /// since the opening.
    #[inline]
    pub(crate) fn reaches(&self, touch: &Touch, from: Micros, creation: Micros) -> bool {
        let clip = if self.adjusted { creation } else { from };
        if self.statuses {
            touch.at > touch.begun.max(from) && touch.until > clip.max(touch.begun)
        } else {
            touch.until >= clip || from == BEFORE
        }
    }

    /// The value, over so many seconds; `left` are the records of a calling list.
    pub(crate) fn value(&self, sums: Sums, elapsed: i64, left: Option<u32>) -> Number {
        match self.result {
            Result::Plain => Number::plain(sums.num),
            Result::Quotient(scale) => Number::quotient(scale, sums.num, sums.den),
            Result::PerElapsed(scale) => Number::quotient(scale, sums.num, elapsed),
            Result::ToEnd => left
                .map_or(Number::quotient(0, 0, 0), |left| Number::quotient(left.into(), elapsed, sums.num)),
            Result::Extreme => Number::extreme(sums.num, sums.den),
        }
    }

    /// Whether the value moves as time passes.
    pub(crate) fn is_per_elapsed(&self) -> bool {
        matches!(self.result, Result::PerElapsed(_) | Result::ToEnd)
    }
}

impl Weight {
    #[inline]
    fn of(self, main: bool, rel: bool, seconds: i64) -> i64 {
        let counts = |of_rel: bool, range: Option<TimeRange>| {
            (if of_rel { rel } else { main }) && range.is_none_or(|range| range.holds(seconds))
        };
        match self {
            Self::Nothing => 0,
            Self::Number { rel, range } => i64::from(counts(rel, range)),
            Self::Time { rel, range } if counts(rel, range) => seconds,
            Self::Time { .. } => 0,
            Self::Factor { short } => i64::from(main || (rel && !short.holds(seconds))),
        }
    }
}
