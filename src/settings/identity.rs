//! Settings of the services that know people and configuration.

use anyhow::{Context, Result, bail};
use identity::{Credential, Directory, Http, Mapping, Oidc, OidcSettings, ROLES, SecretSource, ServiceToken};
use model::time::Micros;
use runtime::Clock;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// An authorization service (OpenID Connect).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The issuer's address, as it writes itself into tokens.
    pub issuer: String,
    /// How the service knows us.
    pub client_id: String,
    /// The file that holds our secret there; read whenever it is needed.
    pub client_secret_file: PathBuf,
    /// What is asked for besides `openid`.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// What the button of the sign-in page calls it.
    #[serde(default = "label")]
    pub label: String,
    /// The claim that names the user, as access lists do.
    #[serde(default = "user_claim")]
    pub user_claim: String,
    /// The claim that lists what somebody may do; dots go into objects: `realm_access.roles`.
    #[serde(default = "roles_claim")]
    pub roles_claim: String,
    /// For each role of Pulse the values that give it.
    #[serde(default)]
    pub roles: BTreeMap<String, Vec<String>>,
    /// The claim that must name the tenant, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_claim: Option<String>,
    /// The authorities that may vouch for it (PEM); well-known ones if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Speak without TLS beyond this machine: for a network that encrypts by itself.
    #[serde(default)]
    pub plaintext: bool,
    /// How long what it told of an access token holds: a token that is taken back works so long.
    #[serde(default = "token_holds", with = "humantime_serde")]
    pub token_holds: Duration,
    /// How long any question may take.
    #[serde(default = "patience", with = "humantime_serde")]
    pub patience: Duration,
}

/// A configuration service over HTTP.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Its address; `/configuration/v3/objects` lies below.
    pub url: String,
    /// The file of a token; without one, a token of the authorization service is used (client credentials).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// What a token of the authorization service is asked for.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The authorities that may vouch for it (PEM); well-known ones if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Speak without TLS beyond this machine: for a network that encrypts by itself.
    #[serde(default)]
    pub plaintext: bool,
    /// How often it is asked whether anything changed.
    #[serde(default = "check_every", with = "humantime_serde")]
    pub check_every: Duration,
    /// How long any question may take.
    #[serde(default = "patience", with = "humantime_serde")]
    pub patience: Duration,
}

fn scopes() -> Vec<String> {
    vec!["profile".into()]
}

fn label() -> String {
    "single sign-on".into()
}

fn user_claim() -> String {
    "sub".into()
}

fn roles_claim() -> String {
    "roles".into()
}

fn token_holds() -> Duration {
    Duration::from_secs(30)
}

fn patience() -> Duration {
    Duration::from_secs(5)
}

fn check_every() -> Duration {
    Duration::from_secs(15)
}

/// A secret that is read whenever it is needed.
fn source(file: &Path) -> Result<SecretSource> {
    super::Secret::of_file(file)?;
    let file = file.to_owned();
    Ok(Arc::new(move || {
        let text = std::fs::read_to_string(&file)?;
        Ok(text.trim_end_matches(['\r', '\n']).to_owned())
    }))
}

/// Refuses addresses at which secrets would travel in the clear.
fn safe(key: &str, address: &str, plaintext: bool) -> Result<()> {
    if address.starts_with("https://") {
        return Ok(());
    }
    let Some(rest) = address.strip_prefix("http://") else {
        bail!("{key} = \"{address}\" must begin with https:// (or http:// on this machine)");
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let with_port =
        if authority.rsplit_once(':').is_some() { authority.to_owned() } else { format!("{authority}:80") };
    if plaintext || super::parts::is_local(&with_port) {
        return Ok(());
    }
    bail!(
        "{key} = \"{address}\" would carry secrets in the clear: use https://, or say plaintext = true there if the network \
         encrypts by itself"
    )
}

impl Identity {
    /// A client of the service, for that tenant.
    pub fn open(&self, tenant: &str, clock: Clock) -> Result<Oidc> {
        safe("issuer", &self.issuer, self.plaintext)?;
        if let Some(role) = self.roles.keys().find(|role| !ROLES.contains(&role.as_str())) {
            bail!("[identity.roles] names the role '{role}', but Pulse has {}", ROLES.join(", "));
        }
        let http = Http::new(self.ca_file.as_deref(), self.patience).context("ca_file under [identity]")?;
        let settings = OidcSettings {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: source(&self.client_secret_file).context("client_secret_file under [identity]")?,
            scopes: self.scopes.clone(),
            label: self.label.as_str().into(),
            mapping: Mapping {
                user_claim: self.user_claim.clone(),
                roles_claim: self.roles_claim.clone(),
                roles: self.roles.clone(),
                tenant_claim: self.tenant_claim.clone(),
                tenant: tenant.into(),
            },
            bearer_holds: Micros(i64::try_from(self.token_holds.as_micros()).unwrap_or(i64::MAX)),
        };
        Ok(Oidc::new(settings, http, clock))
    }
}

impl Configuration {
    /// A client of the service; `identity` gives tokens where there is no file of one.
    pub fn open(&self, identity: Option<&Identity>) -> Result<Directory> {
        safe("url", &self.url, self.plaintext)?;
        let http =
            Http::new(self.ca_file.as_deref(), self.patience).context("ca_file under [configuration]")?;
        let credential = match (&self.token_file, identity) {
            (Some(file), _) => Credential::Given(source(file).context("token_file under [configuration]")?),
            (None, Some(identity)) => Credential::Service(Arc::new(ServiceToken::new(
                identity.issuer.clone(),
                identity.client_id.clone(),
                source(&identity.client_secret_file)?,
                self.scopes.clone(),
                Http::new(identity.ca_file.as_deref(), identity.patience)
                    .context("ca_file under [identity]")?,
            ))),
            (None, None) => {
                bail!("[configuration] needs a token: name token_file there, or describe [identity]")
            }
        };
        Ok(Directory::new(&self.url, credential, http))
    }
}
