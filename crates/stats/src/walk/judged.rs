//! The way of items through a filter: stretches of actions and statuses in which it is true (rules F-1, F-2, F-5,
//! F-8, Q-35).

use super::{Scene, Walk, each_seat, joined_at, last_seen};
use crate::batch::Batch;
use crate::definition::{Aggregate, COLUMNS, Definition};
use crate::family::{Family, Touch};
use crate::filter::Filter;
use crate::roster::{Note, Open, Roster, Seat};
use crate::time::{BEFORE, Clock};
use model::item::{Attached, ConnIx, Item, What};
use model::{Action, Micros, Status};

/// What a filter says, and when rows hear of it.
#[derive(Clone, Debug)]
pub(crate) struct Judge {
    filter: Option<Filter>,
    aggregate: Option<Aggregate>,
    mode: Mode,
    /// The relative mask is not filtered (rule F-6).
    rel_is_free: bool,
}

/// When rows hear of what passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Each stretch begins and ends for them as it does.
    Stretches,
    /// All stretches at the real end (rules F-8, Q-35).
    Ends,
    /// Once, with the value of a formula, if the filter is true at the real end (rules C-7, C-8).
    Values,
    /// Never: whoever reads a value judges what goes on (a `Duration` decides, or a formula).
    Reading,
}

/// What a change of data changes.
enum Turn {
    Nothing,
    On,
    /// The stretch that ends began then.
    Off(Micros),
}

static NOTHING: Attached = Attached {
    reasons: None,
    user_data: None,
    extensions: None,
    this_queue: None,
    ani: None,
    dnis: None,
    customer_id: None,
    media_type: None,
    treatment_type: None,
};

impl Note {
    fn turn(&mut self, passes: bool, at: Micros) -> Turn {
        match self.passing {
            None if passes => {
                // What was false within one instant only was not false (rule Q-3).
                let resumed = self.stretches.pop_if(|(_, until)| *until == at);
                self.passing = Some(resumed.map_or(at, |(begun, _)| begun));
                Turn::On
            }
            Some(begun) if !passes => {
                self.passing = None;
                if begun < at {
                    self.stretches.push((begun, at));
                }
                Turn::Off(begun)
            }
            _ => Turn::Nothing,
        }
    }

    /// Every stretch, of what began at `begun` and ends now.
    fn all(&self, begun: Micros, at: Micros) -> impl Iterator<Item = (Micros, Micros)> {
        // One that began in the instant of the end is none, unless the action itself is as short.
        let last = self.passing.filter(|since| *since < at || begun == at).map(|since| (since, at));
        self.stretches.iter().copied().chain(last)
    }
}

impl Judge {
    pub(crate) fn of(definition: &Definition) -> Option<Self> {
        let mode = definition.judged()?;
        let rel_is_free = definition.rel_is_free();
        let (filter, aggregate) = (definition.filter.clone(), definition.aggregate.clone());
        Some(Self { filter, aggregate, mode, rel_is_free })
    }

    fn passes(&self, data: &Attached, seconds: i64) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.holds(data, seconds))
    }

    /// Tells a row that an action or status has ended.
    fn end<F: Family>(
        &self,
        family: &mut F,
        row: usize,
        open: &Open,
        touches: &[Touch],
        joined: Micros,
        clock: &Clock,
    ) {
        // What was over before the member joined is none of the group's.
        let counts = |touch: &&Touch| self.mode == Mode::Stretches || touch.until >= joined;
        for touch in touches.iter().filter(counts) {
            let touch = joined_at(*touch, joined);
            match (&self.aggregate, &open.note) {
                (Some(aggregate), Some(note)) => {
                    // Rule G-5: never before the opening; intervals do not cut what a formula sees.
                    let seconds = touch.clipped(clock.creation());
                    if let Some(value) = aggregate.value(&note.inputs, open.action, open.conn, seconds) {
                        family.valued(row, &touch, value, clock);
                    }
                }
                _ => family.ended(row, &touch, clock),
            }
        }
    }

    /// Takes in what an action or status carries from now on.
    fn weigh(&self, note: &mut Note, data: &Attached, at: Micros) -> Turn {
        if let Some(aggregate) = &self.aggregate {
            note.inputs = aggregate.formula.inputs(data);
        }
        if self.mode == Mode::Reading {
            note.facts = self.filter.as_ref().map_or(0, |filter| filter.facts(data));
            return Turn::Nothing;
        }
        note.turn(self.passes(data, 0), at)
    }
}

