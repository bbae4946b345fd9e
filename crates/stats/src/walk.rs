//! The way of a batch through a statistic: each item to the rows that it counts for.

mod judged;
mod logins;

pub(crate) use judged::{Judge, Mode};

use crate::batch::Batch;
use crate::definition::{COLUMNS, Mask, column};
use crate::dirty::Dirty;
use crate::family::{Family, Touch};
use crate::roster::{NONE, Open, Roster, Seat};
use crate::time::{BEFORE, Clock};
use logins::Logins;
use model::action::Kind;
use model::item::{CallKind, ConnIx, Item, What};
use model::object::ObjectIx;
use model::{Action, Micros, ObjectType, Status};
use std::sync::Arc;

/// How many items are looked up together before the first is taken in.
const AHEAD: usize = 16;

/// What a definition looks at, worked out once.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Codes for [`Batch::gather`].
    pub(crate) codes: Arc<[u16]>,
    /// Statuses instead of actions.
    pub(crate) statuses: bool,
    /// Object types whose objects may be members of rows.
    pub(crate) watched: Arc<[ObjectType]>,
    /// By action code and column of the type of call: bit 0 in the main mask, bit 1 in the relative one.
    pub(crate) sides: Arc<[u8]>,
    /// Both masks.
    pub(crate) either: Mask,
    /// What a filter or a formula says.
    pub(crate) judge: Option<Judge>,
    /// Intervals begin with logins.
    pub(crate) since_login: bool,
    /// What agents do for any mediation DN is followed.
    pub(crate) follows_work: bool,
    /// A new reason restarts the start that is shown (rule ST-7).
    pub(crate) reason_restarts: bool,
}

impl Plan {
    pub(crate) fn watches(&self, kind: ObjectType) -> bool {
        self.watched.contains(&kind)
    }
}

/// The parts of a statistic that items move, borrowed one by one.
struct Scene<'a, F> {
    family: &'a mut F,
    roster: &'a mut Roster,
    clock: &'a Clock,
    dirty: &'a mut Dirty,
}

/// How items are looked at; a cheap copy of what the plan says.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    sides: Arc<[u8]>,
    statuses: bool,
    source_time: bool,
    judge: Option<Judge>,
    since_login: bool,
    follows_work: bool,
    reason_restarts: bool,
}

impl Walk {
    pub(crate) fn new(plan: &Plan, source_time: bool) -> Self {
        let judge = plan.judge.clone();
        let (sides, since_login) = (plan.sides.clone(), plan.since_login);
        let (follows_work, reason_restarts) = (plan.follows_work, plan.reason_restarts);
        Self {
            sides,
            statuses: plan.statuses,
            source_time,
            judge,
            since_login,
            follows_work,
            reason_restarts,
        }
    }

    /// Takes the items at `places`, and the memberships and validities of the batch, in order.
    pub(crate) fn run<F: Family>(
        &self,
        family: &mut F,
        roster: &mut Roster,
        clock: &mut Clock,
        dirty: &mut Dirty,
        batch: &Batch,
        places: &[u32],
    ) {
        let items = &batch.items().items;
        let mut memberships = batch.memberships.as_slice();
        let mut logins = self.since_login.then(|| Logins::of(batch));
        for (nth, place) in places.iter().enumerate() {
            if nth % AHEAD == 0 {
                std::hint::black_box(warm(
                    family,
                    roster,
                    batch,
                    &places[nth..places.len().min(nth + AHEAD)],
                ));
            }
            while let Some(((first, change), rest)) = memberships.split_first()
                && first <= place
            {
                family.see(batch, *change);
                self.membership(family, roster, clock, dirty, &items[*change as usize]);
                memberships = rest;
            }
            let item = &items[*place as usize];
            if clock.move_to(item.at) {
                dirty.mark_all();
            }
            if let Some(logins) = &mut logins {
                self.log_in(&mut Scene { family, roster, clock, dirty }, logins, *place);
            }
            family.see(batch, *place);
            if let Some(member) = roster.member_of(item.object) {
                self.item(family, roster, clock, dirty, batch, item, member);
            }
        }
        for (_, change) in memberships {
            family.see(batch, *change);
            self.membership(family, roster, clock, dirty, &items[*change as usize]);
        }
        for place in &batch.validities {
            let item = &items[*place as usize];
            if let (What::Validity { valid }, Some(row)) = (item.what, roster.row_of(item.object)) {
                roster.rows[row as usize].valid = valid;
                dirty.mark(row);
            }
        }
    }

