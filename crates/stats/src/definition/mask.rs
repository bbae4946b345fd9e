//! Masks: which actions or statuses a statistic is about (statistics 3.2, rules M-1 to M-4, Q-31, Q-45).

use super::subject::{Family, Subject};
use model::{Action, Status};
use serde::{Deserialize, Serialize};

/// A set of actions, or of statuses by the actions of the same names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mask {
    low: u128,
    high: u128,
}

impl Mask {
    /// Reads a mask for a subject on objects of that family. The error names the word at fault (rule M-3).
    pub fn parse(text: &str, subject: Subject, family: Family) -> Result<Self, String> {
        let mut mask = Self::default();
        let mut positive = false;
        for item in text.split(',') {
            let item = item.trim();
            if item == "*" {
                Action::ALL
                    .iter()
                    .filter(|action| in_star(**action, subject, family))
                    .for_each(|a| mask.insert(*a));
                positive = true;
                continue;
            }
            let (name, negated) = match item.strip_prefix('~') {
                Some(name) => (name.trim(), true),
                None => (item, false),
            };
            let action = word(name, subject, family)?;
            if negated {
                mask.remove(action);
            } else {
                mask.insert(action);
                positive = true;
            }
        }
        if positive { Ok(mask) } else { Err(format!("mask `{text}` names nothing to include")) }
    }

    /// The mask of these actions.
    pub fn of(actions: &[Action]) -> Self {
        let mut mask = Self::default();
        actions.iter().for_each(|action| mask.insert(*action));
        mask
    }

    /// Whether an action is in it.
    #[inline]
    pub fn has(self, action: Action) -> bool {
        let code = action.code();
        if code < 128 { self.low >> code & 1 == 1 } else { self.high >> (code - 128) & 1 == 1 }
    }

    /// Whether a status is in it.
    #[inline]
    pub fn has_status(self, status: Status) -> bool {
        self.has(status.action())
    }

    /// The actions in it, in the order of their codes.
    pub fn actions(self) -> impl Iterator<Item = Action> {
        Action::ALL.iter().copied().filter(move |action| self.has(*action))
    }

    /// What is in either.
    pub fn union(self, other: Self) -> Self {
        Self { low: self.low | other.low, high: self.high | other.high }
    }

    /// Without an action.
    pub(super) fn without(mut self, action: Action) -> Self {
        self.remove(action);
        self
    }

    fn insert(&mut self, action: Action) {
        let code = action.code();
        if code < 128 { self.low |= 1 << code } else { self.high |= 1 << (code - 128) }
    }

    fn remove(&mut self, action: Action) {
        let code = action.code();
        if code < 128 { self.low &= !(1 << code) } else { self.high &= !(1 << (code - 128)) }
    }
}

/// Durable actions of mediation DNs that stand for their agents; `*` does not include them (rule Q-31).
const PSEUDO: &[Action] = &[
    Action::AgentActiveOnQueue,
    Action::AgentLoginOnQueue,
    Action::AgentReadyOnQueue,
    Action::DNActive,
    Action::DNLogin,
    Action::DNReady,
];

/// The other actions of mediation DNs (statistics 2.5).
const MEDIATION: &[Action] = &[
    Action::NotMonitored,
    Action::Monitored,
    Action::CallWait,
    Action::UserEventReceived,
    Action::UserEvent,
    Action::CallEntered,
    Action::CallTreatmentStarted,
    Action::CallTreatmentNotStarted,
    Action::CallTreatmentCompleted,
    Action::CallAnswered,
    Action::CallAbandoned,
    Action::CallAbandonedFromRinging,
    Action::CallForwarded,
    Action::CallRingingPartyChanged,
    Action::CallDistributed,
    Action::CallDistributedToQueue,
    Action::CallCleared,
    Action::CallReleased,
    Action::CallMissed,
    Action::ACWCompleted,
    Action::ACWMissed,
    Action::StuckCallCleaned,
    Action::StuckCallCleanedWhileRinging,
    Action::StuckCallCleanedWhileWaiting,
];

/// Actions that only mediation DNs have.
const MEDIATION_ONLY: &[Action] = &[
    Action::CallWait,
    Action::CallEntered,
    Action::CallAbandoned,
    Action::CallDistributed,
    Action::CallDistributedToQueue,
    Action::CallCleared,
    Action::CallReleased,
    Action::CallMissed,
    Action::ACWCompleted,
    Action::ACWMissed,
    Action::StuckCallCleanedWhileWaiting,
];

