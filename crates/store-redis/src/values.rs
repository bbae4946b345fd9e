//! Current values: a hash of cells for each (slot, definition), and a channel of publications.

use crate::RedisStore;
use crate::follow::Follow;
use crate::keys::{field, object};
use crate::pack::{pack, unpack};
use async_trait::async_trait;
use model::time::Micros;
use model::{Object, Text};
use ports::slots::Fences;
use ports::values::{Before, Block, Cell, ObjectInfo, Publication, SourceState, Values};
use ports::{Result, StoreError};
use redis::{Pipeline, Script};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use tokio::sync::broadcast;

static CLAIM: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/claim.lua")));
static BLOCKS: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/blocks.lua")));
static GUARD: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/guard.lua")));
static MOVED: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/moved.lua")));

/// Cells that nobody has published for so long are forgotten.
const LIFETIME_SECONDS: u32 = 26 * 3600;
/// Lifetimes are renewed this often, by event time.
const RENEW_EVERY: Micros = Micros::from_secs(3600);
/// Announcements are cut into parts of this size.
const PART_BYTES: usize = 1 << 20;

/// What the store remembers of its own publications: which keys must not expire.
#[derive(Default)]
pub(crate) struct Published {
    keys: std::collections::BTreeSet<String>,
    renewed: Micros,
    announced: u64,
    /// Nobody knows what became of the last one: no answer came.
    is_uncertain: bool,
}

impl RedisStore {
    fn follow(&self) -> &Follow<Arc<Publication>> {
        let inner = &self.inner;
        inner.publications.get_or_init(|| Follow::start(inner.connect.clone(), inner.keys.one("news")))
    }

    /// Waits until publications are heard.
    pub async fn followed(&self) {
        self.follow().connected().await;
    }

    fn cells_key(&self, slot: u8, definition: &str) -> String {
        self.inner.keys.of(slot, format_args!("cells:{definition}"))
    }

    fn objects_key(&self, slot: u8) -> String {
        self.inner.keys.of(slot, "objects")
    }

    /// The scripts that keep a publication, but the first.
    fn keeping(&self, publication: &Publication) -> Result<Pipeline> {
        let keys = &self.inner.keys;
        let mut pipeline = redis::pipe();
        for (slot, told) in by_slot(publication) {
            let command = pipeline.cmd("EVALSHA").arg(BLOCKS.get_hash()).arg(told.blocks.len() + 2);
            command.arg(keys.of(slot, "blocks")).arg(self.objects_key(slot));
            for block in &told.blocks {
                command.arg(self.cells_key(slot, &block.definition));
            }
            // Names alone come under no fence: whoever tells them tells what the configuration says.
            let fence = told.blocks.first().map_or(u64::MAX >> 11, |block| block.generation);
            command.arg(publication.producer.as_str()).arg(fence).arg(LIFETIME_SECONDS);
            command.arg(told.objects.len() + told.gone.len());
            for info in told.objects {
                command.arg(field(&info.object)).arg(pack(info)?);
            }
            for object in told.gone {
                command.arg(field(object)).arg("");
            }
            for block in told.blocks {
                let Block { definition, generation, seq, at, whole, rows, gone, .. } = block;
                let meta = format!("{generation}|{seq}|{}|{}", at.0, publication.producer);
                command.arg(definition.as_str()).arg(meta).arg(u8::from(*whole)).arg(rows.len());
                for (object, cell) in rows {
                    command.arg(field(object)).arg(pack(cell)?);
                }
                command.arg(gone.len());
                for object in gone {
                    command.arg(field(object));
                }
            }
            pipeline.ignore();
        }
        let command = pipeline.cmd("EVALSHA").arg(MOVED.get_hash()).arg(2);
        command.arg(keys.one("producers")).arg(keys.one("sources"));
        command.arg(publication.producer.as_str()).arg(publication.generation).arg(publication.at.0);
        match publication.sources.is_empty() {
            true => command.arg(""),
            false => command.arg(pack(&publication.sources)?),
        };
        pipeline.ignore();
        Ok(pipeline)
    }

    /// Adds the announcement of a publication, in parts that have a number in common.
    fn announce(&self, pipeline: &mut Pipeline, publication: &Publication) -> Result<()> {
        let bytes = pack(publication)?;
        let number = {
            let mut published = crate::lock(&self.inner.published);
            published.announced += 1;
            published.announced
        };
        let stamp = format!("{}/{}/{number}", publication.producer, publication.generation);
        let parts = bytes.chunks(PART_BYTES).len();
        for (index, part) in bytes.chunks(PART_BYTES).enumerate() {
            let message = crate::follow::part(&stamp, index, parts, part);
            pipeline.cmd("PUBLISH").arg(self.inner.keys.one("news")).arg(message).ignore();
        }
        Ok(())
    }

