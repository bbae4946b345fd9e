//! Login, start, reconnect, restart, reconciliation: what the link does, and what is told about it.

#[path = "support/desk.rs"]
mod desk;

use desk::{BANNER, Desk, World, both, options};
use model::Event;
use model::record::Body;
use model::time::Micros;
use proptest::prelude::*;
use source_asterisk::{Adapter, Auth, Link, Resume, Step};

const MEMBERS: &[&str] = &["q A/1 Status=1", "q A/2 Status=1"];

fn down(desk: &Desk) -> (String, String, bool) {
    match desk.links.last() {
        Some(Link::Down(down)) => (down.cause.clone(), down.cure.clone(), down.stubborn),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_manager_that_is_too_old_or_no_asterisk_is_refused_with_cause_and_cure() {
    for (banner, cause, cure) in [
        ("Asterisk Call Manager/1.3\r\n", "version 1.3, which is too old", "Asterisk 13 or later"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "no Asterisk manager: it greets with \"SSH-2.0", "host and port"),
        ("\x16\x03\x01garbage\n", "no Asterisk manager", "host and port"),
    ] {
        let mut desk = Desk::new(options(), World::new(MEMBERS));
        desk.adapter.on_connected(desk.now);
        desk.raw(banner);
        let (told, helps, stubborn) = down(&desk);
        assert!(told.contains(cause) && helps.contains(cure) && stubborn && desk.closed, "{told}: {helps}");
        assert!(desk.sent.is_empty(), "nothing is sent to a stranger");
    }
}

#[test]
fn a_tls_port_that_is_spoken_to_plainly_is_named_as_the_likely_cause() {
    // It waits for us to begin, and ends; it refuses in TLS, or goes on waiting.
    let ends = |desk: &mut Desk| desk.close();
    let refuses = |desk: &mut Desk| {
        desk.raw("\x15\x03\x03\x00\x02\x02\x46");
        desk.wait(11_000);
    };
    let waits = |desk: &mut Desk| desk.wait(11_000);
    for does in [&ends as &dyn Fn(&mut Desk), &refuses, &waits] {
        let mut desk = Desk::new(options(), World::new(MEMBERS));
        desk.adapter.on_connected(desk.now);
        does(&mut desk);
        let (cause, cure, _) = down(&desk);
        assert!(cure.contains("TLS port") && cure.contains("asterisks://"), "{cause}: {cure}");
    }
}

#[test]
fn a_pbx_that_closes_in_mid_answer_is_told_so() {
    let mut desk = Desk::live(MEMBERS);
    desk.raw("Event: QueueMemberStatus\r\nQueue: q\r\nInterf");
    desk.close();
    let (cause, cure, _) = down(&desk);
    assert!(cause.contains("in the middle of a message") && cure.contains("firewalls"), "{cause}: {cure}");
}

#[test]
fn a_line_that_never_ends_ends_the_session() {
    let mut desk = Desk::live(MEMBERS);
    for _ in 0..17 {
        desk.raw(&"x".repeat(64 << 10));
    }
    let (cause, cure, stubborn) = down(&desk);
    assert!(cause.contains("1048576 bytes") && cure.contains("check host and port"), "{cause}: {cure}");
    assert!(stubborn && desk.closed);
}

#[test]
fn the_secret_travels_hashed_unless_plain_login_is_chosen() {
    let desk = Desk::live(MEMBERS);
    // printf 1s | md5sum
    assert!(desk.sent[1].contains("Key: 0cf81f9038402e85910cfad17d0051b3\r\n"), "{}", desk.sent[1]);
    assert!(!desk.sent.concat().contains("Secret:"));
    let mut plain = options();
    plain.auth = Auth::Plain;
    let mut desk = Desk::new(plain, World::new(MEMBERS));
    desk.connect();
    assert!(desk.sent[0].contains("Secret: s\r\n"));
    assert!(matches!(desk.links.last(), Some(Link::Live(_))));
}

#[test]
fn a_line_end_in_a_user_name_can_not_become_an_action() {
    let mut options = options();
    options.username = "pulse\r\nAction: Hangup".into();
    let mut desk = Desk::new(options, World::new(MEMBERS));
    desk.connect();
    assert!(desk.sent[1].contains("Username: pulseAction: Hangup\r\n"));
}

#[test]
fn a_refused_login_is_told_and_tried_again_later() {
    let mut desk = Desk::new(options(), World { silent: true, ..World::new(MEMBERS) });
    desk.connect();
    desk.raw("Response: Success\r\nActionID: pulse-1\r\nChallenge: 9\r\n\r\n");
    desk.raw("Response: Error\r\nActionID: pulse-2\r\nMessage: Authentication failed\r\n\r\n");
    let (cause, cure, stubborn) = down(&desk);
    assert_eq!(cause, "the PBX refuses the login of \"pulse\": Authentication failed");
    assert!(cure.contains("permit") && stubborn);
}

#[test]
fn each_step_of_the_start_has_a_deadline() {
    let mut desk = Desk::new(options(), World { silent: true, ..World::new(MEMBERS) });
    desk.adapter.on_connected(desk.now);
    desk.wait(11_000);
    assert!(down(&desk).0.contains("does not greet"));
    desk.connect();
    desk.wait(11_000);
    assert!(down(&desk).0.contains("does not answer the login"));
}

#[test]
fn the_snapshot_waits_until_the_pbx_has_started() {
    let mut desk = Desk::new(options(), World { silent: true, ..World::new(MEMBERS) });
    desk.connect();
    desk.raw("Response: Success\r\nActionID: pulse-1\r\nChallenge: 9\r\n\r\n");
    desk.raw("Response: Success\r\nActionID: pulse-2\r\n\r\n");
    assert_eq!(desk.links.last(), Some(&Link::Booting));
    desk.wait(20_000);
    assert_eq!(desk.sent.len(), 2, "no question before FullyBooted");
    desk.world.silent = false;
    desk.raw("Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n");
    assert!(matches!(desk.links.last(), Some(Link::Live(_))));
    // A user without read = system never hears of it.
    let mut deaf = Desk::new(options(), World { silent: true, ..World::new(MEMBERS) });
    deaf.connect();
    deaf.raw("Response: Success\r\nActionID: pulse-1\r\nChallenge: 9\r\n\r\n");
    deaf.raw("Response: Success\r\nActionID: pulse-2\r\n\r\n");
    deaf.world.silent = false;
    deaf.wait(31_000);
    let Some(Link::Live(live)) = deaf.links.last() else { panic!("{:?}", deaf.links) };
    assert!(live.advice.as_ref().unwrap().contains("read = system"));
}

#[test]
fn a_user_who_may_not_ask_for_queues_is_told_which_rights_he_lacks() {
    let mut desk = Desk::new(options(), World { refuses: true, ..World::new(MEMBERS) });
    desk.connect();
    let (cause, cure, _) = down(&desk);
    assert!(
        cause.contains("refuses QueueStatus: Permission denied") && cure.contains("reporting"),
        "{cause} {cure}"
    );
    assert!(desk.records.is_empty());
}

#[test]
fn the_first_records_are_link_connected_and_a_snapshot_numbered_from_one() {
    let mut desk = Desk::new(options(), World::new(MEMBERS));
    desk.connect();
    assert_eq!(desk.told(), ["LinkConnected", "Snapshot"]);
    let first = &desk.records[0];
    assert_eq!((first.seq, first.epoch), (1, u64::try_from(desk.now.0).unwrap()));
}

#[test]
fn what_comes_during_the_snapshot_is_told_after_it_and_once() {
    let mut world = World::new(MEMBERS);
    world.silent = true;
    let mut desk = Desk::new(options(), world);
    desk.connect();
    desk.raw("Response: Success\r\nActionID: pulse-1\r\nChallenge: 9\r\n\r\n");
    desk.raw(
        "Response: Success\r\nActionID: pulse-2\r\n\r\nEvent: FullyBooted\r\nPrivilege: system,all\r\n\r\n",
    );
    // c1 waited before we came and hangs up now; c2 joins now and is listed; c3 joins and leaves unlisted.
    desk.event("HangupRequest", "Uniqueid=c1 Channel=x-1");
    desk.leave("q", "c1");
    desk.join("q", "c2");
    desk.join("q", "c3");
    desk.event("HangupRequest", "Uniqueid=c3 Channel=x-3");
    desk.leave("q", "c3");
    desk.event("QueueMemberPause", "Queue=q Interface=A/1 Paused=1");
    desk.world.silent = false;
    desk.world.entries = vec!["q c2 Wait=0".to_owned(), "q c4 Wait=30".to_owned()];
    desk.world.members[0] = "q A/1 Status=1 Paused=1".to_owned();
    desk.raw("Response: Success\r\nActionID: pulse-3\r\nSystemName: pbx1\r\n\r\n");
    let waiting = |desk: &Desk| -> Vec<String> {
        let queue = desk.snapshot().dns.iter().find(|d| d.dn == "q").unwrap();
        queue.calls.iter().map(|c| c.conn_id.to_string()).collect()
    };
    assert_eq!(waiting(&desk), ["pbx1-c4"], "what a buffered event begins is not there yet");
    let told = desk.told();
    let calls: Vec<_> = told[2..].iter().map(String::as_str).collect();
    let expected = ["Queued q q synthetic", "Abandoned q q", "Queued q q", "Queued q q", "Abandoned q q"];
    assert_eq!(
        calls, expected,
        "c1's end is told though his beginning was not; the pause was in the list already"
    );
}

#[test]
fn an_answer_between_the_list_of_queues_and_the_list_of_channels_is_an_answer() {
    let mut world = World::new(&["q A/1 Status=1"]);
    world.silent = true;
    let mut desk = Desk::new(options(), world);
    desk.connect();
    desk.raw("Response: Success\r\nActionID: pulse-1\r\nChallenge: 9\r\n\r\n");
    desk.raw(
        "Response: Success\r\nActionID: pulse-2\r\n\r\nEvent: FullyBooted\r\nPrivilege: system,all\r\n\r\n",
    );
    // c1 is offered before we came; the queue lists him still, the channels talk already.
    desk.event("QueueCallerLeave", "Queue=q Uniqueid=c1 Channel=PJSIP/trunk-1 Position=1 Count=0");
    desk.connected("q", "c1", "A/1", "l1");
    desk.world.silent = false;
    desk.world.entries = vec!["q c1 Wait=3".to_owned()];
    desk.world.channels = vec![
        "Uniqueid=c1 Channel=PJSIP/trunk-1 ChannelState=6 Linkedid=c1 Application=Queue ApplicationData=q BridgeId=b"
            .into(),
        "Uniqueid=l1 Channel=A/1-l1 ChannelState=6 Linkedid=c1 Application=AppQueue BridgeId=b".into(),
    ];
    desk.raw("Response: Success\r\nActionID: pulse-3\r\nSystemName: pbx1\r\n\r\n");
    let states = |dn: &str| -> usize { desk.snapshot().dns.iter().find(|d| d.dn == dn).unwrap().calls.len() };
    assert_eq!((states("q"), states("A/1")), (1, 1), "he waits while the phone rings");
    desk.wait(10_000);
    let told = desk.told();
    assert!(told.iter().any(|line| line.starts_with("Diverted q") && !line.contains("Cleared")), "{told:?}");
    assert!(told.iter().any(|line| line.starts_with("Established A/1")), "{told:?}");
    assert!(told.iter().all(|line| !line.contains("Cleared")), "{told:?}");
}

#[test]
fn a_reconnect_to_the_same_pbx_stays_in_the_epoch_and_tells_the_gap() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.connected("q", "c1", "A/1", "l1");
    desk.join("q", "c2");
    let last = desk.now;
    desk.wait(1_000);
    desk.close();
    desk.wait(2_000);
    desk.world.channels = vec![
        "Uniqueid=c1 Channel=PJSIP/trunk-1 ChannelState=6 Linkedid=c1 Application=Queue ApplicationData=q BridgeId=b".into(),
        "Uniqueid=l1 Channel=A/1-l1 ChannelState=6 Linkedid=c1 Application=AppQueue BridgeId=b".into(),
    ];
    desk.news();
    desk.connect();
    let news = desk.news();
    let told: Vec<_> = news.iter().map(desk::short).collect();
    assert_eq!(told, ["LinkConnected", "Gap", "Snapshot"], "LinkDisconnected came when the link went");
    assert_eq!(news[0].epoch, desk.records[0].epoch);
    let Some(Body::Gap(gap)) = news[1].body.as_deref() else { panic!() };
    assert_eq!((gap.from, gap.to, gap.cause.as_str()), (last, desk.now, "the connection was reset"));
    let snapshot = desk.snapshot();
    let talk = &snapshot.dns.iter().find(|d| d.dn == "A/1").unwrap().calls[0];
    assert!(talk.established_since.is_some(), "we know since when");
    assert!(snapshot.dns.iter().find(|d| d.dn == "q").unwrap().calls.is_empty(), "c2 has left meanwhile");
}

#[test]
fn a_caller_who_left_the_queue_just_before_the_link_went_gets_no_reason() {
    let mut desk = Desk::live(&["q A/1 Status=1"]);
    desk.join("q", "c1");
    // By a key, or answered: what would tell is lost.
    desk.event("QueueCallerLeave", "Queue=q Uniqueid=c1 Channel=x-1 Position=1 Count=0");
    desk.close();
    let told = desk.told();
    assert!(told.iter().all(|line| !line.contains("Cleared") && !line.contains("Abandoned")), "{told:?}");
    assert!(told.iter().any(|line| line.contains("LinkDisconnected")), "{told:?}");
}

#[test]
fn a_restart_of_the_pbx_begins_a_new_epoch_without_any_old_call() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.news();
    desk.close();
    desk.world.start = "10:07:00".into();
    desk.wait(5_000);
    desk.connect();
    let news = desk.news();
    let told: Vec<_> = news.iter().map(desk::short).collect();
    assert_eq!(told, ["LinkDisconnected", "LinkConnected", "Gap", "Snapshot"]);
    assert!(news[1].epoch > news[0].epoch && news[1].seq == 1 && news[0].seq > 1);
    assert!(desk.snapshot().dns.iter().all(|d| d.calls.is_empty()));
    assert_eq!(desk.adapter.counters().restarts_of_pbx, 1);
}

