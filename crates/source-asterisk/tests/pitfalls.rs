//! The twenty-one pitfalls of the Manager Interface, one story each (some need more).

#[path = "support/desk.rs"]
mod desk;

use desk::{Desk, World, both, options};
use model::Event;
use model::record::KeyValue;
use model::time::Micros;
use source_asterisk::Link;

const MEMBERS: &[&str] = &["q A/1 Status=1", "q A/2 Status=1"];

#[test]
fn pitfall_01_ring_time_counts_milliseconds_in_one_event_and_seconds_in_the_other() {
    // The offers themselves were lost, so the times are all that is left of them.
    let mut desk = Desk::live(MEMBERS);
    desk.join("q", "c1");
    desk.event("AgentRingNoAnswer", &format!("{} RingTime=7000", both("q", "c1", "A/1", "l1")));
    desk.event("AgentConnect", &format!("{} RingTime=7 HoldTime=9", both("q", "c1", "A/2", "l2")));
    let rings: Vec<_> = desk.news().into_iter().filter(|r| r.event == Event::Ringing).collect();
    assert_eq!(rings.len(), 2);
    for ring in rings {
        let before = ring.received - ring.time;
        assert_eq!(before.secs(), 7, "{ring:?}");
        assert!(ring.synthetic);
    }
}

#[test]
fn pitfall_02_lengths_come_from_timestamps_not_from_whole_seconds() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.wait(9_400);
    desk.connected("q", "c1", "A/1", "l1");
    desk.wait(5_700);
    desk.event(
        "AgentComplete",
        &format!("{} HoldTime=10 TalkTime=5 Reason=agent", both("q", "c1", "A/1", "l1")),
    );
    let news = desk.news();
    let at = |event: Event| news.iter().find(|r| r.event == event).unwrap().time;
    assert_eq!((at(Event::Diverted) - at(Event::Queued)).0, 9_403_000);
    assert_eq!((at(Event::Released) - at(Event::Established)).0, 5_701_000);
}

#[test]
fn pitfall_03_an_abandon_without_a_hangup_request_is_no_abandon() {
    for (status, reason) in [("TIMEOUT", "timeout"), ("WITHDRAW", "withdrawn"), ("LEAVEEMPTY", "empty")] {
        let mut desk = Desk::live(MEMBERS);
        desk.join("q", "c1");
        desk.leave("q", "c1");
        desk.event("VarSet", &format!("Uniqueid=c1 Channel=x-1 Variable=QUEUESTATUS Value={status}"));
        assert_eq!(desk.told()[1..], [format!("Diverted q q Cleared {reason}")]);
    }
    let mut desk = Desk::live(MEMBERS);
    desk.join("q", "c1");
    desk.event("HangupRequest", "Uniqueid=c1 Channel=x-1");
    desk.leave("q", "c1");
    desk.event("Hangup", "Uniqueid=c1 Channel=x-1 Cause=16");
    assert_eq!(desk.told(), ["Queued q q", "Abandoned q q"]);
}

#[test]
fn pitfall_03_without_a_word_the_channel_itself_tells_whether_the_caller_went_on() {
    let mut desk = Desk::live(MEMBERS);
    desk.join("q", "c1");
    desk.leave("q", "c1");
    desk.event("Hangup", "Uniqueid=c1 Channel=x-1 Cause=16");
    desk.join("q", "c2");
    desk.leave("q", "c2");
    desk.event("Newexten", "Uniqueid=c2 Channel=x-2 Extension=hold-room Priority=2");
    desk.join("q", "c3");
    desk.leave("q", "c3");
    desk.wait(3_200);
    desk.join("q", "c4");
    desk.leave("q", "c4");
    desk.join("q2", "c4");
    let told: Vec<_> = desk.told().into_iter().filter(|t| t.starts_with("Diverted")).collect();
    let cleared = |reason: &str| format!("Diverted q q Cleared {reason}");
    assert_eq!(
        told,
        [cleared("unknown"), cleared("redirected"), cleared("redirected"), cleared("redirected")]
    );
}

#[test]
fn pitfall_03_a_caller_who_presses_a_key_leaves_without_abandon_and_without_agent() {
    let mut desk = Desk::live(MEMBERS);
    desk.join("q", "c1");
    desk.event("QueueCallerLeave", "Uniqueid=c1 Queue=q");
    desk.event("Newexten", "Uniqueid=c1 Channel=x-1 Extension=1 Priority=1");
    assert_eq!(desk.told(), ["Queued q q", "Diverted q q Cleared key"]);
}

