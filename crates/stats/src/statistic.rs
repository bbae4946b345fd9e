//! A statistic: one definition for any number of objects, from items to values.

use crate::batch::{Batch, RECORDS, beginnings};
use crate::definition::{COLUMNS, Definition, HANDLING, Refused, Subject, column, members_of};
use crate::dirty::Dirty;
use crate::explain::{Log, Logged};
use crate::family::{Families, Look, last_tick, with_family};
use crate::roster::{Follows, Roster};
use crate::targets::TELLING;
use crate::time::{BEFORE, Clock};
use crate::value::{Content, Flags, Value};
use crate::walk::{Judge, Plan, Walk};
use crate::{Category, state};
use model::item::{CallKind, GapSpan};
use model::object::ObjectIx;
use model::{Micros, Object, ObjectType};
use std::sync::Arc;

/// Rows of one definition. A plain value: items and time go in, values come out.
///
/// Feed it every batch in order with [`apply`](Self::apply), from the beginning of the stream if it can be had: what
/// happened before the opening is followed but not counted. Let time pass with [`advance`](Self::advance).
#[derive(Clone, Debug)]
pub struct Statistic {
    definition: Arc<Definition>,
    pub(crate) clock: Clock,
    pub(crate) roster: Roster,
    pub(crate) families: Families,
    plan: Plan,
    dirty: Dirty,
    scratch: Vec<u32>,
    /// What has reached the row that somebody wants to understand.
    pub(crate) log: Option<Box<Log>>,
}

impl Statistic {
    /// Opens a statistic at `creation`; `zone` (IANA name or `+hh:mm`) serves profiles that name none.
    ///
    /// # Errors
    /// A zone that does not exist.
    pub fn open(definition: Arc<Definition>, creation: Micros, zone: &str) -> Result<Self, Refused> {
        let clock = Clock::new(&definition.profile, creation, zone).map_err(Refused::new)?;
        let families = Families::of(&definition);
        let states = definition.category.is_state();
        let groups = definition.objects.iter().any(|kind| kind.is_group());
        let actions = !definition.subject.is_status();
        // A group in a status of its own is a bag of nobody's, but tells who is in which.
        let members = groups && (definition.subject != Subject::GroupStatus || states);
        // Groups need what goes on with a member who joins or leaves; current times need starts, which the end of
        // an action does not repeat (rule Q-10).
        let current = match definition.category {
            Category::CurrentNumber => false,
            Category::AverageOfCurrentTime => true,
            _ => definition.is_current(),
        };
        let notes = definition.judged().is_some();
        let works = definition.category.is_estimate();
        let opens = actions && (members || current || notes || works);
        let rel_is_free = definition.rel_is_free();
        let sessions = definition.is_since_login();
        let reasons = states || definition.reason_restarts;
        let targets = definition.category == Category::CurrentTargetState;
        let follows = Follows { members, opens, states, targets, reasons, notes, sessions, rel_is_free };
        let plan = Plan::new(&definition, follows, families.follows_beginnings());
        let roster = Roster::new(follows);
        Ok(Self {
            definition,
            clock,
            roster,
            families,
            plan,
            dirty: Dirty::default(),
            scratch: Vec::new(),
            log: None,
        })
    }

    /// The same definition at the same instant, knowing no object.
    pub(crate) fn without_rows(&self) -> Self {
        Self {
            definition: Arc::clone(&self.definition),
            clock: self.clock.clone(),
            roster: Roster::new(self.roster.follows()),
            families: Families::of(&self.definition),
            plan: self.plan.clone(),
            dirty: Dirty::default(),
            scratch: Vec::new(),
            log: None,
        }
    }

    /// Whether it follows objects that have no row, as groups do with their members.
    pub(crate) fn watches(&self) -> bool {
        !self.plan.watched.is_empty()
    }

    /// When it was opened.
    pub fn creation(&self) -> Micros {
        self.clock.creation()
    }

    /// The definition.
    pub fn definition(&self) -> &Arc<Definition> {
        &self.definition
    }

    /// Adds a row; nothing happens if the object has one. Items of the object that were applied before the row was
    /// added are known only if the object is a member of a group type of the definition.
    ///
    /// # Errors
    /// An object of a type that the stat type is not for.
    pub fn add(&mut self, ix: ObjectIx, object: &Object) -> Result<(), Refused> {
        if !self.definition.accepts(object.kind) {
            return Err(Refused::new(format!(
                "object `{}` is of type {}, which the stat type is not for",
                object.id,
                object.kind.name()
            )));
        }
        if self.roster.row_of(ix).is_some() {
            return Ok(());
        }
        let is_group = object.kind.is_group();
        let own = !is_group || !self.roster.follows().members || self.roster.follows().states;
        let row = self.roster.add_row(ix, object, own);
        self.families.push(None);
        self.dirty.push();
        let walk = self.walk();
        let Self { families, roster, clock, log, .. } = self;
        match log.as_deref_mut().filter(|log| log.object == ix) {
            Some(log) => {
                log.begin_row(row);
                with_family!(families, family => walk.settle_in(&mut Logged { family, log }, roster, clock, row));
            }
            None => with_family!(families, family => walk.settle_in(family, roster, clock, row)),
        }
        Ok(())
    }

