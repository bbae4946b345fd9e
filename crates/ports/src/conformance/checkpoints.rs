//! Rules of checkpoint stores.

use crate::StoreError;
use crate::checkpoints::{Checkpoints, Chunk, Pointer};
use model::Text;
use model::time::{Micros, Position};
use std::collections::BTreeMap;

fn chunk(name: &str, byte: u8) -> Chunk {
    Chunk { slot: byte, name: Text::from(name), bytes: vec![byte; 3] }
}

fn pointer(generation: u64, fence: u64) -> Pointer {
    let positions = BTreeMap::from([(Text::from("pbx1"), Position { epoch: 7, seq: generation })]);
    let at = Micros::from_secs(generation as i64);
    let base = generation.saturating_sub(1);
    Pointer { generation, positions, at, published: at, fence, base }
}

async fn names(store: &dyn Checkpoints) -> BTreeMap<Text, u8> {
    let restored = store.newest("dcu-0").await.expect("answers").expect("a checkpoint is there");
    restored.chunks.into_iter().map(|chunk| (chunk.name, chunk.bytes[0])).collect()
}

fn expected(pairs: &[(&str, u8)]) -> BTreeMap<Text, u8> {
    pairs.iter().map(|(name, byte)| (Text::from(*name), *byte)).collect()
}

/// Every rule of [`Checkpoints`].
///
/// # Panics
/// When one is broken.
pub async fn checkpoints(store: &dyn Checkpoints) {
    assert_eq!(store.newest("dcu-0").await.expect("answers"), None, "nothing is there at first");
    let fence = store.take("dcu-0").await.expect("taken");
    store.stage("dcu-0", fence, 1, vec![chunk("a", 1), chunk("b", 1)], vec![]).await.expect("staged");
    assert_eq!(store.newest("dcu-0").await.expect("answers"), None, "nobody sees what was not flipped");

    // What was staged before that restart is forgotten, so it is staged again.
    store.stage("dcu-0", fence, 1, vec![chunk("a", 1)], vec![]).await.expect("staged");
    store
        .stage("dcu-0", fence, 1, vec![chunk("b", 1), chunk("c", 1)], vec![])
        .await
        .expect("in several parts");
    store.flip("dcu-0", pointer(1, fence)).await.expect("flipped");
    let restored = store.newest("dcu-0").await.expect("answers").expect("is there");
    assert_eq!(restored.pointer, pointer(1, fence), "the pointer comes back as it was");
    assert_eq!(restored.chunks[0], chunk("a", 1), "so do chunks");
    assert_eq!(names(store).await, expected(&[("a", 1), ("b", 1), ("c", 1)]));

    store.stage("dcu-0", fence, 2, vec![chunk("b", 2)], vec![Text::from("c")]).await.expect("staged");
    store.flip("dcu-0", pointer(2, fence)).await.expect("flipped");
    assert_eq!(
        names(store).await,
        expected(&[("a", 1), ("b", 2)]),
        "changed ones replace, others stay, gone ones go"
    );

    store.stage("dcu-0", fence, 3, vec![chunk("a", 3)], vec![Text::from("b")]).await.expect("staged");
    assert_eq!(
        names(store).await,
        expected(&[("a", 1), ("b", 2)]),
        "a crash before the flip changes nothing"
    );
    store.stage("dcu-0", fence, 3, vec![chunk("d", 3)], vec![]).await.expect("staged");
    store.flip("dcu-0", pointer(3, fence)).await.expect("flipped");
    assert_eq!(
        names(store).await,
        expected(&[("a", 1), ("b", 2), ("d", 3)]),
        "what was forgotten never comes back"
    );

    fences(store, fence).await;
}

/// A generation is worth nothing without the one that it changes.
async fn losses(store: &dyn Checkpoints, fence: u64) {
    store.stage("dcu-0", fence, 7, vec![chunk("a", 7)], vec![]).await.expect("staged");
    let refused = store.flip("dcu-0", pointer(7, fence)).await;
    assert!(matches!(refused, Err(StoreError::Emptied(_))), "generation 6 is not there: {refused:?}");
    assert_eq!(names(store).await, expected(&[("a", 4), ("b", 2), ("d", 3)]), "what is there stays");
    store.stage("dcu-0", fence, 8, vec![chunk("a", 8), chunk("e", 8)], vec![]).await.expect("staged");
    store.flip("dcu-0", Pointer { base: 0, ..pointer(8, fence) }).await.expect("it needs none before it");
    assert_eq!(names(store).await, expected(&[("a", 8), ("e", 8)]), "it holds everything there is");
}

async fn fences(store: &dyn Checkpoints, old: u64) {
    let new = store.take("dcu-0").await.expect("taken");
    assert!(new > old, "every owner has a higher fence");
    let mut late = pointer(9, old);
    late.at = Micros::from_secs(9);
    let refused = store.flip("dcu-0", late).await;
    assert!(matches!(refused, Err(StoreError::Fenced(_))), "a former owner flips nothing: {refused:?}");
    store.newest("dcu-0").await.expect("the new owner starts by reading");
    let refused = store.stage("dcu-0", old, 4, vec![chunk("a", 9), chunk("z", 9)], vec![]).await;
    assert!(matches!(refused, Err(StoreError::Fenced(_))), "a former owner stages nothing: {refused:?}");
    store.stage("dcu-0", new, 4, vec![chunk("a", 4)], vec![]).await.expect("staged");
    store.flip("dcu-0", pointer(4, new)).await.expect("the new owner flips");
    assert_eq!(names(store).await, expected(&[("a", 4), ("b", 2), ("d", 3)]));
    losses(store, new).await;
    assert_eq!(store.newest("dcu-1").await.expect("answers"), None, "owners do not see each other");
    store.remove("dcu-0").await.expect("answers");
    assert_eq!(store.newest("dcu-0").await.expect("answers"), None, "what was removed is gone");
    let refused = store.stage("dcu-0", old, 9, vec![chunk("a", 9)], vec![]).await;
    assert!(
        matches!(refused, Err(StoreError::Fenced(_))),
        "a former owner does not bring it back: {refused:?}"
    );
}
