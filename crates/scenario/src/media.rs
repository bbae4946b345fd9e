//! The play of an Interaction Server: chats, e-mails and open media, beside the calls of [`crate::World`], by the same
//! people at the same seats.
//!
//! **Invariant:** as of the world of calls: what happens depends on the scenario, the seed and the start alone. Chance is
//! drawn from a stream of its own, so that calls are the same with and without interactions.

mod people;
pub(crate) mod plan;
mod records;
mod settings;
mod state;
mod truth;
mod work;

pub use settings::{InteractionQueue, Interactions, Workbin};
pub use truth::{AreaTruth, ChannelTruth, MediaTruth, SeatTruth, VirtualTruth};

use crate::chance::Chance;
use crate::desk::Desk;
use crate::error::Bad;
use crate::plan::Plan;
use crate::settings::{Scenario, Source};
use model::record::Event;
use model::{Micros, Position, Record, Text};
use plan::QueuePlan;
use state::{Due, Item, Ix, Seat};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// An Interaction Server at one moment of its virtual time.
#[derive(Clone, Debug)]
pub struct MediaWorld {
    plan: Plan,
    queues: Vec<QueuePlan>,
    sources: Vec<Source>,
    chance: Chance,
    start: Micros,
    now: Micros,
    due: BinaryHeap<Reverse<(Micros, u64, Due)>>,
    planned: u64,
    desk: Desk,
    seats: Vec<Seat>,
    items: BTreeMap<Ix, Item>,
    made: u64,
    /// By queue: what waits, in the order of entering.
    waiting: Vec<BTreeSet<(Micros, Ix)>>,
    /// By queue: what is kept in its workbin.
    parked: Vec<BTreeSet<(Micros, Ix)>>,
    areas: Vec<AreaTruth>,
    bins: Vec<AreaTruth>,
    virtuals: Vec<VirtualTruth>,
}

impl MediaWorld {
    /// The server as it opens at `start`; none where the scenario has no interactions.
    pub fn new(scenario: &Scenario, seed: u64, start: Micros) -> Result<Option<Self>, Bad> {
        let plan = Plan::new(scenario, seed)?;
        let Some(set) = scenario.interactions.clone() else { return Ok(None) };
        let queues = plan::queues(scenario, &set);
        let sources: Vec<Source> = [Some(set.source), set.virtual_source].into_iter().flatten().collect();
        let count = queues.len();
        let mut world = Self {
            sources: sources.clone(),
            chance: Chance::new(seed ^ 0x00C4_A75A_11D3_B0C5),
            start,
            now: start,
            due: BinaryHeap::new(),
            planned: 0,
            desk: Desk::new(sources.into_iter().map(|source| source.name), start),
            seats: vec![Seat::default(); plan.people.len()],
            items: BTreeMap::new(),
            made: 0,
            waiting: vec![BTreeSet::new(); count],
            parked: vec![BTreeSet::new(); count],
            areas: vec![AreaTruth::default(); count],
            bins: vec![AreaTruth::default(); count],
            virtuals: vec![VirtualTruth::default(); count],
            queues,
            plan,
        };
        let has_media = |agent: &usize| {
            let team = world.plan.people[*agent].team;
            !world.plan.scenario.teams[team].capacity.is_empty()
        };
        let agents: Vec<usize> = (0..world.seats.len()).filter(has_media).collect();
        agents.into_iter().for_each(|agent| world.expect_shift(agent, start));
        (0..count).for_each(|queue| world.expect_arrival(queue));
        Ok(Some(world))
    }

    /// How far it has been played.
    pub fn now(&self) -> Micros {
        self.now
    }

    /// The servers that tell: the one of interactions, and the one of virtual queues if there is one.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter()
    }

    /// The position of a source: the number of the last record that it told.
    pub fn position(&self, source: &str) -> Option<Position> {
        self.desk.source(source).map(|source| self.desk.position(source))
    }

    /// Plays everything up to and including `to`, and appends what the servers tell, in the order of processing.
    pub fn advance(&mut self, to: Micros, out: &mut Vec<Record>) {
        while let Some(&Reverse((at, _, due))) = self.due.peek()
            && at <= to
        {
            self.due.pop();
            self.now = self.now.max(at);
            self.happen(due);
        }
        self.now = self.now.max(to);
        self.desk.out.sort_by(|a, b| a.order().cmp(&b.order()));
        out.append(&mut self.desk.out);
    }

    /// What really happened from the start up to now.
    pub fn truth(&self) -> MediaTruth {
        let area = |area: &AreaTruth, waiting: &BTreeSet<(Micros, Ix)>| AreaTruth {
            waiting: waiting.len() as u64,
            oldest: waiting.first().map(|(entered, _)| *entered),
            ..area.clone()
        };
        let queues = self.queues.iter().enumerate();
        let mut truth = MediaTruth { at: self.now, ..MediaTruth::default() };
        for (ix, queue) in queues {
            truth.queues.insert(queue.set.name.clone(), area(&self.areas[ix], &self.waiting[ix]));
            if let Some(bin) = &queue.set.workbin {
                truth.workbins.insert(bin.name.clone(), area(&self.bins[ix], &self.parked[ix]));
            }
            if let Some(number) = &queue.set.virtual_queue {
                let waiting = self.waiting[ix].len() as u64;
                truth
                    .virtual_queues
                    .insert(number.clone(), VirtualTruth { waiting, ..self.virtuals[ix].clone() });
            }
        }
        truth.agents =
            self.people().map(|agent| (self.plan.people[agent].id.clone(), self.seat(agent))).collect();
        truth
    }

    fn people(&self) -> impl Iterator<Item = usize> {
        let teams = &self.plan.scenario.teams;
        (0..self.seats.len()).filter(|agent| !teams[self.plan.people[*agent].team].capacity.is_empty())
    }

    fn seat(&self, agent: usize) -> SeatTruth {
        let Seat { logins, is_in, media, .. } = &self.seats[agent];
        let channel = |(media, channel): (&Text, &ChannelTruth)| {
            let routable = *is_in && self.is_free(agent, media);
            (media.clone(), ChannelTruth { ready: *is_in && channel.ready, routable, ..channel.clone() })
        };
        SeatTruth { logins: *logins, is_in: *is_in, media: media.iter().map(channel).collect() }
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::Arrive(queue) => self.arrive(queue),
            Due::Match(queue) => self.match_queue(queue),
            Due::GiveUp(ix) => self.give_up(ix),
            Due::Accept(ix, step) => self.accept(ix, step),
            Due::Reject(ix, step) => self.decline(ix, step, Event::Rejected),
            Due::Revoke(ix, step) => self.decline(ix, step, Event::Revoked),
            Due::Finish(ix, step) => self.finish(ix, step),
            Due::Unpark(ix, step) => self.unpark(ix, step),
            Due::ShiftBegin(agent) => self.shift_begins(agent),
            Due::ShiftEnd(agent, login) => self.shift_ends(agent, login),
            Due::Pause(agent, login) => self.pause(agent, login),
            Due::Back(agent, login) => self.back(agent, login),
        }
    }

    fn plan_at(&mut self, at: Micros, due: Due) {
        self.planned += 1;
        self.due.push(Reverse((at, self.planned, due)));
    }
}
