//! Local accounts, as documents.

use crate::settings::{kinds, new_document};
use access::Given;
use model::Text;
use ports::StoreError;
use ports::documents::{Document, Documents};
use runtime::Clock;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Longer names are refused unread.
const NAME_BYTES_MAX: usize = 128;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct User {
    /// The name for signing in, lower case.
    pub(crate) user: Text,
    /// A name for people.
    pub(crate) name: Text,
    /// `admin`, `editor`, `viewer`, `wallboard`, and whatever access lists name.
    pub(crate) roles: Vec<Text>,
    /// The hash of the password.
    pub(crate) password: String,
    /// Access groups that it belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) groups: Vec<Text>,
    /// What it may see itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) access: Option<Given>,
    /// Nobody signs in by it, and what it made does nothing, until it is switched on again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) disabled: bool,
}

/// Where accounts are.
#[derive(Clone)]
pub(crate) struct Users {
    documents: Arc<dyn Documents>,
    clock: Clock,
}

impl Users {
    pub(crate) fn new(documents: Arc<dyn Documents>, clock: Clock) -> Self {
        Self { documents, clock }
    }

    /// The account of that name.
    pub(crate) async fn find(&self, name: &str) -> Result<Option<User>, StoreError> {
        Ok(self.find_with_revision(name).await?.map(|(user, _)| user))
    }

    /// The account of that name, and its revision.
    pub(crate) async fn find_with_revision(&self, name: &str) -> Result<Option<(User, u64)>, StoreError> {
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            return Ok(None);
        }
        let Some(document) = self.documents.get(kinds::USER, &name.to_lowercase()).await? else {
            return Ok(None);
        };
        let revision = document.revision;
        read(document).map(|user| Some((user, revision)))
    }

    /// All accounts, by name.
    pub(crate) async fn all(&self) -> Result<Vec<User>, StoreError> {
        self.documents.list(kinds::USER).await?.into_iter().map(read).collect()
    }

    /// All accounts with their revisions, by name.
    pub(crate) async fn all_with_revisions(&self) -> Result<Vec<(User, u64)>, StoreError> {
        let documents = self.documents.list(kinds::USER).await?.into_iter();
        documents
            .map(|document| (document.revision, document))
            .map(|(revision, document)| Ok((read(document)?, revision)))
            .collect()
    }

    /// Whether there is any account.
    pub(crate) async fn any(&self) -> Result<bool, StoreError> {
        Ok(!self.documents.list(kinds::USER).await?.is_empty())
    }

    /// Stores a new account; answers its revision.
    pub(crate) async fn create(&self, user: &User, by: &str) -> Result<u64, StoreError> {
        self.replace(user, 0, by).await
    }

    /// Stores an account that was of this revision; answers the new one.
    pub(crate) async fn replace(&self, user: &User, revision: u64, by: &str) -> Result<u64, StoreError> {
        let document = new_document(kinds::USER, &user.user, serde_json::json!(user), by, &self.clock);
        self.documents.put(Document { revision, ..document }).await
    }

    /// Removes an account that is of this revision.
    pub(crate) async fn remove(&self, user: &str, revision: u64, by: &str) -> Result<(), StoreError> {
        self.documents.delete(kinds::USER, user, revision, by, self.clock.now()).await
    }
}

fn read(document: Document) -> Result<User, StoreError> {
    let id = document.id;
    serde_json::from_value(document.body)
        .map_err(|error| StoreError::Corrupt(format!("the account '{id}' cannot be read: {error}")))
}
