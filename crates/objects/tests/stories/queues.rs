//! Calls at mediation DNs.

use crate::tale::{WORLD, check, check_in, tell, totals};
use model::Action;

#[test]
fn a_caller_who_gives_up_in_the_queue_is_abandoned() {
    check(
        "row 75, A-10",
        "0 9001 Queued c1 Inbound q=9001
         12 9001 Abandoned c1 q=9001",
        "9001",
        "0 9001 CallEntered c1
         0 9001 +CallWait c1
         12 9001 -CallWait c1 12
         12 9001 CallAbandoned c1 12",
    );
}

#[test]
fn answer_and_talk_are_the_queues_too_and_its_answer_counts_from_entering() {
    check(
        "row 76, A-10, Q-25",
        "-5 2001 AgentLogin A1 q=9001
         -5 2001 AgentReady A1
         0 9001 Queued c1 Inbound q=9001
         10 9001 Diverted c1 q=9001 to=2001
         10 2001 Ringing c1 Inbound q=9001
         18 2001 Established c1 q=9001
         78 2001 Released c1 q=9001",
        "9001 A1",
        "-5 A1 AgentLogin
         -5 A1 +LoggedIn
         -5 A1 +WaitForNextCall
         -5 A1 =WaitForNextCall
         -5 9001 +AgentLoginOnQueue
         -5 9001 +AgentReadyOnQueue
         -5 9001 +AgentActiveOnQueue
         -5 9001 +DNLogin
         -5 9001 +DNReady
         -5 9001 +DNActive
         0 9001 CallEntered c1
         0 9001 +CallWait c1
         10 9001 -CallWait c1 10
         10 9001 CallDistributed c1 10
         10 A1 CallRingingStarted c1
         10 A1 +CallRinging c1
         10 A1 =CallRinging
         10 9001 -AgentReadyOnQueue 15
         10 9001 -DNReady 15
         18 A1 -CallRinging c1 8
         18 A1 CallAnswered c1 8
         18 A1 CallInboundStarted c1
         18 A1 +CallInbound c1
         18 9001 CallAnswered c1 18
         18 A1 =CallInbound
         78 A1 -CallInbound c1 60
         78 A1 CallInboundCompleted c1 60
         78 9001 CallReleased c1 60
         78 A1 =WaitForNextCall
         78 9001 +AgentReadyOnQueue
         78 9001 +DNReady",
    );
}

#[test]
fn a_caller_who_gives_up_while_the_agent_rings_has_left_the_queue_already() {
    check(
        "row 77",
        "-5 2001 AgentLogin A1
         0 9001 Queued c1 Inbound q=9001
         10 9001 Diverted c1 q=9001 to=2001
         10 2001 Ringing c1 Inbound q=9001
         15 2001 Abandoned c1 q=9001",
        "9001 2001",
        "-5 2001 -LoggedOut 995
         -5 2001 -OnHook 995
         -5 2001 AgentLogin
         -5 2001 +LoggedIn
         -5 2001 =Monitored
         0 9001 CallEntered c1
         0 9001 +CallWait c1
         10 9001 -CallWait c1 10
         10 9001 CallDistributed c1 10
         10 2001 CallRingingStarted c1
         10 2001 +CallRinging c1
         10 2001 =CallRinging
         15 2001 -CallRinging c1 5
         15 2001 CallAbandonedFromRinging c1 5
         15 9001 CallAbandonedFromRinging c1 15
         15 2001 =Monitored",
    );
}

#[test]
fn a_call_that_goes_to_another_queue_is_not_distributed_to_an_agent() {
    check(
        "rows 78, 79",
        "0 9001 Queued c1 Inbound q=9001
         30 9001 Diverted c1 q=9001 to=9002
         30 9002 Queued c1 Inbound q=9002
         40 9002 Diverted c1 q=9002 to=2001",
        "9001 9002",
        "0 9001 CallEntered c1
         0 9001 +CallWait c1
         30 9001 -CallWait c1 30
         30 9001 CallDistributedToQueue c1 30
         30 9002 CallEntered c1
         30 9002 +CallWait c1
         40 9002 -CallWait c1 10
         40 9002 CallDistributed c1 10",
    );
}

