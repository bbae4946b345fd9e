//! A recorded session, to play it again: which bytes are events, which are answers to the recorder's own questions.

use crate::message::Message;
use crate::parser::{Parsed, Parser};
use model::time::Micros;
use std::collections::BTreeMap;
use std::ops::Range;

/// A recorded session of the Manager Interface.
#[derive(Clone, Debug, Default)]
pub struct Capture {
    /// The greeting, with its line end.
    pub banner: Vec<u8>,
    /// The events in order, without answers, without `FullyBooted`.
    pub events: Vec<u8>,
    /// When which bytes of `events` came: one entry for each read of the recorder.
    pub reads: Vec<(Micros, Range<usize>)>,
    /// The answers to each action, first answer first; `ActionID` lines still say what they said.
    pub answers: BTreeMap<String, Vec<Vec<u8>>>,
    /// `FullyBooted` as it was recorded.
    pub booted: Vec<u8>,
}

impl Capture {
    /// Takes a recording apart. `log` are the bytes, `index` a JSON line `{"off":..,"len":..,"t":..}` for each read.
    ///
    /// # Errors
    /// A sentence that names what is wrong with the recording.
    pub fn read(log: &[u8], index: &str) -> Result<Self, String> {
        let times = read_index(index)?;
        let end = log.iter().position(|b| *b == b'\n').ok_or("the recording has no greeting")? + 1;
        let mut capture = Self { banner: log[..end].to_vec(), ..Self::default() };
        let mut kinds: Vec<(Range<usize>, bool)> = Vec::new();
        let mut open: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for range in messages(log, end) {
            let bytes = &log[range.clone()];
            let Some(message) = parse(bytes) else {
                return Err(format!("no message at byte {}", range.start));
            };
            let own = message.response().is_some()
                || (message.get("ActionID").is_some() && message.get("Privilege").is_none());
            if own {
                capture.answer(&message, bytes, &mut open);
            } else if message.event() == Some("FullyBooted") {
                capture.booted = bytes.to_vec();
            }
            kinds.push((range, !own && message.event() != Some("FullyBooted")));
        }
        capture.keep_events(log, &kinds, &times);
        Ok(capture)
    }

    fn answer(&mut self, message: &Message, bytes: &[u8], open: &mut BTreeMap<String, Vec<u8>>) {
        let id = message.get("ActionID").map(ToString::to_string).unwrap_or_default();
        let answer = open.entry(id.clone()).or_default();
        answer.extend_from_slice(bytes);
        let begins = message.get("EventList").is_some_and(|l| l == "start");
        let item = message.response().is_none() && message.get("EventList").is_none();
        if begins || item {
            return;
        }
        if let (Some(name), Some(answer)) = (action_of(message), open.remove(&id)) {
            self.answers.entry(name.to_owned()).or_default().push(answer);
        }
    }

    fn keep_events(&mut self, log: &[u8], kinds: &[(Range<usize>, bool)], times: &[(usize, Micros)]) {
        let mut read = 0;
        for (range, is_event) in kinds {
            if !is_event {
                continue;
            }
            let mut at = range.start;
            while at < range.end {
                while times.get(read).is_some_and(|(end, _)| *end <= at) {
                    read += 1;
                }
                let Some((end, time)) = times.get(read) else { return };
                let until = (*end).min(range.end);
                let start = self.events.len();
                self.events.extend_from_slice(&log[at..until]);
                match self.reads.last_mut() {
                    Some((last, bytes)) if last == time => bytes.end = self.events.len(),
                    _ => self.reads.push((*time, start..self.events.len())),
                }
                at = until;
            }
        }
    }

    /// The `n`th recorded answer to `action`, for an asker who gave it the id `id`.
    pub fn answer_to(&self, action: &str, n: usize, id: &str) -> Option<Vec<u8>> {
        let answer = self.answers.get(action)?.get(n)?;
        let mut out = Vec::with_capacity(answer.len());
        for line in answer.split_inclusive(|b| *b == b'\n') {
            if line.starts_with(b"ActionID: ") {
                out.extend_from_slice(format!("ActionID: {id}\r\n").as_bytes());
            } else {
                out.extend_from_slice(line);
            }
        }
        Some(out)
    }
}

/// (end offset, time) of each read.
fn read_index(index: &str) -> Result<Vec<(usize, Micros)>, String> {
    let mut times = Vec::new();
    for (n, line) in index.lines().enumerate() {
        let value: serde_json::Value =
            serde_json::from_str(line).map_err(|e| format!("line {} of the index: {e}", n + 1))?;
        let number = |key: &str| value.get(key).and_then(serde_json::Value::as_f64);
        let (Some(off), Some(len), Some(t)) = (number("off"), number("len"), number("t")) else {
            return Err(format!("line {} of the index lacks off, len or t", n + 1));
        };
        times.push(((off + len) as usize, Micros((t * 1e6).round() as i64)));
    }
    Ok(times)
}

/// The ranges of whole messages from `start` on.
fn messages(log: &[u8], start: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut from, mut line) = (start, start);
    while let Some(end) = log[line..].iter().position(|b| *b == b'\n').map(|n| line + n + 1) {
        if log[line..end].iter().all(|b| matches!(b, b'\r' | b'\n')) {
            found.push(from..end);
            from = end;
        }
        line = end;
    }
    found
}

fn parse(bytes: &[u8]) -> Option<Message> {
    let mut parser = Parser::default();
    let mut found = None;
    parser.push(b"x\n", |_| {});
    parser.push(bytes, |p| {
        if let Parsed::Message(m) = p {
            found = Some(m);
        }
    });
    found
}

/// Which action a closing message answers.
fn action_of(message: &Message) -> Option<&str> {
    if let Some(event) = message.event() {
        return match event {
            "QueueStatusComplete" => Some("QueueStatus"),
            "QueueSummaryComplete" => Some("QueueSummary"),
            "CoreShowChannelsComplete" => Some("CoreShowChannels"),
            "AgentsComplete" => Some("Agents"),
            "DeviceStateListComplete" => Some("DeviceStateList"),
            "EndpointListComplete" => Some("PJSIPShowEndpoints"),
            "BridgeListComplete" => Some("BridgeList"),
            other => other.strip_suffix("Complete"),
        };
    }
    ["CoreStartupDate", "AMIversion", "Ping", "Challenge"]
        .into_iter()
        .find(|key| message.get(key).is_some())
        .map(|key| match key {
            "CoreStartupDate" => "CoreStatus",
            "AMIversion" => "CoreSettings",
            other => other,
        })
}
