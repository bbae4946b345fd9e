//! Masks: which actions or statuses a statistic is about (statistics 3.2, rules M-1 to M-4, Q-31, Q-45).

use super::media;
use super::subject::{Family, Subject};
use model::item::CallKind;
use model::{Action, Status};
use serde::{Deserialize, Serialize};

/// A set of actions, or of statuses by the actions of the same names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mask {
    low: u128,
    high: u128,
    /// Of each aliased action that is in it, the types of calls that are not (rule A-5).
    #[serde(default)]
    without: u64,
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
            let (action, call) = word(name, subject, family)?;
            match (negated, call) {
                (true, None) => mask.remove(action),
                (true, Some(call)) => mask.remove_part(action, call),
                (false, None) => mask.insert(action),
                (false, Some(call)) => mask.insert_part(action, call),
            }
            positive |= !negated;
        }
        if positive { Ok(mask) } else { Err(format!("mask `{text}` names nothing to include")) }
    }

    /// The mask of these actions.
    pub fn of(actions: &[Action]) -> Self {
        let mut mask = Self::default();
        actions.iter().for_each(|action| mask.insert(*action));
        mask
    }

    /// Whether an action is in it, of some type of call at least.
    #[inline]
    pub fn has(self, action: Action) -> bool {
        let code = action.code();
        if code < 128 { self.low >> code & 1 == 1 } else { self.high >> (code - 128) & 1 == 1 }
    }

    /// Whether an action is in it that is about a call of that type, or about none.
    #[inline]
    pub fn holds(self, action: Action, call: Option<CallKind>) -> bool {
        self.has(action) && parts(action).is_none_or(|first| self.without >> (first + column(call)) & 1 == 0)
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

    /// The words that say what is in it: actions, or their parts.
    pub fn words(self) -> impl Iterator<Item = String> {
        self.actions().flat_map(move |action| {
            let is_whole = parts(action).is_none_or(|first| self.without >> first & ALL == 0);
            let calls: &[CallKind] = if is_whole { &[] } else { &CallKind::ALL };
            let of_calls = calls.iter().filter(move |call| self.holds(action, Some(**call)));
            let whole = is_whole.then(|| action.name().to_owned());
            whole.into_iter().chain(of_calls.map(move |call| action.name().to_owned() + call.name()))
        })
    }

    /// What is in either.
    pub fn union(self, other: Self) -> Self {
        let mut both = Self { low: self.low | other.low, high: self.high | other.high, without: 0 };
        for (first, action) in ALIASES.iter().enumerate().map(|(place, action)| (place * COLUMNS, action)) {
            let without = |mask: Self| if mask.has(*action) { mask.without >> first & ALL } else { ALL };
            if both.has(*action) {
                both.without |= (without(self) & without(other)) << first;
            }
        }
        both
    }

    /// Without the actions that tell of stuck calls.
    pub(super) fn without_stuck(self) -> Self {
        let stuck = [
            Action::StuckCallCleaned,
            Action::StuckCallCleanedWhileRinging,
            Action::StuckCallCleanedWhileWaiting,
        ];
        stuck.into_iter().fold(self, Self::without)
    }

    /// Without an action.
    pub(super) fn without(mut self, action: Action) -> Self {
        self.remove(action);
        self
    }

    fn insert(&mut self, action: Action) {
        let code = action.code();
        if code < 128 {
            self.low |= 1 << code
        } else {
            self.high |= 1 << (code - 128)
        }
        self.set_parts(action, 0);
    }

    fn set_parts(&mut self, action: Action, without: u64) {
        if let Some(first) = parts(action) {
            self.without = self.without & !(ALL << first) | without << first;
        }
    }

    fn insert_part(&mut self, action: Action, call: CallKind) {
        let Some(first) = parts(action) else { return };
        let without = if self.has(action) { self.without >> first & ALL } else { ALL };
        self.insert(action);
        let left = without & !(1 << column(Some(call)));
        // All types together are the action itself.
        self.set_parts(action, if left & TYPES == 0 { 0 } else { left });
    }

    fn remove_part(&mut self, action: Action, call: CallKind) {
        let Some(first) = parts(action).filter(|_| self.has(action)) else { return };
        let without = self.without >> first & ALL | 1 << column(Some(call));
        match without & TYPES == TYPES {
            true => self.remove(action),
            false => self.set_parts(action, without),
        }
    }

    fn remove(&mut self, action: Action) {
        let code = action.code();
        if code < 128 {
            self.low &= !(1 << code)
        } else {
            self.high &= !(1 << (code - 128))
        }
        self.set_parts(action, 0);
    }
}

