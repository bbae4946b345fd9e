//! What a row costs, where there are ten thousand, a hundred thousand and a million: time of an event, memory, bytes of a
//! checkpoint; for Growing, Sliding 3600:15 and Selection 100. On one thread, by its CPU time.
//!
//! Events come in two ways: about a thousand objects whatever the number of rows (what others' rows cost), and about all
//! of them (what rows cost that are not in the caches any more).
//!
//! `cargo bench -p loadtest --bench curves`; `PULSE_ROWS=10000,100000` for other numbers.

use model::item::{ConnIx, Item, Items, What};
use model::object::ObjectIx;
use model::{Action, Micros, Object, ObjectType};
use rustix::time::{ClockId, clock_gettime};
use stats::{Batch, Library, Statistic};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

/// 2026-11-23T09:00:00Z.
const NINE: i64 = 1_795_424_400;
/// Events of one measurement.
const EVENTS: usize = 2_000_000;
/// Events a second of their time.
const PER_SECOND: usize = 2_000;
/// Objects that events are about where they are few.
const FEW: usize = 1_000;

const LIBRARY: &str = r#"
[time_profiles]
"Growing 0:00" = "Growing 0:00"
"Sliding 3600:15" = "Sliding 3600:15"
"Sliding 600:15" = "Sliding 600:15"
"Selection 100" = "Selection 100"
[stat_types.Answered]
Objects = ["Queue"]
Category = "AverageTime"
Subject = "DNAction"
MainMask = "CallAnswered"
"#;

/// One measurement is a process of its own, so that the memory of others is not in its figures.
fn main() {
    if let Some(case) = variable("PULSE_CASE") {
        let [profile, rows, busy] = case.split('|').collect::<Vec<_>>()[..] else {
            panic!("no case: {case}")
        };
        let number = |text: &str| text.parse().expect("a number");
        let Measured { ns, bytes, checkpoint, changed } = run(profile, number(rows), number(busy));
        return println!("{ns:.1} {bytes} {checkpoint} {changed}");
    }
    let asked = variable("PULSE_ROWS").unwrap_or_else(|| "10000,100000,1000000".to_owned());
    println!(
        "profile               rows | ns an event: of 1,000 objects | of all | bytes: a row | a row in a checkpoint | \
         a changed row"
    );
    for profile in ["Growing 0:00", "Sliding 600:15", "Sliding 3600:15", "Selection 100"] {
        for rows in asked.split(',') {
            let few = apart(profile, rows, &FEW.to_string());
            let all = apart(profile, rows, rows);
            println!(
                "{profile:<16} {rows:>9} | {:>29} | {:>6} | {:>12} | {:>21} | {:>13}",
                few[0], all[0], all[1], all[2], few[3]
            );
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "switches of a bench")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Measures one case in a process of its own.
fn apart(profile: &str, rows: &str, busy: &str) -> Vec<String> {
    let me = std::env::current_exe().expect("a program has a path");
    let case = format!("{profile}|{rows}|{busy}");
    let told = Command::new(me).env("PULSE_CASE", case).output().expect("it can be started again");
    let told = String::from_utf8_lossy(&told.stdout).trim().to_owned();
    told.split(' ').map(ToOwned::to_owned).collect()
}

struct Measured {
    ns: f64,
    bytes: usize,
    checkpoint: usize,
    /// Of the chunks in which a thousand changed rows lie, by row that changed.
    changed: usize,
}

/// Memory of this process that is in use.
fn resident() -> usize {
    let told = std::fs::read_to_string("/proc/self/statm").expect("Linux tells it");
    told.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).expect("a number of pages") * 4096
}

/// Opens so many rows; events are about the first `busy` of them.
fn run(profile: &str, rows: usize, busy: usize) -> Measured {
    let mut chance = 0x9E37_79B9_7F4A_7C15_u64;
    let mut took = Duration::ZERO;
    let mut batch = Batch::index(events(busy, 0, &mut chance));
    let before = resident();
    let mut statistic = open(profile, rows);
    for second in 0..(EVENTS / PER_SECOND) as i64 {
        let items = events(busy, second, &mut chance);
        let started = cpu_time();
        batch.refill(items);
        statistic.apply(&batch);
        took += cpu_time() - started;
    }
    let bytes = (resident() - before) / rows;
    let sizes: Vec<usize> = (0..=u8::MAX)
        .map(|slot| rmp_serde::to_vec(&statistic.save(slot)).expect("a chunk can be written").len())
        .collect();
    let whole: usize = sizes.iter().sum();
    let touched = (0..busy.min(FEW)).map(|ix| object(ix).slot()).collect::<std::collections::BTreeSet<u8>>();
    let changed: usize = touched.iter().map(|slot| sizes[usize::from(*slot)]).sum();
    Measured {
        ns: took.as_nanos() as f64 / EVENTS as f64,
        bytes,
        checkpoint: whole / rows,
        changed: changed / busy.min(FEW),
    }
}

fn open(profile: &str, rows: usize) -> Statistic {
    let mut request = stats::Request::named("s", "Answered", "*");
    request.time_profile = Some(profile.into());
    let library = Library::from_toml(LIBRARY).expect("a good library");
    let definition = Arc::new(library.define(&request).expect("a good definition"));
    let mut statistic = Statistic::open(definition, Micros::from_secs(NINE), "UTC").expect("a zone");
    for ix in 0..rows {
        statistic.add(ObjectIx(ix as u32), &object(ix)).expect("a queue");
    }
    statistic
}

fn object(ix: usize) -> Object {
    Object::new(ObjectType::Queue, format!("{ix}@sw1"))
}

/// A second of answered calls at random objects among the first `busy`.
fn events(busy: usize, second: i64, chance: &mut u64) -> Items {
    let at = Micros::from_secs(NINE + second);
    let item = |nth: usize| {
        *chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let object = ObjectIx(((*chance >> 33) % busy as u64) as u32);
        let at = at + Micros((nth * 1_000_000 / PER_SECOND) as i64);
        let start = at - Micros::from_secs((*chance >> 20) as i64 & 63);
        let (conn, by, data) = (ConnIx(nth as u32), ObjectIx::NONE, u32::MAX);
        let what = What::Happened { action: Action::CallAnswered };
        Item { at, start, source_span: at - start, object, conn, call: None, by, data, what }
    };
    let items = (0..PER_SECOND).map(item).collect();
    Items { items, through: at + Micros(999_999), ..Items::default() }
}

/// The time that this thread has computed.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}
