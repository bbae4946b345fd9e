//! A running `pulse`, and what it answers.

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The program under test.
pub(crate) const BIN: &str = env!("CARGO_BIN_EXE_pulse");

/// `pulse standalone` on ports that the system picked.
pub(crate) struct Pulse {
    child: Child,
    address: String,
    operators: String,
    cookie: String,
    log: Arc<Mutex<String>>,
    csrf: String,
}

impl Pulse {
    /// Starts it and signs in; `password` is the one of an earlier start, if there was one.
    pub(crate) fn start(data: &Path, args: &[&str], password: &mut Option<String>) -> Self {
        let mut command = Command::new(BIN);
        command.args(["standalone", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"]);
        command.arg("--data").arg(data).args(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (told, mut errors) = (Arc::clone(&log), child.stderr.take().unwrap());
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = errors.read(&mut piece) {
                told.lock().unwrap().push_str(&String::from_utf8_lossy(&piece[..length]));
            }
        });
        let (mut address, mut operators) = (None, String::new());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for line in &mut lines {
            let line = line.unwrap();
            if let Some((_, url)) = line.split_once("http://").filter(|_| line.contains("is running")) {
                address = Some(url.trim().to_owned());
            }
            if let Some((_, rest)) =
                line.split_once("password ").filter(|_| line.contains("shown until it is used"))
            {
                *password = rest.split_whitespace().next().map(str::to_owned);
            }
            if let Some(place) = line.trim().strip_prefix("Metrics:") {
                operators =
                    place.trim().trim_start_matches("http://").trim_end_matches("/metrics").to_owned();
            }
            if line.contains("Ctrl-C") {
                break;
            }
        }
        let address = address.unwrap_or_else(|| panic!("it did not start: {}", log.lock().unwrap()));
        let mut pulse = Self { child, address, operators, cookie: String::new(), csrf: String::new(), log };
        pulse.sign_in(password.as_deref().unwrap());
        pulse
    }

    fn sign_in(&mut self, password: &str) {
        let body = serde_json::json!({"user": "admin", "password": password}).to_string();
        let (head, told) = self.ask("POST", "/api/v1/session", &body);
        let csrf = told.split("\"csrf\":\"").nth(1).and_then(|rest| rest.split('"').next());
        self.csrf = csrf.unwrap_or_default().to_owned();
        let cookie = head
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case("set-cookie")));
        self.cookie =
            cookie.unwrap_or_else(|| panic!("no cookie: {head}")).1.split(';').next().unwrap().to_owned();
    }

    /// Whether `admin` comes in with another password.
    pub(crate) fn signs_in(&self, password: &str) -> bool {
        let body = serde_json::json!({"user": "admin", "password": password}).to_string();
        self.ask("POST", "/api/v1/session", &body).0.contains(" 200 ")
    }

    /// One request over a connection of its own: head and body of the answer.
    fn ask(&self, method: &str, path: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {}\r\nx-csrf: {}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}",
            self.address, self.cookie, self.csrf
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        (head.to_owned(), body.to_owned())
    }

    /// The JSON at a path.
    pub(crate) fn get(&self, path: &str) -> Value {
        self.json("GET", path, "")
    }

    /// What it answers to a JSON text.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.json("POST", path, &body.to_string())
    }

    fn json(&self, method: &str, path: &str, body: &str) -> Value {
        let (head, body) = self.ask(method, path, body);
        // Chunked bodies hold nothing but one JSON text here.
        let start = body.find(['{', '[']).unwrap_or_else(|| panic!("{path}: {head}"));
        let end = body.rfind(['}', ']']).unwrap();
        serde_json::from_str(
            &body[start..=end]
                .lines()
                .map(|line| {
                    if line.trim_end().len() <= 8 && u32::from_str_radix(line.trim(), 16).is_ok() {
                        ""
                    } else {
                        line
                    }
                })
                .collect::<String>(),
        )
        .unwrap_or_else(|error| panic!("{path}: {error}: {body}"))
    }

    /// The values of all objects of a type: by object, in the order of `statistics`.
    pub(crate) fn values(
        &self,
        object_type: &str,
        statistics: &[&str],
    ) -> (i64, BTreeMap<String, Vec<Value>>) {
        let path =
            format!("/api/v1/values?object_type={object_type}&objects=*&statistics={}", statistics.join(","));
        let answer = self.get(&path);
        // An error says that nothing is known yet; whoever waits asks again.
        let rows = answer["rows"].as_array().into_iter().flatten().map(|row| {
            let cells = row["cells"].as_array().unwrap();
            (row["object"].as_str().unwrap().to_owned(), cells.iter().map(|cell| cell["v"].clone()).collect())
        });
        (answer["at"].as_i64().unwrap_or_default(), rows.collect())
    }

    /// All that is told of the cells of a query of the stream's `open`, by object.
    pub(crate) fn cells(&self, query: &Value) -> (i64, BTreeMap<String, Vec<Value>>) {
        let text = query.to_string();
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let answer = self.get(&format!("/api/v1/values?query={encoded}"));
        // An error says that nothing is known yet; whoever waits asks again.
        let rows = answer["rows"].as_array().into_iter().flatten();
        let rows = rows.map(|row| {
            (row["object"].as_str().unwrap().to_owned(), row["cells"].as_array().unwrap().clone())
        });
        (answer["at"].as_i64().unwrap_or_default(), rows.collect())
    }

    /// The cookie of its session.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// What operators read.
    pub(crate) fn metrics(&self) -> String {
        let mut stream = TcpStream::connect(&self.operators).unwrap();
        write!(stream, "GET /metrics HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.operators)
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Where operators read.
    pub(crate) fn operators(&self) -> &str {
        &self.operators
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Where browsers find it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as Ctrl-C would; answers whether it finished well.
    pub(crate) fn stop(mut self) -> bool {
        Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Tries until it is so.
pub(crate) fn until(what: &str, patience: Duration, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + patience;
    while !so() {
        assert!(Instant::now() < deadline, "{what}: not within {patience:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
}
