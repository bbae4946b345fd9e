//! Settings of `pulse tenant`.

use super::load;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Settings of the Tenant Service; see config/tenant-service.toml.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenantService {
    /// The configuration: a tenant.toml, or a directory of CSV tables.
    pub configuration: PathBuf,
    /// What was discovered (`pulse tail --tenant-out`): objects that the configuration does not have are added.
    pub discovered: Vec<PathBuf>,
    /// Where the revision is kept.
    pub data: PathBuf,
    /// Where LDS, DCU and permissions come in.
    pub listen: SocketAddr,
    /// Where the configuration is read over HTTP.
    pub http: SocketAddr,
    /// Metrics, probes.
    pub metrics: SocketAddr,
    /// The file that holds the secret of clients; none is asked for without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// The file that holds the bearer token of HTTP; HTTP is off without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_token_file: Option<PathBuf>,
    /// TLS of `listen`: the certificate, with its chain (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_certificate: Option<PathBuf>,
    /// Its key (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_key: Option<PathBuf>,
    /// Only clients with a certificate of these authorities are let in (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_authority: Option<PathBuf>,
    /// How often the files are looked at; what is new must look the same twice.
    #[serde(with = "humantime_serde")]
    pub check_every: Duration,
    /// Changes that are kept for clients who were away.
    pub changes_kept: usize,
    /// How long clients may take to go after Ctrl-C.
    #[serde(with = "humantime_serde")]
    pub drain: Duration,
    /// `human` or `json`.
    pub log: String,
}

impl Default for TenantService {
    fn default() -> Self {
        Self {
            configuration: "tenant.toml".into(),
            discovered: Vec::new(),
            data: "tenant-data".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8888)),
            http: SocketAddr::from(([127, 0, 0, 1], 8889)),
            metrics: SocketAddr::from(([127, 0, 0, 1], 9092)),
            token_file: None,
            http_token_file: None,
            tls_certificate: None,
            tls_key: None,
            tls_client_authority: None,
            check_every: Duration::from_millis(500),
            changes_kept: 10_000,
            drain: Duration::from_secs(5),
            log: "human".into(),
        }
    }
}

impl TenantService {
    /// Reads the file, if one is named, and the environment.
    ///
    /// # Errors
    /// A key that is not known or a value that can't be read, by name; half of a TLS identity.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        let settings: Self = load(file)?;
        let tls = (&settings.tls_certificate, &settings.tls_key);
        (settings.tls_certificate.is_some() == settings.tls_key.is_some()).then_some(()).with_context(
            || format!("tls_certificate and tls_key belong together: name both or none, not {tls:?}"),
        )?;
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn load_text(text: &str) -> Result<TenantService> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        TenantService::load(Some(file.path()))
    }

    #[test]
    fn the_shipped_file_says_the_defaults() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/tenant-service.toml");
        let text = std::fs::read_to_string(&shipped).unwrap();
        assert!(text.lines().filter(|line| line.starts_with("#= ")).count() > 8);
        let uncommented: String =
            text.lines().map(|line| line.strip_prefix("#= ").unwrap_or(line)).collect::<Vec<_>>().join("\n");
        let read = load_text(&uncommented).unwrap();
        assert_eq!(format!("{read:?}"), format!("{:?}", TenantService::default()));
    }

    #[test]
    fn a_typo_and_half_an_identity_are_refused_by_name() {
        for (text, word) in
            [("lissten = '127.0.0.1:1'", "lissten"), ("tls_key = 'key.pem'", "tls_certificate")]
        {
            let error = format!("{:#}", load_text(text).unwrap_err());
            assert!(error.contains(word), "{error}");
        }
    }
}
