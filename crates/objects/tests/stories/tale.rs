//! The notation: `<second> <dn> <Event> [words and key=value]`, one record a line; items print as they read.
//!
//! Words: `c1` a call, `A1` an agent, a call type; keys: `q` this_queue, `to` third_party_dn, `prev`, `state`, `mode`,
//! `why` reason, `ud` and `re` one key:value of user data and reasons, `role`, `time` the source's own second,
//! `seq`, `src` the source; `i` interaction_id, `media`, `at` place_id, `old` old_queue, `party` party_type; `camp` campaign,
//! `group` campaign_group, `list` calling_list, `dial` dial_mode, `left` records_left. `-` stands
//! for no DN. A Snapshot's body is JSON with times in seconds,
//! a ConfigChanged's its change.

use model::item::{ConnIx, Item, Items, What};
use model::record::{Body, CallState, CallType, Event, Gap, KeyValue, Record, Role, WorkMode};
use model::snapshot::Snapshot;
use model::tenant::Tenant;
use model::{Action, Micros, Text};
use objects::{AnyBrain, Brain, Objects, Out, Routes, Stage};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A queue, a route point, a virtual queue, two phones of agent A1 at place P1 and one of A2 at P2, groups of each.
pub(crate) const WORLD: &str = r#"
tenant = "t"
source = [{ name = "pbx", switch = "sw" }]
dn = [
  { number = "9001", switch = "sw", type = "Queue" },
  { number = "9002", switch = "sw", type = "Queue" },
  { number = "7001", switch = "sw", type = "RoutePoint" },
  { number = "8001", switch = "sw", type = "VirtualQueue", vq_stuck_check = 0 },
  { number = "8002", switch = "sw", type = "VirtualQueue", use_alt_enter_time = true },
  { number = "8003", switch = "sw", type = "VirtualQueue", vq_stuck_check = 600 },
  { number = "2001", switch = "sw", type = "Extension" },
  { number = "2002", switch = "sw", type = "Position" },
  { number = "2003", switch = "sw", type = "Extension" },
]
place = [{ name = "P1", dns = ["2001@sw", "2002@sw"] }, { name = "P2", dns = ["2003"] }, { name = "P0" }]
agent = [{ id = "A1" }, { id = "A2" }, { id = "A3" }]
agent_group = [{ name = "G", agents = ["A1", "A2"] }, { name = "O", agents = ["A3"], origination_dns = ["9002"] }]
place_group = [{ name = "PG", places = ["P1", "P2"] }]
queue_group = [{ name = "QG", dns = ["9001", "9002"] }]
"#;

/// Plays a story in [`WORLD`] and compares the items of the named objects.
#[track_caller]
pub(crate) fn check(rule: &str, story: &str, of: &str, expected: &str) {
    check_in(WORLD, rule, story, of, expected);
}

/// Plays a story in a world of its own.
#[track_caller]
pub(crate) fn check_in(world: &str, rule: &str, story: &str, of: &str, expected: &str) {
    let told = tell(world, story);
    let names: Vec<&str> = of.split_whitespace().collect();
    let is_named = |line: &&String| line.split(' ').nth(1).is_some_and(|name| names.contains(&name));
    let got: Vec<&str> = told.lines.iter().filter(is_named).map(String::as_str).collect();
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert!(got == expected, "{rule}\n--- got\n{}\n--- expected\n{}", got.join("\n"), expected.join("\n"));
}

/// What a story gave.
pub(crate) struct Told {
    /// The items, printed; without those of the beginning.
    pub(crate) lines: Vec<String>,
    /// The contact centre at the end.
    pub(crate) objects: Objects,
    /// All batches.
    pub(crate) items: Vec<Items>,
}

