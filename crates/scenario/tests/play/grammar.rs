//! The grammar of contracts, part 3, as a reader that believes nothing.

use model::record::{CallState, Event, WorkMode};
use model::{Micros, Record, Text};
use std::collections::{BTreeMap, BTreeSet};

/// A call on a DN.
type Leg = (Text, Text);

#[derive(Clone, Debug, PartialEq)]
enum Phone {
    Dialing,
    Ringing,
    Talking,
    Held,
}

/// What the reader has seen.
#[derive(Default)]
pub(crate) struct Grammar {
    numbers: BTreeMap<Text, (u64, u64, Micros)>,
    /// Visits that have not ended.
    visits: BTreeMap<Leg, Micros>,
    /// Where a visit was sent, and when.
    sent: BTreeMap<(Text, Text, Text), Micros>,
    /// Route points whose `Diverted` follows their `RouteUsed`.
    used: BTreeSet<Leg>,
    phones: BTreeMap<Leg, (Phone, Option<Text>)>,
    /// Who is logged in where, and through which queues.
    logins: BTreeMap<Text, (Text, BTreeSet<Text>)>,
    has_state: BTreeSet<Text>,
    /// Rings that need their `Diverted` in the same instant.
    owed: Vec<(Micros, Text, Text, Text)>,
    pub(crate) visits_ended: usize,
    pub(crate) rings_ended: usize,
}

impl Grammar {
    pub(crate) fn read(records: &[Record]) -> Self {
        let mut grammar = Self::default();
        for record in records {
            grammar.number(record);
            grammar.owe(record.received);
            grammar.step(record);
        }
        grammar.owe(Micros::MAX);
        grammar
    }

    pub(crate) fn waiting(&self, dn: &str) -> usize {
        self.visits.keys().filter(|(queue, _)| queue == dn).count()
    }

    fn number(&mut self, record: &Record) {
        let last = self.numbers.entry(record.source.clone()).or_insert((record.epoch, 0, Micros(0)));
        assert_eq!((record.epoch, record.seq), (last.0, last.1 + 1), "gapless: {record:?}");
        assert!(record.received >= last.2, "received goes back: {record:?}");
        *last = (record.epoch, record.seq, record.received);
    }

    /// At the end of an instant every ringing for a queue has been diverted by that queue.
    fn owe(&mut self, now: Micros) {
        for (at, queue, conn, phone) in self.owed.extract_if(.., |owed| owed.0 < now) {
            let key = (queue, conn, phone);
            assert_eq!(self.sent.get(&key), Some(&at), "rings without Diverted: {key:?}");
        }
    }

    fn step(&mut self, record: &Record) {
        match record.event {
            Event::Queued
            | Event::Diverted
            | Event::RouteUsed
            | Event::RouteRequest
            | Event::CallHeartbeat => {
                self.queue(record);
            }
            Event::Abandoned if record.this_dn == record.this_queue => self.queue(record),
            Event::AgentLogin | Event::AgentLogout | Event::AgentReady | Event::AgentNotReady => {
                self.agent(record);
            }
            Event::LinkConnected | Event::LinkDisconnected | Event::Gap | Event::Snapshot => {}
            _ => self.call(record),
        }
    }

    fn queue(&mut self, record: &Record) {
        let (dn, conn) = (record.this_dn.clone().unwrap(), record.conn_id.clone().unwrap());
        assert_eq!(record.this_queue.as_ref(), Some(&dn), "a queue's record names itself: {record:?}");
        let key = (dn.clone(), conn.clone());
        match record.event {
            Event::Queued => {
                let before = self.visits.insert(key.clone(), record.received);
                assert_eq!(before, None, "waits twice: {record:?}");
                self.used.remove(&key);
            }
            Event::RouteRequest | Event::CallHeartbeat => {
                assert!(self.visits.contains_key(&key), "no visit: {record:?}");
            }
            Event::Diverted if self.used.remove(&key) => {}
            _ => {
                assert!(self.visits.remove(&key).is_some(), "ends a visit that is not there: {record:?}");
                self.visits_ended += 1;
                if record.event == Event::RouteUsed {
                    self.used.insert(key);
                }
                self.target(record, dn, conn);
            }
        }
    }

