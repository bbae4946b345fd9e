//! The centre as it is at one moment, and the telling of what changes.

use super::NINE;
use super::chance::Chance;
use model::record::{CallState, CallType, KeyValue, KeyValues, Role};
use model::{Event, Micros, Record, Text};
use std::collections::BTreeSet;

/// The sources, in the order of the tenant.
pub(crate) const SOURCES: [&str; 2] = ["pbx1", "pbx2"];

/// The centre.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) chance: Chance,
    pub(crate) now: Micros,
    pub(crate) phones: Vec<Phone>,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) up: [bool; 2],
    pub(crate) numbering: [(u64, u64); 2],
    pub(crate) records: Vec<Record>,
    /// Registrations may leave logins to queues that nobody knows of here: snapshots would tell something new.
    pub(crate) registered: [bool; 2],
    calls: u32,
}

/// A call at one or more mediation DNs of one source.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) source: usize,
    pub(crate) conn: Text,
    pub(crate) kind: CallType,
    /// Bare numbers, and since when.
    pub(crate) at: Vec<(&'static str, Micros)>,
    /// It rings already, though nobody said Diverted.
    pub(crate) ringing_at: Option<usize>,
}

/// A phone.
#[derive(Clone, Debug)]
pub(crate) struct Phone {
    pub(crate) source: usize,
    pub(crate) number: &'static str,
    pub(crate) agent: Option<&'static str>,
    pub(crate) queues: BTreeSet<&'static str>,
    pub(crate) state: Option<State>,
    pub(crate) state_since: Micros,
    /// Why he is in that state, and in the ACW that was pressed.
    pub(crate) reasons: Option<KeyValues>,
    pub(crate) acw_reasons: Option<KeyValues>,
    pub(crate) acw_pressed: bool,
    pub(crate) off_hook: bool,
    pub(crate) out_of_service: bool,
    pub(crate) legs: Vec<Leg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Ready,
    NotReady,
    Acw,
}

