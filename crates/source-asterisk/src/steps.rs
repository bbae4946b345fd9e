//! What comes out of the adapter, in order.

use model::time::Micros;
use model::{Record, Text};

/// One output of the adapter. The order between records and changes of the link is kept.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "nearly all of them are records")]
pub enum Step {
    /// A numbered record.
    Record(Record),
    /// Bytes for the PBX.
    Send(Vec<u8>),
    /// The link changed.
    Link(Link),
    /// Something of the PBX's configuration became known.
    Found(Found),
    /// The session must be closed; the `Link::Down` before it says why.
    Close,
}

/// Where the link to the PBX stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Connected; waiting for the greeting.
    Connecting,
    /// Logging in.
    Authenticating,
    /// Logged in; waiting until the PBX has started.
    Booting,
    /// Asking for the state.
    Snapshot,
    /// Records flow.
    Live(Live),
    /// No link.
    Down(Down),
}

/// What is known of the PBX once the link lives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// The switch that the DNs belong to: the PBX's `systemname`, else the source's name.
    pub switch: Text,
    /// The PBX's version.
    pub version: Text,
    /// When the PBX was started, in its own words. Keep it with the position: it tells a restart from a reconnect.
    pub pbx_start: Text,
    /// A sentence for people when something is not as it should be.
    pub advice: Option<String>,
}

/// Why there is no link, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Down {
    /// What happened.
    pub cause: String,
    /// What to do about it.
    pub cure: String,
    /// True when trying again soon is of no use (wrong secret, not an Asterisk).
    pub stubborn: bool,
}

impl Down {
    pub(crate) fn new(cause: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { cause: cause.into(), cure: cure.into(), stubborn: false }
    }

    pub(crate) fn stubborn(cause: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { stubborn: true, ..Self::new(cause, cure) }
    }
}

/// Configuration that the PBX revealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A queue.
    Queue {
        /// Its name, bare.
        dn: Text,
        /// Declared virtual in the options.
        is_virtual: bool,
    },
    /// An agent: a member of at least one queue.
    Agent {
        /// The DN: the Interface as it stands.
        dn: Text,
        /// The agent's id.
        id: Text,
        /// The display name; not unique.
        name: Text,
    },
}

/// Running totals, all since the adapter began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the definitions")]
pub struct Counters {
    pub messages: u64,
    pub unused_messages: u64,
    pub garbage_lines: u64,
    pub garbage_messages: u64,
    pub records: u64,
    pub received_clamped: u64,
    pub sessions: u64,
    pub gaps: u64,
    pub restarts_of_pbx: u64,
    pub reconciled: u64,
    pub not_reconciled: u64,
    pub corrections: u64,
    pub repeats_filtered: u64,
    pub late_completes: u64,
    pub buffered_dropped: u64,
}

/// From where to go on after a restart of our own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resume {
    /// The last record that was taken in.
    pub position: model::Position,
    /// Its `received`.
    pub received: Micros,
    /// `Live::pbx_start` as it was then.
    pub pbx_start: Text,
}