    /// Whether the object has a row.
    pub fn has(&self, ix: ObjectIx) -> bool {
        self.roster.row_of(ix).is_some()
    }

    /// The objects that have rows, in the order in which these were added.
    pub fn objects(&self) -> impl Iterator<Item = ObjectIx> {
        self.roster.rows.iter().map(|row| row.object)
    }

    /// Takes in a batch: all its items and gaps, and the time up to its `through`.
    pub fn apply(&mut self, batch: &Batch) {
        let items = batch.items();
        for (ix, object) in &items.appeared {
            if self.plan.watches(object.kind) {
                self.roster.enter(*ix, object);
            }
        }
        let mut places = std::mem::take(&mut self.scratch);
        batch.gather(&self.plan.codes, self.plan.statuses || self.plan.since_login, &mut places);
        let walk = self.walk();
        let Self { families, roster, clock, dirty, log, .. } = self;
        match log.as_deref_mut() {
            Some(log) => with_family!(families, family => {
                walk.run(&mut Logged { family, log }, roster, clock, dirty, batch, &places);
            }),
            None => with_family!(families, family => walk.run(family, roster, clock, dirty, batch, &places)),
        }
        self.scratch = places;
        self.take_gaps(batch);
        self.advance(items.through);
    }

    /// Lets time pass without items: all instants up to and including `now` are complete.
    pub fn advance(&mut self, now: Micros) {
        if self.clock.move_to(now) {
            self.dirty.mark_all();
        }
    }

    /// The value of an object as of `now`, which must not lie before what was applied; none if the object has no
    /// row or `now` lies before the opening (rule Q-5).
    pub fn read(&self, ix: ObjectIx, now: Micros) -> Option<Value> {
        self.value(ix, now, self.clock.beginning_at(now))
    }

    /// The value of the interval that ends at the next reset, as of its end (rule TP-13): to be asked when
    /// everything before [`next_reset`](Self::next_reset) has been applied and nothing of that instant.
    pub fn closing(&self, ix: ObjectIx) -> Option<Value> {
        self.value(ix, self.clock.until(), self.clock.from())
    }

    /// When the present Growing interval ends, if it does.
    pub fn next_reset(&self) -> Option<Micros> {
        let until = self.clock.until();
        (until < Micros::MAX && self.clock.from() > BEFORE).then_some(until)
    }

    /// The instant up to which everything has been applied.
    pub fn through(&self) -> Micros {
        self.clock.now()
    }

    /// The objects whose values may differ from those at the last call, in the order of their numbers: those with
    /// items since, and those that move with time. Values move at whole seconds only (rule G-5).
    pub fn changed(&mut self, now: Micros) -> Vec<ObjectIx> {
        self.advance(now);
        let before = self.dirty.ask(now);
        let ticked = before.is_none_or(|before| before.secs() != now.secs());
        if before.is_some_and(|before| before < self.elapsed_from()) {
            self.dirty.mark_all();
        }
        let Self { roster, families, dirty, plan, .. } = self;
        let main = plan.either;
        let moves = |row: u32| {
            let mut running = roster.running(row);
            let running = plan.statuses && running.any(|one| main.has_status(one.status));
            families.ticks(row as usize, running)
        };
        let rows = dirty.take(roster.rows.len() as u32, ticked, moves);
        let mut objects: Vec<_> = rows.into_iter().map(|row| roster.rows[row as usize].object).collect();
        objects.sort_unstable();
        objects
    }

    /// The objects that had items since the last call of this or of [`changed`](Self::changed), in the order of their
    /// numbers: those that events have touched (rule N-3), without those that time alone moves.
    pub fn touched(&mut self) -> Vec<ObjectIx> {
        let rows = self.dirty.take(self.roster.rows.len() as u32, false, |_| false);
        let mut objects: Vec<_> = rows.into_iter().map(|row| self.roster.rows[row as usize].object).collect();
        objects.sort_unstable();
        objects
    }

    /// Where the interval of a value as of `now` begins: the last reset or the edge of the window, not before the
    /// opening (rule N-7).
    pub fn interval_at(&self, now: Micros) -> Micros {
        self.interval_start(now, self.clock.beginning_at(now))
    }

