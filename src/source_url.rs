//! Where events come from, as a URL: `asterisk://user@host:5038`, `asterisks://...` (TLS), `pulse://host:8000`,
//! `pulses://host:8000?ca=FILE` (TLS; `&certificate=FILE&key=FILE` where the server asks for ours), `tenant://host:8888`, `tenants://host:8888?ca=FILE` (TLS), `file:PATH`
//! (contracts, part 6).

use crate::settings::Secret;
use anyhow::{Context, Result, anyhow, bail};
use link_tcp::{ClientLimits, ClientSettings, ClientTls};
use std::fmt;
use std::path::PathBuf;
use url::Url;

/// One event source.
#[derive(Clone, Debug)]
pub struct SourceUrl {
    /// How it is spoken to.
    pub kind: Kind,
    /// Where it is; empty for files.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The name of its records: from `?name=`, else made from the host.
    pub name: String,
    /// Our certificate and its key, from `?certificate=` and `?key=`, for a server that asks who calls.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// A secret that stood in the URL.
    pub secret: Option<Secret>,
}

/// The protocols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// AMI.
    Asterisk {
        /// The manager user.
        user: String,
        /// Over TLS.
        tls: bool,
        /// A CA file for TLS, from `?ca=`.
        ca: Option<PathBuf>,
    },
    /// The link protocol: an LDS, or a SIP Server.
    Pulse {
        /// The CA file for TLS, from `?ca=`; plain TCP without TLS.
        ca: Option<PathBuf>,
    },
    /// A Tenant Service: the configuration and its changes.
    Tenant {
        /// The CA file for TLS, from `?ca=`; plain TCP without TLS.
        ca: Option<PathBuf>,
    },
    /// A file of records, one JSON map a line.
    File(PathBuf),
}

impl SourceUrl {
    /// Reads a URL. Errors say what is wrong with it and show one that is right.
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("file:") {
            let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
            let name =
                path.file_stem().map_or_else(|| "file".into(), |stem| stem.to_string_lossy().into_owned());
            let kind = Kind::File(path);
            return Ok(Self { kind, host: String::new(), port: 0, name, identity: None, secret: None });
        }
        let example = "asterisk://user@host:5038, asterisks://user@host:5039, pulse://host:8000, tenant://host:8888 or file:PATH";
        let url = Url::parse(text)
            .with_context(|| format!("source `{}` is no URL: write {example}", hide(text)))?;
        let host = url
            .host_str()
            .ok_or_else(|| anyhow!("source `{}` names no host: write {example}", hide(text)))?;
        let query =
            |key: &str| url.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.into_owned());
        let known = ["name", "ca", "certificate", "key"];
        if let Some((unknown, _)) = url.query_pairs().find(|(name, _)| !known.contains(&name.as_ref())) {
            bail!(
                "source `{}`: the part `{unknown}` is not known; known are {}",
                hide(text),
                known.join(", ")
            );
        }
        let (kind, port) = match url.scheme() {
            scheme @ ("asterisk" | "asterisks") => {
                if url.username().is_empty() {
                    bail!("source `{}` names no user: write asterisk://user@host:5038", hide(text));
                }
                let tls = scheme == "asterisks";
                let user = decoded(url.username());
                (
                    Kind::Asterisk { user, tls, ca: query("ca").map(PathBuf::from) },
                    if tls { 5039 } else { 5038 },
                )
            }
            "pulse" => (Kind::Pulse { ca: None }, 8000),
            "tenant" => (Kind::Tenant { ca: None }, 8888),
            scheme @ ("pulses" | "tenants") => {
                let ca = query("ca").map(PathBuf::from).ok_or_else(|| {
                    anyhow!("source `{}` names no authority: write {scheme}://host?ca=FILE", hide(text))
                })?;
                match scheme {
                    "pulses" => (Kind::Pulse { ca: Some(ca) }, 8000),
                    _ => (Kind::Tenant { ca: Some(ca) }, 8888),
                }
            }
            other => bail!("source `{}`: the protocol `{other}` is not known: write {example}", hide(text)),
        };
        let name = query("name").unwrap_or_else(|| match kind {
            // Its records tell of the tenant, wherever it lives.
            Kind::Tenant { .. } => "tenant".to_owned(),
            _ => name_of(host),
        });
        let identity = match (query("certificate"), query("key")) {
            (Some(certificate), Some(key)) if matches!(url.scheme(), "pulses" | "tenants") => {
                Some((certificate.into(), key.into()))
            }
            (None, None) => None,
            _ => bail!(
                "source `{}`: a certificate and its key go together, over TLS: write pulses://host?ca=FILE&certificate=FILE&key=FILE",
                hide(text)
            ),
        };
        let secret = url.password().map(|password| Secret::new(decoded(password)));
        Ok(Self { kind, host: host.to_owned(), port: url.port().unwrap_or(port), name, identity, secret })
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// How a server of the link protocol there is connected to.
    pub fn client(&self, limits: ClientLimits) -> ClientSettings {
        let ca = match &self.kind {
            Kind::Pulse { ca } | Kind::Tenant { ca } => ca.clone(),
            Kind::Asterisk { .. } | Kind::File(_) => None,
        };
        let tls =
            ca.map(|authority| ClientTls { authority, server_name: None, identity: self.identity.clone() });
        ClientSettings { address: self.address(), tls, limits }
    }

    /// The secret to use: one in the URL is taken with a warning, else the one that was handed in.
    pub fn secret(&self, handed_in: Option<&Secret>) -> Option<Secret> {
        if self.secret.is_some() {
            eprintln!(
                "pulse: warning: the secret of {self} stands in its URL, where others can read it; use --secret-file or PULSE_SOURCE_SECRET"
            );
        }
        self.secret.clone().or_else(|| handed_in.cloned())
    }
}

