//! Who listens to a source: shared by its sender, whichever incarnation, and by the receivers.

use actix::prelude::{Message, Recipient};
use model::Text;
use model::record::Record;
use model::time::Position;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a sender tells. Clones share the load.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub(super) enum News {
    /// Records are safe.
    Kept(Arc<Kept>),
    /// Nothing came for a while.
    Beat(Arc<Beat>),
}

/// Records of one source that are on disk.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) source: Text,
    /// The position before the first of them.
    pub(super) before: Position,
    /// The position of the last.
    pub(super) last: Position,
    /// The records as frames, encoded once for all.
    pub(super) frames: Vec<Arc<[u8]>>,
    pub(super) records: Arc<Vec<Record>>,
}

/// How far a source has come, encoded once for all.
#[derive(Debug)]
pub(super) struct Beat {
    pub(super) source: Text,
    pub(super) position: Position,
    pub(super) frame: Arc<[u8]>,
}

/// The receivers of one source, by their number.
#[derive(Debug, Default)]
pub(super) struct Audience(Mutex<BTreeMap<u64, Recipient<News>>>);

impl Audience {
    pub(super) fn join(&self, number: u64, receiver: Recipient<News>) {
        self.lock().insert(number, receiver);
    }

    pub(super) fn leave(&self, number: u64) {
        self.lock().remove(&number);
    }

    /// Tells everybody; answers how many mailboxes were full. Those notice by the positions and read the log.
    pub(super) fn tell(&self, news: &News) -> u64 {
        let mut full = 0;
        self.lock().retain(|_, receiver| match receiver.try_send(news.clone()) {
            Ok(()) => true,
            Err(actix::prelude::SendError::Full(_)) => {
                full += 1;
                true
            }
            Err(actix::prelude::SendError::Closed(_)) => false,
        });
        full
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Recipient<News>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