#[test]
fn pitfall_04_a_completion_without_ids_finds_its_talk_by_queue_and_interface() {
    for lacks in ["Dest", ""] {
        let mut desk = Desk::live(MEMBERS);
        desk.offer("q", "c1", "A/1", "l1");
        desk.connected("q", "c1", "A/1", "l1");
        desk.told();
        let ids =
            if lacks == "Dest" { "Uniqueid=c1 Channel=x-1" } else { "DestUniqueid=l1 DestChannel=A/1-l1" };
        desk.event("AgentComplete", &format!("{ids} Queue=q Interface=A/1 Reason=caller TalkTime=3"));
        let news = desk.news();
        assert_eq!(desk::short(&news[0]), "Released A/1 q Ok");
        assert_eq!(news[0].third_party_dn.as_deref(), Some("555"));
    }
}

#[test]
fn pitfall_04_of_two_talks_the_completion_without_ids_means_the_one_whose_channel_is_gone() {
    let mut desk = Desk::live(MEMBERS);
    for n in 1..=2 {
        desk.offer("q", &format!("c{n}"), "A/1", &format!("l{n}"));
        desk.connected("q", &format!("c{n}"), "A/1", &format!("l{n}"));
    }
    desk.event("Hangup", "Uniqueid=l2 Channel=A/1-l2 Cause=16");
    desk.news();
    desk.event("AgentComplete", "Queue=q Interface=A/1 Reason=caller TalkTime=3");
    let news = desk.news();
    assert_eq!((news.len(), news[0].conn_id.as_deref()), (1, Some("pbx1-c2")));
    // The completion of a talk that is closed already means no other one.
    desk.event("AgentComplete", "DestUniqueid=l2 DestChannel=A/1-l2 Queue=q Interface=A/1 Reason=caller");
    assert_eq!(desk.told(), Vec::<String>::new());
}

#[test]
fn pitfall_04_a_refusal_without_ids_is_a_refusal_and_so_is_one_that_never_came() {
    for told in [true, false] {
        let mut desk = Desk::live(MEMBERS);
        desk.offer("q", "c1", "A/1", "l1");
        desk.event("Hangup", "Uniqueid=l1 Channel=A/1-l1 Cause=0");
        if told {
            desk.event("AgentRingNoAnswer", "Uniqueid=c1 Channel=x-1 Queue=q Interface=A/1 RingTime=4000");
        }
        desk.call("q", "c1", "A/2", "l2");
        desk.connected("q", "c1", "A/2", "l2");
        let all = desk.told();
        assert!(all.contains(&"Released A/1 q NoAnswer".to_owned()), "{told}: {all:?}");
    }
}

#[test]
fn pitfall_04_a_talk_without_any_completion_ends_with_the_channel() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.connected("q", "c1", "A/1", "l1");
    desk.wait(10_000);
    desk.event("HangupRequest", "Uniqueid=l1 Channel=A/1-l1");
    desk.event("Hangup", "Uniqueid=l1 Channel=A/1-l1 Cause=16");
    let ended = desk.now;
    desk.told();
    desk.wait(12_000);
    let news = desk.news();
    assert_eq!(desk::short(&news[0]), "Released A/1 q Ok synthetic");
    assert_eq!(
        (news[0].time, news[0].third_party_dn.as_deref()),
        (ended, Some("A/1")),
        "by the agent, at that moment"
    );
}

#[test]
fn pitfall_04_a_talk_whose_caller_is_gone_and_whose_agent_is_in_no_bridge_is_over() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.connected("q", "c1", "A/1", "l1");
    desk.event("BridgeEnter", "Uniqueid=l1 Channel=A/1-l1 BridgeUniqueid=b");
    desk.event("BridgeLeave", "Uniqueid=l1 Channel=A/1-l1 BridgeUniqueid=b");
    desk.event("Hangup", "Uniqueid=c1 Channel=x-1 Cause=16");
    desk.told();
    desk.wait(12_000);
    assert_eq!(desk.told(), ["Released A/1 q Ok synthetic"]);
}