/// Plays a story one instant a batch; checks that other ways to play it give the same.
#[track_caller]
pub(crate) fn tell(world: &str, story: &str) -> Told {
    let tenant = Tenant::from_toml(world).expect("a good tenant");
    let records = records(story);
    let told = play(&tenant, &records);
    let whole = Objects::new(&tenant).unwrap().step(&records, end(&records));
    assert_eq!(plain(&told.items), plain(&[whole]), "one batch gives what many give");
    assert_eq!(plain(&told.items), plain(&play_by_actors(&tenant, &records)), "so do scattered brains");
    told
}

pub(crate) fn end(records: &[Record]) -> Micros {
    records.last().map_or(Micros::ZERO, |record| record.received)
}

/// One instant a batch, with a checkpoint after each.
fn play(tenant: &Tenant, records: &[Record]) -> Told {
    let mut objects = Objects::new(tenant).unwrap();
    let mut told = Vec::new();
    let (mut lines, mut conns) = (Vec::new(), BTreeMap::new());
    for instant in records.chunk_by(|one, next| one.received == next.received) {
        let items = objects.step(instant, instant[0].received);
        for conn in items.items.iter().map(|item| item.conn) {
            if let Some(name) = objects.floor.conn_id(conn) {
                conns.insert(conn, name.to_owned());
            }
        }
        for item in items.items.iter().filter(|item| item.at > Micros::from_secs(-1000)) {
            lines.push(print(item, &objects, &conns));
        }
        told.push(items);
        let saved = rmp_serde::to_vec_named(&objects).unwrap();
        objects = rmp_serde::from_slice(&saved).unwrap();
    }
    Told { lines, objects, items: told }
}

/// As actors do: every brain puts out on its own, and they answer in reverse order.
fn play_by_actors(tenant: &Tenant, records: &[Record]) -> Vec<Items> {
    let mut objects = Objects::new(tenant).unwrap();
    let mut routes = Routes::default();
    let half = records.len() / 2;
    let middle = records[half].received;
    let at = records.partition_point(|record| record.received <= middle);
    let mut told = Vec::new();
    for batch in [&records[..at], &records[at..]] {
        objects.floor.route(batch, end(batch), &mut routes);
        for (ix, _) in &routes.appeared {
            objects.brains.push(objects.floor.newborn(*ix));
        }
        for stage in Stage::ALL {
            routes.open(stage);
            let (mut first, mut second) = (Vec::new(), Vec::new());
            let brains = &mut objects.brains;
            macro_rules! run {
                ($mail:ident, $variant:ident, $outs:ident) => {
                    for (ix, slice) in routes.$mail.slices() {
                        if let Some(Some(AnyBrain::$variant(brain))) = brains.get_mut(ix.0 as usize) {
                            let mut out = Out::default();
                            brain.apply(slice, &mut out);
                            $outs.insert(0, (ix, out));
                        }
                    }
                };
            }
            match stage {
                Stage::Devices => run!(devices, Device, first),
                Stage::People => {
                    run!(agents, Agent, first);
                    run!(places, Place, second);
                }
                Stage::Queues => {
                    run!(queues, Queue, first);
                    run!(queues, Area, first);
                    run!(queues, Campaign, first);
                }
                Stage::Groups => run!(groups, Group, first),
            }
            routes.absorb_all(first);
            routes.absorb_all(second);
        }
        told.push(routes.finish());
    }
    told
}

/// Items with their data resolved, without what depends on batches.
pub(crate) fn plain(batches: &[Items]) -> Vec<String> {
    let mut plain = Vec::new();
    for batch in batches {
        plain.extend(batch.appeared.iter().map(|(ix, object)| format!("{ix:?} {object:?}")));
    }
    plain.sort();
    for batch in batches {
        for item in &batch.items {
            let data = batch.data.get(item.data as usize);
            plain.push(format!("{:?} {data:?}", Item { data: 0, ..*item }));
        }
    }
    // Gaps stand beside the items: batches cut only those.
    plain.extend(batches.iter().flat_map(|batch| &batch.gaps).map(|gap| format!("{gap:?}")));
    plain
}