#[test]
fn after_a_restart_of_ours_the_numbers_go_on_if_the_pbx_is_the_same() {
    let mut first = Desk::live(MEMBERS);
    first.join("q", "c1");
    let last = first.records.last().unwrap().clone();
    for (start, same) in [("10:00:00", true), ("11:00:00", false)] {
        let resume = Resume {
            position: last.position(),
            received: last.received,
            pbx_start: "2026-11-23 10:00:00".into(),
        };
        let mut desk = Desk::new(options(), World { start: start.into(), ..World::new(MEMBERS) });
        desk.now = first.now + Micros::from_secs(60);
        desk.adapter = Adapter::resume(options(), resume);
        desk.connect();
        let news = desk.news();
        let told: Vec<_> = news.iter().map(desk::short).collect();
        assert_eq!(told, ["LinkDisconnected", "LinkConnected", "Gap", "Snapshot"]);
        assert_eq!((news[0].epoch, news[0].seq), (last.epoch, last.seq + 1));
        assert_eq!(news[1].epoch == last.epoch, same);
        let Some(Body::Gap(gap)) = news[2].body.as_deref() else { panic!() };
        assert_eq!((gap.from, gap.to), (last.received, desk.now));
    }
}

#[test]
fn an_announced_shutdown_ends_the_link_at_once() {
    let mut desk = Desk::live(MEMBERS);
    desk.raw("Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\nRestart: False\r\n\r\n");
    assert!(down(&desk).0.contains("shutdown") && desk.closed);
    assert_eq!(desk.told(), ["LinkDisconnected"]);
}