impl fmt::Display for SourceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Asterisk { user, tls, .. } => {
                write!(f, "asterisk{}://{user}@{}", if *tls { "s" } else { "" }, self.address())
            }
            Kind::Pulse { ca } => {
                write!(f, "pulse{}://{}", if ca.is_some() { "s" } else { "" }, self.address())
            }
            Kind::Tenant { ca } => {
                write!(f, "tenant{}://{}", if ca.is_some() { "s" } else { "" }, self.address())
            }
            Kind::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

/// The first label of a host name, or the whole address.
fn name_of(host: &str) -> String {
    let is_address = host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok();
    if is_address { host.to_owned() } else { host.split('.').next().unwrap_or(host).to_owned() }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The URL without what may be a secret.
fn hide(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            let user = text[scheme + 3..at].split(':').next().unwrap_or_default();
            format!("{}{user}{}", &text[..scheme + 3], &text[at..])
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_source_reads_as_it_is_written() {
        for (text, shown, name) in [
            ("asterisk://pulse@pbx1.example.org", "asterisk://pulse@pbx1.example.org:5038", "pbx1"),
            ("asterisks://pulse@127.0.0.1:15001?name=sw", "asterisks://pulse@127.0.0.1:15001", "sw"),
            ("pulse://lds-0", "pulse://lds-0:8000", "lds-0"),
            ("pulses://sip.example.org?ca=ca.pem", "pulses://sip.example.org:8000", "sip"),
            ("tenant://config.example.org", "tenant://config.example.org:8888", "tenant"),
            ("tenants://10.0.0.1:9?ca=ca.pem", "tenants://10.0.0.1:9", "tenant"),
            ("file:events.jsonl", "file:events.jsonl", "events"),
        ] {
            let url = SourceUrl::parse(text).unwrap();
            assert_eq!((url.to_string().as_str(), url.name.as_str()), (shown, name));
        }
    }

    #[test]
    fn whoever_is_asked_for_a_certificate_can_show_one() {
        let url = SourceUrl::parse("pulses://lds-0:8000?ca=ca.pem&certificate=own.pem&key=own.key").unwrap();
        let tls = url.client(ClientLimits::default()).tls.unwrap();
        assert_eq!(tls.identity, Some(("own.pem".into(), "own.key".into())));
    }

    #[test]
    fn a_wrong_one_is_refused_with_a_right_one_and_without_its_secret() {
        for (text, says) in [
            ("pbx1:5038", "names no host"),
            ("asterisk://pbx1", "names no user"),
            ("tenants://config", "names no authority"),
            ("pulses://sip?ca=ca.pem&key=own.key", "go together"),
            ("pulse://sip?certificate=own.pem&key=own.key", "over TLS"),
            ("pulses://sip", "names no authority"),
            ("mysql://user:hunter2@pbx1", "mysql"),
            ("asterisk://user:hunter2@pbx1?colour=red", "colour"),
        ] {
            let error = format!("{:#}", SourceUrl::parse(text).unwrap_err());
            assert!(error.contains(says) && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_secret_in_the_url_is_taken_but_never_shown() {
        let url = SourceUrl::parse("asterisk://u:p%40ss@h").unwrap();
        assert_eq!(url.secret.as_ref().unwrap().reveal(), "p@ss");
        assert!(!format!("{url:?} {url}").contains("p@ss"));
    }
}
