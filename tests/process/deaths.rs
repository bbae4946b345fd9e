//! A hundred violent deaths: whatever `kill -9` interrupts, the values end equal to those of a run that never died,
//! computed offline from the same records.

use crate::offline::{demo_tenant, evaluated, export, plain};
use crate::pulse::{BIN, Pulse};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const DEATHS: u64 = 100;

/// Where a life may be made to end by itself: between two writes that belong together.
const POINTS: [&str; 5] =
    ["checkpoint.before", "checkpoint.staged", "checkpoint.flipped", "publish.before", "publish.after"];

const STATISTICS: [(&str, &str, &str); 9] = [
    ("Queue", "entered", "Calls_Entered"),
    ("Queue", "answered", "Calls_Answered"),
    ("Queue", "abandoned", "Calls_Abandoned"),
    ("Queue", "wait", "Average_Wait_Time"),
    ("Queue", "level", "ServiceFactor"),
    ("Agent", "state", "Current_Status_Reasons"),
    ("Agent", "handled", "Calls_Handled"),
    ("Agent", "talk", "Total_Talk_Time"),
    ("GroupAgents", "ready", "Current_Ready"),
];

/// A SIP Server that outlives all of it.
struct SipServer(Child);

impl SipServer {
    fn start(port: u16) -> Self {
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

/// Small, seeded chance (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit
    }
}

/// One life that ends without warning; half of them at a chosen point, half at any moment. Answers whether it came
/// to that point.
fn live_and_die(data: &Path, source: &str, tenant: &Path, chance: &mut Chance) -> bool {
    let mut command = Command::new(BIN);
    command.args(["standalone", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--source", source]);
    command.arg("--data").arg(data).arg("--tenant").arg(tenant).env("PULSE_CHECKPOINT_EVERY", "30ms");
    let planned = chance.below(2) == 0;
    if planned {
        let point = POINTS[chance.below(POINTS.len() as u64) as usize];
        command.arg("--failures").arg(format!("{point}={}", 1 + chance.below(6)));
    }
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // A chosen point is waited for, however busy the machine is.
    let life = Duration::from_millis(60 + chance.below(500));
    let patience = if planned { Duration::from_secs(20) } else { life };
    let born = Instant::now();
    let mut died_by_itself = false;
    while !died_by_itself && born.elapsed() < patience {
        std::thread::sleep(Duration::from_millis(10));
        died_by_itself = child.try_wait().unwrap().is_some();
    }
    let _ = child.kill();
    child.wait().unwrap();
    died_by_itself
}

#[test]
fn a_hundred_deaths_leave_every_value_as_it_would_have_been() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let port = test_servers::free_port().unwrap();
    let _server = SipServer::start(port);
    let source = format!("pulse://127.0.0.1:{port}?name=sip1");
    let tenant = home.path().join("tenant.toml");
    std::fs::write(&tenant, demo_tenant(11).0).unwrap();

    let mut chance = Chance(20_261_125);
    let mut password = None;
    // The first life tells the password; it dies like the others.
    let args = ["--source", &source, "--tenant", tenant.to_str().unwrap()];
    Pulse::start(&data, &args, &mut password).kill();
    let lives = (1..DEATHS).map(|_| live_and_die(&data, &source, &tenant, &mut chance));
    let at_points = lives.filter(|died_by_itself| *died_by_itself).count();
    assert!(at_points >= 40, "deaths between two writes were hit: {at_points}");

    let pulse = Pulse::start(&data, &args, &mut password);
    // Wait until it has caught up, then look: the values of one instant, and the records that led to them.
    let mut asked = Vec::new();
    crate::pulse::until("the last life catches up", Duration::from_secs(180), || {
        asked = ask_all(&pulse);
        asked.iter().all(|(_, at, rows)| *at > 0 && !rows.is_empty()) && is_calm(&asked)
    });
    assert!(pulse.stop());
    let events = home.path().join("events.jsonl");
    export(&data.join("journal"), "sip1", &events);
    let statistics =
        STATISTICS.map(|(kind, name, stat_type)| (kind.to_owned(), name.to_owned(), stat_type.to_owned()));
    let mut compared = 0;
    for (name, at, rows) in asked {
        let expected = evaluated(home.path(), &tenant, std::slice::from_ref(&events), &statistics, at);
        for (object, value) in rows {
            let key = (name.clone(), object);
            assert_eq!(plain(&value), plain(&expected[&key]), "{key:?} at {at}");
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared} values of queues, agents and groups");
}

type Asked = Vec<(String, i64, BTreeMap<String, Value>)>;

fn ask_all(pulse: &Pulse) -> Asked {
    let one = |(kind, name, stat_type): (&str, &str, &str)| {
        let (at, rows) = pulse.values(kind, &[stat_type]);
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