/// Actions that are aliases of a part for each type of call (rule A-5).
const ALIASES: [Action; 9] = [
    Action::CallWait,
    Action::CallRinging,
    Action::CallDialing,
    Action::CallOnHold,
    Action::CallAnswered,
    Action::CallAbandoned,
    Action::CallDistributed,
    Action::CallEntered,
    Action::CallReleased,
];

/// Types of calls, and no call.
pub(crate) const COLUMNS: usize = CallKind::ALL.len() + 1;
/// Every column of an action.
const ALL: u64 = (1 << COLUMNS) - 1;
/// Those of types.
const TYPES: u64 = ALL & !1;

/// The column of a type of call; 0 of none.
#[inline]
pub(crate) fn column(call: Option<CallKind>) -> usize {
    call.map_or(0, |call| call as usize + 1)
}

/// Where the parts of an aliased action lie.
fn parts(action: Action) -> Option<usize> {
    ALIASES.iter().position(|alias| *alias == action).map(|place| place * COLUMNS)
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
            Family::Areas | Family::Outbound => false,
            Family::People => Status::ALL
                .iter()
                .any(|s| s.action() == action && (*s != Status::LoggedOut || subject != Subject::DNStatus)),
        };
    }
    match family {
        Family::Mediation => MEDIATION.contains(&action) || PSEUDO.contains(&action),
        Family::Areas => media::OF_AREAS.contains(&action),
        Family::Outbound => media::is_of_campaigns(action),
        Family::People => {
            let elsewhere = MEDIATION_ONLY.contains(&action) || PSEUDO.contains(&action);
            !elsewhere && !media::is_of_no_people(action)
        }
    }
}

fn in_star(action: Action, subject: Subject, family: Family) -> bool {
    is_legal(action, subject, family) && !PSEUDO.contains(&action)
}

/// The action that a word of a mask means for these objects, and of which type of call if it is a part: on queues `AgentLogin`, `AgentReady` and
/// `AgentActive` are the pseudo-actions (statistics 2.5).
fn word(name: &str, subject: Subject, family: Family) -> Result<(Action, Option<CallKind>), String> {
    let on_queue = |word: &str| name.eq_ignore_ascii_case(word) && family == Family::Mediation;
    let (action, call) = if on_queue("AgentLogin") {
        (Action::AgentLoginOnQueue, None)
    } else if on_queue("AgentReady") {
        (Action::AgentReadyOnQueue, None)
    } else if on_queue("AgentActive") {
        (Action::AgentActiveOnQueue, None)
    } else if let Some(action) = Action::parse(name).or_else(|| media::by_longer_name(name)) {
        (if family == Family::Areas { media::at_area(action) } else { action }, None)
    } else {
        part(name).ok_or_else(|| format!("unknown action `{name}`"))?
    };
    if let (Some(_), true) = (call, subject.is_status()) {
        let (whole, subject) = (action.name(), subject.name());
        return Err(format!(
            "`{name}` is a part of the action `{whole}`: subject {subject} has no such status"
        ));
    }
    if is_legal(action, subject, family) {
        return Ok((action, call));
    }
    let on = match family {
        Family::People => "agents, places, regular DNs and their groups",
        Family::Mediation => "queues, route points and their groups",
        Family::Areas => "interaction queues and workbins",
        Family::Outbound => "campaigns and calling lists",
    };
    Err(format!("action `{name}` does not exist for subject {} on {on}", subject.name()))
}

