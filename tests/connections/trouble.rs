//! Counterparts that go away: nothing is lost, nothing is counted twice, and the page says what is wrong.

use crate::process::wait_for;
use crate::world::{PATIENCE, World, alone};
use std::collections::BTreeMap;
use std::time::Duration;
use test_servers::skipped;

const COUNTED: [&str; 2] = ["Calls_Entered", "Calls_Abandoned"];

/// Time goes on, and counts never fall. (Whether they grow within a minute depends on the hour of the day.)
fn goes_on(
    world: &World,
    cookie: &str,
    before: &(i64, BTreeMap<String, Vec<f64>>),
) -> (i64, BTreeMap<String, Vec<f64>>) {
    wait_for("values go on", PATIENCE, || {
        let now = world.queues(cookie, &COUNTED)?;
        if now.0 <= before.0 {
            return None;
        }
        for (queue, cells) in &before.1 {
            let now = now.1.get(queue)?;
            assert!(
                cells.iter().zip(now).all(|(before, now)| before <= now),
                "{queue}: {cells:?} became {now:?}"
            );
        }
        Some(now)
    })
}

#[test]
fn whoever_dies_is_missed_by_nobody_in_the_end() {
    let _turn = alone();
    let world = match World::start() {
        Ok(world) => world,
        Err(why) => return skipped(&why),
    };
    let cookie = world.sign_in();
    let mut seen = wait_for("values reach the page", PATIENCE, || {
        world.queues(&cookie, &COUNTED).filter(|(_, rows)| rows.values().any(|cells| cells[0] > 0.0))
    });

    // kill -9 of each role: it goes on from its journal, its checkpoint, its stores.
    drop(world.dcu.take());
    world.start_dcu();
    seen = goes_on(&world, &cookie, &seen);
    drop(world.lds.take());
    world.start_lds();
    seen = goes_on(&world, &cookie, &seen);
    drop(world.web.take());
    world.start_web();
    seen = goes_on(&world, &cookie, &seen);

    // kill -9 of the stores: Redis comes back empty and is filled anew, PostgreSQL with what it had.
    world.redis.kill9();
    std::thread::sleep(Duration::from_secs(2));
    world.redis.restart().unwrap();
    seen = goes_on(&world, &cookie, &seen);
    world.postgres.kill9().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    world.postgres.restart().unwrap();
    seen = goes_on(&world, &world.sign_in(), &seen);

    // After a loss of its checkpoints a DCU that dies is rebuilt from the next whole checkpoint, or from the journal.
    drop(world.dcu.take());
    world.start_dcu();
    goes_on(&world, &world.sign_in(), &seen);

    // Told to stop, each role finishes in order.
    for role in [&world.web, &world.dcu, &world.lds] {
        let role = role.take().unwrap();
        role.signal("TERM");
        assert!(role.ended(Duration::from_secs(20)), "it drains and ends: {}", role.said());
    }
}