#[test]
fn a_reconnect_without_lists_keeps_what_was_known_until_it_is_disproved() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.connected("q", "c1", "A/1", "l1");
    desk.join("q", "c2");
    desk.close();
    desk.world.refuses = true;
    desk.connect();
    desk.news();
    // c1 is still talking, as its end proves; of c2 nothing is heard any more.
    desk.event("AgentComplete", &format!("{} Reason=caller TalkTime=9", both("q", "c1", "A/1", "l1")));
    assert_eq!(desk.told(), ["Released A/1 q Ok"]);
    desk.wait(1_000_000);
    assert_eq!(desk.told(), ["Diverted q q Cleared unknown"]);
    assert!(desk.adapter.counters().not_reconciled > 1);
}

#[test]
fn a_lost_event_shows_in_the_next_list_and_is_corrected_if_it_lasts() {
    let mut desk = Desk::live(MEMBERS);
    desk.join("q", "c1");
    desk.news();
    // The PBX knows: c1 has gone, c2 waits, A/1 is paused, A/2 has gone, A/3 has come.
    desk.world.members = vec!["q A/1 Status=1 Paused=1 PausedReason=Tea".into(), "q A/3 Status=1".into()];
    desk.world.entries = vec!["q c2 Wait=20".into()];
    desk.wait(46_000);
    assert_eq!(desk.told(), Vec::<String>::new(), "a list may overtake events");
    desk.wait(5_000);
    let mut told = desk.told();
    told.sort();
    let expected = [
        "AgentLogin A/3 q synthetic",
        "AgentLogout A/2 q synthetic",
        "AgentNotReady A/1 AuxWork synthetic",
        "AgentReady A/3 AutoIn synthetic",
        "Diverted q q Cleared unknown",
        "QueueNotReady A/1 q synthetic",
        "Queued q q synthetic",
    ];
    assert_eq!(told, expected);
    assert_eq!(desk.adapter.counters().corrections, 5);
    desk.wait(100_000);
    assert_eq!(desk.told(), Vec::<String>::new(), "and that was all");
}

