//! Calls arrive, wait, move on, and give up.

use super::World;
use crate::chance::span;
use crate::state::{Conn, Due, Stage, Visit, VisitState};
use model::record::{CallType, Event};
use model::snapshot::DnType;
use model::{Micros, Text};

/// How far a call that comes back from a phone stands before those that never rang.
const RECALL_LEAD: Micros = Micros::from_secs(3600);

impl World {
    /// Plans the next arrival at the highest rate that the queue ever reaches; `arrive` thins them out.
    pub(super) fn expect_call(&mut self, queue: usize) {
        let plan = &self.plan.queues[queue];
        let per_hour = plan.set.calls_per_hour * self.plan.curve_max * plan.surge_max;
        if per_hour > 0.0 {
            let pause = self.chance.exponential(3600.0 / per_hour);
            self.plan_in(pause, Due::Arrive(queue));
        }
    }

    pub(super) fn arrive(&mut self, queue: usize) {
        self.expect_call(queue);
        let plan = &self.plan.queues[queue];
        let share = self.factor(queue) / (self.plan.curve_max * plan.surge_max);
        let (source, patience) = (plan.source, plan.set.patience.as_secs_f64());
        if !self.chance.happens(share) {
            return;
        }
        let conn = self.new_call(CallType::Inbound, source, queue);
        self.invent_customer(conn);
        self.be_patient(conn, patience);
        self.send_to_queue(conn, queue);
    }

    /// What the arrivals of the queue are multiplied with at this moment.
    fn factor(&self, queue: usize) -> f64 {
        let mut factor = self.plan.arrivals(self.now);
        if let Some(surge) = &self.plan.queues[queue].set.surge {
            let phase = self.now.0.rem_euclid(surge.every.as_micros() as i64);
            if phase < surge.lasts.as_micros() as i64 {
                factor *= surge.factor;
            }
        }
        factor
    }

    /// From now on the caller's patience runs, of that mean.
    pub(super) fn be_patient(&mut self, conn: Conn, mean: f64) {
        let gives_up = self.now + span(self.chance.exponential(mean) + 2.0);
        if let Some(call) = self.calls.get_mut(&conn) {
            call.gives_up = gives_up;
        }
        self.plan_at(gives_up, Due::GiveUp(conn));
    }

    /// The call goes to a queue by the way that calls go there.
    pub(super) fn send_to_queue(&mut self, conn: Conn, queue: usize) {
        let plan = &self.plan.queues[queue];
        let (route_point, is_virtual) = (plan.route_point, plan.is_virtual());
        if let Some(call) = self.calls.get_mut(&conn) {
            call.queue = queue;
        }
        let Some(route_point) = route_point else { return self.wait_in(conn, queue, self.now) };
        self.visit(conn, route_point);
        if is_virtual {
            self.wait_in(conn, queue, self.now);
        } else {
            let step = self.enter_stage(conn, Stage::Routing);
            let pause = self.chance.between(0.5, 4.0);
            self.plan_in(pause, Due::Routed(conn, step));
        }
    }

    /// A call that nobody answered waits again, before the others.
    pub(super) fn recall(&mut self, conn: Conn) {
        let Some(call) = self.calls.get(&conn) else { return };
        let queue = call.queue;
        let plan = &self.plan.queues[queue];
        if let (true, Some(route_point)) = (plan.is_virtual(), plan.route_point) {
            self.visit(conn, route_point);
        }
        self.wait_in(conn, queue, self.now - RECALL_LEAD);
    }

    fn visit(&mut self, conn: Conn, dn: usize) {
        if let Some(call) = self.calls.get_mut(&conn) {
            call.visits.push(Visit { dn, entered: self.now, state: VisitState::Waiting });
        }
        self.visits[dn].entered += 1;
        self.tell_queued(dn, conn);
    }

    /// The call waits in that queue and nowhere else but on a route point.
    fn wait_in(&mut self, conn: Conn, queue: usize, key: Micros) {
        let step = self.enter_stage(conn, Stage::Waiting);
        self.stand_in_line(conn, queue, key);
        let set = &self.plan.queues[queue].set;
        let (overflow, time_out) = (set.overflow.as_ref().map(|overflow| overflow.after), set.time_out);
        let (call_back, beat) = (set.call_back, self.plan.scenario.habits.heartbeat);
        if let Some(after) = overflow {
            self.plan_in(after.as_secs_f64(), Due::Overflow(conn, step));
        }
        if let Some(after) = time_out {
            self.plan_in(after.as_secs_f64(), Due::TimeOut(conn, step));
        }
        if self.chance.happens(call_back) {
            let pause = self.chance.between(30.0, 120.0);
            self.plan_in(pause, Due::CallBack(conn, step));
        }
        if let (Some(every), true) = (beat, self.plan.queues[queue].is_virtual()) {
            self.plan_in(every.as_secs_f64(), Due::Heartbeat(conn, step));
        }
    }

