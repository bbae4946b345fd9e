//! Interactions at agents and places.

use super::world::check;

#[test]
fn a_chat_is_offered_accepted_and_done() {
    check(
        "2.6; the area hears how long it was handled",
        "0 AgentLogin A2 at=P2
         0 MediaAdded A2 media=chat
         1 ReadyForMedia A2 media=chat
         5 InteractionSubmitted i=1 media=chat Inbound
         5 PlacedInQueue i=1 q=in
         7 TakenFromQueue i=1 q=in party=strategy
         8 AgentInvited A2 i=1
         11 PartyAdded A2 i=1
         31 PartyRemoved A2 i=1
         31 ProcessingStopped i=1",
        "A2 in",
        "0 A2 AgentLogin
         0 A2 +LoggedIn
         0 A2 +Active
         0 A2 +NotRoutable
         0 A2 =Monitored
         1 A2 -NotRoutable 1
         1 A2 +WaitForNextCall
         1 A2 +Routable
         1 A2 =WaitForNextCall
         5 in InteractionEntered 1
         5 in +InteractionWait 1
         7 in -InteractionWait 1 2
         7 in InteractionCleared 1 2
         8 A2 -Routable 7
         8 A2 DeliveringStarted 1
         8 A2 +Delivering 1
         8 A2 +NotRoutable
         8 A2 =CallRinging
         11 A2 -Delivering 1 3
         11 A2 Accepted 1 3
         11 A2 HandlingStarted 1
         11 A2 HandlingInboundStarted 1
         11 A2 +Handling 1
         11 A2 +HandlingInbound 1
         11 A2 =CallInbound
         31 A2 -Handling 1 20
         31 A2 -HandlingInbound 1 20
         31 A2 -NotRoutable 23
         31 A2 InteractionReleased 1 20
         31 A2 +Routable
         31 in InteractionReleased 1 20
         31 in InteractionDeleted 1 26
         31 A2 =WaitForNextCall",
    );
}

#[test]
fn two_chats_and_an_e_mail_at_once() {
    check(
        "Routable by medium: the capacity rule allows A1 two chats, one e-mail",
        "0 AgentLogin A1
         0 MediaAdded A1 media=chat
         0 MediaAdded A1 media=email
         0 ReadyForMedia A1
         1 AgentInvited A1 i=1 media=chat Inbound
         2 PartyAdded A1 i=1
         3 AgentInvited A1 i=2 media=chat
         4 AgentInvited A1 i=3 media=email Outbound
         5 PartyAdded A1 i=3
         6 Rejected A1 i=2
         7 PartyRemoved A1 i=1
         8 PartyRemoved A1 i=3",
        "A1",
        "0 A1 AgentLogin
         0 A1 +LoggedIn
         0 A1 +Active
         0 A1 +NotRoutable
         0 A1 +Active
         0 A1 +NotRoutable
         0 A1 -NotRoutable 0
         0 A1 -NotRoutable 0
         0 A1 +WaitForNextCall
         0 A1 +WaitForNextCall
         0 A1 +Routable
         0 A1 +Routable
         0 A1 =WaitForNextCall
         1 A1 DeliveringStarted 1
         1 A1 +Delivering 1
         1 A1 =CallRinging
         2 A1 -Delivering 1 1
         2 A1 Accepted 1 1
         2 A1 HandlingStarted 1
         2 A1 HandlingInboundStarted 1
         2 A1 +Handling 1
         2 A1 +HandlingInbound 1
         2 A1 =CallInbound
         3 A1 -Routable 3
         3 A1 DeliveringStarted 2
         3 A1 +Delivering 2
         3 A1 +NotRoutable
         4 A1 -Routable 4
         4 A1 DeliveringStarted 3
         4 A1 +Delivering 3
         4 A1 +NotRoutable
         5 A1 -Delivering 3 1
         5 A1 Accepted 3 1
         5 A1 HandlingStarted 3
         5 A1 HandlingOutboundStarted 3
         5 A1 +Handling 3
         5 A1 +HandlingOutbound 3
         6 A1 -Delivering 2 3
         6 A1 -NotRoutable 3
         6 A1 Rejected 2 3
         6 A1 +Routable
         7 A1 -Handling 1 5
         7 A1 -HandlingInbound 1 5
         7 A1 InteractionReleased 1 5
         7 A1 =CallOutbound
         8 A1 -Handling 3 3
         8 A1 -HandlingOutbound 3 3
         8 A1 -NotRoutable 4
         8 A1 InteractionReleased 3 3
         8 A1 +Routable
         8 A1 =WaitForNextCall",
    );
}