#[test]
fn a_difference_that_an_event_explains_is_not_corrected() {
    let mut desk = Desk::live(MEMBERS);
    desk.join("q", "c1");
    desk.wait(44_000);
    desk.world.members[0] = "q A/1 Status=1 Paused=1".into();
    desk.world.entries = vec![];
    desk.wait(1_500);
    // The events were only slower than the list.
    desk.event("HangupRequest", "Uniqueid=c1 Channel=x-1");
    desk.leave("q", "c1");
    desk.event("QueueMemberPause", "Queue=q Interface=A/1 Paused=1");
    desk.wait(10_000);
    assert_eq!(
        desk.told(),
        ["Queued q q", "Abandoned q q", "QueueNotReady A/1 q", "AgentNotReady A/1 AuxWork"]
    );
    assert_eq!(desk.adapter.counters().corrections, 0);
}

#[test]
fn a_talk_whose_end_was_lost_ends_when_its_channel_is_no_longer_listed() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.connected("q", "c1", "A/1", "l1");
    desk.told();
    desk.wait(50_000);
    assert_eq!(desk.told(), ["Released A/1 q Ok synthetic"]);
}

#[test]
fn a_stalled_line_proves_nothing() {
    let mut desk = Desk::live(MEMBERS);
    desk.join("q", "c1");
    desk.leave("q", "c1");
    desk.told();
    // Everything is held back for eight seconds, the answer to the Ping too.
    desk.world.silent = true;
    desk.wait(8_000);
    assert_eq!(desk.told(), Vec::<String>::new());
    desk.event("VarSet", "Uniqueid=c1 Channel=x-1 Variable=QUEUESTATUS Value=TIMEOUT");
    assert_eq!(desk.told(), ["Diverted q q Cleared timeout"]);
}

