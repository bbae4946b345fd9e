//! Calls come to mediation DNs and wait there.

use super::stage::{Stage, Waiting};
use model::record::{CallState, CallType};
use model::{Event, Record, Text};

/// Where calls come in, by source: one after the other at the same moment.
const WAYS: [&[&[&str]]; 2] = [
    &[
        &["9001"],
        &["9002"],
        &["8001", "9001"],
        &["8001", "8002", "7001"],
        &["7001"],
        &["8002"],
        &["7001", "9002"],
    ],
    &[&["9001"]],
];

impl Stage {
    pub(crate) fn a_call_comes(&mut self) {
        let source = usize::from(self.chance.percent(25));
        let conn = self.new_conn();
        let way = self.chance.one(WAYS[source]).expect("some");
        let kind = if self.chance.percent(80) { CallType::Inbound } else { CallType::Unknown };
        self.enters(source, conn, kind, way);
    }

    pub(crate) fn enters(&mut self, source: usize, conn: Text, kind: CallType, way: &[&'static str]) {
        let now = self.now;
        for dn in way {
            let route_point = *dn == "7001";
            let events: &[Event] = match (route_point, self.chance.below(3)) {
                (true, 0) => &[Event::RouteRequest],
                (true, 1) => &[Event::Queued, Event::RouteRequest],
                _ => &[Event::Queued],
            };
            for event in events {
                let record = self.queue_record(source, dn, &conn, &kind, event.clone());
                self.tell(record);
            }
        }
        let at = way.iter().map(|dn| (*dn, now)).collect();
        self.waiting.push(Waiting { source, conn, kind, at, ringing_at: None });
    }

    pub(crate) fn queue_record(
        &mut self,
        source: usize,
        dn: &str,
        conn: &Text,
        kind: &CallType,
        event: Event,
    ) -> Record {
        let entering = matches!(event, Event::Queued | Event::RouteRequest);
        let mut record = self.about(source, event, dn);
        record.conn_id = Some(conn.clone());
        record.this_queue = Some(dn.into());
        record.other_dn = Some("5551000".into());
        if entering && self.chance.percent(90) {
            record.call_type = Some(kind.clone());
        }
        if entering && self.chance.percent(50) {
            record.user_data = self.some_data();
        }
        if entering && self.chance.percent(40) {
            record.rare_mut().dnis = self.chance.one(&["800", "801"]).map(Into::into);
        }
        record
    }

    pub(crate) fn a_waiting_call_moves(&mut self) {
        let free = |waiting: &&Waiting| waiting.ringing_at.is_none();
        let n = self.waiting.iter().filter(free).count();
        if n == 0 {
            return self.a_call_comes();
        }
        let nth = self.chance.below(n);
        let place = (0..self.waiting.len()).filter(|n| self.waiting[*n].ringing_at.is_none()).nth(nth);
        let place = place.expect("counted");
        match self.chance.below(100) {
            0..62 => self.is_offered(place),
            62..72 => self.is_given_up(place),
            72..80 => self.is_cleared(place),
            80..88 => self.goes_to_another_queue(place),
            88..92 => self.goes_to_a_stranger(place),
            92..96 => self.gets_another_id(place),
            _ => self.is_treated(place),
        }
    }

    fn is_given_up(&mut self, place: usize) {
        let waiting = self.waiting.remove(place);
        for (dn, _) in &waiting.at {
            let cleared = dn.starts_with('8') && self.chance.percent(30);
            let event = if cleared { Event::Diverted } else { Event::Abandoned };
            let mut record = self.queue_record(waiting.source, dn, &waiting.conn, &waiting.kind, event);
            if cleared {
                record.call_state = Some(CallState::Cleared);
                record.reason = Some("withdrawn".into());
            }
            self.tell(record);
        }
    }

    fn is_cleared(&mut self, place: usize) {
        let waiting = self.waiting.remove(place);
        for (dn, _) in &waiting.at {
            self.clears(&waiting, dn, "timeout");
        }
    }

    pub(crate) fn clears(&mut self, waiting: &Waiting, dn: &str, reason: &str) {
        let mut record = self.queue_record(waiting.source, dn, &waiting.conn, &waiting.kind, Event::Diverted);
        record.call_state = Some(CallState::Cleared);
        record.reason = Some(reason.into());
        self.tell(record);
    }

    fn goes_to_another_queue(&mut self, place: usize) {
        let waiting = self.waiting.remove(place);
        if waiting.source != 0 {
            return self.waiting.push(waiting);
        }
        let to = if waiting.at.iter().any(|at| at.0 == "9002") { "9001" } else { "9002" };
        for (dn, _) in &waiting.at {
            if *dn == to {
                self.clears(&waiting, dn, "redirected");
                continue;
            }
            let mut record =
                self.queue_record(waiting.source, dn, &waiting.conn, &waiting.kind, Event::Diverted);
            record.third_party_dn = Some(to.into());
            self.tell(record);
        }
        self.enters(waiting.source, waiting.conn, waiting.kind, &[to]);
    }

    fn goes_to_a_stranger(&mut self, place: usize) {
        let waiting = self.waiting.remove(place);
        for (dn, _) in &waiting.at {
            let mut record =
                self.queue_record(waiting.source, dn, &waiting.conn, &waiting.kind, Event::Diverted);
            record.third_party_dn = Some("5559999".into());
            self.tell(record);
        }
    }

    /// Rule Q-30.
    fn gets_another_id(&mut self, place: usize) {
        let conn = self.new_conn();
        let waiting = self.waiting[place].clone();
        for (dn, _) in &waiting.at {
            let mut record = self.queue_record(waiting.source, dn, &conn, &waiting.kind, Event::PartyChanged);
            record.prev_conn_id = Some(waiting.conn.clone());
            self.tell(record);
        }
        let now = self.now;
        let waiting = &mut self.waiting[place];
        waiting.conn = conn;
        for at in waiting.at.iter_mut().filter(|at| at.0 != "8002") {
            at.1 = now;
        }
    }

    fn is_treated(&mut self, place: usize) {
        let waiting = self.waiting[place].clone();
        let Some((dn, _)) = waiting.at.iter().find(|at| at.0 == "7001") else { return };
        let event = self.chance.below(3);
        let event = [Event::TreatmentApplied, Event::TreatmentEnd, Event::TreatmentNotApplied][event].clone();
        let record = self.queue_record(waiting.source, dn, &waiting.conn, &waiting.kind, event);
        self.tell(record);
    }
}
