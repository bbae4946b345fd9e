//! Local accounts, as documents.

use crate::settings::{kinds, new_document};
use model::Text;
use ports::StoreError;
use ports::documents::Documents;
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
    /// `admin`, `editor`, `viewer`.
    pub(crate) roles: Vec<Text>,
    /// The hash of the password.
    pub(crate) password: String,
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
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            return Ok(None);
        }
        let Some(document) = self.documents.get(kinds::USER, &name.to_lowercase()).await? else {
            return Ok(None);
        };
        serde_json::from_value(document.body)
            .map(Some)
            .map_err(|error| StoreError::Corrupt(format!("the account '{name}' cannot be read: {error}")))
    }

    /// Whether there is any account.
    pub(crate) async fn any(&self) -> Result<bool, StoreError> {
        Ok(!self.documents.list(kinds::USER).await?.is_empty())
    }

    /// Stores a new account.
    pub(crate) async fn create(&self, user: &User) -> Result<(), StoreError> {
        let body = serde_json::json!(user);
        let document = new_document(kinds::USER, &user.user, body, "pulse", &self.clock);
        self.documents.put(document).await.map(drop)
    }
}
