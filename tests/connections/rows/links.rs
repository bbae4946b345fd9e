//! Links between roles.

use super::{missed, works};
use crate::peer::Begins;
use crate::process::wait_for;
use crate::world::{PATIENCE, World, shared};

/// A count that has grown since it was `before`.
fn grows(world: &World, port: u16, metric: &str, before: f64) -> f64 {
    wait_for("a count that grows", PATIENCE, || world.metric(port, metric).filter(|now| *now > before))
}

#[test]
fn connection_07_dcu_to_tenant_service_reads_the_configuration() {
    let Some(world) = shared() else { return };
    world.tell_peer(7, world.ports.tenant, None);
    let said = works(&world, 7);
    assert!(said["tries"][0]["seen"].as_str().unwrap().contains("serves "), "{said}");
    // A DCU without a configuration waits for it, says so, and begins when it comes.
    drop(world.tenant.take());
    missed(&world, 7, "unreachable", "check that it runs");
    drop(world.dcu.take());
    world.start_dcu();
    wait_for("the DCU says what it waits for", PATIENCE, || {
        let said = world.dcu.borrow().as_ref()?.said();
        said.contains("tenant service").then_some(())
    });
    assert!(!world.ready(world.ports.dcu_metrics));
    world.start_tenant();
    wait_for("the DCU is ready", PATIENCE, || world.ready(world.ports.dcu_metrics).then_some(()));
    works(&world, 7);
}

#[test]
fn connection_08_dcu_to_lds_takes_events() {
    let Some(world) = shared() else { return };
    let ports = world.ports;
    world.tell_peer(8, ports.lds, Some((&world.redis.ca_file, Begins::AtOnce)));
    let before = grows(&world, ports.dcu_metrics, "pulse_dcu_records_total", 0.0);
    works(&world, 8);
    drop(world.lds.take());
    missed(&world, 8, "unreachable", "check that it runs");
    world.start_lds();
    works(&world, 8);
    grows(&world, ports.dcu_metrics, "pulse_dcu_records_total", before);
}

#[test]
fn connection_09_lds_to_tenant_service_follows_the_configuration() {
    let Some(world) = shared() else { return };
    world.tell_peer(9, world.ports.tenant, None);
    works(&world, 9);
    let cookie = world.sign_in();
    let name = wait_for("a queue's name", PATIENCE, || world.name_of(&cookie, "8001@sw1"));
    let rename = |from: &str, to: &str| {
        world.configure(|text| text.replacen(&format!("name = \"{from}\""), &format!("name = \"{to}\""), 1));
    };
    let renamed = |wanted: &str| {
        wait_for("the new name", PATIENCE, || {
            world.name_of(&cookie, "8001@sw1").filter(|name| name == wanted)
        });
    };
    rename(&name, "Sales and more");
    renamed("Sales and more");
    drop(world.tenant.take());
    missed(&world, 9, "unreachable", "check that it runs");
    // What changes while it is away is told when it is back.
    rename("Sales and more", "Sales again");
    world.start_tenant();
    renamed("Sales again");
    works(&world, 9);
}

#[test]
fn connection_10_lds_to_sip_server_takes_events() {
    let Some(world) = shared() else { return };
    let ports = world.ports;
    world.tell_peer(10, ports.simulator, None);
    let before = grows(&world, ports.lds_metrics, "pulse_lds_records_total", 0.0);
    works(&world, 10);
    drop(world.simulator.take());
    missed(&world, 10, "unreachable", "check that it runs");
    wait_for("the LDS misses its source", PATIENCE, || {
        world.metric(ports.lds_metrics, "pulse_lds_senders_number").filter(|live| *live <= 1.0)
    });
    world.start_simulator();
    works(&world, 10);
    grows(&world, ports.lds_metrics, "pulse_lds_records_total", before);
}
