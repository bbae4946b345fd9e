//! `/debug/actors`: who lives in a Pulse, and what became of one that panicked.

use crate::deaths::SipServer;
use crate::offline::demo_tenant;
use crate::pulse::{Pulse, until};
use model::tenant::Tenant;
use std::time::Duration;

#[test]
fn the_actors_of_the_collector_are_counted_by_kind_and_a_panic_is_told() {
    let home = tempfile::tempdir().unwrap();
    let port = test_servers::free_port().unwrap();
    let _server = SipServer::start(port);
    let tenant = home.path().join("tenant.toml");
    let (text, _) = demo_tenant(11);
    std::fs::write(&tenant, &text).unwrap();
    let centre = Tenant::from_toml(&text).unwrap();
    let agent = centre.agents[0].id.to_string();

    let source = format!("pulse://127.0.0.1:{port}?name=sip1");
    let failure = format!("panic.Agent.{agent}=1");
    let args = ["--source", &source, "--tenant", tenant.to_str().unwrap(), "--failures", &failure];
    let pulse = Pulse::start(&home.path().join("data"), &args, &mut None);
    let actors = || pulse.get("/api/v1/debug/actors");
    until("an agent's actor was put back", Duration::from_secs(60), || actors()["Agent"]["restarts"] == 1);
    let actors = actors();
    assert_eq!(actors["Agent"]["alive"], centre.agents.len(), "{actors}");
    assert!(actors["Agent"]["last_panic"].as_str().unwrap().contains(&agent), "{actors}");
    for kind in ["Queue", "GroupAgents", "Statistic", "collector", "link", "publisher", "keeper"] {
        assert!(actors[kind]["alive"].as_u64().unwrap() >= 1, "{kind} in {actors}");
        assert_eq!(actors[kind]["restarts"], 0, "{kind} in {actors}");
    }
    for kind in ["Agent", "Statistic", "publisher"] {
        assert!(actors[kind]["waiting"].is_u64(), "{kind} in {actors}");
    }
}
