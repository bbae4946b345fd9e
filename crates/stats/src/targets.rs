//! What routers ask of agents and places: their status, and what of each medium they could take (CurrentTargetState).

use crate::roster::Roster;
use model::item::What;
use model::{Action, Micros, Status, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One agent or place as a router sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Its status.
    pub status: Status,
    /// Since when.
    pub since: Micros,
    /// By medium: its channels. Of voice the status tells.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub media: BTreeMap<Text, Room>,
}

/// The channels that one has for a medium.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// How many there are.
    pub channels: u32,
    /// To how many of them the capacity rule allows to route one more (statistics 2.6, Routable).
    pub routable: u32,
    /// How many interactions are offered or handled.
    pub busy: u32,
}

/// The actions that tell of it.
pub(crate) const TELLING: [Action; 4] =
    [Action::Routable, Action::NotRoutable, Action::Delivering, Action::Handling];

impl Roster {
    /// Takes in that such an action begins or ends; true if something changed.
    pub(crate) fn learn_room(&mut self, member: u32, what: What, media: Option<&Text>) -> bool {
        let Some(media) = media else { return false };
        let (action, by) = match what {
            What::Began { action, .. } => (action, 1),
            What::Ended { action, .. } => (action, -1),
            _ => return false,
        };
        let rooms = self.rooms.entry(member).or_default();
        let room = rooms.entry(media.clone()).or_default();
        let count = |count: &mut u32| *count = count.saturating_add_signed(by);
        match action {
            Action::Routable => {
                count(&mut room.channels);
                count(&mut room.routable);
            }
            Action::NotRoutable => count(&mut room.channels),
            _ => count(&mut room.busy),
        }
        if *room == Room::default() {
            rooms.remove(media);
        }
        true
    }

    /// The target that a member is; none while no status is known.
    pub(crate) fn target(&self, member: u32) -> Option<Target> {
        let entry = self.members.get(member as usize)?;
        let media = self.rooms.get(&member).cloned().unwrap_or_default();
        Some(Target { status: entry.status?, since: entry.since, media })
    }
}