#[test]
fn pitfall_04_a_completion_just_after_the_hangup_still_says_who_ended_the_talk() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.connected("q", "c1", "A/1", "l1");
    desk.event("Hangup", "Uniqueid=l1 Channel=A/1-l1 Cause=16");
    desk.told();
    desk.event("AgentComplete", &format!("{} Reason=transfer", both("q", "c1", "A/1", "l1")));
    desk.wait(15_000);
    assert_eq!(desk.told(), ["Released A/1 q Transferred"]);
}

#[test]
fn pitfall_05_a_completion_much_too_late_changes_nothing() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.connected("q", "c1", "A/1", "l1");
    // The agent leaves by *, the caller goes on in the dialplan: the queue tells when he hangs up at last.
    desk.event("Hangup", "Uniqueid=l1 Channel=A/1-l1 Cause=16");
    desk.wait(60_000);
    desk.told();
    desk.event("AgentComplete", &format!("{} Reason=caller TalkTime=61", both("q", "c1", "A/1", "l1")));
    assert_eq!(desk.told(), Vec::<String>::new());
    assert_eq!(desk.adapter.counters().late_completes, 1);
}

#[test]
fn pitfall_06_a_caller_who_comes_into_a_second_queue_is_a_second_visit_of_the_same_call() {
    let mut desk = Desk::live(&["q A/1 Status=1", "q2 A/2 Status=1"]);
    desk.offer("q", "c1", "A/1", "l1");
    desk.connected("q", "c1", "A/1", "l1");
    // The second queue's join comes before the first one's completion.
    desk.join("q2", "c1");
    desk.event("AgentComplete", &format!("{} Reason=transfer", both("q", "c1", "A/1", "l1")));
    desk.call("q2", "c1", "A/2", "l2");
    desk.connected("q2", "c1", "A/2", "l2");
    let news = desk.news();
    let told: Vec<_> = news.iter().map(desk::short).collect();
    let expected = [
        "Queued q q",
        "Ringing A/1 q",
        "Diverted q q",
        "Established A/1 q",
        "Queued q2 q2",
        "Released A/1 q Transferred",
        "Ringing A/2 q2",
        "Diverted q2 q2",
        "Established A/2 q2",
    ];
    assert_eq!(told, expected);
    assert!(news.iter().all(|r| r.conn_id == news[0].conn_id));
}

#[test]
fn pitfall_07_and_15_the_member_status_tells_nothing_of_calls() {
    let mut desk = Desk::live(&["q Local/1@a Status=1"]);
    desk.event("QueueMemberStatus", "Queue=q Interface=Local/1@a InCall=1 Status=2 Paused=0 Wrapuptime=0");
    assert_eq!(desk.told(), Vec::<String>::new());
}

#[test]
fn pitfall_08_a_member_of_several_queues_talks_for_the_one_that_connected() {
    let mut desk = Desk::live(&["q A/1 Status=1", "q2 A/1 Status=1"]);
    desk.offer("q2", "c1", "A/1", "l1");
    for queue in ["q", "q2"] {
        desk.event("QueueMemberStatus", &format!("Queue={queue} Interface=A/1 Status=2 Paused=0"));
    }
    desk.connected("q2", "c1", "A/1", "l1");
    let told = desk.told();
    assert_eq!(told, ["Queued q2 q2", "Ringing A/1 q2", "Diverted q2 q2", "Established A/1 q2"]);
}

#[test]
fn pitfall_09_after_call_work_is_computed_from_the_members_or_the_queues_wrap_up_time() {
    let mut options = options();
    options.wrap_up = [("q".into(), Micros::from_secs(4))].into();
    let members = ["q A/1 Status=1 Wrapuptime=0", "q A/2 Status=1 Wrapuptime=9", "other A/3 Status=1"];
    let mut desk = Desk::new(options, World::new(&members));
    desk.connect();
    for (queue, dn, seconds) in [("q", "A/1", 4), ("q", "A/2", 9), ("other", "A/3", 0)] {
        desk.offer(queue, dn, dn, &format!("{dn}l"));
        desk.connected(queue, dn, dn, &format!("{dn}l"));
        desk.news();
        desk.event("AgentComplete", &format!("{} Reason=agent", both(queue, dn, dn, &format!("{dn}l"))));
        desk.wait(10_000);
        let news = desk.news();
        if seconds == 0 {
            assert_eq!(news.len(), 1, "no wrap-up time is known: {news:?}");
            continue;
        }
        let told: Vec<_> = news.iter().map(desk::short).collect();
        let begin = format!("AgentNotReady {dn} AfterCallWork synthetic");
        assert_eq!(told[1..], [begin, format!("AgentReady {dn} AutoIn synthetic")]);
        assert_eq!((news[2].received - news[1].received).secs(), seconds);
    }
}

