//! A role in a process of its own, which ends with the test, however that ends.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program under test.
const BIN: &str = env!("CARGO_BIN_EXE_pulse");

/// A port of our own.
pub(crate) fn free_port() -> u16 {
    test_servers::free_port().unwrap()
}

/// A running role.
pub(crate) struct Role {
    shell: Child,
    pid: u32,
    log: PathBuf,
}

impl Role {
    /// Starts `pulse name --settings file`, in `folder`. What it says is kept beside the settings.
    pub(crate) fn start(name: &str, folder: &Path, settings: &str, file: &str) -> Self {
        let file = folder.join(file);
        std::fs::write(&file, settings).unwrap();
        let label = file.file_stem().unwrap().to_str().unwrap().to_owned();
        Self::run(&label, folder, &[name, "--settings", file.to_str().unwrap()])
    }

    /// Starts `pulse` with arguments; what it says is kept in `folder` under `label`.
    pub(crate) fn run(label: &str, folder: &Path, arguments: &[&str]) -> Self {
        let (log, pid) = (folder.join(format!("{label}.log")), folder.join(format!("{label}.pid")));
        let _ = std::fs::remove_file(&pid);
        let arguments: Vec<String> = arguments.iter().map(|argument| format!("'{argument}'")).collect();
        // The shell holds the other end of a pipe to the test, and ends the role when that closes. It waits for the end:
        // only then the ports are free for whoever comes next.
        let script = format!(
            "'{BIN}' {} >>'{}' 2>&1 </dev/null & echo $! > '{pid}.new'; mv '{pid}.new' '{pid}'; \
             cat >/dev/null; kill -9 $! 2>/dev/null; wait $! 2>/dev/null",
            arguments.join(" "),
            log.display(),
            pid = pid.display()
        );
        let shell = Command::new("sh")
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let pid = wait_for("a process id", Duration::from_secs(10), || {
            std::fs::read_to_string(&pid).ok()?.trim().parse().ok()
        });
        Self { shell, pid, log }
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// All it has said.
    pub(crate) fn said(&self) -> String {
        let mut text = String::new();
        File::open(&self.log).and_then(|mut file| file.read_to_string(&mut text)).unwrap_or_default();
        text
    }

    pub(crate) fn signal(&self, signal: &str) {
        let _ = Command::new("kill")
            .args([&format!("-{signal}"), &self.pid.to_string()])
            .stderr(Stdio::null())
            .status();
    }

    fn is_alive(&self) -> bool {
        // A dead process that nobody has waited for is dead all the same.
        std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).is_ok_and(|stat| {
            !stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z'))
        })
    }

    /// Waits until it has ended.
    pub(crate) fn ended(&self, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        while self.is_alive() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
        !self.is_alive()
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        self.signal("KILL");
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// Asks until there is an answer.
pub(crate) fn wait_for<T>(what: &str, patience: Duration, mut ask: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + patience;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < until, "{what}: not within {patience:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// One HTTP request over a connection of its own: status line with headers, and body.
pub(crate) fn http(
    port: u16,
    method: &str,
    path: &str,
    cookie: &str,
    body: &str,
) -> Option<(String, String)> {
    http_with(port, method, path, &format!("cookie: {cookie}\r\n"), body)
}

/// The same, with any headers, each with the end of its line.
pub(crate) fn http_with(
    port: u16,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> Option<(String, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nhost: 127.0.0.1:{port}\r\n{headers}content-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.to_owned(), body.to_owned()))
}
