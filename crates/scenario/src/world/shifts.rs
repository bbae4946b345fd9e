//! Agents come, pause, wrap up and go.

use super::World;
use super::records::reasons;
use crate::state::{Due, Phase};
use model::record::{Event, WorkMode};
use model::snapshot::DnType;
use model::{Micros, Text};

impl World {
    /// Plans the agent's next login: within seconds where the shift is running, else at its beginning.
    pub(super) fn expect_shift(&mut self, agent: usize, from: Micros) {
        let (begin, _) = self.stretch(agent, from);
        if begin <= self.now {
            let pause = self.chance.between(0.2, 5.0);
            self.plan_in(pause, Due::ShiftBegin(agent));
        } else {
            let late = self.chance.between(0.0, 240.0);
            self.plan_at(begin + crate::chance::span(late), Due::ShiftBegin(agent));
        }
    }

    fn stretch(&self, agent: usize, at: Micros) -> (Micros, Micros) {
        let (from, to) = self.plan.shifts[self.plan.people[agent].shift];
        self.plan.clock.stretch(at, from, to)
    }

    pub(super) fn shift_begins(&mut self, agent: usize) {
        self.login(agent);
        let login = self.agents[agent].login;
        let (_, end) = self.stretch(agent, self.now);
        // Who works round the clock never goes home.
        if self.plan.shifts[self.plan.people[agent].shift] != (0, 1440) {
            let late = self.chance.between(0.0, 300.0);
            self.plan_at(end + crate::chance::span(late), Due::ShiftEnd(agent, login));
        }
        for pause in 0..self.plan.scenario.pauses.len() {
            self.expect_pause(agent, pause);
        }
        self.expect_dial(agent, true);
        self.expect_dial(agent, false);
        let away = 0.1;
        if !self.plan.scenario.pauses.is_empty() && self.chance.happens(away) {
            let pause = self.chance.below(self.plan.scenario.pauses.len());
            self.take_pause(agent, pause);
        } else {
            self.tell_ready(agent);
        }
    }

    fn login(&mut self, agent: usize) {
        let who = &self.plan.people[agent];
        let queues = who.queues.clone();
        let plain = queues.iter().map(|queue| &self.plan.dns[self.plan.queues[*queue].dn]);
        let plain = plain.filter(|dn| dn.kind == DnType::Queue).map(|dn| Some(dn.number.clone()));
        let mut through: Vec<Option<Text>> = plain.collect();
        if through.is_empty() {
            through.push(None);
        }
        for queue in through {
            let mut record = self.agent_record(Event::AgentLogin, agent, None);
            record.this_queue = queue;
            self.send_for(agent, record);
        }
        for queue in queues {
            self.lines[queue].logged_in += 1;
        }
        let state = &mut self.agents[agent];
        state.login += 1;
        state.leaving = false;
        state.wants = None;
        state.tally.login(self.now);
    }

    fn logout(&mut self, agent: usize) {
        self.leave_idle(agent);
        self.set_phase(agent, Phase::LoggedOut);
        self.agents[agent].tally.logout(self.now);
        let record = self.agent_record(Event::AgentLogout, agent, None);
        self.send_for(agent, record);
        for queue in self.plan.people[agent].queues.clone() {
            self.lines[queue].logged_in -= 1;
        }
        let (begin, end) = self.stretch(agent, self.now);
        // Who leaves early, or late, does not come back within the same shift.
        let from = if begin <= self.now { end } else { self.now };
        self.expect_shift(agent, from);
    }

    pub(super) fn shift_ends(&mut self, agent: usize, login: u32) {
        let state = &mut self.agents[agent];
        if state.login != login || !state.is_logged_in() {
            return;
        }
        state.leaving = true;
        if state.calls.is_empty() && state.phase != Phase::Wrap {
            self.logout(agent);
        }
    }

    fn expect_pause(&mut self, agent: usize, pause: usize) {
        let every = self.plan.scenario.pauses[pause].every.as_secs_f64();
        let seconds = self.chance.exponential(every);
        self.plan_in(seconds, Due::Pause(agent, self.agents[agent].login, pause));
    }

    pub(super) fn pause(&mut self, agent: usize, login: u32, pause: usize) {
        let state = &mut self.agents[agent];
        if state.login != login || !state.is_logged_in() {
            return;
        }
        if state.wants.is_some() || matches!(state.phase, Phase::NotReady(_)) {
            return self.expect_pause(agent, pause);
        }
        state.wants = Some(pause);
        if state.idle_since.is_some() {
            self.next_phase(agent);
        }
    }

