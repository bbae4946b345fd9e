//! What it costs that an append is answered only when it is on disk: the same journal, the same appends, on a disk, where
//! each waits for `fsync`, and in memory (`/dev/shm`), where `fsync` has nothing to wait for. Turn by turn, so that both
//! see the same machine; the median of the turns counts. By the wall clock: waiting is what is measured.
//!
//! `cargo bench -p loadtest --bench journal`; `PULSE_DISK=/mnt/x` names a folder on another disk.

use bytes::Bytes;
use journal::{Journal, Limits, Shared};
use model::time::{Micros, Position};
use ports::record_log::{Entry, RecordLog};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;

/// Records of one append: an event alone, and what comes together at a few hundred, thousand, ten thousand a second.
const BATCHES: [u64; 5] = [1, 10, 100, 1_000, 4_096];
/// A record of a call with its user data.
const BYTES: usize = 200;
/// How long appends are counted in one turn.
const TURN: Duration = Duration::from_millis(700);
const TURNS: usize = 5;

fn main() {
    let disk = variable("PULSE_DISK").map_or_else(|| PathBuf::from("."), PathBuf::from);
    let memory = Path::new("/dev/shm");
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load of the machine: {}", load.split(' ').take(3).collect::<Vec<_>>().join(" "));
    println!(
        "records together | with fsync: an append, records/s | without: an append, records/s | fsync costs"
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    for batch in BATCHES {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            with.push(runtime.block_on(turn(&disk, batch)));
            without.push(runtime.block_on(turn(memory, batch)));
        }
        let (with, without) = (median(with), median(without));
        println!(
            "{batch:>16} | {:>11} µs {:>17.0} | {:>8} µs {:>17.0} | {:>6} µs, {:.0} times",
            with.as_micros(),
            per_second(batch, with),
            without.as_micros(),
            per_second(batch, without),
            with.saturating_sub(without).as_micros(),
            with.as_secs_f64() / without.as_secs_f64()
        );
    }
}

/// How long an append took in the mean, in a journal of its own in that folder; and all of it can be read again.
async fn turn(folder: &Path, batch: u64) -> Duration {
    let home = TempDir::new_in(folder).expect("a folder for the journal");
    let journal = Journal::open(home.path(), Limits::default()).expect("a journal");
    let journal = Shared::new(journal);
    let bytes = Bytes::from(vec![b'x'; BYTES]);
    let (mut seq, mut appends) = (0, 0_u32);
    let begun = Instant::now();
    while begun.elapsed() < TURN {
        let entries = (1..=batch).map(|more| entry(seq + more, &bytes)).collect();
        journal.append("pbx1", None, entries).await.expect("it is written");
        seq += batch;
        appends += 1;
    }
    let each = begun.elapsed() / appends;
    let span = journal.span("pbx1").await.expect("it answers").expect("it is there");
    assert_eq!(span.newest, Position { epoch: 1, seq }, "all of it was kept");
    each
}

fn entry(seq: u64, bytes: &Bytes) -> Entry {
    let (position, received) = (Position { epoch: 1, seq }, Micros(seq as i64));
    Entry { position, received, is_snapshot: false, bytes: bytes.clone() }
}

fn median(mut turns: Vec<Duration>) -> Duration {
    turns.sort();
    turns[turns.len() / 2]
}

fn per_second(batch: u64, each: Duration) -> f64 {
    batch as f64 / each.as_secs_f64()
}

#[allow(clippy::disallowed_methods, reason = "a bench is told by its environment what to measure")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
