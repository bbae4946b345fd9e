//! The floors: a crate stands on lower floors only, and pure crates use nothing that can do I/O.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Lower floors first; neighbours on one floor do not lean on each other.
const FLOORS: &[&[&str]] = &[
    // `test-servers` is for tests only and stands on nothing.
    &["model", "connections", "test-servers"],
    &[
        "alerting",
        "configuration",
        "objects",
        "stats",
        "scenario",
        "statebook",
        "streams",
        "formulas",
        "oracle",
        "placement",
    ],
    &["engine", "access"],
    &["ports", "wire", "runtime", "telemetry", "tls"],
    &[
        "actors",
        "identity",
        "journal",
        "store-memory",
        "store-postgres",
        "store-redis",
        "store-sqlite",
        "source-asterisk",
        "link-tcp",
        "door-cloudevents",
        "tenant-link",
        "webhook",
    ],
    &["web"],
    &["pulse", "loadtest", "manifests"],
];

/// Crates that stay free of I/O, clocks, logs and async, with what they may use from outside.
const PURE: &[(&str, &[&str])] = &[
    ("model", &["compact_str", "serde", "serde_json", "thiserror", "toml"]),
    ("connections", &["serde"]),
    ("alerting", &["serde"]),
    ("configuration", &["serde", "serde_json", "thiserror"]),
    ("objects", &["hashbrown", "rustc-hash", "serde", "serde_json", "smallvec", "thiserror"]),
    ("stats", &["hashbrown", "jiff", "rustc-hash", "serde", "smallvec", "thiserror", "toml", "winnow"]),
    ("engine", &["serde", "thiserror"]),
    ("access", &["serde", "thiserror"]),
    ("scenario", &["rand", "rand_chacha", "serde", "thiserror", "toml"]),
    ("statebook", &["serde"]),
    ("streams", &[]),
    ("oracle", &[]),
    ("placement", &[]),
    ("formulas", &["cel", "thiserror"]),
];

/// What the test oracle and the simulator's truth may never stand on.
const INDEPENDENT: &[(&str, &[&str])] =
    &[("scenario", &["objects", "stats", "engine"]), ("oracle", &["objects", "stats", "engine", "scenario"])];

/// Each of our packages with its normal dependencies.
fn workspace() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo metadata runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let normal = dependencies.iter().filter(|dependency| dependency["kind"].is_null());
            (text(&package["name"]), normal.map(|dependency| text(&dependency["name"])).collect())
        })
        .collect()
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&name))
}

#[test]
fn every_crate_stands_on_lower_floors_only() {
    let workspace = workspace();
    for (name, dependencies) in &workspace {
        let own = floor(name).unwrap_or_else(|| panic!("{name} has no floor: add it to FLOORS"));
        for dependency in dependencies.iter().filter(|dependency| workspace.contains_key(*dependency)) {
            let below = floor(dependency).expect("every crate has a floor");
            // Birth and load tests start whole roles; `loadtest` is the one that stands beside `pulse`.
            assert!(below < own, "{name} (floor {own}) stands on {dependency} (floor {below})");
        }
    }
}

#[test]
fn pure_crates_use_nothing_that_can_do_io() {
    let workspace = workspace();
    for (name, allowed) in PURE {
        let Some(dependencies) = workspace.get(*name) else { continue };
        for dependency in dependencies {
            let ours = workspace.contains_key(dependency);
            assert!(ours || allowed.contains(&dependency.as_str()), "{name} must not use {dependency}");
        }
    }
}

#[test]
fn what_checks_the_engine_does_not_stand_on_it() {
    let workspace = workspace();
    for (name, never) in INDEPENDENT {
        let dependencies = workspace.get(*name).unwrap_or_else(|| panic!("{name} is a crate"));
        for dependency in *never {
            assert!(!dependencies.contains(*dependency), "{name} must not stand on {dependency}");
        }
    }
}

#[test]
fn actors_and_adapters_never_see_each_other() {
    let workspace = workspace();
    let neighbours = FLOORS[4];
    for name in neighbours {
        let Some(dependencies) = workspace.get(*name) else { continue };
        for dependency in dependencies {
            assert!(!neighbours.contains(&dependency.as_str()), "{name} sees its neighbour {dependency}");
        }
    }
}
