//! The audit trail in memory.

use crate::documents::MemoryDocuments;
use crate::lock;
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use ports::Result;
use ports::audit::{Asked, Audit, Deed, ENTRIES_MAX, Entry, Keep};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Entries that are kept; then the oldest go.
const KEPT_MAX: usize = 20_000;

/// The entries, as they came.
#[derive(Default)]
pub(crate) struct Trail {
    entries: VecDeque<Entry>,
    numbered: u64,
}

impl Trail {
    /// One more; its number is given here.
    pub(crate) fn add(&mut self, entry: Entry) {
        self.numbered += 1;
        self.entries.push_back(Entry { number: self.numbered, ..entry });
        if self.entries.len() > KEPT_MAX {
            self.entries.pop_front();
        }
    }
}

fn is_asked(asked: &Asked, entry: &Entry) -> bool {
    let place = (entry.at, entry.number);
    (asked.kinds.is_empty() || asked.kinds.contains(&entry.kind))
        && asked.by.as_ref().is_none_or(|by| by.to_lowercase() == entry.by.to_lowercase())
        && asked.id.as_ref().is_none_or(|id| *id == entry.id)
        && asked.number.is_none_or(|number| number == entry.number)
        && asked.from.is_none_or(|from| from <= entry.at)
        && asked.to.is_none_or(|to| entry.at < to)
        && asked.after.is_none_or(|after| place < after)
}

fn is_deed(entry: &Entry) -> bool {
    entry.before == 0 && entry.after == 0
}

#[async_trait]
impl Audit for MemoryDocuments {
    async fn trail(&self, asked: &Asked) -> Result<Vec<Entry>> {
        let trail = lock(&self.trail);
        let mut found: Vec<&Entry> = trail.entries.iter().filter(|entry| is_asked(asked, entry)).collect();
        found.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.number)));
        Ok(found.into_iter().take(asked.limit.min(ENTRIES_MAX)).cloned().collect())
    }

    async fn note(&self, deed: &Deed) -> Result<()> {
        let Deed { kind, id, by, at, detail } = deed.clone();
        lock(&self.trail).add(Entry { number: 0, at, by, kind, id, before: 0, after: 0, detail });
        Ok(())
    }

    async fn latest(&self, kind: &str) -> Result<BTreeMap<Text, Micros>> {
        let mut latest = BTreeMap::new();
        for entry in lock(&self.trail).entries.iter().filter(|entry| entry.kind == kind && is_deed(entry)) {
            let at = latest.entry(entry.id.clone()).or_insert(entry.at);
            *at = entry.at.max(*at);
        }
        Ok(latest)
    }

    async fn forget(&self, keep: Keep) -> Result<u64> {
        let mut trail = lock(&self.trail);
        let before = trail.entries.len();
        let mut deeds: Vec<_> = trail
            .entries
            .iter()
            .filter(|entry| is_deed(entry))
            .map(|entry| (entry.at, entry.number))
            .collect();
        deeds.sort_unstable_by_key(|place| std::cmp::Reverse(*place));
        let surplus: BTreeSet<u64> = deeds.iter().skip(keep.deeds_max).map(|(_, number)| *number).collect();
        trail.entries.retain(|entry| entry.at >= keep.from && !surplus.contains(&entry.number));
        Ok((before - trail.entries.len()) as u64)
    }
}
