//! A PBX made of a recording, and a driver that plays it to an adapter without any socket.
#![allow(dead_code, reason = "each test binary uses its part")]

use flate2::read::GzDecoder;
use model::Record;
use model::time::Micros;
use source_asterisk::capture::Capture;
use source_asterisk::{Adapter, Link, Options, Secret, Step};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::sync::OnceLock;

/// A file of the recording, unpacked.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/ami").join(name);
    let file = std::fs::File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut bytes = Vec::new();
    GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
    bytes
}

/// The recording.
pub(crate) fn capture() -> &'static Capture {
    static CAPTURE: OnceLock<Capture> = OnceLock::new();
    CAPTURE.get_or_init(|| {
        let index = String::from_utf8(fixture("ami-capture.log.idx.gz")).unwrap();
        Capture::read(&fixture("ami-capture.log.gz"), &index).unwrap()
    })
}

/// The settings that fit the recording: wrap-up times are not on the wire.
pub(crate) fn options() -> Options {
    let mut options = Options::new("pbx1");
    options.username = "pulse".into();
    options.secret = Secret::new("pulse-secret");
    options.wrap_up =
        [("sales".into(), Micros::from_secs(4)), ("billing".into(), Micros::from_secs(3))].into();
    options
}

/// `printf 4711pulse-secret | md5sum`
const KEY: &str = "5ca83093a36aaa4e4ba1ddf25f3158ee";

/// The PBX's side: login, answers, refusals.
pub(crate) struct Pbx<'a> {
    capture: &'a Capture,
    asked: BTreeMap<String, usize>,
}

impl<'a> Pbx<'a> {
    pub(crate) fn new(capture: &'a Capture) -> Self {
        Self { capture, asked: BTreeMap::new() }
    }

    /// Answers one action as the recording does: each list once, later with an error.
    pub(crate) fn answer(&mut self, action: &[u8]) -> Vec<u8> {
        let text = String::from_utf8(action.to_vec()).unwrap();
        let get = |key: &str| {
            text.lines().find_map(|l| l.strip_prefix(&format!("{key}: "))).unwrap_or_default().to_owned()
        };
        let (name, id) = (get("Action"), get("ActionID"));
        let simple = |keys: &str| format!("Response: Success\r\nActionID: {id}\r\n{keys}\r\n").into_bytes();
        match name.as_str() {
            "Challenge" => simple("Challenge: 4711\r\n"),
            "Login" => {
                assert_eq!(get("Key"), KEY, "md5 of challenge and secret");
                let mut bytes = simple("Message: Authentication accepted\r\n");
                bytes.extend_from_slice(&self.capture.booted);
                bytes
            }
            "Ping" => simple("Ping: Pong\r\n"),
            _ => {
                let list = !matches!(name.as_str(), "CoreSettings" | "CoreStatus");
                let n = self.asked.entry(name.clone()).or_default();
                let answer = self.capture.answer_to(&name, if list { *n } else { 0 }, &id);
                *n += 1;
                match answer {
                    Some(answer) if !list || *n == 1 => answer,
                    _ => format!("Response: Error\r\nActionID: {id}\r\nMessage: recorded once only\r\n\r\n")
                        .into_bytes(),
                }
            }
        }
    }
}

/// An adapter with a PBX at its other end.
pub(crate) struct Player<'a> {
    pub(crate) adapter: Adapter,
    pub(crate) pbx: Pbx<'a>,
    pub(crate) records: Vec<Record>,
    pub(crate) links: Vec<Link>,
    pub(crate) closes: usize,
    /// The line holds everything back until the next piece: answers come behind it.
    pub(crate) stalled: bool,
    /// Answers that wait until the event in progress is whole, as on a real wire.
    waiting: Vec<u8>,
    /// The last bytes of the event stream.
    tail: Vec<u8>,
}

impl<'a> Player<'a> {
    pub(crate) fn new(options: Options) -> Self {
        Self::of(capture(), options)
    }

    pub(crate) fn of(capture: &'static Capture, options: Options) -> Self {
        let adapter = Adapter::new(options);
        Player {
            adapter,
            pbx: Pbx::new(capture),
            records: Vec::new(),
            links: Vec::new(),
            closes: 0,
            stalled: false,
            waiting: Vec::new(),
            tail: b"\r\n\r\n".to_vec(),
        }
    }

