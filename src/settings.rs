//! Settings: one TOML file, then the environment (`PULSE_<KEY>`), then the command line. Unknown keys are refused.
//!
//! The only place that knows files of settings and the environment.

pub mod postgres;
pub mod tenant;

mod dcu;
mod identity;
mod lds;
#[cfg(test)]
mod manifests;
mod parts;
mod permissions;
mod simulator;
mod token;
mod web;

pub use dcu::{Dcu, Inbound};
pub use identity::{Configuration, Identity};
pub use lds::Lds;
pub use parts::{Postgres, Redis, Serving, Upstream, link_limits, secret};
pub use permissions::Permissions;
pub use simulator::Simulator;
pub use token::token;
pub use web::Web;

use access::WithoutLists;
use anyhow::{Context, Result, bail};
use door_cloudevents::{EventSource, Tls};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Settings of `pulse standalone`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standalone {
    /// Where everything that must last is kept.
    pub data: PathBuf,
    /// Where people's browsers come in.
    pub listen: SocketAddr,
    /// Origins whose pages boards may show in a frame, as `https://host:port`.
    pub frame_origins: Vec<String>,
    /// Metrics, probes.
    pub metrics: SocketAddr,
    /// Event sources as URLs; the demo contact centre if empty.
    pub sources: Vec<String>,
    /// The tenant's configuration; everything is discovered without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<PathBuf>,
    /// The file that holds the secret of a tenant service among the sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_token_file: Option<PathBuf>,
    /// IANA name of the zone in which days begin, when no tenant file says it.
    pub time_zone: String,
    /// The file that holds the sources' secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// Where events come in over HTTP; nowhere if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_listen: Option<SocketAddr>,
    /// The file of the tokens that senders of events must know, one a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_token_file: Option<PathBuf>,
    /// Whose events come in over HTTP.
    pub events_sources: Vec<EventSource>,
    /// The certificate (PEM) with which events come in over TLS; plain HTTP without.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_certificate: Option<PathBuf>,
    /// Its key (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_key: Option<PathBuf>,
    /// How long the journal keeps records.
    #[serde(with = "humantime_serde")]
    pub journal_age_max: Duration,
    /// How large the journal may grow, in bytes, for each source.
    pub journal_bytes_max: u64,
    /// How long past values are kept for lines.
    #[serde(with = "humantime_serde")]
    pub history_age_max: Duration,
    /// How often a checkpoint is written.
    #[serde(with = "humantime_serde")]
    pub checkpoint_every: Duration,
    /// What holds where the configuration has no access list: `everything` or `deny`.
    pub without_access_lists: WithoutLists,
    /// How long the roles may take to finish after Ctrl-C.
    #[serde(with = "humantime_serde")]
    pub drain: Duration,
    /// `human` or `json`.
    pub log: String,
}

impl Default for Standalone {
    fn default() -> Self {
        Self {
            data: "data".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            frame_origins: Vec::new(),
            metrics: SocketAddr::from(([127, 0, 0, 1], 9091)),
            sources: Vec::new(),
            tenant: None,
            tenant_token_file: None,
            time_zone: "UTC".into(),
            secret_file: None,
            events_listen: None,
            events_token_file: None,
            events_sources: Vec::new(),
            events_certificate: None,
            events_key: None,
            journal_age_max: Duration::from_secs(48 * 3600),
            journal_bytes_max: 10 * (1 << 30),
            history_age_max: Duration::from_secs(35 * 24 * 3600),
            checkpoint_every: Duration::from_secs(5),
            without_access_lists: WithoutLists::Everything,
            drain: Duration::from_secs(10),
            log: "human".into(),
        }
    }
}

impl Standalone {
    /// Reads the file, if one is named, and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        load(file)
    }

    /// The events door, if there is one.
    pub fn events(&self) -> Result<Option<Events>> {
        let tls = (self.events_certificate.as_deref(), self.events_key.as_deref());
        let token_file = self.events_token_file.as_deref();
        Events::of_keys(self.events_listen, token_file, &self.events_sources, tls, self.journal_age_max)
    }
}

/// Settings of the events door, as `events_...` in the file of a role.
#[derive(Clone, Debug)]
pub struct Events {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The file of its tokens.
    pub token_file: PathBuf,
    /// Its sources.
    pub sources: Vec<EventSource>,
    /// Its certificate.
    pub tls: Option<Tls>,
}