#[test]
fn a_transfer_is_made_and_taken() {
    check(
        "TransferMade, TransferTaken",
        "0 MediaAdded A1 media=chat
         0 MediaAdded A2 media=chat
         1 AgentInvited A1 i=1 media=chat
         2 PartyAdded A1 i=1
         9 AgentInvited A2 i=1 state=Transferred
         12 PartyAdded A2 i=1
         12 PartyRemoved A1 i=1 state=Transferred
         20 PartyRemoved A2 i=1",
        "A1 A2",
        "0 A1 +LoggedIn
         0 A1 +Active
         0 A1 +NotRoutable
         0 A2 +LoggedIn
         0 A2 +Active
         0 A2 +NotRoutable
         0 A1 =Monitored
         0 A2 =Monitored
         1 A1 DeliveringStarted 1
         1 A1 +Delivering 1
         1 A1 =CallRinging
         2 A1 -Delivering 1 1
         2 A1 Accepted 1 1
         2 A1 HandlingStarted 1
         2 A1 +Handling 1
         2 A1 =CallUnknown
         9 A2 DeliveringStarted 1
         9 A2 +Delivering 1
         9 A2 =CallRinging
         12 A2 -Delivering 1 3
         12 A2 Accepted 1 3
         12 A2 TransferTaken 1
         12 A2 HandlingStarted 1
         12 A2 +Handling 1
         12 A1 -Handling 1 10
         12 A1 InteractionReleased 1 10
         12 A1 TransferMade 1
         12 A1 =Monitored
         12 A2 =CallUnknown
         20 A2 -Handling 1 8
         20 A2 InteractionReleased 1 8
         20 A2 =Monitored",
    );
}

#[test]
fn an_agent_pulls_begins_joins_and_watches() {
    check(
        "Pulled, StartedOutbound, ConferenceJoined and Made, MonitoringInitiated; each by what went before",
        "0 MediaAdded A1 media=email at=P1
         0 MediaAdded A2 media=email at=P2
         1 PlacedInQueue i=1 media=email q=in
         5 TakenFromQueue i=1 q=in party=2
         5 PartyAdded A1 i=1
         6 PartyAdded A2 i=2 media=email Outbound
         7 PartyAdded A2 i=1 state=Conferenced
         8 PartyRemoved A2 i=1
         9 PartyAdded A2 i=1 role=Observer
         10 PartyRemoved A2 i=1
         11 PartyAdded A2 i=1 state=Conferenced why=intrusion",
        "P1 P2",
        "0 P1 +LoggedIn
         0 P1 +Active
         0 P1 +NotRoutable
         0 P2 +LoggedIn
         0 P2 +Active
         0 P2 +NotRoutable
         0 P1 =Monitored
         0 P2 =Monitored
         5 P1 Pulled 1
         5 P1 HandlingStarted 1
         5 P1 +Handling 1
         5 P1 =CallUnknown
         6 P2 StartedOutbound 2
         6 P2 HandlingStarted 2
         6 P2 HandlingOutboundStarted 2
         6 P2 +Handling 2
         6 P2 +HandlingOutbound 2
         6 P2 =CallOutbound
         7 P1 ConferenceMade 1
         7 P2 ConferenceJoined 1
         7 P2 HandlingStarted 1
         7 P2 +Handling 1
         8 P2 -Handling 1 1
         8 P2 InteractionReleased 1 1
         9 P1 BeingMonitored 1
         9 P2 MonitoringInitiated 1
         11 P1 ConferenceMade 1
         11 P2 ConferenceJoinedByIntrusion 1
         11 P2 HandlingStarted 1
         11 P2 +Handling 1",
    );
}

#[test]
fn an_offer_is_taken_back_or_dies_with_the_interaction() {
    check(
        "Revoked also where the customer leaves while it is offered",
        "0 MediaAdded A1 media=chat
         1 AgentInvited A1 i=1 media=chat
         4 Revoked A1 i=1
         5 AgentInvited A1 i=2 media=chat
         7 ProcessingStopped i=2
         8 AgentInvited A1 i=3 media=chat
         9 PartyAdded A1 i=3
         15 ProcessingStopped i=3
         16 PartyRemoved A1 i=3",
        "A1",
        "0 A1 +LoggedIn
         0 A1 +Active
         0 A1 +NotRoutable
         0 A1 =Monitored
         1 A1 DeliveringStarted 1
         1 A1 +Delivering 1
         1 A1 =CallRinging
         4 A1 -Delivering 1 3
         4 A1 Revoked 1 3
         4 A1 =Monitored
         5 A1 DeliveringStarted 2
         5 A1 +Delivering 2
         5 A1 =CallRinging
         7 A1 -Delivering 2 2
         7 A1 Revoked 2 2
         7 A1 =Monitored
         8 A1 DeliveringStarted 3
         8 A1 +Delivering 3
         8 A1 =CallRinging
         9 A1 -Delivering 3 1
         9 A1 Accepted 3 1
         9 A1 HandlingStarted 3
         9 A1 +Handling 3
         9 A1 =CallUnknown
         15 A1 -Handling 3 6
         15 A1 InteractionReleased 3 6
         15 A1 =Monitored",
    );
}

#[test]
fn new_data_reach_all_who_have_to_do_with_it() {
    check(
        "as rule Q-24",
        "0 MediaAdded A1 media=chat
         1 PlacedInQueue i=1 media=chat q=in
         2 PropertiesChanged i=1 ud=Topic:bill
         3 TakenFromQueue i=1 q=in
         4 AgentInvited A1 i=1
         5 PartyAdded A1 i=1
         6 PropertiesChanged i=1 ud=Topic:move Outbound",
        "A1 in",
        "0 A1 +LoggedIn
         0 A1 +Active
         0 A1 +NotRoutable
         0 A1 =Monitored
         1 in InteractionEntered 1
         1 in +InteractionWait 1
         2 in ~InteractionWait 1
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
         6 A1 ~Handling 1
         6 A1 =CallUnknown since 5",
    );
}
