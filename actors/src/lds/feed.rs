//! What a source brings to the LDS: batches of records, its state, its clock; and what it may be asked.

use model::Text;
use model::record::Record;
use model::time::{Micros, Position};
use tokio::sync::{mpsc, oneshot};

/// One source, as it is handed to the LDS at birth.
#[derive(Debug)]
pub struct SourceFeed {
    /// Its name: the `source` of its records.
    pub name: Text,
    /// The switch whose numbers its records carry.
    pub switch: Text,
    /// Who numbers its records.
    pub numbering: Numbering,
    /// Who says when they were received.
    pub arrival: Arrival,
    /// What comes, in order. Bounded: while the LDS can't write, the source waits or gives up by its own policy.
    pub items: mpsc::Receiver<SourceItem>,
    /// Where the LDS asks for what is missing; a source that numbers its own records needs it.
    pub requests: Option<mpsc::Sender<Resume>>,
}

/// Who numbers the records of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// The source: a hole is refused, what is at or below the position is dropped; both are counted.
    Theirs,
    /// The LDS, without holes, and across restarts: the journal knows the last number.
    Ours,
}

/// Who says when a record was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The LDS, when it takes the record: for `pulse://` links.
    Stamped,
    /// The adapter in this process, by the same clock.
    ByAdapter,
    /// The record itself, by a time of its own (a played file, a simulation): the clock of the source moves with
    /// its records and with [`SourceItem::Clock`] only.
    AsRecorded,
}

/// What a source brings.
#[derive(Debug)]
pub enum SourceItem {
    /// Records.
    Records(Batch),
    /// The source is, or is not, in touch with its switch. While it is not, it is given no heartbeats, so that
    /// its values are seen to be old.
    InTouch(bool),
    /// Nothing that follows was received before this moment; for [`Arrival::AsRecorded`].
    Clock(Micros),
    /// So many things that the source had missed were found in its switch's own lists, and corrected.
    Corrected(u64),
    /// How many DNs the source watches, and how many of them it could not register.
    Registered {
        /// Watched.
        dns: u64,
        /// Not to be had.
        errors: u64,
    },
}

/// Records that came together.
#[derive(Debug, Default)]
pub struct Batch {
    /// In order.
    pub records: Vec<Record>,
    /// The switch itself started anew: numbers begin at 1 in a new epoch. For [`Numbering::Ours`].
    pub new_epoch: bool,
    /// Told when the records are safe on disk; dropped if they are refused.
    pub kept: Option<oneshot::Sender<()>>,
}

impl From<Vec<Record>> for Batch {
    fn from(records: Vec<Record>) -> Self {
        Self { records, ..Self::default() }
    }
}

/// Go on after this record, or send a snapshot if that is no longer possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resume {
    /// The last record that the LDS has.
    pub after: Position,
}
