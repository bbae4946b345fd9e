//! What was left out or put right on the way, counted.

use serde::{Deserialize, Serialize};

/// Everything that the brains counted since the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Records taken in, whatever became of them.
    pub records: u64,
    /// Records at or below their source's position, and repeated ones without a number (rules ).
    pub duplicates: u64,
    /// Records of a source whose link was down (rule Q-10).
    pub while_down: u64,
    /// Records with an event name that the model does not know.
    pub unknown_events: u64,
    /// Records that this version does not handle yet (media, interactions).
    pub unhandled: u64,
    /// Records older than an instant that was already complete; taken in at that instant.
    pub late: u64,
    /// Stretches that would have ended before they began, by the source's clock (rule T-1).
    pub negative: u64,
    /// Records that ask for a step which the object's state does not know, such as a release of no call.
    pub refused: u64,
    /// Records without the key that says what they are about.
    pub incomplete: u64,
    /// Scripts and changes of configuration that can't be taken.
    #[serde(default)]
    pub misconfigured: u64,
}

impl Counters {
    /// Adds what another part counted.
    pub fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.duplicates += other.duplicates;
        self.while_down += other.while_down;
        self.unknown_events += other.unknown_events;
        self.unhandled += other.unhandled;
        self.late += other.late;
        self.negative += other.negative;
        self.refused += other.refused;
        self.incomplete += other.incomplete;
        self.misconfigured += other.misconfigured;
    }
}