#[test]
fn a_call_between_two_agents_is_internal_and_has_two_legs() {
    let mut desk = Desk::live(MEMBERS);
    desk.event("Newchannel", "Uniqueid=o1 Channel=A/1-00000001 ChannelState=4 Linkedid=o1 Exten=2");
    desk.event(
        "DialBegin",
        "Uniqueid=o1 Channel=A/1-00000001 DestUniqueid=o2 DestChannel=A/2-00000002 DestLinkedid=o1",
    );
    desk.event("DialEnd", "Uniqueid=o1 DestUniqueid=o2 DialStatus=ANSWER");
    desk.event("Newstate", "Uniqueid=o1 Channel=A/1-00000001 ChannelState=6");
    desk.event("HangupRequest", "Uniqueid=o2 Channel=A/2-00000002");
    desk.event("Hangup", "Uniqueid=o2 Channel=A/2-00000002 Cause=16");
    desk.event("Hangup", "Uniqueid=o1 Channel=A/1-00000001 Cause=16");
    let news = desk.news();
    let told: Vec<_> = news.iter().map(desk::short).collect();
    let expected = [
        "Dialing A/1",
        "Ringing A/2",
        "Established A/2",
        "Established A/1",
        "Released A/2 Ok",
        "Released A/1 Ok",
    ];
    assert_eq!(told, expected);
    assert!(
        news.iter()
            .all(|r| r.conn_id == news[0].conn_id && r.call_type.as_ref().unwrap().name() == "Internal")
    );
}

