//! What a check comes to.

use crate::fault::Fault;
use std::fmt;

/// What one connection is found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was tried and works, or was used.
    Ok,
    /// It works, but takes long: so many milliseconds.
    Slow(u64),
    /// It does not work.
    Failed(Fault),
    /// The counterpart is there and does not want us.
    Refused(Fault),
    /// Nobody has called yet.
    NeverSeen,
    /// No settings that were named say where it is.
    NotConfigured,
}

impl From<Fault> for Verdict {
    fn from(fault: Fault) -> Self {
        if fault.is_refusal() { Self::Refused(fault) } else { Self::Failed(fault) }
    }
}

impl Verdict {
    /// Its name for machines.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Slow(_) => "slow",
            Self::Failed(_) => "failed",
            Self::Refused(_) => "refused",
            Self::NeverSeen => "never_seen",
            Self::NotConfigured => "not_configured",
        }
    }

    /// Why it does not work, if it does not.
    pub const fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Failed(fault) | Self::Refused(fault) => Some(fault),
            _ => None,
        }
    }

    /// Of several answers for one row, the one that somebody must look at.
    pub fn worse(self, other: Self) -> Self {
        if other.weight() > self.weight() { other } else { self }
    }

    const fn weight(&self) -> u8 {
        match self {
            Self::NotConfigured => 0,
            Self::Ok => 1,
            Self::NeverSeen => 2,
            Self::Slow(_) => 3,
            Self::Refused(_) => 4,
            Self::Failed(_) => 5,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slow(ms) => write!(f, "slow({ms})"),
            Self::Failed(fault) | Self::Refused(fault) => write!(f, "{}({fault})", self.name()),
            _ => f.write_str(self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::FaultKind;

    #[test]
    fn who_is_there_and_does_not_want_us_refuses() {
        let verdict = |kind| Verdict::from(Fault::new(kind, "x")).to_string();
        assert_eq!(verdict(FaultKind::Password), "refused(x)");
        assert_eq!(verdict(FaultKind::OlderProtocol), "refused(x)");
        assert_eq!(verdict(FaultKind::TlsName), "failed(x)");
        assert_eq!(verdict(FaultKind::Silent), "failed(x)");
    }

    #[test]
    fn of_several_the_worst_is_told() {
        let failed = Verdict::from(Fault::new(FaultKind::Silent, "x"));
        assert_eq!(Verdict::Ok.worse(failed.clone()).worse(Verdict::Slow(3)), failed);
        assert_eq!(Verdict::NotConfigured.worse(Verdict::Ok).worse(Verdict::NeverSeen), Verdict::NeverSeen);
    }
}
