//! A naive count over the records alone, to compare with what the centre says about itself.

use model::record::{CallState, CallType, Event, WorkMode};
use model::time::seconds_between;
use model::{Micros, Record, Text};
use scenario::{AgentTruth, QueueTruth, Truth, Waits};
use std::collections::BTreeMap;

/// Counts what can be counted without a table of statuses: everything but statuses and reasons.
#[derive(Default)]
pub(crate) struct Count {
    queues: BTreeMap<Text, QueueTruth>,
    agents: BTreeMap<Text, AgentTruth>,
    targets: BTreeMap<Text, i64>,
    waiting: BTreeMap<(Text, Text), Micros>,
    /// (queue, call) -> entered, and the phone that it was sent to.
    offered: BTreeMap<(Text, Text), (Micros, Text)>,
    /// (queue, call, phone) -> answered.
    talking: BTreeMap<(Text, Text, Text), Micros>,
    rings: BTreeMap<(Text, Text), (Micros, bool)>,
    talks: BTreeMap<(Text, Text), (CallType, Micros)>,
    kinds: BTreeMap<Text, CallType>,
    holds: BTreeMap<(Text, Text), Micros>,
    wraps: BTreeMap<Text, Micros>,
    logins: BTreeMap<Text, Micros>,
}

fn add(waits: &mut Waits, from: Micros, to: Micros) {
    let seconds = seconds_between(from, to);
    waits.number += 1;
    waits.seconds += seconds;
    waits.max_seconds = waits.max_seconds.max(seconds);
}

impl Count {
    pub(crate) fn of(records: &[Record], targets: BTreeMap<Text, i64>) -> Self {
        let mut count = Self { targets, ..Self::default() };
        records.iter().for_each(|record| count.take(record));
        count
    }

    fn take(&mut self, record: &Record) {
        let dn = record.this_dn.clone().unwrap_or_default();
        let conn = record.conn_id.clone().unwrap_or_default();
        if let Some(kind) = &record.call_type {
            self.kinds.insert(conn.clone(), kind.clone());
        }
        match record.event {
            Event::Queued => {
                self.queues.entry(dn.clone()).or_default().entered += 1;
                self.waiting.insert((dn, conn), record.received);
            }
            Event::Diverted => self.diverted(record, (dn, conn)),
            Event::Abandoned if record.agent_id.is_none() => {
                let entered = self.waiting.remove(&(dn.clone(), conn)).unwrap();
                add(&mut self.queues.entry(dn).or_default().abandoned, entered, record.received);
            }
            _ if record.agent_id.is_some() => self.agent(record, dn, conn),
            _ => {}
        }
    }

    fn diverted(&mut self, record: &Record, key: (Text, Text)) {
        let entered = self.waiting.remove(&key).unwrap();
        let is_queue = record.third_party_dn.as_ref().is_some_and(|target| self.targets.contains_key(target));
        let queue = self.queues.entry(key.0.clone()).or_default();
        match (&record.third_party_dn, is_queue) {
            (Some(_), true) => add(&mut queue.distributed_to_queue, entered, record.received),
            (Some(phone), false) => {
                add(&mut queue.distributed, entered, record.received);
                self.offered.insert(key, (entered, phone.clone()));
            }
            (None, _) => {
                let reason = record.reason.clone().unwrap();
                add(queue.cleared.entry(reason).or_default(), entered, record.received);
            }
        }
    }

    /// Ends the offers of a call to a phone, by `how`.
    fn outcome(&mut self, conn: &Text, phone: &Text, at: Micros, how: fn(&mut QueueTruth) -> &mut Waits) {
        let mine = |(queue, (entered, to)): (&(Text, Text), &(Micros, Text))| {
            (queue.1 == *conn && to == phone).then(|| (queue.0.clone(), *entered))
        };
        for (dn, entered) in self.offered.iter().filter_map(mine).collect::<Vec<_>>() {
            self.offered.remove(&(dn.clone(), conn.clone()));
            let is_answer = std::ptr::fn_addr_eq(how, answered as fn(&mut QueueTruth) -> &mut Waits);
            if is_answer {
                self.talking.insert((dn.clone(), conn.clone(), phone.clone()), at);
                let in_time = seconds_between(entered, at) < self.targets[&dn];
                self.queues.entry(dn.clone()).or_default().answered_in_time += u64::from(in_time);
            }
            add(how(self.queues.entry(dn).or_default()), entered, at);
        }
    }

