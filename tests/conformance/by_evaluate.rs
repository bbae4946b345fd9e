//! A row through `pulse evaluate`, from files.

use super::found::Found;
use super::row::{Row, Wanted};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::process::Command;

/// Asserts that the program answers as the row says.
pub(crate) fn check(row: &Row) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let mut events = String::new();
    for record in &row.records {
        writeln!(events, "{}", serde_json::to_string(record).unwrap()).unwrap();
    }
    let times: BTreeSet<i64> =
        row.asks.iter().flat_map(|ask| &ask.peeks).map(|peek| peek.at.0).chain([1]).collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_pulse"));
    command.arg("evaluate").arg("--tenant").arg(write("tenant.toml", &toml::to_string(&row.tenant).unwrap()));
    command.arg("--statistics").arg(write("statistics.toml", &row.definitions()));
    command.arg("--events").arg(write("events.jsonl", &events));
    for at in times {
        command.arg("--at").arg(at.to_string());
    }
    let output = command.output().unwrap();
    let refusals = row.asks.iter().filter(|ask| ask.refused.is_some()).count();
    let code = if refusals > 0 { 2 } else { 0 };
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{}: {errors}", row.story);
    let mut answers = BTreeMap::new();
    let mut refused = 0;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        if let Some(name) = line["refused"].as_str() {
            let word = row.asks[name[1..].parse::<usize>().unwrap()].refused.as_ref().unwrap();
            assert!(line["cause"].as_str().unwrap().contains(word), "{}: {line}", row.story);
            refused += 1;
            continue;
        }
        let value = match line["value"].as_f64() {
            Some(number) => Wanted::Number(number),
            None => Wanted::Word(line["value"]["status"].as_str().unwrap().into()),
        };
        let is = |name: &str| line[name].as_bool().unwrap();
        let (empty, invalid, partial) = (is("empty"), !is("valid"), is("partial"));
        let key = |name: &str| line[name].as_str().unwrap().to_owned();
        answers.insert(
            (key("statistic"), key("object"), line["at"].as_i64().unwrap()),
            Found { value, empty, invalid, partial },
        );
    }
    assert_eq!(refused, refusals, "{}", row.story);
    for (place, ask) in row.asks.iter().enumerate() {
        for peek in &ask.peeks {
            let found = answers.get(&(format!("s{place}"), ask.object.id.to_string(), peek.at.0));
            Found::check(found, peek, &format!("{} ({}, evaluate)", row.story, ask.words()));
        }
    }
}
