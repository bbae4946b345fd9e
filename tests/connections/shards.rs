//! Several DCUs as processes share the slots of a tenant in a real Redis. They are killed, frozen and asked to stop;
//! the page never loses a row nor goes back, and in the end has the values of a run without trouble.

use crate::faults::undisturbed;
use crate::process::{Role, free_port, wait_for};
use crate::world::{PATIENCE, World, alone};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use test_servers::skipped;

const NAMES: [&str; 2] = ["Calls_Entered", "Calls_Abandoned"];

/// A DCU of several.
struct Pod {
    role: Role,
    metrics: u16,
}

impl Drop for Pod {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let said = self.role.said();
            let end: Vec<&str> = said.lines().rev().take(25).collect();
            eprintln!("--- a pod\n{}", end.into_iter().rev().collect::<Vec<_>>().join("\n"));
        }
    }
}

impl Pod {
    fn start(world: &World, name: &str) -> Self {
        let metrics = free_port();
        Self { role: world.another_dcu(name, metrics), metrics }
    }

    /// The slots that it publishes.
    fn slots(&self, world: &World) -> f64 {
        let metric = |name| world.metric(self.metrics, name).unwrap_or_default();
        metric("pulse_dcu_slots") - metric("pulse_dcu_slots_arriving")
    }
}

/// Waits until these publish all slots between them, each its share; answers how long that took.
fn shared_by(world: &World, what: &str, pods: &[&Pod]) -> Duration {
    let began = Instant::now();
    let least = 256.0 / pods.len() as f64 / 2.0;
    wait_for(what, PATIENCE, || {
        let own: Vec<f64> = pods.iter().map(|pod| pod.slots(world)).collect();
        (own.iter().sum::<f64>() == 256.0 && own.iter().all(|own| *own >= least)).then_some(())
    });
    let took = began.elapsed();
    println!("{what}: all 256 slots are published by {} after {took:.1?}", pods.len());
    took
}

/// Looks at the page all the time.
struct Onlooker {
    ends: Arc<AtomicBool>,
    thread: JoinHandle<usize>,
}

impl Onlooker {
    fn begin(port: u16, cookie: String) -> Self {
        let ends = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&ends);
        let thread = std::thread::spawn(move || {
            let (mut looks, mut before): (usize, BTreeMap<String, Vec<f64>>) = (0, BTreeMap::new());
            while !told.load(Ordering::Relaxed) {
                if let Some((_, rows)) = crate::world::questions::queues_at(port, &cookie, &NAMES) {
                    for (queue, cells) in &before {
                        let now = rows.get(queue).unwrap_or_else(|| panic!("{queue} is no longer shown"));
                        let fell = now.iter().zip(cells).any(|(now, before)| now < before);
                        assert!(!fell, "{queue} went back from {cells:?} to {now:?}");
                    }
                    (looks, before) = (looks + 1, rows);
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            looks
        });
        Self { ends, thread }
    }

    fn end(self) -> usize {
        self.ends.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

#[test]
fn slots_go_from_one_to_three_to_two_through_deaths_and_frost_without_a_wrong_value() {
    let _turn = alone();
    let world = match World::start() {
        Ok(world) => world,
        Err(why) => return skipped(&why),
    };
    let cookie = world.sign_in();
    wait_for("values", PATIENCE, || {
        let (_, rows) = world.queues(&cookie, &NAMES)?;
        rows.values().any(|cells| cells[0] > 0.0).then_some(())
    });
    let onlooker = Onlooker::begin(world.ports.web, cookie.clone());
    let first = Pod { metrics: world.ports.dcu_metrics, role: world.dcu.take().unwrap() };

    // 1 -> 3 -> 2, in order.
    let second = Pod::start(&world, "dcu-1");
    let third = Pod::start(&world, "dcu-2");
    shared_by(&world, "two more", &[&first, &second, &third]);
    third.role.signal("TERM");
    let moved = shared_by(&world, "one asked to stop", &[&first, &second]);
    assert!(third.role.ended(PATIENCE));
    assert!(moved < Duration::from_secs(20), "{moved:?}");

    // Without a word.
    second.role.signal("KILL");
    shared_by(&world, "one killed", &[&first]);
    let second = Pod::start(&world, "dcu-1");
    shared_by(&world, "the killed one back", &[&first, &second]);

    // Frozen for longer than its leases last: others take over, and it knows when it wakes up.
    second.role.signal("STOP");
    shared_by(&world, "one frozen", &[&first]);
    second.role.signal("CONT");
    assert!(second.role.ended(PATIENCE), "it begins anew by its supervisor: {}", second.role.said());
    assert!(second.role.said().contains("others own the slots") || second.role.said().contains("was taken"));
    let second = Pod::start(&world, "dcu-1");
    shared_by(&world, "the frozen one back", &[&first, &second]);

    // The first one, too, under a new name that nobody has seen.
    first.role.signal("KILL");
    let other = Pod::start(&world, "dcu-3");
    shared_by(&world, "another in place of the first", &[&second, &other]);

    let looks = onlooker.end();
    assert!(looks > 50, "{looks}");
    let mut both = (BTreeMap::new(), BTreeMap::new());
    for _ in 0..10 {
        let (at, found) = wait_for("values", PATIENCE, || world.queues(&cookie, &NAMES));
        both = (found, undisturbed(&world, at));
        if both.0 == both.1 {
            break;
        }
    }
    assert_eq!(both.0, both.1, "the values of an undisturbed run");
}
