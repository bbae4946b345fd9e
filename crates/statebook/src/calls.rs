//! The calls on the DNs.

use super::StateBook;
use model::Text;
use model::record::{CallState, CallType, Event, Record};
use model::snapshot::{CallPicture, DnPicture, LegState};
use std::collections::BTreeMap;

impl StateBook {
    pub(super) fn apply_call(&mut self, record: &Record) {
        let Some(conn_id) = record.conn_id.as_ref() else { return };
        match &record.event {
            Event::Queued => self.enter(record, conn_id, LegState::Queued),
            Event::RouteRequest if self.leg(record, conn_id).is_none() => {
                self.enter(record, conn_id, LegState::Queued);
            }
            Event::Dialing => self.enter(record, conn_id, LegState::Dialing),
            Event::Ringing => self.enter(record, conn_id, LegState::Ringing),
            Event::Established | Event::Retrieved => self.enter(record, conn_id, LegState::Established),
            Event::Held => self.enter(record, conn_id, LegState::Held),
            Event::Released | Event::Abandoned | Event::Diverted => self.leave(record, conn_id),
            Event::PartyChanged => self.change_party(record, conn_id),
            Event::AttachedDataChanged if record.this_dn.is_none() => self.attach_to_all(record, conn_id),
            _ => {
                if let Some(leg) = self.leg(record, conn_id) {
                    refresh(leg, record);
                }
            }
        }
    }

    fn leg(&mut self, record: &Record, conn_id: &Text) -> Option<&mut CallPicture> {
        let dn = self.dns.get_mut(record.this_dn.as_ref()?)?;
        let at = place(dn, conn_id).ok()?;
        dn.calls.get_mut(at)
    }

    /// The leg gets into `state`; a leg that is not known begins with it.
    fn enter(&mut self, record: &Record, conn_id: &Text, state: LegState) {
        let queued_since = self.queued_since(record, conn_id);
        let Some(dn) = self.dn(record) else { return };
        let at = match place(dn, conn_id) {
            Ok(at) => at,
            Err(at) => {
                dn.calls.insert(at, new_leg(conn_id, state, record));
                at
            }
        };
        let leg = &mut dn.calls[at];
        if leg.state != state {
            leg.since = record.time;
        }
        leg.state = state;
        leg.queued_since = leg.queued_since.or(queued_since);
        if matches!(state, LegState::Established) {
            leg.established_since = leg.established_since.or(Some(record.time));
        }
        if matches!(state, LegState::Ringing) && record.call_state == Some(CallState::Transferred) {
            leg.offer = Some("transferred".into());
        }
        refresh(leg, record);
    }

    /// When the call entered the queue that it waits in, or that the record says it came through.
    fn queued_since(&self, record: &Record, conn_id: &Text) -> Option<model::time::Micros> {
        if matches!(record.event, Event::Queued | Event::RouteRequest) {
            return Some(record.time);
        }
        let queue = self.dns.get(record.this_queue.as_ref()?)?;
        let at = place(queue, conn_id).ok()?;
        queue.calls[at].queued_since
    }

    fn leave(&mut self, record: &Record, conn_id: &Text) {
        self.with_dn(record, |dn| {
            if let Ok(at) = place(dn, conn_id) {
                dn.calls.remove(at);
            }
        });
    }

    /// The leg goes on under another call: the consult call has become the main call.
    fn change_party(&mut self, record: &Record, conn_id: &Text) {
        self.with_dn(record, |dn| {
            let former = record.prev_conn_id.as_ref().and_then(|former| place(dn, former).ok());
            if let Some(former) = former {
                let mut leg = dn.calls.remove(former);
                leg.conn_id = conn_id.clone();
                match place(dn, conn_id) {
                    Ok(at) => dn.calls[at] = leg,
                    Err(at) => dn.calls.insert(at, leg),
                }
            }
            if let Ok(at) = place(dn, conn_id) {
                refresh(&mut dn.calls[at], record);
            }
        });
    }

    fn attach_to_all(&mut self, record: &Record, conn_id: &Text) {
        for dn in self.dns.values_mut() {
            if let Ok(at) = place(dn, conn_id) {
                refresh(&mut dn.calls[at], record);
            }
        }
    }
}

fn place(dn: &DnPicture, conn_id: &Text) -> Result<usize, usize> {
    dn.calls.binary_search_by(|call| call.conn_id.cmp(conn_id))
}

/// What a record says about a leg, whatever the step: absent means unchanged.
fn refresh(leg: &mut CallPicture, record: &Record) {
    if let Some(call_type) = &record.call_type {
        leg.call_type = call_type.clone();
    }
    if record.this_queue.is_some() && record.this_queue != record.this_dn {
        leg.this_queue = record.this_queue.clone();
    }
    if record.other_dn.is_some() {
        leg.other_dn = record.other_dn.clone();
    }
    if let Some(user_data) = record.user_data.as_deref() {
        leg.user_data = Some(user_data.clone());
    }
    let role = record.rare.as_ref().and_then(|rare| rare.this_dn_role.clone());
    // The role is the one of the leg's first record.
    leg.this_dn_role = leg.this_dn_role.take().or(role);
}

fn new_leg(conn_id: &Text, state: LegState, record: &Record) -> CallPicture {
    CallPicture {
        conn_id: conn_id.clone(),
        call_type: CallType::Unknown,
        state,
        since: record.time,
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
