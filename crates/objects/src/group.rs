//! Groups: who is a member, and the one status of the group (rules ST-6, Q-44).

use crate::brain::Brain;
use crate::mail::Dated;
use crate::out::{Line, Out};
use crate::stamp::{Loss, Stamp, item};
use model::Status;
use model::item::{Item, What};
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
    /// Records of a source of its members are lost: nobody knows what its status was meanwhile (rule X-11).
    Gap(Loss),
    /// A member's values became invalid, or valid again (rule X-4).
    Validity {
        /// The member.
        member: ObjectIx,
        /// Whether they are valid.
        valid: bool,
    },
    /// A member comes (rule O-4).
    Joined {
        /// The agent, place or mediation DN.
        member: ObjectIx,
        /// Its status at the end of the instant.
        status: Status,
        /// Whether its values are valid.
        valid: bool,
    },
    /// A member goes.
    Left {
        /// The member.
        member: ObjectIx,
    },
}

impl Dated for GroupEvent {
    fn step(&self) -> u32 {
        self.stamp.step
    }
}

/// A group of agents, of places or of mediation DNs, or the whole tenant. Members are those of the configuration;
/// changes of it and the rules of virtual groups bring and take more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupBrain {
    me: ObjectIx,
    kind: ObjectType,
    members: BTreeMap<ObjectIx, Member>,
    /// How many members have each status, by its code.
    counts: [u32; STATUSES],
    /// How many members' values are invalid.
    invalid: u32,
    status: Option<Status>,
    valid: bool,
    /// Who came or went in the instant that is not closed yet, and whether he was a member before it.
    #[serde(default)]
    moved: BTreeMap<ObjectIx, bool>,
    /// The last event of the instant that is not closed yet.
    open: Option<Stamp>,
}

/// Codes of statuses lie below it.
const STATUSES: usize = 24;

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
        let members: BTreeMap<_, _> = members.into_iter().map(|ix| (ix, member)).collect();
        let mut counts = [0; STATUSES];
        counts[Status::NotMonitored as usize] = members.len() as u32;
        Self {
            me,
            kind,
            members,
            counts,
            invalid: 0,
            status: None,
            valid: true,
            moved: BTreeMap::new(),
            open: None,
        }
    }

    /// The members' statuses taken together (rule ST-6).
    fn together(&self) -> Status {
        let with = |status: Status| self.counts[status as usize];
        let (out, unseen) = (with(Status::LoggedOut), with(Status::NotMonitored));
        if with(Status::WaitForNextCall) > 0 {
            Status::WaitForNextCall
        } else if self.members.len() as u32 > out + unseen {
            Status::NotReadyForNextCall
        } else if out > 0 {
            Status::LoggedOut
        } else {
            Status::NotMonitored
        }
    }

    fn join(&mut self, member: ObjectIx, status: Status, valid: bool) {
        self.leave(member);
        self.counts[status as usize] += 1;
        self.invalid += u32::from(!valid);
        self.members.insert(member, Member { status, valid });
    }

    fn leave(&mut self, member: ObjectIx) {
        let former = self.members.remove(&member);
        self.moved.entry(member).or_insert(former.is_some());
        if let Some(former) = former {
            self.counts[former.status as usize] -= 1;
            self.invalid -= u32::from(!former.valid);
        }
    }

    /// Tells who is a member from this instant on, and who is none (rule Q-44).
    fn close_moves(&mut self, stamp: Stamp, out: &mut Out) {
        let group = self.me;
        for (member, was_in) in std::mem::take(&mut self.moved) {
            let what = match (was_in, self.members.contains_key(&member)) {
                (false, true) => What::Joined { group },
                (true, false) => What::Left { group },
                _ => continue,
            };
            out.lines.push(line(stamp, member, what));
        }
    }

    /// Closes the instant: the status and the validity of the group follow (rule Q-1).
    fn close(&mut self, out: &mut Out) {
        let Some(stamp) = self.open.take() else { return };
        self.close_moves(stamp, out);
        let mut tell = |what| out.lines.push(line(stamp, self.me, what));
        let valid = self.invalid == 0;
        if valid != self.valid {
            self.valid = valid;
            tell(What::Validity { valid });
        }
        if matches!(self.kind, ObjectType::GroupQueues | ObjectType::Tenant) {
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
                GroupWhat::Gap(loss) => {
                    if self.status.take().is_some() {
                        let item =
                            Item { start: loss.last_seen(), ..item(event.stamp, self.me, What::Unseen) };
                        out.lines.push(Line { step: event.stamp.step, late: false, item });
                    }
                }
                GroupWhat::Joined { member, status, valid } => self.join(member, status, valid),
                GroupWhat::Left { member } => self.leave(member),
                GroupWhat::Status { member, status } => {
                    if let Some(member) = self.members.get_mut(&member) {
                        self.counts[member.status as usize] -= 1;
                        self.counts[status as usize] += 1;
                        member.status = status;
                    }
                }
                GroupWhat::Validity { member, valid } => {
                    if let Some(member) = self.members.get_mut(&member) {
                        self.invalid -= u32::from(!member.valid);
                        self.invalid += u32::from(!valid);
                        member.valid = valid;
                    }
                }
            }
        }
        self.close(out);
    }
}

fn line(stamp: Stamp, object: ObjectIx, what: What) -> Line {
    Line { step: stamp.step, late: true, item: item(stamp, object, what) }
}
