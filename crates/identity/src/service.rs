//! A token of our own, for services that Pulse asks (client credentials, RFC 6749 4.4).

use crate::http::Http;
use crate::oidc::SecretSource;
use model::time::Micros;
use openidconnect::core::{CoreClient, CoreProviderMetadata};
use openidconnect::{ClientId, ClientSecret, IssuerUrl, OAuth2TokenResponse, Scope};
use std::sync::{Mutex, PoisonError};

/// A token is renewed so long before it ends.
const BEFORE_END: Micros = Micros::from_secs(30);

/// Where a token does not tell its end.
const SHORT: Micros = Micros::from_secs(60);

/// Fetches the token and keeps it until shortly before it ends.
pub struct ServiceToken {
    issuer: String,
    client_id: String,
    client_secret: SecretSource,
    scopes: Vec<String>,
    http: Http,
    kept: Mutex<Option<(Micros, String)>>,
}

impl ServiceToken {
    /// A token of that issuer, who is asked over `http`: the service for which the token is may be vouched for by another
    /// authority.
    pub fn new(
        issuer: String,
        client_id: String,
        client_secret: SecretSource,
        scopes: Vec<String>,
        http: Http,
    ) -> Self {
        Self { issuer, client_id, client_secret, scopes, http, kept: Mutex::new(None) }
    }

    /// The token; call it where waiting is allowed. The error says why there is none.
    pub fn get(&self, now: Micros) -> Result<String, String> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((until, token)) = kept
            && now < until
        {
            return Ok(token);
        }
        let told = |error: &dyn std::fmt::Display| format!("no token of {}: {error}", self.issuer);
        let send = |request: openidconnect::HttpRequest| self.http.send(request);
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(|e| told(&e))?;
        let metadata = CoreProviderMetadata::discover(&issuer, &send).map_err(|e| told(&e))?;
        let secret = (self.client_secret)().map_err(|e| told(&e))?;
        let id = ClientId::new(self.client_id.clone());
        let client = CoreClient::from_provider_metadata(metadata, id, Some(ClientSecret::new(secret)));
        let request = client.exchange_client_credentials().map_err(|e| told(&e))?;
        let request = request.add_scopes(self.scopes.iter().cloned().map(Scope::new));
        let tokens = request.request(&send).map_err(|error| match error {
            openidconnect::RequestTokenError::Parse(cause, _) => told(&cause),
            other => told(&other),
        })?;
        let token = tokens.access_token().secret().clone();
        let lasts =
            tokens.expires_in().map_or(SHORT, |lasts| Micros(i64::try_from(lasts.as_micros()).unwrap_or(0)));
        let until = now + Micros((lasts.0 - BEFORE_END.0).max(lasts.0 / 2));
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((until, token.clone()));
        Ok(token)
    }

    /// The service that was asked with the token refused it: fetch another next time.
    pub fn forget(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
