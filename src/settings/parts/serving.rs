//! How a server of ours is protected.

use anyhow::{Result, bail};
use link_tcp::ServerTls;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;

/// How this process proves who it is, and whom it lets in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Serving {
    /// The certificate chain, the own one first (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_file: Option<PathBuf>,
    /// Its key (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// Only clients with a certificate of these authorities are let in (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ca_file: Option<PathBuf>,
    /// Serve beyond this machine without TLS: for a network that encrypts by itself.
    pub plaintext: bool,
}

impl Serving {
    /// Whether anything is said.
    pub fn is_set(&self) -> bool {
        self.certificate_file.is_some() || self.key_file.is_some() || self.plaintext
    }

    /// What protects a server on `addr`; nothing only on this machine, or where that was asked for.
    pub fn tls(&self, addr: SocketAddr) -> Result<Option<ServerTls>> {
        match (&self.certificate_file, &self.key_file) {
            (Some(certificate), Some(key)) => Ok(Some(ServerTls {
                certificate: certificate.clone(),
                key: key.clone(),
                client_authority: self.client_ca_file.clone(),
            })),
            (None, None) if addr.ip().is_loopback() || self.plaintext => Ok(None),
            (None, None) => bail!(
                "listen = \"{addr}\" is open beyond this machine: name certificate_file and key_file under [tls], or say \
                 plaintext = true there if the network encrypts by itself"
            ),
            _ => bail!("certificate_file and key_file under [tls] belong together: name both"),
        }
    }
}
