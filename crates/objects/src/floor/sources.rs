//! Event sources: how far each was read, whether its link is up, what was read twice.

use model::record::Record;
use model::time::Position;
use rustc_hash::{FxHashSet, FxHasher};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

/// How many records without a number are remembered to find repeated ones.
const REMEMBERED: usize = 8192;

/// What is known of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SourceState {
    /// The last record taken in.
    pub(super) position: Position,
    /// Whether its link to the switch is up.
    pub(super) up: bool,
    unnumbered: Unnumbered,
}

impl Default for SourceState {
    fn default() -> Self {
        Self { position: Position::default(), up: true, unnumbered: Unnumbered::default() }
    }
}

impl SourceState {
    /// Whether the record was taken in before: by its number (contracts part 2), or by its content where it has
    /// none (rule Q-13).
    pub(super) fn is_repeated(&mut self, record: &Record) -> bool {
        let position = record.position();
        if position == Position::default() {
            return record.conn_id.is_some() && self.unnumbered.is_repeated(record);
        }
        let repeated = position <= self.position;
        self.position = self.position.max(position);
        repeated
    }
}

/// Hashes of the last records without a number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "VecDeque<u64>", into = "VecDeque<u64>")]
struct Unnumbered {
    order: VecDeque<u64>,
    known: FxHashSet<u64>,
}

impl Unnumbered {
    fn is_repeated(&mut self, record: &Record) -> bool {
        let mut hasher = FxHasher::default();
        let what = (&record.this_dn, &record.conn_id, &record.event, record.time);
        (what, &record.this_queue, &record.agent_id).hash(&mut hasher);
        let hash = hasher.finish();
        if !self.known.insert(hash) {
            return true;
        }
        self.order.push_back(hash);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        false
    }
}

impl From<VecDeque<u64>> for Unnumbered {
    fn from(order: VecDeque<u64>) -> Self {
        let known = order.iter().copied().collect();
        Self { order, known }
    }
}

impl From<Unnumbered> for VecDeque<u64> {
    fn from(unnumbered: Unnumbered) -> Self {
        unnumbered.order
    }
}
