//! Checkpoints: a hash of chunks by generation and name, and an index that one script flips.

use crate::RedisStore;
use crate::pack::{pack, unpack};
use async_trait::async_trait;
use model::Text;
use ports::checkpoints::{Checkpoints, Chunk, Pointer, Restored};
use ports::{Result, StoreError};
use redis::{Script, ScriptInvocation};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static TAKE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/take.lua")));
static STAGE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/stage.lua")));
static FLIP: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/flip.lua")));
static FORGET: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/forget.lua")));

/// The state of an owner that has not written for so long is forgotten: its journal is, too.
const LIFETIME_SECONDS: u32 = 7 * 86_400;
/// Chunks travel in portions of about this many bytes.
const PORTION_BYTES: usize = 4 << 20;
/// How often a checkpoint that changes while it is looked at is looked at again.
const LOOKS_MAX: usize = 5;
/// Chunks are read in portions of so many.
const PORTION_CHUNKS: usize = 256;

struct Names {
    owner: String,
    chunks: String,
    staged: String,
    index: String,
}

impl RedisStore {
    fn names(&self, owner: &str) -> Names {
        let key = |name| self.inner.keys.of(owner, name);
        Names { owner: key("owner"), chunks: key("chunks"), staged: key("staged"), index: key("index") }
    }
}

impl RedisStore {
    /// What is valid.
    async fn valid(&self, names: &Names) -> Result<Option<Restored>> {
        let (pointer, index): (Option<Vec<u8>>, BTreeMap<String, String>) = self
            .call(async |connection| {
                let mut both = redis::pipe();
                both.atomic().cmd("HGET").arg(&names.owner).arg("pointer").cmd("HGETALL").arg(&names.index);
                both.query_async(connection).await
            })
            .await?;
        let Some(pointer) = pointer else { return Ok(None) };
        let pointer: Pointer = unpack("a checkpoint", &pointer)?;
        let index: Vec<(String, String)> = index.into_iter().collect();
        let mut chunks = Vec::with_capacity(index.len());
        for portion in index.chunks(PORTION_CHUNKS) {
            let bodies: Vec<Option<Vec<u8>>> = self
                .call(async |connection| {
                    let mut read = redis::cmd("HMGET");
                    read.arg(&names.chunks);
                    for (name, generation) in portion {
                        read.arg(format!("{generation}/{name}"));
                    }
                    read.query_async(connection).await
                })
                .await?;
            for ((name, _), body) in portion.iter().zip(bodies) {
                chunks.push(chunk(name, &body.unwrap_or_default())?);
            }
        }
        Ok(Some(Restored { pointer, chunks }))
    }

    /// The valid checkpoints of the volumes in which slots' states lie, for who looks at them: nothing is taken, and
    /// nothing is forgotten.
    ///
    /// # Errors
    /// As those of [`Checkpoints::newest`].
    pub async fn all_checkpoints(&self) -> Result<Vec<(Text, Restored)>> {
        let volumes: BTreeSet<Text> = self.volumes().await?.into_values().collect();
        let mut found = Vec::with_capacity(volumes.len());
        for volume in volumes {
            let names = self.names(&volume);
            let mut restored = self.valid(&names).await;
            // A flip between two reads takes away what was just listed.
            for _ in 1..LOOKS_MAX {
                if !matches!(restored, Err(StoreError::Corrupt(_))) {
                    break;
                }
                restored = self.valid(&names).await;
            }
            found.extend(restored?.map(|restored| (volume, restored)));
        }
        Ok(found)
    }
}

/// The slot, then the state. An empty state is a chunk all the same.
fn body(chunk: &Chunk) -> Vec<u8> {
    let mut body = Vec::with_capacity(chunk.bytes.len() + 1);
    body.push(chunk.slot);
    body.extend_from_slice(&chunk.bytes);
    body
}

fn chunk(name: &str, body: &[u8]) -> Result<Chunk> {
    let (slot, bytes) = body.split_first().ok_or_else(|| {
        StoreError::Corrupt(format!(
            "chunk {name} in Redis is empty; remove the checkpoint to rebuild the state"
        ))
    })?;
    Ok(Chunk { slot: *slot, name: name.into(), bytes: bytes.to_vec() })
}

#[async_trait]
impl Checkpoints for RedisStore {
    async fn take(&self, owner: &str) -> Result<u64> {
        let key = self.names(owner).owner;
        let mut take = TAKE.key(key);
        take.arg(LIFETIME_SECONDS);
        self.call(async |connection| take.invoke_async(connection).await).await
    }

    async fn stage(
        &self,
        owner: &str,
        fence: u64,
        generation: u64,
        chunks: Vec<Chunk>,
        gone: Vec<Text>,
    ) -> Result<()> {
        let names = self.names(owner);
        let mut rest = chunks.as_slice();
        let mut gone = Some(gone);
        while !rest.is_empty() || gone.is_some() {
            let mut bytes = 0;
            let fits = rest.iter().take_while(|chunk| {
                let first = bytes == 0;
                bytes += chunk.bytes.len() + 64;
                first || bytes <= PORTION_BYTES
            });
            let (portion, later) = rest.split_at(fits.count());
            rest = later;
            let mut stage: ScriptInvocation<'_> = STAGE.key(&names.owner);
            stage.key(&names.chunks).key(&names.staged);
            stage.arg(owner).arg(fence).arg(generation).arg(portion.len());
            for chunk in portion {
                stage.arg(chunk.name.as_str()).arg(body(chunk));
            }
            for name in gone.take().unwrap_or_default() {
                stage.arg(name.as_str());
            }
            self.call(async |connection| stage.invoke_async::<()>(connection).await).await?;
        }
        Ok(())
    }

    async fn flip(&self, owner: &str, pointer: Pointer) -> Result<()> {
        let names = self.names(owner);
        let mut flip = FLIP.key(names.owner);
        flip.key(names.chunks).key(names.staged).key(names.index);
        flip.arg(owner).arg(pointer.fence).arg(pointer.generation).arg(pack(&pointer)?).arg(LIFETIME_SECONDS);
        flip.arg(pointer.base);
        self.call(async |connection| flip.invoke_async::<()>(connection).await).await
    }

    async fn newest(&self, owner: &str) -> Result<Option<Restored>> {
        let names = self.names(owner);
        let mut forget = FORGET.key(&names.chunks);
        forget.key(&names.staged).key(&names.index);
        self.call(async |connection| forget.invoke_async::<()>(connection).await).await?;
        self.valid(&names).await
    }

    async fn remove(&self, owner: &str) -> Result<()> {
        let names = self.names(owner);
        let mut forget = redis::pipe();
        forget.atomic().cmd("DEL").arg(names.chunks).arg(names.staged).arg(names.index).ignore();
        forget.cmd("HDEL").arg(names.owner).arg("pointer").arg("generation").ignore();
        self.call(async |connection| forget.query_async::<()>(connection).await).await
    }
}
