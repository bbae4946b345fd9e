//! A seeded contact centre that knows its own truth.
//!
//! [`Scenario`] says what the centre is made of; [`World`] plays it in virtual time and tells what happens as the
//! event records of SIP Servers; [`Truth`] is what really happened, kept by the play itself. [`MediaWorld`] and
//! [`MediaTruth`] are the same of an Interaction Server.
//!
//! **Invariant:** nothing here awaits, reads a clock, logs or does I/O. The same scenario, seed and start give the
//! same records, in whatever steps the world is advanced.

mod chance;
mod clock;
mod desk;
mod error;
mod media;
mod names;
mod noise;
mod plan;
mod settings;
mod sized;
mod spans;
mod state;
mod tenant;
mod truth;
mod world;

pub use error::Bad;
pub use media::{
    AreaTruth, ChannelTruth, InteractionQueue, Interactions, MediaTruth, MediaWorld, SeatTruth, VirtualTruth,
    Workbin,
};
pub use noise::{Noise, disturb};
pub use settings::{Faults, Habits, Outage, Overflow, Pause, Queue, Scenario, Shift, Source, Surge, Team};
pub use truth::{AgentTruth, QueueTruth, Truth, Waits};
pub use world::World;