impl Events {
    /// The door that a role's keys describe, if they do.
    fn of_keys(
        listen: Option<SocketAddr>,
        token_file: Option<&Path>,
        sources: &[EventSource],
        tls: (Option<&Path>, Option<&Path>),
        journal_age_max: Duration,
    ) -> Result<Option<Self>> {
        let Some(listen) = listen else {
            if !sources.is_empty() {
                bail!("events_sources has no door: set events_listen, for instance \"127.0.0.1:8180\"");
            }
            return Ok(None);
        };
        let Some(token_file) = token_file else {
            bail!("events_listen needs events_token_file: name a file with a token that senders must know");
        };
        let tls = match tls {
            (None, None) => None,
            (Some(certificate), Some(key)) => {
                Some(Tls { certificate: certificate.to_owned(), key: key.to_owned() })
            }
            _ => bail!("events_certificate and events_key belong together: set both, or none"),
        };
        if journal_age_max < Duration::from_secs(24 * 3600) {
            tracing::warn!(
                "journal_age_max is less than 24h: a restart knows repeated events of that time only"
            );
        }
        Ok(Some(Self { listen, token_file: token_file.to_owned(), sources: sources.to_vec(), tls }))
    }
}

/// Defaults, then the file, then `PULSE_...`; the error names the key and where it stands.
pub(crate) fn load<'a, S: Serialize + Deserialize<'a> + Default>(file: Option<&Path>) -> Result<S> {
    let mut figment = Figment::from(Serialized::defaults(S::default()));
    if let Some(file) = file {
        if !file.is_file() {
            bail!("settings file {} was not found: name an existing one with --settings", file.display());
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    // Some variables are secrets or belong to tests: they are not settings.
    let environment = Env::prefixed("PULSE_").ignore(&[
        "source_secret",
        "test_servers",
        "failpoint",
        "live_long",
        "log_filter",
    ]);
    figment
        .merge(environment.split("__"))
        .extract()
        .context("settings are not valid: correct the key that is named")
}

/// A secret: never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The secret of the sources: from a file, else from `PULSE_SOURCE_SECRET`.
    pub fn of_sources(file: Option<&Path>) -> Result<Option<Self>> {
        if let Some(file) = file {
            return Self::of_file(file).map(Some);
        }
        #[expect(clippy::disallowed_methods, reason = "settings are read here")]
        let from_environment = std::env::var("PULSE_SOURCE_SECRET").ok();
        Ok(from_environment.filter(|secret| !secret.is_empty()).map(Self))
    }

    /// The secret in a file; the end of its line does not belong to it.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn of_file(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| {
            format!("secret file {} can't be read: check its path and rights", file.display())
        })?;
        Ok(Self(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// A secret that came by another way.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The first of several secrets, one a line: the one that a client shows.
    pub fn first_line(&self) -> &str {
        self.0.lines().next().unwrap_or_default()
    }

    /// The secret itself, for the one who needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn a_typo_is_refused_by_name() {
        let file = file("dataa = 'x'");
        let error = format!("{:#}", Standalone::load(Some(file.path())).unwrap_err());
        assert!(error.contains("dataa"), "{error}");
    }

    /// What a shipped file says when all that is commented out is set.
    fn shipped<'a, S: Serialize + Deserialize<'a> + Default + std::fmt::Debug>(
        name: &str,
    ) -> (String, String) {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config").join(name);
        let text = std::fs::read_to_string(&shipped).unwrap();
        let lines: Vec<_> = text.lines().map(|line| line.strip_prefix("#= ").unwrap_or(line)).collect();
        let file = file(&lines.join("\n"));
        let read: S = load(Some(file.path())).unwrap();
        (format!("{read:?}"), format!("{:?}", S::default()))
    }

    #[test]
    fn the_shipped_files_say_the_defaults() {
        for (said, default) in [
            shipped::<Standalone>("standalone.toml"),
            shipped::<Lds>("lds.toml"),
            shipped::<Dcu>("dcu.toml"),
            shipped::<Web>("web.toml"),
            shipped::<Simulator>("simulator.toml"),
            shipped::<Permissions>("permissions.toml"),
        ] {
            assert_eq!(said, default);
        }
    }

    #[test]
    fn an_events_door_needs_a_token_and_sources_need_a_door() {
        let read = |text: &str| Standalone::load(Some(file(text).path())).unwrap().events();
        let source = "events_sources = [{ name = 'chat1', switch = 'chat' }]\n";
        let listen = "events_listen = '127.0.0.1:8180'\n";
        assert!(read("").unwrap().is_none());
        assert!(format!("{:#}", read(source).unwrap_err()).contains("set events_listen"));
        assert!(
            format!("{:#}", read(&(listen.to_owned() + source)).unwrap_err()).contains("events_token_file")
        );
        let whole = format!("{listen}{source}events_token_file = 'tokens'\n");
        assert_eq!(read(&whole).unwrap().unwrap().sources[0].switch, "chat");
        assert!(
            format!("{:#}", read(&(whole + "events_key = 'k'")).unwrap_err()).contains("belong together")
        );
    }

    #[test]
    fn a_secret_is_never_printed() {
        let file = file("hunter2\n");
        let secret = Secret::of_sources(Some(file.path())).unwrap().unwrap();
        assert_eq!((secret.reveal(), format!("{secret:?}").as_str()), ("hunter2", "Secret(..)"));
    }
}
