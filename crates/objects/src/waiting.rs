//! Who waits at a mediation DN or in a staging area.

use crate::brain::AnyBrain;
use crate::device::CallKind;
use crate::stamp::Data;
use model::Micros;
use model::item::ConnIx;

/// A call or an interaction that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiter {
    /// Which one.
    pub conn: ConnIx,
    /// Since when, as far as it is known.
    pub since: Micros,
    /// The type of its call; none of interactions.
    pub call: Option<CallKind>,
    /// What is known of it.
    pub data: Data,
}

impl AnyBrain {
    /// Who waits here, in no order: just those whose CallWait or InteractionWait is in progress. Nobody does at objects at
    /// which nobody can.
    pub fn waiting(&self) -> Vec<Waiter> {
        match self {
            Self::Queue(brain) => brain.waiting(),
            Self::Area(brain) => brain.waiting(),
            _ => Vec::new(),
        }
    }
}
