//! Identity: who somebody is, and what they may do, as an authorization service tells.

use async_trait::async_trait;
use model::Text;
use model::time::Micros;

/// Somebody whom the authorization service knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who, as rights know them.
    pub user: Text,
    /// A name for people.
    pub name: Text,
    /// Roles of Pulse: `admin`, `editor`, `viewer`.
    pub roles: Vec<Text>,
    /// When what was told ends, where that was told.
    pub until: Option<Micros>,
}

/// A sign-in that has begun.
#[derive(Clone, PartialEq, Eq)]
pub struct Begun {
    /// Where the browser goes.
    pub url: String,
    /// What the browser must bring back with the answer, and nobody else may know.
    pub secret: String,
}

/// What the browser brings back from the authorization service.
#[derive(Clone, PartialEq, Eq)]
pub struct Returned {
    /// The one-time code.
    pub code: String,
    /// The state that the sign-in began with.
    pub state: String,
}

/// Why nobody was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Trying again may help.
    #[error("the authorization service does not answer: {0}")]
    Unreachable(String),
    /// The service, or what it told, says no.
    #[error("{0}")]
    Refused(String),
    /// The service knows them, and gives them nothing to do here.
    #[error("{user} has no role in Pulse; ask for one of admin, editor, viewer")]
    NoRole {
        /// Who.
        user: Text,
    },
    /// The service answers, but not as it must; trying again does not help.
    #[error("the authorization service and Pulse do not fit together: {0}")]
    Misfit(String),
}

/// An authorization service.
#[async_trait]
pub trait Identity: Send + Sync {
    /// What people call it, for the button of the sign-in page.
    fn label(&self) -> Text;

    /// Begins a sign-in; the service sends the browser `back` to us.
    async fn begin(&self, back: &str) -> Result<Begun, IdentityError>;

    /// Ends a sign-in: `back` as at its begin, `secret` as [`Begun`] gave it.
    async fn finish(&self, back: &str, secret: &str, returned: &Returned) -> Result<Person, IdentityError>;

    /// Whose access token that is; nobody's if it is not, or no longer, valid.
    async fn bearer(&self, token: &str) -> Result<Option<Person>, IdentityError>;
}