    fn agent(&mut self, record: &Record, dn: Text, conn: Text) {
        let at = record.received;
        let key = (dn.clone(), conn.clone());
        let id = record.agent_id.clone().unwrap();
        let is_first_login = record.event == Event::AgentLogin && !self.logins.contains_key(&id);
        let agent = self.agents.entry(id.clone()).or_default();
        match record.event {
            Event::AgentLogin if is_first_login => {
                agent.logins += 1;
                self.logins.insert(id, at);
            }
            Event::AgentLogout => {
                agent.login_seconds += seconds_between(self.logins.remove(&id).unwrap(), at);
                self.end_wrap(&id, at);
            }
            Event::AgentReady => self.end_wrap(&id, at),
            Event::AgentNotReady if record.work_mode == Some(WorkMode::AfterCallWork) => {
                let ends_later = self.talks.keys().any(|(phone, _)| *phone == dn);
                self.wraps.insert(id, if ends_later { Micros::MAX } else { at });
            }
            Event::AgentNotReady => self.end_wrap(&id, at),
            Event::Ringing => {
                agent.offered += 1;
                self.rings.insert(key, (at, record.call_state == Some(CallState::Transferred)));
            }
            Event::Held => {
                self.holds.insert(key, at);
            }
            Event::Retrieved => add(&mut agent.holds, self.holds.remove(&key).unwrap(), at),
            Event::Established => self.established(record, key),
            Event::PartyChanged => self.party_changed(record, key),
            Event::Abandoned => {
                add(&mut agent.abandoned_ringing, self.rings.remove(&key).unwrap().0, at);
                self.outcome(&conn, &dn, at, |queue| &mut queue.abandoned_ringing);
            }
            Event::Released => self.released(record, key),
            Event::PartyAdded => agent.conferences += 1,
            _ => {}
        }
    }

    fn end_wrap(&mut self, id: &Text, at: Micros) {
        if let Some(since) = self.wraps.remove(id) {
            add(&mut self.agents.entry(id.clone()).or_default().wraps, since, at);
        }
    }

    fn established(&mut self, record: &Record, key: (Text, Text)) {
        let at = record.received;
        let agent = self.agents.entry(record.agent_id.clone().unwrap()).or_default();
        if let Some((since, is_transferred)) = self.rings.remove(&key) {
            add(&mut agent.answered, since, at);
            agent.transfers_taken += u64::from(is_transferred);
        }
        self.talks.insert(key.clone(), (self.kinds[&key.1].clone(), at));
        self.outcome(&key.1, &key.0, at, answered);
    }

    fn party_changed(&mut self, record: &Record, key: (Text, Text)) {
        let at = record.received;
        let old = (key.0.clone(), record.prev_conn_id.clone().unwrap());
        let is_transfer = record.call_state == Some(CallState::Transferred);
        if self.rings.remove(&old).is_some() {
            self.rings.insert(key, (at, is_transfer));
        } else {
            self.talks.remove(&old).unwrap();
            self.talks.insert(key, (record.call_type.clone().unwrap(), at));
            let agent = self.agents.entry(record.agent_id.clone().unwrap()).or_default();
            agent.transfers_taken += u64::from(is_transfer);
        }
    }

    fn released(&mut self, record: &Record, key: (Text, Text)) {
        let at = record.received;
        let id = record.agent_id.clone().unwrap();
        let (dn, conn) = key.clone();
        let agent = self.agents.entry(id.clone()).or_default();
        if let Some((since, _)) = self.rings.remove(&key) {
            add(&mut agent.not_answered, since, at);
            self.outcome(&conn, &dn, at, |queue| &mut queue.not_answered);
            return;
        }
        if let Some(since) = self.holds.remove(&key) {
            add(&mut agent.holds, since, at);
        }
        let is_consult = self.kinds[&conn] == CallType::Consult;
        agent.transfers_made += u64::from(record.call_state == Some(CallState::Transferred) && !is_consult);
        let Some((kind, since)) = self.talks.remove(&key) else { return };
        let completed = match kind {
            CallType::Inbound => &mut agent.inbound,
            CallType::Outbound => &mut agent.outbound,
            CallType::Consult => &mut agent.consult,
            _ => &mut agent.internal,
        };
        add(completed, since, at);
        let queues = &mut self.queues;
        self.talking.retain(|(queue, call, phone), answered| {
            let ends = *call == conn && *phone == dn;
            if ends {
                add(&mut queues.entry(queue.clone()).or_default().talks, *answered, at);
            }
            !ends
        });
        if let Some(pressed) = self.wraps.get_mut(&id)
            && *pressed == Micros::MAX
            && !self.talks.keys().any(|(phone, _)| *phone == dn)
        {
            *pressed = at;
        }
    }

    /// Fails where the truth says something else.
    pub(crate) fn compare(mut self, truth: &Truth) {
        for (id, since) in std::mem::take(&mut self.logins) {
            self.agents.entry(id).or_default().login_seconds += seconds_between(since, truth.at);
        }
        for ((dn, _), entered) in std::mem::take(&mut self.waiting) {
            let queue = self.queues.entry(dn).or_default();
            queue.waiting += 1;
            queue.oldest = Some(queue.oldest.map_or(entered, |oldest| oldest.min(entered)));
        }
        for (dn, queue) in &truth.queues {
            assert_eq!(*queue, self.queues.remove(dn).unwrap_or_default(), "the queue {dn}");
        }
        for (id, agent) in &truth.agents {
            let mut own = agent.clone();
            own.status_seconds.clear();
            own.not_ready_seconds.clear();
            let mut counted = self.agents.remove(id).unwrap_or_default();
            (counted.status, counted.since, counted.reason) =
                (own.status.clone(), own.since, own.reason.clone());
            assert_eq!(own, counted, "the agent {id}");
        }
    }
}

fn answered(queue: &mut QueueTruth) -> &mut Waits {
    &mut queue.answered
}
