//! Intervals: profiles, resets and the clock that moves over them.

mod clock;
mod profile;
mod resets;

pub(crate) use clock::{BEFORE, Clock};
pub use profile::{Resets, TimeProfile};
