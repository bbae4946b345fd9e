//! The measure of all engines: a plain single-threaded loop over arrays that computes what W asks for.
//!
//! Every 10 s, over the last 15 minutes, (T - 900 s, T]: of each queue what entered, was answered, answered in less
//! than 20 s, given up, and the waiting until the answer; of each agent the calls and the talk. Calls waiting now,
//! running time by state of each agent, totals. All times are whole seconds, both ends cut first, as an engine
//! counts them.

use super::{AGENTS, END_MS, Event, Kind, QUEUES, State};

/// How often values are told, in milliseconds.
pub const STEP_MS: u32 = 10_000;
/// Steps in a window: 15 minutes.
const STEPS: usize = 90;

/// What is counted of a queue in a window: see [`Field`].
pub type QueueCell = [u32; 8];
/// Calls and talk seconds of an agent in a window.
pub type AgentCell = [u32; 2];

/// The places in a [`QueueCell`]; the rest is unused.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the names are the definitions")]
#[repr(usize)]
pub enum Field {
    Entered = 0,
    Answered = 1,
    Abandoned = 2,
    AnsweredInTime = 3,
    WaitSeconds = 4,
}

/// All values at one moment.
#[derive(Debug)]
pub struct Values<'l> {
    /// The moment, in milliseconds; what happened then is in.
    pub at_ms: u32,
    /// By queue, over the window.
    pub queues: &'l [QueueCell],
    /// By queue, calls that wait now.
    pub waiting: &'l [u32],
    /// By agent, over the window.
    pub agents: &'l [AgentCell],
    /// By agent, the time by state.
    pub clocks: &'l [StateClock],
    /// Events of each kind since the beginning.
    pub by_kind: [u64; 5],
}

impl Values<'_> {
    /// An agent's time by state up to the moment.
    pub fn state_seconds(&self, agent: usize) -> [u32; 4] {
        let StateClock { mut ended_seconds, state, since_ms, .. } = self.clocks[agent];
        ended_seconds[state as usize] += self.at_ms / 1000 - since_ms / 1000;
        ended_seconds
    }
}

/// An agent's running time by state.
#[derive(Clone, Copy, Debug)]
pub struct StateClock {
    /// Seconds in states that have ended.
    pub ended_seconds: [u32; 4],
    /// The state now.
    pub state: State,
    /// When it began.
    pub since_ms: u32,
}

impl StateClock {
    const NEW: Self = Self { ended_seconds: [0; 4], state: State::Ready, since_ms: 0 };
}

/// The loop's arrays. Those that events write to have a spare cell at the end.
#[derive(Debug)]
pub struct Reference {
    queues: Vec<QueueCell>,
    agents: Vec<AgentCell>,
    waiting: Vec<u32>,
    clocks: Vec<StateClock>,
    by_kind: [u64; 5],
    /// The step that runs.
    queue_now: Vec<QueueCell>,
    agent_now: Vec<AgentCell>,
    /// The steps of the window, one after the other, each with all queues, with all agents.
    queue_steps: Vec<QueueCell>,
    agent_steps: Vec<AgentCell>,
    step: usize,
    ends_ms: u32,
}

impl Default for Reference {
    fn default() -> Self {
        Self {
            queues: vec![[0; 8]; QUEUES],
            agents: vec![[0; 2]; AGENTS],
            waiting: vec![0; QUEUES + 1],
            clocks: vec![StateClock::NEW; AGENTS + 1],
            by_kind: [0; 5],
            queue_now: vec![[0; 8]; QUEUES + 1],
            agent_now: vec![[0; 2]; AGENTS + 1],
            queue_steps: vec![[0; 8]; QUEUES * STEPS],
            agent_steps: vec![[0; 2]; AGENTS * STEPS],
            step: 0,
            // The instant 0 is a step of its own.
            ends_ms: 0,
        }
    }
}