#[test]
fn the_virtual_queue_that_did_not_win_is_cleared() {
    check(
        "row 80, Q-26",
        "0 8001 Queued c1 Inbound q=8001
         0 8003 Queued c1 Inbound q=8003
         20 8001 Diverted c1 to=2001 q=8001
         20 8003 Diverted c1 state=Cleared why=other_queue to=2001
         20 2001 Ringing c1 q=8001
         25 2001 Established c1 q=8001",
        "8001 8003",
        "0 8001 CallEntered c1
         0 8001 +CallWait c1
         0 8003 CallEntered c1
         0 8003 +CallWait c1
         20 8001 -CallWait c1 20
         20 8001 CallDistributed c1 20
         20 8003 -CallWait c1 20
         20 8003 CallCleared c1 20
         25 8001 CallAnswered c1 25",
    );
}

#[test]
fn a_changed_call_id_restarts_the_wait_unless_the_enter_time_is_kept() {
    for (dn, length) in [("8001", 20), ("8002", 50)] {
        let story = format!(
            "0 {dn} Queued c1 Inbound q={dn}
             30 {dn} PartyChanged c2 prev=c1 Inbound q={dn}
             50 {dn} Diverted c2 q={dn} to=2001"
        );
        let told = tell(WORLD, &story);
        assert_eq!(totals(&told, dn, Action::CallDistributed), (1, length), "row 81, Q-30, {dn}");
        assert_eq!(totals(&told, dn, Action::CallEntered).0, 1, "Q-30: no second entering");
    }
    check(
        "Q-30",
        "0 8002 Queued c1 Inbound q=8002
         30 8002 PartyChanged c2 prev=c1 Outbound q=8002
         50 8002 Diverted c2 q=8002 to=2001",
        "8002",
        "0 8002 CallEntered c1
         0 8002 +CallWait c1
         30 8002 ~CallWait c2
         50 8002 -CallWait c2 50
         50 8002 CallDistributed c2 50",
    );
}

#[test]
fn the_answer_counts_whether_diverted_comes_before_or_after_it() {
    check(
        "Q-28",
        "0 9001 Queued c1 q=9001
         5 2001 Ringing c1 q=9001
         8 2001 Established c1 q=9001
         9 9001 Diverted c1 q=9001 to=2001
         20 2001 Released c1 q=9001",
        "9001",
        "0 9001 CallEntered c1
         0 9001 +CallWait c1
         8 9001 CallAnswered c1 8
         9 9001 -CallWait c1 9
         9 9001 CallDistributed c1 9
         20 9001 CallMissed c1 12",
    );
}

#[test]
fn ringing_that_fails_before_diverted_gives_the_queue_nothing() {
    check(
        "Q-28, contracts 3",
        "0 9001 Queued c1 q=9001
         5 2001 Ringing c1 q=9001
         9 2001 Released c1 q=9001 state=NoAnswer
         12 9001 Abandoned c1 q=9001",
        "9001",
        "0 9001 CallEntered c1
         0 9001 +CallWait c1
         12 9001 -CallWait c1 12
         12 9001 CallAbandoned c1 12",
    );
}

#[test]
fn an_offer_that_fails_after_diverted_is_forwarded_and_a_recall_needs_a_new_visit() {
    check(
        "Q-19, Q-27, Q-29",
        "0 9001 Queued c1 q=9001
         5 9001 Diverted c1 q=9001 to=2001
         5 2001 Ringing c1 q=9001
         15 2001 Released c1 q=9001 state=NoAnswer
         16 2003 Ringing c1 q=9001
         17 2003 Established c1 q=9001
         18 2003 Released c1 q=9001
         20 9001 Queued c1 q=9001
         22 9001 Diverted c1 q=9001 to=2003
         22 2003 Ringing c1 q=9001
         30 2003 Established c1 q=9001",
        "9001",
        "0 9001 CallEntered c1
         0 9001 +CallWait c1
         5 9001 -CallWait c1 5
         5 9001 CallDistributed c1 5
         15 9001 CallForwarded c1 15
         20 9001 CallEntered c1
         20 9001 +CallWait c1
         22 9001 -CallWait c1 2
         22 9001 CallDistributed c1 2
         30 9001 CallAnswered c1 10",
    );
}

#[test]
fn another_phone_that_answered_first_is_no_forwarding() {
    check(
        "Q-19, contracts 3",
        "0 9001 Queued c1 q=9001
         5 9001 Diverted c1 q=9001 to=2001
         5 2001 Ringing c1 q=9001
         5 2003 Ringing c1 q=9001
         9 2003 Established c1 q=9001
         9 2001 Released c1 q=9001 state=Redirected why=answered_elsewhere",
        "9001",
        "0 9001 CallEntered c1
         0 9001 +CallWait c1
         5 9001 -CallWait c1 5
         5 9001 CallDistributed c1 5
         9 9001 CallAnswered c1 9",
    );
}

