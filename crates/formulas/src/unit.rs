//! Units, and what operations do to them.

use std::fmt;

/// The unit of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// How many.
    Count,
    /// A time.
    Seconds,
    /// A share of a hundred.
    Percent,
    /// A ratio, or anything else.
    Number,
    /// So many in a second; shown as a number.
    PerSecond,
    /// A number that was written in the formula: it takes the unit that it stands beside.
    Plain,
}

use Unit::{Count, Number, PerSecond, Percent, Plain, Seconds};

impl Unit {
    /// The unit of that name in the library of statistics; `None` for `status` and what is not known.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "count" => Some(Count),
            "seconds" => Some(Seconds),
            "percent" => Some(Percent),
            "number" => Some(Number),
            _ => None,
        }
    }

    /// The name of a column's unit.
    pub fn name(self) -> &'static str {
        match self {
            Count => "count",
            Seconds => "seconds",
            Percent => "percent",
            Number | PerSecond | Plain => "number",
        }
    }

    /// Whether values of different rows may be added.
    pub(crate) fn adds_up(self) -> bool {
        matches!(self, Count | Seconds)
    }

    /// Of a sum, a difference, a minimum, or a choice; `None` if the two do not go together.
    pub(crate) fn common(self, other: Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (Plain, unit) | (unit, Plain) => Some(unit),
            (Count, Number) | (Number, Count) => Some(Number),
            _ => None,
        }
    }

    /// Of a product. A percentage is made a ratio first, because a hundred is easily forgotten.
    pub(crate) fn times(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Plain, unit) | (unit, Plain) | (Number, unit) | (unit, Number) => Some(unit),
            (Count, Count) => Some(Number),
            (Count, unit @ (Seconds | PerSecond)) | (unit @ (Seconds | PerSecond), Count) => Some(unit),
            (Seconds, PerSecond) | (PerSecond, Seconds) => Some(Number),
            (Percent, _) | (_, Percent) | (Seconds, Seconds) | (PerSecond, PerSecond) => None,
        }
    }

    /// Of a quotient.
    pub(crate) fn over(self, other: Self) -> Option<Self> {
        match (self, other) {
            (unit, Plain) => Some(unit),
            (Plain | Number | Count, Count) => Some(Number),
            (Plain, Number) => Some(Number),
            (unit, Number | Count) => Some(unit),
            (a, b) if a == b => Some(Number),
            (Plain | Number | Count, Seconds) => Some(PerSecond),
            (Plain | Number | Count, PerSecond) => Some(Seconds),
            _ => None,
        }
    }

    /// Whether a column of this unit may be called `declared`: nothing that would turn a time into something else.
    pub(crate) fn may_be_called(self, declared: Self) -> bool {
        match self {
            Plain => true,
            Number => matches!(declared, Number | Count | Percent),
            Count => matches!(declared, Count | Number),
            PerSecond => declared == Number,
            Seconds | Percent => declared == self,
        }
    }
}

impl fmt::Display for Unit {
    /// As messages name it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PerSecond => "number per second",
            unit => unit.name(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_and_a_share_never_go_together() {
        assert_eq!(Seconds.common(Percent), None);
        assert_eq!(Seconds.times(Percent), None);
        assert_eq!(Seconds.over(Percent), None);
    }

    #[test]
    fn a_total_time_by_a_number_of_calls_is_an_average_time() {
        assert_eq!(Seconds.over(Count), Some(Seconds));
        assert_eq!(Seconds.times(Count), Some(Seconds), "and back again");
    }

    #[test]
    fn calls_by_hours_is_a_rate_and_a_rate_by_a_time_a_number() {
        assert_eq!(Count.over(Seconds), Some(PerSecond));
        assert_eq!(PerSecond.times(Seconds), Some(Number));
        assert!(PerSecond.may_be_called(Number) && !PerSecond.may_be_called(Seconds));
    }

    #[test]
    fn a_written_number_takes_the_unit_that_it_stands_beside() {
        for unit in [Count, Seconds, Percent, Number, PerSecond] {
            assert_eq!(Plain.common(unit), Some(unit));
            assert_eq!(Plain.times(unit), Some(unit));
            assert_eq!(unit.over(Plain), Some(unit));
        }
    }
}
