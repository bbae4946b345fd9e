//! Statuses and their priority (statistics rule 2.9).

use crate::action::Action;
use serde::{Deserialize, Serialize};

/// What an object is at one moment: its highest-priority durable action. The code rises with the priority
/// and is the one used on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names are the definitions")]
pub enum Status {
    NotMonitored = 0,
    Monitored = 1,
    LoggedIn = 2,
    OnHook = 3,
    WaitForNextCall = 4,
    OffHook = 5,
    CallDialing = 6,
    CallRinging = 7,
    NotReadyForNextCall = 8,
    AfterCallWork = 9,
    CallOnHold = 13,
    AsmEngaged = 16,
    AsmOutbound = 17,
    CallUnknown = 18,
    CallConsult = 19,
    CallInternal = 20,
    CallOutbound = 21,
    CallInbound = 22,
    LoggedOut = 23,
    /// Of a campaign (statistics 2.7), as the two that follow; none of them is a status of people.
    StatusDeactivated = 32,
    StatusActivated = 33,
    StatusRunning = 34,
}

impl Status {
    /// Every status of devices, people and groups, lowest priority first.
    pub const ALL: [Self; 19] = [
        Self::NotMonitored,
        Self::Monitored,
        Self::LoggedIn,
        Self::OnHook,
        Self::WaitForNextCall,
        Self::OffHook,
        Self::CallDialing,
        Self::CallRinging,
        Self::NotReadyForNextCall,
        Self::AfterCallWork,
        Self::CallOnHold,
        Self::AsmEngaged,
        Self::AsmOutbound,
        Self::CallUnknown,
        Self::CallConsult,
        Self::CallInternal,
        Self::CallOutbound,
        Self::CallInbound,
        Self::LoggedOut,
    ];

    /// Every status of a campaign, lowest priority first: it has that of its group that comes furthest.
    pub const OF_CAMPAIGNS: [Self; 3] = [Self::StatusDeactivated, Self::StatusActivated, Self::StatusRunning];

    /// The name used in masks and on screens.
    pub fn name(self) -> &'static str {
        self.action().name()
    }

    /// The durable action of the same name.
    pub fn action(self) -> Action {
        match self {
            Self::NotMonitored => Action::NotMonitored,
            Self::Monitored => Action::Monitored,
            Self::LoggedIn => Action::LoggedIn,
            Self::OnHook => Action::OnHook,
            Self::WaitForNextCall => Action::WaitForNextCall,
            Self::OffHook => Action::OffHook,
            Self::CallDialing => Action::CallDialing,
            Self::CallRinging => Action::CallRinging,
            Self::NotReadyForNextCall => Action::NotReadyForNextCall,
            Self::AfterCallWork => Action::AfterCallWork,
            Self::CallOnHold => Action::CallOnHold,
            Self::AsmEngaged => Action::ASM_Engaged,
            Self::AsmOutbound => Action::ASM_Outbound,
            Self::CallUnknown => Action::CallUnknown,
            Self::CallConsult => Action::CallConsult,
            Self::CallInternal => Action::CallInternal,
            Self::CallOutbound => Action::CallOutbound,
            Self::CallInbound => Action::CallInbound,
            Self::LoggedOut => Action::LoggedOut,
            Self::StatusDeactivated => Action::StatusDeactivated,
            Self::StatusActivated => Action::StatusActivated,
            Self::StatusRunning => Action::StatusRunning,
        }
    }

    /// The status of that name, compared without regard to case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .chain(Self::OF_CAMPAIGNS)
            .find(|status| status.name().eq_ignore_ascii_case(name))
    }
}