#[test]
fn pitfall_09_a_pause_ends_after_call_work_and_an_answer_does_too() {
    let mut desk = Desk::live(&["q A/1 Status=1 Wrapuptime=30"]);
    let talk = |desk: &mut Desk, caller: &str| {
        let leg = format!("l{caller}");
        desk.offer("q", caller, "A/1", &leg);
        desk.connected("q", caller, "A/1", &leg);
        desk.event("AgentComplete", &format!("{} Reason=agent", both("q", caller, "A/1", &leg)));
    };
    talk(&mut desk, "c1");
    desk.told();
    talk(&mut desk, "c2");
    assert!(desk.told().contains(&"AgentReady A/1 AutoIn synthetic".to_owned()));
    desk.event("QueueMemberPause", "Queue=q Interface=A/1 Paused=1 PausedReason=Lunch");
    desk.wait(35_000);
    assert_eq!(desk.told(), ["QueueNotReady A/1 q", "AgentNotReady A/1 AuxWork"]);
}

#[test]
fn pitfall_10_the_interface_is_the_agent_not_the_display_name() {
    let mut options = options();
    options.agents = [("A/2".into(), "4711".into())].into();
    let mut desk = Desk::new(options, World::new(&["q A/1 Name=Ann Status=1", "q A/2 Name=Ann Status=1"]));
    desk.connect();
    let ids: Vec<_> = desk.snapshot().dns.iter().filter_map(|dn| dn.agent_id.clone()).collect();
    assert_eq!(ids, ["A/1", "4711"], "the same name, two agents; one has an id in the map");
    assert_eq!(desk.snapshot().dns[1].dn, "A/1", "the DN is the Interface as it stands");
}

#[test]
fn pitfall_11_dynamic_members_come_and_go_one_login_for_each_queue() {
    let mut desk = Desk::live(&["q A/1 Status=1"]);
    desk.event(
        "QueueMemberAdded",
        "Queue=q Interface=A/9 MemberName=Zoe Membership=dynamic Status=1 Paused=0",
    );
    desk.event(
        "QueueMemberAdded",
        "Queue=q2 Interface=A/9 MemberName=Zoe Membership=dynamic Status=1 Paused=1",
    );
    desk.event("QueueMemberRemoved", "Queue=q Interface=A/9 Paused=0");
    desk.event("QueueMemberRemoved", "Queue=q2 Interface=A/9 Paused=1");
    let expected = [
        "AgentLogin A/9 q",
        "AgentReady A/9 AutoIn",
        "AgentLogin A/9 q2",
        "AgentLogout A/9 q",
        "AgentNotReady A/9 AuxWork",
        "AgentLogout A/9 q2",
    ];
    assert_eq!(desk.told(), expected);
}

#[test]
fn pitfall_11_a_static_member_is_logged_in_from_the_first_time_that_the_phone_can_be_reached() {
    let mut desk = Desk::live(&["q A/1 Membership=static Status=5", "q2 A/1 Membership=static Status=5"]);
    let picture = desk.snapshot().dns.iter().find(|dn| dn.dn == "A/1").unwrap();
    assert!(picture.agent_id.is_none() && !picture.in_service);
    desk.event("DeviceStateChange", "Device=A/1 State=NOT_INUSE");
    assert_eq!(
        desk.told(),
        ["DNBackInService A/1", "AgentLogin A/1 q", "AgentLogin A/1 q2", "AgentReady A/1 AutoIn"]
    );
    desk.event("DeviceStateChange", "Device=A/1 State=UNAVAILABLE");
    desk.event("QueueMemberStatus", "Queue=q Interface=A/1 Status=5 Paused=0");
    desk.event("QueueMemberStatus", "Queue=q Interface=A/1 Status=1 Paused=0");
    assert_eq!(
        desk.told(),
        ["DNOutOfService A/1", "DNBackInService A/1", "AgentReady A/1 AutoIn"],
        "the login outlives it, the state comes back with it"
    );
}

