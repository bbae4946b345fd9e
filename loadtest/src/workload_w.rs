//! Workload W: one contact centre, one hour, 6,981,150 events, the same for every engine.
//!
//! 10,000 agents, 500 queues, 200 agent groups (group = agent mod 200); times in ms from 0. [`Workload`] makes the
//! events, [`reference`] computes from them what a floor wants to see, [`records`] tells them as event records.

pub mod asked;
mod chance;
pub mod records;
pub mod reference;
pub mod sums;

use chance::Chance;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How many agents there are.
pub const AGENTS: usize = 10_000;
/// How many queues there are.
pub const QUEUES: usize = 500;
/// How many agent groups there are.
pub const GROUPS: usize = 200;
/// The end of the hour, in milliseconds.
pub const END_MS: u32 = 3_600_000;
/// How many events there are.
pub const EVENTS: usize = 6_981_150;

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// A call enters a queue.
    Entered = 0,
    /// An agent answers it; `dur` is the wait.
    Answered = 1,
    /// The caller gives up; `dur` is the wait.
    Abandoned = 2,
    /// The talk ends; `dur` is its length.
    Released = 3,
    /// An agent's state changes.
    State = 4,
}

/// An agent's state; also of events that are about none (then `Ready`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names are the definitions")]
pub enum State {
    Ready = 0,
    Talk = 1,
    AfterCallWork = 2,
    NotReady = 3,
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Milliseconds from the beginning.
    pub ts: u32,
    /// What it says.
    pub kind: Kind,
    /// The new state of a `State` event.
    pub state: State,
    /// The queue, where it is about a call.
    pub queue: u16,
    /// The agent, where it is about one.
    pub agent: u32,
    /// The call, from 1; 0 for none.
    pub call: u32,
    /// Milliseconds; 0 where nothing ended.
    pub dur: u32,
}

impl Event {
    /// The agent's group.
    pub fn group(&self) -> usize {
        self.agent as usize % GROUPS
    }
}

/// What is to happen; agents, queues and calls as in [`Event`], `since` is the `t0` of the durations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Arrive,
    Abandon { queue: u16, call: u32, since: u32 },
    Answer { queue: u16, call: u32, since: u32 },
    Release { queue: u16, agent: u32, call: u32, since: u32 },
    Ready { agent: u32 },
}

/// How large a centre is, and how its calls spread: W, or one like it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Agents.
    pub agents: usize,
    /// Queues.
    pub queues: usize,
    /// Calls that come in a second.
    pub calls_per_second: f64,
    /// The share of the calls that all go to the first queue.
    pub to_first: f64,
    /// Where chance begins.
    pub seed: u64,
}

/// W itself.
pub const W: Size = Size { agents: AGENTS, queues: QUEUES, calls_per_second: 345.0, to_first: 0.0, seed: 42 };

/// The events of W in their order.
#[derive(Debug)]
pub struct Workload {
    size: Size,
    chance: Chance,
    due: BinaryHeap<Reverse<(u32, u64, Due)>>,
    planned: u64,
    ready: Vec<u32>,
    calls: u32,
    /// The part of a millisecond by which arrivals are ahead.
    frac: f64,
    /// Agents that have not said yet that they are ready.
    unannounced: std::ops::Range<u32>,
    /// The second event of an instant.
    second: Option<Event>,
}

impl Default for Workload {
    fn default() -> Self {
        Self::sized(W)
    }
}

impl Iterator for Workload {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        if let Some(agent) = self.unannounced.next() {
            return Some(state(0, State::Ready, agent));
        }
        if let Some(second) = self.second.take() {
            return Some(second);
        }
        loop {
            let Reverse((at, _, due)) = self.due.pop()?;
            if at >= END_MS {
                self.due.clear();
                return None;
            }
            if let Some(event) = self.happen(at, due) {
                return Some(event);
            }
        }
    }
}

