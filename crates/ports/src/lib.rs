//! What Pulse needs from outside, as traits named by the need.
//!
//! **Invariant:** no product and no actor is named here. Each trait has several implementations (embedded, and
//! servers) and one conformance suite that all of them pass.

pub mod audit;
pub mod checkpoints;
pub mod conformance;
pub mod demand;
pub mod documents;
pub mod grants;
pub mod history;
pub mod identity;
pub mod leases;
pub mod questions;
pub mod record_log;
pub mod screens;
pub mod slots;
pub mod values;
pub mod webhooks;

/// Why a store could not answer, split by what the caller will do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Trying again may help.
    #[error("store is unreachable: {0}")]
    Unreachable(String),
    /// Trying again does not help: what is stored can't be read. Names the cure.
    #[error("stored data cannot be read: {0}")]
    Corrupt(String),
    /// Somebody else changed it first: read again and decide.
    #[error("changed by somebody else: expected revision {expected}, found {found}")]
    Conflict {
        /// What the caller had read.
        expected: u64,
        /// What is there.
        found: u64,
    },
    /// The caller no longer owns what it writes: stop writing.
    #[error("fenced off: {0}")]
    Fenced(String),
    /// What was stored before is gone: store everything anew.
    #[error("what was stored before is gone: {0}")]
    Emptied(String),
    /// There is no room left.
    #[error("no room left: {0}")]
    Full(String),
}

/// What a store answers.
pub type Result<T> = std::result::Result<T, StoreError>;
