//! A rule: an access list with the objects that it names today.

use model::{Object, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whose rules a sheet lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// Whoever signs in.
    Everyone,
    /// One user, in lower case.
    User(Text),
    /// Whoever signs in with this role.
    Role(Text),
}

/// Which objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// All, also those that are not known yet. With those that are known, where the tenant denies anything at all: of
    /// what is not known nobody can say that it is not what is denied.
    All(Arc<BTreeSet<Object>>),
    /// These.
    These(Arc<BTreeSet<Object>>),
}

impl Default for Reach {
    fn default() -> Self {
        Self::These(Arc::default())
    }
}

impl Reach {
    /// Whether this object is meant.
    pub fn holds(&self, object: &Object) -> bool {
        match self {
            Self::All(_) => true,
            Self::These(objects) => objects.contains(object),
        }
    }

    /// Whether it means nothing.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::These(objects) if objects.is_empty())
    }
}

/// What one access list says, in objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The list's name.
    pub name: Text,
    /// For whom it is, in words.
    pub who: Text,
    /// May be seen, unless denied.
    pub allows: Reach,
    /// May not be seen.
    pub denies: Reach,
}
