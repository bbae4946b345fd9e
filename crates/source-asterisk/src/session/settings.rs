//! How to reach a PBX.

use crate::options::{Options, Secret};
use crate::session::Gone;
use crate::steps::Resume;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of a session.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name or address.
    pub host: String,
    /// 5038 plain, 5039 TLS.
    pub port: u16,
    /// TLS, if wanted.
    pub tls: Option<Tls>,
    /// The adapter's own.
    pub options: Options,
    /// From where to go on after a restart of ours.
    pub resume: Option<Resume>,
    /// Seed of the jitter between attempts.
    pub seed: u64,
    /// Most bytes that wait for a slow receiver.
    pub buffer: usize,
    /// Least and most time between two attempts.
    pub backoff: (Duration, Duration),
    /// Deadline of connecting.
    pub connect_within: Duration,
    /// Deadline of each write.
    pub write_within: Duration,
}

/// How to know the PBX by TLS.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// The certificate authority (PEM) that signed the PBX's certificate.
    pub ca_file: Option<PathBuf>,
    /// The name in the certificate, if it is not the host.
    pub server_name: Option<String>,
    /// Take any certificate. Protects against nobody who can answer in the PBX's place.
    pub insecure: bool,
}

/// Why a session can't run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL is none of ours.
    #[error(
        "\"{url}\" is not a source: {cause}; write asterisk://user@host:5038 or asterisks://user@host:5039"
    )]
    Url {
        /// As given, without its secret.
        url: String,
        /// What is wrong.
        cause: &'static str,
    },
    /// Nothing to check the certificate with.
    #[error(
        "TLS needs the CA file that signed the PBX's certificate; name it, or accept any certificate explicitly"
    )]
    NoCa,
    /// The CA file can't be used.
    #[error("the CA file {path} can't be used: {cause}; give a PEM file with at least one certificate")]
    Ca {
        /// Which.
        path: String,
        /// Why.
        cause: String,
    },
    /// The receiver of the records is gone.
    #[error("nobody takes the records any more; the source stops")]
    Gone,
}

impl From<Gone> for Error {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl Settings {
    /// The defaults for a PBX.
    pub fn new(host: impl Into<String>, port: u16, options: Options) -> Self {
        Self {
            host: host.into(),
            port,
            tls: None,
            options,
            resume: None,
            seed: 0,
            buffer: 64 * 1024 * 1024,
            backoff: (Duration::from_millis(500), Duration::from_secs(30)),
            connect_within: Duration::from_secs(10),
            write_within: Duration::from_secs(5),
        }
    }

    /// Reads `asterisk://user[:secret]@host[:port]`, or `asterisks://` with TLS. The flag says that a secret stood in the
    /// URL, which deserves a warning: URLs end up in logs and process lists.
    ///
    /// # Errors
    /// [`Error::Url`] with what is wrong.
    pub fn from_url(url: &str, source: &str) -> Result<(Self, bool), Error> {
        let shown = || match (url.find("://"), url.rfind('@')) {
            (Some(scheme), Some(at)) if scheme < at => format!("{}..{}", &url[..scheme + 3], &url[at..]),
            _ => url.to_owned(),
        };
        let wrong = |cause| Error::Url { url: shown(), cause };
        let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("it has no scheme"))?;
        let (tls, port) = match scheme {
            "asterisk" => (None, 5038),
            "asterisks" => (Some(Tls::default()), 5039),
            _ => return Err(wrong("the scheme is unknown")),
        };
        let (user, address) = rest.rsplit_once('@').ok_or_else(|| wrong("it names no user"))?;
        let (user, secret) = user.split_once(':').map_or((user, None), |(u, s)| (u, Some(s)));
        let address = address.trim_end_matches('/');
        let (host, port) = match address.rsplit_once(':') {
            Some((host, number)) if !number.contains(']') => {
                (host, number.parse().map_err(|_| wrong("the port is no number below 65536"))?)
            }
            _ => (address, port),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if user.is_empty() || host.is_empty() {
            return Err(wrong("user or host is empty"));
        }
        let mut options = Options::new(source);
        options.username = user.to_owned();
        options.secret = Secret::new(secret.unwrap_or_default());
        Ok((Self { tls, ..Self::new(host, port, options) }, secret.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_user_host_port_and_tls() {
        let (s, open) = Settings::from_url("asterisk://pulse@pbx.example:15038", "a").unwrap();
        assert_eq!(
            (s.host.as_str(), s.port, s.options.username.as_str(), open),
            ("pbx.example", 15038, "pulse", false)
        );
        let (s, open) = Settings::from_url("asterisks://pulse:s3cr@t@[::1]", "a").unwrap();
        assert_eq!((s.host.as_str(), s.port, s.tls.is_some(), open), ("::1", 5039, true, true));
        assert_eq!(s.options.secret.reveal(), "s3cr@t");
    }

    #[test]
    fn a_wrong_url_is_refused_with_cause_and_cure_but_without_its_secret() {
        for url in ["pbx", "sip://a@b", "asterisk://host", "asterisk://u:hunter2@h:x", "asterisk://@h"] {
            let error = Settings::from_url(url, "a").unwrap_err().to_string();
            assert!(
                error.contains("write asterisk://user@host:5038") && !error.contains("hunter2"),
                "{error}"
            );
        }
    }
}
