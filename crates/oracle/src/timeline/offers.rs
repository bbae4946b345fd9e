//! Calls are offered to phones, answered, refused, given up.

use super::stage::{Is, Leg, Stage, State, Waiting};
use model::record::{CallState, CallType, Role};
use model::{Event, Text};

impl Stage {
    pub(crate) fn is_offered(&mut self, place: usize) {
        let source = self.waiting[place].source;
        let Some(phone) = self.free_phone(source, None) else { return };
        let waiting = self.waiting[place].clone();
        let find = |first: char| waiting.at.iter().find(|at| at.0.starts_with(first));
        let (winner, since) = *find('8').or(find('9')).or(find('7')).expect("it waits somewhere");
        let leg = Leg {
            conn: waiting.conn.clone(),
            kind: waiting.kind.clone(),
            role: Role::Destination,
            is: Is::Ringing,
            since: self.now,
            established: None,
            queue: Some((winner, since)),
            transferred: false,
            consults: None,
        };
        // Diverted may come before Ringing, after it, or much later (rule Q-28).
        match self.chance.below(3) {
            0 => {
                self.waiting.remove(place);
                self.diverts(&waiting, winner, phone);
                self.rings(phone, leg);
            }
            1 => {
                self.waiting.remove(place);
                self.rings(phone, leg);
                self.diverts(&waiting, winner, phone);
            }
            _ => {
                self.waiting[place].ringing_at = Some(phone);
                self.rings(phone, leg);
            }
        }
    }

    pub(crate) fn rings(&mut self, phone: usize, leg: Leg) {
        let mut record = self.leg_record(phone, &leg, Event::Ringing);
        record.call_state = leg.transferred.then_some(CallState::Transferred);
        self.phones[phone].legs.push(leg);
        self.tell(record);
    }

    fn diverts(&mut self, waiting: &Waiting, winner: &str, phone: usize) {
        let number = self.phones[phone].number;
        for (dn, _) in &waiting.at {
            let also = !dn.starts_with('8') && self.chance.percent(60);
            if *dn != winner && !also {
                self.clears(waiting, dn, "other_queue");
                continue;
            }
            let routed = *dn == "7001" && self.chance.percent(50);
            let event = if routed { Event::RouteUsed } else { Event::Diverted };
            let mut record = self.queue_record(waiting.source, dn, &waiting.conn, &waiting.kind, event);
            record.third_party_dn = Some(number.into());
            self.tell(record);
        }
    }

    /// The Diverted that is still owed for a ringing call, if any.
    pub(crate) fn say_diverted(&mut self, phone: usize, conn: &str) {
        let owed = |waiting: &Waiting| waiting.ringing_at == Some(phone) && waiting.conn == *conn;
        let Some(place) = self.waiting.iter().position(owed) else { return };
        let waiting = self.waiting.remove(place);
        let leg = self.phones[phone].legs.iter().find(|leg| leg.conn == *conn);
        let winner = leg.and_then(|leg| leg.queue).map_or("", |queue| queue.0);
        self.diverts(&waiting, winner, phone);
    }

    pub(crate) fn a_ringing_call_moves(&mut self) {
        let Some((phone, place)) = self.some_leg(Is::Ringing) else { return self.a_dialing_call_moves() };
        let conn = self.phones[phone].legs[place].conn.clone();
        match self.chance.below(100) {
            0..60 => self.is_answered(phone, &conn),
            60..66 => self.say_diverted(phone, &conn),
            66..76 => self.caller_hangs_up(phone, &conn),
            _ => self.is_not_answered(phone, &conn),
        }
    }

    pub(crate) fn is_answered(&mut self, phone: usize, conn: &Text) {
        for phone in [Some(phone), self.partner(phone, conn)].into_iter().flatten() {
            let now = self.now;
            let leg = self.phones[phone].legs.iter_mut().find(|leg| leg.conn == *conn).expect("it is there");
            if leg.established.is_none() {
                (leg.is, leg.since, leg.established) = (Is::Talking, now, Some(now));
                let leg = leg.clone();
                let record = self.leg_record(phone, &leg, Event::Established);
                self.tell(record);
            }
        }
        if self.chance.percent(70) {
            self.say_diverted(phone, conn);
        }
    }

