//! What a check comes to.

use serde::Serialize;
use std::fmt;

/// What one connection is found to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Verdict {
    /// It was tried and works, or was used lately.
    Ok,
    /// It does not work.
    Failed {
        /// For an operator: what is wrong, and what helps.
        cause: String,
    },
    /// The counterpart is there and does not want us.
    Refused {
        /// For an operator: what is wrong, and what helps.
        cause: String,
    },
    /// It works, but takes long.
    Slow {
        /// How long, in milliseconds.
        ms: u64,
    },
    /// Nobody has called yet.
    NeverSeen,
    /// No settings file says where it is.
    NotConfigured,
}

impl Verdict {
    /// Whether somebody must act.
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Refused { .. })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("ok"),
            Self::Failed { cause } => write!(f, "failed({cause})"),
            Self::Refused { cause } => write!(f, "refused({cause})"),
            Self::Slow { ms } => write!(f, "slow({ms})"),
            Self::NeverSeen => f.write_str("never_seen"),
            Self::NotConfigured => f.write_str("not_configured"),
        }
    }
}
