//! Agents and places: what their devices do, and one status over several devices.

mod agent;
mod place;
mod shadow;

pub use agent::AgentBrain;
pub use place::PlaceBrain;
