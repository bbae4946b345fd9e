//! Links are lost and come back, with the picture of what is then.

use super::stage::{Is, Leg, Phone, SOURCES, Stage, State};
use model::record::{Body, WorkMode};
use model::snapshot::{CallPicture, DnPicture, DnType, LegState, Membership, Snapshot};
use model::{Event, Micros, Record, Text};
use std::collections::BTreeMap;

const QUEUES: [&[(&str, DnType)]; 2] = [
    &[
        ("9001", DnType::Queue),
        ("9002", DnType::Queue),
        ("8001", DnType::VirtualQueue),
        ("8002", DnType::VirtualQueue),
        ("7001", DnType::RoutePoint),
    ],
    &[("9001", DnType::Queue)],
];

impl Stage {
    pub(crate) fn a_link_moves(&mut self) {
        let down = (0..2).find(|source| !self.up[*source]);
        match down {
            Some(source) => self.comes_back(source),
            None => {
                let source = self.chance.below(2);
                if self.chance.percent(40) {
                    return self.repeats_itself(source);
                }
                self.is_lost(source);
            }
        }
    }

    fn is_lost(&mut self, source: usize) {
        let record = self.link_record(source, Event::LinkDisconnected);
        self.tell(record);
        self.up[source] = false;
        // What the queues still owed will never be said.
        self.waiting.retain(|waiting| waiting.source != source || waiting.ringing_at.is_none());
        for phone in self.phones.iter_mut().filter(|phone| phone.source == source) {
            phone.acw_pressed = false;
        }
    }

    fn comes_back(&mut self, source: usize) {
        self.up[source] = true;
        for phone in self.phones.iter_mut().filter(|phone| phone.source == source) {
            phone.acw_pressed = false;
            phone.out_of_service = false;
        }
        self.waiting.retain(|waiting| waiting.source != source || waiting.ringing_at.is_none());
        if self.chance.percent(30) {
            self.numbering[source] = (self.numbering[source].0 + 1, 0);
        }
        if self.chance.percent(80) {
            let record = self.link_record(source, Event::LinkConnected);
            self.tell(record);
        }
        if self.chance.percent(25) {
            return self.registers(source);
        }
        let record = self.snapshot(source);
        self.tell(record);
    }

    /// DN by DN; the calls are over.
    fn registers(&mut self, source: usize) {
        self.registered[source] = true;
        self.waiting.retain(|waiting| waiting.source != source);
        for (dn, _) in QUEUES[source] {
            let record = self.about(source, Event::Registered, dn);
            self.tell(record);
        }
        for n in 0..self.phones.len() {
            if self.phones[n].source != source {
                continue;
            }
            self.phones[n].legs.clear();
            self.phones[n].off_hook = false;
            let phone = self.phones[n].clone();
            let mut record = self.phone_record(n, Event::Registered);
            record.agent_id = phone.agent.map(Into::into);
            if phone.agent.is_some() {
                if let Some(queue) = phone.queues.first() {
                    record.this_queue = Some((*queue).into());
                }
                record.rare_mut().agent_state = phone.state.map(|state| Self::spelling(state).into());
                record.work_mode = Some(mode(phone.state));
                record.reasons = phone.reasons.clone().filter(|_| phone.state.is_some()).map(Box::new);
            }
            self.phones[n].state_since = self.now;
            self.tell(record);
        }
    }

    /// A snapshot that tells nothing new.
    fn repeats_itself(&mut self, source: usize) {
        let odd = |phone: &Phone| phone.source == source && (phone.out_of_service || phone.acw_pressed);
        let owed =
            self.waiting.iter().any(|waiting| waiting.source == source && waiting.ringing_at.is_some());
        if self.phones.iter().any(odd) || owed || self.registered[source] {
            return;
        }
        let record = self.snapshot(source);
        self.tell(record);
    }

    fn link_record(&mut self, source: usize, event: Event) -> Record {
        Record::new(SOURCES[source], event, self.now)
    }

    fn snapshot(&mut self, source: usize) -> Record {
        let mut dns = Vec::new();
        let mut memberships = Vec::new();
        for (dn, kind) in QUEUES[source] {
            let mut picture = empty_picture(dn, *kind);
            for waiting in self.waiting.iter().filter(|waiting| waiting.source == source) {
                let Some((_, since)) = waiting.at.iter().find(|at| at.0 == *dn) else { continue };
                let mut call = call_picture(&waiting.conn, LegState::Queued, *since);
                call.call_type = waiting.kind.clone();
                call.queued_since = Some(*since);
                picture.calls.push(call);
            }
            dns.push(picture);
        }
        for phone in self.phones.clone().into_iter().filter(|phone| phone.source == source) {
            let kind =
                if phone.number == "2002" && source == 0 { DnType::Position } else { DnType::Extension };
            let mut picture = empty_picture(phone.number, kind);
            picture.agent_id = phone.agent.map(Into::into);
            if phone.agent.is_some() && phone.state.is_some() {
                picture.agent_state = phone.state.map(|state| Self::spelling(state).into());
                picture.work_mode = Some(mode(phone.state));
                picture.reasons = phone.reasons.clone();
                picture.state_since = Some(phone.state_since).filter(|_| self.chance.percent(80));
            }
            picture.calls = phone.legs.iter().map(|leg| self.leg_picture(leg)).collect();
            memberships.extend(
                phone
                    .queues
                    .iter()
                    .map(|queue| Membership { dn: phone.number.into(), queue: (*queue).into() }),
            );
            dns.push(picture);
        }
        let mut record = self.link_record(source, Event::Snapshot);
        record.body =
            Some(Box::new(Body::Snapshot(Snapshot { taken: self.now, dns, memberships, media: Vec::new() })));
        // The switch forgets who is off hook.
        self.phones
            .iter_mut()
            .filter(|phone| phone.source == source)
            .for_each(|phone| phone.off_hook = false);
        record
    }

    fn leg_picture(&mut self, leg: &Leg) -> CallPicture {
        let state = match leg.is {
            Is::Dialing => LegState::Dialing,
            Is::Ringing => LegState::Ringing,
            Is::Talking => LegState::Established,
            Is::Held => LegState::Held,
        };
        let mut call = call_picture(&leg.conn, state, leg.since);
        call.call_type = leg.kind.clone();
        call.queued_since = leg.queue.map(|queue| queue.1).filter(|_| self.chance.percent(85));
        call.established_since = leg.established.filter(|_| self.chance.percent(85));
        call.this_queue = leg.queue.map(|queue| queue.0.into());
        call.this_dn_role = Some(leg.role.clone());
        call.offer = (leg.transferred && leg.is == Is::Ringing).then(|| "transferred".into());
        call
    }
}

fn mode(state: Option<State>) -> WorkMode {
    match state {
        Some(State::Acw) => WorkMode::AfterCallWork,
        Some(State::NotReady) => WorkMode::AuxWork,
        Some(State::Ready) => WorkMode::ManualIn,
        None => WorkMode::Unknown,
    }
}

fn empty_picture(dn: &str, kind: DnType) -> DnPicture {
    DnPicture {
        dn: dn.into(),
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

fn call_picture(conn: &Text, state: LegState, since: Micros) -> CallPicture {
    CallPicture {
        conn_id: conn.clone(),
        call_type: model::record::CallType::Unknown,
        state,
        since,
        queued_since: None,
        established_since: None,
        this_queue: None,
        other_dn: None,
        this_dn_role: None,
        offer: None,
        user_data: None,
        unknown: BTreeMap::new(),
    }
}