#[test]
fn pitfall_11_an_agent_is_not_ready_only_when_paused_everywhere() {
    let mut desk = Desk::live(&["q A/1 Status=1", "q2 A/1 Status=1"]);
    desk.event("QueueMemberPause", "Queue=q Interface=A/1 Paused=1 PausedReason=Lunch");
    assert_eq!(desk.told(), ["QueueNotReady A/1 q"]);
    desk.event("QueueMemberPause", "Queue=q2 Interface=A/1 Paused=1 PausedReason=Auto-Pause");
    let news = desk.news();
    assert_eq!(desk::short(&news[1]), "AgentNotReady A/1 AuxWork");
    let reasons = news[1].reasons.as_ref().unwrap();
    assert_eq!(reasons.get("ReasonCode"), Some(&KeyValue::Text("no answer".into())), "the PBX's own pause");
    desk.event("QueueMemberPause", "Queue=q Interface=A/1 Paused=0");
    assert_eq!(desk.told(), ["QueueReady A/1 q", "AgentReady A/1 AutoIn"]);
}

#[test]
fn pitfall_12_the_pbxs_own_counters_are_never_used() {
    let mut desk = Desk::live(MEMBERS);
    desk.event("Reload", "Module=app_queue.so Status=0");
    desk.event("QueueMemberStatus", "Queue=q Interface=A/1 CallsTaken=0 LastCall=0 Status=1 Paused=0");
    desk.wait(60_000);
    assert_eq!(desk.told(), Vec::<String>::new(), "neither a reset nor a reload is a fact about a call");
    assert_eq!(desk.adapter.counters().corrections, 0);
}

#[test]
fn pitfall_13_what_repeats_is_told_once() {
    let mut desk = Desk::live(MEMBERS);
    desk.event("QueueMemberPause", "Queue=q Interface=A/1 Paused=0");
    desk.event("DeviceStateChange", "Device=A/1 State=NOT_INUSE");
    desk.offer("q", "c1", "A/1", "l1");
    desk.connected("q", "c1", "A/1", "l1");
    desk.told();
    for name in ["Unhold", "Hold", "Hold", "Unhold", "Unhold"] {
        desk.event(name, "Uniqueid=l1 Channel=A/1-l1");
    }
    assert_eq!(desk.told(), ["Held A/1 q", "Retrieved A/1 q"]);
    desk.offer("q", "c2", "A/2", "l2");
    for _ in 0..2 {
        desk.event("DialEnd", "DestUniqueid=l2 DestChannel=A/2-l2 DialStatus=CANCEL");
    }
    assert_eq!(desk.told(), ["Queued q q", "Ringing A/2 q"]);
}

#[test]
fn pitfall_14_how_an_offer_ended_is_read_from_three_events() {
    // (RingTime of AgentRingNoAnswer, DialStatus, Cause of the leg) -> what is told of the agent
    let cases = [
        (Some(7000), "NOANSWER", 0, "Released A/1 q NoAnswer"),
        (Some(0), "NOANSWER", 17, "Released A/1 q Busy"),
        (Some(0), "NOANSWER", 21, "Released A/1 q Redirected rejected"),
        (Some(0), "NOANSWER", 19, "Released A/1 q NoAnswer"),
        (Some(0), "NOANSWER", 20, "Released A/1 q NoAnswer unavailable"),
        (Some(0), "BUSY", 0, "Released A/1 q Busy"),
        (Some(0), "CONGESTION", 0, "Released A/1 q NoAnswer unavailable"),
    ];
    for (ring, status, cause, expected) in cases {
        let mut desk = Desk::live(MEMBERS);
        desk.offer("q", "c1", "A/1", "l1");
        desk.told();
        desk.event("DialEnd", &format!("DestUniqueid=l1 DestChannel=A/1-l1 DialStatus={status}"));
        desk.event(
            "AgentRingNoAnswer",
            &format!("{} RingTime={}", both("q", "c1", "A/1", "l1"), ring.unwrap_or(0)),
        );
        desk.event("Hangup", &format!("Uniqueid=l1 Channel=A/1-l1 Cause={cause}"));
        desk.wait(7_000);
        assert_eq!(desk.told(), [expected]);
    }
}

