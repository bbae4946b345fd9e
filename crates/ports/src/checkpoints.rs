//! Checkpoints: the state of a DCU's slots, written in chunks under a new generation and made valid by one flip.

use crate::Result;
use async_trait::async_trait;
use model::Text;
use model::time::{Micros, Position};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A piece of state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// The slot it belongs to; state that belongs to no object lies in slot 0.
    pub slot: u8,
    /// Unique within the owner.
    pub name: Text,
    /// The state.
    pub bytes: Vec<u8>,
}

/// What makes a generation valid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// Rises with every checkpoint.
    pub generation: u64,
    /// The last record of each source that the state has seen.
    pub positions: BTreeMap<Text, Position>,
    /// The clock of the state.
    pub at: Micros,
    /// The highest event time that was published when the state was taken.
    pub published: Micros,
    /// Rises with every owner: a writer with a lower one is fenced off.
    pub fence: u64,
    /// The generation that this one changes; 0 for one that holds everything.
    #[serde(default)]
    pub base: u64,
}

/// A checkpoint as it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Where it stands.
    pub pointer: Pointer,
    /// The newest valid chunk of each name.
    pub chunks: Vec<Chunk>,
}

/// Where checkpoints are kept.
#[async_trait]
pub trait Checkpoints: Send + Sync {
    /// Takes ownership: answers the new fence, higher than all before.
    async fn take(&self, owner: &str) -> Result<u64>;
    /// Writes changed chunks under `generation`; nobody sees them before the flip. `gone` names chunks that the
    /// generation no longer has. Refused with `Fenced` for a fence below the newest: what a former owner still has to
    /// say must not mix with what its successor stages.
    async fn stage(
        &self,
        owner: &str,
        fence: u64,
        generation: u64,
        chunks: Vec<Chunk>,
        gone: Vec<Text>,
    ) -> Result<()>;
    /// Makes all that was staged up to `pointer.generation` valid, at once or not at all; forgets what is
    /// overwritten. Refused with `Fenced` for a fence below the newest, with `Emptied` when the generation changes one
    /// that is no longer there.
    async fn flip(&self, owner: &str, pointer: Pointer) -> Result<()>;
    /// The newest valid state; forgets what was staged and never flipped.
    async fn newest(&self, owner: &str) -> Result<Option<Restored>>;
    /// Forgets the state; the fence stays as it is.
    async fn remove(&self, owner: &str) -> Result<()>;
}
