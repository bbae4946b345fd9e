//! Speed on workload W, with ratios measured in one run: the plain loop and whatever claims to do the same.
#![expect(clippy::disallowed_methods, reason = "a bench is what clocks are for")]

use loadtest::workload_w::reference::{Reference, Values};
use loadtest::workload_w::{EVENTS, Event, Workload, sums};
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let started = Instant::now();
    let events: Vec<Event> = Workload::default().collect();
    assert_eq!(sums::Sums::of(events.iter().copied()), sums::EXPECTED, "this is not W");
    let made = started.elapsed().as_nanos() as f64 / EVENTS as f64;
    println!("W: {EVENTS} events, all sums as defined (made and summed in {made:.1} ns an event)");
    let loop_ns = reference(&events);
    println!("reference loop: {loop_ns:.2} ns an event (aim: at most 10)");
}

/// Nanoseconds an event of the loop: the median of seven runs.
fn reference(events: &[Event]) -> f64 {
    let runs = (0..7).map(|_| {
        let mut reference = Reference::default();
        let started = Instant::now();
        reference.run(events, |values: &Values<'_>| {
            black_box(values);
        });
        started.elapsed().as_nanos() as f64 / EVENTS as f64
    });
    let mut runs: Vec<f64> = runs.collect();
    runs.sort_by(f64::total_cmp);
    println!("  seven runs: {}", runs.iter().map(|ns| format!("{ns:.2}")).collect::<Vec<_>>().join(" "));
    runs[3]
}
