//! The play: what is due happens in order, and each step tells its records.
//!
//! **Invariant:** the order of what happens depends on the scenario, the seed and the start only, never on how
//! far one call of [`World::advance`] reaches.

mod calls;
mod consult;
mod faults;
mod outbound;
mod picture;
mod queueing;
mod records;
mod ringing;
mod shifts;
mod talking;

use crate::chance::{Chance, span};
use crate::desk::Desk;
use crate::error::Bad;
use crate::plan::Plan;
use crate::settings::Scenario;
use crate::state::{Agent, Call, Conn, Due, Phase, VisitState};
use crate::truth::{QueueTruth, Truth};
use model::snapshot::Snapshot;
use model::tenant::Tenant;
use model::{Micros, Position, Record, Status, Text};
pub(crate) use records::reasons;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// A contact centre at one moment of its virtual time.
#[derive(Clone, Debug)]
pub struct World {
    plan: Plan,
    chance: Chance,
    start: Micros,
    now: Micros,
    due: BinaryHeap<Reverse<(Micros, u64, Due)>>,
    /// What is planned for one instant happens in the order of planning.
    planned: u64,
    agents: Vec<Agent>,
    lines: Vec<Line>,
    calls: BTreeMap<Conn, Call>,
    calls_made: u64,
    desk: Desk,
    /// One for each mediation DN.
    visits: Vec<QueueTruth>,
    /// Agents whose status may have changed in this instant.
    touched: BTreeSet<usize>,
}

/// The two sides of a queue; the first of each side is served first.
#[derive(Clone, Debug, Default)]
struct Line {
    waiting: BTreeSet<(Micros, Conn)>,
    idle: BTreeSet<(Micros, usize)>,
    logged_in: usize,
}

impl World {
    /// The centre as it opens at `start`: whoever is on shift then logs in within seconds, and no call is there
    /// yet. The numbering of every source begins at `start` too.
    pub fn new(scenario: &Scenario, seed: u64, start: Micros) -> Result<Self, Bad> {
        let plan = Plan::new(scenario, seed)?;
        let mut world = Self {
            chance: Chance::new(seed),
            start,
            now: start,
            due: BinaryHeap::new(),
            planned: 0,
            agents: vec![Agent::new(start); plan.people.len()],
            lines: vec![Line::default(); plan.queues.len()],
            calls: BTreeMap::new(),
            calls_made: 0,
            desk: Desk::new(plan.sources.iter().map(|source| source.name.clone()), start),
            visits: vec![QueueTruth::default(); plan.dns.len()],
            touched: BTreeSet::new(),
            plan,
        };
        (0..world.agents.len()).for_each(|agent| world.expect_shift(agent, start));
        (0..world.lines.len()).for_each(|queue| world.expect_call(queue));
        world.expect_faults();
        Ok(world)
    }

    /// When something happens next; nothing ever does where this is `None`.
    pub fn next_at(&self) -> Option<Micros> {
        self.due.peek().map(|Reverse((at, ..))| *at)
    }

    /// How far the world has been played.
    pub fn now(&self) -> Micros {
        self.now
    }

    /// Plays everything up to and including `to`, and appends what the sources tell, in the order of processing
    /// (contracts, part 2).
    pub fn advance(&mut self, to: Micros, out: &mut Vec<Record>) {
        while let Some(&Reverse((at, _, due))) = self.due.peek()
            && at <= to
        {
            self.due.pop();
            if at > self.now {
                self.settle();
                self.now = at;
            }
            self.happen(due);
        }
        self.settle();
        self.now = self.now.max(to);
        if self.plan.sources.len() > 1 {
            self.desk.out.sort_by(|a, b| a.order().cmp(&b.order()));
        }
        out.append(&mut self.desk.out);
    }

    /// The names of the sources.
    pub fn sources(&self) -> impl Iterator<Item = &Text> {
        self.plan.sources.iter().map(|source| &source.name)
    }

    /// The position of a source: the number of the last record that it told.
    pub fn position(&self, source: &str) -> Option<Position> {
        self.desk.source(source).map(|source| self.desk.position(source))
    }

