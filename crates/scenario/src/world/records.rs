//! The shapes of the records (contracts, part 3).

use super::World;
use crate::plan::MediationDn;
use crate::settings::Habits;
use crate::state::Conn;
use model::record::{CallState, Event, KeyValue, KeyValues, WorkMode};
use model::snapshot::DnType;
use model::{Record, Text};

impl World {
    /// A record about a call at a mediation DN.
    pub(super) fn queue_record(&self, event: Event, dn: usize, conn: Conn) -> Record {
        let MediationDn { number, source, .. } = &self.plan.dns[dn];
        let mut record = self.desk.record(*source, event, self.now);
        record.this_dn = Some(number.clone());
        record.this_queue = Some(number.clone());
        if let Some(call) = self.calls.get(&conn) {
            record.conn_id = Some(call.id.clone());
            record.other_dn.clone_from(&call.customer);
        }
        record
    }

    /// `Queued`, with what is known about the caller.
    pub(super) fn tell_queued(&mut self, dn: usize, conn: Conn) {
        let mut record = self.queue_record(Event::Queued, dn, conn);
        if let Some(call) = self.calls.get(&conn) {
            record.call_type = Some(call.kind.clone());
            record.user_data.clone_from(&call.data);
        }
        self.add_numbers(&mut record, dn);
        let source = self.plan.dns[dn].source;
        self.desk.send(source, record);
        if self.plan.dns[dn].kind == DnType::RoutePoint {
            let request = self.queue_record(Event::RouteRequest, dn, conn);
            self.desk.send(source, request);
        }
    }

    fn add_numbers(&self, record: &mut Record, dn: usize) {
        let Habits { attached_data: true, .. } = self.plan.scenario.habits else { return };
        if let Some(customer) = record.other_dn.clone() {
            let rare = record.rare_mut();
            rare.ani = Some(customer);
            rare.dnis = Some(self.plan.dns[dn].number.clone());
        }
    }

    /// `Diverted` to a DN; on a route point `RouteUsed` comes before.
    pub(super) fn tell_diverted(&mut self, dn: usize, conn: Conn, target: &Text) {
        let source = self.plan.dns[dn].source;
        let mut events = vec![Event::Diverted];
        if self.plan.dns[dn].kind == DnType::RoutePoint {
            events.insert(0, Event::RouteUsed);
        }
        for event in events {
            let mut record = self.queue_record(event, dn, conn);
            record.third_party_dn = Some(target.clone());
            self.desk.send(source, record);
        }
    }

    /// `Diverted` to nowhere.
    pub(super) fn tell_cleared(&mut self, dn: usize, conn: Conn, reason: &'static str) {
        let mut record = self.queue_record(Event::Diverted, dn, conn);
        record.call_state = Some(CallState::Cleared);
        record.reason = Some(Text::const_new(reason));
        self.desk.send(self.plan.dns[dn].source, record);
    }

    /// A record about an agent's part in a call.
    pub(super) fn leg_record(&self, event: Event, agent: usize, conn: Conn) -> Record {
        let who = &self.plan.people[agent];
        let mut record = self.desk.record(who.source, event, self.now);
        record.this_dn = Some(who.dn.clone());
        record.agent_id = Some(who.id.clone());
        let Some(call) = self.calls.get(&conn) else { return record };
        record.conn_id = Some(call.id.clone());
        record.other_dn = call.customer.clone().or_else(|| {
            let other = call.legs.iter().find(|leg| leg.agent != agent)?;
            Some(self.plan.people[other.agent].dn.clone())
        });
        if let Some(parent) = call.parent.and_then(|parent| self.calls.get(&parent)) {
            record.prev_conn_id = Some(parent.id.clone());
        }
        if let Some(via) = call.leg(agent).and_then(|leg| leg.via) {
            record.this_queue = Some(self.plan.dns[via].number.clone());
        }
        if matches!(record.event, Event::Ringing | Event::Dialing | Event::PartyChanged) {
            record.call_type = Some(call.kind.clone());
            record.user_data.clone_from(&call.data);
        }
        record
    }

    /// Sends a record about an agent's part in a call.
    pub(super) fn tell_leg(&mut self, event: Event, agent: usize, conn: Conn) {
        let record = self.leg_record(event, agent, conn);
        self.send_for(agent, record);
    }

    /// A record about the agent, not about a call.
    pub(super) fn agent_record(&self, event: Event, agent: usize, mode: Option<WorkMode>) -> Record {
        let who = &self.plan.people[agent];
        let mut record = self.desk.record(who.source, event, self.now);
        record.this_dn = Some(who.dn.clone());
        record.agent_id = Some(who.id.clone());
        record.work_mode = mode;
        record
    }

    /// Sends a record of the agent's source.
    pub(super) fn send_for(&mut self, agent: usize, record: Record) {
        self.desk.send(self.plan.people[agent].source, record);
    }

    /// The phone of an agent.
    pub(super) fn phone(&self, agent: usize) -> Text {
        self.plan.people[agent].dn.clone()
    }
}

/// One reason code.
pub(crate) fn reasons(code: &Text) -> Box<KeyValues> {
    Box::new(KeyValues::from([(Text::const_new("ReasonCode"), KeyValue::Text(code.clone()))]))
}
