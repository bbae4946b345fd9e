//! The service as it describes itself: read once, and again when it is old or signs with a key that is not known.

use super::OidcSettings;
use super::words::{Introspecting, Metadata, Plain, Refusal, Tokens, claims_map};
use crate::http::{Http, HttpError};
use model::time::Micros;
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, ClientId, ClientSecret, DiscoveryError, IssuerUrl, Nonce,
    OAuth2TokenResponse, RequestTokenError, SignatureVerificationError,
};
use ports::identity::IdentityError;
use serde_json::{Map, Value};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A description is read again at this age.
const OLD: Micros = Micros::from_secs(3_600);

/// After a key that is not known it is read again, but not more often than so: anybody can send such a token.
const PAUSE: Micros = Micros::from_secs(20);

/// The service's description, and when it was read.
pub(super) struct Providers {
    settings: OidcSettings,
    read: Mutex<Option<(Micros, Metadata)>>,
    /// When it was last read for a key that was not known.
    searched: Mutex<Option<Micros>>,
}

/// Says `no`, whatever the cause was.
pub(super) fn refused<E>(no: &'static str) -> impl FnOnce(E) -> IdentityError {
    move |_| IdentityError::Misfit(no.to_owned())
}

/// Why tokens were not given.
pub(super) fn exchange(error: RequestTokenError<HttpError, Refusal>) -> IdentityError {
    match error {
        RequestTokenError::Request(cause) => IdentityError::Unreachable(cause.to_string()),
        RequestTokenError::ServerResponse(no) => {
            let why = no.error_description().map_or_else(|| no.error().to_string(), String::clone);
            IdentityError::Refused(format!("the authorization service refused: {why}"))
        }
        // What it answered may hold tokens.
        RequestTokenError::Parse(cause, _) => IdentityError::Misfit(cause.to_string()),
        RequestTokenError::Other(cause) => IdentityError::Misfit(cause),
    }
}

fn discovery(error: DiscoveryError<HttpError>) -> IdentityError {
    match error {
        DiscoveryError::Request(cause) => IdentityError::Unreachable(cause.to_string()),
        DiscoveryError::Response(status, ..) if status.is_server_error() => {
            IdentityError::Unreachable(format!("it answers {status}"))
        }
        other => IdentityError::Misfit(format!("its description can't be read: {other}")),
    }
}

impl Providers {
    pub(super) fn new(settings: OidcSettings) -> Self {
        Self { settings, read: Mutex::new(None), searched: Mutex::new(None) }
    }

    fn known(&self) -> MutexGuard<'_, Option<(Micros, Metadata)>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The description; read if there is none younger than `age`.
    fn metadata(&self, http: &Http, now: Micros, age: Micros) -> Result<Metadata, IdentityError> {
        let known = self.known().clone();
        if let Some((at, metadata)) = &known
            && now - *at < age
        {
            return Ok(metadata.clone());
        }
        let issuer =
            IssuerUrl::new(self.settings.issuer.clone()).map_err(refused("its issuer is no address"))?;
        match Metadata::discover(&issuer, &|request| http.send(request)) {
            Ok(metadata) => {
                *self.known() = Some((now, metadata.clone()));
                Ok(metadata)
            }
            // An old description serves better than none.
            Err(error) => match known {
                Some((_, metadata)) => {
                    tracing::warn!(cause = %discovery(error), "the authorization service's description is old");
                    Ok(metadata)
                }
                None => Err(discovery(error)),
            },
        }
    }

    /// Whether the description may be read again for a key that is not known.
    fn may_search(&self, now: Micros) -> bool {
        let mut searched = self.searched.lock().unwrap_or_else(PoisonError::into_inner);
        let may = searched.is_none_or(|at| now - at >= PAUSE);
        if may {
            *searched = Some(now);
        }
        may
    }

    fn with(&self, metadata: Metadata) -> Result<Plain, IdentityError> {
        let secret = (self.settings.client_secret)()
            .map_err(|error| IdentityError::Misfit(format!("our own secret can't be read: {error}")))?;
        let id = ClientId::new(self.settings.client_id.clone());
        Ok(Plain::from_provider_metadata(metadata, id, Some(ClientSecret::new(secret))))
    }

    /// How many keys the service signs with, and whether it can be asked about access tokens.
    pub(super) fn described(&self, http: &Http, now: Micros) -> Result<(usize, bool), IdentityError> {
        let metadata = self.metadata(http, now, OLD)?;
        let introspects = metadata.additional_metadata().introspection_endpoint.is_some();
        Ok((metadata.jwks().keys().len(), introspects))
    }

    /// A client by the newest description and secret.
    pub(super) fn client(&self, http: &Http, now: Micros) -> Result<Plain, IdentityError> {
        self.with(self.metadata(http, now, OLD)?)
    }

    /// One that may ask about access tokens.
    pub(super) fn introspecting(&self, http: &Http, now: Micros) -> Result<Introspecting, IdentityError> {
        let metadata = self.metadata(http, now, OLD)?;
        let endpoint = metadata.additional_metadata().introspection_endpoint.clone();
        let endpoint = endpoint.ok_or_else(|| {
            IdentityError::Misfit(
                "it has no introspection endpoint, so access tokens can't be used".to_owned(),
            )
        })?;
        Ok(self.with(metadata)?.set_introspection_url(endpoint))
    }

    /// The claims of a token that the service signed, for us, for this sign-in, and still holds.
    pub(super) fn verified(
        &self,
        tokens: &Tokens,
        nonce: &Nonce,
        http: &Http,
        now: Micros,
    ) -> Result<Map<String, Value>, IdentityError> {
        match self.verify(tokens, nonce, http, now, OLD) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) if self.may_search(now) => self.verify(tokens, nonce, http, now, Micros::ZERO),
            done => done,
        }
        .map_err(|cause| {
            IdentityError::Refused(format!("what the authorization service told is not valid: {cause}"))
        })
    }

    fn verify(
        &self,
        tokens: &Tokens,
        nonce: &Nonce,
        http: &Http,
        now: Micros,
        age: Micros,
    ) -> Result<Map<String, Value>, ClaimsVerificationError> {
        let other = |cause: String| ClaimsVerificationError::Other(cause);
        let client = self
            .metadata(http, now, age)
            .and_then(|metadata| self.with(metadata))
            .map_err(|e| other(e.to_string()))?;
        let token = tokens.extra_fields().id_token();
        let token = token.ok_or_else(|| other("it holds no ID token".to_owned()))?;
        let at = chrono::DateTime::from_timestamp_micros(now.0).unwrap_or_default();
        let verifier = client.id_token_verifier().set_time_fn(move || at);
        let claims = token.claims(&verifier, nonce)?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(|e| other(e.to_string()))?;
            let key = token.signing_key(&verifier).map_err(ClaimsVerificationError::SignatureVerification)?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                .map_err(|e| other(e.to_string()))?;
            if actual != *expected {
                return Err(other("its access token belongs to somebody else".to_owned()));
            }
        }
        claims_map(claims).map_err(other)
    }
}
