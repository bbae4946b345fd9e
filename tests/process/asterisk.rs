//! A real Asterisk behind `pulse standalone`: what the API says equals what the PBX wrote into its own queue_log.

use crate::pulse::{Pulse, until};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Where real servers lie, if they do.
fn servers() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/servers");
    let named = std::env::var("PULSE_TEST_SERVERS").map_or(beside, PathBuf::from);
    Some(named.join("asterisk")).filter(|place| place.join("start").is_file())
}

struct Asterisk {
    child: Child,
    home: tempfile::TempDir,
    base: u16,
}

impl Asterisk {
    fn start(place: &Path) -> Self {
        let home = tempfile::tempdir().unwrap();
        let base = free_base();
        let mut command = Command::new(place.join("start"));
        let child = command
            .arg(home.path())
            .arg(base.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let asterisk = Self { child, home, base };
        until("the manager interface", Duration::from_secs(180), || {
            std::net::TcpStream::connect(("127.0.0.1", base)).is_ok()
        });
        asterisk
    }

    /// By queue: entered, connected, abandoned.
    fn counted(&self) -> BTreeMap<String, [f64; 3]> {
        let log = std::fs::read_to_string(self.home.path().join("run/log/queue_log")).unwrap();
        let mut counted: BTreeMap<String, [f64; 3]> = BTreeMap::new();
        for line in log.lines() {
            let fields: Vec<&str> = line.split('|').collect();
            let which = match fields[4] {
                "ENTERQUEUE" => 0,
                "CONNECT" => 1,
                "ABANDON" => 2,
                _ => continue,
            };
            counted.entry(format!("{}@pbx1", fields[2])).or_default()[which] += 1.0;
        }
        counted
    }
}

impl Drop for Asterisk {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// The first of a thousand ports that nobody uses, hopefully: the probe port is held while it is looked at.
fn free_base() -> u16 {
    let taken = |port: u16| std::net::TcpListener::bind(("127.0.0.1", port)).is_err();
    let offset = (std::process::id() % 11) as u16;
    (0..11)
        .map(|step| 16_000 + (step + offset) % 11 * 1_200)
        .find(|base| !taken(*base) && !taken(base + 1))
        .unwrap()
}

#[test]
fn the_values_of_a_living_pbx_equal_its_own_log() {
    let Some(place) = servers() else {
        eprintln!(
            "skipped: no Asterisk to start (PULSE_TEST_SERVERS, or shared/servers beside the checkout)"
        );
        return;
    };
    let asterisk = Asterisk::start(&place);
    let data = tempfile::tempdir().unwrap();
    let secret = data.path().join("secret");
    std::fs::write(&secret, "pulse-secret\n").unwrap();
    let source = format!("asterisk://pulse@127.0.0.1:{}?name=pbx1", asterisk.base);
    let (secret, zone) = (secret.to_str().unwrap(), test_servers::zone_of_noon());
    let args = ["--source", &source, "--secret-file", secret, "--time-zone", &zone];
    let mut password = None;
    let pulse = Pulse::start(data.path(), &args, &mut password);

    let load = Command::new("python3")
        .arg(place.join("load.py"))
        .args([
            "--base",
            &asterisk.base.to_string(),
            "--calls",
            "16",
            "--seconds",
            "16",
            "--rate",
            "1",
            "--seed",
            "5",
        ])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(load.success());

    // Hang-ups are told from redirects by the adapter; queue_log calls both ABANDON.
    let statistics = ["Calls_Entered", "Calls_Answered", "Calls_Abandoned", "Calls_Abandoned_From_Ringing"];
    let told = |pulse: &Pulse| -> BTreeMap<String, [f64; 3]> {
        let (_, rows) = pulse.values("Queue", &statistics);
        let number = |cells: &[serde_json::Value], at: usize| cells[at].as_f64().unwrap_or(-1.0);
        rows.into_iter()
            .map(|(queue, cells)| {
                (queue, [number(&cells, 0), number(&cells, 1), number(&cells, 2) + number(&cells, 3)])
            })
            .collect()
    };
    until("the PBX's own counts", Duration::from_secs(20), || {
        let (told, counted) = (told(&pulse), asterisk.counted());
        counted.iter().all(|(queue, [entered, connected, abandoned])| {
            let [e, c, a] = told.get(queue).copied().unwrap_or_default();
            // A redirect of a waiting caller is CLEARED here and ABANDON there: load.py makes few.
            e == *entered && c == *connected && a <= *abandoned && abandoned - a <= 2.0
        })
    });
    let (_, agents) = pulse.values("Agent", &["Current_Status", "Total_Login_Time"]);
    let logged_in =
        agents.values().filter(|cells| cells[0]["status"] != "LoggedOut" && cells[1].as_f64() > Some(0.0));
    assert!(logged_in.count() >= 10, "members of queues are logged in: {agents:?}");
}
