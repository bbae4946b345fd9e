//! Sums that do not depend on the order in which they are made.

use serde::{Deserialize, Serialize};

/// A sum of reals in billionths, 128 bits wide: exact for what is added, so neither batches nor windows move it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(i64, u64)", into = "(i64, u64)")]
pub(crate) struct Amount(i128);

const SCALE: f64 = 1e9;
/// Greater values count as this much (rule P-9).
const MOST: f64 = 1e18;

impl Amount {
    pub(crate) fn add(&mut self, value: f64) {
        let units = (value.clamp(-MOST, MOST) * SCALE).round() as i128;
        self.0 = self.0.saturating_add(units);
    }

    pub(crate) fn total(self) -> f64 {
        self.0 as f64 / SCALE
    }

    /// The mean of so many; 0 of none.
    pub(crate) fn mean(self, count: i64) -> f64 {
        if count == 0 { 0.0 } else { self.total() / count as f64 }
    }
}

impl From<(i64, u64)> for Amount {
    fn from((high, low): (i64, u64)) -> Self {
        Self(i128::from(high) << 64 | i128::from(low))
    }
}

impl From<Amount> for (i64, u64) {
    fn from(amount: Amount) -> Self {
        ((amount.0 >> 64) as i64, amount.0 as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_the_same_in_any_order_and_survives_being_kept() {
        let sum = |values: &[f64]| {
            let mut sum = Amount::default();
            values.iter().for_each(|value| sum.add(*value));
            sum
        };
        let there = sum(&[0.1, 0.2, 1e15, -3.7]);
        assert_eq!(there, sum(&[-3.7, 1e15, 0.2, 0.1]));
        assert_eq!(sum(&[0.1, 0.2]).total(), 0.3);
        for value in [there, sum(&[-0.5]), sum(&[1e18, 1e300])] {
            assert_eq!(Amount::from(<(i64, u64)>::from(value)), value);
        }
    }
}
