//! Groups: who is a member, and the one status of the group (rules ST-6, Q-44).

use crate::brain::Brain;
use crate::mail::Dated;
use crate::out::{Line, Out};
use crate::stamp::{Stamp, item};
use model::Status;
use model::item::What;
use model::object::{ObjectIx, ObjectType};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a group hears.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupEvent {
    /// When.
    pub stamp: Stamp,
    /// What.
    pub what: GroupWhat,
}

/// The kinds of events at a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GroupWhat {
    /// The world begins.
    Start,
    /// A member's status at the end of the instant.
    Status {
        /// The agent or place.
        member: ObjectIx,
        /// Its status.
        status: Status,
    },
    /// A member's values became invalid, or valid again (rule X-4).
    Validity {
        /// The member.
        member: ObjectIx,
        /// Whether they are valid.
        valid: bool,
    },
}

impl Dated for GroupEvent {
    fn step(&self) -> u32 {
        self.stamp.step
    }
}

/// A group of agents, of places or of mediation DNs. Members are those of the configuration; virtual groups will
/// add events that bring and take members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupBrain {
    me: ObjectIx,
    kind: ObjectType,
    members: BTreeMap<ObjectIx, Member>,
    status: Option<Status>,
    valid: bool,
    /// The last event of the instant that is not closed yet.
    open: Option<Stamp>,
}

/// What a group knows of a member.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Member {
    status: Status,
    valid: bool,
}

impl GroupBrain {
    /// A group that has not begun.
    pub fn new(me: ObjectIx, kind: ObjectType, members: impl IntoIterator<Item = ObjectIx>) -> Self {
        let member = Member { status: Status::NotMonitored, valid: true };
        let members = members.into_iter().map(|ix| (ix, member)).collect();
        Self { me, kind, members, status: None, valid: true, open: None }
    }

    /// The members' statuses taken together (rule ST-6).
    fn together(&self) -> Status {
        let mut present = false;
        let mut out = false;
        for member in self.members.values() {
            match member.status {
                Status::WaitForNextCall => return Status::WaitForNextCall,
                Status::LoggedOut => out = true,
                Status::NotMonitored => {}
                _ => present = true,
            }
        }
        match (present, out) {
            (true, _) => Status::NotReadyForNextCall,
            (false, true) => Status::LoggedOut,
            (false, false) => Status::NotMonitored,
        }
    }

    /// Closes the instant: the status and the validity of the group follow (rule Q-1).
    fn close(&mut self, out: &mut Out) {
        let Some(stamp) = self.open.take() else { return };
        let mut tell = |what| out.lines.push(line(stamp, self.me, what));
        let valid = self.members.values().all(|member| member.valid);
        if valid != self.valid {
            self.valid = valid;
            tell(What::Validity { valid });
        }
        if self.kind == ObjectType::GroupQueues {
            return;
        }
        let to = self.together();
        if self.status != Some(to) {
            self.status = Some(to);
            tell(What::Status { to });
        }
    }
}

impl Brain for GroupBrain {
    type Event = GroupEvent;

    fn apply(&mut self, events: &[GroupEvent], out: &mut Out) {
        for event in events {
            if self.open.is_some_and(|open| open.at != event.stamp.at) {
                self.close(out);
            }
            self.open = Some(event.stamp);
            match event.what {
                GroupWhat::Start => {
                    for member in self.members.keys() {
                        out.lines.push(line(event.stamp, *member, What::Joined { group: self.me }));
                    }
                }
                GroupWhat::Status { member, status } => {
                    if let Some(member) = self.members.get_mut(&member) {
                        member.status = status;
                    }
                }
                GroupWhat::Validity { member, valid } => {
                    if let Some(member) = self.members.get_mut(&member) {
                        member.valid = valid;
                    }
                }
            }
        }
        self.close(out);
    }
}

fn line(stamp: Stamp, object: ObjectIx, what: What) -> Line {
    Line { step: stamp.step, late: true, item: item(stamp, object, what), data: None }
}