/// Whether an action stands for agents of a mediation DN.
pub(super) fn is_pseudo(action: Action) -> bool {
    PSEUDO.contains(&action)
}

/// The word of masks for an action.
pub(super) fn word_of(action: Action) -> &'static str {
    match action {
        Action::AgentLoginOnQueue => "AgentLogin",
        Action::AgentReadyOnQueue => "AgentReady",
        Action::AgentActiveOnQueue => "AgentActive",
        other => other.name(),
    }
}

fn is_legal(action: Action, subject: Subject, family: Family) -> bool {
    if subject.is_status() {
        return match family {
            Family::Mediation => matches!(action, Action::NotMonitored | Action::Monitored),
            Family::People => Status::ALL
                .iter()
                .any(|s| s.action() == action && (*s != Status::LoggedOut || subject != Subject::DNStatus)),
        };
    }
    match family {
        Family::Mediation => MEDIATION.contains(&action) || PSEUDO.contains(&action),
        Family::People => !MEDIATION_ONLY.contains(&action) && !PSEUDO.contains(&action),
    }
}

fn in_star(action: Action, subject: Subject, family: Family) -> bool {
    is_legal(action, subject, family) && !PSEUDO.contains(&action)
}

/// The action that a word of a mask means for these objects: on queues `AgentLogin`, `AgentReady` and
/// `AgentActive` are the pseudo-actions (statistics 2.5).
fn word(name: &str, subject: Subject, family: Family) -> Result<Action, String> {
    let on_queue = |word: &str| name.eq_ignore_ascii_case(word) && family == Family::Mediation;
    let action = if on_queue("AgentLogin") {
        Action::AgentLoginOnQueue
    } else if on_queue("AgentReady") {
        Action::AgentReadyOnQueue
    } else if on_queue("AgentActive") {
        Action::AgentActiveOnQueue
    } else {
        Action::parse(name).ok_or_else(|| match alias(name) {
            Some(whole) => format!("action `{name}`, a part of `{whole}`, is not supported yet"),
            None => format!("unknown action `{name}`"),
        })?
    };
    if is_legal(action, subject, family) {
        return Ok(action);
    }
    let on = match family {
        Family::People => "agents, places, regular DNs and their groups",
        Family::Mediation => "queues, route points and their groups",
    };
    Err(format!("action `{name}` does not exist for subject {} on {on}", subject.name()))
}

/// The action that the word is a call-type part of (rule A-5).
fn alias(name: &str) -> Option<&'static str> {
    const WHOLE: &[&str] = &[
        "CallWait",
        "CallRinging",
        "CallDialing",
        "CallOnHold",
        "CallAnswered",
        "CallAbandoned",
        "CallDistributed",
        "CallEntered",
        "CallReleased",
    ];
    const PART: &[&str] = &["Inbound", "Outbound", "Internal", "Consult", "Unknown"];
    WHOLE
        .iter()
        .copied()
        .find(|whole| PART.iter().any(|part| name.eq_ignore_ascii_case(&format!("{whole}{part}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(text: &str) -> Result<Mask, String> {
        Mask::parse(text, Subject::AgentStatus, Family::People)
    }

    #[test]
    fn a_mask_is_read_from_left_to_right() {
        let logged = people("*, ~loggedout , ~NotMonitored").unwrap();
        assert!(logged.has_status(Status::CallInbound) && !logged.has_status(Status::LoggedOut));
        assert!(people("~LoggedOut,*").unwrap().has_status(Status::LoggedOut), "rule Q-45");
        assert!(people("~CallInbound").unwrap_err().contains("~CallInbound"), "rule M-1");
    }

    #[test]
    fn a_word_at_fault_is_named() {
        assert!(people("CallFoo").unwrap_err().contains("CallFoo"), "rule M-3");
        assert!(people("CallAnswered").unwrap_err().contains("AgentStatus"), "no status of that name");
        let queue = |text| Mask::parse(text, Subject::DNAction, Family::Mediation);
        assert!(queue("CallInbound").is_err());
        assert!(queue("CallWaitInbound").unwrap_err().contains("not supported yet"));
        assert!(queue("AgentReady").unwrap().has(Action::AgentReadyOnQueue));
        assert!(!queue("*").unwrap().has(Action::AgentReadyOnQueue), "rule Q-31");
    }

    #[test]
    fn every_action_has_its_bit() {
        for action in Action::ALL {
            let mask = Mask::of(&[*action]);
            assert_eq!(mask.actions().collect::<Vec<_>>(), [*action]);
        }
    }
}
