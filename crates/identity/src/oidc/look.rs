//! One look at the service, without anybody who signs in.

use super::Oidc;
use super::provider::{exchange, refused};
use openidconnect::core::CoreErrorResponseType as No;
use openidconnect::{AccessToken, AuthorizationCode, RequestTokenError};
use ports::identity::IdentityError;

/// What nobody was ever given.
const NOBODYS: &str = "pulse-check";

/// What a look has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Keys with which the service signs.
    pub keys: usize,
    /// Whether it can be asked about access tokens (RFC 7662).
    pub introspects: bool,
}

impl Oidc {
    /// Reads the service's description and keys, and shows it our secret. Nobody is signed in, nothing changes there.
    ///
    /// # Errors
    /// `Refused` where the service does not know us by that secret.
    pub async fn look(&self) -> Result<Looked, IdentityError> {
        self.ask(|providers, http, now| {
            let (keys, introspects) = providers.described(http, now)?;
            let send = |request: openidconnect::HttpRequest| http.send(request);
            if introspects {
                let client = providers.introspecting(http, now)?;
                client.introspect(&AccessToken::new(NOBODYS.into())).request(&send).map_err(exchange)?;
                return Ok(Looked { keys, introspects });
            }
            // A code that was never given is refused, by another word than a secret that is not ours.
            let client = providers.client(http, now)?;
            let asked = client
                .exchange_code(AuthorizationCode::new(NOBODYS.into()))
                .map_err(refused("its description has no token endpoint"))?;
            match asked.request(&send) {
                Err(RequestTokenError::ServerResponse(no))
                    if !matches!(no.error(), No::InvalidClient | No::UnauthorizedClient) =>
                {
                    Ok(Looked { keys, introspects })
                }
                Ok(_) => Err(IdentityError::Misfit("it took a code that it never gave".to_owned())),
                Err(other) => Err(exchange(other)),
            }
        })
        .await
    }
}
