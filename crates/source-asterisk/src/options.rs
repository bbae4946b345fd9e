//! What an adapter may be told; nothing of it is needed, everything is discovered.

use model::Text;
use model::time::Micros;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// A secret that no log and no debug print shows.
#[derive(Clone)]
pub struct Secret(Arc<dyn Fn() -> String + Send + Sync>);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        let secret = secret.into();
        Self::following(move || secret.clone())
    }

    /// One that may change: it is asked for at each login.
    pub fn following(now: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn reveal(&self) -> String {
        (self.0)()
    }
}

impl Default for Secret {
    fn default() -> Self {
        Self::new("")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// How to log in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// Challenge and MD5: the secret never travels.
    #[default]
    Md5,
    /// The secret as it is: for PBXs that were told to refuse MD5; use it over TLS.
    Plain,
}

/// What an agent is said to have done who hung up while the announcement played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AgentDump {
    /// Refused the call (as queue_log counts it: no connect).
    #[default]
    Refused,
    /// Answered and left at once.
    Answered,
}

/// Settings of the adapter.
#[derive(Clone, Debug)]
pub struct Options {
    /// The source's name in records; also the switch where the PBX has no `systemname`.
    pub source: Text,
    /// The manager user.
    pub username: String,
    /// Its secret.
    pub secret: Secret,
    /// How to log in.
    pub auth: Auth,
    /// Agent id by Interface; absent = the Interface.
    pub agents: BTreeMap<Text, Text>,
    /// Wrap-up time by queue: the Manager Interface does not tell a queue's own `wrapuptime` (pitfall 9).
    pub wrap_up: BTreeMap<Text, Micros>,
    /// Queues to report as virtual.
    pub virtual_queues: BTreeSet<Text>,
    /// Numbers with at most so many digits are internal ones.
    pub internal_digits: usize,
    /// Log an agent out whose phone was unreachable for so long; absent = never.
    pub logout_after: Option<Micros>,
    /// Meaning of `AgentDump`.
    pub agent_dump: AgentDump,
    /// Deadlines and periods.
    pub timings: Timings,
}

impl Options {
    /// The defaults for a source of that name.
    pub fn new(source: impl Into<Text>) -> Self {
        Self {
            source: source.into(),
            username: String::new(),
            secret: Secret::default(),
            auth: Auth::default(),
            agents: BTreeMap::new(),
            wrap_up: BTreeMap::new(),
            virtual_queues: BTreeSet::new(),
            internal_digits: 5,
            logout_after: None,
            agent_dump: AgentDump::default(),
            timings: Timings::default(),
        }
    }
}

/// Deadlines and periods, on the `received` clock.
#[derive(Clone, Copy, Debug)]
pub struct Timings {
    /// From connect to the greeting, and for each answer to login.
    pub login: Micros,
    /// For `FullyBooted` after the login.
    pub boot: Micros,
    /// For each answer of the snapshot and of a reconciliation.
    pub answer: Micros,
    /// Between two Pings (pitfall 21: at most 30 s).
    pub ping: Micros,
    /// For the answer to a Ping.
    pub pong: Micros,
    /// Between two reconciliations.
    pub reconcile: Micros,
    /// For `AgentComplete` after a channel of the talk has gone: a PBX under load was seen to need 5 s.
    pub talk: Micros,
    /// Once a silent PBX is heard again: how long it may take to say what it should have said.
    pub grace: Micros,
    /// How long a difference must last before it is corrected.
    pub suspect: Micros,
    /// For what tells why a caller left the queue.
    pub leave: Micros,
    /// For what tells how an offer ended.
    pub settle: Micros,
    /// After a reconnect without a snapshot: how long a call may go on that no event has confirmed.
    pub unconfirmed: Micros,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            login: Micros::from_secs(10),
            boot: Micros::from_secs(30),
            answer: Micros::from_secs(15),
            ping: Micros::from_secs(20),
            pong: Micros::from_secs(10),
            reconcile: Micros::from_secs(45),
            suspect: Micros::from_secs(3),
            leave: Micros::from_secs(2),
            settle: Micros::from_secs(5),
            talk: Micros::from_secs(10),
            grace: Micros::from_secs(1),
            unconfirmed: Micros::from_secs(900),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        let mut options = Options::new("pbx1");
        options.secret = Secret::new("hunter2");
        assert!(!format!("{options:?}").contains("hunter2"));
    }
}
