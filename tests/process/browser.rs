//! What a person sees: cells on the real pages equal an offline computation at the instant that the page shows, and a
//! server that stands still is seen within three seconds.

use crate::chance::Chance;
use crate::offline::{demo_tenant, evaluated, export_all, plain};
use crate::pulse::Pulse;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many cells of each screen are compared.
const CELLS: usize = 20;

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
    let mut chance = Chance::told("cells on the screen");
    for screen in seen["screens"].as_array().unwrap() {
        compare(screen, home.path(), &tenant, &events, &mut chance);
    }
}

/// Twenty cells of the screen, any of them, each once; fewer only where it does not show as many.
fn compare(screen: &Value, home: &Path, tenant: &Path, events: &[PathBuf], chance: &mut Chance) {
    let text = |cell: &Value, key: &str| cell[key].as_str().unwrap().to_owned();
    let shown = screen["cells"].as_array().unwrap().iter().filter(|cell| cell["value"] != "");
    let cells: BTreeMap<(String, String), &Value> =
        shown.map(|cell| ((text(cell, "object"), text(cell, "stat")), cell)).collect();
    let mut cells: Vec<_> = cells.into_iter().collect();
    assert!(cells.len() >= CELLS, "{} cells", cells.len());
    chance.shuffle(&mut cells);
    cells.truncate(CELLS);
    let (kind, at) = (screen["type"].as_str().unwrap(), screen["at"].as_i64().unwrap());
    let stats: BTreeSet<&String> = cells.iter().map(|((_, stat), _)| stat).collect();
    let statistics: Vec<_> =
        stats.into_iter().map(|stat| (kind.to_owned(), stat.clone(), stat.clone())).collect();
    let computed = evaluated(home, tenant, events, &statistics, at);
    for ((object, stat), cell) in &cells {
        let expected = &computed[&(stat.clone(), object.clone())];
        let value = text(cell, "value");
        let equal = match plain(expected) {
            Value::Object(state) => {
                let since = cell["since"].as_str().map(|since| json!(since.parse::<i64>().unwrap()));
                state["status"] == value.as_str() && state["since"] == since.unwrap_or_default()
            }
            Value::Number(number) => number.as_f64() == value.parse().ok(),
            _ => false,
        };
        assert!(equal, "{stat} of {object} at {at}: shown {cell}, computed {expected}");
    }
    eprintln!("{} cells of {kind} compared", cells.len());
}
