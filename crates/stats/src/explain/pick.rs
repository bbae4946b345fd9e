//! What counts for a value at a moment, out of all that reached the row.

mod sums;

use super::log::{How, Log, Past};
use super::{Contribution, Interval};
use crate::definition::{Category, Definition};
use crate::family::{Families, last_tick};
use crate::statistic::Statistic;
use crate::time::{BEFORE, TimeProfile};
use model::item::{CallKind, ConnIx};
use model::object::ObjectIx;
use model::time::seconds_between;
use model::{Micros, ObjectType};

/// What is picked from, and for when.
struct Pick<'a> {
    statistic: &'a Statistic,
    definition: &'a Definition,
    log: &'a Log,
    row: u32,
    creation: Micros,
    /// Now, or the logout.
    last: Micros,
    interval: Interval,
    /// The edge of the window: what ended there or before has left it.
    edge: Option<Micros>,
}

/// The interval of the value, and its contributions.
pub(super) fn pick(
    statistic: &Statistic,
    log: &Log,
    object: ObjectIx,
    now: Micros,
) -> Option<(Interval, Vec<Contribution>)> {
    let definition = &**statistic.definition();
    let row = statistic.roster.row_of(object)?;
    let creation = statistic.creation();
    let (last, from) = match statistic.roster.session_of(row) {
        Some((login, logout)) => (logout.map_or(now, |logout| logout.min(now)), login.max(creation)),
        None => (now, statistic.clock.beginning_at(now)),
    };
    let (interval, edge) = match definition.profile {
        TimeProfile::Sliding { window, step } if !definition.is_current() => {
            let until = last_tick(last, Micros::from_secs(i64::from(step)), creation);
            let edge = until - Micros::from_secs(i64::from(window));
            (Interval { from: edge.max(creation), until }, Some(edge))
        }
        _ => (Interval { from, until: last }, None),
    };
    let pick = Pick { statistic, definition, log, row, creation, last, interval, edge };
    Some((interval, pick.items()))
}

