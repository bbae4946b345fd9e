//! Time ranges (statistics 5.2): `a-b` seconds, half-open.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Durations of `from` up to but not including `to` seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimeRange {
    from: i64,
    to: Option<i64>,
}

impl TimeRange {
    /// Used where none is named and none is called `Default`.
    pub const DEFAULT: Self = Self { from: 0, to: Some(20) };
    /// Holds no duration (rule TR-1).
    pub const EMPTY: Self = Self { from: 0, to: Some(0) };

    /// Reads `a-b` or `a-` (rule TR-1).
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("time range `{text}` is not of the form `a-b` or `a-` in whole seconds");
        let (from, to) = text.trim().split_once('-').ok_or_else(wrong)?;
        let number = |word: &str| word.trim().parse::<u32>().map(i64::from).map_err(|_| wrong());
        let from = number(from)?;
        let to = if to.trim().is_empty() { None } else { Some(number(to)?) };
        if to.is_some_and(|to| from >= to && (from, to) != (0, 0)) {
            return Err(format!("time range `{text}` ends before it begins"));
        }
        Ok(Self { from, to })
    }

    /// Whether a duration of so many whole seconds lies in it.
    #[inline]
    pub fn holds(self, seconds: i64) -> bool {
        seconds >= self.from && self.to.is_none_or(|to| seconds < to)
    }

    /// The bounds: from, and to unless open.
    pub fn bounds(self) -> (i64, Option<i64>) {
        (self.from, self.to)
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) => write!(f, "{}-{to}", self.from),
            None => write!(f, "{}-", self.from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_half_open_and_errors_name_it() {
        let range = TimeRange::parse("0-20").unwrap();
        assert!(range.holds(0) && range.holds(19) && !range.holds(20));
        assert!(TimeRange::parse("30-").unwrap().holds(1_000_000));
        assert!(!TimeRange::parse("0-0").unwrap().holds(0), "rule TR-1: the empty range");
        assert!(TimeRange::parse("20-20").unwrap_err().contains("20-20"));
        assert!(TimeRange::parse("x").is_err());
    }
}
