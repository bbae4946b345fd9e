//! Established calls: holds, consults, transfers, conferences, ends.

use super::stage::{Is, Leg, Stage};
use model::record::{CallState, CallType, Role};
use model::{Event, Text};

impl Stage {
    pub(crate) fn a_talk_moves(&mut self) {
        let mut legs = self.legs(Is::Talking);
        legs.extend(self.legs(Is::Held));
        let Some((phone, place)) = self.chance.one(&legs) else { return self.a_waiting_call_moves() };
        let leg = self.phones[phone].legs[place].clone();
        let consult =
            self.phones[phone].legs.iter().find(|l| l.consults.as_ref() == Some(&leg.conn)).cloned();
        // What a queue still owes is said before the call goes anywhere.
        match self.chance.below(100) {
            0..15 if leg.is == Is::Talking => self.holds(phone, &leg),
            0..15 => self.retrieves(phone, &leg),
            15..50 => self.ends(phone, &leg.conn),
            50..62 => self.consults(phone, &leg),
            62..86 => match consult {
                Some(consult) if self.chance.percent(60) => self.transfers(phone, &leg.conn, &consult.conn),
                Some(consult) => self.conferences(phone, &leg.conn, &consult.conn),
                None => self.holds(phone, &leg),
            },
            86..92 => self.transfers_blindly(phone, &leg),
            92..96 => self.becomes_another_type(phone, &leg),
            _ => self.changes_state(phone),
        }
    }

    fn leg_mut(&mut self, phone: usize, conn: &str) -> Option<&mut Leg> {
        self.phones[phone].legs.iter_mut().find(|leg| leg.conn == *conn)
    }

    fn holds(&mut self, phone: usize, leg: &Leg) {
        if leg.is != Is::Talking {
            return;
        }
        let record = self.leg_record(phone, leg, Event::Held);
        self.tell(record);
        let now = self.now;
        if let Some(leg) = self.leg_mut(phone, &leg.conn) {
            (leg.is, leg.since) = (Is::Held, now);
        }
    }

    fn retrieves(&mut self, phone: usize, leg: &Leg) {
        if leg.is != Is::Held {
            return;
        }
        let record = self.leg_record(phone, leg, Event::Retrieved);
        self.tell(record);
        if let Some(leg) = self.leg_mut(phone, &leg.conn) {
            (leg.is, leg.since) = (Is::Talking, leg.established.expect("it talks"));
        }
    }

    fn ends(&mut self, phone: usize, conn: &Text) {
        self.say_diverted(phone, conn);
        let parties: Vec<usize> = (0..self.phones.len())
            .filter(|n| self.phones[*n].legs.iter().any(|leg| leg.conn == *conn))
            .collect();
        if parties.len() > 2 {
            // A conference goes on without him.
            self.release(phone, conn, None, None);
            for other in parties.into_iter().filter(|other| *other != phone) {
                let leg = self.leg_mut(other, conn).expect("a party").clone();
                let mut record = self.leg_record(other, &leg, Event::PartyDeleted);
                record.other_dn = Some(self.phones[phone].number.into());
                self.tell(record);
            }
            return;
        }
        let state = if self.chance.percent(80) { None } else { Some(CallState::Ok) };
        for party in parties {
            self.release(party, conn, state.clone(), None);
        }
    }

    fn consults(&mut self, phone: usize, leg: &Leg) {
        let source = self.phones[phone].source;
        let other_talk = self.phones[phone].legs.len() > 1;
        let Some(to) = self.free_phone(source, Some(phone)).filter(|_| !other_talk) else { return };
        if leg.consults.is_some() || leg.kind == CallType::Consult {
            return;
        }
        self.say_diverted(phone, &leg.conn);
        self.holds(phone, leg);
        let conn = self.new_conn();
        if source == 0 && self.chance.percent(25) {
            // Through a queue.
            self.dials(phone, None, &conn, CallType::Consult, Some(leg.conn.clone()));
            return self.enters(source, conn, CallType::Consult, &["9002"]);
        }
        self.dials(phone, Some(to), &conn, CallType::Consult, Some(leg.conn.clone()));
    }

