//! Who counts for which row: rows, the objects whose items they take in, memberships, and what goes on now.

use crate::family::{Going, Running};
use crate::targets::Room;
use crate::time::BEFORE;
use model::item::{CallKind, ConnIx};
use model::object::ObjectIx;
use model::record::KeyValues;
use model::{Action, Micros, Object, ObjectType, Status, Text};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) const NONE: u32 = u32::MAX;

/// What a statistic has to follow, fixed by its definition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Follows {
    /// Groups are the bags of their members (rule O-3), or tell of them; false for `GroupStatus` otherwise.
    pub(crate) members: bool,
    /// Each durable action in progress, with its start and call.
    pub(crate) opens: bool,
    /// Names, for states.
    pub(crate) states: bool,
    /// What of each medium members could take.
    pub(crate) targets: bool,
    /// Reasons, for states and where a new one matters (rule ST-7).
    pub(crate) reasons: bool,
    /// What actions and statuses in progress carry, for filters and formulas.
    pub(crate) notes: bool,
    /// Logins and logouts, for SinceLogin.
    pub(crate) sessions: bool,
    /// A filter leaves the relative mask alone (rule F-6).
    pub(crate) rel_is_free: bool,
}

/// A login, and the logout if it is over.
pub(crate) type Session = (Micros, Option<Micros>);

/// What is known of an action or a status in progress besides its times.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Note {
    /// Which atoms of the filter hold.
    pub(crate) facts: u64,
    /// What the formula reads.
    pub(crate) inputs: Vec<Option<f64>>,
    /// The stretches in which the filter was true and that are over.
    pub(crate) stretches: Vec<(Micros, Micros)>,
    /// Since when the filter is true, if it is.
    pub(crate) passing: Option<Micros>,
}

/// A row: an object that was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) object: ObjectIx,
    pub(crate) kind: ObjectType,
    pub(crate) slot: u8,
    pub(crate) valid: bool,
    /// The end of the last gap in what is known of the object.
    pub(crate) gap: Micros,
    /// Its entry among the members: its own items, or for a group its status.
    pub(crate) own: u32,
}

/// An object whose items count for rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) object: ObjectIx,
    /// Its own row, if one was asked for and takes in its own items.
    pub(crate) row: u32,
    pub(crate) slot: u8,
    pub(crate) status: Option<Status>,
    /// Since when the status runs for intervals.
    pub(crate) begun: Micros,
    /// Since when it is shown to run (rule Q-10).
    pub(crate) since: Micros,
}

/// A durable action in progress.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Open {
    pub(crate) id: u32,
    pub(crate) action: Action,
    pub(crate) conn: ConnIx,
    #[serde(default)]
    pub(crate) call: Option<CallKind>,
    pub(crate) begun: Micros,
    pub(crate) since: Micros,
    /// Only for filters and formulas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<Box<Note>>,
}

/// A place that a member has in a group's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) row: u32,
    pub(crate) joined: Micros,
}

/// All of it, in columns.
#[derive(Clone, Debug)]
pub(crate) struct Roster {
    follows: Follows,
    member_of: Vec<u32>,
    row_of: Vec<u32>,
    pub(crate) rows: Vec<Row>,
    pub(crate) members: Vec<Member>,
    /// By member; empty unless groups are followed.
    seats: Vec<Vec<Seat>>,
    /// By member; empty unless actions in progress are followed.
    opens: Vec<Vec<Open>>,
    /// By member, of his status; empty unless notes are kept.
    pub(crate) notes: Vec<Note>,
    /// By member: his last login; empty unless logins are followed.
    pub(crate) sessions: Vec<Option<Session>>,
    /// By group: who belongs to it, since when, whether it has a row or not.
    pub(crate) groups: BTreeMap<ObjectIx, BTreeMap<ObjectIx, Micros>>,
    /// Names, for the members of states.
    pub(crate) names: BTreeMap<ObjectIx, Text>,
    /// Reasons by member, for states.
    pub(crate) reasons: BTreeMap<u32, Arc<KeyValues>>,
    /// Channels by member and medium, for targets.
    pub(crate) rooms: BTreeMap<u32, BTreeMap<Text, Room>>,
    /// By calling list: how many records it has left.
    pub(crate) records: BTreeMap<u32, u32>,
}

impl Roster {
    pub(crate) fn new(follows: Follows) -> Self {
        Self {
            follows,
            member_of: Vec::new(),
            row_of: Vec::new(),
            rows: Vec::new(),
            members: Vec::new(),
            seats: Vec::new(),
            opens: Vec::new(),
            notes: Vec::new(),
            sessions: Vec::new(),
            groups: BTreeMap::new(),
            names: BTreeMap::new(),
            reasons: BTreeMap::new(),
            rooms: BTreeMap::new(),
            records: BTreeMap::new(),
        }
    }

    pub(crate) fn follows(&self) -> Follows {
        self.follows
    }

    #[inline]
    pub(crate) fn member_of(&self, object: ObjectIx) -> Option<u32> {
        self.member_of.get(object.0 as usize).copied().filter(|member| *member != NONE)
    }

    pub(crate) fn row_of(&self, object: ObjectIx) -> Option<u32> {
        self.row_of.get(object.0 as usize).copied().filter(|row| *row != NONE)
    }

