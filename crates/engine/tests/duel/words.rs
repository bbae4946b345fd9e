//! The words that definitions are drawn from.

use oracle::Range;

/// Durable actions of phones.
pub(super) const DURABLE: &[&str] = &[
    "CallInbound",
    "CallInbound,CallOutbound,CallInternal,CallConsult,CallUnknown",
    "CallConsult",
    "CallInternal",
    "CallOnHold",
    "CallRinging",
    "CallDialing",
    "AfterCallWork",
    "WaitForNextCall",
    "NotReadyForNextCall,AfterCallWork",
    "LoggedIn",
    "LoggedOut",
    "OnHook",
    "OffHook",
    "Monitored",
    "NotMonitored",
];

/// Those that belong to calls.
pub(super) const OF_CALLS: &[&str] = &[
    "CallRinging",
    "CallInbound,CallOutbound,CallInternal,CallConsult,CallUnknown",
    "CallOnHold,CallDialing",
];

/// Instantaneous actions of phones.
pub(super) const INSTANTS: &[&str] = &[
    "AgentLogin",
    "AgentLogout",
    "CallHeld",
    "CallRingingStarted",
    "CallDialingStarted",
    "CallInboundStarted,CallInternalStarted",
    "CallConsultStarted,CallUnknownStarted,CallOutboundStarted",
    "CallConferenceMade",
    "CallConferenceJoined",
    "CallConferencePartyAdded,CallConferencePartyDeleted",
    "CallTransferMade",
    "CallTransferTaken",
    "CallTransferPartyChanged",
    "CallPartyChanged",
    "CallAnswered",
    "CallAbandonedFromRinging",
    "CallAbandonedFromDialing",
    "CallAbandonedFromHold",
    "CallForwarded",
    "CallRingingPartyChanged",
    "CallDialed",
    "CallDialTransferred,CallDialConferenced",
    "CallRetrievedFromHold",
    "CallInboundCompleted",
    "CallInboundCompleted,CallOutboundCompleted,CallInternalCompleted,CallUnknownCompleted",
    "CallConsultCompleted",
    "CallInternalOriginated,CallConsultOriginated,CallOutboundOriginated",
    "CallInternalReceived,CallConsultReceived,CallOutboundReceived",
    "CallInboundCompleted,CallOutboundCompleted,CallInternalCompleted,CallUnknownCompleted,AfterCallWork",
];

/// Parts of actions of phones (rule A-5).
pub(super) const PARTS: &[&str] = &[
    "CallRingingInbound",
    "CallRinging,~CallRingingInbound",
    "CallOnHoldInternal,CallOnHoldInbound",
    "CallDialingConsult",
    "CallRingingConsult,CallDialing",
];

/// Parts of actions of mediation DNs.
pub(super) const QUEUE_PARTS: &[&str] = &[
    "CallEnteredInbound",
    "CallAnsweredInbound,CallAnsweredInternal",
    "CallAnswered,~CallAnsweredInbound",
    "CallAbandonedUnknown,CallAbandonedInbound",
    "CallDistributedConsult",
    "CallDistributed,~CallDistributedUnknown",
    "CallReleasedInbound",
    "CallWaitInbound",
];

/// Instantaneous actions of mediation DNs.
pub(super) const QUEUE_INSTANTS: &[&str] = &[
    "CallEntered",
    "CallAnswered",
    "CallAbandoned",
    "CallAbandonedFromRinging",
    "CallForwarded",
    "CallRingingPartyChanged",
    "CallDistributed",
    "CallDistributedToQueue",
    "CallCleared",
    "CallReleased",
    "CallMissed",
    "ACWCompleted",
    "ACWMissed",
    "CallReleased,ACWCompleted,CallMissed,ACWMissed",
    "CallAbandoned,CallAbandonedFromRinging",
    "CallTreatmentStarted,CallTreatmentNotStarted,CallTreatmentCompleted",
];

pub(super) const QUEUE_DURABLE: &[&str] = &[
    "CallWait",
    "CallWait",
    "CallWait",
    "Monitored",
    "NotMonitored",
    "CallWait,CallAnswered",
    "CallWaitInbound",
    "CallWait,~CallWaitInbound",
];

pub(super) const STATUSES: &[&str] = &[
    "*,~LoggedOut,~NotMonitored",
    "*",
    "WaitForNextCall",
    "NotReadyForNextCall",
    "AfterCallWork",
    "CallRinging,CallDialing",
    "CallOnHold",
    "CallInbound,CallOutbound,CallInternal,CallConsult,CallUnknown",
    "CallInbound,CallOutbound,CallInternal,CallConsult,CallUnknown,CallOnHold",
    "CallConsult",
    "Monitored",
    "NotMonitored",
    "LoggedOut",
    "OnHook,OffHook",
];

/// DNs are never logged out.
pub(super) const DN_STATUSES: &[&str] = &[
    "*,~NotMonitored",
    "*",
    "WaitForNextCall",
    "NotReadyForNextCall",
    "CallRinging,CallInbound",
    "CallOnHold",
    "OnHook",
];

pub(super) const PROFILES: &[&str] = &[
    "Growing 0:00",
    "Growing 0:00",
    "Growing 0:00 +0:15",
    "Growing 0:00 +0:01",
    "Growing 7:00,9:05,9:10 +0:02",
    "Growing never",
    "Sliding 60:10",
    "Sliding 30:7",
    "Sliding 600:60",
    "Sliding 10:1",
    "Selection 1",
    "Selection 3",
    "Selection 10",
];

pub(super) const RANGES: &[Range] =
    &[Range(0, Some(5)), Range(5, Some(20)), Range(0, Some(20)), Range(10, None), Range(1, Some(3))];
