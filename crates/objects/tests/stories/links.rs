//! Links lost and restored, registrations, snapshots, gaps.

use crate::tale::{WORLD, check, status_times, tell, totals};
use model::Action;
use std::collections::BTreeMap;

#[test]
fn a_call_over_a_lost_link_gives_two_actions_and_one_completion() {
    let back =
        r#"80 - Snapshot {"dns":[{"dn":"2001","type":"Extension","agent_id":"A1","agent_state":"Ready",
        "calls":[{"conn_id":"c1","call_type":"Inbound","state":"established","since":80}]}]}"#
            .replace('\n', " ");
    let story = format!(
        "-10 2001 AgentLogin A1
         -10 2001 AgentReady
         0 2001 Established c1 Inbound
         50 - LinkDisconnected
         60 2001 AgentNotReady
         80 - LinkConnected
         {back}
         100 2001 Released c1
         110 - PrimaryChanged"
    );
    let told = tell(WORLD, &story);
    let times = status_times(&told, "A1", -10, 110);
    let expected = BTreeMap::from([("WaitForNextCall", 20), ("CallInbound", 70), ("NotMonitored", 30)]);
    assert_eq!(times, expected, "row 121, X-1, X-3, ST-3");
    assert_eq!(totals(&told, "A1", Action::CallInbound), (2, 70));
    assert_eq!(totals(&told, "A1", Action::CallInboundCompleted), (1, 20));
    assert_eq!(totals(&told, "A1", Action::AgentLogin).0, 1, "Q-9: the login outlives the loss");
    assert_eq!(told.objects.counters().while_down, 1, "Q-10");
    let validity: Vec<&String> = told.lines.iter().filter(|line| line.ends_with("valid")).collect();
    let of = |line: &&&String| line.contains(" A1 ") || line.contains(" G ");
    let validity: Vec<&str> = validity.iter().filter(of).map(|line| line.as_str()).collect();
    assert_eq!(validity, ["50 A1 invalid", "50 G invalid", "80 A1 valid", "80 G valid"], "row 122, X-4");
}

#[test]
fn what_a_snapshot_tells_about_starts_lengthens_outcomes_only() {
    check(
        "Q-10, A-13",
        r#"0 2001 AgentLogin A1
         0 2001 Ringing c1 Inbound
         5 - LinkDisconnected
         9 - LinkConnected
         10 - Snapshot {"dns":[{"dn":"2001","type":"Extension","agent_id":"A1","agent_state":"NotReady","state_since":2,"calls":[{"conn_id":"c1","call_type":"Inbound","state":"held","since":8,"established_since":6}]}]}
         15 2001 Retrieved c1
         20 2001 Released c1"#,
        "A1",
        "0 A1 AgentLogin
         0 A1 +LoggedIn
         0 A1 CallRingingStarted c1
         0 A1 +CallRinging c1
         0 A1 =CallRinging
         5 A1 -LoggedIn 5
         5 A1 -CallRinging c1 5
         5 A1 +NotMonitored
         5 A1 invalid
         5 A1 =NotMonitored
         10 A1 -NotMonitored 5
         10 A1 +Monitored
         10 A1 +LoggedIn
         10 A1 +NotReadyForNextCall since 2
         10 A1 +CallInbound c1 since 6
         10 A1 +CallOnHold c1 since 8
         10 A1 valid
         10 A1 =CallOnHold since 8
         15 A1 -CallOnHold c1 5
         15 A1 CallRetrievedFromHold c1 7
         15 A1 =CallInbound
         20 A1 -CallInbound c1 10
         20 A1 CallInboundCompleted c1 14
         20 A1 =NotReadyForNextCall",
    );
}

#[test]
fn a_waiting_call_that_a_snapshot_does_not_list_ends_without_outcome() {
    check(
        "row 123",
        r#"0 9001 Queued c1 q=9001
         20 - LinkDisconnected
         40 - LinkConnected
         40 - Snapshot {"dns":[{"dn":"9001","type":"Queue"}]}"#,
        "9001",
        "0 9001 CallEntered c1
         0 9001 +CallWait c1
         20 9001 -Monitored 1020
         20 9001 -CallWait c1 20
         20 9001 +NotMonitored
         20 9001 invalid
         20 9001 =NotMonitored
         40 9001 -NotMonitored 20
         40 9001 +Monitored
         40 9001 valid
         40 9001 =Monitored",
    );
}

