//! The snapshot of a source (contracts, part 4).

use super::World;
use super::records::reasons;
use crate::state::{Agent, Call, Leg, LegPhase, Phase, Stage, Visit, VisitState};
use model::Text;
use model::record::{CallType, WorkMode};
use model::snapshot::{CallPicture, DnPicture, DnType, LegState, Membership, Snapshot};
use std::collections::BTreeMap;

impl World {
    /// Every DN of the source as it is now.
    pub(crate) fn picture(&self, source: usize) -> Snapshot {
        let plan = &self.plan;
        let mut dns: Vec<DnPicture> =
            plan.dns.iter().map(|dn| picture_of(dn.number.clone(), dn.kind)).collect();
        for call in self.calls.values() {
            for visit in call.visits.iter().filter(|visit| visit.state == VisitState::Waiting) {
                dns[visit.dn].calls.push(waiting(call, visit, &plan.dns[visit.dn].number));
            }
        }
        let mut own: Vec<DnPicture> =
            dns.into_iter().zip(&plan.dns).filter(|(_, dn)| dn.source == source).map(|(it, _)| it).collect();
        let mut memberships = Vec::new();
        for (ix, who) in plan.people.iter().enumerate().filter(|(_, who)| who.source == source) {
            own.push(self.phone_picture(ix));
            let queues = who.queues.iter().map(|queue| &plan.dns[plan.queues[*queue].dn]);
            let plain = queues.filter(|dn| dn.kind == DnType::Queue && self.agents[ix].is_logged_in());
            memberships.extend(plain.map(|dn| Membership { dn: who.dn.clone(), queue: dn.number.clone() }));
        }
        Snapshot { taken: self.now, dns: own, memberships, media: Vec::new() }
    }

    fn phone_picture(&self, ix: usize) -> DnPicture {
        let (who, agent) = (&self.plan.people[ix], &self.agents[ix]);
        let mut phone = picture_of(who.dn.clone(), DnType::Extension);
        phone.calls = self.calls_of(agent).filter_map(|call| self.leg_picture(call, call.leg(ix)?)).collect();
        if !agent.is_logged_in() {
            return phone;
        }
        phone.agent_id = Some(who.id.clone());
        let (state, mode) = match &agent.phase {
            // After-call work that was pressed during the call waits for its end.
            _ if agent.early_wrap => ("AfterCallWork", WorkMode::AfterCallWork),
            Phase::Ready => ("Ready", WorkMode::ManualIn),
            Phase::Wrap => ("AfterCallWork", WorkMode::AfterCallWork),
            Phase::NotReady(_) | Phase::LoggedOut => ("NotReady", WorkMode::AuxWork),
        };
        phone.agent_state = Some(Text::const_new(state));
        phone.work_mode = Some(mode);
        phone.state_since = Some(agent.phase_since);
        if let Phase::NotReady(reason) = &agent.phase {
            phone.reasons = Some(*reasons(reason));
        }
        phone
    }

    fn leg_picture(&self, call: &Call, leg: &Leg) -> Option<CallPicture> {
        let state = match leg.state {
            LegPhase::Dialing => LegState::Dialing,
            LegPhase::Ringing => LegState::Ringing,
            LegPhase::Talking => LegState::Established,
            LegPhase::Held => LegState::Held,
        };
        let plan = &self.plan;
        let colleague = call.legs.iter().find(|other| other.agent != leg.agent);
        Some(CallPicture {
            conn_id: call.id.clone(),
            call_type: call.kind.clone(),
            state,
            since: leg.since,
            queued_since: leg.queued_since,
            established_since: leg.talks_since,
            this_queue: leg.via.map(|dn| plan.dns[dn].number.clone()),
            other_dn: call
                .customer
                .clone()
                .or_else(|| colleague.map(|other| plan.people[other.agent].dn.clone())),
            this_dn_role: None,
            offer: leg.transferred.then(|| Text::const_new("transferred")),
            user_data: call.data.as_deref().cloned(),
            unknown: BTreeMap::new(),
        })
    }

    fn calls_of<'w>(&'w self, agent: &'w Agent) -> impl Iterator<Item = &'w Call> {
        agent.calls.iter().filter_map(|conn| self.calls.get(conn))
    }
}

fn picture_of(dn: Text, kind: DnType) -> DnPicture {
    DnPicture {
        dn,
        kind,
        in_service: true,
        agent_id: None,
        agent_state: None,
        work_mode: None,
        reasons: None,
        state_since: None,
        calls: Vec::new(),
        unknown: BTreeMap::new(),
    }
}

fn waiting(call: &Call, visit: &Visit, number: &Text) -> CallPicture {
    debug_assert!(matches!(call.stage, Stage::Waiting | Stage::Routing) && call.kind == CallType::Inbound);
    CallPicture {
        conn_id: call.id.clone(),
        call_type: call.kind.clone(),
        state: LegState::Queued,
        since: visit.entered,
        queued_since: Some(visit.entered),
        established_since: None,
        this_queue: Some(number.clone()),
        other_dn: call.customer.clone(),
        this_dn_role: None,
        offer: None,
        user_data: call.data.as_deref().cloned(),
        unknown: BTreeMap::new(),
    }
}
