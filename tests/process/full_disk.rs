//! A disk that is full: at the start it is named as the cause, later it is told once, probes say so, nothing is lost.

use crate::pulse::{BIN, Pulse, until};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// A small file system in memory that goes away with the test; none where the machine does not let us mount one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(size: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let size = format!("size={size}");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(dir.path()).status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(dir))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Nothing more goes in.
    fn fill(&self) {
        let mut ballast = std::fs::File::create(self.path().join("ballast")).unwrap();
        while ballast.write_all(&[1; 4096]).is_ok() {}
    }

    fn free(&self) {
        std::fs::remove_file(self.path().join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// What `/ready` answers: status and reasons.
fn ready(pulse: &Pulse) -> (bool, String) {
    let mut stream = TcpStream::connect(pulse.operators()).unwrap();
    write!(stream, "GET /ready HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", pulse.operators())
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer.lines().next().is_some_and(|line| line.contains(" 200 ")), answer)
}

fn count(log: &str, words: &str) -> usize {
    log.lines().filter(|line| line.contains(words)).count()
}

#[test]
fn a_start_on_a_full_disk_names_cause_and_cure() {
    let Some(disk) = SmallDisk::mount("2m") else {
        eprintln!("skipped: this machine does not let the test mount a small file system (it needs root)");
        return;
    };
    let data = disk.path().join("data");
    std::fs::create_dir(&data).unwrap();
    // The lock has its place already; it is the store that does not fit.
    std::fs::write(data.join("lock"), "0\n").unwrap();
    disk.fill();
    let mut command = Command::new(BIN);
    command.args(["standalone", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--data"]).arg(&data);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("pulse.sqlite") && said.contains("free space on its volume"), "{said}");
}

#[test]
fn a_disk_that_fills_up_is_told_once_and_shows_in_the_probe_until_there_is_room() {
    let Some(disk) = SmallDisk::mount("64m") else {
        eprintln!("skipped: this machine does not let the test mount a small file system (it needs root)");
        return;
    };
    let data = disk.path().join("data");
    let mut password = None;
    let pulse = Pulse::start(&data, &[], &mut password);
    until("ready", Duration::from_secs(60), || ready(&pulse).0);
    disk.fill();
    until("not ready", Duration::from_secs(60), || !ready(&pulse).0);
    let (_, why) = ready(&pulse);
    assert!(why.contains("journal") && why.contains("make room on that disk"), "{why}");
    std::thread::sleep(Duration::from_secs(12));
    assert!(!ready(&pulse).0, "still full");
    let log = pulse.log();
    // Each source says it once; what the store says may come in two ways.
    assert!((1..=6).contains(&count(&log, "can't be written; the source waits")), "{log}");
    assert!(count(&log, "was not written") <= 4, "{log}");
    disk.free();
    until("ready again", Duration::from_secs(60), || ready(&pulse).0);
    until("told that it is over", Duration::from_secs(60), || count(&pulse.log(), "are written again") >= 1);
    assert!(pulse.stop(), "and it ends in order");
}
