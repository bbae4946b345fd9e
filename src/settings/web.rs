//! Settings of `pulse web`.

use super::parts::{Postgres, Redis, Serving, Webhooks};
use super::{Configuration, Identity, load};
use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Settings of `pulse web`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// Where people's browsers come in.
    pub listen: SocketAddr,
    /// Metrics and probes.
    pub metrics: SocketAddr,
    /// Whose centre.
    pub tenant: String,
    /// IANA name of the zone that the pages show.
    pub time_zone: String,
    /// Beyond this machine, pages are served by TLS, or behind a proxy that does it.
    pub tls: Serving,
    /// A proxy before us does TLS.
    pub behind_proxy: bool,
    /// Addresses and networks of proxies whose `X-Forwarded-For` and `-Proto` are believed, with `behind_proxy`.
    pub trusted_proxies: Vec<String>,
    /// Origins besides our own that may open streams and change things, as `https://host:port`.
    pub allowed_origins: Vec<String>,
    /// Where browsers find us, as `https://pulse.example.org`; needed with `[identity]`, which sends them back there, and
    /// tried by `pulse check`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// The authorities that may vouch for the certificate there (PEM); those of the machine if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_ca_file: Option<PathBuf>,
    /// People have accounts and passwords here. Without `[identity]` there is no other way in.
    pub local_accounts: bool,
    /// Origins whose pages boards may show in a frame, as `https://host:port`.
    pub frame_origins: Vec<String>,
    /// The file that holds the password of the user `admin` at the very first start; invented and printed if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_password_file: Option<PathBuf>,
    /// The authorization service by which people sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// The service that tells which objects there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Configuration>,
    /// Grants that the permissions role has not confirmed for so long show nothing any more.
    #[serde(with = "humantime_serde")]
    pub grants_age_max: Duration,
    /// Links of people who sign in by the authorization service lead nowhere when they have not signed in for so long.
    #[serde(with = "humantime_serde")]
    pub people_age_max: Duration,
    /// How long entries of the audit trail are kept.
    #[serde(with = "humantime_serde")]
    pub audit_age_max: Duration,
    /// Where alerts may be told to other systems.
    pub webhooks: Webhooks,
    /// Where values and grants come from.
    pub redis: Redis,
    /// Where users, boards and past values are.
    pub postgres: Postgres,
    /// How long it may take to finish after SIGTERM.
    #[serde(with = "humantime_serde")]
    pub drain: Duration,
    /// `human` or `json`.
    pub log: String,
    /// The file of the tokens, one a line, with which the log's filter is changed from another machine; only from this one
    /// if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_token_file: Option<PathBuf>,
}

impl Default for Web {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics: SocketAddr::from(([127, 0, 0, 1], 8090)),
            tenant: "default".into(),
            time_zone: "UTC".into(),
            tls: Serving::default(),
            behind_proxy: false,
            trusted_proxies: vec!["127.0.0.0/8".into(), "::1/128".into()],
            allowed_origins: Vec::new(),
            public_url: None,
            public_ca_file: None,
            local_accounts: false,
            frame_origins: Vec::new(),
            first_password_file: None,
            identity: None,
            configuration: None,
            grants_age_max: Duration::from_secs(600),
            people_age_max: Duration::from_secs(90 * 86_400),
            audit_age_max: Duration::from_secs(400 * 86_400),
            webhooks: Webhooks::default(),
            redis: Redis::default(),
            postgres: Postgres { user: "pulse-web".into(), ..Postgres::default() },
            drain: Duration::from_secs(10),
            log: "json".into(),
            log_token_file: None,
        }
    }
}

impl Web {
    /// Reads the file, if one is named, and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        load(file)
    }

    /// These settings, if somebody could sign in by them.
    ///
    /// # Errors
    /// Names what is missing.
    pub fn checked(self) -> Result<Self> {
        if self.identity.is_none() && !self.local_accounts {
            bail!(
                "nobody could sign in: describe an authorization service under [identity], or set local_accounts = true"
            );
        }
        if self.identity.is_some() && self.public_url.is_none() {
            bail!(
                "[identity] needs public_url, the address to which it sends browsers back: \"https://pulse.example.org\""
            );
        }
        Ok(self)
    }

    /// Whose word on the caller is believed.
    ///
    /// # Errors
    /// Names what is no address.
    pub fn proxies(&self) -> Result<web::Proxies> {
        let trusted = self.trusted_proxies.iter().map(String::as_str).filter(|_| self.behind_proxy);
        web::Proxies::parse(trusted).map_err(|cause| anyhow::anyhow!("trusted_proxies: {cause}"))
    }
}
