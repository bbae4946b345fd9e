//! The events door of `pulse standalone`: a burst through three crashes is counted exactly; the manual is right.

use crate::pulse::{Pulse, until};
use model::time::Position;
use ports::record_log::{Found, RecordLog};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const TOKEN: &str = "the-token-of-the-tests";
const CLIENTS: usize = 4;
/// Each is queued and abandoned: two events.
const CALLS_OF_EACH: usize = 2_500;

/// A folder with what a door needs.
struct Home {
    dir: tempfile::TempDir,
    door: SocketAddr,
}

impl Home {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let door = SocketAddr::from(([127, 0, 0, 1], test_servers::free_port().unwrap()));
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
        write("tokens", &format!("{TOKEN}\n"));
        write(
            "tenant.toml",
            "tenant = \"acme\"\ntime_zone = \"UTC\"\n[[source]]\nname = \"chat1\"\nswitch = \"chat\"\n\
             [[dn]]\nnumber = \"9001\"\nswitch = \"chat\"\ntype = \"Queue\"\n",
        );
        let settings = format!(
            "events_listen = \"{door}\"\nevents_token_file = \"{0}/tokens\"\ntenant = \"{0}/tenant.toml\"\n\
             events_sources = [{{ name = \"chat1\", switch = \"chat\" }}]\n",
            dir.path().display()
        );
        write("settings.toml", &settings);
        Self { dir, door }
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn start(&self, password: &mut Option<String>) -> Pulse {
        let settings = self.dir.path().join("settings.toml");
        Pulse::start(&self.data(), &["--settings", settings.to_str().unwrap()], password)
    }
}

/// A connection that is made anew when it breaks.
struct Client {
    door: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    fn new(door: SocketAddr) -> Self {
        Self { door, stream: None }
    }

    /// Status and body of the answer; nothing if there was none.
    fn post(&mut self, body: &Value) -> Option<(u16, Value)> {
        let answer = self.try_post(&body.to_string()).ok();
        if answer.is_none() {
            self.stream = None;
        }
        answer
    }

    /// Sends and hangs up before there can be an answer.
    fn hang_up(&mut self, body: &Value) {
        // Whether it was sent is as unknown as whether it was taken.
        let _ = self.send(&body.to_string());
        self.stream = None;
    }

    fn send(&mut self, body: &str) -> std::io::Result<&mut BufReader<TcpStream>> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.door)?;
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            self.stream = Some(BufReader::new(stream));
        }
        let stream = self.stream.as_mut().unwrap();
        let media = if body.starts_with('[') { "cloudevents-batch" } else { "cloudevents" };
        let head = format!(
            "POST /events HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\ncontent-type: application/{media}+json\r\n\
             content-length: {}\r\n\r\n",
            self.door,
            body.len()
        );
        stream.get_mut().write_all([head.as_bytes(), body.as_bytes()].concat().as_slice())?;
        Ok(stream)
    }

    fn try_post(&mut self, body: &str) -> std::io::Result<(u16, Value)> {
        let stream = self.send(body)?;
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let mut length = 0;
        loop {
            line.clear();
            if stream.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        Ok((status, serde_json::from_slice(&body)?))
    }
}

fn event(client: usize, number: usize) -> Value {
    let (call, step) = (number / 2, ["Queued", "Abandoned"][number % 2]);
    json!({
        "specversion": "1.0", "type": "pulse.event.v1", "source": "chat1", "id": format!("{client}-{number}"),
        "data": {"event": step, "this_dn": "9001", "this_queue": "9001", "conn_id": format!("c{client}-{call}")},
    })
}

/// The requests of a client: batches of one to 24 events, single ones without a list around them.
fn requests(client: usize) -> Vec<(usize, Value)> {
    let (mut requests, mut next) = (Vec::new(), 0);
    while next < 2 * CALLS_OF_EACH {
        let count = (1 + (next * 7 + client) % 24).min(2 * CALLS_OF_EACH - next);
        let mut events: Vec<Value> = (next..next + count).map(|number| event(client, number)).collect();
        let body = if count == 1 { events.remove(0) } else { Value::from(events) };
        requests.push((count, body));
        next += count;
    }
    requests
}

