//! Rules of the hand-over of current values.

use crate::StoreError;
use crate::values::{
    Before, Block, Cell, Content, Flags, ObjectInfo, Publication, SourceState, SourceStatus, Values,
};
use model::time::Micros;
use model::{Object, ObjectType, Text};

fn queue(id: &str) -> Object {
    Object::new(ObjectType::Queue, id)
}

fn block(seq: u64, whole: bool, rows: &[(&str, f64)]) -> Block {
    let at = Micros::from_secs(seq as i64);
    let cell = |value| Cell { content: Content::Number(value), flags: Flags::default(), at };
    Block {
        definition: Text::from("Calls_Entered|Queue|Default|||"),
        slot: 3,
        generation: 1,
        seq,
        at,
        whole,
        rows: rows.iter().map(|(id, value)| (queue(id), cell(*value))).collect(),
        gone: Vec::new(),
    }
}

fn publication(generation: u64, seq: u64, blocks: Vec<Block>) -> Publication {
    let producer = Text::from("dcu-0");
    Publication { producer, generation, at: Micros::from_secs(seq as i64), blocks, ..Publication::default() }
}

/// Every rule of [`Values`].
///
/// # Panics
/// When one is broken.
pub async fn values(store: &dyn Values) {
    assert!(store.current().await.expect("answers").is_empty(), "nothing is there at first");
    let mut followed = store.subscribe();
    let mut first = publication(1, 1, vec![block(1, true, &[("q1", 1.0), ("q2", 1.0)])]);
    first.objects = vec![ObjectInfo { object: queue("q1"), name: Text::from("Sales"), groups: vec![] }];
    first.sources = vec![SourceState {
        source: Text::from("pbx1"),
        status: SourceStatus::Live,
        since: Micros::ZERO,
        detail: Text::default(),
    }];
    let before = store.publish(first.clone()).await.expect("kept");
    assert_eq!(before, Before::Nothing, "the first publication of a generation finds nothing");
    assert_eq!(*followed.recv().await.expect("told"), first, "followers are told word for word");
    assert_eq!(store.current().await.expect("answers"), [first.clone()], "it is kept");

    let mut change = block(2, false, &[("q1", 2.0)]);
    change.gone = vec![queue("q2")];
    let before = store.publish(publication(1, 2, vec![change])).await.expect("kept");
    assert_eq!(before, Before::Kept, "the next one finds the first");
    store.publish(publication(1, 3, vec![])).await.expect("that nothing changed is news too");
    let now = store.current().await.expect("answers").remove(0);
    assert_eq!(now.at, Micros::from_secs(3), "the clock moved on");
    assert_eq!(now.blocks, [block(2, true, &[("q1", 2.0)])], "changes are merged; current blocks are whole");
    assert_eq!((&now.objects, &now.sources), (&first.objects, &first.sources), "what was not repeated stays");

    let before = store.publish(publication(2, 4, vec![block(1, true, &[("q3", 5.0)])])).await.expect("kept");
    assert_eq!(before, Before::Nothing, "what a former generation published does not count");
    let late = store.publish(publication(1, 5, vec![block(9, true, &[("q1", 9.0)])])).await;
    assert!(matches!(late, Err(StoreError::Fenced(_))), "a predecessor no longer publishes: {late:?}");
    let now = store.current().await.expect("answers").remove(0);
    assert_eq!(now.blocks, [block(1, true, &[("q3", 5.0)])], "a whole block replaces all rows");

    let anew = Block { generation: 2, ..block(1, false, &[("q4", 6.0)]) };
    store.publish(publication(2, 5, vec![anew.clone()])).await.expect("kept");
    let now = store.current().await.expect("answers").remove(0);
    assert_eq!(now.blocks, [Block { whole: true, ..anew }], "so does the first block of another generation");

    let gone = Publication { gone: vec![queue("q1")], ..publication(2, 6, vec![]) };
    store.publish(gone).await.expect("kept");
    let now = store.current().await.expect("answers").remove(0);
    assert!(
        now.objects.is_empty() && now.gone.is_empty(),
        "who is gone is no longer among the objects: {now:?}"
    );
    owners(store).await;
}

/// A slot goes from one producer to another.
async fn owners(store: &dyn Values) {
    let fences = |fence| [(3, fence)].into_iter().collect();
    let newest = store.guard(&fences(10)).await.expect("answers");
    assert_eq!(newest, Micros::from_secs(1), "the newest values of the slot are told");
    assert_eq!(store.guard(&[(4, 10)].into_iter().collect()).await.expect("answers"), Micros::ZERO);
    let late = Block { generation: 2, ..block(2, false, &[("q4", 7.0)]) };
    let late = store.publish(publication(2, 7, vec![late])).await;
    assert!(matches!(late, Err(StoreError::Fenced(_))), "a former owner no longer publishes: {late:?}");
    let own = Block { generation: 10, ..block(1, false, &[("q5", 8.0)]) };
    let other = Publication { producer: "dcu-1".into(), ..publication(1, 8, vec![own.clone()]) };
    store.publish(other).await.expect("the new owner does");
    let current = store.current().await.expect("answers");
    let blocks: Vec<_> = current
        .iter()
        .flat_map(|one| one.blocks.iter().map(|block| (one.producer.as_str(), block)))
        .collect();
    assert_eq!(blocks, [("dcu-1", &Block { whole: true, ..own })], "a slot's values have one producer");
    store.guard(&fences(9)).await.expect("answers");
    let back = Block { generation: 9, ..block(1, true, &[("q6", 9.0)]) };
    let back = store.publish(publication(2, 9, vec![back])).await;
    assert!(matches!(back, Err(StoreError::Fenced(_))), "a guard does not fall: {back:?}");
}
