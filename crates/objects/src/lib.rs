//! From event records to actions and statuses: devices, agents, places, queues, groups.
//!
//! A batch of records (whole instants, in processing order) passes in stages; between two of them stands a barrier:
//!
//! 0. [`Floor`] finds out what each record is about (new objects appear), drops duplicates and what comes over a
//!    link that is down, and posts events to brains: into [`Routes`].
//! 1. [`DeviceBrain`]s (regular DNs): legs of calls, login, agent state. They put out items, [`Fact`]s for the
//!    agent and the places, and the fates of legs for mediation DNs.
//! 2. [`AgentBrain`]s and [`PlaceBrain`]s: actions of their devices become theirs (rules O-1, O-2), one status over
//!    several devices (ST-1 to ST-5). They put out items, statuses for groups and for associated mediation DNs.
//!    What an Interaction Server tells of media channels comes to them straight from the floor.
//! 3. [`QueueBrain`]s (mediation DNs; their records, fates of legs and agents' statuses in one order). They put out
//!    items, and their validity for groups. [`AreaBrain`]s (interaction queues and workbins) and [`CampaignBrain`]s
//!    share their post.
//! 4. [`GroupBrain`]s (membership, group status, validity).
//!
//! [`Routes::finish`] then makes one [`model::item::Items`] of everything. [`Objects`] does all that one after the
//! other; actors do it with one actor per object:
//!
//! ```text
//! floor.route(&records, through, &mut routes);
//! for (ix, object) in &routes.appeared { start an actor around floor.newborn(*ix) }
//! for stage in Stage::ALL {
//!     routes.open(stage);
//!     for (ix, slice) in routes.devices.slices()  // agents and places; queues; groups
//!         { send the slice to the actor of ix, which calls Brain::apply and answers with its Out }
//!     routes.absorb_all(answers);                 // per kind, in the order of Stage's variants
//! }
//! floor.count(routes.counters());
//! let items = routes.finish();
//! ```
//!
//! **Invariants:** a brain sees nothing but its events; no brain reads a clock; the items do not depend on how
//! records are batched as long as instants are whole; floor and brains are plain values that serialise each on
//! its own, so that a checkpoint may be taken after any batch.

mod area;
mod brain;
mod campaign;
mod counters;
mod device;
mod directory;
mod floor;
mod group;
mod mail;
mod objects;
mod out;
mod people;
mod queue;
mod routes;
mod script;
mod stamp;
mod waiting;

pub use area::{AreaBrain, AreaWhat};
pub use brain::{AnyBrain, Brain};
pub use campaign::{CampaignBrain, CampaignStep, CampaignWhat};
pub use counters::Counters;
pub use device::{
    AgentMode, Belonging, CallKind, CallView, DeviceBrain, DeviceEvent, DevicePicture, DeviceWhat, Fact,
    FactWhat, Leg, Parting,
};
pub use directory::{Directory, SourceIx};
pub use floor::{Floor, Misconfigured, TenantError};
pub use group::{GroupBrain, GroupEvent, GroupWhat};
pub use mail::{Dated, Mail};
pub use objects::Objects;
pub use out::{Line, NO_DATA, Out};
pub use people::{AgentBrain, ChannelWhat, Joining, PlaceBrain, TaskWhat, Tie};
pub use queue::{
    Fate, OfferView, QueueBrain, QueueConfig, QueueEvent, QueuePicture, QueueTie, QueueWhat, Target, WaitView,
};
pub use routes::{Routes, Stage};
pub use script::{ScriptError, Word};
pub use stamp::{Data, Few, Loss, Running, Stamp};
pub use waiting::Waiter;
