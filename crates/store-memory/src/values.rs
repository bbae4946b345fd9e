//! Current values in memory: the newest cells of each producer, and a channel for those who follow.

use crate::{BACKLOG_MAX, lock};
use async_trait::async_trait;
use model::time::Micros;
use model::{Object, Text};
use ports::Result;
use ports::values::{Before, Block, Cell, ObjectInfo, Publication, SourceState, Values};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::broadcast;

/// The newest cells of one definition within one slot.
#[derive(Default)]
struct Kept {
    generation: u64,
    seq: u64,
    at: Micros,
    rows: BTreeMap<Object, Cell>,
}

#[derive(Default)]
struct Producer {
    generation: u64,
    at: Micros,
    blocks: BTreeMap<(Text, u8), Kept>,
    objects: BTreeMap<Object, ObjectInfo>,
    sources: Vec<SourceState>,
}

/// Values that live as long as the process.
pub struct MemoryValues {
    producers: Mutex<BTreeMap<Text, Producer>>,
    followers: broadcast::Sender<Arc<Publication>>,
}

impl Default for MemoryValues {
    fn default() -> Self {
        Self { producers: Mutex::default(), followers: broadcast::Sender::new(BACKLOG_MAX) }
    }
}

#[async_trait]
impl Values for MemoryValues {
    async fn publish(&self, publication: Publication) -> Result<Before> {
        let mut producers = lock(&self.producers);
        let producer = producers.entry(publication.producer.clone()).or_default();
        // A predecessor that is still writing must not overwrite its successor.
        if publication.generation < producer.generation {
            return Err(ports::StoreError::Fenced(format!(
                "{} publishes as generation {}, but {} has begun",
                publication.producer, publication.generation, producer.generation
            )));
        }
        let known = producer.generation == publication.generation;
        producer.keep(&publication);
        // Sent under the lock, so that everybody hears publications in the order in which they were kept.
        // No follower is not an error.
        let _ = self.followers.send(Arc::new(publication));
        Ok(if known { Before::Kept } else { Before::Nothing })
    }

    async fn current(&self) -> Result<Vec<Publication>> {
        Ok(lock(&self.producers).iter().map(|(name, producer)| producer.whole(name)).collect())
    }

    fn subscribe(&self) -> broadcast::Receiver<Arc<Publication>> {
        self.followers.subscribe()
    }
}

impl Producer {
    fn keep(&mut self, publication: &Publication) {
        self.generation = publication.generation;
        self.at = publication.at;
        for block in &publication.blocks {
            self.blocks.entry((block.definition.clone(), block.slot)).or_default().take(block);
        }
        for info in &publication.objects {
            self.objects.insert(info.object.clone(), info.clone());
        }
        for object in &publication.gone {
            self.objects.remove(object);
        }
        if !publication.sources.is_empty() {
            self.sources.clone_from(&publication.sources);
        }
    }

    fn whole(&self, name: &Text) -> Publication {
        let block = |((definition, slot), kept): (&(Text, u8), &Kept)| Block {
            definition: definition.clone(),
            slot: *slot,
            generation: kept.generation,
            seq: kept.seq,
            at: kept.at,
            whole: true,
            rows: kept.rows.iter().map(|(object, cell)| (object.clone(), cell.clone())).collect(),
            gone: Vec::new(),
        };
        Publication {
            producer: name.clone(),
            generation: self.generation,
            at: self.at,
            blocks: self.blocks.iter().map(block).collect(),
            objects: self.objects.values().cloned().collect(),
            sources: self.sources.clone(),
            gone: Vec::new(),
        }
    }
}

impl Kept {
    fn take(&mut self, block: &Block) {
        // The first block of a generation holds all there is of it.
        if block.whole || block.generation != self.generation {
            self.rows.clear();
        }
        (self.generation, self.seq, self.at) = (block.generation, block.seq, block.at);
        for (object, cell) in &block.rows {
            self.rows.insert(object.clone(), cell.clone());
        }
        for object in &block.gone {
            self.rows.remove(object);
        }
    }
}
