//! Interactions at agents and places.

use super::world::check;

#[test]
fn a_chat_is_offered_accepted_and_done() {
    check(
        "2.6; the area hears how long it was handled",
        "0 AgentLogin A1 at=P0
         0 MediaAdded A1 media=chat
         1 ReadyForMedia A1 media=chat
         5 InteractionSubmitted i=1 media=chat Inbound
         5 PlacedInQueue i=1 q=in
         7 TakenFromQueue i=1 q=in party=strategy
         8 AgentInvited A1 i=1
         11 PartyAdded A1 i=1
         31 PartyRemoved A1 i=1
         31 ProcessingStopped i=1",
        "A1 in",
        "0 A1 AgentLogin
         0 A1 +LoggedIn
         0 A1 +Active
         0 A1 +NotRoutable
         0 A1 =Monitored
         1 A1 -NotRoutable 1
         1 A1 +WaitForNextCall
         1 A1 +Routable
         1 A1 =WaitForNextCall
         5 in InteractionEntered 1
         5 in +InteractionWait 1
         7 in -InteractionWait 1 2
         7 in InteractionCleared 1 2
         8 A1 -Routable 7
         8 A1 DeliveringStarted 1
         8 A1 +Delivering 1
         8 A1 +NotRoutable
         8 A1 =CallRinging
         11 A1 -Delivering 1 3
         11 A1 Accepted 1 3
         11 A1 HandlingStarted 1
         11 A1 HandlingInboundStarted 1
         11 A1 +Handling 1
         11 A1 +HandlingInbound 1
         11 A1 =CallInbound
         31 A1 -Handling 1 20
         31 A1 -HandlingInbound 1 20
         31 A1 -NotRoutable 23
         31 A1 InteractionReleased 1 20
         31 A1 +Routable
         31 in InteractionReleased 1 20
         31 in InteractionDeleted 1 26
         31 A1 =WaitForNextCall",
    );
}
