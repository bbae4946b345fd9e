//! The book written as a snapshot (contracts, part 4).

use super::{At, Mapping};
use crate::book::{Leg, Stage, State, Visit};
use model::record::{Body, WorkMode};
use model::snapshot::{CallPicture, DnPicture, DnType, LegState, Membership, Snapshot};
use model::time::Micros;
use model::{Event, Text};
use std::collections::BTreeMap;

impl Mapping {
    /// Writes the book as a snapshot.
    pub(crate) fn picture(&self, taken: Micros) -> Snapshot {
        let mut calls: BTreeMap<&Text, Vec<CallPicture>> = BTreeMap::new();
        for visit in self.book.visits.values() {
            calls.entry(&visit.queue).or_default().push(waiting(visit));
        }
        for leg in self.book.legs.values().filter(|leg| leg.gone.is_none()) {
            calls.entry(&leg.dn).or_default().push(on_phone(leg));
        }
        let mut dns = Vec::new();
        for queue in &self.book.queues {
            let is_virtual = self.options.virtual_queues.contains(queue);
            let kind = if is_virtual { DnType::VirtualQueue } else { DnType::Queue };
            dns.push(dn_picture(queue, kind, calls.remove(queue)));
        }
        for (dn, agent) in &self.book.agents {
            let mut picture = dn_picture(dn, DnType::Extension, calls.remove(dn));
            picture.in_service = !agent.unreachable;
            picture.agent_id = self.agent_at(dn);
            if let Some(state) = &agent.state {
                let (name, mode) = match state {
                    State::Ready => ("Ready", WorkMode::AutoIn),
                    State::NotReady(_) => ("NotReady", WorkMode::AuxWork),
                    State::AfterCallWork => ("AfterCallWork", WorkMode::AfterCallWork),
                };
                picture.agent_state = Some(name.into());
                picture.work_mode = Some(mode);
                picture.state_since = Some(agent.since);
                if let State::NotReady(reason) = state {
                    picture.reasons = super::members::reasons(reason).map(|r| *r);
                }
            }
            dns.push(picture);
        }
        let logged = self.book.agents.iter().flat_map(|(dn, a)| a.queues.iter().map(move |q| (dn, q)));
        let memberships = logged.map(|(dn, q)| Membership { dn: dn.clone(), queue: q.clone() }).collect();
        Snapshot { taken, dns, memberships, media: Vec::new() }
    }

    /// Puts the snapshot out.
    pub(crate) fn tell_snapshot(&mut self, taken: Micros, at: At) {
        let picture = self.picture(taken);
        self.tell(Event::Snapshot, at, |r| r.body = Some(Box::new(Body::Snapshot(picture))));
    }
}

fn dn_picture(dn: &Text, kind: DnType, calls: Option<Vec<CallPicture>>) -> DnPicture {
    DnPicture {
        dn: dn.clone(),
        kind,
        in_service: true,
        agent_id: None,
        agent_state: None,
        work_mode: None,
        reasons: None,
        state_since: None,
        calls: calls.unwrap_or_default(),
        unknown: BTreeMap::new(),
    }
}

fn waiting(visit: &Visit) -> CallPicture {
    CallPicture {
        conn_id: visit.conn.clone(),
        call_type: visit.call_type.clone(),
        state: LegState::Queued,
        since: visit.joined,
        queued_since: Some(visit.joined),
        established_since: None,
        this_queue: Some(visit.queue.clone()),
        other_dn: Some(visit.other.clone()),
        this_dn_role: None,
        offer: None,
        user_data: None,
        unknown: BTreeMap::new(),
    }
}

fn on_phone(leg: &Leg) -> CallPicture {
    let state = match leg.stage {
        Stage::Dialing => LegState::Dialing,
        Stage::Ringing => LegState::Ringing,
        Stage::Talking if leg.held() => LegState::Held,
        Stage::Talking => LegState::Established,
    };
    CallPicture {
        conn_id: leg.conn.clone(),
        call_type: leg.call_type.clone(),
        state,
        since: leg.answered.unwrap_or(leg.began),
        queued_since: leg.queued,
        established_since: leg.answered,
        this_queue: leg.queue.clone(),
        other_dn: Some(leg.other.clone()).filter(|o| !o.is_empty()),
        this_dn_role: None,
        offer: leg.offered_by_transfer.then(|| "transferred".into()),
        user_data: None,
        unknown: BTreeMap::new(),
    }
}
