//! The configuration changes in mid-stream (contracts part 3).

use crate::tale::{Told, WORLD, check, tell, totals};
use model::{Action, Object, ObjectType};

/// What happens to memberships after the beginning.
fn memberships(told: &Told) -> Vec<&str> {
    let is_move = |line: &&String| line.contains(" >") || line.contains(" <");
    told.lines.iter().filter(is_move).map(String::as_str).collect()
}

fn name(told: &Told, kind: ObjectType, id: &str) -> String {
    let directory = told.objects.directory();
    let ix = directory.find(&Object::new(kind, id)).unwrap_or_else(|| panic!("{id} is not known"));
    directory.name(ix).to_owned()
}

#[test]
fn a_group_gets_other_members() {
    let told = tell(
        WORLD,
        r#"0 2001 AgentLogin A1
           1 2001 AgentReady A1
           5 - ConfigChanged {"object":"agent_group","id":"G","set":{"agents":["A2","A9"]}}
           8 - ConfigChanged {"object":"agent_group","id":"G","set":{"agents":["A1"]}}"#,
    );
    assert_eq!(
        memberships(&told),
        ["5 A1 <G", "5 A9 >G", "5 A9 >t", "8 A1 >G", "8 A2 <G", "8 A9 <G"],
        "O-4, and an agent whom nobody knew: he belongs to the tenant besides"
    );
    let statuses: Vec<&String> = told.lines.iter().filter(|line| line.contains(" G =")).collect();
    assert_eq!(
        statuses,
        ["0 G =NotReadyForNextCall", "1 G =WaitForNextCall", "5 G =LoggedOut", "8 G =WaitForNextCall"],
        "ST-6"
    );
}

#[test]
fn a_skill_or_a_script_changes() {
    let told = tell(
        WORLD,
        r#"0 - ConfigChanged {"object":"agent_group","id":"V","set":{"script":"Skill(\"Spanish\")>=5"}}
           2 - ConfigChanged {"object":"agent","id":"A1","set":{"skills":{"Spanish":7}}}
           3 - ConfigChanged {"object":"agent","id":"A2","set":{"skills":{"Spanish":4}}}
           4 - ConfigChanged {"object":"agent_group","id":"V","set":{"script":"Skill(\"Spanish\")<5"}}
           5 - ConfigChanged {"object":"agent_group","id":"V","set":{"script":null,"agents":["A3"]}}
           6 - ConfigChanged {"object":"agent_group","id":"V","gone":true}"#,
    );
    assert_eq!(memberships(&told), ["2 A1 >V", "4 A1 <V", "4 A2 >V", "5 A2 <V", "5 A3 >V", "6 A3 <V"]);
}

#[test]
fn a_change_holds_for_the_whole_of_its_instant() {
    let told = tell(
        WORLD,
        r#"0 2001 Established c1 Inbound
           5 2001 Released c1
           5 - ConfigChanged {"object":"place","id":"P1","set":{"dns":["2002"]}}
           5 - ConfigChanged {"object":"place","id":"P2","set":{"dns":["2001"]}}"#,
    );
    assert_eq!(totals(&told, "P1", Action::CallInboundCompleted).0, 0, "Q-44: gone at the leave");
    assert_eq!(totals(&told, "P1", Action::CallInbound), (1, 5), "O-4");
    assert_eq!(totals(&told, "P2", Action::CallInboundCompleted), (1, 5), "Q-44: there from the join on");
    assert_eq!(totals(&told, "P2", Action::CallInbound), (1, 0));
}

#[test]
fn a_phone_is_moved_to_another_place_in_mid_call() {
    check(
        "O-4, Q-44",
        r#"0 2003 Established c1 Inbound
           5 - ConfigChanged {"object":"place","id":"P2","set":{"dns":[]}}
           7 - ConfigChanged {"object":"place","id":"P0","set":{"dns":["2003"]}}
           9 2003 Released c1"#,
        "P2 P0",
        "0 P2 -OnHook 1000
         0 P2 CallInboundStarted c1
         0 P2 +CallInbound c1
         0 P2 =CallInbound
         5 P2 -Monitored 1005
         5 P2 -LoggedOut 1005
         5 P2 -CallInbound c1 5
         5 P2 =NotMonitored
         7 P0 +Monitored since -1000
         7 P0 +LoggedOut since -1000
         7 P0 +CallInbound c1 since 0
         7 P0 =CallInbound
         9 P0 -CallInbound c1 2
         9 P0 CallInboundCompleted c1 9
         9 P0 +OnHook
         9 P0 =OnHook",
    );
}

