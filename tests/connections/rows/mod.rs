//! One test for each row of the table of connections: it works, its counterpart is taken away and missed, and it works
//! again. They share one deployment.

mod links;
mod proxy;
mod scrapes;
mod stores;

use crate::process::wait_for;
use crate::world::{PATIENCE, World};
use serde_json::Value;

/// Waits until `pulse check` says that a row works; answers what it says of it.
pub(crate) fn works(world: &World, row: u8) -> Value {
    let mut last = Value::Null;
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        wait_for("a connection that works", PATIENCE, || {
            let (said, output) = world.check(&[row]);
            last = said["connections"][0].clone();
            let is_well = matches!(last["status"].as_str(), Some("ok" | "slow"));
            assert_eq!(output.status.success(), said["failed"].as_array().unwrap().is_empty());
            is_well.then(|| last.clone())
        })
    }));
    outcome.unwrap_or_else(|_| panic!("connection {row}: {last}\n{}", world.said()))
}

/// Waits until `pulse check` misses the counterpart of a row, in these words, and ends with 1.
pub(crate) fn missed(world: &World, row: u8, kind: &str, words: &str) {
    let mut last = Value::Null;
    wait_for("a counterpart that is missed", PATIENCE, || {
        let (said, output) = world.check(&[row]);
        last = said["connections"][0].clone();
        let is_missed = last["kind"] == kind && output.status.code() == Some(1);
        is_missed
            .then(|| assert!(last["cause"].as_str().unwrap().contains(words), "connection {row}: {last}"))
    });
}
