//! How many messages wait in the mailboxes of objects and statistics, by kind.

use model::ObjectType;
use runtime::Census;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A kind of actor that there are many of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of objects.
    Object(ObjectType),
    /// Of definitions.
    Statistic,
}

impl Kind {
    /// As the census calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Object(kind) => kind.name(),
            Self::Statistic => "Statistic",
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Object(kind) => kind as usize,
            Self::Statistic => KINDS - 1,
        }
    }
}

const KINDS: usize = ObjectType::ALL.len() + 1;

/// The messages that wait. All actors of a DCU live on one thread, which alone writes: neither locks nor locked
/// instructions are needed, others read what it was a moment ago.
#[derive(Debug)]
pub(super) struct Tally([AtomicU64; KINDS]);

impl Tally {
    /// Nothing waits; the census will be told what does.
    pub(super) fn new(census: &Census) -> Arc<Self> {
        let tally = Arc::new(Self([const { AtomicU64::new(0) }; KINDS]));
        let objects = ObjectType::ALL.iter().map(|kind| Kind::Object(*kind));
        for kind in objects.chain([Kind::Statistic]) {
            let tally = Arc::downgrade(&tally);
            census.watch_mailboxes(kind.name(), move || Some(tally.upgrade()?.waiting(kind)));
        }
        tally
    }

    /// A message was sent to one of the kind.
    pub(super) fn sent(&self, kind: Kind) {
        let waiting = &self.0[kind.index()];
        waiting.store(waiting.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// One of the kind has taken a message.
    pub(super) fn taken(&self, kind: Kind) {
        let waiting = &self.0[kind.index()];
        waiting.store(waiting.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
    }

    fn waiting(&self, kind: Kind) -> u64 {
        self.0[kind.index()].load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_place_of_its_own() {
        let census = Census::default();
        let tally = Tally::new(&census);
        let objects = ObjectType::ALL.iter().map(|kind| Kind::Object(*kind));
        for (count, kind) in objects.chain([Kind::Statistic]).enumerate() {
            census.started(kind.name());
            (0..=count).for_each(|_| tally.sent(kind));
            tally.taken(kind);
            assert_eq!(census.report()[kind.name()].waiting, Some(count as u64), "{kind:?}");
        }
    }
}