#[test]
fn a_burst_through_three_crashes_is_counted_exactly() {
    let home = Home::new();
    let mut password = None;
    let mut pulse = home.start(&mut password);
    let (acknowledged, repeated) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let begun = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let (mut client, acknowledged) = (Client::new(home.door), Arc::clone(&acknowledged));
            let repeated = Arc::clone(&repeated);
            std::thread::spawn(move || {
                for (at, (count, body)) in requests(number).into_iter().enumerate() {
                    if at % 8 == 0 {
                        client.hang_up(&body);
                    }
                    loop {
                        match client.post(&body) {
                            Some((202, receipt)) => {
                                let both = receipt["accepted"].as_u64().unwrap()
                                    + receipt["duplicates"].as_u64().unwrap();
                                assert_eq!(both as usize, count, "{receipt}");
                                repeated.fetch_add(
                                    receipt["duplicates"].as_u64().unwrap() as usize,
                                    Ordering::Relaxed,
                                );
                                break;
                            }
                            Some((429 | 503, _)) | None => std::thread::sleep(Duration::from_millis(20)),
                            Some(other) => panic!("{other:?}"),
                        }
                    }
                    acknowledged.fetch_add(count, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let all = CLIENTS * CALLS_OF_EACH * 2;
    for death in 1..=3 {
        let enough = all * death / 4;
        let deadline = Instant::now() + Duration::from_secs(180);
        while acknowledged.load(Ordering::Relaxed) < enough {
            assert!(Instant::now() < deadline, "{} of {enough}", acknowledged.load(Ordering::Relaxed));
            std::thread::sleep(Duration::from_millis(1));
        }
        pulse.kill();
        assert!(
            acknowledged.load(Ordering::Relaxed) < all,
            "death {death} came too late: the burst was over"
        );
        pulse = home.start(&mut password);
    }
    clients.into_iter().for_each(|client| client.join().unwrap());
    let (seconds, repeated) = (begun.elapsed().as_secs_f64(), repeated.load(Ordering::Relaxed));
    eprintln!("{all} events acknowledged in {seconds:.1} s with three restarts; {repeated} were repeated");
    assert!(repeated > 100, "{repeated}");
    let calls = json!((CLIENTS * CALLS_OF_EACH) as f64);
    let counted =
        |pulse: &Pulse| pulse.values("Queue", &["Calls_Entered", "Calls_Abandoned"]).1.remove("9001@chat");
    let right = Some(vec![calls.clone(), calls]);
    until("every call is counted", Duration::from_secs(180), || counted(&pulse) == right);

    // Somebody repeats a thousand old events; then they change one.
    let mut client = Client::new(home.door);
    let old: Vec<Value> = (0..1_000).map(|number| event(2, number)).collect();
    assert_eq!(client.post(&Value::from(old)).unwrap(), (202, json!({"accepted": 0, "duplicates": 1_000})));
    let mut changed = event(2, 0);
    changed["data"]["this_dn"] = json!("9002");
    assert_eq!(client.post(&changed).unwrap().0, 409);
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(counted(&pulse), right, "repeats change nothing");
    let metrics = pulse.metrics();
    for line in [
        "pulse_events_conflicts_total 1".to_owned(),
        format!("pulse_events_ids{{source=\"chat1\"}} {all}"),
        "pulse_events_waiting{source=\"chat1\"} 0".to_owned(),
    ] {
        assert!(metrics.contains(&line), "{line}");
    }
    assert!(pulse.stop());

    let (records, ids) = in_journal(&home.data().join("journal"));
    assert_eq!((records, ids), (all, all), "each event is in the journal, and once");
}

/// How many records the journal holds, of how many different events.
fn in_journal(journal: &Path) -> (usize, usize) {
    let log = journal::Shared::new(journal::Journal::open(journal, journal::Limits::default()).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut records, mut ids, mut after) = (0, BTreeSet::new(), Position::default());
    runtime.block_on(async {
        while let Found::Entries(entries) = log.read("chat1", after, 1 << 20).await.unwrap() {
            let Some(last) = entries.last() else { break };
            after = last.position;
            for entry in &entries {
                let record = wire::frame::decode_record(&entry.bytes).unwrap();
                records += 1;
                ids.insert(record.rare.unwrap().unknown["cloudevent"]["id"].to_string());
            }
        }
    });
    (records, ids.len())
}

#[test]
fn the_examples_of_the_manual_answer_as_it_says() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: there is no curl");
        return;
    }
    let home = Home::new();
    let _pulse = home.start(&mut None);
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/events.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    let mut tried = 0;
    for example in manual.split("```console\n").skip(1) {
        let (command, rest) = example.split_once("\n```").unwrap();
        let expected = rest.split("```json\n").nth(1).unwrap().split("\n```").next().unwrap();
        let command = command.replace("localhost:8180", &home.door.to_string());
        let output =
            Command::new("sh").arg("-c").arg(&command).current_dir(home.dir.path()).output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        let parsed: Value =
            serde_json::from_str(&told).unwrap_or_else(|error| panic!("{error}: {told}: {output:?}"));
        let expected: Value = serde_json::from_str(expected).unwrap_or_else(|_| panic!("write: {told}"));
        assert_eq!(parsed, expected, "{command}\n{told}");
        tried += 1;
    }
    assert!(tried >= 5, "{tried}");
}
