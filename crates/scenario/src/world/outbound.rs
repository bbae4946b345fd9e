//! Calls that agents make by themselves.

use super::World;
use crate::state::{Conn, Due, Leg, LegPhase, Stage};
use model::record::{CallState, CallType, Event};

impl World {
    /// Plans the agent's next call of that kind within this login.
    pub(super) fn expect_dial(&mut self, agent: usize, is_customer: bool) {
        let habits = &self.plan.scenario.habits;
        let per_hour = if is_customer { habits.outbound_per_hour } else { habits.internal_per_hour };
        if per_hour > 0.0 {
            let pause = self.chance.exponential(3600.0 / per_hour);
            self.plan_in(pause, Due::Dial(agent, self.agents[agent].login, is_customer));
        }
    }

    pub(super) fn dial(&mut self, agent: usize, login: u32, is_customer: bool) {
        if self.agents[agent].login != login || !self.agents[agent].is_logged_in() {
            return;
        }
        self.expect_dial(agent, is_customer);
        if self.agents[agent].idle_since.is_none() {
            return;
        }
        if is_customer {
            return self.call_customer(agent);
        }
        self.leave_idle(agent);
        match self.idle_colleague(agent) {
            Some(colleague) => {
                self.call_colleague(agent, colleague, CallType::Internal, None);
            }
            None => self.become_idle(agent),
        }
    }

    fn call_customer(&mut self, agent: usize) {
        let who = &self.plan.people[agent];
        let (source, queue) = (who.source, who.queues[0]);
        let conn = self.new_call(CallType::Outbound, source, queue);
        self.invent_customer(conn);
        self.add_leg(conn, Leg::new(agent, LegPhase::Dialing, self.now));
        let step = self.enter_stage(conn, Stage::Ringing);
        self.tell_leg(Event::Dialing, agent, conn);
        let pause = self.chance.between(3.0, 20.0);
        let due = if self.chance.happens(0.75) { Due::Answer(conn, step) } else { Due::NoAnswer(conn, step) };
        self.plan_in(pause, due);
    }

    /// Nobody outside answers.
    pub(super) fn no_answer_outside(&mut self, conn: Conn) {
        let Some(agent) = self.agent_of(conn) else { return };
        let state = if self.chance.happens(0.3) { CallState::Busy } else { CallState::NoAnswer };
        self.release(conn, agent, state, None);
        self.forget(conn);
        self.after_call(agent, false);
    }
}
