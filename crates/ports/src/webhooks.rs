//! Webhooks: messages to other systems, over HTTP.

use async_trait::async_trait;
use std::time::Duration;

/// Why a message was not taken, split by what the caller will do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// Trying again may help: nobody answered, or not yet.
    #[error("{cause}")]
    Later {
        /// For people.
        cause: String,
        /// Not before so long, if the other side says so.
        after: Option<Duration>,
    },
    /// Trying again does not help: not allowed, or refused. Names the cure.
    #[error("{0}")]
    Never(String),
}

/// Where messages go out.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Whether messages may go to this address at all.
    ///
    /// # Errors
    /// For people: why not, and what to do.
    fn allows(&self, url: &str) -> Result<(), String>;

    /// Sends one message, JSON, within a deadline. `id` is the same whenever the same message is sent again.
    async fn post(&self, url: &str, id: &str, body: Vec<u8>) -> Result<(), WebhookError>;
}
