//! Every store port, from memory: live values and wishes of a standalone Pulse, and all of them for tests.
//!
//! **Invariant:** no lock is held while anything is awaited, and nothing grows without bound except by what is
//! published or stored on purpose.

mod audit;
mod checkpoints;
mod demand;
mod documents;
mod grants;
mod history;
mod leases;
mod questions;
mod screens;
mod slots;
mod values;

pub use checkpoints::MemoryCheckpoints;
pub use demand::MemoryDemand;
pub use documents::MemoryDocuments;
pub use grants::MemoryGrants;
pub use history::MemoryHistory;
pub use leases::MemoryLeases;
pub use questions::MemoryQuestions;
pub use screens::MemoryScreens;
pub use slots::MemorySlots;
pub use values::MemoryValues;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many announcements a slow subscriber may be behind before it is told that it missed some.
const BACKLOG_MAX: usize = 1024;

/// The lock, also after a panic elsewhere: every change below is complete before the lock is released.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
