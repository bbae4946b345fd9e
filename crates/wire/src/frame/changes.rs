//! Configuration on its way: objects with revisions, whole or what changed of them (contracts, part 5).

use super::{FRAME_BYTES_MAX, Frame, FrameError, encode};
use model::Text;
use model::record::Change;
use model::time::Position;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most objects that one tenant may have on a link.
const OBJECTS_MAX: usize = 4_000_000;

/// Changes of one tenant's configuration, or a part of the whole of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// The tenant.
    pub source: Text,
    /// When the counting of revisions began; another epoch means that all is to be read again.
    pub epoch: u64,
    /// The revision that the receiver has after this frame; of the whole: after its last part.
    pub revision: u64,
    /// Of the whole configuration: which part this is, counted from 0. Absent where the frame tells what changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<u32>,
    /// The last part of the whole: all parts are applied at once, and replace what was known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub last: bool,
    /// In order of their revisions; in the whole: in the order in which objects need each other.
    pub changes: Vec<Revised>,
}

/// One object, or what changed of it, with its revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revised {
    /// Rises with every change of any object of the tenant.
    pub revision: u64,
    /// The table of tenant.toml.
    pub object: Text,
    /// Which of its objects.
    pub id: Text,
    /// The keys that change; each replaces the former value whole, null takes it away.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<Text, Value>,
    /// The object is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

impl Revised {
    /// The change of that revision.
    pub fn new(revision: u64, change: Change) -> Self {
        let Change { object, id, set, gone } = change;
        Self { revision, object, id, set, gone }
    }

    /// Without its revision.
    pub fn into_change(self) -> Change {
        let Self { object, id, set, gone, .. } = self;
        Change { object, id, set, gone }
    }
}

/// The frames that tell `changes`, each at most 1 MiB: as changes that lead to the position, or (`whole`) as the
/// whole configuration at that position.
///
/// # Errors
/// One object alone that is too large for a frame.
pub fn changes_frames(
    source: &Text,
    position: Position,
    whole: bool,
    changes: Vec<Revised>,
) -> Result<Vec<Arc<[u8]>>, FrameError> {
    let room = FRAME_BYTES_MAX - 256 - source.len().min(FRAME_BYTES_MAX / 2);
    let mut lots: Vec<Vec<Revised>> = vec![Vec::new()];
    let mut filled = 0;
    for change in changes {
        let size = size(&change)?;
        if filled + size > room && filled > 0 {
            lots.push(Vec::new());
            filled = 0;
        }
        filled += size;
        if let Some(lot) = lots.last_mut() {
            lot.push(change);
        }
    }
    let count = lots.len();
    let frame = |(at, changes): (usize, Vec<Revised>)| {
        let last = at + 1 == count;
        let newest = changes.last().map_or(position.seq, |change| change.revision);
        encode(&Frame::Changes(Changes {
            source: source.clone(),
            epoch: position.epoch,
            revision: if whole || last { position.seq } else { newest },
            part: whole.then_some(at as u32),
            last: whole && last,
            changes,
        }))
    };
    lots.into_iter().enumerate().map(frame).collect()
}

/// Puts the parts of a whole configuration together. One for each link and tenant.
#[derive(Clone, Debug, Default)]
pub struct Gathering {
    open: Option<Changes>,
}

impl Gathering {
    /// Takes in a frame; answers what is complete: changes at once, the whole after its last part, as part 0.
    ///
    /// # Errors
    /// A part out of turn, or more objects than any tenant has.
    pub fn push(&mut self, frame: Changes) -> Result<Option<Changes>, FrameError> {
        let Some(part) = frame.part else {
            return match self.open {
                None => Ok(Some(frame)),
                Some(_) => Err(out_of_turn("a change came between parts of the whole configuration")),
            };
        };
        let mut open = match self.open.take() {
            None if part == 0 => Changes { changes: Vec::new(), ..frame.clone() },
            Some(open) if follows(&open, &frame) => open,
            _ => return Err(out_of_turn(&format!("part {part} of a configuration came out of turn"))),
        };
        open.changes.extend(frame.changes);
        open.part = Some(part);
        if open.changes.len() > OBJECTS_MAX {
            return Err(out_of_turn("a configuration of more than four million objects"));
        }
        if frame.last {
            return Ok(Some(Changes { part: Some(0), last: true, ..open }));
        }
        self.open = Some(open);
        Ok(None)
    }
}

fn size(change: &Revised) -> Result<usize, FrameError> {
    let bytes = rmp_serde::to_vec_named(change).map_err(|error| FrameError::Garbage(error.to_string()))?;
    Ok(bytes.len())
}

fn follows(open: &Changes, next: &Changes) -> bool {
    open.part.zip(next.part).is_some_and(|(open, next)| open.checked_add(1) == Some(next))
        && (&open.source, open.epoch, open.revision) == (&next.source, next.epoch, next.revision)
}

fn out_of_turn(words: &str) -> FrameError {
    FrameError::Garbage(words.to_owned())
}
