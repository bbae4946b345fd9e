//! The event record (contracts, part 3): one fact about one telephony object, as a source reported it.
//!
//! Read and written as a map with the contract's keys by any serde format that describes itself (JSON, MessagePack
//! with names). Absent keys are absent, never null; unknown keys are kept and passed on.

mod codec;

use crate::Text;
use crate::snapshot::Snapshot;
use crate::time::{Micros, Position};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Attached data: user data, reasons, extensions. Values are strings or one more such map.
pub type KeyValues = BTreeMap<Text, KeyValue>;

/// A value of attached data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KeyValue {
    /// A plain string.
    Text(Text),
    /// One nested list, whose values are strings.
    List(BTreeMap<Text, Text>),
}

macro_rules! words {
    ($(#[$doc:meta])* $type:ident { $( $name:ident ),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the names are the definitions")]
        pub enum $type { $( $name, )* #[doc = "A word that the model does not know; kept as it came."] Other(Text) }

        impl $type {
            /// The spelling of the contract.
            pub fn name(&self) -> &str {
                match self { $( Self::$name => stringify!($name), )* Self::Other(name) => name }
            }

            /// The word of that spelling; never fails.
            pub fn from_name(name: &str) -> Self {
                match name { $( stringify!($name) => Self::$name, )* other => Self::Other(other.into()) }
            }
        }

        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.name())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Word;
                impl serde::de::Visitor<'_> for Word {
                    type Value = $type;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a word")
                    }
                    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<$type, E> {
                        Ok($type::from_name(word))
                    }
                }
                from.deserialize_str(Word)
            }
        }
    };
}

words! {
    /// What a record reports: T-event names without their prefix, and ours.
    Event {
        LinkConnected, LinkDisconnected, ServerConnected, ServerDisconnected, Registered, Unregistered,
        DNOutOfService, DNBackInService, DNDOn, DNDOff, OffHook, OnHook,
        AgentLogin, AgentLogout, QueueLogout, QueueReady, QueueNotReady, AgentReady, AgentNotReady,
        AgentAfterCallWork,
        Dialing, NetworkReached, DestinationBusy, Ringing, Established, Held, Retrieved, Released, Abandoned,
        Queued, Diverted, RouteRequest, RouteUsed, PartyAdded, PartyDeleted, PartyChanged,
        TreatmentApplied, TreatmentEnd, TreatmentNotApplied, TreatmentRequired,
        AttachedDataChanged, UserEvent, PrimaryChanged, RestoreConnection,
        InteractionSubmitted, PlacedInQueue, TakenFromQueue, PlacedInWorkbin, TakenFromWorkbin, PartyRemoved,
        AgentInvited, Rejected, Revoked, Resumed, PropertiesChanged, ProcessingStopped,
        MediaAdded, MediaRemoved, ReadyForMedia, NotReadyForMedia, DoNotDisturbOn, DoNotDisturbOff,
        AgentStateReasonChanged, MediaStateReasonChanged, ExternalServiceRequested, ExternalServiceResponded,
        CustomReporting,
        CampaignLoaded, CampaignStarted, CampaignWaiting, CampaignStopped, CampaignUnloaded,
        RecordsLeft,
        DialMade, DialCompleted, LeadProcessed, CallbackScheduled, CallbackCompleted, CallbackMissed,
        PersonalCallbackScheduled, PersonalCallbackCompleted, PersonalCallbackMissed,
        CallHeartbeat, Snapshot, Gap, ConfigChanged,
    }
}

words! {
    /// The kind of call.
    CallType { Unknown, Internal, Inbound, Outbound, Consult }
}

words! {
    /// How a step of a call came about. Absent means `Ok`.
    CallState {
        Ok, Transferred, Conferenced, Busy, NoAnswer, Redirected, Forwarded, Dropped, Abandoned, Cleared,
        Overflowed, GeneralError, SystemError, AnsweringMachineDetected, FaxDetected, QueueFull,
    }
}

words! {
    /// The agent's work mode.
    WorkMode { Unknown, ManualIn, AutoIn, AfterCallWork, AuxWork, NoCallDisconnect, WalkAway, ReturnBack }
}

words! {
    /// A party's role in a call.
    Role {
        Origination, Destination, TransferredBy, ConferencedBy, AddedBy, NewParty, DeletedBy, DeletedParty,
        Observer,
    }
}

