//! The audit trail: who did what, and when.
//!
//! **Invariant:** whoever changes a document leaves an entry by that alone, in the same breath; nobody changes an entry,
//! and only age removes one.

use crate::Result;
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use std::collections::BTreeMap;

/// Entries that are answered at once, at most.
pub const ENTRIES_MAX: usize = 1_000;

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Unique among the entries of a store.
    pub number: u64,
    /// When.
    pub at: Micros,
    /// Who.
    pub by: Text,
    /// The kind of the document that was changed, or the word for a deed.
    pub kind: Text,
    /// Which document; of a deed, whom it concerns.
    pub id: Text,
    /// The document's revision before; 0 where there was none, and of deeds.
    pub before: u64,
    /// The document's revision after; 0 where it was removed, and of deeds.
    pub after: u64,
    /// A word more of a deed.
    pub detail: Text,
}

/// Something that is done and changes no document: a sign-in, a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The word for it. It is the kind of no document.
    pub kind: Text,
    /// Whom it concerns.
    pub id: Text,
    /// Who did it.
    pub by: Text,
    /// When.
    pub at: Micros,
    /// A word more.
    pub detail: Text,
}

/// Which entries are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Of these kinds; none named: of all.
    pub kinds: Vec<Text>,
    /// By whom: in any case of letters.
    pub by: Option<Text>,
    /// Of this document, or concerning this person.
    pub id: Option<Text>,
    /// Just this entry.
    pub number: Option<u64>,
    /// From then on.
    pub from: Option<Micros>,
    /// Before then.
    pub to: Option<Micros>,
    /// After this place in the list: time and number of the last entry that is known.
    pub after: Option<(Micros, u64)>,
    /// So many at most, and never more than [`ENTRIES_MAX`].
    pub limit: usize,
}

/// What is removed from the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Entries before then are removed.
    pub from: Micros,
    /// Of deeds the newest so many stay: who knocks often must not push out what others did.
    pub deeds_max: usize,
}

/// Where the trail is read. Documents of kinds without earlier versions leave nothing in it.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Entries, newest first.
    async fn trail(&self, asked: &Asked) -> Result<Vec<Entry>>;
    /// Writes a deed down.
    async fn note(&self, deed: &Deed) -> Result<()>;
    /// When the last deed of this kind concerned each person.
    async fn latest(&self, kind: &str) -> Result<BTreeMap<Text, Micros>>;
    /// Removes what is not to be kept; answers how many entries.
    async fn forget(&self, keep: Keep) -> Result<u64>;
}
