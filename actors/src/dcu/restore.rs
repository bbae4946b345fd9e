//! From a checkpoint back to objects and statistics.

use super::statistic::parse_chunk_name;
use super::statistics::Opened;
use model::object::ObjectIx;
use model::tenant::Tenant;
use model::{SlotSet, Text};
use objects::{AnyBrain, Floor};
use ports::StoreError;
use ports::checkpoints::Restored;
use serde::de::DeserializeOwned;
use stats::{Chunk, Statistic};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a checkpoint is of no use.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    #[error("the tenant's configuration can't be used: {0}")]
    Tenant(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The floor, and the brains of objects that have one; those of the tenant's beginning if nothing was kept.
pub(super) fn objects(
    tenant: &Tenant,
    restored: &Restored,
) -> Result<(Floor, Vec<(ObjectIx, AnyBrain)>), Unusable> {
    let floor = match restored.chunks.iter().find(|chunk| chunk.name == "floor") {
        Some(chunk) => read(&chunk.name, &chunk.bytes)?,
        None => Floor::new(tenant).map_err(|error| Unusable::Tenant(error.to_string()))?,
    };
    let mut brains = Vec::new();
    for chunk in &restored.chunks {
        if let Some(ix) = chunk.name.strip_prefix("object/").and_then(|ix| ix.parse().ok()) {
            brains.push((ObjectIx(ix), read::<AnyBrain>(&chunk.name, &chunk.bytes)?));
        }
    }
    Ok((floor, brains))
}

/// What was open, by key, with the rows of `slots`.
pub(super) fn statistics(
    restored: &Restored,
    zone: &str,
    slots: SlotSet,
) -> Result<BTreeMap<Text, (Opened, Statistic)>, StoreError> {
    let mut open = BTreeMap::new();
    let Some(opened) = restored.chunks.iter().find(|chunk| chunk.name == "opened") else { return Ok(open) };
    let mut rows: BTreeMap<&str, Vec<Chunk>> = BTreeMap::new();
    for chunk in &restored.chunks {
        if let Some((_, key)) = parse_chunk_name(&chunk.name) {
            rows.entry(key).or_default().push(read(&chunk.name, &chunk.bytes)?);
        }
    }
    for opened in read::<Vec<Opened>>("opened", &opened.bytes)? {
        let key = opened.wanted.key();
        let unusable = |cause: String| StoreError::Corrupt(format!("statistic {key}: {cause}"));
        let definition = Arc::new(opened.definition.clone());
        let mut statistic = Statistic::open(definition, opened.creation, zone)
            .map_err(|error| unusable(error.to_string()))?;
        let chunks = rows.remove(key.as_str()).unwrap_or_default();
        statistic.load(&chunks).map_err(|error| unusable(error.to_string()))?;
        statistic.advance(restored.pointer.at);
        let statistic = match slots == SlotSet::ALL {
            true => statistic,
            false => statistic.only(slots).map_err(|error| unusable(error.to_string()))?,
        };
        open.insert(key, (opened, statistic));
    }
    Ok(open)
}

pub(super) fn read<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, StoreError> {
    let unreadable = |error| {
        StoreError::Corrupt(format!(
            "checkpoint chunk {name} can't be read: {error}; remove the checkpoint to rebuild from the journal"
        ))
    };
    rmp_serde::from_slice(bytes).map_err(unreadable)
}