impl Walk {
    pub(super) fn judged<F: Family>(
        &self,
        judge: &Judge,
        scene: &mut Scene<'_, F>,
        batch: &Batch,
        item: &Item,
        member: u32,
    ) {
        let data = batch.items().data.get(item.data as usize).unwrap_or(&NOTHING);
        match item.what {
            What::Happened { action } => self.judged_moment(judge, scene, item, action, data, member),
            What::Began { action, id } => {
                let mut note = Box::<Note>::default();
                let turn = judge.weigh(&mut note, data, item.at);
                let (conn, begun, since) = (item.conn, item.at, item.start);
                let open = Open { id, action, conn, call: item.call, begun, since, note: Some(note) };
                self.turned(judge, scene, &open, turn, item.at, member);
                scene.roster.opens_mut(member).into_iter().for_each(|opens| opens.push(open.clone()));
            }
            What::Changed { action, id } => {
                let opens = scene.roster.opens_mut(member).into_iter().flatten();
                let Some(open) = opens.into_iter().find(|open| open.id == id && open.action == action) else {
                    return;
                };
                let former = std::mem::replace(&mut open.conn, item.conn);
                let mut note = open.note.take().unwrap_or_default();
                let passed = note.passing.is_some();
                let turn = judge.weigh(&mut note, data, item.at);
                open.note = Some(note);
                let open = open.clone();
                if passed && judge.mode == Mode::Stretches {
                    let times = (item.at, open.begun, open.since);
                    let touch = self.touch(item.object, (action, item.call), times, former, None);
                    each_seat(scene.roster, scene.dirty, member, |row, _| {
                        scene.family.moved(row, &touch, item.conn);
                    });
                }
                self.turned(judge, scene, &open, turn, item.at, member);
            }
            What::Ended { action, id } | What::Lost { action, id } => {
                let open = scene.roster.opens_mut(member).and_then(|opens| {
                    let place = opens.iter().position(|open| open.id == id && open.action == action)?;
                    Some(opens.swap_remove(place))
                });
                // What began before anything was followed is judged by what it carries now.
                let open = open.unwrap_or_else(|| {
                    let mut note = Box::<Note>::default();
                    judge.weigh(&mut note, data, item.start);
                    let (conn, begun) = (item.conn, item.start);
                    Open { id, action, conn, call: item.call, begun, since: begun, note: Some(note) }
                });
                let touches = self.endings(
                    judge,
                    &open,
                    (last_seen(item), item.at),
                    Some(item.source_span),
                    item.object,
                );
                self.end_all(judge, scene, &open, &touches, member);
            }
            What::Unseen if self.statuses => {
                if let Some(former) = self.status_as_open(scene.roster, member) {
                    let touches = self.endings(judge, &former, (last_seen(item), item.at), None, item.object);
                    self.end_all(judge, scene, &former, &touches, member);
                }
                scene.roster.members[member as usize].status = None;
                scene.roster.notes[member as usize] = Note::default();
            }
            What::Status { to } => self.judged_status(judge, scene, item, to, data, member),
            What::Unseen
            | What::Joined { .. }
            | What::Left { .. }
            | What::Validity { .. }
            | What::Records { .. } => {}
        }
    }

