//! Estimates of waiting times and loads from what agents do for queues (rules C-2, C-4, C-5, Q-31, Q-32).
//!
//! A row keeps how many calls wait and how many agents are ready and active. What agents have worked, for which
//! mediation DN, is kept once for all rows: the share of an agent's work that a queue has needs all of it.

use super::steps::last_tick;
use super::{Family, Look, Number, Touch};
use crate::definition::{Category, Definition};
use crate::time::{BEFORE, Clock, TimeProfile};
use model::object::ObjectIx;
use model::{Action, Micros, ObjectType};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Seconds that a call takes where none has been handled (option `load-balance-aht`).
const HANDLING: f64 = 90.0;
/// Stands for no active agent: such a queue sorts last.
const NOBODY: f64 = 0.0001;
/// The longest estimate while somebody is there, in seconds.
const LONGEST: f64 = 7.0 * 86_400.0;

/// How many go on now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Counts {
    waiting: i64,
    ready: i64,
    active: i64,
}

/// Work of an agent for a mediation DN.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Work {
    /// When it became known; in a Growing interval, where that begins.
    pub(crate) at: Micros,
    pub(crate) queue: ObjectIx,
    pub(crate) agent: ObjectIx,
    pub(crate) seconds: i64,
    /// How many calls ended with it.
    pub(crate) calls: i64,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    category: Category,
    /// Window and step of Sliding profiles.
    sliding: Option<(Micros, Micros)>,
    pub(super) cells: Vec<Counts>,
    /// Growing: the interval, and its sums by mediation DN and agent.
    from: Micros,
    sums: BTreeMap<(ObjectIx, ObjectIx), (i64, i64)>,
    /// Sliding: one by one.
    each: VecDeque<Work>,
}

/// What of it concerns a row.
#[derive(Default)]
struct Share {
    seconds: i64,
    calls: i64,
    /// Seconds of agents who are known, for the row, and for every mediation DN.
    here: i64,
    everywhere: i64,
}

impl Waiting {
    pub(crate) fn new(definition: &Definition) -> Self {
        let sliding = match definition.profile {
            TimeProfile::Sliding { window, step } => {
                Some((Micros::from_secs(i64::from(window)), Micros::from_secs(i64::from(step))))
            }
            _ => None,
        };
        let (cells, sums, each) = (Vec::new(), BTreeMap::new(), VecDeque::new());
        Self { category: definition.category, sliding, cells, from: BEFORE, sums, each }
    }

    fn add(&mut self, row: usize, touch: &Touch, sign: i64) {
        let counts = &mut self.cells[row];
        // The masks are made so that the sides tell which of the three it is.
        match (touch.main, touch.rel) {
            (true, false) => counts.waiting += sign,
            (false, true) => counts.ready += sign,
            (true, true) => counts.active += sign,
            (false, false) => {}
        }
    }

    /// Everything, as checkpoints keep it.
    pub(crate) fn work(&self) -> Vec<Work> {
        let sums = self.sums.iter().map(|((queue, agent), (seconds, calls))| Work {
            at: self.from,
            queue: *queue,
            agent: *agent,
            seconds: *seconds,
            calls: *calls,
        });
        sums.chain(self.each.iter().copied()).collect()
    }

    /// Takes in what a checkpoint kept.
    pub(crate) fn load(&mut self, work: &[Work]) {
        for one in work {
            match self.sliding {
                Some(_) => self.each.push_back(*one),
                None => {
                    self.from = one.at;
                    self.sums.insert((one.queue, one.agent), (one.seconds, one.calls));
                }
            }
        }
    }

    fn share(&self, queues: &BTreeSet<ObjectIx>, look: &Look<'_>) -> Share {
        let mut here = BTreeMap::<ObjectIx, i64>::new();
        let mut everywhere = BTreeMap::<ObjectIx, i64>::new();
        let mut share = Share::default();
        let mut take = |queue: ObjectIx, agent: ObjectIx, seconds: i64, calls: i64| {
            *everywhere.entry(agent).or_default() += seconds;
            if queues.contains(&queue) {
                share.seconds += seconds;
                share.calls += calls;
                *here.entry(agent).or_default() += seconds;
            }
        };
        match self.sliding {
            Some((window, step)) => {
                let tick = last_tick(look.now, step, look.creation);
                let seen = self.each.iter().filter(|one| one.at > tick - window && one.at <= tick);
                seen.for_each(|one| take(one.queue, one.agent, one.seconds, one.calls));
            }
            None if self.from == look.from => {
                let sums = self.sums.iter();
                sums.for_each(|((queue, agent), (seconds, calls))| take(*queue, *agent, *seconds, *calls));
            }
            None => {}
        }
        for (agent, seconds) in here.iter().filter(|(agent, _)| **agent != ObjectIx::NONE) {
            share.here += seconds;
            share.everywhere += everywhere.get(agent).copied().unwrap_or(0);
        }
        share
    }
}

impl Family for Waiting {
    type Cell = Counts;

    fn cells(&mut self) -> &mut Vec<Counts> {
        &mut self.cells
    }

    fn blank(&self) -> Counts {
        Counts::default()
    }

    fn began(&mut self, row: usize, touch: &Touch, _: &Clock) {
        self.add(row, touch, 1);
    }

    fn ended(&mut self, row: usize, touch: &Touch, _: &Clock) {
        self.add(row, touch, -1);
    }

    fn handled(&mut self, touch: &Touch, action: Action, agent: ObjectIx, clock: &Clock) {
        let (from, at) = (clock.from(), touch.at);
        if from == BEFORE {
            return;
        }
        let calls = i64::from(matches!(action, Action::CallReleased | Action::CallMissed));
        let (queue, seconds) = (touch.member, touch.length);
        if let Some((window, step)) = self.sliding {
            let gone = last_tick(at, step, clock.creation()) - window;
            while self.each.front().is_some_and(|first| first.at <= gone) {
                self.each.pop_front();
            }
            self.each.push_back(Work { at, queue, agent, seconds, calls });
            return;
        }
        if self.from != from {
            self.from = from;
            self.sums.clear();
        }
        let (all, ended) = self.sums.entry((queue, agent)).or_default();
        *all = all.saturating_add(seconds);
        *ended = ended.saturating_add(calls);
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        let head = &look.roster.rows[look.row as usize];
        let queues = match (head.kind, look.roster.groups.get(&head.object)) {
            (ObjectType::GroupQueues, Some(members)) => members.keys().copied().collect(),
            (ObjectType::GroupQueues, None) => BTreeSet::new(),
            _ => BTreeSet::from([head.object]),
        };
        let share = self.share(&queues, look);
        let Counts { waiting, ready, active } = self.cells[row];
        let handling = if share.calls > 0 { share.seconds as f64 / share.calls as f64 } else { HANDLING };
        let part = if share.everywhere > 0 { share.here as f64 / share.everywhere as f64 } else { 1.0 };
        let hands = active as f64 * part.clamp(0.01, 1.0);
        let value = match self.category {
            Category::LoadBalance => handling * (waiting - ready) as f64 / hands.max(NOBODY),
            _ => {
                let unassigned = (waiting - ready).max(0) as f64;
                let most = if active > 0 { LONGEST } else { f64::MAX };
                let hands = if active > 0 { hands } else { NOBODY };
                (handling * unassigned / hands).min(most)
            }
        };
        Number { value, empty: false }
    }

    fn ticks(&self, _: usize, _: bool) -> bool {
        !self.each.is_empty()
    }
}
