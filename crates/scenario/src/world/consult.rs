//! Consultations with a colleague, and what becomes of the customer.

use super::World;
use crate::state::{Act, Call, Conn, Leg, LegPhase, Stage};
use model::record::{CallState, CallType, Event, Role};

impl World {
    /// The customer is held and a colleague is called; if nobody is idle, the hold is all there is.
    pub(super) fn consult(&mut self, conn: Conn) {
        let Some(agent) = self.agent_of(conn) else { return };
        let Some(colleague) = self.idle_colleague(agent) else { return self.hold_for_a_while(conn) };
        self.hold(conn);
        let side = self.call_colleague(agent, colleague, CallType::Consult, Some(conn));
        if self.chance.happens(0.08) {
            // The agent does not wait for the colleague to answer.
            let seconds = self.chance.between(0.5, 3.0);
            self.plan_exactly(side, seconds, Act::Transfer);
        }
    }

    /// A call between two agents, from dialling on.
    pub(super) fn call_colleague(
        &mut self,
        agent: usize,
        colleague: usize,
        kind: CallType,
        parent: Option<Conn>,
    ) -> Conn {
        let queue = parent.map_or(0, |parent| self.calls[&parent].queue);
        let conn = self.new_call(kind, self.plan.people[agent].source, queue);
        if let Some(call) = self.calls.get_mut(&conn) {
            call.parent = parent;
        }
        self.add_leg(conn, Leg::new(agent, LegPhase::Dialing, self.now));
        self.add_leg(conn, Leg::new(colleague, LegPhase::Ringing, self.now));
        let step = self.enter_stage(conn, Stage::Ringing);
        self.tell_leg(Event::Dialing, agent, conn);
        self.tell_leg(Event::Ringing, colleague, conn);
        self.expect_answer(conn, step);
        conn
    }

    pub(super) fn plan_consultation(&mut self, side: Conn) {
        let acts = [Act::Return, Act::Transfer, Act::Conference, Act::CustomerLeft];
        let act = acts[self.chance.pick([0.35, 0.45, 0.14, 0.06].into_iter())];
        self.plan_act(side, 40.0, act);
    }

    /// The consultation, the customer's call, the agent and the colleague.
    fn parties(&self, side: Conn) -> Option<(Conn, usize, usize)> {
        let Call { parent, legs, .. } = self.calls.get(&side)?;
        Some(((*parent)?, legs.first()?.agent, legs.get(1)?.agent))
    }

    /// The colleague of an internal call or a consultation did not answer.
    pub(super) fn colleague_failed(&mut self, side: Conn, state: CallState) {
        let Some(agent) = self.agent_of(side) else { return };
        let parent = self.calls.get(&side).and_then(|call| call.parent);
        self.release(side, agent, state, None);
        self.forget(side);
        match parent {
            Some(main) => self.take_back(main),
            None => self.after_call(agent, false),
        }
    }

    fn take_back(&mut self, main: Conn) {
        self.retrieve(main);
        self.plan_talk(main);
    }

    pub(super) fn return_to_customer(&mut self, side: Conn) {
        let Some((main, agent, colleague)) = self.parties(side) else { return };
        let by = Some(self.phone(agent));
        self.release(side, agent, CallState::Ok, by.clone());
        self.release(side, colleague, CallState::Ok, by);
        self.forget(side);
        self.take_back(main);
        self.after_call(colleague, false);
    }

    pub(super) fn customer_left(&mut self, side: Conn) {
        let Some((main, agent, colleague)) = self.parties(side) else { return };
        let customer = self.customer_of(main);
        self.release(main, agent, CallState::Ok, customer);
        self.forget(main);
        // The consultation has lost its call: later records of it name none.
        if let Some(call) = self.calls.get_mut(&side) {
            call.parent = None;
        }
        let by = Some(self.phone(agent));
        self.release(side, agent, CallState::Ok, by.clone());
        self.release(side, colleague, CallState::Ok, by);
        self.forget(side);
        self.after_call(agent, true);
        self.after_call(colleague, false);
    }

