//! The shorthand of rows, turned into event records: one a line, `time word arguments key=value ...`.
//!
//! `Q call [queue]`, `D call queue dn`, `AB call queue` on mediation DNs; `R E H V X AB call dn` on phones (`q=9001`
//! names the queue that the call came through, remembered until the call leaves the phone); `LI LO RD NR ACW dn agent`;
//! `LD`, `LC` for the link; any other word is an event's name with its keys. A line that begins with `{` is a record.

use super::when::when;
use model::Record;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Reads a story.
pub(crate) fn records(story: &str) -> Vec<Record> {
    let mut queues = BTreeMap::new();
    let lines = story.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut values: Vec<Value> = lines.map(|line| record(line, &mut queues)).collect();
    values.sort_by_key(|value| value["received"].as_i64());
    let mut seq = BTreeMap::<String, u64>::new();
    let number = |mut value: Value| {
        if value.get("seq").is_none() {
            let seq = seq.entry(value["source"].as_str().unwrap().to_owned()).or_default();
            *seq += 1;
            value["epoch"] = json!(1);
            value["seq"] = json!(*seq);
        }
        serde_json::from_value(value).unwrap()
    };
    values.into_iter().map(number).collect()
}

fn record(line: &str, queues: &mut BTreeMap<(String, String), String>) -> Value {
    if line.starts_with('{') {
        return serde_json::from_str(line).unwrap();
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let (next, rest) = if words[0] == "next" { (2, "next ") } else { (1, "") };
    let at = when(&format!("{rest}{}", words[next - 1])).0;
    let (name, words) = (words[next], &words[next + 1..]);
    let plain: Vec<&str> = words.iter().copied().filter(|word| !word.contains('=')).collect();
    let mut keys = shorthand(name, &plain);
    for (key, value) in words.iter().filter_map(|word| word.split_once('=')) {
        let key = if key == "q" { "this_queue" } else { key };
        let value = match key {
            "time" | "from" | "to" => json!(when(value).0),
            "seq" | "epoch" | "received" | "records_left" => json!(value.parse::<i64>().unwrap()),
            _ if value.starts_with(['{', '[']) => serde_json::from_str(value).unwrap(),
            "synthetic" | "in_service" | "unsaved" => json!(value == "true"),
            _ => json!(value),
        };
        keys.insert(key.into(), value);
    }
    remember(&mut keys, name, queues);
    keys.entry("source").or_insert(json!("pbx1"));
    keys.entry("received").or_insert(json!(at));
    keys.entry("time").or_insert(json!(at));
    Value::Object(keys)
}

fn shorthand(name: &str, words: &[&str]) -> Map<String, Value> {
    let word = |place: usize, or: &str| words.get(place).map_or(json!(or), |word| json!(word));
    let call = |event: &str| {
        let inbound = json!("Inbound");
        json!({"event": event, "conn_id": word(0, "c"), "this_dn": word(1, "2001"), "call_type": inbound})
    };
    let queue = |event: &str| {
        let queue = word(1, "9001");
        json!({"event": event, "conn_id": word(0, "c"), "this_dn": queue, "this_queue": queue})
    };
    let agent = |event: &str, mode: Option<&str>| {
        let mut value = json!({"event": event, "this_dn": word(0, "2001"), "agent_id": word(1, "A1")});
        if let Some(mode) = mode {
            value["work_mode"] = json!(mode);
        }
        value
    };
    let value = match name {
        "Q" => queue("Queued"),
        "D" => {
            let mut value = queue("Diverted");
            value["third_party_dn"] = word(2, "2001");
            value
        }
        "AB" => call("Abandoned"),
        "R" => call("Ringing"),
        "E" => call("Established"),
        "H" => call("Held"),
        "V" => call("Retrieved"),
        "X" => call("Released"),
        "LI" => agent("AgentLogin", None),
        "LO" => agent("AgentLogout", None),
        "RD" => agent("AgentReady", None),
        "NR" => agent("AgentNotReady", Some("AuxWork")),
        "ACW" => agent("AgentNotReady", Some("AfterCallWork")),
        "LD" => json!({"event": "LinkDisconnected"}),
        "LC" => json!({"event": "LinkConnected"}),
        other => json!({"event": other}),
    };
    match value {
        Value::Object(keys) => keys,
        _ => Map::new(),
    }
}

/// A phone's later records of a call carry the queue of its ringing (contracts, part 3).
fn remember(keys: &mut Map<String, Value>, name: &str, queues: &mut BTreeMap<(String, String), String>) {
    if !matches!(name, "R" | "E" | "H" | "V" | "X" | "AB") {
        return;
    }
    let text = |key: &str| keys.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let leg = (text("conn_id"), text("this_dn"));
    if keys.contains_key("this_queue") {
        queues.insert(leg.clone(), text("this_queue"));
    } else if let Some(queue) = queues.get(&leg) {
        keys.insert("this_queue".into(), json!(queue));
    }
    if matches!(name, "X" | "AB") {
        queues.remove(&leg);
    }
}
