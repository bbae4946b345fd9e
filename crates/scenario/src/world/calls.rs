//! How calls are made, how parts of them end, and what the truth takes from that.

use super::World;
use crate::state::{Call, Conn, Leg, LegPhase, Stage, Visit, VisitState};
use model::record::{CallState, CallType, Event, KeyValue, KeyValues};
use model::{Micros, Text};

impl World {
    /// A call that is nowhere yet.
    pub(super) fn new_call(&mut self, kind: CallType, source: usize, queue: usize) -> Conn {
        self.calls_made += 1;
        let conn = self.calls_made;
        // A world that starts at another time numbers its calls elsewhere.
        let id = Text::from(format!("{:08x}{:08x}", self.start.secs() as u32, conn as u32));
        let call = Call {
            id,
            kind,
            source,
            customer: None,
            queue,
            stage: Stage::Routing,
            step: 0,
            gives_up: Micros::MAX,
            waits_in: Vec::new(),
            visits: Vec::new(),
            legs: Vec::new(),
            parent: None,
            data: None,
        };
        self.calls.insert(conn, call);
        conn
    }

    /// Somebody outside, and what the switch knows about the person.
    pub(super) fn invent_customer(&mut self, conn: Conn) {
        let number = format!("+1555{:07}", self.chance.below(10_000_000));
        let language =
            ["English", "Spanish", "German", "French"][self.chance.pick([0.7, 0.12, 0.1, 0.08].into_iter())];
        let segment = ["Standard", "Silver", "Gold"][self.chance.pick([0.7, 0.2, 0.1].into_iter())];
        let wants_data = self.plan.scenario.habits.attached_data;
        let Some(call) = self.calls.get_mut(&conn) else { return };
        call.customer = Some(Text::from(number));
        if wants_data {
            let topic = self.plan.queues[call.queue].set.name.clone();
            let pairs = [("Language", language.into()), ("Segment", segment.into()), ("Topic", topic)];
            let pairs = pairs.map(|(key, value)| (Text::const_new(key), KeyValue::Text(value)));
            call.data = Some(Box::new(KeyValues::from(pairs)));
        }
    }

    /// The call, if it still is in the step that something was planned in.
    pub(super) fn in_step(&self, conn: Conn, step: u32) -> Option<&Call> {
        self.calls.get(&conn).filter(|call| call.step == step)
    }

    /// The call moves on; what was planned for it before is void. Returns the new step.
    pub(super) fn enter_stage(&mut self, conn: Conn, stage: Stage) -> u32 {
        self.calls.get_mut(&conn).map_or(0, |call| {
            call.stage = stage;
            call.step += 1;
            call.step
        })
    }

    /// An agent's phone takes part in the call.
    pub(super) fn add_leg(&mut self, conn: Conn, leg: Leg) {
        let agent = leg.agent;
        self.leave_idle(agent);
        if let Some(call) = self.calls.get_mut(&conn) {
            call.legs.push(leg);
        }
        self.agents[agent].calls.push(conn);
        if self.calls[&conn].leg(agent).is_some_and(|leg| leg.state == LegPhase::Ringing) {
            self.agents[agent].tally.counts.offered += 1;
        }
        self.touched.insert(agent);
    }

    /// Takes the leg out, without a word to anyone.
    pub(super) fn take_leg(&mut self, conn: Conn, agent: usize) -> Option<Leg> {
        self.agents[agent].calls.retain(|other| *other != conn);
        self.touched.insert(agent);
        let legs = &mut self.calls.get_mut(&conn)?.legs;
        let at = legs.iter().position(|leg| leg.agent == agent)?;
        Some(legs.remove(at))
    }

    /// `Released`: an agent's talk, hold or dialling ends.
    pub(super) fn release(&mut self, conn: Conn, agent: usize, state: CallState, by: Option<Text>) {
        let mut record = self.leg_record(Event::Released, agent, conn);
        record.call_state = Some(state);
        record.third_party_dn = by;
        self.send_for(agent, record);
        let Some(leg) = self.take_leg(conn, agent) else { return };
        let kind = self.calls[&conn].kind.clone();
        let counts = &mut self.agents[agent].tally.counts;
        if leg.state == LegPhase::Held {
            counts.holds.add(leg.since, self.now);
        }
        if let Some(since) = leg.talks_since {
            match kind {
                CallType::Inbound => counts.inbound.add(since, self.now),
                CallType::Outbound => counts.outbound.add(since, self.now),
                CallType::Consult => counts.consult.add(since, self.now),
                CallType::Internal | CallType::Unknown | CallType::Other(_) => {
                    counts.internal.add(since, self.now)
                }
            };
        }
        if let Some(answered) = leg.answered_at {
            for visit in self.take_visits(conn, VisitState::Answered(agent)) {
                self.visits[visit.dn].talks.add(answered, self.now);
            }
        }
    }

    /// Takes the visits in that state out of the call.
    pub(super) fn take_visits(&mut self, conn: Conn, state: VisitState) -> Vec<Visit> {
        let Some(call) = self.calls.get_mut(&conn) else { return Vec::new() };
        call.visits.extract_if(.., |visit| visit.state == state).collect()
    }

    /// The call is over.
    pub(super) fn forget(&mut self, conn: Conn) {
        self.leave_lines(conn);
        self.calls.remove(&conn);
    }
}
