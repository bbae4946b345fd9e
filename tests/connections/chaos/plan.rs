//! What goes wrong, in which order: drawn from a seed, so that a run can be had again.

use std::fmt;
use std::time::Duration;
use test_servers::Trouble;

/// Connections that have a proxy; their numbers are those of the table in docs/operations.md.
pub(super) const LINKS: [u8; 8] = [3, 5, 7, 8, 9, 10, 21, 22];

/// A role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    FirstDcu,
    SecondDcu,
    Lds,
    Web,
    Permissions,
    Tenant,
}

const ROLES: [Who; 6] = [Who::FirstDcu, Who::SecondDcu, Who::Lds, Who::Web, Who::Permissions, Who::Tenant];

/// One thing that goes wrong, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// `kill -9`; it is started again after so long.
    Killed(Who),
    /// SIGSTOP, then SIGCONT. A DCU that slept through its leases ends, and is started again.
    Frozen(Who),
    /// What passes over a connection.
    Link(u8, Trouble),
    /// Redis dies and comes back empty.
    RedisEmptied,
    /// Redis does not answer.
    RedisFrozen,
    /// Redis takes nothing more.
    RedisFull,
    /// PostgreSQL dies and comes back with what it had.
    PostgresKilled,
}

/// A fault and how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) fault: Fault,
    pub(super) lasts: Duration,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lasts = self.lasts.as_secs_f64();
        match self.fault {
            Fault::Killed(who) => write!(f, "{who:?} killed, away for {lasts:.1} s"),
            Fault::Frozen(who) => write!(f, "{who:?} frozen for {lasts:.1} s"),
            Fault::Link(row, trouble) => write!(f, "connection {row}: {trouble:?} for {lasts:.1} s"),
            other => write!(f, "{other:?} for {lasts:.1} s"),
        }
    }
}

/// Chance, from a seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// So many steps.
pub(super) fn plan(seed: u64, steps: usize) -> Vec<Step> {
    let mut chance = Chance(seed);
    (0..steps).map(|_| step(&mut chance)).collect()
}

fn step(chance: &mut Chance) -> Step {
    let fault = match chance.below(16) {
        0..4 => Fault::Killed(chance.of(&ROLES)),
        4..7 => Fault::Frozen(chance.of(&ROLES)),
        7..12 => Fault::Link(chance.of(&LINKS), trouble(chance)),
        12 => Fault::RedisEmptied,
        13 => Fault::RedisFrozen,
        14 => Fault::RedisFull,
        _ => Fault::PostgresKilled,
    };
    // From what nobody should notice to what everybody must have said.
    let lasts = chance.of(&[200, 1_000, 3_000, 9_000]) + chance.below(1_000) as u64;
    Step { fault, lasts: Duration::from_millis(lasts) }
}

fn trouble(chance: &mut Chance) -> Trouble {
    chance.of(&[
        Trouble::Refuse,
        Trouble::Hang,
        Trouble::DeafClient,
        Trouble::DeafServer,
        Trouble::Garble,
        Trouble::Delay(Duration::from_millis(300)),
        Trouble::Throttle(20_000),
    ])
}

#[test]
fn a_seed_is_a_plan() {
    assert_eq!(plan(7, 50), plan(7, 50));
    assert_ne!(plan(7, 50), plan(8, 50));
}