#[test]
fn groups_of_places_and_queues_get_other_members() {
    let told = tell(
        WORLD,
        r#"0 - ConfigChanged {"object":"place_group","id":"PG","set":{"places":["P2","P0"]}}
           1 - ConfigChanged {"object":"queue_group","id":"QG","set":{"dns":["9002","8001"]}}
           2 - ConfigChanged {"object":"queue_group","id":"New","set":{"dns":["9001","9010"]}}
           3 - LinkDisconnected
           4 - LinkConnected
           4 9010 Queued c1"#,
    );
    assert_eq!(
        memberships(&told),
        ["0 P1 <PG", "0 P0 >PG", "1 9001 <QG", "1 8001 >QG", "2 9001 >New", "2 9010 >New"]
    );
    assert!(told.lines.contains(&"3 New invalid".to_owned()), "X-4: new members are heard");
}

#[test]
fn origination_dns_come_and_go() {
    let told = tell(
        WORLD,
        r#"0 2001 AgentLogin A1
           2 - ConfigChanged {"object":"agent_group","id":"G","set":{"origination_dns":["9001"]}}
           6 - ConfigChanged {"object":"agent_group","id":"G","set":{"origination_dns":[]}}
           7 - ConfigChanged {"object":"place_group","id":"PG","set":{"origination_dns":["9002"]}}
           9 - ConfigChanged {"object":"place","id":"P1","set":{"dns":[]}}"#,
    );
    assert_eq!(totals(&told, "9001", Action::AgentLoginOnQueue), (1, 4), "2.5");
    assert_eq!(totals(&told, "9001", Action::DNLogin), (1, 4));
    assert_eq!(totals(&told, "9002", Action::AgentLoginOnQueue), (1, 2));
}

#[test]
fn a_dn_that_is_taken_away_is_not_monitored_but_valid() {
    let told = tell(
        WORLD,
        r#"0 2003 Established c1 Inbound
           5 - ConfigChanged {"object":"dn","id":"2003@sw","gone":true}
           9 - ConfigChanged {"object":"dn","id":"2003@sw","set":{"type":"Extension","name":"desk"}}"#,
    );
    assert_eq!(totals(&told, "2003", Action::NotMonitored), (1, 4), "2.3");
    assert_eq!(totals(&told, "P2", Action::CallInbound), (1, 5));
    assert!(!told.lines.iter().any(|line| line.contains("invalid")), "X-4");
    assert!(told.lines.contains(&"9 P2 =OnHook".to_owned()), "its place has it back");
    assert_eq!(name(&told, ObjectType::RegDN, "2003@sw"), "desk");
}

#[test]
fn objects_appear_and_get_names() {
    let told = tell(
        WORLD,
        r#"0 - ConfigChanged {"object":"agent","id":"A7","set":{"name":"Ann"}}
           1 - ConfigChanged {"object":"dn","id":"9030@sw","set":{"type":"VirtualQueue"}}
           2 - ConfigChanged {"object":"agent","id":"A1","set":{"name":"Bea"}}
           3 - ConfigChanged {"object":"agent","id":"A7","set":{"name":null}}
           4 - ConfigChanged {"object":"place","id":"P7","set":{"dns":["2030@sw"]}}"#,
    );
    assert_eq!(name(&told, ObjectType::Agent, "A1"), "Bea");
    assert_eq!(name(&told, ObjectType::Agent, "A7"), "A7");
    let appeared: Vec<usize> = told.items.iter().map(|items| items.appeared.len()).collect();
    assert_eq!(appeared[1..], [1, 1, 0, 0, 2]);
    assert!(told.lines.contains(&"0 A7 =LoggedOut".to_owned()));
    assert!(told.lines.contains(&"4 P7 =OnHook".to_owned()));
}

