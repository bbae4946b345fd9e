//! What actors need around them: supervision, references that outlive restarts, the clock, a census.
//!
//! **Invariant:** nothing here knows what a contact centre is.

mod census;
mod clock;
mod supervise;

pub use census::{Census, KindReport};
pub use clock::Clock;
pub use supervise::{AskError, Failure, Ref, Refused, RestartPolicy, supervise};
