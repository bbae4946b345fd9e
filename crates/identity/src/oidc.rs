//! Signing in by OpenID Connect: discovery, the code flow with PKCE, keys that rotate, and access tokens by introspection.

mod look;
mod provider;
mod words;

pub use look::Looked;

use crate::bearer::Bearers;
use crate::claims::Mapping;
use crate::http::{Http, HttpError};
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use openidconnect::{
    AccessToken, AuthorizationCode, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    Scope, TokenIntrospectionResponse,
};
use ports::identity::{Begun, Identity, IdentityError, Person, Returned};
use provider::{Providers, refused};
use runtime::Clock;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;
use words::{Flow, claims_of};

/// Gives a secret whenever it is needed, so that a new one is taken without a restart.
pub type SecretSource = Arc<dyn Fn() -> std::io::Result<String> + Send + Sync>;

/// Which service, and what its words mean.
#[derive(Clone)]
pub struct OidcSettings {
    /// The issuer's address; its description lies below, at `.well-known/openid-configuration`.
    pub issuer: String,
    /// How the service knows us.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: SecretSource,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// What people call the service.
    pub label: Text,
    /// What its claims mean.
    pub mapping: Mapping,
    /// How long what it told of an access token holds.
    pub bearer_holds: Micros,
}

/// A client of one service.
pub struct Oidc {
    settings: OidcSettings,
    http: Http,
    clock: Clock,
    providers: Arc<Providers>,
    bearers: Bearers,
}

/// What a browser keeps between going to the service and coming back.
#[derive(Serialize, Deserialize)]
struct Kept {
    state: String,
    nonce: String,
    verifier: String,
}

/// Compares without telling by its duration where two texts differ.
fn same(one: &str, other: &str) -> bool {
    let differing = one.bytes().zip(other.bytes()).fold(0, |bits, (a, b)| bits | (a ^ b));
    one.len() == other.len() && differing == 0
}

fn unreachable(error: HttpError) -> IdentityError {
    IdentityError::Unreachable(error.to_string())
}

fn address(back: &str) -> Result<RedirectUrl, IdentityError> {
    RedirectUrl::new(back.to_owned()).map_err(|error| IdentityError::Misfit(format!("{back}: {error}")))
}

impl Oidc {
    /// A client; the service is asked only when somebody comes.
    pub fn new(settings: OidcSettings, http: Http, clock: Clock) -> Self {
        let providers = Arc::new(Providers::new(settings.clone()));
        let bearers = Bearers::new(settings.bearer_holds);
        Self { settings, http, clock, providers, bearers }
    }

    /// Does `work` on a thread where waiting for the service is allowed.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Providers, &Http, Micros) -> Result<T, IdentityError> + Send + 'static,
    ) -> Result<T, IdentityError> {
        let (providers, now) = (self.providers.clone(), self.clock.now());
        self.http.on_thread(move |http| work(&providers, http, now)).await.map_err(unreachable)?
    }
}

#[async_trait]
impl Identity for Oidc {
    fn label(&self) -> Text {
        self.settings.label.clone()
    }

    async fn begin(&self, back: &str) -> Result<Begun, IdentityError> {
        let (back, scopes) = (address(back)?, self.settings.scopes.clone());
        self.ask(move |providers, http, now| {
            let client = providers.client(http, now)?.set_redirect_uri(back);
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
            let (url, state, nonce) = client
                .authorize_url(Flow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
                .add_scopes(scopes.into_iter().map(Scope::new))
                .set_pkce_challenge(challenge)
                .url();
            let kept = Kept {
                state: state.secret().clone(),
                nonce: nonce.secret().clone(),
                verifier: verifier.into_secret(),
            };
            let secret =
                serde_json::to_string(&kept).map_err(|error| IdentityError::Misfit(error.to_string()))?;
            Ok(Begun { url: url.into(), secret })
        })
        .await
    }

    async fn finish(&self, back: &str, secret: &str, returned: &Returned) -> Result<Person, IdentityError> {
        let stale = || IdentityError::Refused("this sign-in was not begun here, or is too old".to_owned());
        let kept: Kept = serde_json::from_str(secret).map_err(|_| stale())?;
        if !same(&kept.state, &returned.state) {
            return Err(stale());
        }
        let (back, code) = (address(back)?, AuthorizationCode::new(returned.code.clone()));
        let claims = self
            .ask(move |providers, http, now| {
                let client = providers.client(http, now)?.set_redirect_uri(back);
                let request =
                    client.exchange_code(code).map_err(refused("its description has no token endpoint"))?;
                let tokens = request
                    .set_pkce_verifier(PkceCodeVerifier::new(kept.verifier))
                    .request(&|request| http.send(request))
                    .map_err(provider::exchange)?;
                providers.verified(&tokens, &Nonce::new(kept.nonce), http, now)
            })
            .await?;
        self.settings.mapping.person(&claims, None)
    }

    async fn bearer(&self, token: &str) -> Result<Option<Person>, IdentityError> {
        let now = self.clock.now();
        if let Some(known) = self.bearers.find(token, now) {
            return Ok(known);
        }
        let asked = token.to_owned();
        let claims: Option<(Map<String, Value>, Option<Micros>)> = self
            .ask(move |providers, http, now| {
                let client = providers.introspecting(http, now)?;
                let told = client
                    .introspect(&AccessToken::new(asked))
                    .request(&|request| http.send(request))
                    .map_err(provider::exchange)?;
                let until = told.exp().map(|at| Micros(at.timestamp_micros()));
                let live = told.active() && until.is_none_or(|until| until > now);
                Ok(live.then(|| (claims_of(&told), until)))
            })
            .await?;
        let person = match claims {
            None => None,
            Some((claims, until)) => match self.settings.mapping.person(&claims, until) {
                Ok(person) => Some(person),
                Err(IdentityError::Refused(_) | IdentityError::NoRole { .. }) => None,
                Err(other) => return Err(other),
            },
        };
        self.bearers.keep(token, person.clone(), now);
        Ok(person)
    }
}
