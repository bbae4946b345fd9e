//! Metadata documents: users, boards, settings, with revisions and announced changes.

use crate::Result;
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

/// One document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// `board`, `user`, `setting` ...
    pub kind: Text,
    /// Unique within the kind.
    pub id: Text,
    /// Rises with every change of this document; 0 for one that is not stored yet.
    pub revision: u64,
    /// The content.
    pub body: serde_json::Value,
    /// Who changed it last.
    pub changed_by: Text,
    /// When.
    pub changed_at: Micros,
}

/// Whether earlier versions of documents of this kind are kept. Sessions and alerts come and go by the minute, and
/// nobody wants an old one back.
pub fn keeps_versions(kind: &str) -> bool {
    !matches!(kind, "session" | "alert")
}

/// Where documents are kept.
#[async_trait]
pub trait Documents: Send + Sync {
    /// All of a kind, by id.
    async fn list(&self, kind: &str) -> Result<Vec<Document>>;
    /// One.
    async fn get(&self, kind: &str, id: &str) -> Result<Option<Document>>;
    /// Stores `document` if the stored revision is still `document.revision` (0: if there is none); answers the
    /// new revision, else `Conflict`.
    async fn put(&self, document: Document) -> Result<u64>;
    /// Removes it if its revision is still `revision`.
    async fn delete(&self, kind: &str, id: &str, revision: u64, by: &str, at: Micros) -> Result<()>;
    /// Earlier versions, newest first, at most `limit`.
    async fn versions(&self, kind: &str, id: &str, limit: usize) -> Result<Vec<Document>>;
    /// A hint that a document of a kind changed.
    fn watch(&self) -> broadcast::Receiver<Text>;
}

/// One change of a document, as a copy of a store tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Of the document.
    pub kind: Text,
    /// Unique within the kind.
    pub id: Text,
    /// What it has held since; absent where it was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<serde_json::Value>,
    /// Who did it.
    pub by: Text,
    /// When.
    pub at: Micros,
}

/// Tells all that is kept, for who copies it elsewhere.
#[async_trait]
pub trait Archive: Send + Sync {
    /// Every change that is still known, as of one moment, of all kinds but `session`; those of one document in their
    /// order. Put and removed one after the other into an empty store, they make an equal one: revisions are the
    /// store's own.
    async fn changes(&self) -> Result<Vec<Change>>;
}
