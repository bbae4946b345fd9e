//! What operators run by hand, on a Pulse that lives: the examples of docs/operations.md, and what they tell.

use crate::pulse::{BIN, Pulse, until};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

fn pulse(home: &Path, arguments: &[&str]) -> Output {
    Command::new(BIN).args(arguments).current_dir(home).output().unwrap()
}

/// What it prints, if it ends well.
fn said(home: &Path, arguments: &[&str]) -> String {
    let output = pulse(home, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Why it does not.
fn refused(home: &Path, arguments: &[&str]) -> String {
    let output = pulse(home, arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

/// A demo that has written a checkpoint, in the folder `data`.
fn living(home: &Path, password: &mut Option<String>) -> Pulse {
    let living = Pulse::start(&home.join("data"), &[], password);
    until("a checkpoint", Duration::from_secs(60), || {
        living.metrics().lines().any(|line| {
            line.strip_prefix("pulse_dcu_checkpoints_total ")
                .is_some_and(|count| count.parse::<f64>().unwrap() > 0.0)
        })
    });
    living
}

#[test]
fn the_examples_of_the_document_run_on_a_pulse_that_lives() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let living = living(home, &mut None);
    let settings = format!("data = \"data\"\nmetrics = \"{}\"\n", living.operators());
    std::fs::write(home.join("standalone.toml"), settings).unwrap();
    std::fs::write(home.join("pulse.log"), "a line\n").unwrap();
    let operations = include_str!("../../docs/operations.md");
    let tools = operations.split("\n## Tools\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut run = 0;
    for block in tools.split("```console\n").skip(1) {
        for line in block.split("\n```").next().unwrap().lines() {
            let line = line.replace("127.0.0.1:9091", living.operators());
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(words[0], "pulse", "{line}");
            said(home, &words[1..]);
            run += 1;
        }
    }
    assert!(run >= 10, "{run}");
}

#[test]
fn a_journal_is_read_and_verified_while_it_is_written_and_after_it_was_damaged() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let living = living(home, &mut None);
    let listed = said(home, &["journal", "data", "--verify", "--json"]);
    let lines: Vec<serde_json::Value> =
        listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| line["state"] != "damaged"), "{listed}");
    let (source, file) = (lines[0]["source"].as_str().unwrap(), lines[0]["file"].as_str().unwrap());
    let shown = said(home, &["journal", "data", "--source", source, "--show", "2..4"]);
    let numbers: Vec<i64> = shown
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["seq"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, [2, 3, 4]);
    assert!(living.stop());

    let path = home.join("data/journal").join(source).join(file);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&path, &bytes).unwrap();
    let damaged = pulse(home, &["journal", "data", "--verify"]);
    let told = String::from_utf8(damaged.stdout).unwrap();
    assert!(damaged.status.code() == Some(1) && told.contains("damaged from byte"), "{told}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "nothing was changed");
    assert!(refused(home, &["journal", "nowhere"]).contains("data directory of an LDS"));
}

#[test]
fn a_checkpoint_tells_its_rows_and_the_piece_that_can_not_be_read() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let living = living(home, &mut None);
    let told = said(home, &["checkpoint", "data", "--verify"]);
    assert!(
        told.contains("every piece can be read") && told.contains("Calls_Entered|Queue|Default"),
        "{told}"
    );
    let of_json = said(home, &["checkpoint", "data", "--json"]);
    let volume: serde_json::Value = serde_json::from_str(of_json.lines().next().unwrap()).unwrap();
    assert!(volume["slots"].as_u64().unwrap() > 1 && volume["generation"].as_u64().unwrap() > 0, "{volume}");
    assert!(living.stop());
    let file = home.join("data/pulse.sqlite");
    let spoiled = Command::new("sqlite3")
        .arg(&file)
        .arg("UPDATE chunks SET bytes = x'ff' WHERE name = 'floor'")
        .status();
    if !spoiled.is_ok_and(|status| status.success()) {
        return test_servers::skipped("sqlite3 is not installed: no checkpoint was damaged");
    }
    let told = pulse(home, &["checkpoint", "data", "--verify"]);
    let text = String::from_utf8(told.stdout).unwrap();
    assert!(told.status.code() == Some(1) && text.contains("floor can't be read"), "{text}");
}

#[test]
fn the_log_of_a_running_role_tells_more_and_less_without_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let living = living(home, &mut None);
    let at = living.operators();
    assert_eq!(said(home, &["log-level", "--at", at]), "info,actix_server=warn\n");
    let traces = || living.log().matches("TRACE").count();
    assert_eq!(traces(), 0, "{}", living.log());
    assert_eq!(said(home, &["log-level", "--at", at, "trace"]), "trace\n");
    until("finer lines", Duration::from_secs(20), || {
        living.metrics();
        traces() > 0
    });
    assert!(living.log().contains("the log's filter is `trace` from now on"), "a change is told");
    assert_eq!(said(home, &["log-level", "--at", at, "error"]), "error\n");
    std::thread::sleep(Duration::from_millis(500));
    let before = living.log().len();
    living.metrics();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(living.log().len(), before, "nothing finer than errors any more");
    let wrong = refused(home, &["log-level", "--at", at, "degub"]);
    assert!(wrong.contains("'degub' is no level"), "{wrong}");
    std::fs::write(home.join("token"), "guessed\n").unwrap();
    let forbidden = refused(home, &["log-level", "--at", at, "--token-file", "token", "info"]);
    assert!(forbidden.contains("403") && forbidden.contains("log_token_file"), "{forbidden}");
    assert_eq!(said(home, &["log-level", "--at", at]), "error\n");
}
