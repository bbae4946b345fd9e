//! Checkpoints in memory: outlive an actor, not the process.

use crate::lock;
use async_trait::async_trait;
use model::Text;
use ports::checkpoints::{Checkpoints, Chunk, Pointer, Restored};
use ports::{Result, StoreError};
use std::collections::BTreeMap;
use std::sync::Mutex;

#[derive(Default)]
struct Owner {
    fence: u64,
    pointer: Option<Pointer>,
    valid: BTreeMap<Text, Chunk>,
    /// By generation, then by name: a chunk, or that it is gone.
    staged: BTreeMap<u64, BTreeMap<Text, Option<Chunk>>>,
}

impl Owner {
    /// Lets the newest owner write, nobody before it.
    fn admit(&self, name: &str, fence: u64) -> Result<()> {
        if fence < self.fence {
            let newest = self.fence;
            return Err(StoreError::Fenced(format!(
                "{name} writes with fence {fence}, but {newest} was taken"
            )));
        }
        Ok(())
    }
}

/// Checkpoints for tests.
#[derive(Default)]
pub struct MemoryCheckpoints {
    owners: Mutex<BTreeMap<Text, Owner>>,
}

#[async_trait]
impl Checkpoints for MemoryCheckpoints {
    async fn take(&self, owner: &str) -> Result<u64> {
        let mut owners = lock(&self.owners);
        let owner = owners.entry(Text::from(owner)).or_default();
        owner.fence += 1;
        Ok(owner.fence)
    }

    async fn stage(
        &self,
        owner: &str,
        fence: u64,
        generation: u64,
        chunks: Vec<Chunk>,
        gone: Vec<Text>,
    ) -> Result<()> {
        let mut owners = lock(&self.owners);
        let entry = owners.entry(Text::from(owner)).or_default();
        entry.admit(owner, fence)?;
        let staged = entry.staged.entry(generation).or_default();
        staged.extend(gone.into_iter().map(|name| (name, None)));
        staged.extend(chunks.into_iter().map(|chunk| (chunk.name.clone(), Some(chunk))));
        Ok(())
    }

    async fn flip(&self, owner: &str, pointer: Pointer) -> Result<()> {
        let mut owners = lock(&self.owners);
        let name = owner;
        let owner = owners.entry(Text::from(name)).or_default();
        owner.admit(name, pointer.fence)?;
        let there = owner.pointer.as_ref().map_or(0, |pointer| pointer.generation);
        if there < pointer.base {
            let base = pointer.base;
            return Err(StoreError::Emptied(format!(
                "{name} changes generation {base}, but {there} is there"
            )));
        }
        if pointer.base == 0 {
            owner.valid.clear();
        }
        let later = owner.staged.split_off(&(pointer.generation + 1));
        for (name, chunk) in std::mem::replace(&mut owner.staged, later).into_values().flatten() {
            match chunk {
                Some(chunk) => owner.valid.insert(name, chunk),
                None => owner.valid.remove(&name),
            };
        }
        owner.pointer = Some(pointer);
        Ok(())
    }

    async fn newest(&self, owner: &str) -> Result<Option<Restored>> {
        let mut owners = lock(&self.owners);
        let Some(owner) = owners.get_mut(owner) else { return Ok(None) };
        owner.staged.clear();
        let chunks = owner.valid.values().cloned().collect();
        Ok(owner.pointer.clone().map(|pointer| Restored { pointer, chunks }))
    }

    async fn remove(&self, owner: &str) -> Result<()> {
        if let Some(owner) = lock(&self.owners).get_mut(owner) {
            *owner = Owner { fence: owner.fence, ..Owner::default() };
        }
        Ok(())
    }
}