    /// Instantaneous actions are judged once, when they happen (rule F-2).
    fn judged_moment<F: Family>(
        &self,
        judge: &Judge,
        scene: &mut Scene<'_, F>,
        item: &Item,
        action: Action,
        data: &Attached,
        member: u32,
    ) {
        let times = (item.at, item.start, item.start);
        let mut touch =
            self.touch(item.object, (action, item.call), times, item.conn, Some(item.source_span));
        if judge.mode == Mode::Reading {
            return;
        }
        if !judge.passes(data, touch.length) {
            (touch.main, touch.rel) = (false, touch.rel && judge.rel_is_free);
        }
        if !(touch.main || touch.rel) {
            return;
        }
        let Some(aggregate) = &judge.aggregate else {
            each_seat(scene.roster, scene.dirty, member, |row, _| {
                scene.family.happened(row, &touch, scene.clock);
            });
            return;
        };
        let inputs = aggregate.formula.inputs(data);
        if let Some(value) = aggregate.value(&inputs, action, item.conn, touch.length) {
            each_seat(scene.roster, scene.dirty, member, |row, _| {
                scene.family.valued(row, &touch, value, scene.clock);
            });
        }
    }

    /// A stretch begins or ends in the middle of an action or a status.
    fn turned<F: Family>(
        &self,
        judge: &Judge,
        scene: &mut Scene<'_, F>,
        open: &Open,
        turn: Turn,
        at: Micros,
        member: u32,
    ) {
        let object = scene.roster.members[member as usize].object;
        let touch = |begun: Micros| {
            let mut touch =
                self.touch(object, (open.action, open.call), (at, begun, open.since), open.conn, None);
            touch.rel &= !judge.rel_is_free;
            touch
        };
        match (judge.mode, turn) {
            (Mode::Stretches, Turn::On) => {
                let begun = open.note.as_ref().and_then(|note| note.passing).unwrap_or(at);
                let touch = touch(begun);
                each_seat(scene.roster, scene.dirty, member, |row, joined| {
                    scene.family.began(row, &joined_at(touch, joined), scene.clock);
                });
            }
            (Mode::Stretches, Turn::Off(begun)) => {
                let touch = touch(begun);
                each_seat(scene.roster, scene.dirty, member, |row, joined| {
                    scene.family.ended(row, &joined_at(touch, joined), scene.clock);
                });
            }
            (Mode::Reading, _) => each_seat(scene.roster, scene.dirty, member, |_, _| {}),
            _ => {}
        }
    }

    fn judged_status<F: Family>(
        &self,
        judge: &Judge,
        scene: &mut Scene<'_, F>,
        item: &Item,
        to: Status,
        data: &Attached,
        member: u32,
    ) {
        let place = member as usize;
        let former = self.status_as_open(scene.roster, member);
        let is_new = scene.roster.members[place].status != Some(to);
        if is_new {
            if let Some(former) = former {
                let touches = self.endings(judge, &former, (item.at, item.at), None, item.object);
                self.end_all(judge, scene, &former, &touches, member);
            }
            let entry = &mut scene.roster.members[place];
            (entry.status, entry.begun, entry.since) = (Some(to), item.at, item.start);
            scene.roster.notes[place] = Note::default();
        }
        let has_new_reasons = scene.roster.learn_reasons(member, data.reasons.as_ref());
        if has_new_reasons && !is_new && self.restarts(to) {
            if let Some(open) = self.status_as_open(scene.roster, member) {
                let touches = self.endings(judge, &open, (item.at, item.at), None, item.object);
                self.end_all(judge, scene, &open, &touches, member);
            }
            scene.roster.members[place].since = item.at;
            if let Some(open) = self.status_as_open(scene.roster, member)
                && open.note.as_ref().is_some_and(|note| note.passing.is_some())
            {
                self.turned(judge, scene, &open, Turn::On, item.at, member);
            }
        }
        let turn = judge.weigh(&mut scene.roster.notes[place], data, item.at);
        if let Some(open) = self.status_as_open(scene.roster, member) {
            self.turned(judge, scene, &open, turn, item.at, member);
        }
    }

