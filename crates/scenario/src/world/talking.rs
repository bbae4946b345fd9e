//! Talk, hold, blind transfer, hang-up.

use super::World;
use crate::state::{Act, Conn, Due, Leg, LegPhase, Stage};
use model::Text;
use model::record::{CallState, CallType, Event};

impl World {
    /// What follows now that people talk.
    pub(super) fn go_on(&mut self, conn: Conn) {
        match self.calls.get(&conn).map(|call| call.kind.clone()) {
            Some(CallType::Inbound) => self.plan_talk(conn),
            Some(CallType::Consult) => self.plan_consultation(conn),
            Some(CallType::Outbound) => self.plan_act(conn, 110.0, Act::HangUp),
            Some(CallType::Internal | CallType::Unknown | CallType::Other(_)) => {
                self.plan_act(conn, 50.0, Act::HangUp);
            }
            None => {}
        }
    }

    /// Plans an act after a lognormal time of that mean.
    pub(super) fn plan_act(&mut self, conn: Conn, mean: f64, act: Act) {
        let seconds = self.chance.lognormal(mean, 0.6);
        self.plan_exactly(conn, seconds, act);
    }

    pub(super) fn plan_exactly(&mut self, conn: Conn, seconds: f64, act: Act) {
        if let Some(step) = self.calls.get(&conn).map(|call| call.step) {
            self.plan_in(seconds, Due::Act(conn, step, act));
        }
    }

    /// The next stretch of talk with a customer, and what it leads to.
    pub(super) fn plan_talk(&mut self, conn: Conn) {
        let Some(call) = self.calls.get(&conn) else { return };
        let talk = self.plan.queues[call.queue].set.talk.as_secs_f64();
        let habits = &self.plan.scenario.habits;
        let [holds, blind, consults] = [habits.holds, habits.blind_transfers, habits.consults];
        let early = habits.early_wraps;
        let seconds = self.chance.lognormal(talk, 0.6);
        let shares = [holds, blind, consults, 1.0 - holds - blind - consults];
        let (act, part) = match self.chance.pick(shares.into_iter()) {
            0 => (Act::Hold, 0.4),
            1 => (Act::BlindTransfer, 0.5),
            2 => (Act::Consult, 0.5),
            _ => (Act::HangUp, 1.0),
        };
        self.plan_exactly(conn, seconds * part, act);
        if act == Act::HangUp && self.chance.happens(early) {
            self.plan_exactly(conn, seconds * 0.9, Act::EarlyWrap);
        }
    }

    pub(super) fn act(&mut self, conn: Conn, step: u32, act: Act) {
        if self.in_step(conn, step).is_none() {
            return;
        }
        match act {
            Act::HangUp => self.hang_up(conn),
            Act::EarlyWrap => self.wrap_early(conn),
            Act::Hold => self.hold_for_a_while(conn),
            Act::Retrieve => {
                self.retrieve(conn);
                self.plan_talk(conn);
            }
            Act::BlindTransfer => self.transfer_blindly(conn),
            Act::Consult => self.consult(conn),
            Act::Return => self.return_to_customer(conn),
            Act::Transfer => self.transfer(conn),
            Act::CustomerLeft => self.customer_left(conn),
            Act::Conference => self.confer(conn),
            Act::LeaveConference => self.leave_conference(conn),
        }
    }

    /// The agent of a call with one leg.
    pub(super) fn agent_of(&self, conn: Conn) -> Option<usize> {
        Some(self.calls.get(&conn)?.legs.first()?.agent)
    }

    fn hang_up(&mut self, conn: Conn) {
        let Some(call) = self.calls.get(&conn) else { return };
        let agents: Vec<usize> = call.legs.iter().map(|leg| leg.agent).collect();
        let (customer, kind) = (call.customer.clone(), call.kind.clone());
        let by = match (customer, agents.first()) {
            (Some(customer), _) if call.stage == Stage::Held || self.chance.happens(0.6) => Some(customer),
            (_, Some(agent)) => Some(self.phone(*agent)),
            (customer, None) => customer,
        };
        for agent in &agents {
            self.release(conn, *agent, CallState::Ok, by.clone());
        }
        self.forget(conn);
        let may_wrap = matches!(kind, CallType::Inbound | CallType::Outbound);
        agents.into_iter().for_each(|agent| self.after_call(agent, may_wrap));
    }

