//! A hundred violent deaths: whatever `kill -9` interrupts, the values end equal to those of a run that never died,
//! computed offline from the same records, with the same flags; and while they happen, event time never goes back.

use crate::chance::Chance;
use crate::offline::{Statistic, demo_tenant, export, plain, told};
use crate::pulse::{BIN, Pulse, until};
use crate::relay::Relay;
use journal::Steps;
use model::tenant::Tenant;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const DEATHS: u64 = 100;

/// Where a life may be made to end by itself: between two writes that belong together.
const POINTS: [&str; 5] =
    ["checkpoint.before", "checkpoint.staged", "checkpoint.flipped", "publish.before", "publish.after"];

/// The source has told half a frame.
const AMID_FRAME: &str = "amid a frame";

/// Each of these must have been hit so often.
const HITS_MIN: usize = 3;

const STATISTICS: [(&str, &str, &str, Option<&str>); 10] = [
    ("Queue", "entered", "Calls_Entered", None),
    ("Queue", "answered", "Calls_Answered", None),
    ("Queue", "abandoned", "Calls_Abandoned", None),
    ("Queue", "wait", "Average_Wait_Time", None),
    ("Queue", "level", "ServiceFactor", None),
    ("Queue", "lately", "Calls_Entered", Some("Last15")),
    ("Agent", "state", "Current_Status_Reasons", None),
    ("Agent", "handled", "Calls_Handled", None),
    ("Agent", "talk", "Total_Talk_Time", None),
    ("GroupAgents", "ready", "Current_Ready", None),
];

/// A SIP Server that outlives all of it.
pub(crate) struct SipServer(Child);

impl SipServer {
    pub(crate) fn start(port: u16) -> Self {
        let listen = format!("127.0.0.1:{port}");
        // Six hours have passed already, so that there is work to be interrupted.
        let args = ["simulator", "--seed", "11", "--open-since", "6h", "--listen", &listen];
        Self(Command::new(BIN).args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for SipServer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The centre, as far as this one source tells of it.
fn tenant_of_one_source() -> String {
    let mut tenant = Tenant::from_toml(&demo_tenant(11).0).unwrap();
    tenant.sources.retain(|source| source.name == "sip1");
    let switch = tenant.sources[0].switch.clone();
    tenant.dns.retain(|dn| dn.switch == switch);
    let known: Vec<String> = tenant.dns.iter().map(|dn| format!("{}@{}", dn.number, dn.switch)).collect();
    for group in &mut tenant.queue_groups {
        group.dns.retain(|dn| known.iter().any(|known| known == dn.as_str()));
    }
    toml::to_string(&tenant).unwrap()
}

/// What all lives have in common.
struct World {
    data: PathBuf,
    source: String,
    tenant: PathBuf,
    relay: Relay,
    /// Of a session that outlives them, too.
    cookie: String,
}

impl World {
    /// One life that ends without warning, at `point` or at any moment; whether it came to that point, and the event
    /// times that were seen of it.
    fn live_and_die(&self, point: Option<&'static str>, chance: &mut Chance) -> (bool, Vec<i64>) {
        let listen = format!("127.0.0.1:{}", test_servers::free_port().unwrap());
        let mut command = Command::new(BIN);
        command.args([
            "standalone",
            "--listen",
            &listen,
            "--metrics",
            "127.0.0.1:0",
            "--source",
            &self.source,
        ]);
        command.arg("--data").arg(&self.data).arg("--tenant").arg(&self.tenant);
        command.env("PULSE_CHECKPOINT_EVERY", "30ms");
        match point {
            Some(AMID_FRAME) => self.relay.cut_after(1 + chance.below(30) as i64),
            Some(point) => {
                command.arg("--failures").arg(format!("{point}={}", 1 + chance.below(6)));
            }
            None => {}
        }
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let (watching, cookie) = (Arc::new(AtomicBool::new(true)), self.cookie.clone());
        let watched = Arc::clone(&watching);
        let watcher = std::thread::spawn(move || watch(&listen, &cookie, &watched));
        // A chosen point is waited for, however busy the machine is.
        let life = Duration::from_millis(60 + chance.below(500));
        let patience = if point.is_some() { Duration::from_secs(20) } else { life };
        let born = Instant::now();
        let (mut died_by_itself, mut is_cut) = (false, false);
        while !died_by_itself && !is_cut && born.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(10));
            died_by_itself = child.try_wait().unwrap().is_some();
            is_cut = self.relay.is_cut();
        }
        if is_cut {
            // What came is read and waits for its rest.
            std::thread::sleep(Duration::from_millis(30));
            died_by_itself = child.try_wait().unwrap().is_some();
        }
        let _ = child.kill();
        child.wait().unwrap();
        watching.store(false, Ordering::SeqCst);
        self.relay.mend();
        let came_there = if point == Some(AMID_FRAME) { is_cut && !died_by_itself } else { died_by_itself };
        (point.is_some() && came_there, watcher.join().unwrap())
    }
}

/// The event times of values that a page would see, for as long as anybody answers.
fn watch(address: &str, cookie: &str, watching: &AtomicBool) -> Vec<i64> {
    let mut seen = Vec::new();
    while watching.load(Ordering::SeqCst) {
        seen.extend(event_time(address, cookie).filter(|at| *at > 0));
        std::thread::sleep(Duration::from_millis(20));
    }
    seen
}

fn event_time(address: &str, cookie: &str) -> Option<i64> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let path = "/api/v1/values?object_type=Queue&objects=*&statistics=Calls_Entered";
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n")
        .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    let table: Value = serde_json::from_str(body.get(body.find('{')?..=body.rfind('}')?)?).ok()?;
    table["at"].as_i64()
}

