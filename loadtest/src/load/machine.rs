//! Where a run takes place, and what the reference loop takes there at that time.

use super::result::Machine;
use crate::workload_w::reference::Reference;
use crate::workload_w::{Event, Workload};
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::process::Command;
use std::time::Duration;

/// The machine as it is now.
pub(crate) fn now() -> Machine {
    let text = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let after = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key));
        line.and_then(|line| line.split_once(':')).map(|(_, rest)| rest.trim().to_owned()).unwrap_or_default()
    };
    let memory = after(&text("/proc/meminfo"), "MemTotal");
    let load = load();
    Machine {
        processor: after(&text("/proc/cpuinfo"), "model name"),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        memory_mb: memory.trim_end_matches(" kB").parse().unwrap_or(0.0) / 1024.0,
        load: (load, load),
        profile: if cfg!(debug_assertions) { "dev" } else { "release" }.to_owned(),
    }
}

/// The load average of the last minute.
pub(crate) fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0.0)
}

/// The commit of the working copy, with `+` if something was changed since.
pub(crate) fn commit() -> String {
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = git.output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short", "HEAD"]) else { return "unknown".to_owned() };
    let changed =
        git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|told| !told.is_empty());
    if changed { commit + "+" } else { commit }
}

/// What the loop takes for an event of W, in ns of this thread: over W's first `minutes`.
pub(crate) fn loop_ns(minutes: u32) -> f64 {
    let events: Vec<Event> = Workload::default().take_while(|event| event.ts < minutes * 60_000).collect();
    let mut reference = Reference::default();
    let begun = thread_time();
    reference.run_until(minutes * 60_000, &events, |values| {
        black_box(values.by_kind);
    });
    (thread_time() - begun).as_nanos() as f64 / events.len().max(1) as f64
}

/// The time that this thread has computed.
fn thread_time() -> Duration {
    duration(clock_gettime(ClockId::ThreadCPUTime))
}

/// The time that this process has computed.
pub(crate) fn own_time() -> Duration {
    duration(clock_gettime(ClockId::ProcessCPUTime))
}

fn duration(time: rustix::time::Timespec) -> Duration {
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}
