//! Interaction queues and workbins.

use super::world::check;

#[test]
fn an_interaction_goes_on_to_another_queue() {
    check(
        "the old queue is told by old_queue; taken by a strategy before, it was still associated",
        "0 PlacedInQueue i=1 media=email q=in
         3 TakenFromQueue i=1 q=in
         5 PlacedInQueue i=1 q=vip old=in
         6 PlacedInQueue i=2 media=email q=in
         8 PlacedInQueue i=2 q=vip
         9 TakenFromQueue i=1 q=vip party=agent
         9 ProcessingStopped i=2",
        "in vip",
        "0 in InteractionEntered 1
         0 in +InteractionWait 1
         3 in -InteractionWait 1 3
         3 in InteractionCleared 1 3
         5 in InteractionDistributedToQueue 1 5
         5 vip InteractionEntered 1
         5 vip +InteractionWait 1
         6 in InteractionEntered 2
         6 in +InteractionWait 2
         8 in -InteractionWait 2 2
         8 in InteractionDistributedToQueue 2 2
         8 vip InteractionEntered 2
         8 vip +InteractionWait 2
         9 vip -InteractionWait 1 4
         9 vip InteractionDistributed 1 4
         9 vip -InteractionWait 2 1
         9 vip InteractionDeleted 2 1",
    );
}

#[test]
fn an_offer_that_fails_puts_the_interaction_back() {
    check(
        "a further visit; the first Submitted with a queue counts as placed there",
        "0 MediaAdded A1 media=chat
         0 InteractionSubmitted i=1 media=chat q=in
         0 PlacedInQueue i=1 q=in
         2 TakenFromQueue i=1
         3 AgentInvited A1 i=1
         9 Revoked A1 i=1
         9 PlacedInQueue i=1 q=in
         10 PlacedInQueue i=1 q=in
         12 ProcessingStopped i=1",
        "in",
        "0 in InteractionEntered 1
         0 in +InteractionWait 1
         2 in -InteractionWait 1 2
         2 in InteractionCleared 1 2
         9 in InteractionEntered 1
         9 in +InteractionWait 1
         12 in -InteractionWait 1 3
         12 in InteractionDeleted 1 3",
    );
}

#[test]
fn an_agent_leaves_a_draft_in_a_workbin() {
    check(
        "workbins are staging areas too",
        "0 MediaAdded A1 media=email
         1 PartyAdded A1 i=1 media=email Outbound
         5 PlacedInWorkbin i=1 q=drafts
         5 PartyRemoved A1 i=1
         9 TakenFromWorkbin i=1 q=drafts party=2
         9 PartyAdded A1 i=1",
        "drafts",
        "5 drafts InteractionEntered 1
         5 drafts +InteractionWait 1
         9 drafts -InteractionWait 1 4
         9 drafts InteractionDistributed 1 4",
    );
}
