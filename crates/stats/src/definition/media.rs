//! Actions of media channels, staging areas and campaigns in masks (statistics 2.6, 2.7).

use super::Mask;
use model::Action;

/// The actions of interaction queues and workbins.
pub(super) const OF_AREAS: &[Action] = &[
    Action::InteractionEntered,
    Action::InteractionWait,
    Action::InteractionDistributed,
    Action::InteractionCleared,
    Action::InteractionDistributedToQueue,
    Action::InteractionDeleted,
    Action::InteractionReleased,
];

/// The actions of campaigns and calling lists beside dial modes.
const OF_CAMPAIGNS: &[Action] = &[
    Action::StatusActivated,
    Action::StatusRunning,
    Action::StatusDeactivated,
    Action::StatusWaitingRecords,
    Action::StatusWaitingPorts,
    Action::StatusWaitingAgents,
    Action::StatusSystemError,
    Action::LeadProcessed,
    Action::CallbackScheduled,
    Action::CallbackCompleted,
    Action::CallbackMissed,
    Action::PersonalCallbackScheduled,
    Action::PersonalCallbackCompleted,
    Action::PersonalCallbackMissed,
    Action::DialMade,
    Action::DialDropped,
    Action::DialAnswer,
    Action::DialBusy,
    Action::DialNoAnswer,
    Action::DialAnsweringMachine,
    Action::DialFax,
    Action::DialSITInvalidNum,
    Action::DialError,
];

/// Whether campaigns and calling lists have it.
pub(super) fn is_of_campaigns(action: Action) -> bool {
    OF_CAMPAIGNS.contains(&action) || Action::DIAL_MODES.contains(&action)
}

/// Whether agents, places and regular DNs can't have it.
pub(super) fn is_of_no_people(action: Action) -> bool {
    let is_of_area = OF_AREAS.contains(&action) && action != Action::InteractionReleased;
    is_of_area || is_of_campaigns(action)
}

/// Longer names of outcomes.
const NAMES: &[(&str, Action)] = &[
    ("InteractionAccepted", Action::Accepted),
    ("InteractionRejected", Action::Rejected),
    ("InteractionRevoked", Action::Revoked),
];

/// The action of a longer name.
pub(super) fn by_longer_name(name: &str) -> Option<Action> {
    NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, action)| *action)
}

/// What names of voice mean for media channels ...
const OF_CHANNELS: &[(Action, Action)] = &[
    (Action::CallRinging, Action::Delivering),
    (Action::CallRingingStarted, Action::DeliveringStarted),
    (Action::CallAnswered, Action::Accepted),
    (Action::CallInbound, Action::HandlingInbound),
    (Action::CallInboundStarted, Action::HandlingInboundStarted),
    (Action::CallInternal, Action::HandlingInternal),
    (Action::CallInternalStarted, Action::HandlingInternalStarted),
    (Action::CallOutbound, Action::HandlingOutbound),
    (Action::CallOutboundStarted, Action::HandlingOutboundStarted),
    (Action::CallTransferMade, Action::TransferMade),
    (Action::CallTransferTaken, Action::TransferTaken),
    (Action::CallConferenceMade, Action::ConferenceMade),
    (Action::CallConferenceJoined, Action::ConferenceJoined),
];

/// ... and for staging areas.
const AT_AREAS: &[(Action, Action)] = &[
    (Action::CallEntered, Action::InteractionEntered),
    (Action::CallWait, Action::InteractionWait),
    (Action::CallDistributed, Action::InteractionDistributed),
    (Action::CallDistributedToQueue, Action::InteractionDistributedToQueue),
    (Action::CallCleared, Action::InteractionCleared),
    (Action::CallReleased, Action::InteractionReleased),
];

/// What a name of voice means at a staging area.
pub(super) fn at_area(action: Action) -> Action {
    AT_AREAS.iter().find(|(voice, _)| *voice == action).map_or(action, |(_, own)| *own)
}

impl Mask {
    /// The mask of a stat type for a medium other than voice: names of voice are accepted (2.6), and mean what media
    /// channels do; those that channels share with devices stay.
    pub(super) fn of_channels(self) -> Self {
        let own = |(voice, own): &(Action, Action)| self.has(*voice).then_some(*own);
        let more: Vec<Action> = OF_CHANNELS.iter().filter_map(own).collect();
        self.union(Self::of(&more))
    }
}