    fn take_pause(&mut self, agent: usize, pause: usize) {
        let set = &self.plan.scenario.pauses[pause];
        let (reason, mean) = (set.reason.clone(), set.lasts.as_secs_f64());
        self.expect_pause(agent, pause);
        let seconds = self.chance.lognormal(mean, 0.35);
        self.go_not_ready(agent, &reason, seconds);
    }

    /// Not ready, for so many seconds.
    pub(super) fn go_not_ready(&mut self, agent: usize, reason: &Text, seconds: f64) {
        self.leave_idle(agent);
        let step = self.set_phase(agent, Phase::NotReady(reason.clone()));
        let mut record = self.agent_record(Event::AgentNotReady, agent, Some(WorkMode::AuxWork));
        record.reasons = Some(reasons(reason));
        self.send_for(agent, record);
        self.plan_in(seconds, Due::Back(agent, step));
    }

    /// The pause is over; now and then another one follows at once.
    pub(super) fn back(&mut self, agent: usize, step: u32) {
        if self.agents[agent].step != step {
            return;
        }
        let pauses = self.plan.scenario.pauses.len();
        if pauses > 0 && !self.agents[agent].leaving && self.chance.happens(0.04) {
            let pause = self.chance.below(pauses);
            let reason = self.plan.scenario.pauses[pause].reason.clone();
            let seconds = self.chance.between(60.0, 240.0);
            return self.go_not_ready(agent, &reason, seconds);
        }
        self.next_phase(agent);
    }

    pub(super) fn tell_wrap(&mut self, agent: usize) {
        let record = self.agent_record(Event::AgentNotReady, agent, Some(WorkMode::AfterCallWork));
        self.send_for(agent, record);
    }

    /// A call of the agent has ended; nothing follows while there is another.
    pub(super) fn after_call(&mut self, agent: usize, may_wrap: bool) {
        let state = &self.agents[agent];
        if !state.calls.is_empty() || !state.is_logged_in() || matches!(state.phase, Phase::NotReady(_)) {
            return;
        }
        let is_early = std::mem::take(&mut self.agents[agent].early_wrap);
        let wraps = self.plan.scenario.habits.wraps;
        let has_wrap = is_early || (may_wrap && self.chance.happens(wraps));
        if !has_wrap {
            return self.next_phase(agent);
        }
        let step = self.set_phase(agent, Phase::Wrap);
        if !is_early {
            self.tell_wrap(agent);
        }
        let queue = self.plan.people[agent].queues[0];
        let mean = self.plan.queues[queue].set.wrap_up.as_secs_f64();
        let seconds = self.chance.lognormal(mean, 0.5);
        self.plan_in(seconds, Due::Wrapped(agent, step));
    }

    pub(super) fn wrapped(&mut self, agent: usize, step: u32) {
        if self.agents[agent].step == step {
            let since = self.agents[agent].phase_since;
            self.agents[agent].tally.counts.wraps.add(since, self.now);
            self.next_phase(agent);
        }
    }

    /// Home, a pause, or ready, whatever is next for an agent without a call.
    fn next_phase(&mut self, agent: usize) {
        let state = &mut self.agents[agent];
        if state.leaving {
            return self.logout(agent);
        }
        if let Some(pause) = state.wants.take() {
            return self.take_pause(agent, pause);
        }
        if state.phase == Phase::Ready { self.become_idle(agent) } else { self.tell_ready(agent) }
    }

    fn tell_ready(&mut self, agent: usize) {
        self.set_phase(agent, Phase::Ready);
        let record = self.agent_record(Event::AgentReady, agent, Some(WorkMode::ManualIn));
        self.send_for(agent, record);
        self.become_idle(agent);
    }

    fn set_phase(&mut self, agent: usize, phase: Phase) -> u32 {
        self.touched.insert(agent);
        let state = &mut self.agents[agent];
        state.phase = phase;
        state.phase_since = self.now;
        state.step += 1;
        state.step
    }

    /// The agent stands in the idle lists of the queues, and looks for a call in a moment.
    pub(super) fn become_idle(&mut self, agent: usize) {
        self.leave_idle(agent);
        let now = self.now;
        self.agents[agent].idle_since = Some(now);
        for queue in &self.plan.people[agent].queues {
            self.lines[*queue].idle.insert((now, agent));
        }
        let pause = self.chance.between(0.1, 0.6);
        self.plan_in(pause, Due::Seek(agent, self.agents[agent].step));
    }

    pub(super) fn leave_idle(&mut self, agent: usize) {
        if let Some(since) = self.agents[agent].idle_since.take() {
            for queue in &self.plan.people[agent].queues {
                self.lines[*queue].idle.remove(&(since, agent));
            }
        }
    }
}
