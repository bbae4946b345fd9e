//! What every implementation of a port must do, as stories that panic when a rule is broken.
//!
//! An implementation's test is one line each: `ports::conformance::documents(&store).await`. The store handed in
//! is empty.

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

pub use audit::audit;
pub use checkpoints::checkpoints;
pub use demand::demand;
pub use documents::{archive, documents};
pub use grants::grants;
pub use history::history;
pub use leases::leases;
pub use questions::questions;
pub use screens::screens;
pub use slots::slots;
pub use values::values;
