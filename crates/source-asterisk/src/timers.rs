//! Deadlines on the `received` clock, in a fixed order.

use model::Text;
use model::time::Micros;
use std::collections::BTreeMap;

/// What is due. A timer that has lost its meaning is ignored when it comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// The step of the login or of the snapshot with this number has taken too long.
    Phase(u64),
    Ping,
    /// No answer to the Ping with this action number.
    Pong(u64),
    Reconcile,
    /// Look again at the differences found.
    Suspects,
    /// Why the caller with this Uniqueid left is still unknown.
    Leave(Text),
    /// How the offer or talk on the leg with this Uniqueid ended is still unknown.
    Settle(Text),
    /// After-call work of this DN.
    AfterCallWork(Text),
    /// This DN has been unreachable for long.
    Unreachable(Text),
    /// Calls that nothing has confirmed since a reconnect without a snapshot.
    Unconfirmed,
    /// This one was due, and the PBX has been heard since.
    Proven(Box<Timer>),
}

impl Timer {
    /// Concludes something from the PBX's silence: only right if the line is not stalled.
    pub(crate) fn needs_proof(&self) -> bool {
        matches!(self, Self::Leave(_) | Self::Settle(_) | Self::Suspects)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Timers {
    due: BTreeMap<(Micros, u64), Timer>,
    serial: u64,
}

impl Timers {
    pub(crate) fn set(&mut self, at: Micros, timer: Timer) {
        self.serial += 1;
        self.due.insert((at, self.serial), timer);
    }

    pub(crate) fn next(&self) -> Option<Micros> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }

    pub(crate) fn pop(&mut self, now: Micros) -> Option<(Micros, Timer)> {
        let entry = self.due.first_entry().filter(|e| e.key().0 <= now)?;
        let ((at, _), timer) = entry.remove_entry();
        Some((at, timer))
    }

    /// Drops the timers of a session; those of calls and agents go on.
    pub(crate) fn end_session(&mut self) {
        use Timer::{Phase, Ping, Pong, Reconcile, Suspects};
        self.due.retain(|_, t| !matches!(t, Phase(_) | Ping | Pong(_) | Reconcile | Suspects));
    }
}
