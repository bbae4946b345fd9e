//! Time in whole microseconds, and positions in a source's numbering.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Sub};

/// Microseconds since 1970-01-01T00:00:00Z (contracts: `time`, `received`), or a span of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub i64);

impl Micros {
    /// The epoch; also "no time" where zero says so.
    pub const ZERO: Self = Self(0);
    /// Later than every event.
    pub const MAX: Self = Self(i64::MAX);

    /// `seconds` whole seconds.
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// `millis` whole milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis * 1_000)
    }

    /// Whole seconds, fractions cut (towards the past). Rule G-5 cuts both ends so before it subtracts.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
}

impl Add for Micros {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Micros {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Whole seconds from `start` to `end`, both cut to seconds first (rule G-5); never negative (rule T-1).
pub fn seconds_between(start: Micros, end: Micros) -> i64 {
    (end.secs() - start.secs()).max(0)
}

/// The place of a record in its source's numbering: the last one taken in, or one to go on from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// Microseconds at which the numbering began; 0 where a record carries none.
    pub epoch: u64,
    /// Gapless from 1 within the epoch; 0 where a record carries none.
    pub seq: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_cut_to_seconds_before_they_are_subtracted() {
        let at = |s: f64| Micros((s * 1e6) as i64);
        assert_eq!(seconds_between(at(56.949), at(67.542)), 11, "rule G-5");
        assert_eq!(seconds_between(at(100.9), at(110.1)), 10);
        assert_eq!(seconds_between(at(10.0), at(9.0)), 0, "rule T-1");
    }
}
