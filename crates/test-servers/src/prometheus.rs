//! Prometheus, which scrapes whom it is told to, and watches by rules.

use crate::folder::Guard;
use crate::ports::free_port;
use crate::program;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;

/// Debian's program.
const PROGRAM: &str = "prometheus";
/// Tries to start: somebody else may have taken the port in the meantime.
const TRIES: usize = 5;

/// A running server, with a memory of its own. Alerts are told to nobody: it is asked for them.
pub struct Prometheus {
    /// Where it listens.
    pub port: u16,
    /// Its process.
    pub pid: u32,
    process: Child,
    log: PathBuf,
    // The last field: the folder goes after everything else.
    _guard: Guard,
}

impl Prometheus {
    /// Starts one that scrapes each target (job, port of the loopback) every 500 ms.
    ///
    /// # Errors
    /// In words: that there is no Prometheus on this machine, or why it does not start.
    pub fn start(targets: &[(&str, u16)]) -> Result<Self, String> {
        Self::start_with_rules(targets, "")
    }

    /// The same, with rules (the text of a rule file), which it evaluates every second.
    ///
    /// # Errors
    /// As above; also for rules that it does not understand.
    pub fn start_with_rules(targets: &[(&str, u16)], rules: &str) -> Result<Self, String> {
        program::is_there(PROGRAM, "--version", "prometheus")?;
        let text = |error: std::io::Error| error.to_string();
        let folder = tempfile::Builder::new().prefix("pulse-prometheus-").tempdir().map_err(text)?.keep();
        let guard = Guard::new(&folder, &format!("kill -9 $(cat '{}')", folder.join("pid").display()))?;
        let mut settings =
            "global:\n  scrape_interval: 500ms\n  scrape_timeout: 400ms\n  evaluation_interval: 1s\n"
                .to_owned();
        if !rules.is_empty() {
            fs::write(folder.join("rules.yml"), rules).map_err(text)?;
            settings.push_str("rule_files: [rules.yml]\n");
        }
        settings.push_str("scrape_configs:\n");
        for (job, port) in targets {
            let _ = write!(
                settings,
                "  - job_name: {job}\n    static_configs:\n      - targets: [\"127.0.0.1:{port}\"]\n"
            );
        }
        let file = folder.join("prometheus.yml");
        fs::write(&file, settings).map_err(text)?;
        let log = folder.join("log");
        let mut outcome = Err(String::new());
        for _ in 0..TRIES {
            let port = free_port()?;
            let said = File::create(&log).map_err(text)?;
            let mut command = Command::new(PROGRAM);
            command
                .arg(format!("--config.file={}", file.display()))
                .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
                .arg(format!("--web.listen-address=127.0.0.1:{port}"))
                .stdout(said.try_clone().map_err(text)?)
                .stderr(said);
            outcome = program::start(&mut command, port).map(|process| (process, port));
            if outcome.is_ok() {
                break;
            }
        }
        let (process, port) = outcome.map_err(|error| format!("{error}: {}", read(&log)))?;
        let pid = process.id();
        fs::write(folder.join("pid"), pid.to_string()).map_err(text)?;
        Ok(Self { port, pid, process, log, _guard: guard })
    }

    /// What it answers to a query, as the JSON of its API.
    ///
    /// # Errors
    /// In words.
    pub fn query(&self, promql: &str) -> Result<String, String> {
        let encoded = promql.bytes().fold(String::new(), |mut encoded, byte| {
            let _ = write!(encoded, "%{byte:02X}");
            encoded
        });
        self.get(&format!("/api/v1/query?query={encoded}"))
    }

    /// The alerts that are pending or firing, as the JSON of its API.
    ///
    /// # Errors
    /// In words.
    pub fn alerts(&self) -> Result<String, String> {
        self.get("/api/v1/alerts")
    }

    fn get(&self, path: &str) -> Result<String, String> {
        let text = |error: std::io::Error| error.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(text)?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).map_err(text)?;
        let request = format!("GET {path} HTTP/1.0\r\nhost: prometheus\r\n\r\n");
        stream.write_all(request.as_bytes()).map_err(text)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).map_err(text)?;
        let (_, body) = answer.split_once("\r\n\r\n").ok_or_else(|| format!("no answer: {answer}"))?;
        Ok(body.to_owned())
    }

    /// All it has said.
    pub fn said(&self) -> String {
        read(&self.log)
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        program::end(&mut self.process);
    }
}

fn read(log: &PathBuf) -> String {
    fs::read_to_string(log).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_scrapes_itself_and_misses_who_is_not_there() {
        let nobody = free_port().unwrap();
        let prometheus = match Prometheus::start(&[("nobody", nobody)]) {
            Ok(prometheus) => prometheus,
            Err(why) => return crate::skipped(&why),
        };
        for _ in 0..200 {
            let answer = prometheus.query("up{job=\"nobody\"}").unwrap();
            if answer.contains("\"0\"") {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("nobody was not missed: {}", prometheus.said());
    }
}
