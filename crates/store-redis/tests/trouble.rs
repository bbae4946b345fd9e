//! What happens when Redis is away, wrong, full, empty or hangs.

mod common;

use common::{publication, settings, store};
use ports::StoreError;
use ports::checkpoints::{Checkpoints, Chunk};
use ports::values::{Before, Content, Values};
use std::sync::Arc;
use std::time::Duration;
use store_redis::{RedisStore, Settings, Tls};
use test_servers::{Redis, skipped};
use tokio::sync::broadcast::error::RecvError;

fn cause<T: std::fmt::Debug>(result: Result<T, StoreError>) -> String {
    match result.expect_err("there is no answer") {
        StoreError::Unreachable(cause) => cause,
        other => panic!("trying again may help, but it says {other:?}"),
    }
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let server = match Redis::start(0) {
        Ok(server) => server,
        Err(why) => return skipped(&why),
    };
    store(&server, "t").ping().await.expect("all is well");

    let wrong = Settings { password: Arc::new(|| Ok(Some("guess".into()))), ..settings(&server, "t") };
    let told = cause(RedisStore::open(wrong).unwrap().ping().await);
    assert!(told.contains("user or password") && !told.contains("guess"), "{told}");

    let absent =
        Settings { password: Arc::new(|| Err("file /run/x can't be read".into())), ..settings(&server, "t") };
    let told = cause(RedisStore::open(absent).unwrap().ping().await);
    assert!(told.contains("/run/x"), "{told}");

    let stranger = Settings { tls: Some(Tls::default()), ..settings(&server, "t") };
    let told = cause(RedisStore::open(stranger).unwrap().ping().await);
    assert!(told.to_lowercase().contains("certificate") || told.contains("UnknownIssuer"), "{told}");

    let plain = Settings { tls: None, patience: Duration::from_millis(300), ..settings(&server, "t") };
    let told = cause(RedisStore::open(plain).unwrap().ping().await);
    assert!(told.contains("Redis"), "{told}");

    let nobody = Settings { port: 1, patience: Duration::from_millis(300), ..settings(&server, "t") };
    let told = cause(RedisStore::open(nobody).unwrap().ping().await);
    assert!(told.contains("127.0.0.1:1") || told.contains("refused"), "{told}");
}

#[tokio::test]
async fn a_server_that_hangs_costs_a_deadline_and_no_more() {
    let server = match Redis::start(0) {
        Ok(server) => server,
        Err(why) => return skipped(&why),
    };
    let quick = RedisStore::open(Settings { patience: Duration::from_millis(300), ..settings(&server, "t") })
        .unwrap();
    quick.publish(publication(1, 1)).await.expect("kept");
    server.freeze(true);
    cause(quick.publish(publication(1, 2)).await);
    server.freeze(false);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = quick.publish(publication(1, 3)).await.expect("it goes on when the server does");
    assert_eq!(before, Before::Nothing, "whether it is as it was before the unanswered one, nobody knows");
    assert_eq!(quick.publish(publication(1, 4)).await.expect("kept"), Before::Kept);
}

#[tokio::test]
async fn whoever_loads_while_others_publish_finds_cells_of_the_number_that_they_have() {
    let server = match Redis::start(0) {
        Ok(server) => server,
        Err(why) => return skipped(&why),
    };
    let (writer, reader) = (store(&server, "t"), store(&server, "t"));
    writer.publish(publication(1, 1)).await.expect("kept");
    let written = tokio::spawn(async move {
        for seq in 2..2_000 {
            writer.publish(publication(1, seq)).await.expect("kept");
        }
    });
    let mut seen = std::collections::BTreeSet::new();
    while !written.is_finished() {
        let block = &reader.current().await.expect("told")[0].blocks[0];
        let Content::Number(number) = block.rows[0].1.content else { panic!("a number was kept") };
        assert_eq!(number, block.seq as f64, "the cell is that of the block");
        seen.insert(block.seq);
    }
    assert!(seen.len() > 10, "they did both at once: {seen:?}");
    written.await.unwrap();
}

#[tokio::test]
async fn a_server_that_comes_back_empty_is_filled_anew_and_followers_are_told() {
    let server = match Redis::start(0) {
        Ok(server) => server,
        Err(why) => return skipped(&why),
    };
    let (writer, reader) = (store(&server, "t"), store(&server, "t"));
    reader.followed().await;
    let mut followed = reader.subscribe();
    writer.publish(publication(1, 1)).await.expect("kept");
    assert_eq!(*followed.recv().await.unwrap(), publication(1, 1));

    server.kill9();
    assert_eq!(followed.recv().await, Err(RecvError::Closed), "a follower learns that it may miss something");
    server.restart().expect("it starts again");
    tokio::time::timeout(Duration::from_secs(5), async {
        while writer.publish(publication(1, 2)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .expect("the connection is made anew");
    reader.followed().await;
    assert_eq!(reader.current().await.unwrap(), [publication(1, 2)], "what is published anew is there");
}

#[tokio::test]
async fn a_full_server_refuses_and_evicts_nothing() {
    let server = match Redis::start(4 << 20) {
        Ok(server) => server,
        Err(why) => return skipped(&why),
    };
    let store = store(&server, "t");
    store.publish(publication(1, 1)).await.expect("kept");
    let chunk = |n: u32| Chunk { slot: 0, name: format!("{n}").as_str().into(), bytes: vec![7; 100_000] };
    let mut outcome = Ok(());
    for n in 0..60 {
        outcome = store.stage("dcu", 0, 1, vec![chunk(n)], vec![]).await;
        if outcome.is_err() {
            break;
        }
    }
    assert!(matches!(outcome, Err(StoreError::Full(_))), "{outcome:?}");
    assert_eq!(store.current().await.unwrap(), [publication(1, 1)], "what was there is still there");
}
