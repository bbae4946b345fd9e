//! Agents and places: what their devices and media channels do, and one status over all of them.

mod agent;
mod channels;
mod place;
mod seats;
mod shadow;

pub use agent::AgentBrain;
pub use channels::{ChannelWhat, Joining, TaskWhat};
pub use place::PlaceBrain;
pub(crate) use seats::Seat;
pub use seats::Tie;
