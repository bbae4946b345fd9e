//! Statuses of devices, agents, places and groups.

use crate::tale::{WORLD, check, status_times, tell};
use std::collections::BTreeMap;

#[test]
fn not_ready_hides_ringing() {
    let told = tell(
        WORLD,
        "0 2001 AgentLogin A1
         0 2001 AgentNotReady
         10 2001 Ringing c1 Inbound
         20 2001 Established c1
         50 2001 Released c1",
    );
    let times = status_times(&told, "A1", 0, 60);
    assert_eq!(times, BTreeMap::from([("NotReadyForNextCall", 30), ("CallInbound", 30)]), "row 83");
}

#[test]
fn ready_ringing_talking() {
    check(
        "row 84",
        "0 2001 AgentLogin A1
         0 2001 AgentReady
         10 2001 Ringing c1 Inbound
         20 2001 Established c1",
        "A1",
        "0 A1 AgentLogin
         0 A1 +LoggedIn
         0 A1 +WaitForNextCall
         0 A1 =WaitForNextCall
         10 A1 CallRingingStarted c1
         10 A1 +CallRinging c1
         10 A1 =CallRinging
         20 A1 -CallRinging c1 10
         20 A1 CallAnswered c1 10
         20 A1 CallInboundStarted c1
         20 A1 +CallInbound c1
         20 A1 =CallInbound",
    );
}

#[test]
fn the_highest_device_decides_for_the_agent_and_the_place() {
    let told = tell(
        WORLD,
        "0 2001 AgentLogin A1
         0 2001 AgentReady
         0 2002 AgentLogin A1
         5 2002 Dialing c1 Outbound
         6 2002 Established c1
         9 2002 Released c1",
    );
    let expected = BTreeMap::from([("WaitForNextCall", 6), ("CallDialing", 1), ("CallOutbound", 3)]);
    assert_eq!(status_times(&told, "A1", 0, 10), expected, "row 86, ST-3");
    assert_eq!(status_times(&told, "P1", 0, 10), expected, "2.9 place status");
}

#[test]
fn a_ringing_device_without_login_is_nobodys() {
    check(
        "row 87",
        "0 2001 Ringing c1",
        "A1 2001 P1",
        "0 2001 -OnHook 1000
         0 2001 CallRingingStarted c1
         0 2001 +CallRinging c1
         0 P1 -OnHook 1000
         0 P1 CallRingingStarted c1
         0 P1 +CallRinging c1
         0 2001 =CallRinging
         0 P1 =CallRinging",
    );
}

#[test]
fn the_world_begins_monitored_idle_and_without_agents() {
    let told = tell(WORLD, "0 - PrimaryChanged");
    let begun = &told.items[0];
    let name = |ix| told.objects.directory().number(ix);
    let statuses: Vec<(&str, &str)> = begun
        .items
        .iter()
        .filter_map(|item| match item.what {
            model::item::What::Status { to } => Some((name(item.object), to.name())),
            _ => None,
        })
        .filter(|(object, _)| ["9001", "2001", "A1", "P1", "P0", "G", "PG", "QG"].contains(object))
        .collect();
    let expected = [
        ("2001", "OnHook"),
        ("A1", "LoggedOut"),
        ("P1", "OnHook"),
        ("P0", "NotMonitored"),
        ("9001", "Monitored"),
        ("G", "LoggedOut"),
        ("PG", "NotReadyForNextCall"),
    ];
    assert_eq!(statuses, expected, "Q-6, Q-8, row 91, ST-6; queue groups have no status");
    let joined = begun.items.iter().filter_map(|item| match item.what {
        model::item::What::Joined { group } => Some((name(group), name(item.object))),
        _ => None,
    });
    let joined: Vec<_> = joined.collect();
    let groups =
        [("G", "A1"), ("G", "A2"), ("O", "A3"), ("PG", "P1"), ("PG", "P2"), ("QG", "9001"), ("QG", "9002")];
    let tenant = [("t", "A1"), ("t", "A2"), ("t", "A3")];
    assert_eq!(joined, [&groups[..], &tenant[..]].concat(), "Q-44");
    assert_eq!(begun.appeared.len(), told.objects.directory().len());
}

#[test]
fn a_group_is_ready_when_one_is_and_busy_when_none_is_but_some_are_there() {
    check(
        "row 92, ST-6",
        "0 2001 AgentLogin A1
         1 2001 AgentReady
         2 2003 AgentLogin A2
         3 2003 Established c1 Inbound
         4 2001 AgentLogout A1
         5 2003 AgentLogout A2
         6 2001 AgentLogin A1
         7 - LinkDisconnected",
        "G",
        "0 G =NotReadyForNextCall
         1 G =WaitForNextCall
         4 G =NotReadyForNextCall
         5 G =LoggedOut
         6 G =NotReadyForNextCall
         7 G invalid
         7 G =LoggedOut",
    );
}

#[test]
fn what_begins_and_ends_in_one_instant_is_no_status() {
    check(
        "Q-1, ST-4",
        "0 2001 AgentLogin A1
         0 2001 AgentNotReady
         10 2001 Established c1 Inbound
         20 2001 Released c1
         20 2001 Established c2 Inbound
         30 2001 Held c2
         30 2001 Retrieved c2
         40 2001 Released c2",
        "G",
        "0 G =NotReadyForNextCall",
    );
    let told = tell(
        WORLD,
        "10 2001 Established c1 Inbound
         20 2001 Released c1
         20 2001 Established c2 Inbound
         30 2001 Held c2
         30 2001 Retrieved c2",
    );
    let statuses: Vec<&String> = told.lines.iter().filter(|line| line.contains(" 2001 =")).collect();
    assert_eq!(statuses, ["10 2001 =CallInbound"], "Q-1, ST-4");
}

#[test]
fn a_new_reason_changes_the_action_and_not_its_start() {
    let told = tell(
        WORLD,
        "0 2001 AgentLogin A1
         1 2001 AgentNotReady re=Code:Lunch
         5 2001 AgentNotReady re=Code:Tea
         9 2001 AgentNotReady",
    );
    let of: Vec<(&str, Option<String>)> = told
        .items
        .iter()
        .flat_map(|batch| batch.items.iter().map(move |item| (batch, item)))
        .filter(|(_, item)| told.objects.directory().number(item.object) == "A1")
        .filter_map(|(batch, item)| {
            let kind = match item.what {
                model::item::What::Status { to } if to.name() == "NotReadyForNextCall" => "status",
                model::item::What::Changed { .. } => "changed",
                _ => return None,
            };
            assert_eq!(item.start.secs(), 1, "the start stays");
            let reasons = batch.data.get(item.data as usize).and_then(|data| data.reasons.clone());
            Some((kind, reasons.map(|list| format!("{:?}", list.values().next().unwrap()))))
        })
        .collect();
    let text = |text: &str| Some(format!("Text({text:?})"));
    let expected = [
        ("status", text("Lunch")),
        ("changed", text("Tea")),
        ("status", text("Tea")),
        ("changed", None),
        ("status", None),
    ];
    assert_eq!(of, expected, "Q-16");
}