#[test]
fn a_blind_transfer_releases_the_first_agent_and_rings_the_second_in_the_same_call() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.connected("q", "c1", "A/1", "l1");
    desk.told();
    desk.event("BlindTransfer", "Result=Success TransfererUniqueid=l1 TransfereeUniqueid=c1 Extension=2");
    desk.event("AgentComplete", &format!("{} Reason=transfer", both("q", "c1", "A/1", "l1")));
    desk.event(
        "DialBegin",
        "Uniqueid=c1 Channel=PJSIP/trunk-c1 DestUniqueid=l2 DestChannel=A/2-00000002 DestLinkedid=c1",
    );
    desk.event("DialEnd", "Uniqueid=c1 DestUniqueid=l2 DialStatus=ANSWER");
    let news = desk.news();
    let told: Vec<_> = news.iter().map(desk::short).collect();
    assert_eq!(told, ["Released A/1 q Transferred", "Ringing A/2 Transferred", "Established A/2"]);
    assert_eq!(news[1].third_party_dn.as_deref(), Some("A/1"));
    assert_eq!(news[1].conn_id, news[0].conn_id);
}

#[test]
fn a_consultation_that_is_completed_moves_the_second_agent_into_the_first_call() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.connected("q", "c1", "A/1", "l1");
    desk.event("Hold", "Uniqueid=l1 Channel=A/1-l1");
    desk.told();
    // The phone's second line calls the colleague.
    desk.event("Newchannel", "Uniqueid=k1 Channel=A/1-00000007 ChannelState=4 Linkedid=k1 Exten=2");
    desk.event(
        "DialBegin",
        "Uniqueid=k1 Channel=A/1-00000007 DestUniqueid=k2 DestChannel=A/2-00000008 DestLinkedid=k1",
    );
    desk.event("DialEnd", "Uniqueid=k1 DestUniqueid=k2 DialStatus=ANSWER");
    desk.event("Newstate", "Uniqueid=k1 Channel=A/1-00000007 ChannelState=6");
    desk.event(
        "AttendedTransfer",
        "Result=Success OrigTransfererUniqueid=l1 SecondTransfererUniqueid=k1 TransfereeUniqueid=c1 TransferTargetUniqueid=k2 DestType=Bridge",
    );
    desk.event("AgentComplete", &format!("{} Reason=transfer", both("q", "c1", "A/1", "l1")));
    desk.event("Hangup", "Uniqueid=k2 Channel=A/2-00000008 Cause=16");
    let news = desk.news();
    let told: Vec<_> = news.iter().map(desk::short).collect();
    let expected = [
        "Dialing A/1",
        "Ringing A/2",
        "Established A/2",
        "Established A/1",
        "Released A/1 Transferred",
        "PartyChanged A/2 Transferred",
        "Released A/1 q Transferred",
        "Released A/2 Ok",
    ];
    assert_eq!(told, expected);
    assert!(
        news[..5].iter().all(|r| r.prev_conn_id.as_deref() == Some("pbx1-c1")),
        "consultations name the call"
    );
    let changed = &news[5];
    assert_eq!(
        (changed.conn_id.as_deref(), changed.prev_conn_id.as_deref()),
        (Some("pbx1-c1"), Some("pbx1-k1"))
    );
    assert_eq!(changed.third_party_dn.as_deref(), Some("A/1"));
}

#[test]
fn an_agent_who_hangs_up_during_the_announcement_has_refused() {
    let mut desk = Desk::live(MEMBERS);
    desk.offer("q", "c1", "A/1", "l1");
    desk.told();
    desk.event("AgentDump", &both("q", "c1", "A/1", "l1"));
    assert_eq!(desk.told(), ["Released A/1 q Redirected agent_dump"]);
}

