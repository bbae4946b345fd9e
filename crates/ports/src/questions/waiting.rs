//! Who waits at a mediation DN or in a staging area, one by one.

use model::{Micros, Object, Text};
use serde::{Deserialize, Serialize};

/// Contacts of one answer at most; those that have waited longest are told.
pub const CONTACTS_MAX: usize = 500;

/// Who waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The event time as of which it is so.
    pub at: Micros,
    /// Everywhere that was looked, with how many wait there.
    pub places: Vec<(Object, usize)>,
    /// Who has waited longest comes first.
    pub contacts: Vec<Contact>,
}

/// One call or interaction that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Where.
    pub place: Object,
    /// Its connection or interaction id.
    pub id: Option<Text>,
    /// Since when.
    pub since: Micros,
    /// The type of its call; none of interactions.
    pub call_type: Option<Text>,
    /// The caller's number, or the sender's address.
    pub from: Option<Text>,
    /// The number called.
    pub dialed: Option<Text>,
    /// The customer.
    pub customer: Option<Text>,
    /// The medium, if it is told.
    pub media: Option<Text>,
}