    /// The state of a source at its position, complete (contracts, part 4).
    pub fn snapshot(&self, source: &str) -> Option<Snapshot> {
        self.desk.source(source).map(|source| self.picture(source))
    }

    /// The configuration that describes this centre.
    pub fn tenant(&self) -> Tenant {
        crate::tenant::describe(&self.plan)
    }

    /// What really happened from the start up to now.
    pub fn truth(&self) -> Truth {
        let mut queues = self.visits.clone();
        for visit in self.calls.values().flat_map(|call| &call.visits) {
            if visit.state == VisitState::Waiting {
                let queue = &mut queues[visit.dn];
                queue.waiting += 1;
                queue.oldest = Some(queue.oldest.map_or(visit.entered, |oldest| oldest.min(visit.entered)));
            }
        }
        let numbers = self.plan.dns.iter().map(|dn| dn.number.clone());
        let people = self.plan.people.iter().zip(&self.agents);
        Truth {
            at: self.now,
            queues: numbers.zip(queues).collect(),
            agents: people.map(|(who, agent)| (who.id.clone(), agent.tally.at(self.now))).collect(),
        }
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::Arrive(queue) => self.arrive(queue),
            Due::Routed(conn, step) => self.routed(conn, step),
            Due::Match(queue) => self.match_queue(queue),
            Due::Seek(agent, step) => self.seek(agent, step),
            Due::GiveUp(conn) => self.give_up(conn),
            Due::Overflow(conn, step) => self.overflow(conn, step),
            Due::TimeOut(conn, step) => self.clear_if_waiting(conn, step, "timeout"),
            Due::CallBack(conn, step) => self.clear_if_waiting(conn, step, "key"),
            Due::Heartbeat(conn, step) => self.heartbeat(conn, step),
            Due::Answer(conn, step) => self.answer(conn, step),
            Due::NoAnswer(conn, step) => self.no_answer(conn, step),
            Due::Act(conn, step, act) => self.act(conn, step, act),
            Due::Wrapped(agent, step) => self.wrapped(agent, step),
            Due::Back(agent, step) => self.back(agent, step),
            Due::Pause(agent, login, pause) => self.pause(agent, login, pause),
            Due::ShiftBegin(agent) => self.shift_begins(agent),
            Due::ShiftEnd(agent, login) => self.shift_ends(agent, login),
            Due::Dial(agent, login, customer) => self.dial(agent, login, customer),
            Due::LinkLost(source) => self.desk.lose_link(source, self.now),
            Due::LinkBack(source) => self.link_back(source),
            Due::GapBegin(source) => self.desk.go_blind(source, self.now),
            Due::GapEnd(source) => self.gap_end(source),
        }
    }

    fn plan_at(&mut self, at: Micros, due: Due) {
        self.planned += 1;
        self.due.push(Reverse((at, self.planned, due)));
    }

    fn plan_in(&mut self, seconds: f64, due: Due) {
        self.plan_at(self.now + span(seconds), due);
    }

    /// Takes the statuses at the end of the instant.
    fn settle(&mut self) {
        for agent in std::mem::take(&mut self.touched) {
            let status = self.status(agent);
            let agent = &mut self.agents[agent];
            let reason = match &agent.phase {
                Phase::NotReady(reason) if !reason.is_empty() => Some(reason),
                Phase::NotReady(_) | Phase::LoggedOut | Phase::Ready | Phase::Wrap => None,
            };
            agent.tally.settle(status, reason, self.now);
        }
    }

    /// The highest of what the phone and the agent state say.
    fn status(&self, agent: usize) -> Status {
        let state = &self.agents[agent];
        let own = match state.phase {
            Phase::LoggedOut => Status::LoggedOut,
            Phase::Ready => Status::WaitForNextCall,
            Phase::NotReady(_) => Status::NotReadyForNextCall,
            Phase::Wrap => Status::AfterCallWork,
        };
        let calls = state.calls.iter().filter_map(|conn| self.calls.get(conn));
        let legs = calls.filter_map(|call| Some(call.leg(agent)?.status(&call.kind)));
        legs.fold(own, Status::max)
    }
}