    fn value(&self, ix: ObjectIx, now: Micros, from: Micros) -> Option<Value> {
        let row = self.roster.row_of(ix)?;
        let creation = self.clock.creation();
        if now < creation {
            return None;
        }
        let head = &self.roster.rows[row as usize];
        let category = self.definition.category;
        if category.is_state() {
            let content = Content::State(state::read(&self.roster, row, category)?);
            return Some(Value { content, flags: Flags::default(), at: now });
        }
        let actions: &mut dyn Iterator<Item = _> = &mut std::iter::empty();
        let mut statuses = self.plan.statuses.then(|| self.roster.running(row));
        let running = match &mut statuses {
            Some(statuses) => statuses as &mut dyn Iterator<Item = _>,
            None => actions,
        };
        // At rest after the logout (rule TP-12).
        let (last, from) = match self.roster.session_of(row) {
            Some((login, logout)) => (logout.map_or(now, |logout| logout.min(now)), login.max(creation)),
            None => (now, from),
        };
        let left = self.roster.records.get(&head.own).copied();
        let mut look = Look { now: last, from, creation, running, roster: &self.roster, row, left };
        let number = self.families.read(row as usize, &mut look);
        let partial = !self.definition.is_current() && head.gap >= self.interval_start(now, from);
        let flags = Flags::default()
            .with(Flags::EMPTY, number.empty)
            .with(Flags::INVALID, !head.valid)
            .with(Flags::PARTIAL, partial);
        Some(Value { content: Content::Number(number.value), flags, at: now })
    }

    /// From when on no value is empty for want of elapsed time: the first second, or the first tick, has passed.
    fn elapsed_from(&self) -> Micros {
        let step = match self.definition.profile {
            crate::TimeProfile::Sliding { step, .. } => i64::from(step),
            _ => 0,
        };
        self.clock.from() + Micros::from_secs(step + 1)
    }

    /// Where the interval of a value begins, for gaps.
    fn interval_start(&self, now: Micros, from: Micros) -> Micros {
        match self.definition.profile {
            crate::TimeProfile::Sliding { window, step } => {
                let tick = last_tick(now, Micros::from_secs(i64::from(step)), from);
                from.max(tick - Micros::from_secs(i64::from(window)))
            }
            _ => from,
        }
    }

    fn take_gaps(&mut self, batch: &Batch) {
        batch.items().gaps.iter().for_each(|gap| self.miss(gap));
    }

    /// Rows of these objects are partial until the gap has left their interval (contracts, part 4).
    pub fn miss(&mut self, gap: &GapSpan) {
        for object in &gap.objects {
            if let Some(row) = self.roster.row_of(*object) {
                let head = &mut self.roster.rows[row as usize];
                head.gap = head.gap.max(gap.to);
                self.dirty.mark(row);
            }
        }
    }

    /// Lets beginnings of all actions of the masks reach the families, for who wants to know them.
    pub(crate) fn follow_beginnings(&mut self) {
        if !self.plan.statuses {
            let mut codes = self.plan.codes.to_vec();
            let new =
                self.plan.either.actions().map(beginnings).filter(|code| !self.plan.codes.contains(code));
            codes.extend(new);
            self.plan.codes = codes.into();
        }
    }

    fn walk(&self) -> Walk {
        Walk::new(&self.plan, self.definition.use_source_time)
    }

    /// Marks every row as changed: after a restore nobody knows what was sent.
    pub(crate) fn mark_all(&mut self) {
        self.dirty.mark_all();
    }

    pub(crate) fn push_dirty(&mut self) {
        self.dirty.push();
    }
}

impl Plan {
    fn new(definition: &Definition, follows: Follows, beginnings_matter: bool) -> Self {
        let either = definition.main.union(definition.rel);
        let statuses = definition.subject.is_status() || follows.states;
        let mut codes = Vec::new();
        if !statuses {
            for action in either.actions() {
                codes.push(action.code() as u16);
                if beginnings_matter || follows.opens {
                    codes.push(beginnings(action));
                }
            }
        }
        if follows.targets {
            codes.extend(TELLING.iter().flat_map(|action| [action.code() as u16, beginnings(*action)]));
        }
        let reason_restarts = definition.reason_restarts;
        let follows_work = definition.category.is_estimate();
        let mut watched = Vec::new();
        if follows_work {
            codes.extend(HANDLING.map(|action| action.code() as u16));
            watched.extend([ObjectType::Queue, ObjectType::RoutePoint]);
        }
        if definition.category.is_of_lists() {
            codes.push(RECORDS);
            watched.extend([ObjectType::CallingList, ObjectType::CampaignCallingList]);
        }
        if follows.members {
            definition.objects.iter().for_each(|kind| watched.extend_from_slice(members_of(*kind)));
        }
        let mut columns = [None; COLUMNS];
        CallKind::ALL.iter().for_each(|call| columns[column(Some(*call))] = Some(*call));
        let sides = model::Action::ALL
            .iter()
            .flat_map(|action| columns.map(|call| (*action, call)))
            .map(|(action, call)| {
                let (main, rel) = (definition.main.holds(action, call), definition.rel.holds(action, call));
                u8::from(main) | u8::from(rel) << 1
            })
            .collect::<Vec<u8>>();
        let (codes, watched, sides) = (codes.into(), watched.into(), sides.into());
        let (judge, since_login) = (Judge::of(definition), definition.is_since_login());
        Self { codes, statuses, watched, sides, either, judge, since_login, follows_work, reason_restarts }
    }
}
