//! Subjects of stat types and the objects that they fit (rules 1.4, O-9, O-10).

use model::ObjectType;
use serde::{Deserialize, Serialize};

/// Where data comes from: actions or statuses, and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// Actions (alias `Action`).
    DNAction,
    /// The status of a DN.
    DNStatus,
    /// The status of agents; on places read as `PlaceStatus`.
    AgentStatus,
    /// The status of places; on agents read as `AgentStatus`.
    PlaceStatus,
    /// The one status of a group (rule ST-6).
    GroupStatus,
    /// What diallers do for campaigns (statistics 2.7).
    CampaignAction,
}

/// Which objects may stand together in one stat type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Family {
    /// G1: regular DNs, agents, places and their groups.
    People,
    /// G2: queues, routing points and their groups.
    Mediation,
    /// G4: interaction queues and workbins.
    Areas,
    /// G3: campaigns, groups at them, calling lists.
    Outbound,
}

impl Subject {
    /// The subject of that name, compared without regard to case.
    pub fn parse(name: &str) -> Result<Self, String> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "dnaction" | "action" => Self::DNAction,
            "dnstatus" => Self::DNStatus,
            "agentstatus" => Self::AgentStatus,
            "placestatus" => Self::PlaceStatus,
            "groupstatus" => Self::GroupStatus,
            "campaignaction" => Self::CampaignAction,
            _ => return Err(format!("unknown subject `{name}`")),
        })
    }

    /// The spelling of stat types.
    pub fn name(self) -> &'static str {
        match self {
            Self::DNAction => "DNAction",
            Self::DNStatus => "DNStatus",
            Self::AgentStatus => "AgentStatus",
            Self::PlaceStatus => "PlaceStatus",
            Self::GroupStatus => "GroupStatus",
            Self::CampaignAction => "CampaignAction",
        }
    }

    /// Whether data are statuses.
    pub fn is_status(self) -> bool {
        !matches!(self, Self::DNAction | Self::CampaignAction)
    }

    /// Whether an object of that type may be asked with this subject (rule O-9; the pairs {Place, AgentStatus}
    /// and {Agent, PlaceStatus} are corrected, so both are allowed for people and seats).
    pub fn fits(self, kind: ObjectType) -> bool {
        use ObjectType as T;
        match self {
            Self::DNAction => family_of(kind).is_some_and(|family| family != Family::Outbound),
            Self::CampaignAction => family_of(kind) == Some(Family::Outbound),
            Self::DNStatus => matches!(kind, T::RegDN | T::Queue | T::RoutePoint),
            Self::AgentStatus | Self::PlaceStatus => {
                matches!(kind, T::Agent | T::Place | T::GroupAgents | T::GroupPlaces | T::Tenant)
            }
            Self::GroupStatus => matches!(kind, T::GroupAgents | T::GroupPlaces),
        }
    }
}

/// The compatibility group of a type; none for types whose objects this engine does not have.
pub(crate) fn family_of(kind: ObjectType) -> Option<Family> {
    use ObjectType as T;
    match kind {
        T::RegDN | T::Agent | T::Place | T::GroupAgents | T::GroupPlaces | T::Tenant => Some(Family::People),
        T::Queue | T::RoutePoint | T::GroupQueues => Some(Family::Mediation),
        T::StagingArea | T::Workbin => Some(Family::Areas),
        T::Campaign | T::CampaignGroup | T::CallingList | T::CampaignCallingList => Some(Family::Outbound),
        _ => None,
    }
}

/// The types whose objects are members of groups of `kind`.
pub(crate) fn members_of(kind: ObjectType) -> &'static [ObjectType] {
    use ObjectType as T;
    match kind {
        T::GroupAgents | T::Tenant => &[T::Agent],
        T::GroupPlaces => &[T::Place],
        T::GroupQueues => &[T::Queue, T::RoutePoint],
        _ => &[],
    }
}
