//! What the stories of this part share: small publications and tables.

use super::library::{Library, StatInfo};
use model::time::Micros;
use model::{Object, ObjectType, Text};
use ports::values::{Block, Cell, Content, Flags, ObjectInfo, Publication};
use std::sync::Arc;

pub(crate) fn queue(id: &str) -> Object {
    Object::new(ObjectType::Queue, id)
}

/// A block of one row in the row's slot.
pub(crate) fn block(definition: &str, seq: u64, whole: bool, id: &str, value: f64) -> Block {
    let at = Micros::from_secs(seq.cast_signed());
    let cell = Cell { content: Content::Number(value), flags: Flags::default(), at };
    Block {
        definition: Text::from(definition),
        slot: queue(id).slot(),
        generation: 1,
        seq,
        at,
        whole,
        rows: vec![(queue(id), cell)],
        gone: Vec::new(),
    }
}

pub(crate) fn publication(generation: u64, second: i64, blocks: Vec<Block>) -> Arc<Publication> {
    let (producer, at) = (Text::from("dcu-0"), Micros::from_secs(second));
    Arc::new(Publication { producer, generation, at, blocks, ..Publication::default() })
}

pub(crate) fn named(id: &str, name: &str) -> ObjectInfo {
    ObjectInfo { object: queue(id), name: Text::from(name), groups: vec![Text::from("All")] }
}

/// A library of three statistics of queues.
pub(crate) fn library() -> Library {
    let stat = |name: &str| StatInfo {
        name: Text::from(name),
        title: Text::from(name),
        words: Text::from("Words."),
        unit: Text::from("count"),
        category: Text::from("TotalNumber"),
        object_types: vec![ObjectType::Queue],
    };
    Library::new(["Entered", "Answered", "Abandoned"].map(stat))
}
