//! What proves who asks: the cookie of a session, or an access token of the authorization service.

use crate::auth::{COOKIE, Session, Way};
use crate::error::ApiError;
use crate::state::State;
use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use ports::identity::{IdentityError, Person};

/// Longer access tokens are refused unread.
const TOKEN_BYTES_MAX: usize = 8 * 1024;

/// What proves who asks. It has no `Debug`, because it holds secrets.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The secret of a session.
    Cookie(String),
    /// An access token.
    Bearer(String),
}

impl Proof {
    /// What came with the request; a token wins over a cookie.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        match header.and_then(|value| value.split_once(' ')) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                Some(Self::Bearer(token.trim().to_owned()))
            }
            _ => request.cookie(COOKIE).map(|cookie| Self::Cookie(cookie.value().to_owned())),
        }
    }

    /// The session that it belongs to, if that still lives; one of an access token is not stored.
    pub(crate) async fn session(&self, state: &State) -> Result<Option<Session>, ApiError> {
        match self {
            Self::Cookie(token) => Ok(state.sessions.find(token).await?),
            Self::Bearer(token) => {
                let Some(identity) = &state.ports.identity else { return Ok(None) };
                if token.is_empty() || token.len() > TOKEN_BYTES_MAX {
                    return Ok(None);
                }
                let person = identity.bearer(token).await?;
                let now = state.ports.clock.now();
                let way = Way::Service;
                let session = |Person { user, name, roles, .. }| Session {
                    user,
                    name,
                    roles,
                    way,
                    began: now,
                    heard: now,
                };
                Ok(person.map(session))
            }
        }
    }

    /// Whether it still proves somebody; a store or service that does not answer ends nothing.
    pub(crate) async fn lives(&self, state: &State) -> bool {
        self.session(state).await.map_or(true, |session| session.is_some())
    }

    /// The cookie's secret.
    pub(crate) fn cookie(&self) -> Option<&str> {
        match self {
            Self::Cookie(token) => Some(token),
            Self::Bearer(_) => None,
        }
    }
}

impl From<IdentityError> for ApiError {
    fn from(error: IdentityError) -> Self {
        use actix_web::http::StatusCode;
        match error {
            IdentityError::Unreachable(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", error.to_string()).retry_after(2)
            }
            IdentityError::Refused(_) | IdentityError::NoRole { .. } => Self::forbidden(error.to_string()),
            IdentityError::Misfit(_) => Self::new(StatusCode::BAD_GATEWAY, "misfit", error.to_string())
                .cure("compare the settings under [identity] with those of the authorization service"),
        }
    }
}