fn print(item: &Item, objects: &Objects, conns: &BTreeMap<ConnIx, String>) -> String {
    let name = |ix| objects.directory().number(ix).to_owned();
    let seconds = |micros: Micros| micros.0 as f64 / 1e6;
    let mut line = format!("{} {} ", seconds(item.at), name(item.object));
    match item.what {
        What::Began { action, .. } => write!(line, "+{}", action.name()),
        What::Ended { action, .. } => write!(line, "-{}", action.name()),
        What::Lost { action, .. } => write!(line, "-{}", action.name()),
        What::Unseen => write!(line, "=?"),
        What::Changed { action, .. } => write!(line, "~{}", action.name()),
        What::Happened { action } => write!(line, "{}", action.name()),
        What::Status { to } => write!(line, "={}", to.name()),
        What::Records { left } => write!(line, "left {left}"),
        What::Joined { group } => write!(line, ">{}", name(group)),
        What::Left { group } => write!(line, "<{}", name(group)),
        What::Validity { valid } => write!(line, "{}", if valid { "valid" } else { "invalid" }),
    }
    .unwrap();
    if let Some(conn) = conns.get(&item.conn)
        && !matches!(item.what, What::Status { .. })
    {
        write!(line, " {conn}").unwrap();
    }
    let length = seconds(item.at - item.start);
    match item.what {
        What::Ended { .. } => write!(line, " {length}"),
        What::Lost { .. } => write!(line, " after {}", seconds(item.source_span)),
        What::Unseen => write!(line, " since {}", seconds(item.start)),
        What::Happened { action } if action.kind() == model::action::Kind::Retrospective => {
            write!(line, " {length}")
        }
        What::Began { .. } | What::Status { .. } if length != 0.0 => {
            write!(line, " since {}", seconds(item.start))
        }
        _ => Ok(()),
    }
    .unwrap();
    line
}

/// The records of a story, after one that begins the world long before.
pub(crate) fn records(story: &str) -> Vec<Record> {
    let begin = Record::new("pbx", Event::LinkConnected, Micros::from_secs(-1000));
    let lines = story.lines().map(str::trim).filter(|line| !line.is_empty());
    std::iter::once(begin).chain(lines.map(record)).collect()
}

fn record(line: &str) -> Record {
    let mut words = line.splitn(4, ' ').map(str::trim).filter(|word| !word.is_empty());
    let at: f64 = words.next().unwrap().parse().unwrap_or_else(|_| panic!("no second: {line}"));
    let at = Micros((at * 1e6) as i64);
    let dn = words.next().unwrap();
    let event = Event::from_name(words.next().unwrap());
    let mut record = Record::new("pbx", event, at);
    record.this_dn = (dn != "-").then(|| dn.into());
    let rest = words.next().unwrap_or("");
    if record.event == Event::Snapshot {
        record.body = Some(Box::new(Body::Snapshot(snapshot(rest))));
        return record;
    }
    if record.event == Event::Gap {
        let (from, unsaved) = match rest.strip_suffix(" unsaved") {
            Some(from) => (from, true),
            None => (rest, false),
        };
        let from = Micros((from.parse::<f64>().unwrap() * 1e6) as i64);
        record.body = Some(Box::new(Body::Gap(Gap { from, to: at, cause: "lost".into(), unsaved })));
        return record;
    }
    if record.event == Event::ConfigChanged {
        record.body = Some(Box::new(Body::Change(serde_json::from_str(rest).expect("a change"))));
        return record;
    }
    for word in rest.split_whitespace() {
        match word.split_once('=') {
            Some((key, value)) => set(&mut record, key, value),
            None if word.starts_with('c') => record.conn_id = Some(word.into()),
            None if word.starts_with('A') => record.agent_id = Some(word.into()),
            None if word == "synthetic" => record.synthetic = true,
            None => record.call_type = Some(CallType::from_name(word)),
        }
    }
    record
}

