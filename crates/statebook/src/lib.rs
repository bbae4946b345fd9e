//! The state book of one source: what a late-comer must know. Logins, agent states, live calls with their start
//! times, memberships.
//!
//! **Invariant:** the book holds nothing that its snapshot does not show, so a book that begins with a snapshot and
//! takes in the records after it equals the book that took in all records. It judges nothing: what the statistics
//! make of the state is decided elsewhere.

mod calls;
mod campaigns;
mod media;

use model::Text;
use model::record::{Body, Event, Record, WorkMode};
use model::snapshot::{DnPicture, DnType, Membership, Snapshot};
use model::time::Micros;
use std::collections::{BTreeMap, BTreeSet};

/// The state of one source after the last record that was applied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StateBook {
    /// Calls are ordered by their id.
    dns: BTreeMap<Text, DnPicture>,
    memberships: BTreeSet<Membership>,
    /// What an Interaction Server tells.
    media: media::MediaBook,
    /// What a dialler tells.
    campaigns: campaigns::CampaignBook,
    /// When the last record was received.
    taken: Micros,
}

impl StateBook {
    /// The book that a snapshot shows.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut book = Self { taken: snapshot.taken, ..Self::default() };
        for picture in &snapshot.dns {
            let mut picture = picture.clone();
            picture.calls.sort_by(|a, b| a.conn_id.cmp(&b.conn_id));
            book.dns.insert(picture.dn.clone(), picture);
        }
        book.memberships.extend(snapshot.memberships.iter().cloned());
        for record in &snapshot.media {
            match campaigns::is_of_campaign(record) {
                true => book.campaigns.apply(record),
                false => book.media.apply(record),
            }
        }
        book
    }

    /// The whole state: DNs by number, calls by id.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            taken: self.taken,
            dns: self.dns.values().cloned().collect(),
            memberships: self.memberships.iter().cloned().collect(),
            media: self
                .media
                .records(self.taken)
                .into_iter()
                .chain(self.campaigns.records(self.taken))
                .collect(),
        }
    }

    /// Whether nothing is known yet.
    pub fn is_empty(&self) -> bool {
        self.dns.is_empty()
            && self.memberships.is_empty()
            && self.media.is_empty()
            && self.campaigns.is_empty()
    }

    /// How many DNs are known.
    pub fn dn_count(&self) -> usize {
        self.dns.len()
    }

    /// How many agents are logged in, each once.
    pub fn agent_count(&self) -> usize {
        self.dns.values().filter_map(|picture| picture.agent_id.as_ref()).collect::<BTreeSet<_>>().len()
    }

    /// Every DN with its calls, by number.
    pub fn dns(&self) -> impl Iterator<Item = &DnPicture> {
        self.dns.values()
    }

    /// Takes in the next record.
    pub fn apply(&mut self, record: &Record) {
        if let Some(Body::Snapshot(snapshot)) = record.body.as_deref() {
            *self = Self::of(snapshot);
        }
        self.taken = self.taken.max(record.received);
        if media::is_of_media(record) {
            return self.media.apply(record);
        }
        if campaigns::is_of_campaign(record) {
            return self.campaigns.apply(record);
        }
        match &record.event {
            Event::AgentLogin => self.login(record),
            Event::AgentLogout => self.logout(record),
            Event::QueueLogout => self.leave_queue(record),
            Event::AgentReady => self.agent_state(record, "Ready", None),
            Event::AgentNotReady => self.agent_state(record, "NotReady", None),
            Event::AgentAfterCallWork => self.agent_state(record, "NotReady", Some(WorkMode::AfterCallWork)),
            Event::DNOutOfService => self.with_dn(record, |dn| dn.in_service = false),
            Event::DNBackInService => self.with_dn(record, |dn| dn.in_service = true),
            // What it knew it tells again.
            Event::LinkDisconnected | Event::ServerDisconnected => {
                self.media = media::MediaBook::default();
                self.campaigns = campaigns::CampaignBook::default();
            }
            Event::Registered => self.registered(record),
            Event::Unregistered => self.unregistered(record),
            _ => self.apply_call(record),
        }
    }

    /// The DN of the record, which begins to exist with its first record.
    fn dn(&mut self, record: &Record) -> Option<&mut DnPicture> {
        let number = record.this_dn.as_ref()?;
        let dn = self.dns.entry(number.clone()).or_insert_with(|| unknown_dn(number, record));
        Some(dn)
    }

    fn with_dn(&mut self, record: &Record, change: impl FnOnce(&mut DnPicture)) {
        if let Some(dn) = self.dn(record) {
            change(dn);
        }
    }

    fn login(&mut self, record: &Record) {
        self.with_dn(record, |dn| {
            // One record comes for each queue; the state belongs to the login, not to the queue.
            if dn.agent_id != record.agent_id {
                clear_agent(dn);
                dn.agent_id = record.agent_id.clone();
            }
        });
        self.memberships.extend(membership(record));
    }

    fn logout(&mut self, record: &Record) {
        let Some(number) = record.this_dn.as_ref() else { return };
        let was_member = membership(record).is_some_and(|queue| self.memberships.remove(&queue));
        let has_more = self.memberships.iter().any(|membership| membership.dn == *number);
        if was_member && has_more {
            return;
        }
        self.memberships.retain(|membership| membership.dn != *number);
        self.with_dn(record, clear_agent);
    }

    fn leave_queue(&mut self, record: &Record) {
        if let Some(membership) = membership(record) {
            self.memberships.remove(&membership);
        }
    }

    fn agent_state(&mut self, record: &Record, state: &str, work_mode: Option<WorkMode>) {
        let since = record.rare.as_ref().and_then(|rare| rare.agent_source_since).unwrap_or(record.time);
        let work_mode = work_mode.or_else(|| record.work_mode.clone());
        let reasons = record.reasons.as_deref().cloned();
        self.with_dn(record, |dn| {
            if record.agent_id.is_some() {
                dn.agent_id = record.agent_id.clone();
            }
            let repeated = dn.agent_state.as_deref() == Some(state) && dn.work_mode == work_mode;
            if !repeated || dn.reasons != reasons {
                dn.state_since = Some(since);
            }
            dn.agent_state = Some(state.into());
            dn.work_mode = work_mode;
            dn.reasons = reasons;
        });
    }

    /// A DN tells its whole state; its live calls follow as records.
    fn registered(&mut self, record: &Record) {
        self.with_dn(record, |dn| {
            let rare = record.rare.as_deref();
            clear_agent(dn);
            dn.calls.clear();
            dn.agent_id = record.agent_id.clone();
            dn.agent_state = rare.and_then(|rare| rare.agent_state.clone());
            dn.work_mode = record.work_mode.clone();
            dn.reasons = record.reasons.as_deref().cloned();
            dn.state_since = rare.and_then(|rare| rare.agent_source_since);
            dn.in_service = true;
        });
        self.memberships.extend(membership(record));
    }

    fn unregistered(&mut self, record: &Record) {
        let Some(number) = record.this_dn.as_ref() else { return };
        self.dns.remove(number);
        self.memberships.retain(|membership| membership.dn != *number);
    }
}

fn membership(record: &Record) -> Option<Membership> {
    let (dn, queue) = (record.this_dn.clone()?, record.this_queue.clone()?);
    (dn != queue).then_some(Membership { dn, queue })
}

fn clear_agent(dn: &mut DnPicture) {
    (dn.agent_id, dn.agent_state, dn.work_mode, dn.reasons, dn.state_since) = (None, None, None, None, None);
}

fn unknown_dn(number: &Text, record: &Record) -> DnPicture {
    let is_own_queue = record.this_queue.as_ref() == Some(number);
    let kind = match record.event {
        Event::Queued => DnType::Queue,
        Event::RouteRequest | Event::RouteUsed => DnType::RoutePoint,
        Event::CallHeartbeat => DnType::VirtualQueue,
        _ if is_own_queue => DnType::Queue,
        _ => DnType::Extension,
    };
    DnPicture {
        dn: number.clone(),
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

#[cfg(test)]
mod tests;