#[test]
fn pitfall_14_who_lost_the_race_did_not_refuse_and_who_rang_while_the_caller_gave_up_did_not_either() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.call("q", "c1", "A/2", "l2");
    desk.event("DialEnd", "DestUniqueid=l2 DestChannel=A/2-l2 DialStatus=CANCEL");
    desk.event("Hangup", "Uniqueid=l2 Channel=A/2-l2 Cause=26");
    desk.connected("q", "c1", "A/1", "l1");
    let told = desk.told();
    let end = ["Released A/2 q Redirected answered_elsewhere", "Diverted q q", "Established A/1 q"];
    assert_eq!(told[3..], end);

    // Queue option C says "answered elsewhere" to all phones, also when the caller gave up.
    for cause in [0, 26] {
        let mut desk = Desk::live(MEMBERS);
        desk.offer("q", "c1", "A/1", "l1");
        desk.event("HangupRequest", "Uniqueid=c1 Channel=x-1");
        desk.event("Hangup", &format!("Uniqueid=l1 Channel=A/1-l1 Cause={cause}"));
        desk.leave("q", "c1");
        assert_eq!(desk.told()[2..], ["Abandoned A/1 q", "Abandoned q q"]);
    }
}

#[test]
fn pitfall_15_a_local_member_rings_from_agent_called_on() {
    let mut desk = Desk::live(&["q Local/1@a/n Status=1"]);
    desk.join("q", "c1");
    let ids = "Uniqueid=c1 Channel=x-1 Linkedid=c1 DestUniqueid=l1 DestChannel=Local/1@a-00000001;1 DestLinkedid=c1";
    desk.event("AgentCalled", &format!("{ids} Queue=q Interface=Local/1@a/n"));
    // The real phone behind it is the same offer, not a second call.
    desk.event("LocalBridge", "LocalOneUniqueid=l1 LocalOneChannel=Local/1@a-00000001;1 LocalTwoUniqueid=l1b LocalTwoChannel=Local/1@a-00000001;2");
    desk.event("DialBegin", "Uniqueid=l1b Channel=Local/1@a-00000001;2 DestUniqueid=p1 DestChannel=Local/1@a-00000009;1 DestLinkedid=c1");
    assert_eq!(desk.told(), ["Queued q q", "Ringing Local/1@a/n q"]);
}

#[test]
fn pitfall_16_order_is_that_of_arrival_and_our_clock_never_goes_back() {
    let mut desk = Desk::live(MEMBERS);
    for (n, stamp) in ["1800000010.000100", "1800000010.000050"].iter().enumerate() {
        desk.raw(&desk::event(
            "QueueCallerJoin",
            &format!("Timestamp={stamp} Uniqueid=c{n} Channel=x-{n} Queue=q"),
        ));
    }
    desk.now = desk.now - Micros::from_secs(5);
    desk.raw(&desk::event("QueueCallerJoin", "Timestamp=1800000011.0 Uniqueid=c9 Channel=x-9 Queue=q"));
    let news = desk.news();
    let calls: Vec<_> = news.iter().map(|r| r.conn_id.clone().unwrap()).collect();
    assert_eq!(calls, ["pbx1-c0", "pbx1-c1", "pbx1-c9"]);
    assert!(news[1].time < news[0].time && news[2].received >= news[1].received);
    assert!(desk.adapter.counters().received_clamped >= 1);
}

