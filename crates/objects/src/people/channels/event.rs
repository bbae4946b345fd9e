//! What an agent or a place hears about media channels (from the floor).

use crate::device::CallKind;
use crate::stamp::Loss;
use model::Action;
use model::item::ConnIx;
use model::object::ObjectIx;

/// One step of a media channel. [`crate::Fact::device`] names the other side: to an agent his place, to a place its
/// agent; the medium is in the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ChannelWhat {
    /// The agent is logged in at the place from now on.
    Login {
        /// Not silent: an AgentLogin happens.
        announced: bool,
    },
    /// The agent is no longer logged in there; his channels are gone.
    Logout {
        /// Not silent: an AgentLogout happens.
        announced: bool,
    },
    /// A channel opens.
    Added {
        /// How many interactions its capacity rule allows.
        capacity: u32,
    },
    /// It closes.
    Removed,
    /// The channel is ready for interactions, or not, for the reasons in the data.
    Ready(bool),
    /// The reasons change.
    Reasons,
    /// Nobody may disturb; the medium may be absent.
    DoNotDisturb(bool),
    /// The configuration changes the capacity rule.
    Capacity(u32),
    /// The link of the source is gone (rule X-1).
    LinkLost,
    /// Records of the source are lost (rules ).
    Gap(Loss),
    /// A step of one interaction.
    Task {
        /// The interaction.
        conn: ConnIx,
        /// The interaction queue or workbin that it came from.
        area: Option<ObjectIx>,
        /// Which step.
        what: TaskWhat,
    },
}

/// One step of an interaction at a channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TaskWhat {
    /// It is offered.
    Invited {
        /// Its kind.
        kind: CallKind,
        /// By an agent who transfers it.
        transferred: bool,
        /// Told after a return of the link.
        synthetic: bool,
    },
    /// It is handled from now on.
    Joined {
        /// Its kind.
        kind: CallKind,
        /// How it came about.
        how: Joining,
        /// Told after a return of the link.
        synthetic: bool,
    },
    /// It is no longer handled, or offered.
    Left {
        /// The agent transferred it.
        transferred: bool,
    },
    /// The agent declines the offer.
    Rejected,
    /// The server takes the offer back.
    Revoked,
    /// Its processing is over everywhere.
    Stopped,
    /// Its data changed by a record elsewhere.
    NewData,
    /// Something of no duration happens in it: a conference is made, someone watches.
    Moment(Action),
    /// The agent begins to watch it.
    Watch(Action),
}

/// How an agent came to an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joining {
    /// It was offered.
    Accepted,
    /// He took it from an interaction queue or a workbin himself.
    Pulled,
    /// He began it.
    Started,
    /// He joined others.
    Conference {
        /// Without being asked.
        by_intrusion: bool,
    },
    /// Nobody told.
    Unknown,
}
