//! A process of a deployment: started, measured, ended with us however we end.

use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The shell holds the other end of a pipe to us, and ends the process when that closes.
const GUARD: &str = r#"log=$1; shift; "$@" >>"$log" 2>&1 </dev/null & echo $!; exec >/dev/null; cat; kill -9 $! 2>/dev/null; wait $! 2>/dev/null"#;
/// Ticks of /proc/PID/stat in a second, on every Linux.
const TICKS: f64 = 100.0;

/// A running process.
pub(crate) struct Process {
    pub(crate) name: String,
    shell: Child,
    pid: u32,
    log: PathBuf,
}

/// What a process has taken.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) cpu_seconds: f64,
    pub(crate) memory_mb: f64,
    pub(crate) memory_most_mb: f64,
}

impl Process {
    /// Starts `program` with arguments; what it says is kept in `folder`.
    pub(crate) fn start(name: &str, program: &Path, folder: &Path, arguments: &[String]) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let mut shell = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(&log)
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("there is no shell")?;
        let mut line = String::new();
        let told = shell.stdout.take().context("no output of the shell")?;
        BufReader::new(told).read_line(&mut line)?;
        let pid = line.trim().parse().with_context(|| format!("{name} does not start"))?;
        Ok(Self { name: name.to_owned(), shell, pid, log })
    }

    /// All it has said.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until it has said something that `find` finds.
    pub(crate) async fn until_said<T>(
        &self,
        within: Duration,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<T> {
        let pause = Duration::from_millis(50);
        for _ in 0..within.as_millis() / pause.as_millis() {
            if let Some(found) = find(&self.said()) {
                return Ok(found);
            }
            if !self.is_alive() {
                break;
            }
            tokio::time::sleep(pause).await;
        }
        let said = self.said();
        let end: Vec<&str> = said.lines().rev().take(10).collect();
        bail!("{} is not up: {}", self.name, end.into_iter().rev().collect::<Vec<_>>().join("\n"))
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&self, within: Duration) -> bool {
        for _ in 0..within.as_millis() / 20 {
            if !self.is_alive() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }

    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.pid.to_string();
        // A process that is gone needs no signal.
        let _ = Command::new("kill").args([&format!("-{signal}"), &pid]).stderr(Stdio::null()).status();
    }

    fn is_alive(&self) -> bool {
        stat(self.pid).is_some_and(|fields| fields.first().is_some_and(|state| state != "Z"))
    }

    /// What it has taken so far.
    pub(crate) fn usage(&self) -> Usage {
        let fields = stat(self.pid).unwrap_or_default();
        let ticks = |field: usize| fields.get(field).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let mb = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key));
            line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or(0.0)
                / 1024.0
        };
        // Counted from the state, the third field of the file: 14 and 15 are the processor's time.
        let cpu_seconds = (ticks(11) + ticks(12)) / TICKS;
        Usage { cpu_seconds, memory_mb: mb("VmRSS:"), memory_most_mb: mb("VmHWM:") }
    }
}

/// The fields of /proc/PID/stat from the state on.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal("KILL");
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}
