//! Every action name of the model (statistics rules 2.2 to 2.7), with its kind.

use serde::{Deserialize, Serialize};

/// How an action relates to time (statistics rule 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// Has a duration; ends when something else happens.
    Durable,
    /// An instant without duration.
    Momentary,
    /// An instant that reports the length of the durable stretch which it ends.
    Retrospective,
}

macro_rules! actions {
    ($( $kind:ident: $( $name:ident )* ; )*) => {
        /// An atom of the model.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[allow(missing_docs, non_camel_case_types, reason = "the names are those of the field")]
        #[repr(u8)]
        pub enum Action { $( $( $name, )* )* }

        impl Action {
            /// Every action, in the order of their codes.
            pub const ALL: &'static [Action] = &[ $( $( Action::$name, )* )* ];

            /// The name used in masks.
            pub fn name(self) -> &'static str {
                match self { $( $( Action::$name => stringify!($name), )* )* }
            }

            /// Durable, momentary or retrospective.
            pub fn kind(self) -> Kind {
                match self { $( $( Action::$name => Kind::$kind, )* )* }
            }
        }
    };
}

actions! {
    Durable:
        NotMonitored Monitored LoggedIn LoggedOut OnHook OffHook WaitForNextCall NotReadyForNextCall
        AfterCallWork CallDialing CallRinging CallInbound CallOutbound CallInternal CallConsult CallUnknown
        CallOnHold ASM_Engaged ASM_Outbound CallObserving CallObserved
        CallWait AgentActiveOnQueue AgentLoginOnQueue AgentReadyOnQueue DNActive DNLogin DNReady
        UserEventReceived
        Active Available Blocked Delivering DoNotDisturb Handling HandlingInbound HandlingInternal
        HandlingOutbound NotRoutable Routable InteractionWait
        StatusActivated StatusRunning StatusDeactivated StatusWaitingRecords StatusWaitingPorts
        StatusWaitingAgents StatusSystemError;
    Momentary:
        AgentLogin AgentLogout UserEvent
        CallEntered CallHeld
        CallRingingStarted CallDialingStarted CallInboundStarted CallOutboundStarted CallInternalStarted
        CallConsultStarted CallUnknownStarted
        CallConferenceMade CallConferenceOriginated CallConferenceJoined CallConferencePartyAdded
        CallConferencePartyDeleted CallTransferMade CallTransferTaken CallTransferPartyChanged
        CallPartyChanged CallTreatmentStarted CallTreatmentNotStarted
        BeingCoached BeingMonitored CoachingByIntrusionInitiated CoachingByRequestInitiated CoachingRequested
        ConferenceJoined ConferenceJoinedByIntrusion ConferenceMade DeliveringStarted HandlingStarted
        HandlingInboundStarted HandlingInternalStarted HandlingOutboundStarted InteractionResponded
        MonitoringInitiated Pulled StartedInternal StartedOutbound TransferMade TransferTaken
        InteractionEntered ExternalServiceRequested ExternalServiceResponded
        LeadProcessed CallbackScheduled CallbackCompleted CallbackMissed PersonalCallbackScheduled
        PersonalCallbackCompleted PersonalCallbackMissed DialMade DialDropped DialAnswer DialBusy DialNoAnswer;
    Retrospective:
        CallAnswered CallAbandoned CallAbandonedFromRinging CallAbandonedFromDialing CallAbandonedFromHold
        CallForwarded CallRingingPartyChanged CallDialed CallDialTransferred CallDialConferenced
        CallRetrievedFromHold
        CallInboundCompleted CallOutboundCompleted CallInternalCompleted CallConsultCompleted
        CallUnknownCompleted
        CallInternalOriginated CallInternalReceived CallConsultOriginated CallConsultReceived
        CallOutboundOriginated CallOutboundReceived
        CallDistributed CallDistributedToQueue CallCleared CallReleased CallMissed ACWCompleted ACWMissed
        CallTreatmentCompleted
        StuckCallCleaned StuckCallCleanedWhileRinging StuckCallCleanedWhileWaiting
        Accepted Rejected Revoked InteractionDistributed InteractionCleared InteractionDistributedToQueue
        InteractionDeleted InteractionReleased;
    // Codes are kept in checkpoints: what comes later stands last.
    Durable:
        NoDial Predict PredictAndSeize PredictGVP Preview Power PowerAndSeize PowerGVP Progress
        ProgressAndSeize ProgressGVP PushPreview;
    Momentary:
        DialAnsweringMachine DialFax DialSITInvalidNum DialError;
}

/// How many actions there are: codes lie below it.
pub const COUNT: usize = Action::ALL.len();

impl Action {
    /// How a group dials for a campaign; one at a time.
    pub const DIAL_MODES: [Self; 12] = [
        Self::NoDial,
        Self::Predict,
        Self::PredictAndSeize,
        Self::PredictGVP,
        Self::Preview,
        Self::Power,
        Self::PowerAndSeize,
        Self::PowerGVP,
        Self::Progress,
        Self::ProgressAndSeize,
        Self::ProgressGVP,
        Self::PushPreview,
    ];

    /// The code, below [`COUNT`].
    pub fn code(self) -> usize {
        self as usize
    }

    /// The action of that name, compared without regard to case (mask grammar, statistics 3.2).
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name().eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_lead_back_to_the_action() {
        for (code, action) in Action::ALL.iter().enumerate() {
            assert_eq!(action.code(), code);
            assert_eq!(Action::parse(&action.name().to_lowercase()), Some(*action));
        }
        assert_eq!(Action::parse("CallFoo"), None);
    }
}
