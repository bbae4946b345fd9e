//! A real Asterisk and its callers, started for a test and ended with it, whatever happens.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Where the servers are, or why there are none.
#[allow(clippy::disallowed_methods, reason = "the test server's place comes from the environment")]
pub(crate) fn servers() -> Result<PathBuf, String> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/servers");
    let at = std::env::var("PULSE_TEST_SERVERS").map_or_else(|_| beside(), PathBuf::from).join("asterisk");
    if !at.join("start").is_file() || !at.join("load.py").is_file() {
        return Err(format!("no Asterisk to start in {} (set PULSE_TEST_SERVERS)", at.display()));
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.starts_with(b"0"));
    if root { Ok(at) } else { Err("starting Asterisk needs root".to_owned()) }
}

/// A process group of ours; all of it is killed when this goes.
pub(crate) struct Group(Child);

impl Group {
    fn spawn(command: &mut Command) -> Self {
        Self(command.process_group(0).spawn().unwrap())
    }

    pub(crate) fn signal(&self, name: &str) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args([&format!("-{name}"), "--", &group]).stderr(Stdio::null()).status();
    }

    pub(crate) fn wait(&mut self) {
        let _ = self.0.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal("CONT");
        self.signal("KILL");
        self.wait();
    }
}

/// A running Asterisk.
pub(crate) struct Pbx {
    pub(crate) dir: PathBuf,
    pub(crate) base: u16,
    name: String,
    servers: PathBuf,
    process: Option<Group>,
    _keep: tempfile::TempDir,
}

impl Pbx {
    /// Starts one with its own files of configuration.
    pub(crate) fn start(servers: &Path, name: &str, files: &[(&str, &str)]) -> Self {
        let mut keep = tempfile::tempdir().unwrap();
        keep.disable_cleanup(kept());
        let dir = keep.path().join("pbx");
        std::fs::create_dir_all(&dir).unwrap();
        for (file, text) in files {
            // The script takes an empty folder amiss.
            std::fs::create_dir_all(dir.join("etc.d")).unwrap();
            std::fs::write(dir.join("etc.d").join(file), text).unwrap();
        }
        let base = free_base(name);
        let mut pbx = Self {
            dir,
            base,
            name: name.to_owned(),
            servers: servers.to_owned(),
            process: None,
            _keep: keep,
        };
        pbx.run();
        pbx
    }

    /// Starts the process (again) and waits until its manager greets.
    pub(crate) fn run(&mut self) {
        let log = std::fs::File::create(self.dir.with_extension("out")).unwrap();
        let mut command = Command::new(self.servers.join("start"));
        command.arg(&self.dir).arg(self.base.to_string()).env("NAME", &self.name);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        self.process = Some(Group::spawn(&mut command));
        for _ in 0..600 {
            std::thread::sleep(Duration::from_millis(100));
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", self.base)) {
                stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
                let mut line = String::new();
                if BufReader::new(stream).read_line(&mut line).is_ok_and(|n| n > 0) {
                    return;
                }
            }
        }
        let said = std::fs::read_to_string(self.dir.with_extension("out")).unwrap_or_default();
        panic!("Asterisk did not start on {}: {said}", self.base);
    }

    pub(crate) fn signal(&self, name: &str) {
        if let Some(process) = &self.process {
            process.signal(name);
        }
    }

    /// Kills the process as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }

    pub(crate) fn queue_log(&self) -> String {
        std::fs::read_to_string(self.dir.join("run/log/queue_log")).unwrap_or_default()
    }

    /// Callers and agents at work.
    pub(crate) fn load(&self, calls: usize, seconds: usize, seed: u64) -> Group {
        let out = std::fs::File::create(self.dir.with_extension("load")).unwrap();
        let mut command = Command::new("python3");
        command.arg(self.servers.join("load.py")).args(["--base", &self.base.to_string()]);
        command.args(["--calls", &calls.to_string(), "--seconds", &seconds.to_string()]);
        command.args(["--rate", "1.5", "--seed", &seed.to_string()]);
        if kept() {
            command.arg("--record").arg(self.dir.with_extension(format!("{seed}.ami")));
        }
        command.stdin(Stdio::null()).stdout(out.try_clone().unwrap()).stderr(out);
        Group::spawn(&mut command)
    }
}

/// `PULSE_LIVE_KEEP=1`: the directories stay, with a recording of the manager's bytes, to look into a mismatch.
#[allow(clippy::disallowed_methods, reason = "a switch for who looks into a mismatch")]
fn kept() -> bool {
    std::env::var("PULSE_LIVE_KEEP").is_ok()
}

/// A base whose own ports are free; ranges of tests that run at once do not overlap.
fn free_base(name: &str) -> u16 {
    let first = std::process::id() as usize + name.bytes().map(usize::from).sum::<usize>();
    (0..20)
        .map(|n| 20_000 + u16::try_from((first + n * 7) % 20 * 1200).unwrap())
        .find(|base| {
            let tcp = (0..2).all(|n| TcpListener::bind(("127.0.0.1", base + n)).is_ok());
            tcp && (2..5).all(|n| UdpSocket::bind(("127.0.0.1", base + n)).is_ok())
        })
        .unwrap()
}
