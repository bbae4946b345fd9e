//! Seeded chance: one stream of random numbers and the shapes that are drawn from it.
//!
//! The stream is SplitMix64; the same seed gives the same centre on every machine.

use model::Micros;

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The stream of that seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// True with probability `p`.
    pub(crate) fn happens(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Uniform in 0..n; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (((self.next() >> 32) * n as u64) >> 32) as usize
    }

    /// Exponential with that mean, cut at twenty means.
    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        (-(1.0 - self.unit()).ln() * mean).min(20.0 * mean)
    }

    /// Lognormal with that mean; `spread` is the sigma of the logarithm. Cut at twenty means.
    pub(crate) fn lognormal(&mut self, mean: f64, spread: f64) -> f64 {
        let (u, v) = (1.0 - self.unit(), self.unit());
        let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
        (mean * (spread * normal - spread * spread / 2.0).exp()).min(20.0 * mean)
    }

    /// An index, drawn by weight; the last one where all weights are 0.
    pub(crate) fn pick(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.unit() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (ix, weight) in weights.enumerate() {
            last = ix;
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        last
    }
}

/// A span of so many seconds, in microseconds; at least one.
pub(crate) fn span(seconds: f64) -> Micros {
    Micros(((seconds * 1e6) as i64).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_numbers() {
        let draw = |seed| {
            let mut chance = Chance::new(seed);
            (0..100).map(|_| chance.next()).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn means_come_out_as_asked() {
        let mut chance = Chance::new(1);
        let mean = |draw: &mut dyn FnMut(&mut Chance) -> f64, chance: &mut Chance| {
            (0..50_000).map(|_| draw(chance)).sum::<f64>() / 50_000.0
        };
        let lognormal = mean(&mut |c| c.lognormal(200.0, 0.6), &mut chance);
        let exponential = mean(&mut |c| c.exponential(25.0), &mut chance);
        assert!((lognormal - 200.0).abs() < 4.0, "{lognormal}");
        assert!((exponential - 25.0).abs() < 0.6, "{exponential}");
    }

    #[test]
    fn a_weight_of_zero_is_never_picked() {
        let mut chance = Chance::new(3);
        assert!((0..1000).all(|_| chance.pick([0.0, 2.0, 0.0, 1.0].into_iter()) % 2 == 1));
    }
}
