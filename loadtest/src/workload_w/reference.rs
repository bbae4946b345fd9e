//! The measure of all engines: a plain single-threaded loop over arrays that computes what W asks for.
//!
//! Every 10 s, over the last 15 minutes, (T - 900 s, T]: of each queue what entered, was answered, answered in less
//! than 20 s, given up, and the waiting until the answer; of each agent the calls and the talk. Calls waiting now,
//! running time by state of each agent, totals. Waits and talks are whole seconds, both ends cut first, as an engine
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
    /// By agent and state, milliseconds of the states that have ended.
    pub ended_state_ms: &'l [[u32; 4]],
    /// By agent, the state now and when it began.
    pub states: &'l [(State, u32)],
    /// Events of each kind since the beginning.
    pub by_kind: [u64; 5],
}

impl Values<'_> {
    /// An agent's time by state up to the moment, in milliseconds.
    pub fn state_ms(&self, agent: usize) -> [u32; 4] {
        let mut ms = self.ended_state_ms[agent];
        let (state, since) = self.states[agent];
        ms[state as usize] += self.at_ms - since;
        ms
    }
}

/// The loop's arrays.
#[derive(Debug)]
pub struct Reference {
    queues: Vec<QueueCell>,
    agents: Vec<AgentCell>,
    waiting: Vec<u32>,
    ended_state_ms: Vec<[u32; 4]>,
    states: Vec<(State, u32)>,
    by_kind: [u64; 5],
    /// One step after the other, each with all queues, with all agents.
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
            waiting: vec![0; QUEUES],
            ended_state_ms: vec![[0; 4]; AGENTS],
            states: vec![(State::Ready, 0); AGENTS],
            by_kind: [0; 5],
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
    pub fn run(&mut self, events: &[Event], mut tell: impl FnMut(&Values<'_>)) {
        let mut rest = events;
        loop {
            let until = rest.iter().position(|event| event.ts > self.ends_ms).unwrap_or(rest.len());
            let (now, later) = rest.split_at(until);
            now.iter().for_each(|event| self.take(event));
            self.close_step(&mut tell);
            rest = later;
            if self.ends_ms > END_MS {
                return;
            }
        }
    }

    #[inline]
    fn take(&mut self, event: &Event) {
        let queue = usize::from(event.queue);
        let agent = event.agent as usize;
        let seconds = event.ts / 1000 - (event.ts - event.dur) / 1000;
        self.by_kind[event.kind as usize] += 1;
        match event.kind {
            Kind::Entered => {
                self.queue_steps[self.step * QUEUES + queue][Field::Entered as usize] += 1;
                self.waiting[queue] += 1;
            }
            Kind::Answered => {
                let cell = &mut self.queue_steps[self.step * QUEUES + queue];
                cell[Field::Answered as usize] += 1;
                cell[Field::AnsweredInTime as usize] += u32::from(seconds < 20);
                cell[Field::WaitSeconds as usize] += seconds;
                self.waiting[queue] -= 1;
            }
            Kind::Abandoned => {
                self.queue_steps[self.step * QUEUES + queue][Field::Abandoned as usize] += 1;
                self.waiting[queue] -= 1;
            }
            Kind::Released => {
                let cell = &mut self.agent_steps[self.step * AGENTS + agent];
                cell[0] += 1;
                cell[1] += seconds;
            }
            Kind::State => {
                let (state, since) = self.states[agent];
                self.ended_state_ms[agent][state as usize] += event.ts - since;
                self.states[agent] = (event.state, event.ts);
            }
        }
    }

    /// The step joins the windows, all values are told, and the oldest step leaves to make room for the next.
    fn close_step(&mut self, tell: &mut impl FnMut(&Values<'_>)) {
        let (queues, agents) = (self.step * QUEUES, self.step * AGENTS);
        for (cell, step) in self.queues.iter_mut().zip(&self.queue_steps[queues..queues + QUEUES]) {
            cell.iter_mut().zip(step).for_each(|(sum, one)| *sum += one);
        }
        for (cell, step) in self.agents.iter_mut().zip(&self.agent_steps[agents..agents + AGENTS]) {
            cell.iter_mut().zip(step).for_each(|(sum, one)| *sum += one);
        }
        tell(&Values {
            at_ms: self.ends_ms,
            queues: &self.queues,
            waiting: &self.waiting,
            agents: &self.agents,
            ended_state_ms: &self.ended_state_ms,
            states: &self.states,
            by_kind: self.by_kind,
        });
        self.ends_ms += STEP_MS;
        self.step = (self.step + 1) % STEPS;
        let (queues, agents) = (self.step * QUEUES, self.step * AGENTS);
        for (cell, step) in self.queues.iter_mut().zip(&mut self.queue_steps[queues..queues + QUEUES]) {
            cell.iter_mut().zip(step.iter()).for_each(|(sum, one)| *sum -= one);
            *step = [0; 8];
        }
        for (cell, step) in self.agents.iter_mut().zip(&mut self.agent_steps[agents..agents + AGENTS]) {
            cell.iter_mut().zip(step.iter()).for_each(|(sum, one)| *sum -= one);
            *step = [0; 2];
        }
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
                let mut all = [0_u64; 4];
                for agent in 0..AGENTS {
                    all.iter_mut().zip(values.state_ms(agent)).for_each(|(sum, ms)| *sum += u64::from(ms));
                }
                assert_eq!(all, sums::EXPECTED.state_ms);
                assert_eq!(values.by_kind, sums::EXPECTED.by_kind);
                let waiting: u64 = values.waiting.iter().map(|calls| u64::from(*calls)).sum();
                let [entered, answered, abandoned, ..] = values.by_kind;
                assert_eq!(waiting, entered - answered - abandoned);
            }
        });
        assert_eq!(steps, 361, "at 0 and every 10 s");
    }
}
