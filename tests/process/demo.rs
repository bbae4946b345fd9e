//! `pulse standalone` with the demo: it lives, it dies, it goes on.

use crate::pulse::{Pulse, until};
use std::time::Duration;

const OF_QUEUES: [&str; 2] = ["Calls_Entered", "Calls_Abandoned"];

#[test]
fn the_demo_shows_values_and_goes_on_with_them_after_a_crash_and_after_ctrl_c() {
    let data = tempfile::tempdir().unwrap();
    let mut password = None;
    let entered = |pulse: &Pulse| -> f64 {
        let (_, rows) = pulse.values("Queue", &OF_QUEUES);
        rows.values().filter_map(|cells| cells[0].as_f64()).sum()
    };

    let zone = test_servers::zone_of_noon();
    let args = ["--time-zone", &zone];

    let pulse = Pulse::start(data.path(), &args, &mut password);
    until("calls of the hours before", Duration::from_secs(180), || entered(&pulse) > 100.0);
    let (_, agents) = pulse.values("Agent", &["Current_Status"]);
    assert!(
        agents.values().any(|cells| cells[0]["status"] == "CallInbound"),
        "somebody is on a call: {agents:?}"
    );
    let before = entered(&pulse);
    pulse.kill();

    let pulse = Pulse::start(data.path(), &args, &mut password);
    until("values after a crash", Duration::from_secs(180), || entered(&pulse) >= before);
    let before = entered(&pulse);
    assert!(pulse.stop(), "Ctrl-C drains and ends well");

    let pulse = Pulse::start(data.path(), &args, &mut password);
    until("values after Ctrl-C", Duration::from_secs(180), || entered(&pulse) >= before);
}

#[test]
fn a_second_instance_on_the_same_data_is_refused_with_a_clear_word() {
    let data = tempfile::tempdir().unwrap();
    let mut password = None;
    let _first = Pulse::start(data.path(), &[], &mut password);
    let second = std::process::Command::new(crate::pulse::BIN)
        .args(["standalone", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(
        !second.status.success() && said.contains("another instance") && said.contains("--data"),
        "{said}"
    );
}
