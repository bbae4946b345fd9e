//! The rows whose counterparts are up: what travels is seen at the other end.

use crate::process::wait_for;
use crate::world::{PATIENCE, World};
use test_servers::skipped;

/// Rows that one deployment shows at once; each is named where it is asserted.
#[test]
fn connections_03_05_07_08_09_10_21_22_23_carry_events_to_the_page() {
    let world = match World::start() {
        Ok(world) => world,
        Err(why) => return skipped(&why),
    };
    let ports = world.ports;
    let cookie = world.sign_in();

    // 23: init has made the schema, its owner is not one of the roles.
    assert_eq!(world.sql("SELECT 1 FROM pg_database WHERE datname = 'pulse'").trim(), "1");
    // 10: the LDS has taken events from the SIP Server. 8: the DCU has them from the LDS, over TLS and with the token.
    wait_for("events reach the DCU", PATIENCE, || {
        world.metric(ports.dcu_metrics, "pulse_dcu_records_total").filter(|records| *records > 100.0)
    });
    // 3 and 22: the DCU has put values into Redis, the web has read them there. 5 and 21: what is computed are the
    // boards that the web has put into PostgreSQL and the DCU has read there.
    let (_, queues) = wait_for("values reach the page", PATIENCE, || {
        world
            .queues(&cookie, &["Calls_Entered", "Calls_Abandoned"])
            .filter(|(_, queues)| queues.values().map(|cells| cells[0]).sum::<f64>() > 20.0)
    });
    for (queue, cells) in &queues {
        assert!(cells[0] >= cells[1], "nobody abandons who has not entered: {queue} {cells:?}");
    }
    // 7 and 9: DCU and LDS have the configuration from the Tenant Service; a change of it is on screens at once.
    let renamed = wait_for("a queue's name", PATIENCE, || world.name_of(&cookie, "8001@sw1"));
    assert_eq!(renamed, "Sales");
    world.configure(|text| text.replacen("name = \"Sales\"", "name = \"Sales and more\"", 1));
    wait_for("its new name", PATIENCE, || {
        world.name_of(&cookie, "8001@sw1").filter(|name| name == "Sales and more")
    });
    for (role, port) in [("lds", ports.lds_metrics), ("dcu", ports.dcu_metrics), ("web", ports.web_metrics)] {
        assert!(world.ready(port), "{role} is ready: {}", world.said());
    }
}