/// The action that the word is a part of, and of which type of call (rule A-5).
fn part(name: &str) -> Option<(Action, Option<CallKind>)> {
    let split = |call: CallKind| {
        let whole = name.len().checked_sub(call.name().len()).and_then(|end| name.split_at_checked(end))?;
        let action = Action::parse(whole.0).filter(|action| ALIASES.contains(action))?;
        whole.1.eq_ignore_ascii_case(call.name()).then_some((action, Some(call)))
    };
    CallKind::ALL.into_iter().find_map(split)
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
        assert!(
            people("CallRingingInbound").unwrap_err().contains("CallRingingInbound"),
            "a status has no type"
        );
        assert!(queue("CallClearedInbound").unwrap_err().contains("CallClearedInbound"), "no alias");
        assert!(queue("AgentReady").unwrap().has(Action::AgentReadyOnQueue));
        assert!(!queue("*").unwrap().has(Action::AgentReadyOnQueue), "rule Q-31");
    }

    #[test]
    fn an_alias_has_a_part_for_each_type_of_call() {
        let queue = |text: &str| Mask::parse(text, Subject::DNAction, Family::Mediation).unwrap();
        let (inbound, consult) = (Some(CallKind::Inbound), Some(CallKind::Consult));
        let mask = queue("callwaitINBOUND, CallEntered");
        assert!(mask.holds(Action::CallWait, inbound) && !mask.holds(Action::CallWait, consult));
        assert!(mask.holds(Action::CallEntered, consult) && !mask.holds(Action::CallWait, None));
        assert_eq!(mask.words().collect::<Vec<_>>(), ["CallWaitInbound", "CallEntered"]);
        let but = queue("*, ~CallWaitInbound");
        assert!(!but.holds(Action::CallWait, inbound) && but.holds(Action::CallWait, consult));
        let all = "CallWaitUnknown,CallWaitInternal,CallWaitInbound,CallWaitOutbound,CallWaitConsult";
        assert_eq!(queue(all), queue("CallWait"));
        let none =
            "CallEntered,CallWait,~CallWaitUnknown,~CallWaitInternal,~CallWaitInbound,~CallWaitOutbound";
        assert_eq!(queue(&format!("{none},~CallWaitConsult")), queue("CallEntered"));
        assert_eq!(
            queue("CallWaitInbound").union(queue("CallWaitConsult")),
            queue("CallWaitConsult,CallWaitInbound")
        );
        assert_eq!(queue("CallWaitInbound").union(queue("CallWait")), queue("CallWait"));
    }

    #[test]
    fn staging_areas_have_actions_of_their_own_and_know_the_names_of_voice() {
        let area = |text| Mask::parse(text, Subject::DNAction, Family::Areas);
        assert_eq!(area("CallEntered"), area("InteractionEntered"), "2.6");
        assert!(area("*").unwrap().has(Action::InteractionWait));
        assert!(area("CallAnswered").unwrap_err().contains("workbins"));
        let agent = |text| Mask::parse(text, Subject::DNAction, Family::People);
        assert!(agent("InteractionEntered").is_err() && agent("LeadProcessed").is_err());
        assert!(agent("Preview").is_err() && !agent("*").unwrap().has(Action::Predict));
        assert_eq!(agent("InteractionAccepted"), agent("Accepted"));
        assert!(agent("CallInbound, ~CallRinging").unwrap().of_channels().has(Action::HandlingInbound));
        assert!(!agent("CallInbound").unwrap().of_channels().has(Action::Delivering));
    }

    #[test]
    fn every_action_has_its_bit() {
        for action in Action::ALL {
            let mask = Mask::of(&[*action]);
            assert_eq!(mask.actions().collect::<Vec<_>>(), [*action]);
        }
    }
}