    fn target(&mut self, record: &Record, dn: Text, conn: Text) {
        if record.event == Event::Abandoned {
            return;
        }
        match &record.third_party_dn {
            Some(target) => {
                assert_eq!(record.call_state, None);
                self.sent.insert((dn, conn, target.clone()), record.received);
            }
            None => {
                assert_eq!(record.call_state, Some(CallState::Cleared), "{record:?}");
                let reasons =
                    ["timeout", "withdrawn", "key", "redirected", "empty", "other_queue", "unknown"];
                assert!(reasons.contains(&record.reason.as_deref().unwrap()), "{record:?}");
            }
        }
    }

    fn call(&mut self, record: &Record) {
        let (dn, conn) = (record.this_dn.clone().unwrap(), record.conn_id.clone().unwrap());
        let login = self.logins.get(&dn).unwrap_or_else(|| panic!("nobody is there: {record:?}"));
        assert_eq!(record.agent_id.as_ref(), Some(&login.0), "{record:?}");
        let key = (dn.clone(), conn.clone());
        let known = self.phones.remove(&key);
        let queue = record.this_queue.clone();
        if let (Some((_, since)), true) = (&known, record.event != Event::PartyChanged) {
            assert_eq!(*since, queue, "this_queue stays on the leg: {record:?}");
        }
        let state = known.map(|(state, _)| state);
        let next = self.next(record, state, &key);
        let Some(next) = next else { return };
        self.phones.insert(key, (next.clone(), queue));
        let talks =
            self.phones.iter().filter(|((phone, _), (state, _))| *phone == dn && *state == Phone::Talking);
        assert!(talks.count() <= 1, "two talks on one phone: {record:?}");
    }

    fn next(&mut self, record: &Record, state: Option<Phone>, key: &Leg) -> Option<Phone> {
        match (&record.event, state) {
            (Event::Dialing, None) => Some(Phone::Dialing),
            (Event::Ringing, None) => {
                if let Some(queue) = &record.this_queue {
                    self.owed.push((record.received, queue.clone(), key.1.clone(), key.0.clone()));
                }
                Some(Phone::Ringing)
            }
            (Event::Established, Some(Phone::Dialing)) => Some(Phone::Talking),
            (Event::Established, Some(Phone::Ringing)) => {
                self.rings_ended += 1;
                Some(Phone::Talking)
            }
            (Event::Held, Some(Phone::Talking)) => Some(Phone::Held),
            (Event::Retrieved, Some(Phone::Held)) => Some(Phone::Talking),
            (Event::PartyAdded | Event::PartyDeleted, Some(Phone::Talking)) => Some(Phone::Talking),
            (Event::PartyChanged, None) => {
                let old = (key.0.clone(), record.prev_conn_id.clone().unwrap());
                let (state, _) = self.phones.remove(&old).expect("the leg of the consultation");
                assert!(record.third_party_dn.is_some() && record.call_type.is_some(), "{record:?}");
                Some(state)
            }
            (Event::Abandoned, Some(Phone::Ringing)) => {
                self.rings_ended += 1;
                None
            }
            (Event::Released, Some(state)) => {
                let said = record.call_state.clone().unwrap();
                if state == Phone::Ringing {
                    assert!(matches!(said, CallState::NoAnswer | CallState::Busy | CallState::Redirected));
                    self.rings_ended += 1;
                }
                None
            }
            (_, state) => panic!("{:?} of a phone that is {state:?}: {record:?}", record.event),
        }
    }

    fn agent(&mut self, record: &Record) {
        let (dn, id) = (record.this_dn.clone().unwrap(), record.agent_id.clone().unwrap());
        match record.event {
            Event::AgentLogin => {
                let (who, queues) = self.logins.entry(dn).or_insert((id.clone(), BTreeSet::new()));
                assert_eq!(*who, id, "the phone is taken: {record:?}");
                if let Some(queue) = &record.this_queue {
                    assert!(queues.insert(queue.clone()), "logs in twice: {record:?}");
                }
            }
            Event::AgentLogout => {
                assert_eq!(self.logins.remove(&dn).map(|login| login.0), Some(id));
                assert!(!self.phones.keys().any(|(phone, _)| *phone == dn), "leaves a call: {record:?}");
                self.has_state.remove(&dn);
            }
            _ => {
                assert_eq!(self.logins.get(&dn).map(|login| &login.0), Some(&id), "{record:?}");
                let is_wrap = record.work_mode == Some(WorkMode::AfterCallWork);
                if record.event == Event::AgentNotReady && !is_wrap {
                    assert!(record.reasons.is_some(), "{record:?}");
                }
                self.has_state.insert(dn);
            }
        }
    }
}