/// A call on a phone.
#[derive(Clone, Debug)]
pub(crate) struct Leg {
    pub(crate) conn: Text,
    pub(crate) kind: CallType,
    pub(crate) role: Role,
    pub(crate) is: Is,
    pub(crate) since: Micros,
    pub(crate) established: Option<Micros>,
    pub(crate) queue: Option<(&'static str, Micros)>,
    pub(crate) transferred: bool,
    /// The call that it consults about.
    pub(crate) consults: Option<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Is {
    Dialing,
    Ringing,
    Talking,
    Held,
}

impl Stage {
    pub(crate) fn new(chance: Chance) -> Self {
        let phone = |source, number| Phone {
            source,
            number,
            agent: None,
            queues: BTreeSet::new(),
            state: None,
            state_since: Micros::ZERO,
            reasons: None,
            acw_reasons: None,
            acw_pressed: false,
            off_hook: false,
            out_of_service: false,
            legs: Vec::new(),
        };
        let phones = [(0, "2001"), (0, "2002"), (0, "2003"), (0, "2004"), (1, "2001"), (1, "2002")];
        Self {
            chance,
            now: NINE,
            phones: phones.into_iter().map(|(source, number)| phone(source, number)).collect(),
            waiting: Vec::new(),
            up: [true; 2],
            numbering: [(1, 0); 2],
            records: Vec::new(),
            registered: [false; 2],
            calls: 0,
        }
    }

    /// Where the story begins: at nine, or shortly before a reset.
    pub(crate) fn opening(&mut self) {
        let before = Micros::from_secs(self.chance.below(400) as i64);
        match self.chance.below(3) {
            0 => {}
            1 => self.now = NINE + Micros::from_secs(900) - before,
            _ => self.now = NINE + Micros::from_secs(15 * 3600) - before,
        }
        for _ in 0..self.chance.below(6) {
            self.someone_logs_in();
        }
    }

    /// Nothing, whole seconds, a fraction, or up to a round moment.
    pub(crate) fn time_passes(&mut self) {
        let passed = match self.chance.below(100) {
            0..35 => 0,
            35..75 => (1 + self.chance.below(14)) * 1_000_000,
            75..90 => self.chance.below(9_000) * 1_000,
            90..92 => (60 + self.chance.below(400)) * 1_000_000,
            _ => {
                let round = self.chance.one(&[2, 10, 60, 900]).expect("some") * 1_000_000;
                (round - self.now.0 % round) as usize
            }
        };
        self.now = self.now + Micros(passed as i64);
    }

    /// The story, as it was told, in processing order.
    pub(crate) fn told(mut self) -> Vec<Record> {
        self.records.sort_by(|a, b| (a.received, &a.source).cmp(&(b.received, &b.source)));
        self.records
    }

    pub(crate) fn new_conn(&mut self) -> Text {
        self.calls += 1;
        format!("c{}", self.calls).into()
    }

    /// A record of a source about a DN.
    pub(crate) fn about(&mut self, source: usize, event: Event, dn: &str) -> Record {
        let mut record = Record::new(SOURCES[source], event, self.now);
        record.time = self.now - Micros::from_millis(self.chance.below(1_500) as i64);
        if self.chance.percent(2) {
            record.time = record.time - Micros::from_secs(20); // Rule T-4.
        }
        record.this_dn = Some(dn.into());
        record
    }

    /// What a source attaches to a call.
    pub(crate) fn some_data(&mut self) -> Option<Box<KeyValues>> {
        let mut data = KeyValues::new();
        if self.chance.percent(75) {
            let language = self.chance.one(&["Spanish", "English", "Estonian"]).expect("some");
            data.insert("Language".into(), KeyValue::Text(language.into()));
        }
        if self.chance.percent(30) {
            data.insert("Vip".into(), KeyValue::Text("yes".into()));
        }
        Some(Box::new(data))
    }

    /// The data of a call change.
    pub(crate) fn data_change(&mut self) {
        let mut legs = self.legs(Is::Talking);
        legs.extend(self.legs(Is::Ringing));
        let at_phone = self.chance.percent(60);
        let mut record = match (self.chance.one(&legs).filter(|_| at_phone), self.waiting.first().cloned()) {
            (Some((phone, place)), _) => {
                let leg = self.phones[phone].legs[place].clone();
                self.leg_record(phone, &leg, Event::AttachedDataChanged)
            }
            (None, Some(waiting)) => {
                let dn = waiting.at[0].0;
                self.queue_record(
                    waiting.source,
                    dn,
                    &waiting.conn,
                    &waiting.kind,
                    Event::AttachedDataChanged,
                )
            }
            (None, None) => return,
        };
        record.user_data = self.some_data();
        self.tell(record);
    }

    /// A record about a call at a phone, as its leg is now.
    pub(crate) fn leg_record(&mut self, phone: usize, leg: &Leg, event: Event) -> Record {
        let (source, number) = (self.phones[phone].source, self.phones[phone].number);
        let first = matches!(event, Event::Ringing | Event::Dialing);
        let mut record = self.about(source, event.clone(), number);
        record.conn_id = Some(leg.conn.clone());
        record.this_queue = leg.queue.map(|queue| queue.0.into());
        if first || self.chance.percent(40) {
            record.call_type = Some(leg.kind.clone());
        }
        if first {
            record.rare_mut().this_dn_role = Some(leg.role.clone());
        }
        if (first || event == Event::Established) && self.chance.percent(15) {
            record.user_data = self.some_data();
        }
        record
    }

    /// Tells it, unless the link is down; then mostly not.
    pub(crate) fn tell(&mut self, mut record: Record) {
        let source = usize::from(record.source != SOURCES[0]);
        if !self.up[source] && !self.chance.percent(10) {
            return;
        }
        if record.conn_id.is_some() && self.chance.percent(2) {
            // Without a number; told once or twice (rule Q-13).
            self.records.push(record.clone());
            if self.chance.percent(50) {
                self.records.push(record);
            }
            return;
        }
        self.numbering[source].1 += 1;
        (record.epoch, record.seq) = self.numbering[source];
        self.records.push(record.clone());
        if self.chance.percent(3) {
            self.records.push(record);
        }
    }

    /// A leg leaves a phone; a pressed ACW begins with the last established one.
    pub(crate) fn release(
        &mut self,
        phone: usize,
        conn: &str,
        state: Option<CallState>,
        reason: Option<&str>,
    ) {
        let Some(place) = self.phones[phone].legs.iter().position(|leg| leg.conn == *conn) else { return };
        let leg = self.phones[phone].legs.remove(place);
        let mut record = self.leg_record(phone, &leg, Event::Released);
        record.call_state = state;
        record.reason = reason.map(Text::from);
        self.tell(record);
        let now = self.now;
        let phone = &mut self.phones[phone];
        if phone.acw_pressed && phone.legs.iter().all(|leg| leg.established.is_none()) {
            (phone.acw_pressed, phone.state, phone.state_since) = (false, Some(State::Acw), now);
            phone.reasons = phone.acw_reasons.take();
        }
    }

    /// All (phone, place of the leg) that stand so.
    pub(crate) fn legs(&self, is: Is) -> Vec<(usize, usize)> {
        let phones = self.phones.iter().enumerate();
        let legs =
            phones.flat_map(|(n, phone)| phone.legs.iter().enumerate().map(move |(l, leg)| (n, l, leg.is)));
        legs.filter(|(_, _, other)| *other == is).map(|(phone, leg, _)| (phone, leg)).collect()
    }

    /// The phone on which another leg of the call is.
    pub(crate) fn partner(&self, of: usize, conn: &str) -> Option<usize> {
        let has = |phone: &Phone| phone.legs.iter().any(|leg| leg.conn == *conn);
        self.phones.iter().enumerate().find(|(n, phone)| *n != of && has(phone)).map(|(n, _)| n)
    }

    /// A phone of the source that could ring.
    pub(crate) fn free_phone(&mut self, source: usize, but: Option<usize>) -> Option<usize> {
        let free = |n: &usize| {
            let phone = &self.phones[*n];
            phone.source == source && Some(*n) != but && !phone.out_of_service && phone.legs.len() < 2
        };
        let free: Vec<usize> = (0..self.phones.len()).filter(free).collect();
        self.chance.one(&free)
    }
}
