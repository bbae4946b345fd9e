//! Logins, logouts, discovery.

use crate::tale::{WORLD, check, tell, totals};
use model::{Action, Object, ObjectType};

#[test]
fn another_agent_logs_the_first_one_out() {
    check(
        "Q-14, Q-7, O-2",
        "0 2001 AgentLogin A1
         1 2001 Established c1 Inbound
         5 2001 AgentLogin A2
         9 2001 Released c1",
        "A1 A2 2001",
        "0 2001 -LoggedOut 1000
         0 2001 -OnHook 1000
         0 2001 AgentLogin
         0 2001 +LoggedIn
         0 A1 AgentLogin
         0 A1 +LoggedIn
         0 2001 =Monitored
         0 A1 =Monitored
         1 2001 CallInboundStarted c1
         1 2001 +CallInbound c1
         1 A1 CallInboundStarted c1
         1 A1 +CallInbound c1
         1 2001 =CallInbound
         1 A1 =CallInbound
         5 2001 -LoggedIn 5
         5 2001 AgentLogout
         5 2001 AgentLogin
         5 2001 +LoggedIn
         5 A1 -LoggedIn 5
         5 A1 -CallInbound c1 4
         5 A1 AgentLogout
         5 A2 AgentLogin
         5 A2 +LoggedIn
         5 A1 =LoggedOut
         5 A2 =CallInbound
         9 2001 -CallInbound c1 8
         9 2001 CallInboundCompleted c1 8
         9 2001 =Monitored
         9 A2 =Monitored",
    );
}

#[test]
fn a_login_ends_with_its_last_queue() {
    let story = "0 2001 AgentLogin A1 q=9001
         0 2001 AgentLogin A1 q=9002
         5 2001 AgentLogout A1 q=9001
         8 2001 AgentLogout A1 q=9002";
    let told = tell(WORLD, story);
    assert_eq!(totals(&told, "A1", Action::AgentLogin).0, 1, "Q-14");
    assert_eq!(totals(&told, "A1", Action::LoggedIn), (1, 8), "contracts 3");
    assert_eq!(totals(&told, "9001", Action::AgentLoginOnQueue), (1, 5));
    assert_eq!(totals(&told, "9002", Action::AgentLoginOnQueue), (1, 8));
    let told = tell(WORLD, &story.replace("5 2001 AgentLogout A1 q=9001", "5 2001 AgentLogout A1"));
    assert_eq!(totals(&told, "A1", Action::LoggedIn), (1, 5), "at once without a queue");
}

#[test]
fn a_retrospective_action_is_the_agents_only_if_the_durable_one_was() {
    let told = tell(
        WORLD,
        "0 2001 Established c1 Inbound
         5 2001 AgentLogin A1
         9 2001 Released c1
         10 2001 Established c2 Inbound
         12 2001 AgentLogout A1
         19 2001 Released c2",
    );
    assert_eq!(totals(&told, "A1", Action::CallInboundCompleted).0, 0, "Q-15");
    assert_eq!(totals(&told, "A1", Action::CallInbound), (1, 2), "O-2, A-9");
    assert_eq!(totals(&told, "2001", Action::CallInboundCompleted), (2, 18));
}

#[test]
fn what_nobody_configured_is_discovered() {
    let story = "0 3001 AgentLogin A9 q=9009
         1 9008 Queued c1 q=9008
         2 Local/7@x/n Ringing c2
         3 3001 Established c1 src=other";
    let told = tell(WORLD, story);
    let directory = told.objects.directory();
    for (kind, id) in [
        (ObjectType::Agent, "A9"),
        (ObjectType::RegDN, "3001@sw"),
        (ObjectType::Queue, "9009@sw"),
        (ObjectType::Queue, "9008@sw"),
        (ObjectType::RegDN, "Local/7@x/n@sw"),
        (ObjectType::RegDN, "3001@other"),
    ] {
        assert!(directory.find(&Object::new(kind, id)).is_some(), "{id}");
    }
    let agent = directory.find(&Object::new(ObjectType::Agent, "A9")).unwrap();
    assert_eq!(directory.sources(agent).len(), 1);
    let appeared: Vec<usize> = told.items.iter().map(|items| items.appeared.len()).collect();
    assert_eq!(appeared[1..], [3, 1, 1, 1]);
    assert_eq!(totals(&told, "A9", Action::LoggedIn).0, 0, "goes on");
}

#[test]
fn off_hook_and_on_hook() {
    check(
        "Q-8",
        "0 2001 OffHook
         2 2001 Dialing c1 Outbound
         5 2001 Released c1
         6 2001 OnHook
         8 2001 AgentLogin A1",
        "2001",
        "0 2001 -OnHook 1000
         0 2001 +OffHook
         0 2001 =OffHook
         2 2001 CallDialingStarted c1
         2 2001 +CallDialing c1
         2 2001 =CallDialing
         5 2001 -CallDialing c1 3
         5 2001 CallAbandonedFromDialing c1 3
         5 2001 =OffHook
         6 2001 -OffHook 6
         6 2001 +OnHook
         6 2001 =OnHook
         8 2001 -LoggedOut 1008
         8 2001 -OnHook 2
         8 2001 AgentLogin
         8 2001 +LoggedIn
         8 2001 =Monitored",
    );
}

#[test]
fn bad_records_are_counted_and_harm_nothing() {
    let told = tell(
        WORLD,
        "0 - Ringing c1
         0 2001 Ringing
         0 2001 AgentLogin
         0 2001 Released c7
         0 2001 Held c1
         0 2001 FooBar
         0 2001 MediaAdded A1
         0 2001 Queued c1
         0 9001 AgentReady A1
         0 2001 AgentLogout A1
         1 2001 Retrieved c1",
    );
    let counters = told.objects.counters();
    assert_eq!(counters.unknown_events, 1);
    assert_eq!(counters.incomplete, 4);
    assert!(counters.refused >= 4, "{counters:?}");
    let refused = told.lines.iter().filter(|line| !line.contains('=')).count();
    assert_eq!(refused, 0, "{:?}", told.lines);
}