    fn stand_in_line(&mut self, conn: Conn, queue: usize, key: Micros) {
        self.visit(conn, self.plan.queues[queue].dn);
        if let Some(call) = self.calls.get_mut(&conn) {
            call.waits_in.push((queue, key));
        }
        self.lines[queue].waiting.insert((key, conn));
        let pause = self.chance.between(0.2, 1.2);
        self.plan_in(pause, Due::Match(queue));
    }

    /// The call stands in no waiting list any more.
    pub(super) fn leave_lines(&mut self, conn: Conn) {
        let Some(call) = self.calls.get_mut(&conn) else { return };
        for (queue, key) in std::mem::take(&mut call.waits_in) {
            self.lines[queue].waiting.remove(&(key, conn));
        }
    }

    /// The route point has decided.
    pub(super) fn routed(&mut self, conn: Conn, step: u32) {
        if let Some(call) = self.in_step(conn, step) {
            self.move_to(conn, call.queue);
        }
    }

    /// The call waited too long: it moves, or from a virtual queue it waits elsewhere too.
    pub(super) fn overflow(&mut self, conn: Conn, step: u32) {
        let Some(call) = self.in_step(conn, step) else { return };
        let plan = &self.plan.queues[call.queue];
        let Some(to) = plan.overflow else { return };
        if plan.is_virtual() {
            self.stand_in_line(conn, to, self.now);
        } else {
            self.move_to(conn, to);
        }
    }

    /// From the mediation DN where it is to that queue.
    fn move_to(&mut self, conn: Conn, queue: usize) {
        self.leave_lines(conn);
        let target = self.plan.dns[self.plan.queues[queue].dn].number.clone();
        for visit in self.take_visits(conn, VisitState::Waiting) {
            self.visits[visit.dn].distributed_to_queue.add(visit.entered, self.now);
            self.tell_diverted(visit.dn, conn, &target);
        }
        if let Some(call) = self.calls.get_mut(&conn) {
            call.queue = queue;
        }
        self.wait_in(conn, queue, self.now);
    }

    /// The call is sent away while it waits.
    pub(super) fn clear_if_waiting(&mut self, conn: Conn, step: u32, reason: &'static str) {
        if self.in_step(conn, step).is_some_and(|call| call.stage == Stage::Waiting) {
            self.clear(conn, reason);
        }
    }

    pub(super) fn clear(&mut self, conn: Conn, reason: &'static str) {
        for visit in self.take_visits(conn, VisitState::Waiting) {
            self.count_cleared(&visit, reason);
            self.tell_cleared(visit.dn, conn, reason);
        }
        self.forget(conn);
    }

    pub(super) fn count_cleared(&mut self, visit: &Visit, reason: &'static str) {
        let cleared = &mut self.visits[visit.dn].cleared;
        cleared.entry(Text::const_new(reason)).or_default().add(visit.entered, self.now);
    }

    /// The caller hangs up, if nobody has answered by now.
    pub(super) fn give_up(&mut self, conn: Conn) {
        let Some(call) = self.calls.get(&conn).filter(|call| call.gives_up <= self.now) else { return };
        match call.stage {
            Stage::Routing | Stage::Waiting => {
                for visit in self.take_visits(conn, VisitState::Waiting) {
                    self.visits[visit.dn].abandoned.add(visit.entered, self.now);
                    let record = self.queue_record(Event::Abandoned, visit.dn, conn);
                    self.desk.send(self.plan.dns[visit.dn].source, record);
                }
                self.forget(conn);
            }
            Stage::Ringing => self.give_up_ringing(conn),
            Stage::Talking | Stage::Held => {}
        }
    }

    /// Calls that wait in virtual queues say that they still do.
    pub(super) fn heartbeat(&mut self, conn: Conn, step: u32) {
        let Some(call) = self.in_step(conn, step) else { return };
        let Some(every) = self.plan.scenario.habits.heartbeat else { return };
        let dns: Vec<usize> = call.visits.iter().map(|visit| visit.dn).collect();
        for dn in dns {
            if self.plan.dns[dn].kind == DnType::VirtualQueue {
                let record = self.queue_record(Event::CallHeartbeat, dn, conn);
                self.desk.send(self.plan.dns[dn].source, record);
            }
        }
        self.plan_in(every.as_secs_f64(), Due::Heartbeat(conn, step));
    }
}