impl Workload {
    /// A centre like W, of another size.
    pub fn sized(size: Size) -> Self {
        let agents = size.agents as u32;
        let mut workload = Self {
            size,
            chance: Chance::new(size.seed),
            due: BinaryHeap::new(),
            planned: 0,
            ready: (0..agents).collect(),
            calls: 0,
            frac: 0.0,
            unannounced: 0..agents,
            second: None,
        };
        workload.plan(0, Due::Arrive);
        workload
    }

    /// How many agents stand in the list of the ready.
    pub fn ready(&self) -> usize {
        self.ready.len()
    }

    fn plan(&mut self, at: u32, due: Due) {
        self.planned += 1;
        self.due.push(Reverse((at, self.planned, due)));
    }

    fn happen(&mut self, at: u32, due: Due) -> Option<Event> {
        match due {
            Due::Arrive => Some(self.arrive(at)),
            Due::Abandon { queue, call, since } => Some(Event {
                kind: Kind::Abandoned,
                queue,
                call,
                dur: at - since,
                ..state(at, State::Ready, 0)
            }),
            Due::Answer { queue, call, since } => self.answer(at, queue, call, since),
            Due::Release { queue, agent, call, since } => Some(self.release(at, queue, agent, call, since)),
            Due::Ready { agent } => Some(self.get_ready(at, agent)),
        }
    }

    fn arrive(&mut self, at: u32) -> Event {
        self.calls += 1;
        let call = self.calls;
        // W draws nothing here: its numbers stay what they are.
        let hot = self.size.to_first > 0.0 && self.chance.unit() < self.size.to_first;
        let u = if hot { 0.0 } else { self.chance.unit() };
        let queue = (u * u * self.size.queues as f64) as u16;
        if self.chance.unit() < 0.10 {
            let wait = self.chance.exponential(25_000.0);
            self.plan(at + wait, Due::Abandon { queue, call, since: at });
        } else {
            let wait = self.chance.exponential(12_000.0);
            self.plan(at + wait, Due::Answer { queue, call, since: at });
        }
        self.frac += -(1.0 - self.chance.unit()).ln() * (1000.0 / self.size.calls_per_second);
        let pause = self.frac.floor();
        self.frac -= pause;
        self.plan(at + pause as u32, Due::Arrive);
        Event { kind: Kind::Entered, queue, call, ..state(at, State::Ready, 0) }
    }

    fn answer(&mut self, at: u32, queue: u16, call: u32, since: u32) -> Option<Event> {
        if self.ready.is_empty() {
            self.plan(at + 1000, Due::Answer { queue, call, since });
            return None;
        }
        let place = self.chance.below(self.ready.len());
        let agent = self.ready.swap_remove(place);
        self.second = Some(Event { queue, call, ..state(at, State::Talk, agent) });
        let talk = self.chance.exponential(18_000.0);
        self.plan(at + talk, Due::Release { queue, agent, call, since: at });
        let wait = at - since;
        Some(Event { kind: Kind::Answered, queue, call, dur: wait, ..state(at, State::Ready, agent) })
    }

    fn release(&mut self, at: u32, queue: u16, agent: u32, call: u32, since: u32) -> Event {
        self.second = Some(Event { queue, call, ..state(at, State::AfterCallWork, agent) });
        let mut work = self.chance.exponential(5_000.0);
        if self.chance.unit() < 0.05 {
            work += self.chance.exponential(60_000.0);
        }
        self.plan(at + work, Due::Ready { agent });
        Event { kind: Kind::Released, queue, call, dur: at - since, ..state(at, State::Ready, agent) }
    }

    fn get_ready(&mut self, at: u32, agent: u32) -> Event {
        if self.chance.unit() < 0.05 {
            let pause = self.chance.exponential(30_000.0);
            self.plan(at + pause, Due::Ready { agent });
            return state(at, State::NotReady, agent);
        }
        self.ready.push(agent);
        state(at, State::Ready, agent)
    }
}

fn state(ts: u32, state: State, agent: u32) -> Event {
    Event { ts, kind: Kind::State, state, queue: 0, agent, call: 0, dur: 0 }
}
