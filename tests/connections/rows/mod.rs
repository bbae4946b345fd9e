//! One test for each row of the table of connections: it works, its counterpart is taken away and missed, and it works
//! again. They share one deployment.

mod grants;
mod links;
mod proxy;
mod scrapes;
mod stores;

use crate::process::wait_for;
use crate::world::{BIN, PATIENCE, World};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::MutexGuard;

/// Roles whose settings lie in one folder.
pub(crate) trait Deployment {
    fn folder(&self) -> &Path;
    /// All that its roles have said, for the message of a test that fails.
    fn all_said(&self) -> String;
}

impl Deployment for World {
    fn folder(&self) -> &Path {
        World::folder(self)
    }

    fn all_said(&self) -> String {
        self.said()
    }
}

impl Deployment for MutexGuard<'_, World> {
    fn folder(&self) -> &Path {
        World::folder(self)
    }

    fn all_said(&self) -> String {
        self.said()
    }
}

/// What `pulse check` says of a row, and how it ends.
fn check(deployment: &impl Deployment, row: u8) -> (Value, Output) {
    let mut check = Command::new(BIN);
    check.args(["check", "--json", "--within", "1s", "--only", &row.to_string(), "--settings"]);
    let output = check.arg(deployment.folder()).output().unwrap();
    let said = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (said, output)
}

/// Waits until `pulse check` says that a row works; answers what it says of it.
pub(crate) fn works(deployment: &impl Deployment, row: u8) -> Value {
    let mut last = Value::Null;
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        wait_for("a connection that works", PATIENCE, || {
            let (said, output) = check(deployment, row);
            last = said["connections"][0].clone();
            let is_well = matches!(last["status"].as_str(), Some("ok" | "slow"));
            assert_eq!(output.status.success(), said["failed"].as_array().unwrap().is_empty());
            is_well.then(|| last.clone())
        })
    }));
    outcome.unwrap_or_else(|_| panic!("connection {row}: {last}\n{}", deployment.all_said()))
}

/// Waits until `pulse check` misses the counterpart of a row, in these words, and ends with 1.
pub(crate) fn missed(deployment: &impl Deployment, row: u8, kind: &str, words: &str) {
    let mut last = Value::Null;
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        wait_for("a counterpart that is missed", PATIENCE, || {
            let (said, output) = check(deployment, row);
            last = said["connections"][0].clone();
            let is_missed = last["kind"] == kind && output.status.code() == Some(1);
            is_missed.then_some(())
        });
    }));
    assert!(outcome.is_ok(), "connection {row}: {last}");
    assert!(last["cause"].as_str().unwrap().contains(words), "connection {row}: {last}");
}
