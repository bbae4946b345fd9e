//! What the configuration changes at a mediation DN in mid-stream (rules O-4, Q-44).

use super::QueueBrain;
use crate::group::{GroupEvent, GroupWhat};
use crate::out::Out;
use crate::stamp::Stamp;
use model::Status;
use model::object::ObjectIx;

/// A change at a mediation DN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueTie {
    /// It belongs to a queue group, or no longer.
    Group {
        /// The group.
        group: ObjectIx,
        /// Begins or ends.
        on: bool,
    },
    /// A group's origination DNs associate an agent with it, or no longer (rule 2.5).
    Agent {
        /// The agent.
        agent: ObjectIx,
        /// Begins or ends.
        on: bool,
    },
    /// Whether the enter time survives a change of party (rules ).
    KeepsEnterTime(bool),
}

impl QueueBrain {
    pub(super) fn tie(&mut self, tie: QueueTie, stamp: Stamp, out: &mut Out) {
        match tie {
            QueueTie::Group { group, on } => {
                let is_in = self.config.groups.contains(&group);
                if is_in == on {
                    return;
                }
                let member = self.me;
                let what = if on {
                    self.config.groups.push(group);
                    GroupWhat::Joined { member, status: Status::NotMonitored, valid: self.told_valid }
                } else {
                    self.config.groups.retain(|known| *known != group);
                    GroupWhat::Left { member }
                };
                out.to_groups.push((group, GroupEvent { stamp, what }));
            }
            QueueTie::Agent { agent, on } => self.associates.fix(agent, on),
            QueueTie::KeepsEnterTime(keeps) => self.config.keeps_enter_time = keeps,
        }
    }
}
