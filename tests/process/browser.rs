//! What a person sees: cells on the real pages equal an offline computation at the instant that the page shows, and a
//! server that stands still is seen within three seconds.

use crate::offline::{demo_tenant, evaluated, export_all, plain};
use crate::pulse::Pulse;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Why it can't be looked at here, if it can't.
fn missing() -> Option<&'static str> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let has = |program: &str| {
        Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    match () {
        () if !ui.join("dist/index.html").is_file() => Some("the pages are not built (make ui)"),
        () if !ui.join("node_modules/playwright-core").is_dir() => {
            Some("the pages' tools are not installed (make ui)")
        }
        () if !has("node") => Some("there is no Node.js"),
        () if !has("chromium") => Some("there is no Chromium"),
        () => None,
    }
}

#[test]
fn cells_on_the_screen_equal_what_evaluate_says_of_the_recorded_events() {
    if let Some(why) = missing() {
        eprintln!("skipped: {why}");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let mut password = None;
    let pulse = Pulse::start(&data, &[], &mut password);
    let output = Command::new("node")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("ui"))
        .args(["e2e/witness.mjs", "--user", "admin", "--base", &pulse.url()])
        .args(["--password", password.as_deref().unwrap(), "--pid", &pulse.pid().to_string()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(seen["problems"], json!([]), "the page complains");
    let stale_after = seen["staleAfter"].as_u64().expect("every cell is marked stale");
    assert!(stale_after <= 3_000, "stale after {stale_after} ms");
    assert!(pulse.stop());

    let demo: Value = serde_json::from_slice(&std::fs::read(data.join("demo.json")).unwrap()).unwrap();
    let tenant = home.path().join("tenant.toml");
    let (configuration, sources) = demo_tenant(demo["seed"].as_u64().unwrap());
    std::fs::write(&tenant, configuration).unwrap();
    // Chats and e-mails make agents busy, too.
    let events = export_all(&data.join("journal"), &sources, home.path());
    for screen in seen["screens"].as_array().unwrap() {
        compare(screen, home.path(), &tenant, &events);
    }
}

/// Twenty cells, spread over the screen.
fn compare(screen: &Value, home: &Path, tenant: &Path, events: &[PathBuf]) {
    let cells: Vec<&Value> =
        screen["cells"].as_array().unwrap().iter().filter(|cell| cell["value"] != "").collect();
    assert!(cells.len() >= 20, "{} cells", cells.len());
    let (kind, at) = (screen["type"].as_str().unwrap(), screen["at"].as_i64().unwrap());
    // A step that shares no factor with the length reaches cells of every row and column.
    let step = (cells.len() / 20).max(1) + 1;
    for cell in cells.iter().cycle().step_by(step).take(20) {
        let text = |key: &str| cell[key].as_str().unwrap().to_owned();
        let (object, stat) = (text("object"), text("stat"));
        let statistic = [(kind.to_owned(), "it".to_owned(), stat.clone())];
        let expected = &evaluated(home, tenant, events, &statistic, at)[&("it".to_owned(), object.clone())];
        let shown = text("value");
        let equal = match plain(expected) {
            Value::Object(state) => state["status"] == shown.as_str(),
            Value::Number(number) => number.as_f64() == shown.parse().ok(),
            _ => false,
        };
        assert!(equal, "{stat} of {object} at {at}: shown {shown}, computed {expected}");
    }
}