/// One event record. `source`, `received` and `event` are always there.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the keys are those of contracts part 3")]
pub struct Record {
    pub source: Text,
    /// 0 where the record carries no number.
    pub epoch: u64,
    /// 0 where the record carries no number.
    pub seq: u64,
    /// The source's own time; equal to `received` where it gave none.
    pub time: Micros,
    /// When the first of our processes had it: decides intervals and windows.
    pub received: Micros,
    pub event: Event,
    pub this_dn: Option<Text>,
    pub this_queue: Option<Text>,
    pub other_dn: Option<Text>,
    pub third_party_dn: Option<Text>,
    pub conn_id: Option<Text>,
    pub prev_conn_id: Option<Text>,
    pub agent_id: Option<Text>,
    pub call_type: Option<CallType>,
    pub call_state: Option<CallState>,
    pub work_mode: Option<WorkMode>,
    /// Why, in a word of the contract: `timeout`, `withdrawn`, `answered_elsewhere` ...
    pub reason: Option<Text>,
    pub reasons: Option<Box<KeyValues>>,
    pub user_data: Option<Box<KeyValues>>,
    /// True when the adapter made the record up to keep the picture whole.
    pub synthetic: bool,
    /// What few records carry.
    pub rare: Option<Box<Rare>>,
    /// What `Snapshot`, `Gap` and `ConfigChanged` carry.
    pub body: Option<Box<Body>>,
}

/// Keys that few records carry.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "the keys are those of contracts part 3")]
pub struct Rare {
    pub this_dn_role: Option<Role>,
    pub other_dn_role: Option<Role>,
    pub third_party_dn_role: Option<Role>,
    pub other_queue: Option<Text>,
    pub transfer_conn_id: Option<Text>,
    pub call_uuid: Option<Text>,
    pub ani: Option<Text>,
    pub dnis: Option<Text>,
    pub customer_id: Option<Text>,
    pub agent_state: Option<Text>,
    pub extensions: Option<KeyValues>,
    pub treatment_type: Option<Text>,
    pub media_type: Option<Text>,
    pub interaction_id: Option<Text>,
    pub place_id: Option<Text>,
    pub old_queue: Option<Text>,
    pub party_type: Option<Text>,
    pub agent_source_since: Option<Micros>,
    pub campaign: Option<Text>,
    pub campaign_group: Option<Text>,
    pub calling_list: Option<Text>,
    pub dial_mode: Option<Text>,
    pub records_left: Option<u32>,
    /// Keys that this version does not know, as they came.
    pub unknown: BTreeMap<Text, serde_json::Value>,
}

/// The load of the three record kinds that are not about one step of one call.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// The state after this record's number (contracts, part 4).
    Snapshot(Snapshot),
    /// Records of this span are lost for good.
    Gap(Gap),
    /// A configuration object changed.
    Change(Change),
}

/// A hole in what a source told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The last moment that is known to be whole.
    pub from: Micros,
    /// The first moment that is known again.
    pub to: Micros,
    /// In words for people.
    pub cause: Text,
    /// What was in progress at `from` had not been saved, so nothing of it counts (row 131). Absent = false.
    pub unsaved: bool,
}

/// A change of configuration in mid-stream: the keys of one object of tenant.toml.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The table of tenant.toml: `agent`, `agent_group`, `dn` ...
    pub object: Text,
    /// Which of them.
    pub id: Text,
    /// The keys that change; each replaces the former value whole.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<Text, serde_json::Value>,
    /// The object is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

impl Record {
    /// A record that carries nothing but what every record carries.
    pub fn new(source: impl Into<Text>, event: Event, at: Micros) -> Self {
        Self {
            source: source.into(),
            epoch: 0,
            seq: 0,
            time: at,
            received: at,
            event,
            this_dn: None,
            this_queue: None,
            other_dn: None,
            third_party_dn: None,
            conn_id: None,
            prev_conn_id: None,
            agent_id: None,
            call_type: None,
            call_state: None,
            work_mode: None,
            reason: None,
            reasons: None,
            user_data: None,
            synthetic: false,
            rare: None,
            body: None,
        }
    }

    /// Where the record stands in its source's numbering.
    pub fn position(&self) -> Position {
        Position { epoch: self.epoch, seq: self.seq }
    }

    /// The keys that few records carry, to write.
    pub fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// The order in which records of several sources are processed (contracts, part 2).
    pub fn order(&self) -> (Micros, &str, u64, u64) {
        (self.received, &self.source, self.epoch, self.seq)
    }
}
