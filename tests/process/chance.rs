//! Small, seeded chance (SplitMix64).

pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// Another one each time, told so that it can be had again: `PULSE_SEED=... make test`.
    pub(crate) fn told(of: &str) -> Self {
        let given = std::env::var("PULSE_SEED").ok().and_then(|seed| seed.parse().ok());
        let now =
            || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as u64;
        let seed = given.unwrap_or_else(now);
        eprintln!("{of}: PULSE_SEED={seed}");
        Self(seed)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }

    /// Any order is as likely as any other.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}
