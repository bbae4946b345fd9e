//! Calls on regular DNs (statistics 2.3 and 2.4).

use crate::acts::of_type;
use crate::legs::Leg;
use crate::login::Ended;
use crate::visits::Outcome;
use crate::world::World;
use model::record::{CallState, CallType, Role};
use model::{Action, Event, Record, Text};

impl World<'_> {
    pub(crate) fn at_phone(&mut self, dn: &str, record: &Record) {
        let switch = dn.rsplit_once('@').map_or("", |(_, switch)| switch).to_owned();
        match &record.event {
            Event::AgentLogin => self.log_in(dn, record, &switch),
            Event::AgentLogout => self.log_out(dn, record, &switch),
            Event::AgentReady | Event::AgentNotReady | Event::AgentAfterCallWork => {
                self.agent_state(dn, record)
            }
            Event::OffHook => {
                self.dn(dn).off_hook = true;
                if self.facts.ongoing(dn, Action::OffHook).is_none() {
                    self.start(dn, Action::OffHook, None, self.now);
                }
            }
            Event::OnHook => {
                self.dn(dn).off_hook = false;
                self.stop_any(dn, Action::OffHook);
            }
            Event::Ringing => self.offered(dn, record, &switch, Action::CallRinging),
            Event::Dialing => self.offered(dn, record, &switch, Action::CallDialing),
            Event::Established => self.established(dn, record, &switch),
            Event::Held => self.held(dn, record),
            Event::Retrieved => self.retrieved(dn, record),
            Event::Released | Event::Abandoned => self.released(dn, record),
            Event::DestinationBusy => {
                if let Some(dialing) = self.leg(dn, record).and_then(|leg| leg.dialing.take()) {
                    self.stop(dialing);
                    self.report(dialing, Action::CallAbandonedFromDialing);
                }
            }
            Event::PartyChanged => self.party_changed(dn, record),
            Event::PartyAdded if self.leg(dn, record).is_some() => {
                let made = record.third_party_dn == record.this_dn; // Rule Q-47.
                let action = if made { Action::CallConferenceMade } else { Action::CallConferencePartyAdded };
                self.happen(dn, action, record.conn_id.as_ref());
            }
            Event::PartyDeleted if self.leg(dn, record).is_some() => {
                self.happen(dn, Action::CallConferencePartyDeleted, record.conn_id.as_ref());
            }
            _ => {}
        }
    }

    /// The record's call on the DN, with what the record adds to it.
    pub(crate) fn leg(&mut self, dn: &str, record: &Record) -> Option<&mut Leg> {
        let switch = dn.rsplit_once('@').map_or("", |(_, switch)| switch).to_owned();
        let conn = record.conn_id.as_ref()?;
        let leg = self.dns.get_mut(dn)?.legs.iter_mut().find(|leg| leg.conn == *conn)?;
        if let Some(queue) = &record.this_queue {
            let queue = Text::from(format!("{queue}@{switch}"));
            leg.queue = Some(queue.clone());
            self.brought_by.insert((dn.into(), conn.clone()), queue);
        }
        self.dn(dn).legs.iter_mut().find(|leg| leg.conn == *conn)
    }

    pub(crate) fn new_leg(&mut self, dn: &str, conn: &Text, kind: CallType) -> &mut Leg {
        self.next_leg += 1;
        let known = (Text::from(dn), conn.clone());
        self.brought_by.remove(&known);
        self.kinds.insert(known, kind.clone());
        let leg = Leg {
            id: self.next_leg,
            conn: conn.clone(),
            kind,
            role: None,
            queue: None,
            ringing: None,
            dialing: None,
            talk: None,
            hold: None,
            answered: self.now,
            transferred: false,
        };
        let state = self.dn(dn);
        state.ended = None; // Rule Q-23: the DN's next call.
        state.legs.push(leg);
        state.legs.last_mut().expect("just pushed")
    }

    /// A leg that begins, from a record.
    fn leg_of(&mut self, dn: &str, record: &Record, conn: &Text, switch: &str) -> &mut Leg {
        let queue = record.this_queue.as_ref().map(|queue| Text::from(format!("{queue}@{switch}")));
        let leg = self.new_leg(dn, conn, record.call_type.clone().unwrap_or(CallType::Unknown));
        leg.role = record.rare.as_ref().and_then(|rare| rare.this_dn_role.clone());
        leg.queue.clone_from(&queue);
        self.brought_by.extend(queue.map(|queue| ((dn.into(), conn.clone()), queue)));
        self.dn(dn).legs.last_mut().expect("just made")
    }

    fn offered(&mut self, dn: &str, record: &Record, switch: &str, action: Action) {
        let Some(conn) = record.conn_id.as_ref() else { return };
        if self.leg(dn, record).is_some() {
            return;
        }
        let ringing = action == Action::CallRinging;
        self.leg_of(dn, record, conn, switch).transferred =
            ringing && record.call_state == Some(CallState::Transferred);
        let started = if ringing { Action::CallRingingStarted } else { Action::CallDialingStarted };
        self.happen(dn, started, Some(conn));
        let stretch = Some(self.start(dn, action, Some(conn), self.now));
        let leg = self.leg(dn, record).expect("just made");
        if ringing { leg.ringing = stretch } else { leg.dialing = stretch }
    }

    fn established(&mut self, dn: &str, record: &Record, switch: &str) {
        let Some(conn) = record.conn_id.as_ref() else { return };
        if self.leg(dn, record).is_none() {
            self.leg_of(dn, record, conn, switch);
        }
        let now = self.now;
        let leg = self.leg(dn, record).expect("it is there");
        if leg.talk.is_some() {
            return;
        }
        leg.kind = record.call_type.clone().unwrap_or_else(|| leg.kind.clone());
        leg.answered = now;
        let kind = leg.kind.clone();
        let (ringing, dialing) = (leg.ringing.take(), leg.dialing.take());
        let (transferred, leg) = (std::mem::take(&mut leg.transferred), leg.clone());
        self.kinds.insert((dn.into(), conn.clone()), kind);
        if let Some(stretch) = ringing {
            self.stop(stretch);
            self.report(stretch, Action::CallAnswered);
        }
        if let Some(stretch) = dialing {
            self.stop(stretch);
            self.report(stretch, Action::CallDialed);
        } else {
            self.outcome(dn, &leg, Outcome::Answered);
        }
        if transferred {
            self.happen(dn, Action::CallTransferTaken, Some(conn));
        }
        let (talk, started, _) = of_type(&leg.kind);
        self.happen(dn, started, Some(conn));
        let talk = self.start(dn, talk, Some(conn), self.now);
        self.leg(dn, record).expect("it is there").talk = Some(talk);
    }

    fn held(&mut self, dn: &str, record: &Record) {
        if self.leg(dn, record).is_some_and(|leg| leg.talk.is_some() && leg.hold.is_none()) {
            self.happen(dn, Action::CallHeld, record.conn_id.as_ref());
            let hold = self.start(dn, Action::CallOnHold, record.conn_id.as_ref(), self.now);
            self.leg(dn, record).expect("it is there").hold = Some(hold);
        }
    }

    fn retrieved(&mut self, dn: &str, record: &Record) {
        if let Some(hold) = self.leg(dn, record).and_then(|leg| leg.hold.take()) {
            self.stop(hold);
            self.report(hold, Action::CallRetrievedFromHold);
        }
    }

    fn released(&mut self, dn: &str, record: &Record) {
        let Some(leg) = self.leg(dn, record).cloned() else { return };
        self.dn(dn).legs.retain(|other| other.id != leg.id);
        let state = record.call_state.clone().unwrap_or(CallState::Ok);
        let moved = matches!(state, CallState::Transferred | CallState::Conferenced);
        if let Some(ringing) = leg.ringing {
            self.stop(ringing);
            // Rule Q-19.
            let given_up =
                record.event == Event::Abandoned || matches!(state, CallState::Ok | CallState::Abandoned);
            if record.reason.as_deref() != Some("answered_elsewhere") {
                let (own, queues) = match given_up {
                    true => (Action::CallAbandonedFromRinging, Outcome::Abandoned),
                    false => (Action::CallForwarded, Outcome::Forwarded),
                };
                self.report(ringing, own);
                self.outcome(dn, &leg, queues);
            }
        }
        if let Some(dialing) = leg.dialing {
            self.stop(dialing);
            let how = match state {
                CallState::Transferred => Action::CallDialTransferred,
                CallState::Conferenced => Action::CallDialConferenced,
                _ => Action::CallAbandonedFromDialing,
            };
            self.report(dialing, how);
        }
        if let Some(hold) = leg.hold {
            self.stop(hold);
            if !moved {
                self.report(hold, Action::CallAbandonedFromHold); // Rule Q-18.
            }
        }
        let Some(talk) = leg.talk else { return };
        self.stop(talk);
        self.report(talk, of_type(&leg.kind).2);
        if let Some(by_role) = by_role(&leg) {
            self.report(talk, by_role);
        }
        self.released_at_queues(dn, &leg);
        if leg.kind != CallType::Consult {
            if state == CallState::Transferred {
                self.happen(dn, Action::CallTransferMade, Some(&leg.conn)); // Rule Q-17.
            }
            self.dn(dn).ended = Some(Ended { leg: leg.id, first_ready: None });
        }
        if self.dns[dn].acw_pressed && self.dns[dn].legs.iter().all(|leg| leg.talk.is_none()) {
            self.dn(dn).acw_pressed = false;
            self.dn(dn).reasons = self.dn(dn).acw_reasons.take();
            self.begin_acw(dn);
        }
    }
}

/// The outcome that is split by the DN's part in the call.
fn by_role(leg: &Leg) -> Option<Action> {
    use Action as A;
    let (originated, received) = match leg.kind {
        CallType::Internal => (A::CallInternalOriginated, A::CallInternalReceived),
        CallType::Consult => (A::CallConsultOriginated, A::CallConsultReceived),
        CallType::Outbound => (A::CallOutboundOriginated, A::CallOutboundReceived),
        _ => return None,
    };
    match leg.role.as_ref()? {
        Role::Origination => Some(originated),
        Role::Destination => Some(received),
        _ => None,
    }
}
