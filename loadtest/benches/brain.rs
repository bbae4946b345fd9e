//! Speed on workload W, with ratios measured in one run and values compared with the loop's at every step: the plain
//! loop; the engine alone; link frames decoded and given to the engine.
#![expect(clippy::disallowed_methods, reason = "a bench is what clocks are for")]

use engine::Engine;
use loadtest::workload_w::asked::{Rows, expected, expected_at_end, instant, library};
use loadtest::workload_w::records::{Records, SOURCE, tell, tenant};
use loadtest::workload_w::reference::{Reference, STEP_MS, Values};
use loadtest::workload_w::{END_MS, EVENTS, Event, Workload, sums};
use model::Record;
use std::hint::black_box;
use std::time::{Duration, Instant};
use wire::frame::{Decoder, EncodedRecords, Frame};

/// How much of W goes to the engine at once: as much as comes in a tenth of a second of a busy centre.
const BATCH_MS: u32 = 1000;

fn main() {
    let started = Instant::now();
    let events: Vec<Event> = Workload::default().collect();
    assert_eq!(sums::Sums::of(events.iter().copied()), sums::EXPECTED, "this is not W");
    let made = per_event(started.elapsed());
    println!("W: {EVENTS} events, all sums as defined (made and summed in {made:.1} ns an event)");
    let loop_ns = reference(&events);
    println!("reference loop                {loop_ns:8.2} ns an event (aim: at most 10)");
    let told = Told::by_the_loop(&events);
    let brain = run(&events, &told, |records| (records, Duration::ZERO));
    brain.report("engine alone", loop_ns);
    let link = run(&events, &told, through_frames);
    link.report("link frames to values", loop_ns);
}

fn per_event(time: Duration) -> f64 {
    time.as_nanos() as f64 / EVENTS as f64
}

/// Nanoseconds an event of the loop: the median of seven runs.
fn reference(events: &[Event]) -> f64 {
    let runs = (0..7).map(|_| {
        let mut reference = Reference::default();
        let started = Instant::now();
        reference.run(events, |values: &Values<'_>| {
            black_box(values);
        });
        per_event(started.elapsed())
    });
    let mut runs: Vec<f64> = runs.collect();
    runs.sort_by(f64::total_cmp);
    runs[3]
}

/// What the loop told: at every step, and at the end.
struct Told {
    steps: Vec<Vec<f64>>,
    end: Vec<f64>,
}

impl Told {
    fn by_the_loop(events: &[Event]) -> Self {
        let mut told = Self { steps: Vec::new(), end: Vec::new() };
        Reference::default().run(events, |values| {
            told.steps.push(expected(values));
            if values.at_ms == END_MS {
                told.end = expected_at_end(values);
            }
        });
        told
    }
}

/// What a run took.
#[derive(Default)]
struct Run {
    decoding: Duration,
    applying: Duration,
    reading: Duration,
    records: usize,
    values: usize,
}

impl Run {
    fn report(&self, name: &str, loop_ns: f64) {
        let [decode, apply, read] = [self.decoding, self.applying, self.reading].map(per_event);
        let all = decode + apply + read;
        println!(
            "{name:<30}{all:8.2} ns an event = decode {decode:.1} + apply {apply:.1} + read {read:.1}; \
             {:.2} M events/s; {:.1} loops; {} records, {} values, all equal to the loop's",
            1000.0 / all,
            all / loop_ns,
            self.records,
            self.values,
        );
    }
}

/// Gives W to an engine, batch by batch. `deliver` brings the records of a batch and tells how long that took;
/// making records from W is not timed.
fn run(events: &[Event], told: &Told, deliver: impl Fn(Vec<Record>) -> (Vec<Record>, Duration)) -> Run {
    let (mut engine, refused) =
        Engine::new(&tenant(), &library().expect("the statistics of W")).expect("the tenant of W");
    assert!(refused.is_empty(), "{refused:?}");
    let mut run = Run::default();
    let mut rest = events;
    let mut seq = 0;
    let mut rows = None;
    let mut read = Vec::with_capacity(Rows::TOLD);
    for at in (0..=END_MS).step_by(BATCH_MS as usize) {
        let (now, later) = rest.split_at(rest.partition_point(|event| event.ts <= at));
        rest = later;
        let (records, took) = deliver(batch(now, at == 0, &mut seq));
        run.decoding += took;
        run.records += records.len();
        let started = Instant::now();
        engine.step(&records, instant(at));
        run.applying += started.elapsed();
        if !at.is_multiple_of(STEP_MS) {
            continue;
        }
        let rows = rows.get_or_insert_with(|| Rows::find(&engine).expect("every object of W is known"));
        let started = Instant::now();
        rows.read(&engine, at, &mut read);
        run.reading += started.elapsed();
        run.values += compare(&read, &told.steps[(at / STEP_MS) as usize], at);
        if at == END_MS {
            run.values += compare(&rows.read_at_end(&engine, at), &told.end, at);
        }
    }
    run
}

fn batch(events: &[Event], is_first: bool, seq: &mut u64) -> Vec<Record> {
    if is_first {
        let records: Vec<Record> = Records::new(events.iter().copied()).collect();
        *seq = records.len() as u64;
        return records;
    }
    let mut records = Vec::with_capacity(2 * events.len());
    events.iter().for_each(|event| tell(event, &mut records));
    for record in &mut records {
        *seq += 1;
        record.seq = *seq;
        record.epoch = instant(0).0 as u64;
    }
    records
}

fn compare(values: &[f64], told: &[f64], at: u32) -> usize {
    assert_eq!(values.len(), told.len());
    let other = values.iter().zip(told).position(|(value, told)| value.to_bits() != told.to_bits());
    if let Some(place) = other {
        panic!("at {at} ms, value {place}: {} is not the loop's {}", values[place], told[place]);
    }
    values.len()
}

/// The records as they come out of the frames of a link.
fn through_frames(records: Vec<Record>) -> (Vec<Record>, Duration) {
    let frames = EncodedRecords::of(&records).frames(SOURCE).expect("records of W fit into frames");
    let mut heard = Vec::new();
    let started = Instant::now();
    let mut decoder = Decoder::default();
    for frame in frames {
        decoder.push(&frame);
        while let Some(frame) = decoder.next_frame().expect("what we encode we can decode") {
            match frame {
                Frame::Events(mut events) if heard.is_empty() => heard = std::mem::take(&mut events.records),
                Frame::Events(events) => heard.extend(events.records),
                other => panic!("not events: {other:?}"),
            }
        }
    }
    let took = started.elapsed();
    assert_eq!(heard.len(), records.len());
    (heard, took)
}