    /// The entry of an object, made if it has none.
    pub(crate) fn enter(&mut self, ix: ObjectIx, object: &Object) -> u32 {
        if let Some(member) = self.member_of(ix) {
            return member;
        }
        let (status, begun, since) = (None, BEFORE, BEFORE);
        let member =
            self.push_member(Member { object: ix, row: NONE, slot: object.slot(), status, begun, since });
        if self.follows.states {
            self.names.insert(ix, object.id.clone());
        }
        member
    }

    pub(crate) fn push_member(&mut self, member: Member) -> u32 {
        let place = self.members.len() as u32;
        put(&mut self.member_of, member.object, place);
        self.members.push(member);
        if self.follows.members {
            self.seats.push(Vec::new());
        }
        if self.follows.opens {
            self.opens.push(Vec::new());
        }
        if self.follows.notes {
            self.notes.push(Note::default());
        }
        if self.follows.sessions {
            self.sessions.push(None);
        }
        place
    }

    /// A row for an object, with its entry; `counts` says whether the object's own items count for it.
    pub(crate) fn add_row(&mut self, ix: ObjectIx, object: &Object, counts: bool) -> u32 {
        let own = self.enter(ix, object);
        let (kind, slot) = (object.kind, object.slot());
        self.push_row(Row { object: ix, kind, slot, valid: true, gap: BEFORE, own }, counts)
    }

    pub(crate) fn push_row(&mut self, row: Row, counts: bool) -> u32 {
        let place = self.rows.len() as u32;
        put(&mut self.row_of, row.object, place);
        if counts {
            self.members[row.own as usize].row = place;
        }
        self.rows.push(row);
        place
    }

    pub(crate) fn seats(&self, member: u32) -> &[Seat] {
        self.seats.get(member as usize).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn sit(&mut self, member: u32, seat: Seat) {
        if let Some(seats) = self.seats.get_mut(member as usize) {
            seats.push(seat);
        }
    }

    /// Takes the member's seat in a row away.
    pub(crate) fn rise(&mut self, member: u32, row: u32) -> Option<Seat> {
        let seats = self.seats.get_mut(member as usize)?;
        let place = seats.iter().position(|seat| seat.row == row)?;
        Some(seats.remove(place))
    }

    pub(crate) fn opens(&self, member: u32) -> &[Open] {
        self.opens.get(member as usize).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn opens_mut(&mut self, member: u32) -> Option<&mut Vec<Open>> {
        self.opens.get_mut(member as usize)
    }

    /// Who counts for a row, each with the moment of joining.
    fn who(&self, row: u32) -> impl Iterator<Item = (u32, Micros)> {
        let head = &self.rows[row as usize];
        let own = (self.members[head.own as usize].row == row).then_some((head.own, BEFORE));
        let group = self.groups.get(&head.object).filter(|_| self.follows.members);
        let seated = group
            .into_iter()
            .flatten()
            .filter_map(|(object, joined)| self.member_of(*object).map(|member| (member, *joined)));
        own.into_iter().chain(seated)
    }

    /// The statuses that count for a row now.
    pub(crate) fn running(&self, row: u32) -> impl Iterator<Item = Running> {
        self.who(row).flat_map(|(member, joined)| {
            let entry = &self.members[member as usize];
            let Follows { notes, rel_is_free, .. } = self.follows;
            let passing = if notes { self.notes[member as usize].passing } else { Some(entry.begun) };
            let both = (true, !rel_is_free);
            let running = |begun: Option<Micros>, sides| {
                let (status, begun) = (entry.status?, begun?.max(joined));
                Some(Running { status, begun, member: entry.object, sides })
            };
            let free = if rel_is_free { running(Some(entry.begun), (false, true)) } else { None };
            running(passing, both).into_iter().chain(free)
        })
    }

    /// Takes in the reasons of a member's status; true if they are others than before.
    pub(crate) fn learn_reasons(&mut self, member: u32, told: Option<&Arc<KeyValues>>) -> bool {
        if !self.follows.reasons || self.reasons.get(&member) == told {
            return false;
        }
        match told {
            Some(reasons) => self.reasons.insert(member, reasons.clone()),
            None => self.reasons.remove(&member),
        };
        true
    }

    /// The login that a row of one agent is about; for any other row none.
    pub(crate) fn session_of(&self, row: u32) -> Option<Session> {
        let own = self.rows[row as usize].own;
        let counts = self.members[own as usize].row == row;
        self.sessions.get(own as usize).copied().flatten().filter(|_| counts)
    }

    /// All that goes on and counts for a row, with what is known of it.
    pub(crate) fn going(&self, row: u32) -> impl Iterator<Item = Going<'_>> {
        self.who(row).flat_map(|(member, _)| {
            let entry = &self.members[member as usize];
            let status = self.notes.get(member as usize).zip(entry.status).filter(|_| !self.follows.opens);
            let status = status.map(|(note, status)| Going {
                action: status.action(),
                since: entry.since,
                conn: ConnIx::NONE,
                call: None,
                note,
            });
            let opens = self.opens(member).iter().filter_map(|open| {
                let note = open.note.as_deref()?;
                let Open { action, since, conn, call, .. } = open;
                Some(Going { action: *action, since: *since, conn: *conn, call: *call, note })
            });
            status.into_iter().chain(opens)
        })
    }
}

fn put(column: &mut Vec<u32>, ix: ObjectIx, value: u32) {
    let place = ix.0 as usize;
    if column.len() <= place {
        column.resize(place + 1, NONE);
    }
    column[place] = value;
}