#[test]
fn pitfall_17_calls_in_talk_are_found_among_the_channels_after_a_reconnect() {
    let mut world = World::new(MEMBERS);
    world.entries = vec!["q c2 CallerIDNum=777 Wait=11".to_owned()];
    world.channels = vec![
        "Uniqueid=c1 Channel=PJSIP/trunk-1 ChannelState=6 CallerIDNum=555 Linkedid=c1 Application=Queue ApplicationData=q,tT,,,45 BridgeId=b".into(),
        "Uniqueid=l1 Channel=A/1-00000001 ChannelState=6 Linkedid=c1 Application=AppQueue ApplicationData=(Outgoing~Line) BridgeId=b".into(),
        "Uniqueid=c2 Channel=PJSIP/trunk-2 ChannelState=6 CallerIDNum=777 Linkedid=c2 Application=Queue ApplicationData=q,tT,,,45 BridgeId=".into(),
        "Uniqueid=l2 Channel=A/2-00000002 ChannelState=5 Linkedid=c2 Application=AppQueue ApplicationData=(Outgoing~Line) BridgeId=".into(),
    ];
    let mut desk = Desk::new(options(), world);
    desk.connect();
    let snapshot = desk.snapshot();
    let of = |dn: &str| {
        let call = &snapshot.dns.iter().find(|d| d.dn == dn).unwrap().calls[0];
        (
            format!("{:?}", call.state),
            call.conn_id.to_string(),
            call.this_queue.as_deref() == Some("q"),
            call.established_since,
        )
    };
    assert_eq!(of("A/1"), ("Established".into(), "pbx1-c1".into(), true, None), "since when is not known");
    assert_eq!(of("A/2"), ("Ringing".into(), "pbx1-c2".into(), true, None));
    let waiting = &snapshot.dns.iter().find(|d| d.dn == "q").unwrap().calls[0];
    assert_eq!((waiting.conn_id.as_str(), (snapshot.taken - waiting.since).secs()), ("pbx1-c2", 11));
    desk.news();
    desk.connected("q", "c2", "A/2", "l2");
    desk.event("AgentComplete", &format!("{} Reason=agent TalkTime=90", both("q", "c1", "A/1", "l1")));
    assert_eq!(desk.told(), ["Diverted q q", "Established A/2 q", "Released A/1 q Ok"]);
}

#[test]
fn pitfall_18_a_renamed_channel_is_still_the_same_call() {
    let mut desk = Desk::live(MEMBERS);
    desk.join("q", "c1");
    desk.event("Rename", "Channel=PJSIP/trunk-c1 Newname=PJSIP/other-1 Uniqueid=c1");
    desk.event("HangupRequest", "Uniqueid=c1 Channel=PJSIP/other-1");
    desk.event("QueueCallerAbandon", "Uniqueid=c1 Channel=PJSIP/other-1 Queue=q HoldTime=1");
    assert_eq!(desk.told(), ["Queued q q", "Abandoned q q"]);
}

#[test]
fn pitfall_19_without_a_systemname_the_source_makes_call_ids_unique_and_says_what_is_missing() {
    let mut world = World::new(MEMBERS);
    world.system = String::new();
    let mut desk = Desk::new(options(), world);
    desk.connect();
    desk.news();
    desk.join("q", "1795404509.4");
    assert_eq!(desk.news()[0].conn_id.as_deref(), Some("pbx1-1795404509.4"));
    let Some(Link::Live(live)) = desk.links.last() else { panic!() };
    assert!(live.advice.as_ref().unwrap().contains("systemname") && live.switch == "pbx1");

    let mut named = Desk::live(MEMBERS);
    named.join("q", "pbx1-1795404509.4");
    assert_eq!(
        named.news()[0].conn_id.as_deref(),
        Some("pbx1-1795404509.4"),
        "Asterisk's own prefix is kept"
    );
}

#[test]
fn pitfall_20_of_the_dialplans_flood_only_the_queue_status_counts() {
    let mut desk = Desk::live(MEMBERS);
    desk.join("q", "c1");
    desk.leave("q", "c1");
    for variable in ["QUEUEPOSITION", "ABANDONED", "DIALSTATUS"] {
        desk.event("VarSet", &format!("Uniqueid=c1 Channel=x-1 Variable={variable} Value=TIMEOUT"));
    }
    desk.event("RTCPSent", "Channel=x-1 Uniqueid=c1");
    assert_eq!(desk.told(), ["Queued q q"]);
    desk.event("VarSet", "Uniqueid=c1 Channel=x-1 Variable=QUEUESTATUS Value=TIMEOUT");
    assert_eq!(desk.told(), ["Diverted q q Cleared timeout"]);
    assert!(desk.adapter.counters().unused_messages >= 4);
}

#[test]
fn pitfall_21_a_ping_goes_out_at_least_every_thirty_seconds_and_its_answer_is_awaited() {
    let mut desk = Desk::live(MEMBERS);
    desk.sent.clear();
    desk.wait(300_000);
    let pings = desk.sent.iter().filter(|s| s.starts_with("Action: Ping")).count();
    assert!(pings >= 10, "{pings} in 300 s");
    desk.world.silent = true;
    desk.wait(31_000);
    let Some(Link::Down(down)) = desk.links.last() else { panic!("{:?}", desk.links) };
    assert!(down.cause.contains("Ping") && desk.closed);
    assert_eq!(desk.told(), ["LinkDisconnected"]);
}
