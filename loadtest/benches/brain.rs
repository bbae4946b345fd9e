//! Speed on workload W, with ratios measured in one run and values compared with the loop's at every step: the plain
//! loop; the engine alone; link frames decoded and given to the engine. All on one thread, by its CPU time, so that
//! a machine that does other things as well changes little.
//!
//! `PULSE_MINUTES=10` runs the first ten minutes of W only: for a quick look, the figures to tell are those of the hour.

use engine::Engine;
use loadtest::workload_w::asked::{Rows, expected, expected_at_end, instant, library};
use loadtest::workload_w::records::{Records, SOURCE, tell, tenant};
use loadtest::workload_w::reference::{Reference, STEP_MS, Values};
use loadtest::workload_w::{END_MS, EVENTS, Event, Workload, sums};
use model::Record;
use objects::Objects;
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::time::Duration;
use wire::frame::{Decoder, EncodedRecords, Frame};

/// How much of W goes to the engine at once, in milliseconds of W: about 190 events, and ten times that.
const BATCHES_MS: [u32; 2] = [100, 1000];

fn main() {
    let started = cpu_time();
    let events: Vec<Event> = Workload::default().collect();
    assert_eq!(sums::Sums::of(events.iter().copied()), sums::EXPECTED, "this is not W");
    let made = per_event(cpu_time() - started, EVENTS);
    println!("W: {EVENTS} events, all sums as defined (made and summed in {made:.1} ns an event)");
    let (events, end_ms) = slice(events);
    let loop_ns = reference(&events);
    println!("reference loop                {loop_ns:8.2} ns an event (aim: at most 10)");
    let told = Told::by_the_loop(&events);
    for batch_ms in BATCHES_MS {
        println!("in batches of {batch_ms} ms of W:");
        let objects = objects_alone(&events, end_ms, batch_ms);
        println!("  of which objects (no values) {objects:8.2} ns an event; {:.1} loops", objects / loop_ns);
        let brain = run(&events, end_ms, &told, batch_ms, |records| (records, Duration::ZERO));
        brain.report("engine alone", loop_ns);
        let link = run(&events, end_ms, &told, batch_ms, through_frames);
        link.report("link frames to values", loop_ns);
    }
}

/// The part of W that is asked for, and its end: all of it unless `PULSE_MINUTES` says less.
fn slice(mut events: Vec<Event>) -> (Vec<Event>, u32) {
    #[allow(clippy::disallowed_methods, reason = "a switch of a bench")]
    let minutes = std::env::var("PULSE_MINUTES").ok().and_then(|text| text.parse::<u32>().ok());
    let end_ms = minutes.map_or(END_MS, |minutes| (minutes * 60_000).min(END_MS));
    events.truncate(events.partition_point(|event| event.ts <= end_ms));
    (events, end_ms)
}

/// Nanoseconds an event from records to actions and statuses, without statistics.
fn objects_alone(events: &[Event], end_ms: u32, batch_ms: u32) -> f64 {
    let mut objects = Objects::new(&tenant()).expect("the tenant of W");
    let mut took = Duration::ZERO;
    for_each_batch(events, end_ms, batch_ms, |at, records| {
        let started = cpu_time();
        black_box(objects.step(&records, instant(at)));
        took += cpu_time() - started;
    });
    per_event(took, events.len())
}

/// Tells W in batches of whole instants; making the records is the caller's loss, not the engine's.
fn for_each_batch(events: &[Event], end_ms: u32, batch_ms: u32, mut hear: impl FnMut(u32, Vec<Record>)) {
    let mut rest = events;
    let mut seq = 0;
    for at in (0..=end_ms).step_by(batch_ms as usize) {
        let (now, later) = rest.split_at(rest.partition_point(|event| event.ts <= at));
        rest = later;
        hear(at, batch(now, at == 0, &mut seq));
    }
}

/// The time that this thread has computed.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

fn per_event(time: Duration, events: usize) -> f64 {
    time.as_nanos() as f64 / events as f64
}

/// Nanoseconds an event of the loop: the median of seven runs.
fn reference(events: &[Event]) -> f64 {
    let runs = (0..7).map(|_| {
        let mut reference = Reference::default();
        let started = cpu_time();
        reference.run(events, |values: &Values<'_>| {
            black_box(values);
        });
        per_event(cpu_time() - started, events.len())
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
    events: usize,
    records: usize,
    values: usize,
}

impl Run {
    fn report(&self, name: &str, loop_ns: f64) {
        let [decode, apply, read] =
            [self.decoding, self.applying, self.reading].map(|time| per_event(time, self.events));
        let all = decode + apply + read;
        println!(
            "  {name:<28}{all:8.2} ns an event = decode {decode:.1} + apply {apply:.1} + read {read:.1}; \
             {:.2} M events/s; {:.1} loops; {} records, {} values, all equal to the loop's",
            1000.0 / all,
            all / loop_ns,
            self.records,
            self.values,
        );
    }
}

/// Gives W to an engine, batch by batch. `deliver` brings the records of a batch and tells how long that took.
fn run(
    events: &[Event],
    end_ms: u32,
    told: &Told,
    batch_ms: u32,
    deliver: impl Fn(Vec<Record>) -> (Vec<Record>, Duration),
) -> Run {
    let library = library().expect("the statistics of W");
    let (mut engine, refused) = Engine::new(&tenant(), &library).expect("the tenant of W");
    assert!(refused.is_empty(), "{refused:?}");
    let mut run = Run { events: events.len(), ..Run::default() };
    let mut rows = None;
    let mut read = Vec::with_capacity(Rows::TOLD);
    for_each_batch(events, end_ms, batch_ms, |at, records| {
        let (records, took) = deliver(records);
        run.decoding += took;
        run.records += records.len();
        let started = cpu_time();
        engine.step(&records, instant(at));
        run.applying += cpu_time() - started;
        if !at.is_multiple_of(STEP_MS) {
            return;
        }
        let rows = rows.get_or_insert_with(|| Rows::find(&engine).expect("every object of W is known"));
        let started = cpu_time();
        rows.read(&engine, at, &mut read);
        run.reading += cpu_time() - started;
        run.values += compare(&read, &told.steps[(at / STEP_MS) as usize], at);
        if at == END_MS {
            run.values += compare(&rows.read_at_end(&engine, at), &told.end, at);
        }
    });
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
    let started = cpu_time();
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
    let took = cpu_time() - started;
    assert_eq!(heard.len(), records.len());
    (heard, took)
}