fn set(record: &mut Record, key: &str, value: &str) {
    let text = || Some(Text::from(value));
    let list = || {
        let (key, value) = value.split_once(':').expect("key:value");
        Some(Box::new(BTreeMap::from([(key.into(), KeyValue::Text(value.into()))])))
    };
    match key {
        "q" => record.this_queue = text(),
        "to" => record.third_party_dn = text(),
        "prev" => record.prev_conn_id = text(),
        "state" => record.call_state = Some(CallState::from_name(value)),
        "mode" => record.work_mode = Some(WorkMode::from_name(value)),
        "why" => record.reason = text(),
        "ud" => record.user_data = list(),
        "re" => record.reasons = list(),
        "role" => record.rare_mut().this_dn_role = Some(Role::from_name(value)),
        "agent" => record.rare_mut().agent_state = text(),
        "i" => record.rare_mut().interaction_id = text(),
        "media" => record.rare_mut().media_type = text(),
        "at" => record.rare_mut().place_id = text(),
        "old" => record.rare_mut().old_queue = text(),
        "party" => record.rare_mut().party_type = text(),
        "camp" => record.rare_mut().campaign = text(),
        "group" => record.rare_mut().campaign_group = text(),
        "list" => record.rare_mut().calling_list = text(),
        "dial" => record.rare_mut().dial_mode = text(),
        "left" => record.rare_mut().records_left = Some(value.parse().unwrap()),
        "time" => record.time = Micros((value.parse::<f64>().unwrap() * 1e6) as i64),
        "seq" => (record.epoch, record.seq) = (1, value.parse().unwrap()),
        "src" => record.source = value.into(),
        _ => panic!("unknown key {key}"),
    }
}

fn snapshot(json: &str) -> Snapshot {
    let mut value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    to_micros(&mut value);
    for key in ["taken", "memberships"] {
        let empty = if key == "taken" { serde_json::json!(0) } else { serde_json::json!([]) };
        value.as_object_mut().unwrap().entry(key).or_insert(empty);
    }
    serde_json::from_value(value).expect("a snapshot")
}

fn to_micros(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Number(number) => {
            *value = ((number.as_f64().unwrap() * 1e6) as i64).into();
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(to_micros),
        serde_json::Value::Object(map) => map.values_mut().for_each(to_micros),
        _ => {}
    }
}

/// How long an object had each status from `from` to `to`, in seconds, by its Status items.
pub(crate) fn status_times(told: &Told, object: &str, from: i64, to: i64) -> BTreeMap<&'static str, i64> {
    let mut times = BTreeMap::new();
    let mut now: Option<(&'static str, i64)> = None;
    let clip = |at: i64| at.clamp(from * 1_000_000, to * 1_000_000);
    let all = told.items.iter().flat_map(|items| &items.items);
    for item in all.filter(|item| told.objects.directory().number(item.object) == object) {
        let What::Status { to: status } = item.what else { continue };
        if let Some((name, since)) = now {
            *times.entry(name).or_default() += clip(item.at.0) - clip(since);
        }
        now = Some((status.name(), item.at.0));
    }
    if let Some((name, since)) = now {
        *times.entry(name).or_default() += clip(i64::MAX) - clip(since);
    }
    times.retain(|_, time| *time != 0);
    times.values_mut().for_each(|time| *time /= 1_000_000);
    times
}

/// (number, total seconds) of an action of an object, by its ends or happenings.
pub(crate) fn totals(told: &Told, object: &str, wanted: Action) -> (usize, i64) {
    let all = told.items.iter().flat_map(|items| &items.items);
    let of = all.filter(|item| told.objects.directory().number(item.object) == object);
    let mut totals = (0, 0);
    for item in of {
        match item.what {
            What::Ended { action, .. } | What::Happened { action } if action == wanted => {
                totals.0 += 1;
                totals.1 += (item.at - item.start).0 / 1_000_000;
            }
            _ => {}
        }
    }
    totals
}
