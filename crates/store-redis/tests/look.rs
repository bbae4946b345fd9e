//! Looking at checkpoints while their owners write them.

mod common;

use common::store;
use model::Text;
use placement::Member;
use ports::checkpoints::{Checkpoints, Chunk, Pointer};
use ports::slots::Slots;
use std::time::Duration;
use test_servers::{Redis, skipped};

#[tokio::test]
async fn who_looks_at_checkpoints_forgets_nothing_and_takes_nothing() {
    let server = match Redis::start(0) {
        Ok(server) => server,
        Err(why) => return skipped(&why),
    };
    let store = store(&server, "acme");
    assert!(store.all_checkpoints().await.unwrap().is_empty());
    let chunk = |byte: u8| Chunk { slot: 3, name: Text::from("x"), bytes: vec![byte] };
    let fence = store.take("volume").await.unwrap();
    store.stage("volume", fence, 1, vec![chunk(1)], vec![]).await.unwrap();
    store.flip("volume", Pointer { generation: 1, fence, ..Pointer::default() }).await.unwrap();
    assert!(store.all_checkpoints().await.unwrap().is_empty(), "the ledger does not name it yet");
    let member = Member { name: "dcu-0".into(), life: 1 };
    let term = Duration::from_secs(30);
    store.turn(&member, &Default::default(), term).await.unwrap();
    let fences = store.claim(&member, model::SlotSet::ALL, term).await.unwrap();
    store.settle("volume", &fences).await.unwrap();

    store.stage("volume", fence, 2, vec![chunk(2)], vec![]).await.unwrap();
    let found = store.all_checkpoints().await.unwrap();
    assert_eq!((found.len(), found[0].0.as_str(), &found[0].1.chunks), (1, "volume", &vec![chunk(1)]));
    store.flip("volume", Pointer { generation: 2, base: 1, fence, ..Pointer::default() }).await.unwrap();
    assert_eq!(
        store.all_checkpoints().await.unwrap()[0].1.chunks,
        [chunk(2)],
        "what was staged is still there"
    );
}