    /// The customer goes to the colleague, who may not have answered yet.
    pub(super) fn transfer(&mut self, side: Conn) {
        let Some((main, agent, colleague)) = self.parties(side) else { return };
        self.agents[agent].tally.counts.transfers_made += 1;
        self.release(main, agent, CallState::Transferred, None);
        self.release(side, agent, CallState::Transferred, None);
        let Some(leg) = self.change_party(side, main, colleague, agent, CallState::Transferred) else {
            return;
        };
        self.forget(side);
        if leg == LegPhase::Talking {
            self.agents[colleague].tally.counts.transfers_taken += 1;
            self.enter_stage(main, Stage::Talking);
            self.plan_talk(main);
        } else {
            let step = self.enter_stage(main, Stage::Ringing);
            self.be_patient(main, 60.0);
            self.expect_answer(main, step);
        }
        self.after_call(agent, true);
    }

    /// The colleague's phone goes from the consultation to the customer's call. Returns what it does there.
    fn change_party(
        &mut self,
        side: Conn,
        main: Conn,
        colleague: usize,
        by: usize,
        state: CallState,
    ) -> Option<LegPhase> {
        let mut leg = self.take_leg(side, colleague)?;
        let phase = leg.state;
        let is_transfer = state == CallState::Transferred;
        // The call of the new kind, or the new ringing, begins now.
        leg.since = self.now;
        leg.talks_since = leg.talks_since.map(|_| self.now);
        leg.transferred = is_transfer && phase == LegPhase::Ringing;
        self.agents[colleague].calls.push(main);
        if let Some(call) = self.calls.get_mut(&main) {
            call.legs.push(leg);
        }
        let mut record = self.leg_record(Event::PartyChanged, colleague, main);
        record.prev_conn_id = self.calls.get(&side).map(|call| call.id.clone());
        record.third_party_dn = Some(self.phone(by));
        record.call_state = Some(state);
        let role = if is_transfer { Role::TransferredBy } else { Role::ConferencedBy };
        record.rare_mut().third_party_dn_role = Some(role);
        self.send_for(colleague, record);
        Some(phase)
    }

    /// All three talk.
    pub(super) fn confer(&mut self, side: Conn) {
        let Some((main, agent, colleague)) = self.parties(side) else { return };
        self.agents[agent].tally.counts.conferences += 1;
        self.release(side, agent, CallState::Conferenced, None);
        self.retrieve(main);
        let mut record = self.leg_record(Event::PartyAdded, agent, main);
        record.other_dn = Some(self.phone(colleague));
        record.third_party_dn = Some(self.phone(agent));
        record.call_state = Some(CallState::Conferenced);
        let rare = record.rare_mut();
        rare.other_dn_role = Some(Role::NewParty);
        rare.third_party_dn_role = Some(Role::AddedBy);
        self.send_for(agent, record);
        self.change_party(side, main, colleague, agent, CallState::Conferenced);
        self.forget(side);
        self.plan_act(main, 60.0, Act::LeaveConference);
    }

    /// The colleague leaves, the agent goes on.
    pub(super) fn leave_conference(&mut self, main: Conn) {
        let Some([first, second]) = self.calls.get(&main).map(|call| call.legs.as_slice()) else { return };
        let (agent, colleague) = (first.agent, second.agent);
        let gone = self.phone(colleague);
        self.release(main, colleague, CallState::Ok, Some(gone.clone()));
        let mut record = self.leg_record(Event::PartyDeleted, agent, main);
        record.other_dn = Some(gone.clone());
        record.third_party_dn = Some(gone);
        let rare = record.rare_mut();
        rare.other_dn_role = Some(Role::DeletedParty);
        rare.third_party_dn_role = Some(Role::DeletedBy);
        self.send_for(agent, record);
        self.plan_talk(main);
        self.after_call(colleague, true);
    }
}