    /// A member's status in the shape of an action, if it is in a mask.
    fn status_as_open(&self, roster: &Roster, member: u32) -> Option<Open> {
        let entry = &roster.members[member as usize];
        let action = entry.status?.action();
        let note = roster.notes.get(member as usize)?.clone();
        let (begun, since) = (entry.begun, entry.since);
        let open =
            Open { id: 0, action, conn: ConnIx::NONE, call: None, begun, since, note: Some(note.into()) };
        (self.sides[action.code() * COLUMNS] != 0).then_some(open)
    }

    /// What rows hear when an action or a status ends at `until`, as is known at `at`.
    fn endings(
        &self,
        judge: &Judge,
        open: &Open,
        (until, at): (Micros, Micros),
        span: Option<Micros>,
        object: model::object::ObjectIx,
    ) -> Vec<Touch> {
        let Some(note) = &open.note else { return Vec::new() };
        let stretch = |(begun, end): (Micros, Micros)| {
            let is_whole = begun == open.begun && end == until;
            let times = (end, begun, open.since);
            let span = span.filter(|_| is_whole);
            let mut touch = self.touch(object, (open.action, open.call), times, open.conn, span);
            touch.at = at;
            touch.rel &= !judge.rel_is_free;
            touch
        };
        let mut touches: Vec<Touch> = match judge.mode {
            Mode::Stretches => note.passing.map(|begun| stretch((begun, until))).into_iter().collect(),
            Mode::Values => note.passing.map(|_| stretch((open.begun, until))).into_iter().collect(),
            Mode::Ends if until == BEFORE => Vec::new(),
            Mode::Ends => note.all(open.begun, until).map(stretch).collect(),
            Mode::Reading => Vec::new(),
        };
        if judge.rel_is_free {
            let times = (until, open.begun, open.since);
            let mut whole = self.touch(object, (open.action, open.call), times, open.conn, span);
            whole.at = at;
            match touches.iter_mut().find(|touch| touch.begun == open.begun && touch.until == until) {
                // True all along: one member, not two.
                Some(all) => all.rel = whole.rel,
                None => {
                    whole.main = false;
                    touches.push(whole);
                }
            }
        }
        touches.retain(|touch| touch.main || touch.rel);
        touches
    }

    fn end_all<F: Family>(
        &self,
        judge: &Judge,
        scene: &mut Scene<'_, F>,
        open: &Open,
        touches: &[Touch],
        member: u32,
    ) {
        each_seat(scene.roster, scene.dirty, member, |row, joined| {
            judge.end(scene.family, row, open, touches, joined, scene.clock);
        });
    }

    /// What goes on with a member and passes.
    pub(super) fn judged_going(&self, judge: &Judge, roster: &Roster, member: u32, at: Micros) -> Vec<Touch> {
        if judge.mode != Mode::Stretches {
            return Vec::new();
        }
        let object = roster.members[member as usize].object;
        let touch = |open: &Open| {
            let begun = open.note.as_ref()?.passing?;
            let mut touch =
                self.touch(object, (open.action, open.call), (at, begun, open.since), open.conn, None);
            touch.rel &= !judge.rel_is_free;
            (touch.main || touch.rel).then_some(touch)
        };
        self.open_things(roster, member).iter().filter_map(touch).collect()
    }

    /// What goes on with a member ends for the group that he leaves.
    #[allow(clippy::too_many_arguments, reason = "the parts of a statistic, borrowed one by one")]
    pub(super) fn judged_leave<F: Family>(
        &self,
        judge: &Judge,
        family: &mut F,
        roster: &Roster,
        clock: &Clock,
        member: u32,
        seat: Seat,
        at: Micros,
    ) {
        let object = roster.members[member as usize].object;
        for open in self.open_things(roster, member) {
            let touches = self.endings(judge, &open, (at, at), None, object);
            judge.end(family, seat.row as usize, &open, &touches, seat.joined, clock);
        }
    }

    fn open_things(&self, roster: &Roster, member: u32) -> Vec<Open> {
        if self.statuses {
            self.status_as_open(roster, member).into_iter().collect()
        } else {
            roster.opens(member).to_vec()
        }
    }
}