impl Pick<'_> {
    fn items(&self) -> Vec<Contribution> {
        let is_selection = matches!(self.definition.profile, TimeProfile::Selection(_));
        match self.statistic.families {
            Families::PerCall(_) if is_selection => self.last_ones(),
            Families::Totals(_) | Families::Sessions(_) | Families::PerCall(_) => self.sums(),
            Families::Window(_) if self.definition.category == Category::TotalDistinctTime => {
                self.ended_stretches()
            }
            Families::Window(_) => self.sums(),
            Families::Selection(_) => self.last_ones(),
            Families::Values(_) => self.values(),
            Families::Now(_) | Families::Starts(_) | Families::Calls(_) => self.going(),
            Families::Reading(_) => self.read(),
            Families::Runs(_) if self.definition.is_current() => self.chain(),
            Families::Distinct(_) if !self.definition.subject.is_status() => self.ended_stretches(),
            Families::Levels(_) | Families::Steps(_) | Families::Runs(_) | Families::Distinct(_) => {
                self.stretches()
            }
            Families::Waiting(_) => self.works(),
            Families::States(_) => self.states(),
        }
    }

    fn past(&self, how: impl Fn(How) -> bool) -> impl Iterator<Item = &Past> {
        self.log.past.iter().filter(move |past| how(past.how))
    }

    /// The last so many that have finished (rules TP-11, Q-36).
    fn last_ones(&self) -> Vec<Contribution> {
        let TimeProfile::Selection(limit) = self.definition.profile else { return Vec::new() };
        let counts = |past: &&Past| match past.how {
            How::Ended => past.from != BEFORE && self.reaches(past, self.creation),
            How::Happened | How::Valued(_) => past.from != BEFORE,
            How::Going => false,
        };
        let mut finished: Vec<&Past> = self.log.past.iter().filter(counts).collect();
        // The log is in the order of beginnings where these are known.
        match self.definition.subject.is_status() {
            true => finished.sort_by_key(|past| (past.touch.until, past.touch.begun)),
            false => finished.sort_by_key(|past| past.nth),
        }
        let first = finished.len().saturating_sub(limit as usize);
        let of = |past: &&Past| {
            let happened = past.how == How::Happened;
            let seconds = if happened { past.touch.length } else { past.touch.clipped(self.creation) };
            Contribution::of(past, seconds)
        };
        let is_stretch = |past: &&&Past| past.how == How::Ended || !self.is_distinct_time();
        finished[first..].iter().filter(is_stretch).map(of).collect()
    }

    fn is_distinct_time(&self) -> bool {
        self.definition.category == Category::TotalDistinctTime
    }

    fn values(&self) -> Vec<Contribution> {
        let is_status = self.definition.subject.is_status();
        let counts = |past: &&Past| {
            let touch = past.touch;
            let is_out = is_status && touch.at <= touch.begun.max(past.from) || touch.until < past.from;
            touch.main && !is_out && past.from != BEFORE && self.is_within(past, touch.until)
        };
        let valued = |how| matches!(how, How::Valued(_));
        let of = |past: &Past| Contribution::of(past, past.touch.clipped(self.creation));
        match self.definition.profile {
            TimeProfile::Selection(_) => self.last_ones(),
            _ => self.past(valued).filter(counts).map(of).collect(),
        }
    }

    /// What goes on now (rule G-1).
    fn going(&self) -> Vec<Contribution> {
        let now = |past: &Past| {
            let seconds = seconds_between(past.touch.since, self.last);
            Contribution { begun: past.touch.since, ..Contribution::of(past, seconds) }
        };
        self.past(|how| how == How::Going).map(now).collect()
    }

    /// What goes on now and passes a filter with `Duration`, or has a value.
    fn read(&self) -> Vec<Contribution> {
        let (main, rel) = (self.definition.main, self.definition.rel);
        let mut items = Vec::new();
        for one in self.statistic.roster.going(self.row) {
            let seconds = seconds_between(one.since, self.last);
            let filter = self.definition.filter.as_ref();
            if filter.is_some_and(|filter| !filter.decide(one.note.facts, seconds)) {
                continue;
            }
            let of = |aggregate: &crate::Aggregate| {
                aggregate.value(&one.note.inputs, one.action, one.conn, seconds)
            };
            let value = self.definition.aggregate.as_ref().map(of);
            if value.is_some_and(|value| value.is_none()) {
                continue;
            }
            items.push(Contribution {
                call: one.call,
                conn: one.conn,
                seconds,
                main: main.holds(one.action, one.call),
                rel: rel.holds(one.action, one.call),
                value: value.flatten(),
                ..Contribution::going(one.action, ObjectIx::NONE, one.since)
            });
        }
        items
    }

    /// The stretches that have followed each other without a break until now.
    fn chain(&self) -> Vec<Contribution> {
        let goes_on = self.past(|how| how == How::Going).filter(|past| past.touch.main);
        let mut chain: Vec<&Past> = goes_on.collect();
        let mut start = chain.iter().map(|past| past.opened).min();
        while let Some(from) = start {
            let before = self.past(|how| how == How::Ended).filter(|past| past.touch.main);
            let next = before
                .filter(|past| past.touch.until >= from && past.opened < from)
                .min_by_key(|past| past.opened);
            chain.extend(next);
            start = next.map(|past| past.opened);
        }
        let of = |past: &&Past| {
            let until = if past.how == How::Going { self.last } else { past.touch.at };
            let begun = past.touch.since;
            Contribution { begun, ..Contribution::of(past, seconds_between(begun, until)) }
        };
        chain.iter().rev().map(of).collect()
    }

    /// Everything that went on at some moment of the interval.
    fn stretches(&self) -> Vec<Contribution> {
        let Interval { from, until } = self.interval;
        let mut items = Vec::new();
        for past in self.past(|how| matches!(how, How::Going | How::Ended)).filter(|past| past.touch.main) {
            let touch = past.touch;
            let is_level = matches!(self.statistic.families, Families::Levels(_) | Families::Steps(_));
            let end = if !is_level { touch.until } else { touch.at };
            let ended = (past.how == How::Ended).then_some(end);
            if past.opened > until || ended.is_some_and(|ended| ended <= from.max(past.opened)) {
                continue;
            }
            let ended = ended.filter(|ended| *ended <= until);
            let seconds = seconds_between(past.opened.max(from), ended.unwrap_or(until));
            let begun = if self.is_distinct_time() { past.opened } else { touch.since };
            items.push(Contribution { begun, ended, ..Contribution::of(past, seconds) });
        }
        items
    }

    /// Stretches of actions that have ended in the interval (rule Q-40).
    fn ended_stretches(&self) -> Vec<Contribution> {
        let Interval { from, .. } = self.interval;
        let counts = |past: &&Past| {
            let touch = past.touch;
            let reaches = self.edge.map_or(touch.until >= from, |edge| touch.until > edge);
            touch.main
                && reaches
                && self.is_within(past, touch.at)
                && self.reaches(past, from.min(touch.until))
        };
        let of = |past: &Past| {
            Contribution::of(past, seconds_between(past.touch.begun.max(from), past.touch.until))
        };
        self.past(|how| how == How::Ended).filter(counts).map(of).collect()
    }

    /// The status (in main), and on groups those of the members, each since when it is shown to hold.
    fn states(&self) -> Vec<Contribution> {
        let roster = &self.statistic.roster;
        let head = &roster.rows[self.row as usize];
        let of = |member: u32, main: bool| {
            let entry = &roster.members[member as usize];
            let what = entry.status?.action();
            let mut going = self.past(|how| how == How::Going).map(|past| (past.touch, &past.began_by));
            let began_by = going.find(|(touch, _)| {
                (touch.member, touch.action, touch.begun) == (entry.object, what, entry.begun)
            });
            Some(Contribution {
                seconds: seconds_between(entry.since, self.last),
                main,
                rel: !main,
                began_by: began_by.and_then(|(_, cause)| cause.clone()),
                ..Contribution::going(what, entry.object, entry.since)
            })
        };
        let group = roster.groups.get(&head.object).filter(|_| head.kind.is_group());
        let members = group.into_iter().flatten().filter_map(|(object, _)| roster.member_of(*object));
        of(head.own, true).into_iter().chain(members.filter_map(|member| of(member, false))).collect()
    }

    /// Calls that wait, agents, and what these have worked (rules C-2, Q-32).
    fn works(&self) -> Vec<Contribution> {
        let head = &self.statistic.roster.rows[self.row as usize];
        let group = self.statistic.roster.groups.get(&head.object);
        let is_mine = |queue: ObjectIx| match head.kind {
            ObjectType::GroupQueues => group.is_some_and(|members| members.contains_key(&queue)),
            _ => queue == head.object,
        };
        let mut items = self.going();
        for past in self.log.work.iter().filter(|past| self.is_within(past, past.touch.at)) {
            let main = is_mine(past.touch.member);
            items.push(Contribution { main, rel: true, ..Contribution::of(past, past.touch.length) });
        }
        items
    }
}

impl Contribution {
    fn of(past: &Past, seconds: i64) -> Self {
        let touch = past.touch;
        let goes_on = past.how == How::Going;
        let value = if let How::Valued(value) = past.how { Some(value) } else { None };
        // Instantaneous actions tell where what they report began.
        let begun = if past.how == How::Happened { touch.since } else { touch.begun };
        Self {
            what: touch.action,
            call: touch.call,
            conn: touch.conn,
            member: touch.member,
            by: past.by,
            begun,
            opened: past.opened.min(touch.at),
            ended: (!goes_on).then_some(touch.until),
            seconds,
            main: touch.main,
            rel: touch.rel,
            value,
            began_by: past.began_by.clone(),
            ended_by: past.ended_by.clone(),
        }
    }

    fn going(what: model::Action, member: ObjectIx, begun: Micros) -> Self {
        Self {
            what,
            call: None::<CallKind>,
            conn: ConnIx::NONE,
            member,
            by: ObjectIx::NONE,
            begun,
            opened: begun,
            ended: None,
            seconds: 0,
            main: false,
            rel: false,
            value: None,
            began_by: None,
            ended_by: None,
        }
    }
}