    pub(super) fn hold_for_a_while(&mut self, conn: Conn) {
        self.hold(conn);
        if self.chance.happens(0.03) {
            self.plan_act(conn, 30.0, Act::HangUp);
        } else {
            self.plan_act(conn, 25.0, Act::Retrieve);
        }
    }

    /// The customer of a call with one leg hears music.
    pub(super) fn hold(&mut self, conn: Conn) {
        self.enter_stage(conn, Stage::Held);
        let Some(agent) = self.agent_of(conn) else { return };
        self.tell_leg(Event::Held, agent, conn);
        self.set_leg(conn, LegPhase::Held);
    }

    /// The customer is taken back.
    pub(super) fn retrieve(&mut self, conn: Conn) {
        self.enter_stage(conn, Stage::Talking);
        let Some(agent) = self.agent_of(conn) else { return };
        self.tell_leg(Event::Retrieved, agent, conn);
        if let Some(leg) = self.calls.get(&conn).and_then(|call| call.legs.first()) {
            self.agents[agent].tally.counts.holds.add(leg.since, self.now);
        }
        self.set_leg(conn, LegPhase::Talking);
    }

    fn set_leg(&mut self, conn: Conn, state: LegPhase) {
        if let Some(leg) = self.calls.get_mut(&conn).and_then(|call| call.legs.first_mut()) {
            leg.state = state;
            leg.since = self.now;
            self.touched.insert(leg.agent);
        }
    }

    /// Away with the call: to a colleague who is idle, else to another queue.
    fn transfer_blindly(&mut self, conn: Conn) {
        let Some(agent) = self.agent_of(conn) else { return };
        let colleague = if self.chance.happens(0.6) { self.idle_colleague(agent) } else { None };
        let queue = self.other_queue(conn);
        if colleague.is_none() && queue.is_none() {
            return self.plan_talk(conn);
        }
        self.agents[agent].tally.counts.transfers_made += 1;
        self.release(conn, agent, CallState::Transferred, None);
        let patience = self.plan.queues[self.calls[&conn].queue].set.patience.as_secs_f64();
        self.be_patient(conn, 2.0 * patience);
        match (colleague, queue) {
            (Some(colleague), _) => self.ring_transferred(conn, colleague, agent),
            (None, Some(queue)) => self.send_to_queue(conn, queue),
            (None, None) => {}
        }
        self.after_call(agent, true);
    }

    fn ring_transferred(&mut self, conn: Conn, colleague: usize, by: usize) {
        let mut leg = Leg::new(colleague, LegPhase::Ringing, self.now);
        leg.transferred = true;
        self.add_leg(conn, leg);
        let step = self.enter_stage(conn, Stage::Ringing);
        let mut record = self.leg_record(Event::Ringing, colleague, conn);
        record.call_state = Some(CallState::Transferred);
        record.third_party_dn = Some(self.phone(by));
        self.send_for(colleague, record);
        self.expect_answer(conn, step);
    }

    /// An agent of the same source who waits for a call.
    pub(super) fn idle_colleague(&mut self, agent: usize) -> Option<usize> {
        let source = self.plan.people[agent].source;
        let first = self.chance.below(self.lines.len());
        let mut queues = (first..self.lines.len()).chain(0..first);
        let queue = queues
            .find(|queue| self.plan.queues[*queue].source == source && !self.lines[*queue].idle.is_empty())?;
        self.lines[queue].idle.first().map(|(_, colleague)| *colleague)
    }

    /// Another queue of the call's source.
    fn other_queue(&mut self, conn: Conn) -> Option<usize> {
        let call = self.calls.get(&conn)?;
        let (source, own) = (call.source, call.queue);
        let first = self.chance.below(self.lines.len());
        let mut queues = (first..self.lines.len()).chain(0..first);
        queues.find(|queue| *queue != own && self.plan.queues[*queue].source == source)
    }

    fn wrap_early(&mut self, conn: Conn) {
        if let Some(agent) = self.agent_of(conn) {
            self.agents[agent].early_wrap = true;
            self.tell_wrap(agent);
        }
    }

    /// Who a customer is for records: the number.
    pub(super) fn customer_of(&self, conn: Conn) -> Option<Text> {
        self.calls.get(&conn)?.customer.clone()
    }
}