#[test]
fn a_route_point_and_a_virtual_queue_that_both_named_the_agent_both_count() {
    check(
        "Q-27, Q-29",
        "0 7001 RouteRequest c1 q=7001
         0 8001 Queued c1 q=8001
         20 7001 RouteUsed c1 to=2001
         20 7001 Diverted c1 to=2001
         20 8001 Diverted c1 to=2001
         20 2001 Ringing c1 q=8001
         25 2001 Established c1 q=8001
         35 2001 Released c1",
        "7001 8001",
        "0 7001 CallEntered c1
         0 7001 +CallWait c1
         0 8001 CallEntered c1
         0 8001 +CallWait c1
         20 7001 -CallWait c1 20
         20 7001 CallDistributed c1 20
         20 8001 -CallWait c1 20
         20 8001 CallDistributed c1 20
         25 7001 CallAnswered c1 25
         25 8001 CallAnswered c1 25
         35 7001 CallMissed c1 10
         35 8001 CallMissed c1 10",
    );
}

#[test]
fn after_call_work_goes_to_the_queue_that_distributed_the_call() {
    check(
        "Q-23, Q-25, 2.5",
        "-5 2001 AgentLogin A1 q=9001
         0 9001 Queued c1 q=9001
         0 9001 Diverted c1 to=2001
         0 2001 Ringing c1 q=9001
         2 2001 Established c1
         10 2001 Released c1
         10 2001 AgentNotReady mode=AfterCallWork
         25 2001 AgentReady
         40 2001 AgentNotReady mode=AfterCallWork
         41 2001 AgentReady
         90 2001 AgentNotReady mode=AfterCallWork
         91 2001 AgentReady",
        "9001",
        "-5 9001 +AgentLoginOnQueue
         -5 9001 +AgentActiveOnQueue
         -5 9001 +DNLogin
         -5 9001 +DNActive
         0 9001 CallEntered c1
         0 9001 +CallWait c1
         0 9001 -CallWait c1 0
         0 9001 CallDistributed c1 0
         2 9001 CallAnswered c1 2
         10 9001 CallReleased c1 8
         25 9001 ACWCompleted c1 15
         25 9001 +AgentReadyOnQueue
         25 9001 +DNReady
         40 9001 -AgentReadyOnQueue 15
         40 9001 -DNReady 15
         41 9001 ACWCompleted c1 1
         41 9001 +AgentReadyOnQueue
         41 9001 +DNReady
         90 9001 -AgentReadyOnQueue 49
         90 9001 -DNReady 49
         91 9001 +AgentReadyOnQueue
         91 9001 +DNReady",
    );
}

#[test]
fn origination_dns_associate_agents_and_without_association_a_call_is_missed() {
    check(
        "Q-25, Q-49",
        "0 2001 AgentLogin A1
         0 2003 AgentLogin A3
         0 9002 Queued c1 q=9002
         0 9002 Queued c2 q=9002
         1 9002 Diverted c1 to=2001
         1 9002 Diverted c2 to=2003
         1 2001 Ringing c1 q=9002
         1 2003 Ringing c2 q=9002
         2 2001 Established c1
         2 2003 Established c2
         5 2001 Released c1
         6 2003 Released c2
         6 2003 AgentNotReady mode=AfterCallWork
         9 2003 AgentLogout A3",
        "9002",
        "0 9002 CallEntered c1
         0 9002 +CallWait c1
         0 9002 CallEntered c2
         0 9002 +CallWait c2
         0 9002 +AgentLoginOnQueue
         0 9002 +AgentActiveOnQueue
         0 9002 +DNLogin
         0 9002 +DNActive
         1 9002 -CallWait c1 1
         1 9002 CallDistributed c1 1
         1 9002 -CallWait c2 1
         1 9002 CallDistributed c2 1
         2 9002 CallAnswered c1 2
         2 9002 CallAnswered c2 2
         5 9002 CallMissed c1 3
         6 9002 CallReleased c2 4
         9 9002 ACWCompleted c2 3
         9 9002 -AgentLoginOnQueue 9
         9 9002 -AgentActiveOnQueue 9
         9 9002 -DNLogin 9
         9 9002 -DNActive 9",
    );
}

