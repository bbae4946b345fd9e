//! Why a connection does not work, split by what an operator does about it.

use serde::Serialize;
use std::fmt;

/// What kind of trouble it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The settings can't be used, or name files that can't.
    Settings,
    /// Nobody is there.
    Unreachable,
    /// Somebody is there and says nothing.
    Silent,
    /// The certificate is good, but for another name.
    TlsName,
    /// The certificate is not one that is trusted, or ours is not; or one side speaks no TLS.
    Tls,
    /// What is said is no word of the protocol.
    Garbage,
    /// User, password or token are not the right ones.
    Password,
    /// The counterpart serves another tenant, or not this one.
    Tenant,
    /// The counterpart speaks an older version.
    OlderProtocol,
    /// The counterpart speaks a newer version.
    NewerProtocol,
    /// We are let in, and may not do what is needed.
    Rights,
    /// The counterpart can't at the moment.
    Unavailable,
}

/// Why a connection does not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of trouble it is.
    pub kind: FaultKind,
    /// For an operator: what is wrong, and what helps.
    pub cause: String,
}

impl Fault {
    /// A fault in words.
    pub fn new(kind: FaultKind, cause: impl Into<String>) -> Self {
        Self { kind, cause: cause.into() }
    }

    /// Whether the counterpart is there and does not want us; else the connection just does not work.
    pub const fn is_refusal(&self) -> bool {
        use FaultKind as K;
        matches!(self.kind, K::Password | K::Tenant | K::OlderProtocol | K::NewerProtocol | K::Rights)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)
    }
}

impl std::error::Error for Fault {}
