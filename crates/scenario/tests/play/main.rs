//! The centre as a reader of its records sees it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod count;
mod demo;
mod grammar;
mod media;
mod stories;

use model::{Micros, Record};
use scenario::{Scenario, World};

/// 2026-11-23T08:00:00Z, a Monday.
const START: Micros = Micros::from_secs(1_795_420_800);

fn demo() -> Scenario {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/scenario.toml");
    Scenario::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A world after that many hours, and what it told.
fn play(scenario: &Scenario, seed: u64, hours: f64) -> (World, Vec<Record>) {
    let mut world = World::new(scenario, seed, START).unwrap();
    let mut records = Vec::new();
    world.advance(START + Micros((hours * 3.6e9) as i64), &mut records);
    (world, records)
}