    /// Renews the lifetimes of all that this process has published, once an hour.
    fn renew(&self, pipeline: &mut Pipeline, publication: &Publication) {
        let mut published = crate::lock(&self.inner.published);
        for block in &publication.blocks {
            published.keys.insert(self.cells_key(block.slot, &block.definition));
            published.keys.insert(self.inner.keys.of(block.slot, "blocks"));
            published.keys.insert(self.objects_key(block.slot));
        }
        if publication.at - published.renewed < RENEW_EVERY {
            return;
        }
        published.renewed = publication.at;
        for key in &published.keys {
            pipeline.cmd("EXPIRE").arg(key).arg(LIFETIME_SECONDS).ignore();
        }
    }
}

/// What a publication tells of one slot.
#[derive(Default)]
struct Told<'a> {
    blocks: Vec<&'a Block>,
    objects: Vec<&'a ObjectInfo>,
    gone: Vec<&'a Object>,
}

fn by_slot(publication: &Publication) -> BTreeMap<u8, Told<'_>> {
    let mut slots: BTreeMap<u8, Told<'_>> = BTreeMap::new();
    for block in &publication.blocks {
        slots.entry(block.slot).or_default().blocks.push(block);
    }
    for info in &publication.objects {
        slots.entry(info.object.slot()).or_default().objects.push(info);
    }
    for object in &publication.gone {
        slots.entry(object.slot()).or_default().gone.push(object);
    }
    slots
}

/// Runs a pipeline of scripts; loads them first if the server has lost them.
async fn run(
    connection: &mut redis::aio::MultiplexedConnection,
    pipeline: &Pipeline,
) -> redis::RedisResult<()> {
    match pipeline.query_async::<()>(connection).await {
        Err(error) if crate::failure::refusal(&error).is_some_and(|(code, _)| code == "NOSCRIPT") => {
            BLOCKS.prepare_invoke().load_async(connection).await?;
            MOVED.prepare_invoke().load_async(connection).await?;
            pipeline.query_async::<()>(connection).await
        }
        result => result,
    }
}

#[async_trait]
impl Values for RedisStore {
    async fn publish(&self, publication: Publication) -> Result<Before> {
        let mut pipeline = self.keeping(&publication)?;
        self.renew(&mut pipeline, &publication);
        let mut announcement = redis::pipe();
        self.announce(&mut announcement, &publication)?;
        let producers = self.inner.keys.one("producers");
        // It may be carried out although no answer comes. Then an emptied server knows of us, and yet has only what came
        // since: whoever gets an answer again is told that nothing was there.
        let was_uncertain = std::mem::replace(&mut crate::lock(&self.inner.published).is_uncertain, true);
        let is_known = self
            .call(async |connection| {
                let mut claim = CLAIM.key(producers);
                claim.arg(publication.producer.as_str()).arg(publication.generation);
                let known = claim.invoke_async::<u64>(connection).await? == 1;
                run(connection, &pipeline).await?;
                // Told when it is kept: a follower that loads everything must not find less than it has heard.
                announcement.query_async::<()>(connection).await?;
                Ok(known)
            })
            .await?;
        crate::lock(&self.inner.published).is_uncertain = false;
        Ok(if is_known && !was_uncertain { Before::Kept } else { Before::Nothing })
    }

    async fn guard(&self, slots: &Fences) -> Result<Micros> {
        let keys = &self.inner.keys;
        let told: Vec<String> = self
            .call(async |connection| {
                // Scripts may have been lost with the server.
                GUARD.prepare_invoke().load_async(connection).await?;
                let mut pipeline = redis::pipe();
                for (slot, fence) in slots {
                    let command = pipeline.cmd("EVALSHA").arg(GUARD.get_hash()).arg(1);
                    command.arg(keys.of(slot, "blocks")).arg(*fence).arg(LIFETIME_SECONDS);
                }
                pipeline.query_async(connection).await
            })
            .await?;
        let newest = told.iter().filter_map(|at| at.parse().ok()).max();
        Ok(Micros(newest.unwrap_or_default()))
    }

