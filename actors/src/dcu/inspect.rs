//! What a checkpoint holds, for who looks at it.

use super::restore;
use super::statistic::parse_chunk_name;
use super::statistics::Opened;
use model::time::Micros;
use model::{SlotSet, Text};
use objects::{AnyBrain, Floor};
use ports::StoreError;
use ports::checkpoints::Restored;
use std::collections::BTreeMap;

/// What was found in a checkpoint.
#[derive(Clone, Debug, Default)]
pub struct Inspected {
    /// Objects that have state of their own, by what they are.
    pub objects: BTreeMap<&'static str, usize>,
    /// Statistics that were open, by key.
    pub statistics: BTreeMap<Text, RowsOf>,
    /// Pieces that can't be read, by name, and why.
    pub unreadable: BTreeMap<Text, String>,
}

/// The rows of one statistic.
#[derive(Clone, Debug, Default)]
pub struct RowsOf {
    /// How many objects have one.
    pub rows: usize,
    /// Since when it is computed.
    pub since: Micros,
    /// Bytes of its pieces.
    pub bytes: usize,
}

/// Reads a checkpoint as a DCU would that goes on from it, piece by piece; nothing of it starts.
pub fn inspect(restored: &Restored) -> Inspected {
    let mut found = Inspected::default();
    for chunk in &restored.chunks {
        let outcome = match chunk.name.as_str() {
            "floor" => restore::read::<Floor>(&chunk.name, &chunk.bytes).map(drop),
            "opened" => restore::read::<Vec<Opened>>(&chunk.name, &chunk.bytes).map(|opened| {
                for Opened { wanted, creation, .. } in opened {
                    found.statistics.entry(wanted.key()).or_default().since = creation;
                }
            }),
            name => match parse_chunk_name(name) {
                Some((_, key)) => restore::read::<stats::Chunk>(name, &chunk.bytes).map(|rows| {
                    let of = found.statistics.entry(key.into()).or_default();
                    of.rows += rows.rows();
                    of.bytes += chunk.bytes.len();
                }),
                None => restore::read::<AnyBrain>(name, &chunk.bytes).map(|brain| {
                    *found.objects.entry(kind(&brain)).or_default() += 1;
                }),
            },
        };
        if let Err(error) = outcome {
            found.unreadable.insert(chunk.name.clone(), cause(error));
        }
    }
    // Each piece may be fine, and they may not fit together. Days begin in no zone that matters here.
    if found.unreadable.is_empty()
        && let Err(error) = restore::statistics(restored, "UTC", SlotSet::ALL)
    {
        found.unreadable.insert(Text::const_new("statistics"), cause(error));
    }
    found
}

fn cause(error: StoreError) -> String {
    match error {
        StoreError::Corrupt(cause) => cause,
        other => other.to_string(),
    }
}

fn kind(brain: &AnyBrain) -> &'static str {
    match brain {
        AnyBrain::Device(_) => "devices",
        AnyBrain::Agent(_) => "agents",
        AnyBrain::Place(_) => "places",
        AnyBrain::Queue(_) => "queues",
        AnyBrain::Area(_) => "interaction queues and workbins",
        AnyBrain::Campaign(_) => "campaigns",
        AnyBrain::Group(_) => "groups",
    }
}
