//! Current values in memory: the newest cells of each producer, and a channel for those who follow.

use crate::{BACKLOG_MAX, lock};
use async_trait::async_trait;
use model::time::Micros;
use model::{Object, Text};
use ports::slots::Fences;
use ports::values::{Before, Block, Cell, ObjectInfo, Publication, SourceState, Values};
use ports::{Result, StoreError};
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
    sources: Vec<SourceState>,
}

#[derive(Default)]
struct Shelf {
    producers: BTreeMap<Text, Producer>,
    /// With the producer.
    blocks: BTreeMap<(Text, u8), (Text, Kept)>,
    objects: BTreeMap<Object, ObjectInfo>,
    guards: Fences,
}

/// Values that live as long as the process.
pub struct MemoryValues {
    shelf: Mutex<Shelf>,
    followers: broadcast::Sender<Arc<Publication>>,
}

impl Default for MemoryValues {
    fn default() -> Self {
        Self { shelf: Mutex::default(), followers: broadcast::Sender::new(BACKLOG_MAX) }
    }
}

#[async_trait]
impl Values for MemoryValues {
    async fn publish(&self, publication: Publication) -> Result<Before> {
        let mut shelf = lock(&self.shelf);
        shelf.admit(&publication)?;
        let known = shelf.keep(&publication);
        // Sent under the lock, so that everybody hears publications in the order in which they were kept.
        // No follower is not an error.
        let _ = self.followers.send(Arc::new(publication));
        Ok(if known { Before::Kept } else { Before::Nothing })
    }

    async fn guard(&self, slots: &Fences) -> Result<Micros> {
        let mut shelf = lock(&self.shelf);
        for (slot, fence) in slots {
            let guard = shelf.guards.entry(*slot).or_default();
            *guard = (*guard).max(*fence);
        }
        let own = shelf.blocks.iter().filter(|((_, slot), _)| slots.contains_key(slot));
        Ok(own.map(|(_, (_, kept))| kept.at).max().unwrap_or_default())
    }

    async fn current(&self) -> Result<Vec<Publication>> {
        Ok(lock(&self.shelf).current())
    }

    fn subscribe(&self) -> broadcast::Receiver<Arc<Publication>> {
        self.followers.subscribe()
    }
}

impl Shelf {
    /// Neither a predecessor that is still writing nor a slot's former owner may overwrite what came after it.
    fn admit(&self, publication: &Publication) -> Result<()> {
        let Publication { producer, generation, .. } = publication;
        let newest = self.producers.get(producer).map_or(0, |known| known.generation);
        if *generation < newest {
            return Err(StoreError::Fenced(format!(
                "{producer} publishes as generation {generation}, but {newest} has begun"
            )));
        }
        for Block { slot, generation, .. } in &publication.blocks {
            let guard = self.guards.get(slot).copied().unwrap_or_default();
            if *generation < guard {
                return Err(StoreError::Fenced(format!(
                    "{producer} publishes slot {slot} under fence {generation}, but it was taken under {guard}"
                )));
            }
        }
        Ok(())
    }

    /// Whether something of the same generation was there.
    fn keep(&mut self, publication: &Publication) -> bool {
        let producer = self.producers.entry(publication.producer.clone()).or_default();
        let known = producer.generation == publication.generation;
        (producer.generation, producer.at) = (publication.generation, publication.at);
        if !publication.sources.is_empty() {
            producer.sources.clone_from(&publication.sources);
        }
        for block in &publication.blocks {
            let kept = self.blocks.entry((block.definition.clone(), block.slot)).or_default();
            kept.0.clone_from(&publication.producer);
            kept.1.take(block);
        }
        self.objects.extend(publication.objects.iter().map(|info| (info.object.clone(), info.clone())));
        self.objects.retain(|object, _| !publication.gone.contains(object));
        known
    }

    fn current(&self) -> Vec<Publication> {
        let publication = |(name, producer): (&Text, &Producer)| Publication {
            producer: name.clone(),
            generation: producer.generation,
            at: producer.at,
            blocks: Vec::new(),
            objects: Vec::new(),
            sources: producer.sources.clone(),
            gone: Vec::new(),
        };
        let mut all: BTreeMap<Text, Publication> =
            self.producers.iter().map(|producer| (producer.0.clone(), publication(producer))).collect();
        for ((definition, slot), (producer, kept)) in &self.blocks {
            if let Some(publication) = all.get_mut(producer) {
                publication.blocks.push(kept.whole(definition, *slot));
            }
        }
        // Names belong to all of them.
        if let Some(first) = all.values_mut().next() {
            first.objects = self.objects.values().cloned().collect();
        }
        all.into_values().collect()
    }
}

impl Kept {
    fn whole(&self, definition: &Text, slot: u8) -> Block {
        Block {
            definition: definition.clone(),
            slot,
            generation: self.generation,
            seq: self.seq,
            at: self.at,
            whole: true,
            rows: self.rows.iter().map(|(object, cell)| (object.clone(), cell.clone())).collect(),
            gone: Vec::new(),
        }
    }

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
