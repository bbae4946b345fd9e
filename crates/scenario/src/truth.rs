//! What really happened, kept by the simulation itself and never read from its records.
//!
//! Times are whole seconds with both ends cut first (rule G-5). Statuses are taken at the end of each instant
//! (rule Q-1) and count up to the moment of asking; calls count when they end.

use model::time::seconds_between;
use model::{Micros, Status, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The truth about the whole centre from its start up to `at`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// The moment of asking.
    pub at: Micros,
    /// By bare number: queues, route points and virtual queues.
    pub queues: BTreeMap<Text, QueueTruth>,
    /// By agent id.
    pub agents: BTreeMap<Text, AgentTruth>,
}

/// Waits of some kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// How many.
    pub number: u64,
    /// Their sum in seconds.
    pub seconds: i64,
    /// The longest in seconds.
    pub max_seconds: i64,
}

/// One DN at which calls wait. A call that comes back is a new visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueTruth {
    /// Visits that began (CallEntered).
    pub entered: u64,
    /// Visits handed to an agent, from entering to leaving (CallDistributed).
    pub distributed: Waits,
    /// Visits that went on to another queue (CallDistributedToQueue).
    pub distributed_to_queue: Waits,
    /// Visits answered, from entering to the answer (CallAnswered).
    pub answered: Waits,
    /// Those of them answered in less than the queue's target.
    pub answered_in_time: u64,
    /// Callers who gave up while they waited (CallAbandoned).
    pub abandoned: Waits,
    /// Callers who gave up while an agent's phone rang (CallAbandonedFromRinging).
    pub abandoned_ringing: Waits,
    /// Offers that were not answered (CallForwarded).
    pub not_answered: Waits,
    /// Visits that ended without an agent (CallCleared), by reason.
    pub cleared: BTreeMap<Text, Waits>,
    /// Talks of calls that were answered through here and have ended (CallReleased and CallMissed).
    pub talks: Waits,
    /// Calls that wait now.
    pub waiting: u64,
    /// When the one that waits longest entered.
    pub oldest: Option<Micros>,
}

/// One agent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentTruth {
    /// The status now, by name.
    pub status: Text,
    /// Since when.
    pub since: Micros,
    /// The reason code, if the agent gave one with the last not-ready and the agent state still holds.
    pub reason: Option<Text>,
    /// Logins.
    pub logins: u64,
    /// Seconds logged in, the present login up to now.
    pub login_seconds: i64,
    /// Seconds by status name, the present one up to now.
    pub status_seconds: BTreeMap<Text, i64>,
    /// Seconds in status NotReadyForNextCall by reason code, up to now; "" where none was given.
    pub not_ready_seconds: BTreeMap<Text, i64>,
    /// Times that the phone rang.
    pub offered: u64,
    /// Rings that were answered, and their lengths (CallAnswered on the agent).
    pub answered: Waits,
    /// Rings that were not answered, refused or taken back (CallForwarded).
    pub not_answered: Waits,
    /// Rings during which the caller gave up (CallAbandonedFromRinging).
    pub abandoned_ringing: Waits,
    /// Calls that ended as inbound, from the moment they became so (CallInboundCompleted).
    pub inbound: Waits,
    /// Outbound ones.
    pub outbound: Waits,
    /// Internal ones.
    pub internal: Waits,
    /// Consultations that ended as such.
    pub consult: Waits,
    /// Holds that ended.
    pub holds: Waits,
    /// After-call work that ended.
    pub wraps: Waits,
    /// Calls given away (CallTransferMade).
    pub transfers_made: u64,
    /// Calls taken over and answered (CallTransferTaken).
    pub transfers_taken: u64,
    /// Conferences made.
    pub conferences: u64,
}

impl Waits {
    /// One more, `from..to`.
    pub(crate) fn add(&mut self, from: Micros, to: Micros) -> i64 {
        let seconds = seconds_between(from, to);
        self.number += 1;
        self.seconds += seconds;
        self.max_seconds = self.max_seconds.max(seconds);
        seconds
    }
}

/// What is kept of an agent while the simulation runs.
#[derive(Clone, Debug)]
pub(crate) struct AgentTally {
    pub(crate) status: Status,
    since: Micros,
    reason: Option<Text>,
    reason_since: Micros,
    login_since: Option<Micros>,
    by_status: [i64; 24],
    /// Everything that needs no running clock.
    pub(crate) counts: AgentTruth,
}

impl AgentTally {
    pub(crate) fn new(start: Micros) -> Self {
        Self {
            status: Status::LoggedOut,
            since: start,
            reason: None,
            reason_since: start,
            login_since: None,
            by_status: [0; 24],
            counts: AgentTruth::default(),
        }
    }

    /// The status and the reason at the end of an instant.
    pub(crate) fn settle(&mut self, status: Status, reason: Option<&Text>, at: Micros) {
        let not_ready = Status::NotReadyForNextCall;
        if self.status == not_ready && (status != not_ready || self.reason.as_ref() != reason) {
            let seconds = seconds_between(self.reason_since, at);
            let reason = self.reason.clone().unwrap_or_default();
            *self.counts.not_ready_seconds.entry(reason).or_default() += seconds;
            self.reason_since = at;
        }
        if self.status != status {
            self.by_status[self.status as usize] += seconds_between(self.since, at);
            self.status = status;
            self.since = at;
            self.reason_since = at;
        }
        self.reason = reason.cloned();
    }

    pub(crate) fn login(&mut self, at: Micros) {
        self.counts.logins += 1;
        self.login_since = Some(at);
    }

    pub(crate) fn logout(&mut self, at: Micros) {
        if let Some(since) = self.login_since.take() {
            self.counts.login_seconds += seconds_between(since, at);
        }
    }

    /// The truth at `at`.
    pub(crate) fn at(&self, at: Micros) -> AgentTruth {
        let mut tally = self.clone();
        tally.logout(at);
        let mut truth = tally.counts;
        truth.status = Text::from(self.status.name());
        truth.since = self.since;
        truth.reason.clone_from(&self.reason);
        if self.status == Status::NotReadyForNextCall {
            let seconds = seconds_between(self.reason_since, at);
            *truth.not_ready_seconds.entry(self.reason.clone().unwrap_or_default()).or_default() += seconds;
        }
        for status in Status::ALL {
            let running = if status == self.status { seconds_between(self.since, at) } else { 0 };
            let seconds = self.by_status[status as usize] + running;
            if seconds > 0 {
                truth.status_seconds.insert(Text::from(status.name()), seconds);
            }
        }
        truth
    }
}