#[test]
fn a_change_that_can_not_be_is_told_and_changes_nothing() {
    let mut told = tell(
        WORLD,
        r#"0 - ConfigChanged {"object":"agent","id":"A1","set":{"skils":{}}}
           1 - ConfigChanged {"object":"agent_group","id":"G","set":{"agents":[],"origination_dns":["2001"]}}
           2 - ConfigChanged {"object":"place_group","id":"PG","set":{"places":["P9"]}}
           3 - ConfigChanged {"object":"dn","id":"9001@sw","set":{"type":"Extension"}}
           4 - ConfigChanged {"object":"source","id":"pbx","gone":true}
           5 - ConfigChanged {"object":"agent_group","id":"G","set":{"script":"Skill("}}"#,
    );
    let complaints: Vec<String> =
        told.objects.floor.take_complaints().iter().map(ToString::to_string).collect();
    for (complaint, word) in
        complaints.iter().zip(["skils", "2001", "P9", "regular", "source", "character 7"])
    {
        assert!(complaint.contains(word), "{complaint}");
    }
    assert_eq!((complaints.len(), told.objects.counters().misconfigured), (6, 6));
    assert_eq!(memberships(&told), ["5 A1 <G", "5 A2 <G"], "O-7: a wrong script gives an empty group");
}

#[test]
fn a_checkpoint_without_names_holds_the_configuration_too() {
    let told = tell(
        WORLD,
        r#"0 - ConfigChanged {"object":"dn","id":"8009@sw","set":{"type":"VirtualQueue","vq_stuck_check":600}}
           1 - ConfigChanged {"object":"agent_group","id":"V","set":{"script":"LoggedIn(\"sw\")|5<Skill(\"S\")"}}
           2 - ConfigChanged {"object":"agent_group","id":"G","set":{"script":"x"}}
           3 - ConfigChanged {"object":"place","id":"P1","gone":true}"#,
    );
    let saved = rmp_serde::to_vec(&told.objects.floor).unwrap();
    let read: objects::Floor = rmp_serde::from_slice(&saved).unwrap();
    assert_eq!(read, told.objects.floor);
    let presence: Vec<bool> =
        told.items.iter().flat_map(|items| &items.presence).map(|(_, on)| *on).collect();
    assert_eq!(presence, [false], "`*` selections hear of it");
}

#[test]
fn a_change_is_heard_while_its_link_is_down_and_once_only() {
    let told = tell(
        WORLD,
        r#"0 - LinkDisconnected
           1 - ConfigChanged {"object":"queue_group","id":"QG","set":{"dns":["9001"]}}
           2 - LinkConnected"#,
    );
    assert_eq!(memberships(&told), ["1 9002 <QG"]);
    assert_eq!(told.objects.counters().while_down, 0);
}

#[test]
fn a_change_that_is_told_twice_changes_nothing_more() {
    let once = [
        r#"{"object":"dn","id":"9001@sw","set":{"name":"Front"}}"#,
        r#"{"object":"dn","id":"9005@sw","set":{"type":"Queue"}}"#,
        r#"{"object":"place","id":"P2","set":{"dns":["2001@sw"]}}"#,
        r#"{"object":"agent","id":"A1","set":{"name":"Ann","skills":{"Spanish":7}}}"#,
        r#"{"object":"agent_group","id":"G","set":{"agents":["A2","A9"],"origination_dns":["9001@sw"]}}"#,
        r#"{"object":"agent_group","id":"V","set":{"script":"Skill(\"Spanish\")>5"}}"#,
        r#"{"object":"place_group","id":"PG","set":{"places":["P2"]}}"#,
        r#"{"object":"queue_group","id":"QG","set":{"dns":["9005@sw"]}}"#,
        r#"{"object":"agent","id":"A3","gone":true}"#,
        r#"{"object":"dn","id":"7001@sw","gone":true}"#,
    ];
    let told = |times: usize| {
        let changes = std::iter::repeat_n(once, times).flatten();
        let lines = changes.enumerate().map(|(at, change)| format!("{at} - ConfigChanged {change}\n"));
        let told = tell(WORLD, &lines.collect::<String>());
        (told.lines.len(), told.items.iter().map(|items| items.presence.len()).sum::<usize>())
    };
    assert_eq!(told(2), told(1), "an LDS that died between two writes tells a change again");
}
