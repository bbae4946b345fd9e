//! What actors need around them: supervision, references that outlive restarts, the clock, a census.
//!
//! **Invariant:** nothing here knows what a contact centre is.

mod census;
mod clock;
mod supervise;
mod trouble;

pub use census::{Census, KindReport, Living};
pub use clock::Clock;
pub use supervise::{AskError, Failure, Ref, Refused, RestartPolicy, supervise};
pub use trouble::Trouble;