#[test]
fn a_waiting_call_that_a_snapshot_shows_at_a_phone_was_diverted_and_answered() {
    check(
        "Q-10",
        r#"0 9001 Queued c1 q=9001
         0 9001 Queued c2 q=9001
         0 9001 Queued c3 q=9001
         20 - LinkDisconnected
         40 - LinkConnected
         40 - Snapshot {"dns":[{"dn":"9001","type":"Queue","calls":[{"conn_id":"c3","state":"queued","since":0}]},{"dn":"2001","type":"Extension","calls":[{"conn_id":"c1","state":"established","since":35,"queued_since":0,"established_since":30,"this_queue":"9001"}]},{"dn":"2003","type":"Extension","calls":[{"conn_id":"c2","state":"ringing","since":38,"this_queue":"9001"}]}]}
         45 2003 Established c2 q=9001
         50 2001 Released c1 q=9001
         60 9001 Abandoned c3"#,
        "9001",
        "0 9001 CallEntered c1
         0 9001 +CallWait c1
         0 9001 CallEntered c2
         0 9001 +CallWait c2
         0 9001 CallEntered c3
         0 9001 +CallWait c3
         20 9001 -Monitored 1020
         20 9001 -CallWait c1 20
         20 9001 -CallWait c2 20
         20 9001 -CallWait c3 20
         20 9001 +NotMonitored
         20 9001 invalid
         20 9001 =NotMonitored
         40 9001 -NotMonitored 20
         40 9001 +Monitored
         40 9001 +CallWait c3 since 0
         40 9001 CallDistributed c1 40
         40 9001 CallAnswered c1 30
         40 9001 CallDistributed c2 40
         40 9001 valid
         40 9001 =Monitored
         45 9001 CallAnswered c2 45
         50 9001 CallMissed c1 20
         60 9001 -CallWait c3 20
         60 9001 CallAbandoned c3 60",
    );
}

#[test]
fn a_snapshot_without_a_loss_touches_nothing_that_is_as_it_was() {
    check(
        "X-5, contracts 4",
        r#"0 2001 AgentLogin A1
         0 2001 AgentReady
         1 2001 Ringing c1 Inbound
         1 2003 Established c2
         5 - Snapshot {"dns":[{"dn":"2001","type":"Extension","agent_id":"A1","agent_state":"Ready","calls":[{"conn_id":"c1","call_type":"Inbound","state":"established","since":3}]},{"dn":"2003","type":"Extension"},{"dn":"2002","type":"Extension"},{"dn":"9001","type":"Queue"}]}
         9 2001 Released c1"#,
        "A1 2003 9001",
        "0 A1 AgentLogin
         0 A1 +LoggedIn
         0 A1 +WaitForNextCall
         0 A1 =WaitForNextCall
         1 A1 CallRingingStarted c1
         1 A1 +CallRinging c1
         1 2003 -OnHook 1001
         1 2003 CallUnknownStarted c2
         1 2003 +CallUnknown c2
         1 2003 =CallUnknown
         1 A1 =CallRinging
         5 2003 -CallUnknown c2 4
         5 2003 +OnHook
         5 A1 -CallRinging c1 4
         5 A1 CallAnswered c1 4
         5 A1 CallInboundStarted c1
         5 A1 +CallInbound c1
         5 2003 =OnHook
         5 A1 =CallInbound
         9 A1 -CallInbound c1 4
         9 A1 CallInboundCompleted c1 4
         9 A1 =WaitForNextCall",
    );
}

#[test]
fn registrations_bring_devices_back_one_by_one() {
    check(
        "Q-9, Q-10: rebuilt calls happen to nobody",
        "0 2001 AgentLogin A1
         0 2003 AgentLogin A2
         0 9001 Queued c1 q=9001
         5 - LinkDisconnected
         8 - LinkConnected
         9 2001 Registered A1 agent=Ready
         9 2001 Established c2 Inbound synthetic
         9 9001 Registered
         9 9001 Queued c1 q=9001 synthetic
         10 2003 Registered
         12 9001 Diverted c1 to=2001
         13 2001 Released c2",
        "A1 A2 9001",
        "0 A1 AgentLogin
         0 A1 +LoggedIn
         0 A2 AgentLogin
         0 A2 +LoggedIn
         0 9001 CallEntered c1
         0 9001 +CallWait c1
         0 A1 =Monitored
         0 A2 =Monitored
         5 A1 -LoggedIn 5
         5 A1 +NotMonitored
         5 A2 -LoggedIn 5
         5 A2 +NotMonitored
         5 9001 -Monitored 1005
         5 9001 -CallWait c1 5
         5 9001 +NotMonitored
         5 A1 invalid
         5 A1 =NotMonitored
         5 A2 invalid
         5 A2 =NotMonitored
         5 9001 invalid
         5 9001 =NotMonitored
         9 A1 -NotMonitored 4
         9 A1 +Monitored
         9 A1 +LoggedIn
         9 A1 +WaitForNextCall
         9 A1 +CallInbound c2
         9 9001 -NotMonitored 4
         9 9001 +Monitored
         9 9001 +CallWait c1
         9 A1 valid
         9 A1 =CallInbound
         9 9001 valid
         9 9001 =Monitored
         10 A2 -NotMonitored 5
         10 A2 valid
         10 A2 =LoggedOut
         12 9001 -CallWait c1 3
         12 9001 CallDistributed c1 12
         13 A1 -CallInbound c2 4
         13 A1 CallInboundCompleted c2 4
         13 A1 =WaitForNextCall",
    );
}

