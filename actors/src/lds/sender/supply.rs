//! What outlives a sender's incarnations: the source's items and the write that is under way.

use crate::lds::feed::SourceItem;
use model::Text;
use model::record::Record;
use model::snapshot::Snapshot;
use model::time::Position;
use ports::record_log::Entry;
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::{mpsc, oneshot};

/// The source's side of a sender.
#[derive(Debug)]
pub(in crate::lds) struct Supply {
    items: mpsc::Receiver<SourceItem>,
    /// Taken from the source, not yet judged.
    pub(super) waiting: VecDeque<SourceItem>,
    /// Judged and numbered, not yet known to be safe.
    pub(super) write: Option<Write>,
    /// A batch is being judged: if an incarnation ends here, that batch is lost.
    pub(super) judging: bool,
    /// The source has ended.
    pub(super) ended: bool,
}

/// Records on their way to the log.
#[derive(Debug)]
pub(super) struct Write {
    pub(super) source: Text,
    pub(super) state: Option<Snapshot>,
    pub(super) entries: Vec<Entry>,
    pub(super) frames: Vec<Arc<[u8]>>,
    pub(super) records: Arc<Vec<Record>>,
    pub(super) before: Position,
    pub(super) last: Position,
    /// Told when it is safe.
    pub(super) kept: Vec<oneshot::Sender<()>>,
}

/// Batches taken at a time.
const ITEMS_MAX: usize = 256;

impl Supply {
    pub(in crate::lds) fn new(items: mpsc::Receiver<SourceItem>) -> Self {
        Self { items, waiting: VecDeque::new(), write: None, judging: false, ended: false }
    }

    /// Waits until there is something to judge, or the source has ended.
    pub(super) fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if !self.waiting.is_empty() || self.ended {
            return Poll::Ready(());
        }
        let mut taken = Vec::new();
        match self.items.poll_recv_many(context, &mut taken, ITEMS_MAX) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(count) => {
                self.ended = count == 0;
                self.waiting.extend(taken);
                Poll::Ready(())
            }
        }
    }

    /// Takes more without waiting.
    pub(super) fn top_up(&mut self) {
        while self.waiting.len() < ITEMS_MAX {
            match self.items.try_recv() {
                Ok(item) => self.waiting.push_back(item),
                Err(_) => return,
            }
        }
    }

    /// Whether something was taken that is not yet told.
    pub(super) fn is_busy(&self) -> bool {
        self.write.is_some() || !self.waiting.is_empty()
    }

    /// Whether all that came is safe and told.
    pub(super) fn is_quiet(&self) -> bool {
        self.waiting.is_empty() && self.write.is_none() && self.items.is_empty()
    }
}