    /// A new row takes in what is known of its group's members: they have joined before it was asked for.
    pub(crate) fn settle_in<F: Family>(&self, family: &mut F, roster: &mut Roster, clock: &Clock, row: u32) {
        let head = &roster.rows[row as usize];
        let (object, own) = (head.object, head.own);
        if roster.members[own as usize].row == row {
            self.begin_all(family, roster, clock, own, Seat { row, joined: BEFORE }, clock.now());
        }
        for (member, joined) in roster.groups.get(&object).cloned().unwrap_or_default() {
            if let Some(member) = roster.member_of(member) {
                let seat = Seat { row, joined };
                roster.sit(member, seat);
                self.begin_all(family, roster, clock, member, seat, clock.now());
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a statistic, borrowed one by one")]
    #[inline]
    fn item<F: Family>(
        &self,
        family: &mut F,
        roster: &mut Roster,
        clock: &Clock,
        dirty: &mut Dirty,
        batch: &Batch,
        item: &Item,
        member: u32,
    ) {
        if let What::Records { left } = item.what {
            roster.records.insert(member, left);
            return each_seat(roster, dirty, member, |_, _| {});
        }
        if roster.follows().targets && !matches!(item.what, What::Status { .. }) {
            let attached = batch.items().data.get(item.data as usize);
            let media = attached.and_then(|attached| attached.media_type.as_ref());
            if roster.learn_room(member, item.what, media) {
                each_seat(roster, dirty, member, |_, _| {});
            }
            return;
        }
        let own;
        let mut clock = clock;
        if self.since_login {
            if let What::Status { to } = item.what
                && !self.log_out(&mut Scene { family, roster, clock, dirty }, item, to, member)
            {
                return;
            }
            own = clock.since(roster.sessions[member as usize], item.at);
            clock = &own;
        }
        if let Some(judge) = &self.judge {
            let mut scene = Scene { family, roster, clock, dirty };
            return self.judged(judge, &mut scene, batch, item, member);
        }
        match item.what {
            What::Ended { action, id } | What::Lost { action, id } => {
                let open = roster.opens_mut(member).and_then(|opens| {
                    let place = opens.iter().position(|open| open.id == id && open.action == action)?;
                    Some(opens.swap_remove(place))
                });
                let (since, conn) = open.map_or((item.start, item.conn), |open| (open.since, open.conn));
                let times = (last_seen(item), item.start, since);
                let mut touch =
                    self.touch(item.object, (action, item.call), times, conn, Some(item.source_span));
                touch.at = item.at;
                each_seat(roster, dirty, member, |row, joined| {
                    family.ended(row, &joined_at(touch, joined), clock);
                });
            }
            What::Happened { action } => {
                let times = (item.at, item.start, item.start);
                let touch =
                    self.touch(item.object, (action, item.call), times, item.conn, Some(item.source_span));
                if self.follows_work {
                    // It moves the shares of every row.
                    dirty.mark_all();
                    family.handled(&touch, action, item.by, clock);
                    return;
                }
                each_seat(roster, dirty, member, |row, _| family.happened(row, &touch, clock));
            }
            What::Began { action, id } => {
                if let Some(opens) = roster.opens_mut(member) {
                    let (begun, since) = (item.at, item.start);
                    let (conn, call) = (item.conn, item.call);
                    opens.push(Open { id, action, conn, call, begun, since, note: None });
                }
                let times = (item.at, item.at, item.start);
                let touch = self.touch(item.object, (action, item.call), times, item.conn, None);
                each_seat(roster, dirty, member, |row, joined| {
                    family.began(row, &joined_at(touch, joined), clock);
                });
            }
            What::Changed { action, id } => {
                let opens = roster.opens_mut(member).into_iter().flatten();
                let Some(open) = opens.into_iter().find(|open| open.id == id && open.action == action) else {
                    return;
                };
                let former = std::mem::replace(&mut open.conn, item.conn);
                let times = (item.at, item.at, item.start);
                let touch = self.touch(item.object, (action, item.call), times, former, None);
                each_seat(roster, dirty, member, |row, _| family.moved(row, &touch, item.conn));
            }
            What::Status { to } => self.status(family, roster, clock, dirty, batch, item, member, to),
            What::Unseen if self.statuses => self.unseen(family, roster, clock, dirty, item, member),
            What::Unseen
            | What::Joined { .. }
            | What::Left { .. }
            | What::Validity { .. }
            | What::Records { .. } => {}
        }
    }

    /// Records were lost: the status is known to have held until `start`, and none is known since (rule X-11).
    fn unseen<F: Family>(
        &self,
        family: &mut F,
        roster: &mut Roster,
        clock: &Clock,
        dirty: &mut Dirty,
        item: &Item,
        member: u32,
    ) {
        let former = roster.members[member as usize];
        roster.members[member as usize].status = None;
        let Some(status) = former.status.filter(|status| self.sides[status.action().code() * COLUMNS] != 0)
        else {
            return each_seat(roster, dirty, member, |_, _| {});
        };
        let times = (last_seen(item), former.begun, former.since);
        let mut touch = self.touch(item.object, (status.action(), None), times, ConnIx::NONE, None);
        touch.at = item.at;
        each_seat(roster, dirty, member, |row, joined| family.ended(row, &joined_at(touch, joined), clock));
    }

    #[allow(clippy::too_many_arguments, reason = "as above")]
    fn status<F: Family>(
        &self,
        family: &mut F,
        roster: &mut Roster,
        clock: &Clock,
        dirty: &mut Dirty,
        batch: &Batch,
        item: &Item,
        member: u32,
        to: Status,
    ) {
        let has_new_reasons = roster.follows().reasons && {
            let attached = batch.items().data.get(item.data as usize);
            roster.learn_reasons(member, attached.and_then(|attached| attached.reasons.as_ref()))
        };
        let entry = &mut roster.members[member as usize];
        let former = *entry;
        if former.status == Some(to) {
            // The same segment goes on with other data (rule ST-4); its start stays.
            if !(has_new_reasons && self.restarts(to)) {
                each_seat(roster, dirty, member, |_, _| {});
                return;
            }
            entry.since = item.at;
            let touch = |since: Micros| {
                self.touch(
                    item.object,
                    (to.action(), None),
                    (item.at, former.begun, since),
                    ConnIx::NONE,
                    None,
                )
            };
            let (before, now) = (touch(former.since), touch(item.at));
            each_seat(roster, dirty, member, |row, joined| {
                if before.main || before.rel {
                    family.ended(row, &joined_at(before, joined), clock);
                    family.began(row, &joined_at(now, joined), clock);
                }
            });
            return;
        }
        (entry.status, entry.begun, entry.since) = (Some(to), item.at, item.start);
        let outside = |status: Status| self.sides[status.action().code() * COLUMNS] == 0;
        if former.status.is_none_or(outside) && outside(to) && !roster.follows().states {
            return;
        }
        let ends = former.status.filter(|status| !outside(*status)).map(|status| {
            let times = (item.at, former.begun, former.since);
            self.touch(item.object, (status.action(), None), times, ConnIx::NONE, None)
        });
        let times = (item.at, item.at, item.start);
        let begins =
            (!outside(to)).then(|| self.touch(item.object, (to.action(), None), times, ConnIx::NONE, None));
        each_seat(roster, dirty, member, |row, joined| {
            if let Some(ends) = ends {
                family.ended(row, &joined_at(ends, joined), clock);
            }
            if let Some(begins) = begins {
                family.began(row, &joined_at(begins, joined), clock);
            }
        });
    }

    /// Whether a new reason within this status restarts the start that is shown (rule ST-7).
    fn restarts(&self, status: Status) -> bool {
        self.reason_restarts && matches!(status, Status::NotReadyForNextCall | Status::AfterCallWork)
    }

    fn membership<F: Family>(
        &self,
        family: &mut F,
        roster: &mut Roster,
        clock: &mut Clock,
        dirty: &mut Dirty,
        item: &Item,
    ) {
        if !roster.follows().members {
            return;
        }
        if clock.move_to(item.at) {
            dirty.mark_all();
        }
        let (group, joined) = match item.what {
            What::Joined { group } => (group, true),
            What::Left { group } => (group, false),
            _ => return,
        };
        let row = roster.row_of(group);
        let member = roster.member_of(item.object);
        if joined {
            let known = roster.groups.entry(group).or_default().insert(item.object, item.at).is_some();
            if let (Some(row), Some(member), false) = (row, member, known) {
                let seat = Seat { row, joined: item.at };
                roster.sit(member, seat);
                self.begin_all(family, roster, clock, member, seat, item.at);
            }
        } else {
            self.leave(family, roster, clock, group, item);
        }
        if let Some(row) = row {
            dirty.mark(row);
        }
    }

    /// What goes on with a member counts for the group from the joining on (rules O-4, Q-44).
    fn begin_all<F: Family>(
        &self,
        family: &mut F,
        roster: &Roster,
        clock: &Clock,
        member: u32,
        seat: Seat,
        at: Micros,
    ) {
        let going = match &self.judge {
            Some(judge) => self.judged_going(judge, roster, member, at),
            None => self.going(roster, member, at),
        };
        for touch in going {
            family.began(seat.row as usize, &joined_at(touch, seat.joined), clock);
        }
    }

    /// What goes on with a member ends for the group when he leaves it (rule O-4).
    fn leave<F: Family>(
        &self,
        family: &mut F,
        roster: &mut Roster,
        clock: &Clock,
        group: ObjectIx,
        item: &Item,
    ) {
        if let Some(members) = roster.groups.get_mut(&group) {
            members.remove(&item.object);
        }
        let (Some(row), Some(member)) = (roster.row_of(group), roster.member_of(item.object)) else { return };
        let Some(seat) = roster.rise(member, row) else { return };
        let own;
        let mut clock = clock;
        if self.since_login {
            own = clock.since(roster.sessions[member as usize], item.at);
            clock = &own;
        }
        if let Some(judge) = &self.judge {
            self.judged_leave(judge, family, roster, clock, member, seat, item.at);
        } else {
            for touch in self.going(roster, member, item.at) {
                family.ended(row as usize, &joined_at(touch, seat.joined), clock);
            }
        }
        family.forget(row as usize, item.object);
    }

    /// What goes on with a member and is in a mask.
    fn going(&self, roster: &Roster, member: u32, at: Micros) -> Vec<Touch> {
        let entry = &roster.members[member as usize];
        let touches: Vec<Touch> = if self.statuses {
            let times = (at, entry.begun, entry.since);
            let touch =
                |status: Status| self.touch(entry.object, (status.action(), None), times, ConnIx::NONE, None);
            entry.status.into_iter().map(touch).collect()
        } else {
            let touch = |open: &Open| {
                self.touch(
                    entry.object,
                    (open.action, open.call),
                    (at, open.begun, open.since),
                    open.conn,
                    None,
                )
            };
            roster.opens(member).iter().map(touch).collect()
        };
        touches.into_iter().filter(|touch| touch.main || touch.rel).collect()
    }

    /// A touch at, of what began for intervals, and for current times.
    #[inline]
    fn touch(
        &self,
        member: ObjectIx,
        (action, call): (Action, Option<CallKind>),
        (at, begun, since): (Micros, Micros, Micros),
        conn: ConnIx,
        source_span: Option<Micros>,
    ) -> Touch {
        let side = self.sides[action.code() * COLUMNS + column(call)];
        let length = match source_span {
            // Statuses always use local time (rule Q-43).
            Some(span) if self.source_time && !self.statuses => span.secs().max(0),
            _ => model::time::seconds_between(begun, at),
        };
        debug_assert!(action.kind() != Kind::Momentary || length == 0 || self.source_time);
        let (main, rel) = (side & 1 != 0, side & 2 != 0);
        Touch { at, until: at, begun, since, joined: BEFORE, length, conn, member, action, call, main, rel }
    }
}

/// Reads what these items will need, see [`Family::warm`].
fn warm<F: Family>(family: &F, roster: &Roster, batch: &Batch, places: &[u32]) -> i64 {
    let members =
        places.iter().filter_map(|place| roster.member_of(batch.items().items[*place as usize].object));
    let rows = members.map(|member| roster.members[member as usize].row).filter(|row| *row != NONE);
    rows.fold(0, |sum, row| sum ^ family.warm(row as usize))
}

/// Until when what ends with an item is known to have gone on; long ago if nothing of it counts.
fn last_seen(item: &Item) -> Micros {
    match item.what {
        What::Lost { .. } if item.source_span < Micros::ZERO => BEFORE,
        What::Lost { .. } => item.start + item.source_span,
        What::Unseen => item.start,
        _ => item.at,
    }
}

fn joined_at(mut touch: Touch, joined: Micros) -> Touch {
    touch.joined = joined;
    touch.begun = touch.begun.max(joined);
    touch
}

/// Calls `each` for every row that the member counts for, with the moment of joining, and marks it.
#[inline]
fn each_seat(roster: &Roster, dirty: &mut Dirty, member: u32, mut each: impl FnMut(usize, Micros)) {
    let row = roster.members[member as usize].row;
    if row != NONE {
        dirty.mark(row);
        each(row as usize, BEFORE);
    }
    for seat in roster.seats(member) {
        dirty.mark(seat.row);
        each(seat.row as usize, seat.joined);
    }
}
