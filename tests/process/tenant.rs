//! The Tenant Service as a process: what it tells takes effect in a living `pulse standalone`, whatever happens to it.

use crate::pulse::{BIN, Pulse, until};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Everybody who is needed here, at the simulator's switch.
const HEAD: &str = "tenant = \"demo\"\nsource = [{ name = \"sip1\", switch = \"sim\" }]\n";
const FIRST: &str = r#"
agent = [{ id = "T1", name = "Ann" }, { id = "T2", name = "Bea" }]
agent_group = [{ name = "North", agents = ["T1", "T2"] }, { name = "South", agents = [] }]
dn = [{ number = "8801", switch = "sim", type = "Queue", name = "Sales" },
      { number = "8802", switch = "sim", type = "Queue", name = "Support" }]
"#;

fn free_port() -> u16 {
    test_servers::free_port().unwrap()
}

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn simulator(port: u16) -> Running {
    let listen = format!("127.0.0.1:{port}");
    let args = ["simulator", "--seed", "5", "--listen", &listen];
    Running(Command::new(BIN).args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

/// A Tenant Service on fixed ports, and its files.
struct Service {
    home: tempfile::TempDir,
    ports: [u16; 3],
}

impl Service {
    fn new(configuration: &str) -> Self {
        let service =
            Self { home: tempfile::tempdir().unwrap(), ports: [free_port(), free_port(), free_port()] };
        service.write(configuration);
        std::fs::write(service.path("token"), "right\n").unwrap();
        std::fs::write(service.path("http-token"), "http-right\n").unwrap();
        let settings = format!("http_token_file = {:?}\nlog = \"json\"\n", service.path("http-token"));
        std::fs::write(service.path("settings.toml"), settings).unwrap();
        service
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn write(&self, configuration: &str) {
        std::fs::write(self.path("tenant.toml"), format!("{HEAD}{configuration}")).unwrap();
    }

    fn command(&self) -> Command {
        let mut command = Command::new(BIN);
        let [listen, http, metrics] = self.ports.map(|port| format!("127.0.0.1:{port}"));
        command.args(["tenant", "--listen", &listen, "--http", &http, "--metrics", &metrics]);
        command.arg("--settings").arg(self.path("settings.toml"));
        command.arg("--configuration").arg(self.path("tenant.toml"));
        command.arg("--data").arg(self.path("data")).arg("--token-file").arg(self.path("token"));
        command
    }

    fn start(&self) -> Running {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.path("log")).unwrap();
        let running = Running(self.command().stdout(Stdio::null()).stderr(log).spawn().unwrap());
        until("the service", Duration::from_secs(30), || {
            self.http(2, "/started", "").starts_with("HTTP/1.1 200")
        });
        running
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// The answer to a request at the second (HTTP) or third (metrics) port.
    fn http(&self, port: usize, path: &str, token: &str) -> String {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.ports[port])) else {
            return String::new();
        };
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    fn objects(&self, kind: &str) -> Value {
        let answer = self.http(1, &format!("/configuration/v3/objects/{kind}"), "http-right");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        serde_json::from_str(body).unwrap()
    }

    fn revision(&self) -> u64 {
        self.objects("skills")["data"]["revision"].as_u64().unwrap()
    }

    fn source(&self) -> String {
        format!("tenant://127.0.0.1:{}", self.ports[0])
    }
}

fn standalone(data: &Path, service: &Service, sip: u16, password: &mut Option<String>) -> Pulse {
    let (tenant, token) = (service.source(), service.path("token"));
    let sip = format!("pulse://127.0.0.1:{sip}?name=sip1");
    let args = ["--source", &tenant, "--source", &sip, "--tenant-token-file", token.to_str().unwrap()];
    Pulse::start(data, &args, password)
}

/// What screens call the objects of a type, and the groups that they belong to.
fn names(pulse: &Pulse, kind: &str) -> BTreeMap<String, (String, Vec<String>)> {
    let answer = pulse.get(&format!("/api/v1/objects?type={kind}&limit=500"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let objects = answer["objects"].as_array().cloned().unwrap_or_default();
    objects
        .iter()
        .map(|object| {
            let groups = object["groups"].as_array().into_iter().flatten().map(text).collect();
            (text(&object["object"]), (text(&object["name"]), groups))
        })
        .collect()
}

/// Waits, and answers how long it took.
#[track_caller]
fn within_two_seconds(what: &str, so: impl FnMut() -> bool) {
    let begun = Instant::now();
    // A busy machine may be slow; what is measured is told.
    until(what, Duration::from_secs(20), so);
    eprintln!("{what}: {:?}", begun.elapsed());
}

#[test]
fn what_changes_in_the_file_takes_effect_in_living_values() {
    let service = Service::new(FIRST);
    let mut running = service.start();
    let sip = free_port();
    let _sip = simulator(sip);
    let data = tempfile::tempdir().unwrap();
    let mut password = None;
    let pulse = standalone(data.path(), &service, sip, &mut password);
    until("the first values", Duration::from_secs(180), || {
        pulse.values("Agent", &["Current_Status"]).1.contains_key("T1")
            && pulse.values("Queue", &["Calls_Entered"]).1.contains_key("8802@sim")
    });
    let groups =
        |pulse: &Pulse, agent: &str| names(pulse, "Agent").get(agent).map(|(_, groups)| groups.clone());
    assert_eq!(groups(&pulse, "T1"), Some(vec!["North".to_owned()]));

    service.write(&FIRST.replace("[{ id = \"T1\"", "[{ id = \"T3\", name = \"Cleo\" }, { id = \"T1\""));
    within_two_seconds("an agent is added", || {
        pulse.values("Agent", &["Current_Status"]).1.contains_key("T3")
            && names(&pulse, "Agent").get("T3").is_some_and(|(name, _)| name == "Cleo")
    });
    let moved = FIRST.replace("[\"T1\", \"T2\"]", "[\"T2\"]").replace("agents = []", "agents = [\"T1\"]");
    service.write(&moved);
    within_two_seconds("one moves, one goes", || {
        groups(&pulse, "T1") == Some(vec!["South".to_owned()])
            && !pulse.values("Agent", &["Current_Status"]).1.contains_key("T3")
            && groups(&pulse, "T3").is_none()
    });
    let renamed = moved.replace("Sales", "Front desk");
    service.write(&renamed);
    within_two_seconds("a queue is called otherwise", || {
        names(&pulse, "Queue").get("8801@sim").is_some_and(|(name, _)| name == "Front desk")
    });
    let shut: String = renamed.lines().filter(|line| !line.contains("8802")).collect::<Vec<_>>().join("\n");
    let shut = shut.replace("\"Front desk\" },", "\"Front desk\" }]");
    service.write(&shut);
    within_two_seconds("a queue is deleted", || {
        !pulse.values("Queue", &["Calls_Entered"]).1.contains_key("8802@sim")
            && !names(&pulse, "Queue").contains_key("8802@sim")
    });

    // A file that is not valid changes nothing, and is told.
    let before = service.revision();
    service.write(&shut.replace("agent_group", "agent_grup"));
    until("the refusal", Duration::from_secs(20), || service.log().contains("agent_grup"));
    assert_eq!(service.revision(), before);
    assert!(service.http(2, "/metrics", "").contains("pulse_tenant_files_valid 0"));

    // The service dies; its file changes meanwhile; it goes on from the revision that it had.
    running.0.kill().unwrap();
    running.0.wait().unwrap();
    service.write(&shut.replace("\"Ann\"", "\"Anna\""));
    std::thread::sleep(Duration::from_millis(300));
    assert!(pulse.values("Agent", &["Current_Status"]).1.contains_key("T1"), "what is known still holds");
    running = service.start();
    assert_eq!(service.revision(), before + 1);
    within_two_seconds("a change while it was dead", || {
        names(&pulse, "Agent").get("T1").is_some_and(|(name, _)| name == "Anna")
    });
    // Two follow it: who takes the changes as a source, and who computes grants.
    let metrics = service.http(2, "/metrics", "");
    let resumed = (1..=2).any(|times| metrics.contains(&format!("pulse_tenant_resumed_total {times}\n")));
    assert!(resumed, "it read no more than it missed: {metrics}");

    // Pulse dies too; what it begins with again is what was.
    pulse.kill();
    let pulse = standalone(data.path(), &service, sip, &mut password);
    until("all that was", Duration::from_secs(180), || {
        let (agents, queues) = (names(&pulse, "Agent"), names(&pulse, "Queue"));
        agents.get("T1").is_some_and(|known| *known == ("Anna".into(), vec!["South".into()]))
            && queues.get("8801@sim").is_some_and(|(name, _)| name == "Front desk")
            && !queues.contains_key("8802@sim")
            && !agents.contains_key("T3")
    });
    assert!(pulse.stop());
    Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status().unwrap();
    assert!(running.0.wait().unwrap().success(), "SIGTERM ends it well");
}

/// Runs a program to its end, which must come by itself.
fn output(mut command: Command) -> Output {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap()
}

#[test]
fn a_wrong_token_and_garbage_are_turned_away_and_a_wrong_file_is_told() {
    let service = Service::new(FIRST);
    let _running = service.start();
    let data = tempfile::tempdir().unwrap();
    std::fs::write(service.path("wrong"), "wrong\n").unwrap();
    let mut command = Command::new(BIN);
    command.args(["standalone", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--data"]);
    command.arg(data.path()).arg("--source").arg(service.source());
    command.arg("--tenant-token-file").arg(service.path("wrong"));
    let refused = output(command);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("token is not the one"), "{said}");
    assert!(!said.contains("right"), "secrets are not told");

    for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0xff; 64], &[0, 0, 0, 2, 0x81, 0xc1]] {
        let mut stream = TcpStream::connect(("127.0.0.1", service.ports[0])).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(garbage).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert!(String::from_utf8_lossy(&answer).contains("protocol"), "{answer:?}");
    }
    assert!(service.http(2, "/alive", "").starts_with("HTTP/1.1 200"));

    let unauthorized = service.http(1, "/configuration/v3/objects/agents", "wrong");
    assert!(unauthorized.starts_with("HTTP/1.1 401"), "{unauthorized}");
    let agents = service.objects("agents");
    assert_eq!(agents["data"]["totalCount"], 2);
    assert_eq!(agents["data"]["agents"][0]["agentGroups"][0], "North");
    let dn = service.http(1, "/configuration/v3/objects/dns/8801@sim", "http-right");
    assert!(dn.contains("\"name\":\"Sales\""), "{dn}");
    let page = service.http(1, "/configuration/v3/objects/agents?offset=1&limit=1", "http-right");
    assert!(page.contains("\"T2\"") && !page.contains("\"T1\""), "{page}");
    assert!(service.http(1, "/configuration/v3/objects/agentz", "http-right").contains("is no type"));

    let second = output(service.command());
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(second.status.code() == Some(1) && said.contains("another instance"), "{said}");
    let wrong = Service::new("[[agent]]\nid = \"T1\"\nskils = 7");
    let told = output(wrong.command());
    let said = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.code() == Some(2) && said.contains("skils") && said.contains("line 5"), "{said}");
}