#[test]
fn a_hundred_deaths_leave_every_value_as_it_would_have_been() {
    let home = tempfile::tempdir().unwrap();
    let port = test_servers::free_port().unwrap();
    let _server = SipServer::start(port);
    let relay = Relay::start(port);
    let tenant = home.path().join("tenant.toml");
    std::fs::write(&tenant, tenant_of_one_source()).unwrap();
    let source = format!("pulse://127.0.0.1:{}?name=sip1", relay.port);
    let data = home.path().join("data");

    // The first life tells the password; it dies like the others.
    let mut password = None;
    let args = ["--source", &source, "--tenant", tenant.to_str().unwrap()];
    let first = Pulse::start(&data, &args, &mut password);
    let cookie = first.cookie().to_owned();
    // What is asked for now is open in all lives: checkpoints remember it.
    until("values", Duration::from_secs(60), || ask_all(&first).iter().all(|(_, _, rows)| !rows.is_empty()));
    let kept = checkpoints(&first);
    until("two checkpoints", Duration::from_secs(60), || checkpoints(&first) >= kept + 2.0);
    first.kill();
    let world = World { data: data.clone(), source: source.clone(), tenant: tenant.clone(), relay, cookie };
    let mut chance = Chance(20_261_125);
    let points: Vec<&'static str> = POINTS.into_iter().chain(Steps::NAMES).chain([AMID_FRAME]).collect();
    let (mut hits, mut looks) = (BTreeMap::new(), 0);
    for life in 1..DEATHS as usize {
        let point = (life % 2 == 1).then(|| points[life / 2 % points.len()]);
        let (came_there, seen) = world.live_and_die(point, &mut chance);
        *hits.entry(point.unwrap_or("at any moment")).or_insert(0) +=
            usize::from(came_there || point.is_none());
        // Each life is a generation of its own.
        assert!(seen.is_sorted(), "event time went back in life {life} ({point:?}): {seen:?}");
        looks += seen.len();
    }
    eprintln!("deaths by point: {hits:?}; {looks} looks at event time meanwhile");
    for point in points {
        assert!(hits[point] >= HITS_MIN, "{point} was hit too seldom: {hits:?}");
    }
    assert!(looks >= 20, "{looks} looks at event time");

    let pulse = Pulse::start(&data, &args, &mut password);
    // Wait until it has caught up, then look: the values of one instant, and the records that led to them.
    let mut asked = Vec::new();
    until("the last life catches up", Duration::from_secs(180), || {
        asked = ask_all(&pulse);
        asked.iter().all(|(_, at, rows)| *at > 0 && !rows.is_empty()) && is_calm(&asked)
    });
    assert!(pulse.stop());
    let events = home.path().join("events.jsonl");
    export(&data.join("journal"), "sip1", &events);
    let statistics = STATISTICS.map(|(kind, name, stat_type, time_profile)| Statistic {
        kind: kind.to_owned(),
        name: name.to_owned(),
        stat_type: stat_type.to_owned(),
        time_profile: time_profile.map(str::to_owned),
    });
    let mut compared = 0;
    for (name, at, rows) in asked {
        let expected = told(home.path(), &tenant, std::slice::from_ref(&events), &statistics, at);
        for (object, cell) in rows {
            let key = (name.clone(), object);
            assert_eq!(of_cell(&cell), of_line(&expected[&key]), "{key:?} at {at}");
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared} values of queues, agents and groups");
}

/// Value and flags as the interface has them.
fn of_cell(cell: &Value) -> [Value; 4] {
    let has =
        |flag: &str| json!(cell["flags"].as_array().is_some_and(|flags| flags.iter().any(|it| it == flag)));
    [plain(&cell["v"]), has("empty"), has("invalid"), has("partial")]
}

/// The same as they are computed offline.
fn of_line(line: &Value) -> [Value; 4] {
    let invalid = json!(line["valid"] == false);
    [plain(&line["value"]), line["empty"].clone(), invalid, line["partial"].clone()]
}

fn checkpoints(pulse: &Pulse) -> f64 {
    let metrics = pulse.metrics();
    let counts = metrics.lines().find_map(|line| line.strip_prefix("pulse_dcu_checkpoints_total "));
    counts.and_then(|count| count.parse().ok()).unwrap_or_default()
}

type Asked = Vec<(String, i64, BTreeMap<String, Value>)>;

fn ask_all(pulse: &Pulse) -> Asked {
    let one = |(kind, name, stat_type, time_profile): (&str, &str, &str, Option<&str>)| {
        let mut statistic = json!({"stat_type": stat_type});
        if let Some(profile) = time_profile {
            statistic["time_profile"] = json!(profile);
        }
        let query = json!({"object_type": kind, "objects": "*", "statistics": [statistic]});
        let (at, rows) = pulse.cells(&query);
        let rows = rows.into_iter().map(|(object, cells)| (object, cells[0].clone()));
        (name.to_owned(), at, rows.collect())
    };
    STATISTICS.into_iter().map(one).collect()
}

/// The values are of the present: not of a backlog that is still being worked off.
fn is_calm(asked: &Asked) -> bool {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64;
    asked.iter().all(|(_, at, _)| now - at < 2_000_000)
}
