//! How ready people are for media, and one status over phones and channels.

use super::world::{WORLD, check, ixn};
use crate::tale::{status_times, tell};
use std::collections::BTreeMap;

#[test]
fn the_phone_and_the_chat_decide_together() {
    let of = |story: &str| {
        let told = tell(WORLD, &ixn(story));
        let times = |object| status_times(&told, object, 10, 20);
        assert_eq!(times("A1"), times("P1"), "rule ST-3");
        times("P1")
    };
    let login = "0 2001 AgentLogin A1
                 0 AgentLogin A1 at=P1
                 0 MediaAdded A1 media=chat
                 0 ReadyForMedia A1 media=chat\n";
    let times = of(&(login.to_owned()
        + "0 2001 AgentNotReady
           10 PartyAdded A1 i=1 media=chat Inbound
           20 PartyRemoved A1 i=1"));
    assert_eq!(times, BTreeMap::from([("CallInbound", 10)]), "row 88");
    let times = of(&(login.to_owned()
        + "0 2001 AgentReady
           5 PartyAdded A1 i=1 media=chat Inbound
           10 2001 Dialing c1 Outbound
           10 2001 Established c1
           20 2001 Released c1"));
    assert_eq!(times, BTreeMap::from([("CallOutbound", 10)]), "row 89");
    let times = of(&(login.to_owned()
        + "0 2001 AgentReady
           10 2001 Ringing c1 Inbound
           15 NotReadyForMedia A1 media=chat
           20 2001 Abandoned c1"));
    let expected = BTreeMap::from([("CallRinging", 5), ("NotReadyForNextCall", 5)]);
    assert_eq!(times, expected, "row 90");
}

#[test]
fn a_phone_without_a_login_does_not_hide_the_channels() {
    let told = tell(
        WORLD,
        &ixn("0 AgentLogin A1 at=P1
              0 MediaAdded A1 media=chat
              5 2001 OffHook
              10 ReadyForMedia A1 media=chat
              20 2001 OnHook"),
    );
    let expected = BTreeMap::from([("Monitored", 10), ("WaitForNextCall", 10)]);
    assert_eq!(status_times(&told, "P1", 0, 20), expected, "2.9 (6), the third test");
    assert_eq!(status_times(&told, "A1", 0, 20), expected, "he is not logged in on the phone");
}

#[test]
fn nobody_disturbs_who_does_not_want_it() {
    check(
        "DoNotDisturb holds for every medium, also for one that comes later; reasons are the state's",
        "0 MediaAdded A2 media=chat
         1 ReadyForMedia A2 media=chat
         2 DoNotDisturbOn A2
         3 MediaAdded A2 media=email
         5 DoNotDisturbOff A2
         6 NotReadyForMedia A2 media=chat re=ReasonCode:Lunch
         7 MediaStateReasonChanged A2 media=chat re=ReasonCode:Meeting
         8 MediaRemoved A2 media=email",
        "A2",
        "0 A2 +LoggedIn
         0 A2 +Active
         0 A2 +NotRoutable
         0 A2 =Monitored
         1 A2 -NotRoutable 1
         1 A2 +WaitForNextCall
         1 A2 +Routable
         1 A2 =WaitForNextCall
         2 A2 -Routable 1
         2 A2 +DoNotDisturb
         2 A2 +NotRoutable
         2 A2 =NotReadyForNextCall
         3 A2 +Active
         3 A2 +DoNotDisturb
         3 A2 +NotRoutable
         5 A2 -DoNotDisturb 3
         5 A2 -DoNotDisturb 2
         5 A2 -NotRoutable 3
         5 A2 +Routable
         5 A2 =WaitForNextCall
         6 A2 -WaitForNextCall 5
         6 A2 -Routable 1
         6 A2 +NotReadyForNextCall
         6 A2 +NotRoutable
         6 A2 =NotReadyForNextCall
         7 A2 ~NotReadyForNextCall
         7 A2 =NotReadyForNextCall since 6
         8 A2 -NotRoutable 5
         8 A2 -Active 5",
    );
}

#[test]
fn an_agent_logs_out_of_one_medium_and_then_of_all() {
    check(
        "rule A-9: what is in progress ends without outcome",
        "0 AgentLogin A1
         0 MediaAdded A1 media=chat
         0 MediaAdded A1 media=email
         1 PartyAdded A1 i=1 media=chat
         2 PartyAdded A1 i=2 media=email
         5 MediaRemoved A1 media=chat
         6 PartyRemoved A1 i=1
         8 AgentLogout A1
         9 PartyRemoved A1 i=2",
        "A1",
        "0 A1 AgentLogin
         0 A1 +LoggedIn
         0 A1 +Active
         0 A1 +NotRoutable
         0 A1 +Active
         0 A1 +NotRoutable
         0 A1 =Monitored
         1 A1 HandlingStarted 1
         1 A1 +Handling 1
         1 A1 =CallUnknown
         2 A1 HandlingStarted 2
         2 A1 +Handling 2
         5 A1 -Handling 1 4
         5 A1 -NotRoutable 5
         5 A1 -Active 5
         5 A1 =CallUnknown since 1
         8 A1 -LoggedIn 8
         8 A1 -Handling 2 6
         8 A1 -NotRoutable 8
         8 A1 -Active 8
         8 A1 AgentLogout
         8 A1 =LoggedOut",
    );
}

#[test]
fn capacity_rules_change_in_mid_stream() {
    check(
        "2.6, for agent and place each by its own rule",
        "0 MediaAdded A1 media=chat at=P2
         0 ReadyForMedia A1 media=chat
         1 PartyAdded A1 i=1 media=chat
         2 - ConfigChanged {\"object\":\"agent\",\"id\":\"A1\",\"set\":{\"capacity\":{\"chat\":1}}}
         3 - ConfigChanged {\"object\":\"place\",\"id\":\"P2\",\"set\":{\"capacity\":{\"chat\":5}}}",
        "A1 P2",
        "0 A1 +LoggedIn
         0 A1 +Active
         0 A1 +NotRoutable
         0 P2 +LoggedIn
         0 P2 +Active
         0 P2 +NotRoutable
         0 A1 -NotRoutable 0
         0 A1 +WaitForNextCall
         0 A1 +Routable
         0 P2 -NotRoutable 0
         0 P2 +WaitForNextCall
         0 P2 +Routable
         0 A1 =WaitForNextCall
         0 P2 =WaitForNextCall
         1 A1 HandlingStarted 1
         1 A1 +Handling 1
         1 P2 -Routable 1
         1 P2 HandlingStarted 1
         1 P2 +Handling 1
         1 P2 +NotRoutable
         1 A1 =CallUnknown
         1 P2 =CallUnknown
         2 A1 -Routable 2
         2 A1 +NotRoutable
         3 P2 -NotRoutable 2
         3 P2 +Routable",
    );
}
