//! Access lists: who may see which objects.

use crate::Text;
use serde::{Deserialize, Serialize};

/// Users who are meant together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessGroup {
    /// The group's name.
    pub name: Text,
    /// Its users, by the name with which they sign in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<Text>,
    /// Whoever signs in with one of these roles belongs to it too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Text>,
}

/// An access list. What no list allows is not seen, and what any list denies is not seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// Its name: what an explanation tells.
    pub name: Text,
    /// For whom.
    pub who: Who,
    /// Objects that they may see: `Type:id`, where `*` stands for any characters and `?` for one; `*` alone: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<Text>,
    /// Objects that they may not see, whatever else allows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deny: Vec<Text>,
    /// Whether what a named object holds is meant with it: the members of a group, the DNs of a place or a switch.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub members: bool,
}

/// For whom an access list is: exactly one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// One user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Text>,
    /// An access group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Text>,
    /// Whoever signs in with this role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Text>,
    /// Whoever signs in.
    #[serde(default, skip_serializing_if = "is_no")]
    pub everyone: bool,
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

fn is_no(value: &bool) -> bool {
    !*value
}
