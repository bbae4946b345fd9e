//! A brain of any kind, made by the floor when its object appears.

use crate::area::AreaBrain;
use crate::campaign::CampaignBrain;
use crate::device::DeviceBrain;
use crate::group::GroupBrain;
use crate::out::Out;
use crate::people::{AgentBrain, PlaceBrain};
use crate::queue::{QueueBrain, QueueEvent};
use crate::stamp::Stamp;
use serde::{Deserialize, Serialize};

/// A plain value that turns events into facts.
pub trait Brain {
    /// What it hears.
    type Event;

    /// Takes in a slice of events, in order; the slice holds whole instants. Never looks outside.
    fn apply(&mut self, events: &[Self::Event], out: &mut Out);

    /// Reads here and there what [`apply`](Self::apply) will need for these events, and answers something made of it.
    /// Brains together are larger than the caches: who drives many asks several before the first has its turn, so
    /// that their memory comes at the same time and not one wait after the other.
    fn warm(&self, _events: &[Self::Event]) -> u64 {
        0
    }
}

/// Lets a brain of a mediation DN, or of what is like one, hear its events; each instant is closed before the next begins,
/// since its facts depend on all of it. `open` is where the brain keeps the instant that is not closed yet.
pub(crate) fn by_instant<B>(
    brain: &mut B,
    events: &[QueueEvent],
    out: &mut Out,
    open: fn(&mut B) -> &mut Option<Stamp>,
    hear: fn(&mut B, &QueueEvent, &mut Out),
    close: fn(&mut B, &mut Out),
) {
    for event in events {
        if open(brain).is_some_and(|open| open.at != event.stamp.at) {
            close(brain, out);
        }
        *open(brain) = Some(event.stamp);
        hear(brain, event, out);
    }
    close(brain, out);
}

/// A brain of any kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(
    clippy::large_enum_variant,
    reason = "devices are the most; boxing them would cost a cache miss an event"
)]
pub enum AnyBrain {
    /// Of a regular DN.
    Device(DeviceBrain),
    /// Of an agent.
    Agent(AgentBrain),
    /// Of a place.
    Place(PlaceBrain),
    /// Of a queue, route point or virtual queue.
    Queue(QueueBrain),
    /// Of an interaction queue or a workbin.
    Area(AreaBrain),
    /// Of a campaign, a group at one, a calling list.
    Campaign(CampaignBrain),
    /// Of a group of agents, places or mediation DNs.
    Group(GroupBrain),
}
