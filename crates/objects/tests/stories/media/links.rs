//! The link to an Interaction Server is lost and comes back (rules ).

use super::world::{WORLD, check, ixn};
use crate::tale::tell;

#[test]
fn what_goes_on_ends_without_outcome_and_is_told_again() {
    check(
        "the login outlives the loss; records made up after it begin no interaction anew",
        "0 AgentLogin A1 at=P0
         0 MediaAdded A1 media=chat
         0 ReadyForMedia A1 media=chat
         1 PlacedInQueue i=1 media=chat q=in
         2 PlacedInQueue i=2 media=chat q=in
         3 TakenFromQueue i=1
         4 AgentInvited A1 i=1
         5 PartyAdded A1 i=1
         10 LinkDisconnected
         15 PartyRemoved A1 i=1
         20 LinkConnected
         21 MediaAdded A1 media=chat synthetic
         21 ReadyForMedia A1 media=chat synthetic
         22 PlacedInQueue i=2 media=chat q=in synthetic
         22 PartyAdded A1 i=1 media=chat synthetic
         30 PartyRemoved A1 i=1",
        "A1 in",
        "0 A1 AgentLogin
         0 A1 +LoggedIn
         0 A1 +Active
         0 A1 +NotRoutable
         0 A1 -NotRoutable 0
         0 A1 +WaitForNextCall
         0 A1 +Routable
         0 A1 =WaitForNextCall
         1 in InteractionEntered 1
         1 in +InteractionWait 1
         2 in InteractionEntered 2
         2 in +InteractionWait 2
         3 in -InteractionWait 1 2
         3 in InteractionCleared 1 2
         4 A1 DeliveringStarted 1
         4 A1 +Delivering 1
         4 A1 =CallRinging
         5 A1 -Delivering 1 1
         5 A1 Accepted 1 1
         5 A1 HandlingStarted 1
         5 A1 +Handling 1
         5 A1 =CallUnknown
         10 A1 -LoggedIn 10
         10 A1 -Handling 1 5
         10 A1 -WaitForNextCall 10
         10 A1 -Routable 10
         10 A1 -Active 10
         10 A1 +NotMonitored
         10 in -InteractionWait 2 8
         10 A1 invalid
         10 A1 =NotMonitored
         10 in invalid
         20 in valid
         21 A1 -NotMonitored 11
         21 A1 +LoggedIn
         21 A1 +Active
         21 A1 +NotRoutable
         21 A1 -NotRoutable 0
         21 A1 +WaitForNextCall
         21 A1 +Routable
         21 A1 valid
         21 A1 =WaitForNextCall
         22 in +InteractionWait 2
         22 A1 +Handling 1
         22 A1 =CallUnknown
         30 A1 -Handling 1 8
         30 A1 InteractionReleased 1 8
         30 A1 =WaitForNextCall",
    );
}

#[test]
fn the_other_source_goes_on() {
    let told = tell(
        WORLD,
        &ixn("0 2001 AgentLogin A1
              0 2001 AgentReady
              0 MediaAdded A1 media=chat
              5 LinkDisconnected
              6 2001 Ringing c1 Inbound
              7 2001 Established c1"),
    );
    let lines: Vec<&str> =
        told.lines.iter().filter(|line| line.starts_with("7 A1 =")).map(String::as_str).collect();
    assert_eq!(lines, ["7 A1 =CallInbound"]);
    assert!(told.lines.iter().any(|line| line == "5 A1 invalid"), "rule X-4: one of his channels is lost");
}

#[test]
fn what_makes_no_sense_is_counted_and_harms_nothing() {
    let told = tell(
        WORLD,
        &ixn("0 MediaAdded A1
              0 MediaAdded media=chat
              0 PartyAdded i=1 media=chat
              0 PartyAdded A1 i=2
              0 PlacedInQueue i=3
              0 PlacedInQueue q=in
              1 TakenFromQueue i=4
              1 Rejected A1 i=5
              1 MediaRemoved A1 media=fax
              1 PartyRemoved i=6 party=strategy
              2 PropertiesChanged i=7
              3 ProcessingStopped i=8"),
    );
    let counters = told.objects.counters();
    assert_eq!((counters.incomplete, counters.refused), (6, 3), "{:?}", told.lines);
    assert_eq!(told.lines, Vec::<String>::new());
}
