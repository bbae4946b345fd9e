//! Accounts, as far as they matter here.

use model::Text;
use serde::{Deserialize, Serialize};

/// What an account itself is given or refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// Patterns of objects, as in access lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<Text>,
    /// Patterns of objects that are never seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deny: Vec<Text>,
}

/// An account. Other keys of its document are no business of ours: passwords are not even read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// The name for signing in.
    pub user: Text,
    /// Access groups that it belongs to, besides those that name it.
    #[serde(default)]
    pub groups: Vec<Text>,
    /// What it is given itself.
    #[serde(default)]
    pub access: Option<Given>,
}