#[test]
fn a_ringing_call_that_changes_its_party_starts_anew_at_the_queue() {
    check(
        "Q-20",
        "0 9001 Queued c2 q=9001 Consult
         5 9001 Diverted c2 to=2003
         5 2003 Ringing c2 q=9001 Consult
         8 2003 PartyChanged c1 prev=c2 Inbound state=Transferred
         10 2003 Established c1
         20 2003 Released c1",
        "9001 2003",
        "0 9001 CallEntered c2
         0 9001 +CallWait c2
         5 9001 -CallWait c2 5
         5 9001 CallDistributed c2 5
         5 2003 -OnHook 1005
         5 2003 CallRingingStarted c2
         5 2003 +CallRinging c2
         5 2003 =CallRinging
         8 2003 -CallRinging c2 3
         8 2003 CallRingingPartyChanged c2 3
         8 2003 CallPartyChanged c1
         8 2003 CallRingingStarted c1
         8 2003 +CallRinging c1
         8 9001 CallRingingPartyChanged c2 8
         10 2003 -CallRinging c1 2
         10 2003 CallAnswered c1 2
         10 2003 CallTransferTaken c1
         10 2003 CallInboundStarted c1
         10 2003 +CallInbound c1
         10 9001 CallAnswered c1 2
         10 2003 =CallInbound
         20 2003 -CallInbound c1 10
         20 2003 CallInboundCompleted c1 10
         20 2003 +OnHook
         20 9001 CallMissed c1 10
         20 2003 =OnHook",
    );
}

#[test]
fn stuck_calls_of_a_virtual_queue_are_cleaned_at_the_second_check_without_a_heartbeat() {
    let world = &WORLD.replace("vq_stuck_check = 0", "vq_stuck_check = 600");
    let beats = "0 8001 Queued c1 q=8001
         60 8001 CallHeartbeat c1
         120 8001 CallHeartbeat c1
         180 8001 CallHeartbeat c1
         1300 - PrimaryChanged";
    check_in(
        world,
        "row 125, Q-46",
        beats,
        "8001",
        "0 8001 CallEntered c1
         0 8001 +CallWait c1
         1200 8001 -CallWait c1 1200
         1200 8001 StuckCallCleanedWhileWaiting c1 1200",
    );
    check_in(
        world,
        "row 126, Q-46",
        "-10 8001 Queued c1 q=8001
         601 - PrimaryChanged",
        "8001",
        "-10 8001 CallEntered c1
         -10 8001 +CallWait c1
         600 8001 -CallWait c1 610
         600 8001 StuckCallCleanedWhileWaiting c1 610",
    );
    check(
        "Q-46: 0 switches checks off",
        beats,
        "8001",
        "0 8001 CallEntered c1
         0 8001 +CallWait c1",
    );
}

#[test]
fn heartbeats_alone_bring_checks_a_full_period_after_the_first() {
    check(
        "Q-46",
        "0 8002 Queued c1 q=8002
         60 8002 CallHeartbeat c1
         700 - PrimaryChanged
         1300 - PrimaryChanged",
        "8002",
        "0 8002 CallEntered c1
         0 8002 +CallWait c1
         1200 8002 -CallWait c1 1200
         1200 8002 StuckCallCleanedWhileWaiting c1 1200",
    );
}

#[test]
fn treatments_and_user_events_are_told() {
    check(
        "A-10, 2.5",
        "0 7001 RouteRequest c1
         1 7001 TreatmentApplied c1
         9 7001 TreatmentEnd c1
         10 7001 TreatmentNotApplied c1
         11 7001 UserEvent",
        "7001",
        "0 7001 CallEntered c1
         0 7001 +CallWait c1
         1 7001 CallTreatmentStarted c1
         9 7001 CallTreatmentCompleted c1 8
         10 7001 CallTreatmentNotStarted c1
         11 7001 UserEvent",
    );
}

#[test]
fn an_unknown_target_is_a_distribution_and_no_target_is_cleared() {
    check(
        "Q-26",
        "0 9001 Queued c1 q=9001
         0 9001 Queued c2 q=9001
         4 9001 Diverted c1 to=0049123
         4 9001 Diverted c2",
        "9001",
        "0 9001 CallEntered c1
         0 9001 +CallWait c1
         0 9001 CallEntered c2
         0 9001 +CallWait c2
         4 9001 -CallWait c1 4
         4 9001 CallDistributed c1 4
         4 9001 -CallWait c2 4
         4 9001 CallCleared c2 4",
    );
}