    fn caller_hangs_up(&mut self, phone: usize, conn: &Text) {
        let place = self.phones[phone].legs.iter().position(|leg| leg.conn == *conn).expect("it rings");
        if self.chance.percent(60) {
            let leg = self.phones[phone].legs.remove(place);
            let record = self.leg_record(phone, &leg, Event::Abandoned);
            self.tell(record);
        } else {
            self.release(phone, conn, None, None);
        }
        // A call that no Diverted took away is given up at its queues too.
        self.waiting.iter_mut().filter(|w| w.conn == *conn).for_each(|w| w.ringing_at = None);
        if let Some(other) = self.partner(phone, conn) {
            self.release(other, conn, None, None);
        }
    }

    fn is_not_answered(&mut self, phone: usize, conn: &Text) {
        let leg = self.phones[phone].legs.iter().find(|leg| leg.conn == *conn).expect("it rings").clone();
        let states = [CallState::NoAnswer, CallState::Busy, CallState::Redirected, CallState::Forwarded];
        let state = states[self.chance.below(states.len())].clone();
        let elsewhere = self.chance.percent(15);
        if elsewhere {
            self.release(phone, conn, Some(CallState::Redirected), Some("answered_elsewhere"));
        } else {
            self.release(phone, conn, Some(state.clone()), None);
        }
        let owed = self.waiting.iter_mut().find(|waiting| waiting.conn == *conn);
        let still_waits = owed.is_some();
        if let Some(waiting) = owed {
            waiting.ringing_at = None;
        }
        if let Some(other) = self.partner(phone, conn) {
            self.release(other, conn, Some(state), None);
        } else if !still_waits && !elsewhere && self.chance.percent(50) {
            // A further offer needs a new Queued.
            let ways: Vec<&'static str> = leg.queue.iter().map(|queue| queue.0).collect();
            if !ways.is_empty() {
                self.enters(self.phones[phone].source, conn.clone(), leg.kind, &ways);
            }
        }
    }

    /// Outbound to a stranger, or internal to a colleague.
    pub(crate) fn someone_dials(&mut self) {
        let source = usize::from(self.chance.percent(20));
        let Some(phone) = self.free_phone(source, None) else { return };
        let to = self.free_phone(source, Some(phone)).filter(|_| self.chance.percent(50));
        let kind = if to.is_some() { CallType::Internal } else { CallType::Outbound };
        let conn = self.new_conn();
        self.dials(phone, to, &conn, kind, None);
    }

    pub(crate) fn dials(
        &mut self,
        phone: usize,
        to: Option<usize>,
        conn: &Text,
        kind: CallType,
        about: Option<Text>,
    ) {
        let leg = Leg {
            conn: conn.clone(),
            kind,
            role: Role::Origination,
            is: Is::Dialing,
            since: self.now,
            established: None,
            queue: None,
            transferred: false,
            consults: about.clone(),
        };
        let mut record = self.leg_record(phone, &leg, Event::Dialing);
        record.prev_conn_id = about;
        self.tell(record);
        if let Some(to) = to {
            let role = Role::Destination;
            self.rings(to, Leg { role, is: Is::Ringing, consults: None, ..leg.clone() });
        }
        self.phones[phone].legs.push(leg);
    }

    fn a_dialing_call_moves(&mut self) {
        let Some((phone, place)) = self.some_leg(Is::Dialing) else { return };
        let leg = self.phones[phone].legs[place].clone();
        match self.chance.below(10) {
            0..7 => self.is_answered(phone, &leg.conn),
            7 => {
                let record = self.leg_record(phone, &leg, Event::DestinationBusy);
                self.tell(record);
                self.release(phone, &leg.conn, Some(CallState::Busy), None);
            }
            8 => self.release(phone, &leg.conn, Some(CallState::NoAnswer), None),
            _ => self.release(phone, &leg.conn, None, None),
        }
    }

    /// The agent's state as a snapshot spells it.
    pub(crate) fn spelling(state: State) -> &'static str {
        match state {
            State::Ready => "Ready",
            State::NotReady => "NotReady",
            State::Acw => "AfterCallWork",
        }
    }
}