impl Reference {
    /// Takes the events of W, in order, and tells all values at every step up to the end of the hour.
    pub fn run(&mut self, events: &[Event], tell: impl FnMut(&Values<'_>)) {
        self.run_until(END_MS, events, tell);
    }

    /// The same, up to a moment.
    pub fn run_until(&mut self, end_ms: u32, events: &[Event], mut tell: impl FnMut(&Values<'_>)) {
        let mut rest = events;
        loop {
            let until = rest.partition_point(|event| event.ts <= self.ends_ms);
            let (now, later) = rest.split_at(until);
            now.iter().for_each(|event| self.take(event));
            self.close_step(&mut tell);
            rest = later;
            if self.ends_ms > end_ms {
                return;
            }
        }
    }

    /// One event. Kinds come in no order that a processor could guess, so each event takes the same way: what it
    /// does not concern goes to a spare cell behind the last queue or agent.
    #[inline]
    fn take(&mut self, event: &Event) {
        let Event { ts, kind, state, dur, .. } = *event;
        let seconds = ts / 1000 - (ts - dur) / 1000;
        self.by_kind[kind as usize] += 1;

        let is_answer = u32::from(kind == Kind::Answered);
        let is_queues = (kind as u8) < Kind::Released as u8;
        let queue = if is_queues { usize::from(event.queue) } else { QUEUES };
        let cell = &mut self.queue_now[queue];
        cell[kind as usize & 3] += 1;
        cell[Field::AnsweredInTime as usize] += is_answer & u32::from(seconds < 20);
        cell[Field::WaitSeconds as usize] += seconds * is_answer;
        let joins = u32::from(kind == Kind::Entered);
        self.waiting[queue] = self.waiting[queue].wrapping_add(2 * joins).wrapping_sub(1);

        let agent = if kind == Kind::Released { event.agent as usize } else { AGENTS };
        let cell = &mut self.agent_now[agent];
        *cell = [cell[0] + 1, cell[1].wrapping_add(seconds)];

        let agent = if kind == Kind::State { event.agent as usize } else { AGENTS };
        let clock = &mut self.clocks[agent];
        let state_now = clock.state as usize;
        let seconds = (ts / 1000).wrapping_sub(clock.since_ms / 1000);
        clock.ended_seconds[state_now] = clock.ended_seconds[state_now].wrapping_add(seconds);
        (clock.state, clock.since_ms) = (state, ts);
    }

    /// The step takes the place of the oldest one in the windows, and all values are told.
    fn close_step(&mut self, tell: &mut impl FnMut(&Values<'_>)) {
        let (queues, agents) = (self.step * QUEUES, self.step * AGENTS);
        let oldest = &mut self.queue_steps[queues..queues + QUEUES];
        replace(&mut self.queues, oldest, &mut self.queue_now[..QUEUES]);
        let oldest = &mut self.agent_steps[agents..agents + AGENTS];
        replace(&mut self.agents, oldest, &mut self.agent_now[..AGENTS]);
        tell(&Values {
            at_ms: self.ends_ms,
            queues: &self.queues,
            waiting: &self.waiting[..QUEUES],
            agents: &self.agents,
            clocks: &self.clocks[..AGENTS],
            by_kind: self.by_kind,
        });
        self.ends_ms += STEP_MS;
        self.step = (self.step + 1) % STEPS;
    }
}

/// `sums` gain `now` and lose `oldest`; `now` is kept in its place and begins anew.
fn replace<const N: usize>(sums: &mut [[u32; N]], oldest: &mut [[u32; N]], now: &mut [[u32; N]]) {
    for ((sum, oldest), now) in sums.iter_mut().zip(oldest).zip(now) {
        for field in 0..N {
            sum[field] = sum[field] + now[field] - oldest[field];
        }
        *oldest = std::mem::replace(now, [0; N]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload_w::{Workload, sums};

    /// All values at `at`, counted anew from the events.
    fn naive(events: &[Event], at: u32) -> (Vec<QueueCell>, Vec<AgentCell>) {
        let mut queues = vec![[0; 8]; QUEUES];
        let mut agents = vec![[0; 2]; AGENTS];
        for event in events.iter().filter(|event| event.ts <= at && event.ts + 900_000 > at) {
            let queue = &mut queues[usize::from(event.queue)];
            let seconds = event.ts / 1000 - (event.ts - event.dur) / 1000;
            match event.kind {
                Kind::Entered => queue[Field::Entered as usize] += 1,
                Kind::Abandoned => queue[Field::Abandoned as usize] += 1,
                Kind::Answered => {
                    queue[Field::Answered as usize] += 1;
                    queue[Field::WaitSeconds as usize] += seconds;
                    queue[Field::AnsweredInTime as usize] += u32::from(seconds < 20);
                }
                Kind::Released => {
                    let agent = &mut agents[event.agent as usize];
                    *agent = [agent[0] + 1, agent[1] + seconds];
                }
                Kind::State => {}
            }
        }
        (queues, agents)
    }

    /// Seconds by agent and state at `at`, counted anew.
    fn states(events: &[Event], at: u32) -> Vec<[u32; 4]> {
        let mut changes = vec![vec![(0, State::Ready)]; AGENTS];
        for event in events.iter().filter(|event| event.kind == Kind::State && event.ts <= at) {
            changes[event.agent as usize].push((event.ts / 1000, event.state));
        }
        let seconds = |changes: Vec<(u32, State)>| {
            let mut seconds = [0; 4];
            let ends = changes.iter().skip(1).map(|(second, _)| *second).chain([at / 1000]);
            for ((from, state), to) in changes.iter().zip(ends) {
                seconds[*state as usize] += to - from;
            }
            seconds
        };
        changes.into_iter().map(seconds).collect()
    }

    #[test]
    fn the_loop_tells_what_a_new_count_of_the_window_gives() {
        let events: Vec<Event> = Workload::default().collect();
        let checked = [0, 10_000, 890_000, 900_000, 910_000, 2_000_000, 3_600_000];
        let mut steps = 0;
        Reference::default().run(&events, |values| {
            steps += 1;
            if checked.contains(&values.at_ms) {
                let (queues, agents) = naive(&events, values.at_ms);
                assert_eq!(values.queues, queues, "{}", values.at_ms);
                assert_eq!(values.agents, agents, "{}", values.at_ms);
            }
            if values.at_ms == END_MS {
                let states = states(&events, values.at_ms);
                assert!((0..AGENTS).all(|agent| values.state_seconds(agent) == states[agent]));
                assert_eq!(values.by_kind, sums::EXPECTED.by_kind);
                let waiting: u64 = values.waiting.iter().map(|calls| u64::from(*calls)).sum();
                let [entered, answered, abandoned, ..] = values.by_kind;
                assert_eq!(waiting, entered - answered - abandoned);
            }
        });
        assert_eq!(steps, 361, "at 0 and every 10 s");
    }
}
