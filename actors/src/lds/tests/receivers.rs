//! What clients get.

use super::*;

#[actix::test]
async fn a_late_comer_gets_the_state_and_then_what_follows_it() {
    let world = World::new(Numbering::Ours);
    world.bring_calls(1..=3).await;
    let mut client = world.connect(hello(Positions::new())).await;
    let welcome = client.welcome().await;
    assert_eq!((welcome.sources[0].plan, welcome.sources[0].seq), (Plan::Snapshot, 3));
    assert_eq!(welcome.sources[0].switch.as_deref(), Some("sw1"));
    let Some(Frame::Snapshot(snapshot)) = client.next().await else { panic!() };
    assert_eq!((snapshot.seq, snapshot.part, snapshot.last), (3, 0, true));
    assert_eq!(snapshot.dns[0].calls.len(), 3);
    world.bring_calls(4..=5).await;
    assert_eq!(seqs(&client.records(2).await), [4, 5]);
}

#[actix::test]
async fn a_resume_at_every_position_brings_exactly_the_same_records() {
    let world = World::new(Numbering::Ours);
    for n in 1..=40 {
        world.bring_calls(n..=n).await;
    }
    let all = world.connect(from(OLDEST)).await.records_after_welcome(40).await;
    assert_eq!(seqs(&all), (1..=40).collect::<Vec<_>>());
    for seq in 1..=40 {
        let mut client = world.connect(from(all[seq as usize - 1].position())).await;
        assert_eq!(client.welcome().await.sources[0].plan, Plan::Resume);
        assert_eq!(client.records(40 - seq as usize).await, all[seq as usize..]);
    }
}

impl Client {
    async fn records_after_welcome(mut self, count: usize) -> Vec<Record> {
        self.welcome().await;
        self.records(count).await
    }
}

#[actix::test]
async fn a_resume_works_while_the_source_is_out_of_touch() {
    let world = World::new(Numbering::Ours);
    world.bring_calls(1..=3).await;
    world.feed.send(SourceItem::InTouch(false)).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    let records = world.connect(from(OLDEST)).await.records_after_welcome(3).await;
    assert_eq!(seqs(&records), [1, 2, 3]);
}

#[actix::test]
async fn an_unknown_position_gets_a_snapshot() {
    let world = World::new(Numbering::Ours);
    world.bring_calls(1..=3).await;
    for position in [Position { epoch: 1, seq: 1 }, Position { epoch: u64::MAX, seq: 1 }] {
        let mut client = world.connect(from(position)).await;
        assert_eq!(client.welcome().await.sources[0].plan, Plan::Snapshot);
        assert!(matches!(client.next().await, Some(Frame::Snapshot(_))));
    }
}

#[actix::test]
async fn a_slow_client_slows_nobody_and_loses_nothing() {
    let world = World::new(Numbering::Ours);
    let mut slow = world.connect_with(from(OLDEST), 4, 2_000).await;
    let mut quick = world.connect(from(OLDEST)).await;
    slow.welcome().await;
    quick.welcome().await;
    for n in 1..=300 {
        world.bring_calls(n..=n).await;
        assert_eq!(seqs(&quick.records(1).await), [n], "at once, whatever the other one does");
    }
    assert_eq!(world.metric("pulse_lds_receiver_cuts_total"), 1.0);
    assert_eq!(world.metric("pulse_lds_receivers_number"), 2.0);
    let all = slow.records(300).await;
    assert_eq!(seqs(&all), (1..=300).collect::<Vec<_>>());
    world.bring_calls(301..=301).await;
    assert_eq!(seqs(&slow.records(1).await), [301], "live again");
}

#[actix::test]
async fn a_client_whose_next_record_has_left_the_log_is_dismissed_with_a_word() {
    tokio::time::pause();
    let world = World::on(new_log(20_000), Numbering::Ours);
    let mut slow = world.connect_with(from(OLDEST), 2, 500).await;
    slow.welcome().await;
    for n in 1..=500 {
        world.bring_calls(n..=n).await;
    }
    let mut last = None;
    while let Some(frame) = slow.next().await {
        last = Some(frame);
    }
    let Some(Frame::Bye(bye)) = last else { panic!("{last:?}") };
    assert!(bye.reason.contains("too far behind"), "{}", bye.reason);
    assert_eq!(world.metric("pulse_lds_receivers_too_far_behind_total"), 1.0);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(world.metric("pulse_lds_receivers_number"), 0.0);

    let mut again = world.connect(from(OLDEST)).await;
    assert_eq!(
        again.welcome().await.sources[0].plan,
        Plan::Snapshot,
        "the oldest that is kept has a state before it"
    );
}

