//! What a tenant consists of (`tenant.toml`, contracts part 6). Unknown keys are refused with their place.

mod access;
mod change;
mod pattern;

pub use access::{Access, AccessGroup, Who};
pub use change::{ChangeError, Table};
pub use pattern::{Pattern, PatternError};

use crate::Text;
use crate::snapshot::DnType;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The configuration of one tenant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenant {
    /// The tenant's name.
    pub tenant: Text,
    /// IANA name or `+hh:mm`; resets of Growing profiles follow it. Default UTC.
    #[serde(default = "utc")]
    pub time_zone: Text,
    /// Event sources.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
    /// Known DNs; more are discovered.
    #[serde(default, rename = "dn")]
    pub dns: Vec<Dn>,
    /// Places.
    #[serde(default, rename = "place")]
    pub places: Vec<Place>,
    /// Agents; more are discovered.
    #[serde(default, rename = "agent")]
    pub agents: Vec<Agent>,
    /// Agent groups.
    #[serde(default, rename = "agent_group")]
    pub agent_groups: Vec<AgentGroup>,
    /// Place groups.
    #[serde(default, rename = "place_group")]
    pub place_groups: Vec<PlaceGroup>,
    /// Queue groups.
    #[serde(default, rename = "queue_group")]
    pub queue_groups: Vec<QueueGroup>,
    /// Interaction queues; more are discovered.
    #[serde(default, rename = "staging_area", skip_serializing_if = "Vec::is_empty")]
    pub staging_areas: Vec<StagingArea>,
    /// Workbins; more are discovered.
    #[serde(default, rename = "workbin", skip_serializing_if = "Vec::is_empty")]
    pub workbins: Vec<StagingArea>,
    /// Outbound campaigns; more are discovered.
    #[serde(default, rename = "campaign", skip_serializing_if = "Vec::is_empty")]
    pub campaigns: Vec<Campaign>,
    /// The capacity rule of everybody who has none of his own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub capacity: Capacity,
    /// Rule X-7: a call that has been at a phone for more than so many seconds is stuck, and is cleaned. Default a day; 0
    /// cleans none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_call_age: Option<u32>,
    /// Users who are meant together by access lists.
    #[serde(default, rename = "access_group", skip_serializing_if = "Vec::is_empty")]
    pub access_groups: Vec<AccessGroup>,
    /// Access lists: who may see which objects.
    #[serde(default, rename = "access", skip_serializing_if = "Vec::is_empty")]
    pub access: Vec<Access>,
}

/// A capacity rule (statistics 2.6): by medium, how many interactions of it one may have at once, offered ones
/// included. A medium that it does not name: one.
pub type Capacity = BTreeMap<Text, u32>;

/// An event source and the switch whose DNs it reports.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The source's name, as in records.
    pub name: Text,
    /// The switch; DNs are `number@switch`.
    pub switch: Text,
}

/// A DN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dn {
    /// The bare number; any characters.
    pub number: Text,
    /// Its switch.
    pub switch: Text,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: DnType,
    /// A name for people; the number if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// The source that reports it, when several share the switch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Text>,
    /// Rule 2.5: keep the enter time when a party changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_alt_enter_time: Option<bool>,
    /// Rule Q-46: seconds between checks for stuck calls; 0 switches them off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vq_stuck_check: Option<u32>,
}

/// A seat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The place's name.
    pub name: Text,
    /// Its DNs, `number@switch`.
    #[serde(default)]
    pub dns: Vec<Text>,
    /// The capacity rule of the seat, for the media that it names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub capacity: Capacity,
}

/// A person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// The agent's id, as in records.
    pub id: Text,
    /// A name for people; the id if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// Skill levels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub skills: BTreeMap<Text, i64>,
    /// The capacity rule of the person, for the media that it names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub capacity: Capacity,
}

/// A group of agents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentGroup {
    /// The group's name.
    pub name: Text,
    /// Its members by id, unless it has a script.
    #[serde(default)]
    pub agents: Vec<Text>,
    /// Rule 1.3: the expression that decides who is a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<Text>,
    /// Mediation DNs whose agents these are (rule 2.5).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origination_dns: Vec<Text>,
}

/// A group of places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceGroup {
    /// The group's name.
    pub name: Text,
    /// Its places.
    #[serde(default)]
    pub places: Vec<Text>,
    /// Mediation DNs whose places these are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origination_dns: Vec<Text>,
}

/// A group of mediation DNs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueGroup {
    /// The group's name.
    pub name: Text,
    /// Its members, `number@switch`.
    #[serde(default)]
    pub dns: Vec<Text>,
}

/// An interaction queue or a workbin of an Interaction Server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StagingArea {
    /// Its name, as `this_queue` and `old_queue` of records tell it.
    pub name: Text,
}

/// An outbound campaign. With it come the objects `campaign@group` and `campaign@list`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// Its name, as `campaign` of records tells it.
    pub name: Text,
    /// Agent or place groups that dial for it, as `campaign_group` of records tells them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Text>,
    /// Its calling lists, as `calling_list` of records tells them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calling_lists: Vec<Text>,
}

impl Tenant {
    /// Reads `tenant.toml`; the error names the key and its line.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}

fn utc() -> Text {
    Text::const_new("UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_is_refused_with_its_place() {
        let error =
            Tenant::from_toml("tenant = 'a'\n[[agent]]\nid = 'A1'\nskils = {}").unwrap_err().to_string();
        assert!(error.contains("skils") && error.contains("line 4"), "{error}");
    }
}
