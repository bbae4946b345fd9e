//! Agents and places: what their devices do, and one status over several devices.

mod agent;
mod place;
mod seats;
mod shadow;

pub use agent::AgentBrain;
pub use place::PlaceBrain;
pub(crate) use seats::Seat;
pub use seats::Tie;
