//! Calls and agents find each other; phones ring, and are answered or not.

use super::World;
use crate::state::{Conn, Due, Leg, LegPhase, Stage, Visit, VisitState};
use model::record::{CallState, Event};
use model::snapshot::DnType;
use model::{Micros, Text};

impl World {
    /// Pairs those who wait longest on both sides of a queue.
    pub(super) fn match_queue(&mut self, queue: usize) {
        let line = &self.lines[queue];
        if line.logged_in == 0 && self.plan.queues[queue].set.leave_when_empty {
            let all: Vec<Conn> = line.waiting.iter().map(|(_, conn)| *conn).collect();
            return all.into_iter().for_each(|conn| self.clear(conn, "empty"));
        }
        while let (Some(&(_, conn)), Some(&(_, agent))) =
            (self.lines[queue].waiting.first(), self.lines[queue].idle.first())
        {
            self.offer(conn, agent, queue);
        }
    }

    /// An idle agent takes the call that waits longest in any queue that the agent serves.
    pub(super) fn seek(&mut self, agent: usize, step: u32) {
        if self.agents[agent].step != step || self.agents[agent].idle_since.is_none() {
            return;
        }
        let queues = self.plan.people[agent].queues.iter();
        let first = queues.filter_map(|queue| Some((*self.lines[*queue].waiting.first()?, *queue))).min();
        if let Some(((_, conn), queue)) = first {
            self.offer(conn, agent, queue);
        }
    }

    fn offer(&mut self, conn: Conn, agent: usize, queue: usize) {
        self.leave_lines(conn);
        let won = self.plan.queues[queue].dn;
        let is_diverted_first = self.chance.happens(0.5);
        if is_diverted_first {
            self.distribute(conn, agent, won);
        }
        let mut leg = Leg::new(agent, LegPhase::Ringing, self.now);
        leg.via = Some(won);
        leg.queued_since = self.calls[&conn].visits.iter().find(|visit| visit.dn == won).map(|it| it.entered);
        self.add_leg(conn, leg);
        let step = self.enter_stage(conn, Stage::Ringing);
        self.tell_leg(Event::Ringing, agent, conn);
        if !is_diverted_first {
            self.distribute(conn, agent, won);
        }
        self.expect_answer(conn, step);
    }

    /// The queue that won, and the route point, hand the call to the agent; other virtual queues lose it.
    fn distribute(&mut self, conn: Conn, agent: usize, won: usize) {
        let phone = self.phone(agent);
        for visit in self.take_visits(conn, VisitState::Waiting) {
            if visit.dn != won && self.plan.dns[visit.dn].kind != DnType::RoutePoint {
                self.count_cleared(&visit, "other_queue");
                self.tell_cleared(visit.dn, conn, "other_queue");
                continue;
            }
            self.visits[visit.dn].distributed.add(visit.entered, self.now);
            self.tell_diverted(visit.dn, conn, &phone);
            if let Some(call) = self.calls.get_mut(&conn) {
                call.visits.push(Visit { state: VisitState::Offered(agent), ..visit });
            }
        }
    }

    /// Plans how the ringing ends if the caller is patient.
    pub(super) fn expect_answer(&mut self, conn: Conn, step: u32) {
        let habits = &self.plan.scenario.habits;
        let (answer, limit) = (habits.answer.as_secs_f64(), habits.no_answer.as_secs_f64());
        let (misses, refuses) = (habits.misses, habits.refuses);
        match self.chance.pick([misses, refuses, 1.0 - misses - refuses].into_iter()) {
            0 => self.plan_in(limit, Due::NoAnswer(conn, step)),
            1 => {
                let pause = self.chance.between(0.5, 0.2 * limit);
                self.plan_in(pause, Due::NoAnswer(conn, step));
            }
            _ => {
                let pause = self.chance.lognormal(answer, 0.5).min(0.9 * limit);
                self.plan_in(pause, Due::Answer(conn, step));
            }
        }
    }

    /// Everyone who dials or rings is connected.
    pub(super) fn answer(&mut self, conn: Conn, step: u32) {
        let Some(call) = self.in_step(conn, step) else { return };
        let agents: Vec<usize> = call.legs.iter().map(|leg| leg.agent).collect();
        self.enter_stage(conn, Stage::Talking);
        for agent in agents {
            self.connect(conn, agent);
        }
        self.go_on(conn);
    }

    fn connect(&mut self, conn: Conn, agent: usize) {
        self.tell_leg(Event::Established, agent, conn);
        self.touched.insert(agent);
        let now = self.now;
        let Some(call) = self.calls.get_mut(&conn) else { return };
        let Some(leg) = call.legs.iter_mut().find(|leg| leg.agent == agent) else { return };
        let counts = &mut self.agents[agent].tally.counts;
        if leg.state == LegPhase::Ringing {
            counts.answered.add(leg.since, now);
            counts.transfers_taken += u64::from(leg.transferred);
        }
        leg.state = LegPhase::Talking;
        leg.since = now;
        leg.talks_since = Some(now);
        leg.answered_at = Some(now);
        for visit in &mut call.visits {
            if visit.state == VisitState::Offered(agent) {
                visit.state = VisitState::Answered(agent);
                let queue = &mut self.visits[visit.dn];
                let waited = queue.answered.add(visit.entered, now);
                queue.answered_in_time += u64::from(waited < self.plan.dns[visit.dn].target_seconds);
            }
        }
    }

    /// The phone is not answered, or the agent refuses.
    pub(super) fn no_answer(&mut self, conn: Conn, step: u32) {
        let Some(call) = self.in_step(conn, step) else { return };
        let Some(ringing) = call.legs.iter().find(|leg| leg.state == LegPhase::Ringing).cloned() else {
            return self.no_answer_outside(conn);
        };
        let limit = self.plan.scenario.habits.no_answer.as_secs_f64();
        let is_late = self.now >= ringing.since + crate::chance::span(limit);
        let state = if is_late { CallState::NoAnswer } else { CallState::Redirected };
        let agent = ringing.agent;
        let mut record = self.leg_record(Event::Released, agent, conn);
        record.call_state = Some(state.clone());
        self.send_for(agent, record);
        self.take_leg(conn, agent);
        self.agents[agent].tally.counts.not_answered.add(ringing.since, self.now);
        for visit in self.take_visits(conn, VisitState::Offered(agent)) {
            self.visits[visit.dn].not_answered.add(visit.entered, self.now);
        }
        let pause = self.chance.between(20.0, 90.0);
        self.go_not_ready(agent, &Text::const_new("NoAnswer"), pause);
        if self.calls[&conn].customer.is_some() {
            self.recall(conn);
        } else {
            self.colleague_failed(conn, state);
        }
    }

    /// The caller hangs up while a phone rings.
    pub(super) fn give_up_ringing(&mut self, conn: Conn) {
        let Some(ringing) = self.calls[&conn].legs.iter().find(|leg| leg.state == LegPhase::Ringing) else {
            return;
        };
        let (agent, since): (usize, Micros) = (ringing.agent, ringing.since);
        self.tell_leg(Event::Abandoned, agent, conn);
        self.take_leg(conn, agent);
        self.agents[agent].tally.counts.abandoned_ringing.add(since, self.now);
        for visit in self.take_visits(conn, VisitState::Offered(agent)) {
            self.visits[visit.dn].abandoned_ringing.add(visit.entered, self.now);
        }
        self.forget(conn);
        self.after_call(agent, false);
    }
}
