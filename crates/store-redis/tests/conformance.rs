//! The Redis store keeps every rule of its ports, on a real server with TLS and a user of its own.

mod common;

use common::store;
use ports::conformance;
use test_servers::{Redis, skipped};

#[tokio::test]
async fn every_port_keeps_its_rules() {
    let server = match Redis::start(0) {
        Ok(server) => server,
        Err(why) => return skipped(&why),
    };
    let values = store(&server, "values");
    values.followed().await;
    conformance::values(&values).await;
    let demand = store(&server, "demand");
    let mut changes = ports::demand::Demand::watch(&demand);
    demand.hinted().await;
    // Each connection begins with a hint.
    let _ = changes.recv().await;
    conformance::demand(&demand).await;
    conformance::checkpoints(&store(&server, "checkpoints")).await;
    conformance::history(&store(&server, "history")).await;
    conformance::leases(&store(&server, "leases")).await;
    conformance::slots(&store(&server, "slots")).await;
    conformance::questions(&store(&server, "questions")).await;
    conformance::screens(&store(&server, "screens")).await;
    let grants = store(&server, "grants");
    let mut changes = ports::grants::Grants::watch(&grants);
    // Each connection begins with a hint that some may have been missed.
    let _ = changes.recv().await;
    conformance::grants(&grants, &grants).await;
}
