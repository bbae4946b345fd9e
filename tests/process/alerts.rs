//! Rules with no browser open: one rings and clears, another system hears of it, and what rings outlives a `kill -9`.

use crate::pulse::{Pulse, until};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SECRET: &str = "a secret of this test's webhooks";

/// Another system: it is busy at first, and then notes what it is told.
struct Receiver {
    origin: String,
    heard: Arc<Mutex<Vec<Value>>>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::<Mutex<Vec<Value>>>::default();
        let noted = heard.clone();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                let told = read(&mut stream);
                let status = if number == 0 { "503 Service Unavailable" } else { "204 No Content" };
                let _ = write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                if number > 0 {
                    noted.lock().unwrap().push(told);
                }
            }
        });
        Self { origin, heard }
    }

    /// What it was told of an alert: `raised`, `cleared`.
    fn told_of(&self, alert: &str) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let states = heard.iter().filter(|body| body["alert"] == alert);
        states.map(|body| body["state"].as_str().unwrap().to_owned()).collect()
    }
}

/// The body of a message, if it was signed with the secret.
fn read(stream: &mut TcpStream) -> Value {
    let (mut told, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&told).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let header = |name: &str| {
                let mut lines = head.lines().filter_map(|line| line.split_once(": "));
                lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).unwrap().1.to_owned()
            };
            if body.len() >= header("content-length").parse::<usize>().unwrap() {
                let signature = header(webhook::SIGNATURE);
                let second = signature.split([',', '=']).nth(1).unwrap().parse().unwrap();
                assert_eq!(signature, webhook::sign(SECRET.as_bytes(), second, body.as_bytes()));
                return serde_json::from_str(body).unwrap();
            }
        }
        let length = stream.read(&mut piece).unwrap();
        told.extend_from_slice(&piece[..length]);
    }
}

fn settings(home: &Path, origin: &str) -> String {
    let (file, secret) = (home.join("standalone.toml"), home.join("secret"));
    std::fs::write(&secret, SECRET).unwrap();
    let text = format!("[webhooks]\norigins = ['{origin}']\nsecret_file = '{}'\n", secret.display());
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

fn alerts(pulse: &Pulse, which: &str, rule: &Value) -> Vec<Value> {
    let list = pulse.get("/api/v1/alerts");
    let all = list[which].as_array().unwrap_or_else(|| panic!("{list}"));
    all.iter().filter(|alert| alert["rule"] == *rule).cloned().collect()
}

#[test]
fn a_rule_rings_clears_and_tells_with_no_browser_open_and_outlives_a_kill() {
    let home = tempfile::tempdir().unwrap();
    let (receiver, data, mut password) = (Receiver::start(), home.path().join("data"), None);
    let settings = settings(home.path(), &receiver.origin);
    let arguments = ["--settings", settings.as_str()];
    let pulse = Pulse::start(&data, &arguments, &mut password);

    // Whoever answers a call rings, and is well again when it is over.
    let calls = pulse.post(
        "/api/v1/rules",
        &json!({
            "title": "On a call", "object_type": "Agent", "objects": ["*"],
            "statistic": { "stat_type": "Current_Status" },
            "condition": { "is": "state", "states": ["CallInbound"] },
            "webhook": format!("{}/pulse", receiver.origin),
        }),
    );
    assert_eq!(calls["standing"], "watched", "{calls}");
    // What has come in today never goes away.
    let entered = pulse.post(
        "/api/v1/rules",
        &json!({
            "title": "Somebody called", "object_type": "Queue", "objects": ["*"], "severity": "critical",
            "statistic": { "stat_type": "Calls_Entered" }, "condition": { "is": "above", "raise": 0 }, "for_s": 2,
        }),
    );
    let mut told = Value::Null;
    until("an alert is raised, cleared and told", Duration::from_secs(240), || {
        let over = alerts(&pulse, "recent", &calls["id"]);
        let both = over.into_iter().find(|alert| {
            let states = receiver.told_of(alert["id"].as_str().unwrap());
            alert["because"] == "well" && states == ["raised", "cleared"]
        });
        told = both.unwrap_or_default();
        !told.is_null()
    });
    assert!(told["cleared_at"].as_i64() > told["raised_at"].as_i64(), "{told}");
    until("the other rule rings", Duration::from_secs(60), || {
        !alerts(&pulse, "open", &entered["id"]).is_empty()
    });
    let metrics = pulse.metrics();
    let metric = |name: &str| -> f64 {
        let line = metrics.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
        line.unwrap_or_else(|| panic!("no {name}")).parse().unwrap()
    };
    assert!(metric("pulse_alerts_open") >= 1.0 && metric("pulse_webhook_retries_total") >= 1.0);
    assert!(metric("pulse_webhook_sent_total") >= 2.0);

    let ringing = alerts(&pulse, "open", &entered["id"]).remove(0);
    let path = format!("/api/v1/alerts/{}/acknowledge", ringing["id"].as_str().unwrap());
    assert_eq!(pulse.post(&path, &json!({ "note": "I am on it" }))["phase"], "acknowledged");
    let before = alerts(&pulse, "open", &entered["id"]).len();
    pulse.kill();

    let pulse = Pulse::start(&data, &arguments, &mut password);
    let same = |pulse: &Pulse| {
        let open = alerts(pulse, "open", &entered["id"]);
        (open.len(), open.into_iter().find(|alert| alert["id"] == ringing["id"]))
    };
    let (_, found) = same(&pulse);
    let found = found.expect("it outlives the process");
    assert_eq!(
        (&found["raised_at"], &found["acknowledged"]["note"]),
        (&ringing["raised_at"], &json!("I am on it"))
    );
    until("it is evaluated anew", Duration::from_secs(120), || {
        pulse.metrics().contains("pulse_alerts_evaluating 1")
            && same(&pulse).1.is_some_and(|alert| alert["unknown_since"].is_null())
    });
    std::thread::sleep(Duration::from_secs(8));
    let (count, found) = same(&pulse);
    assert!(found.is_some() && count >= before, "{count} of {before}: none is lost");
    let objects = alerts(&pulse, "open", &entered["id"]);
    let mut names: Vec<_> = objects.iter().map(|alert| alert["object"].as_str().unwrap()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "none is raised twice");
}