    /// With the colleague on the line, or while his phone still rings.
    fn transfers(&mut self, phone: usize, conn: &Text, consult: &Text) {
        let Some(to) = self.partner(phone, consult).filter(|to| self.leg_mut(*to, conn).is_none()) else {
            return;
        };
        if self.waiting.iter().any(|waiting| waiting.conn == *consult && waiting.ringing_at.is_none()) {
            return;
        }
        self.say_diverted(phone, conn);
        self.say_diverted(to, consult);
        let kind = self.leg_mut(phone, conn).expect("his call").kind.clone();
        self.release(phone, conn, Some(CallState::Transferred), None);
        self.release(phone, consult, Some(CallState::Transferred), None);
        self.joins(phone, to, conn, consult, kind, CallState::Transferred);
    }

    fn joins(&mut self, by: usize, to: usize, conn: &Text, consult: &Text, kind: CallType, state: CallState) {
        let now = self.now;
        let Some(leg) = self.leg_mut(to, consult) else { return };
        leg.conn = conn.clone();
        if leg.is == Is::Ringing || leg.kind != kind {
            leg.since = if leg.is == Is::Held { leg.since } else { now };
        }
        if leg.kind != kind && leg.established.is_some() {
            leg.established = Some(now);
        }
        leg.kind = kind.clone();
        // On a queue the enter time is the change (rule Q-20).
        leg.queue = leg.queue.map(|(dn, since)| (dn, if leg.is == Is::Ringing { now } else { since }));
        leg.transferred |= leg.is == Is::Ringing;
        let leg = leg.clone();
        let mut record = self.leg_record(to, &leg, Event::PartyChanged);
        record.prev_conn_id = Some(consult.clone());
        record.third_party_dn = Some(self.phones[by].number.into());
        record.call_type = Some(kind);
        record.rare_mut().third_party_dn_role = Some(Role::TransferredBy);
        record.call_state = Some(state);
        self.tell(record);
    }

    fn conferences(&mut self, phone: usize, conn: &Text, consult: &Text) {
        let Some(to) = self.partner(phone, consult).filter(|to| self.leg_mut(*to, conn).is_none()) else {
            return;
        };
        if self.leg_mut(to, consult).expect("partner").established.is_none() {
            return;
        }
        self.say_diverted(phone, conn);
        self.say_diverted(to, consult);
        self.release(phone, consult, Some(CallState::Conferenced), None);
        let leg = self.leg_mut(phone, conn).expect("his call").clone();
        self.retrieves(phone, &leg);
        let others: Vec<usize> = (0..self.phones.len())
            .filter(|n| *n != to && self.phones[*n].legs.iter().any(|leg| leg.conn == *conn))
            .collect();
        for other in others {
            let leg = self.leg_mut(other, conn).expect("a party").clone();
            let mut record = self.leg_record(other, &leg, Event::PartyAdded);
            record.other_dn = Some(self.phones[to].number.into());
            record.third_party_dn = Some(self.phones[phone].number.into());
            self.tell(record);
        }
        let kind = self.leg_mut(phone, conn).expect("his call").kind.clone();
        self.joins(phone, to, conn, consult, kind, CallState::Conferenced);
    }

    fn transfers_blindly(&mut self, phone: usize, leg: &Leg) {
        let source = self.phones[phone].source;
        let Some(to) = self.free_phone(source, Some(phone)) else { return };
        let has = self.phones[to].legs.iter().any(|other| other.conn == leg.conn);
        let consults = self.phones[phone].legs.iter().any(|other| other.consults.as_ref() == Some(&leg.conn));
        if leg.kind == CallType::Consult || has || consults {
            return;
        }
        self.say_diverted(phone, &leg.conn);
        self.release(phone, &leg.conn, Some(CallState::Transferred), None);
        let since = self.now;
        let (is, role, established, queue) = (Is::Ringing, Role::Destination, None, None);
        self.rings(
            to,
            Leg { is, role, since, established, queue, transferred: true, consults: None, ..leg.clone() },
        );
    }

    /// Rule Q-21.
    fn becomes_another_type(&mut self, phone: usize, leg: &Leg) {
        let kind = if leg.kind == CallType::Internal { CallType::Inbound } else { CallType::Internal };
        if leg.kind == CallType::Consult {
            return;
        }
        let now = self.now;
        let leg = self.leg_mut(phone, &leg.conn).expect("his call");
        leg.kind = kind;
        leg.established = Some(now);
        if leg.is == Is::Talking {
            leg.since = now;
        }
        let leg = leg.clone();
        let mut record = self.leg_record(phone, &leg, Event::PartyChanged);
        record.call_type = Some(leg.kind.clone());
        if self.chance.percent(40) {
            record.call_state = Some(CallState::Transferred);
        }
        self.tell(record);
    }
}
