//! The whole state of a source at one position (contracts, part 4).

use crate::Text;
use crate::record::{CallType, KeyValues, Record, Role, WorkMode};
use crate::time::Micros;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The state after the record of the same number. Complete: what it does not list does not exist.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When the source was asked.
    pub taken: Micros,
    /// Every DN of the source.
    pub dns: Vec<DnPicture>,
    /// Which DN is a member of which queue.
    pub memberships: Vec<Membership>,
    /// Of an Interaction Server: who is logged in for which media, what waits, what is offered and handled; as records
    /// that would tell it from nothing, without numbers and synthetic. Of a dialler the same of its campaigns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Record>,
}

/// One DN as a snapshot shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DnPicture {
    /// The bare number.
    pub dn: Text,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: DnType,
    /// False when the switch says that it can't be used.
    #[serde(default = "yes")]
    pub in_service: bool,
    /// Who is logged in; nobody if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<Text>,
    /// `Ready`, `NotReady`, `AfterCallWork`, as the source spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_state: Option<Text>,
    /// The work mode; `Unknown` tells nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_mode: Option<WorkMode>,
    /// Why the agent is in that state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<KeyValues>,
    /// Since when the agent is in that state, where the source tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_since: Option<Micros>,
    /// The calls on the DN.
    #[serde(default)]
    pub calls: Vec<CallPicture>,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub unknown: BTreeMap<Text, serde_json::Value>,
}

/// One call on one DN as a snapshot shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallPicture {
    /// The call.
    pub conn_id: Text,
    /// Its kind.
    #[serde(default = "unknown_call")]
    pub call_type: CallType,
    /// Where it stands.
    pub state: LegState,
    /// Since when, by the source's clock.
    pub since: Micros,
    /// When it entered the queue that it waits in or came through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queued_since: Option<Micros>,
    /// When it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub established_since: Option<Micros>,
    /// The mediation DN that distributed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub this_queue: Option<Text>,
    /// The other party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_dn: Option<Text>,
    /// The DN's role in the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub this_dn_role: Option<Role>,
    /// `transferred` when it rings after a blind transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Text>,
    /// The call's attached data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_data: Option<KeyValues>,
    /// Keys that this version does not know.
    #[serde(flatten)]
    pub unknown: BTreeMap<Text, serde_json::Value>,
}

/// Where a call stands on a DN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are the definitions")]
pub enum LegState {
    Queued,
    Dialing,
    Ringing,
    Established,
    Held,
}

/// What a DN is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names are the definitions")]
pub enum DnType {
    Queue,
    RoutePoint,
    VirtualQueue,
    Extension,
    Position,
}

impl DnType {
    /// Queues, route points and virtual queues: DNs at which calls wait.
    pub fn is_mediation(self) -> bool {
        matches!(self, Self::Queue | Self::RoutePoint | Self::VirtualQueue)
    }
}

/// A DN (an agent's phone) is a member of a queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Membership {
    /// The agent's DN, bare.
    pub dn: Text,
    /// The queue, bare.
    pub queue: Text,
}

fn yes() -> bool {
    true
}

fn unknown_call() -> CallType {
    CallType::Unknown
}