#[test]
fn an_agent_desktop_can_begin_and_end_wrap_up_by_a_user_event() {
    let mut desk = Desk::live(MEMBERS);
    desk.event("UserEvent", "UserEvent=WrapUp Interface=A/1 Seconds=600");
    desk.wait(1_000);
    desk.event("UserEvent", "UserEvent=WrapUp Interface=A/1 Seconds=0");
    assert_eq!(desk.told(), ["AgentNotReady A/1 AfterCallWork synthetic", "AgentReady A/1 AutoIn synthetic"]);
}

#[test]
fn a_queue_is_virtual_only_when_declared_so() {
    let mut options = options();
    options.virtual_queues = ["q2".into()].into();
    let mut desk = Desk::new(options, World::new(&["q A/1 Status=1", "q2 A/1 Status=1"]));
    desk.connect();
    let kinds: Vec<_> = desk.snapshot().dns.iter().map(|d| format!("{} {:?}", d.dn, d.kind)).collect();
    assert_eq!(kinds, ["q Queue", "q2 VirtualQueue", "A/1 Extension"]);
}

fn line() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "QueueCallerJoin",
        "QueueCallerLeave",
        "QueueCallerAbandon",
        "AgentCalled",
        "AgentConnect",
        "AgentComplete",
        "AgentRingNoAnswer",
        "AgentDump",
        "Hangup",
        "HangupRequest",
        "VarSet",
        "Newexten",
        "Newchannel",
        "Newstate",
        "DialBegin",
        "DialEnd",
        "Hold",
        "Unhold",
        "BridgeEnter",
        "BridgeLeave",
        "BlindTransfer",
        "AttendedTransfer",
        "QueueMemberAdded",
        "QueueMemberRemoved",
        "QueueMemberPause",
        "QueueMemberStatus",
        "DeviceStateChange",
        "LocalBridge",
        "UserEvent",
        "Rename",
    ]);
    let uid = || prop::sample::select(vec!["u1", "u2", "u3", "u4", ""]);
    let dn = || prop::sample::select(vec!["A/1", "A/2", "Local/3@x"]);
    (name, uid(), uid(), uid(), dn(), prop::sample::select(vec!["q", "q2"]), 0..30i64, any::<bool>()).prop_map(
        |(name, a, b, c, dn, queue, n, flag)| {
            let state = if flag { 6 } else { 4 };
            let paused = u8::from(flag);
            desk::event(
                name,
                &format!(
                    "Uniqueid={a} Channel={dn}-{a} Linkedid={a} DestUniqueid={b} DestChannel={dn}-{b} Queue={queue} Interface={dn} \
                     Cause={n} Paused={paused} Status={n} HoldTime={n} RingTime={n} TalkTime={n} ChannelState={state} \
                     TransfererUniqueid={a} TransfereeUniqueid={b} OrigTransfererUniqueid={a} SecondTransfererUniqueid={b} \
                     TransferTargetUniqueid={c} LocalOneUniqueid={a} LocalTwoUniqueid={b} SwapUniqueid={c} BridgeUniqueid=b{n} \
                     Variable=QUEUESTATUS Value=TIMEOUT DialStatus=ANSWER Device={dn} State=UNAVAILABLE Reason=agent Wrapuptime={n}"
                ),
            )
        },
    )
}

proptest! {
    #[test]
    fn events_in_any_order_never_panic_and_leave_no_hole_in_the_numbers(
        lines in prop::collection::vec((line(), 0..3_000i64), 1..120),
    ) {
        let mut desk = Desk::live(MEMBERS);
        for (text, wait) in lines {
            desk.raw(&text);
            desk.wait(wait);
        }
        desk.close();
        desk.connect();
        let mut last = (0, Micros(0));
        for r in &desk.records {
            prop_assert_eq!(r.seq, last.0 + 1);
            prop_assert!(r.received >= last.1);
            last = (r.seq, r.received);
        }
    }

    #[test]
    fn any_bytes_after_the_greeting_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let mut adapter = Adapter::new(options());
        adapter.on_connected(Micros(1));
        adapter.on_bytes(BANNER.as_bytes(), Micros(2));
        adapter.on_bytes(&bytes, Micros(3));
        adapter.on_timer(Micros::from_secs(100));
        while let Some(step) = adapter.poll() {
            prop_assert!(!matches!(step, Step::Record(ref r) if r.event != Event::LinkConnected));
        }
    }
}