#[test]
fn the_first_event_after_the_link_is_back_brings_its_device_back() {
    check(
        "Q-9",
        "0 2001 AgentLogin A1
         5 - LinkDisconnected
         8 - LinkConnected
         9 2001 AgentReady",
        "2001",
        "0 2001 -LoggedOut 1000
         0 2001 -OnHook 1000
         0 2001 AgentLogin
         0 2001 +LoggedIn
         0 2001 =Monitored
         5 2001 -Monitored 1005
         5 2001 -LoggedIn 5
         5 2001 +NotMonitored
         5 2001 =NotMonitored
         5 2001 invalid
         9 2001 -NotMonitored 4
         9 2001 +Monitored
         9 2001 +LoggedIn
         9 2001 +WaitForNextCall
         9 2001 =WaitForNextCall
         9 2001 valid",
    );
}

#[test]
fn out_of_service_is_not_invalid_and_keeps_the_login() {
    check(
        "Q-11, X-4",
        "0 2001 AgentLogin A1
         0 2001 AgentReady
         1 2001 Established c1 Inbound
         5 2001 DNOutOfService
         6 2001 Released c1
         7 2001 DNBackInService
         8 2001 AgentReady",
        "A1",
        "0 A1 AgentLogin
         0 A1 +LoggedIn
         0 A1 +WaitForNextCall
         0 A1 =WaitForNextCall
         1 A1 CallInboundStarted c1
         1 A1 +CallInbound c1
         1 A1 =CallInbound
         5 A1 -LoggedIn 5
         5 A1 -WaitForNextCall 5
         5 A1 -CallInbound c1 4
         5 A1 +NotMonitored
         5 A1 =NotMonitored
         7 A1 -NotMonitored 2
         7 A1 +Monitored
         7 A1 +LoggedIn
         7 A1 =Monitored
         8 A1 +WaitForNextCall
         8 A1 =WaitForNextCall",
    );
}

#[test]
fn a_gap_names_everything_that_its_source_touches() {
    let world = WORLD.replace("[{ name = \"pbx\"", "[{ name = \"far\", switch = \"fs\" }, { name = \"pbx\"");
    let mut records = crate::tale::records("0 2001 AgentLogin A1\n1 77 AgentLogin A2 src=far");
    let mut gap = model::Record::new("pbx", model::Event::Gap, model::Micros::from_secs(9));
    gap.body = Some(Box::new(model::record::Body::Gap(model::record::Gap {
        from: model::Micros::from_secs(2),
        to: model::Micros::from_secs(8),
        cause: "journal cut".into(),
        unsaved: false,
    })));
    records.push(gap);
    let tenant = model::tenant::Tenant::from_toml(&world).unwrap();
    let mut objects = objects::Objects::new(&tenant).unwrap();
    let items = objects.step(&records, model::Micros::from_secs(9));
    let names: Vec<&str> = items.gaps[0].objects.iter().map(|ix| objects.directory().number(*ix)).collect();
    let touched = ["9001", "9002", "2001", "P1", "A1", "G", "PG", "QG"];
    assert!(touched.iter().all(|name| names.contains(name)), "{names:?}");
    assert!(!names.contains(&"A2") && !names.contains(&"77"), "{names:?}");
}

#[test]
fn what_went_on_when_records_were_lost_ended_when_it_was_last_seen() {
    check(
        "X-1, X-11",
        "0 2001 AgentLogin A1
         0 2001 AgentNotReady
         9 - LinkDisconnected
         9 - Gap 5
         9 2001 Registered A1 agent=NotReady",
        "A1",
        "0 A1 AgentLogin
         0 A1 +LoggedIn
         0 A1 +NotReadyForNextCall
         0 A1 =NotReadyForNextCall
         9 A1 -LoggedIn after 5
         9 A1 -NotReadyForNextCall after 5
         9 A1 =? since 5
         9 A1 +NotMonitored since 5
         9 A1 -NotMonitored 0
         9 A1 +Monitored
         9 A1 +LoggedIn
         9 A1 +NotReadyForNextCall
         9 A1 =NotReadyForNextCall",
    );
}