    async fn current(&self) -> Result<Vec<Publication>> {
        let keys = &self.inner.keys;
        let (producers, sources): (BTreeMap<String, String>, BTreeMap<String, Vec<u8>>) = self
            .call(async |connection| {
                let mut pipeline = redis::pipe();
                pipeline.cmd("HGETALL").arg(keys.one("producers"));
                pipeline.cmd("HGETALL").arg(keys.one("sources"));
                pipeline.query_async(connection).await
            })
            .await?;
        let mut found = BTreeMap::new();
        for (producer, told) in producers {
            let (generation, at) = told
                .split_once('|')
                .and_then(|(generation, at)| Some((generation.parse().ok()?, Micros(at.parse().ok()?))))
                .ok_or_else(|| StoreError::Corrupt(format!("producer {producer} in Redis reads {told:?}")))?;
            let sources: Vec<SourceState> =
                sources.get(&producer).map(|bytes| unpack("sources", bytes)).transpose()?.unwrap_or_default();
            let producer = Text::from(producer);
            let publication = Publication {
                producer: producer.clone(),
                generation,
                at,
                sources,
                objects: Vec::new(),
                blocks: Vec::new(),
                gone: Vec::new(),
            };
            found.insert(producer, publication);
        }
        for (producer, block) in self.blocks().await? {
            if let Some(publication) = found.get_mut(&producer) {
                publication.blocks.push(block);
            }
        }
        // Names belong to all of them.
        if let Some(first) = found.values_mut().next() {
            first.objects = self.objects().await?;
        }
        let mut all: Vec<Publication> = found.into_values().collect();
        for publication in &mut all {
            publication.blocks.sort_by(|a, b| (&a.definition, a.slot).cmp(&(&b.definition, b.slot)));
        }
        Ok(all)
    }

    fn subscribe(&self) -> broadcast::Receiver<Arc<Publication>> {
        self.follow().subscribe()
    }
}

impl RedisStore {
    async fn objects(&self) -> Result<Vec<ObjectInfo>> {
        let slots: Vec<BTreeMap<String, Vec<u8>>> = self
            .call(async |connection| {
                let mut pipeline = redis::pipe();
                for slot in 0..=u8::MAX {
                    pipeline.cmd("HGETALL").arg(self.objects_key(slot));
                }
                pipeline.query_async(connection).await
            })
            .await?;
        let infos = slots.iter().flat_map(BTreeMap::values);
        let mut infos =
            infos.map(|bytes| unpack::<ObjectInfo>("an object", bytes)).collect::<Result<Vec<_>>>()?;
        infos.sort_by(|a, b| a.object.cmp(&b.object));
        Ok(infos)
    }

    /// Every block with its producer. Slots are read one after the other, so that a large centre does not need one
    /// enormous answer.
    async fn blocks(&self) -> Result<Vec<(Text, Block)>> {
        let keys = &self.inner.keys;
        let known: Vec<Vec<String>> = self
            .call(async |connection| {
                let mut pipeline = redis::pipe();
                for slot in 0..=u8::MAX {
                    pipeline.cmd("HKEYS").arg(keys.of(slot, "blocks"));
                }
                pipeline.query_async(connection).await
            })
            .await?;
        let mut blocks = Vec::new();
        for (slot, mut definitions) in (0..=u8::MAX).zip(known) {
            definitions.retain(|definition| definition != "!");
            if definitions.is_empty() {
                continue;
            }
            // Numbers and cells of one instant: what is published meanwhile comes by its announcement, after these numbers.
            let told: Vec<BTreeMap<String, Vec<u8>>> = self
                .call(async |connection| {
                    let mut pipeline = redis::pipe();
                    pipeline.atomic().cmd("HGETALL").arg(keys.of(slot, "blocks"));
                    for definition in &definitions {
                        pipeline.cmd("HGETALL").arg(self.cells_key(slot, definition));
                    }
                    pipeline.query_async(connection).await
                })
                .await?;
            let mut told = told.into_iter();
            let metas = told.next().unwrap_or_default();
            for (definition, cells) in definitions.into_iter().zip(told) {
                // A definition that appeared meanwhile is announced whole.
                let Some(meta) = metas.get(&definition) else { continue };
                blocks.push(whole(slot, definition, &String::from_utf8_lossy(meta), cells)?);
            }
        }
        Ok(blocks)
    }
}

fn whole(
    slot: u8,
    definition: String,
    meta: &str,
    cells: BTreeMap<String, Vec<u8>>,
) -> Result<(Text, Block)> {
    let mut parts = meta.splitn(4, '|');
    let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok());
    let (Some(generation), Some(seq), Some(at)) = (number(), number(), number()) else {
        return Err(StoreError::Corrupt(format!(
            "block {definition} of slot {slot} in Redis reads {meta:?}"
        )));
    };
    let producer = Text::from(parts.next().unwrap_or_default());
    let mut rows: Vec<(Object, Cell)> = Vec::with_capacity(cells.len());
    for (field, bytes) in cells {
        let object = object(&field)
            .ok_or_else(|| StoreError::Corrupt(format!("{field:?} in Redis names no object")))?;
        rows.push((object, unpack("a cell", &bytes)?));
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    let block = Block {
        definition: definition.into(),
        slot,
        generation: generation.cast_unsigned(),
        seq: seq.cast_unsigned(),
        at: Micros(at),
        whole: true,
        rows,
        gone: Vec::new(),
    };
    Ok((producer, block))
}