    /// Takes all outputs; what the adapter asks is answered at once.
    pub(crate) fn pump(&mut self, now: Micros) {
        while let Some(step) = self.adapter.poll() {
            match step {
                Step::Record(record) => self.records.push(record),
                Step::Link(link) => self.links.push(link),
                Step::Send(bytes) => {
                    let answer = self.pbx.answer(&bytes);
                    if self.tail == b"\r\n\r\n" && !self.stalled {
                        self.adapter.on_bytes(&answer, now);
                    } else {
                        self.waiting.extend_from_slice(&answer);
                    }
                }
                Step::Close => self.closes += 1,
                Step::Found(_) => {}
            }
        }
    }

    pub(crate) fn connect(&mut self, now: Micros) {
        (self.waiting, self.tail) = (Vec::new(), b"\r\n\r\n".to_vec());
        self.adapter.on_connected(now);
        self.adapter.on_bytes(&self.pbx.capture.banner, now);
        self.pump(now);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8], now: Micros) {
        // What is due before gets its answers before.
        while let Some(due) = self.adapter.next_deadline().filter(|due| *due <= now) {
            self.adapter.on_timer(due);
            self.pump(due);
        }
        let mut bytes = bytes;
        if self.stalled
            && let Some(end) = bytes.windows(4).rposition(|w| w == b"\r\n\r\n")
        {
            self.event_bytes(&bytes[..end + 4], now);
            bytes = &bytes[end + 4..];
            let answers = std::mem::take(&mut self.waiting);
            self.adapter.on_bytes(&answers, now);
        }
        while !self.waiting.is_empty() && !bytes.is_empty() {
            self.event_bytes(&bytes[..1], now);
            bytes = &bytes[1..];
            if self.tail == b"\r\n\r\n" {
                let answers = std::mem::take(&mut self.waiting);
                self.adapter.on_bytes(&answers, now);
                self.pump(now);
            }
        }
        self.event_bytes(bytes, now);
        self.pump(now);
    }

    fn event_bytes(&mut self, bytes: &[u8], now: Micros) {
        self.adapter.on_bytes(bytes, now);
        self.tail.extend_from_slice(&bytes[bytes.len().saturating_sub(4)..]);
        self.tail.drain(..self.tail.len() - 4);
    }

    pub(crate) fn close(&mut self, cause: &str, now: Micros) {
        self.adapter.on_closed(cause, now);
        self.pump(now);
    }

    /// Lets the timers run up to `now`.
    pub(crate) fn wait(&mut self, now: Micros) {
        self.bytes(b"", now);
    }
}

/// When the recording begins: a little before its first event.
pub(crate) fn beginning() -> Micros {
    Micros(capture().reads[0].0.0 - 1_000_000)
}

/// Plays the whole recording as it was read.
pub(crate) fn play(options: Options) -> Player<'static> {
    play_of(capture(), options)
}

/// Plays another recording as it was read.
pub(crate) fn play_of(capture: &'static Capture, options: Options) -> Player<'static> {
    let mut player = Player::of(capture, options);
    player.connect(Micros(capture.reads[0].0.0 - 1_000_000));
    for (time, range) in &capture.reads {
        player.bytes(&capture.events[range.clone()], *time);
    }
    let end = capture.reads.last().unwrap().0 + Micros::from_secs(15);
    player.wait(end);
    player
}

/// Display name -> Interface, read from the recorded bytes.
pub(crate) fn display_names() -> BTreeMap<String, String> {
    names_in(&fixture("ami-capture.log.gz"))
}

/// Display name -> Interface, read from recorded bytes.
pub(crate) fn names_in(log: &[u8]) -> BTreeMap<String, String> {
    let log = String::from_utf8_lossy(log).into_owned();
    let mut names = BTreeMap::new();
    for message in log.split("\r\n\r\n") {
        let get = |key: &str| message.lines().find_map(|l| l.strip_prefix(key)).map(str::to_owned);
        let name = get("MemberName: ").or_else(|| get("Name: "));
        let dn = get("Interface: ").or_else(|| get("Location: "));
        if let (Some(name), Some(dn)) = (name, dn) {
            names.insert(name, dn);
        }
    }
    names
}