#[actix::test]
async fn a_heartbeat_follows_a_burst_at_once_and_then_comes_every_tenth_of_a_second() {
    let world = World::new(Numbering::Ours);
    let mut client = world.connect(from(OLDEST)).await;
    client.welcome().await;
    world.bring_calls(1..=3).await;
    client.records(3).await;
    let mut times = Vec::new();
    let told = world.clock.now();
    while times.len() < 4 {
        if let Some(Frame::Heartbeat(heartbeat)) = client.next().await {
            assert_eq!(heartbeat.seq, 3);
            assert_eq!(heartbeat.now, world.clock.now());
            times.push((heartbeat.now - told).0 / 1_000);
        }
    }
    assert!(times[0] <= 21, "{times:?} ms");
    assert!(times.windows(2).all(|pair| (90..=120).contains(&(pair[1] - pair[0]))), "{times:?} ms");
}

#[actix::test]
async fn a_source_out_of_touch_has_no_heartbeat_but_the_link_is_kept_alive() {
    let world = World::new(Numbering::Ours);
    let mut client = world.connect(from(OLDEST)).await;
    client.welcome().await;
    world.feed.send(SourceItem::InTouch(false)).await.unwrap();
    sleep(Duration::from_millis(50)).await;
    while client.outgoing.try_next().is_some() {}
    for _ in 0..5 {
        assert!(matches!(client.next().await, Some(Frame::Ack(_))));
    }
}

#[actix::test]
async fn what_follows_a_heartbeat_was_never_received_before_it() {
    let world = World::new(Numbering::Ours);
    let mut client = world.connect(from(OLDEST)).await;
    client.welcome().await;
    let mut promised = Micros::ZERO;
    for n in 1..=50 {
        world.bring_calls(n..=n).await;
        sleep(Duration::from_millis(n % 23)).await;
        while let Some(bytes) = client.outgoing.try_next() {
            client.decoder.push(&bytes);
        }
        while let Some(frame) = client.decoder.next_frame().unwrap() {
            match frame {
                Frame::Heartbeat(heartbeat) => promised = heartbeat.now,
                Frame::Events(events) => {
                    assert!(events.records.iter().all(|record| record.received >= promised));
                }
                _ => {}
            }
        }
    }
    assert!(promised > START);
}

#[actix::test]
async fn a_filter_brings_what_touches_its_objects_and_tells_how_far_it_has_come() {
    let world = World::new(Numbering::Ours);
    let elsewhere = |n: u64, queue: &str| Record {
        this_dn: Some("2001".into()),
        this_queue: Some(queue.into()),
        ..queued(n)
    };
    let mut live = world.connect(Hello { filter: filter(&["9001@sw1"]), ..from(OLDEST) }).await;
    live.welcome().await;
    world.bring(vec![elsewhere(1, "9002"), queued(2), elsewhere(3, "9001"), elsewhere(2, "9002")]).await;
    assert_eq!(seqs(&live.records(3).await), [2, 3, 4], "by its DN, by its queue, by its call");
    let mut later = world.connect(Hello { filter: filter(&["9001@sw1"]), ..from(OLDEST) }).await;
    later.welcome().await;
    assert_eq!(seqs(&later.records(3).await), [2, 3, 4], "the same from the log");

    world.bring(vec![elsewhere(9, "9002"), elsewhere(8, "9002")]).await;
    let position = loop {
        if let Some(Frame::Heartbeat(heartbeat)) = live.next().await
            && heartbeat.seq == 6
        {
            break Position { epoch: heartbeat.epoch, seq: heartbeat.seq };
        }
    };
    let mut resumed = world.connect(Hello { filter: filter(&["9001@sw1"]), ..from(position) }).await;
    assert_eq!(resumed.welcome().await.sources[0].plan, Plan::Resume);
    world.bring(vec![elsewhere(2, "9002"), elsewhere(9, "9002")]).await;
    assert_eq!(seqs(&resumed.records(1).await), [7], "a call that touched the queue before the resume");
}

#[actix::test]
async fn strangers_are_refused_with_a_code_and_a_word() {
    let world = World::new(Numbering::Ours);
    let refused = async |hello: Hello| {
        let mut client = world.connect(hello).await;
        let Some(Frame::Refuse(refuse)) = client.next().await else { panic!() };
        assert!(client.next().await.is_none(), "the link ends");
        refuse.code.to_string()
    };
    assert_eq!(refused(Hello { v: 99, ..from(OLDEST) }).await, "version");
    assert_eq!(refused(Hello { tenant: "other".into(), ..from(OLDEST) }).await, "tenant");
    assert_eq!(refused(Hello { token: "secreT".into(), ..from(OLDEST) }).await, "token");
    assert_eq!(refused(Hello { token: "".into(), ..from(OLDEST) }).await, "token");
    assert_eq!(world.metric("pulse_lds_receivers_refused_total"), 4.0);
}

#[actix::test]
async fn a_drained_lds_writes_what_it_took_and_says_good_bye() {
    let world = World::new(Numbering::Ours);
    let mut client = world.connect(from(OLDEST)).await;
    client.welcome().await;
    world.bring_calls(1..=3).await;
    assert!(world.lds.shutdown(Duration::from_secs(5)).await);
    assert_eq!(seqs(&client.records(3).await), [1, 2, 3]);
    let mut last = None;
    while let Some(frame) = client.next().await {
        last = Some(frame);
    }
    assert!(matches!(last, Some(Frame::Bye(_))), "{last:?}");
}
