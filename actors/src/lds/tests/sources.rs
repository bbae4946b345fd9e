//! What sources bring, and what goes wrong with them.

use super::*;

#[actix::test]
async fn duplicates_are_dropped_and_a_hole_is_asked_for() {
    let mut world = World::new(Numbering::Theirs);
    let mut client = world.connect(from(OLDEST)).await;
    client.welcome().await;
    world.bring((1..=3).map(numbered).collect()).await;
    world.bring((2..=4).map(numbered).collect()).await;
    assert_eq!(world.metric("pulse_lds_duplicates_total"), 2.0);
    world.feed.send(SourceItem::Records(vec![numbered(6), numbered(7)].into())).await.unwrap();
    let asked = world.asked.recv().await.unwrap();
    assert_eq!(asked.after, Position { epoch: 7, seq: 4 });
    assert_eq!(world.metric("pulse_lds_holes_total"), 2.0);
    world.bring((5..=7).map(numbered).collect()).await;
    assert_eq!(seqs(&client.records(7).await), [1, 2, 3, 4, 5, 6, 7]);
}

#[actix::test]
async fn a_snapshot_of_the_source_over_a_hole_is_told_as_a_gap_and_a_snapshot() {
    let world = World::new(Numbering::Theirs);
    let mut client = world.connect(from(OLDEST)).await;
    client.welcome().await;
    world.bring((1..=3).map(numbered).collect()).await;
    client.records(3).await;
    let body = Some(Box::new(Body::Snapshot(Snapshot::default())));
    let snapshot = Record { event: Event::Snapshot, body, conn_id: None, this_dn: None, ..numbered(20) };
    world.bring(vec![snapshot, numbered(21)]).await;
    let gap = client.records(1).await.remove(0);
    assert_eq!((gap.event, gap.seq), (Event::Gap, 19));
    let Some(Frame::Snapshot(part)) = client.next().await else { panic!() };
    assert_eq!((part.seq, part.last), (20, true));
    assert_eq!(seqs(&client.records(1).await), [21]);

    let mut later = world.connect(from(Position { epoch: 7, seq: 2 })).await;
    assert_eq!(later.welcome().await.sources[0].plan, Plan::Resume);
    assert_eq!(seqs(&later.records(2).await), [3, 19], "the same from the log");
}

#[actix::test]
async fn a_new_lds_on_an_old_log_goes_on_with_the_numbers_and_the_state() {
    let world = World::new(Numbering::Ours);
    world.bring_calls(1..=5).await;
    let log = world.log.clone();
    world.lds.shutdown(Duration::from_secs(5)).await;
    let world = World::on(log, Numbering::Ours);
    world.bring_calls(6..=6).await;
    let mut client = world.connect(hello(Positions::new())).await;
    assert_eq!(client.welcome().await.sources[0].seq, 6);
    let Some(Frame::Snapshot(snapshot)) = client.next().await else { panic!() };
    assert_eq!(snapshot.dns[0].calls.len(), 6);
    let records = world.connect(from(OLDEST)).await;
    let mut records = records;
    records.welcome().await;
    let all = records.records(6).await;
    assert!(all.windows(2).all(|pair| pair[0].epoch == pair[1].epoch), "one numbering");
}

#[actix::test]
async fn a_switch_that_started_anew_begins_a_new_epoch() {
    let world = World::new(Numbering::Ours);
    let mut client = world.connect(from(OLDEST)).await;
    client.welcome().await;
    world.bring_calls(1..=2).await;
    let batch = Batch { records: vec![queued(3), queued(4)], new_epoch: true, kept: None };
    world.feed.send(SourceItem::Records(batch)).await.unwrap();
    let records = client.records(4).await;
    assert_eq!(seqs(&records), [1, 2, 1, 2]);
    assert!(records[2].epoch > records[1].epoch);
}

#[actix::test]
async fn nothing_is_told_before_it_is_on_disk_and_nothing_is_lost_while_the_disk_is_full() {
    let world = World::new(Numbering::Ours);
    let mut client = world.connect(from(OLDEST)).await;
    client.welcome().await;
    world.bring_calls(1..=3).await;
    client.records(3).await;
    world.log.full.store(true, Ordering::Relaxed);
    world.feed.send(SourceItem::Records(vec![queued(4)].into())).await.unwrap();
    sleep(Duration::from_secs(30)).await;
    while let Some(bytes) = client.outgoing.try_next() {
        client.decoder.push(&bytes);
    }
    while let Some(frame) = client.decoder.next_frame().unwrap() {
        assert!(matches!(&frame, Frame::Heartbeat(_) | Frame::Ack(_)), "{frame:?}");
        if let Frame::Heartbeat(heartbeat) = frame {
            assert!(
                heartbeat.now < START + Micros::from_secs(1),
                "no heartbeat while something is under way"
            );
        }
    }
    assert!(world.metric("pulse_lds_write_failures_total") > 10.0);
    world.log.full.store(false, Ordering::Relaxed);
    world.bring_calls(5..=5).await;
    assert_eq!(seqs(&client.records(2).await), [4, 5]);
}

#[actix::test]
async fn a_source_is_held_up_while_the_disk_is_full() {
    let world = World::new(Numbering::Ours);
    world.log.full.store(true, Ordering::Relaxed);
    let mut taken = 0;
    loop {
        let item = SourceItem::Records(vec![queued(taken)].into());
        if tokio::time::timeout(Duration::from_secs(10), world.feed.send(item)).await.is_err() {
            break;
        }
        taken += 1;
        assert!(taken < 2_000, "the queue has no bound");
    }
    world.log.full.store(false, Ordering::Relaxed);
    let mut client = world.connect(from(OLDEST)).await;
    client.welcome().await;
    assert_eq!(client.records(taken as usize).await.len(), taken as usize);
}

#[actix::test]
async fn a_sender_that_panics_comes_back_and_its_clients_notice_nothing() {
    let world = World::new(Numbering::Ours);
    let mut client = world.connect(from(OLDEST)).await;
    client.welcome().await;
    world.bring_calls(1..=3).await;
    for round in 0..3 {
        assert!(world.lds.senders[0].ask(sender::Panic, Duration::from_secs(1)).await.is_err());
        world.bring_calls(4 + round..=4 + round).await;
    }
    assert_eq!(seqs(&client.records(6).await), [1, 2, 3, 4, 5, 6]);
    let report = world.census.report();
    assert_eq!(report["lds sender"].restarts, 3);
    assert_eq!(report["lds sender"].last_panic.as_deref(), Some("injected"));
    assert_eq!(report["lds receiver"].alive, 1);
    let mut late = world.connect(hello(Positions::new())).await;
    late.welcome().await;
    let Some(Frame::Snapshot(snapshot)) = late.next().await else { panic!() };
    assert_eq!(snapshot.dns[0].calls.len(), 6, "the state book was rebuilt");
}

#[actix::test]
async fn a_record_that_no_frame_can_hold_keeps_its_number_and_loses_its_data() {
    let world = World::new(Numbering::Ours);
    let mut client = world.connect(from(OLDEST)).await;
    client.welcome().await;
    let text = model::record::KeyValue::Text("x".repeat(2 << 20).into());
    let long = Record { user_data: Some(Box::new([("note".into(), text)].into())), ..queued(1) };
    world.bring(vec![long, queued(2)]).await;
    let records = client.records(2).await;
    assert_eq!(seqs(&records), [1, 2]);
    assert_eq!((records[0].user_data.clone(), records[0].conn_id.as_deref()), (None, Some("c1")));
    assert_eq!(world.metric("pulse_lds_stripped_total"), 1.0);
}
