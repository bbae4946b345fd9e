//! `pulse-load` does not rot: one small run on real processes, its report, and its comparison with itself.
#![allow(clippy::unwrap_used, reason = "tests")]

use loadtest::load::Outcome;
use std::path::Path;
use std::process::{Command, Output};
use test_servers::skipped;

const BIN: &str = env!("CARGO_BIN_EXE_pulse-load");

fn pulse_load(arguments: &[&str]) -> Output {
    Command::new(BIN).args(arguments).output().unwrap()
}

#[test]
fn a_small_knee_is_right_and_can_be_reported_and_compared() {
    if !Path::new(BIN).with_file_name("pulse").exists() {
        return skipped("there is no `pulse` beside pulse-load: cargo build --bin pulse");
    }
    let folder = tempfile::tempdir().unwrap();
    let result = folder.path().join("knee.json");
    let name = result.to_str().unwrap();
    let run = pulse_load(&["run", "knee", "--scale", "0.04", "--out", name]);
    assert!(
        run.status.success(),
        "{}{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );

    let outcome = Outcome::read(&result).unwrap();
    assert_eq!(outcome.truth.wrong, 0, "{:?}", outcome.truth.examples);
    assert!(outcome.truth.compared > 1_000, "{:?}", outcome.truth);
    assert!(outcome.reference.unwrap().ratio > 1.0, "{:?}", outcome.reference);

    let report = pulse_load(&["report", name]);
    assert!(String::from_utf8_lossy(&report.stdout).contains("</svg>"));
    let compared = pulse_load(&["compare", name, name]);
    assert!(compared.status.success(), "{}", String::from_utf8_lossy(&compared.stdout));
}
