//! Where a server of the link protocol is.

use anyhow::{Result, bail};
use link_tcp::{ClientLimits, ClientSettings, ClientTls};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// A server that speaks the link protocol, as a client sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// `host:port`.
    pub address: String,
    /// The authorities that may vouch for it (PEM); required beyond this machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Our own certificate and key (PEM), where it asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_file: Option<PathBuf>,
    /// The key of that certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// Go beyond this machine without TLS: for a network that encrypts by itself.
    #[serde(default)]
    pub plaintext: bool,
    /// The sources that are taken from it; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sources: Option<Vec<String>>,
    /// Which of several it is: `lds-vq` for one of virtual queues (connection 15 instead of 8), `ixn-vq` for an Interaction
    /// Server of virtual queues (16 instead of 17).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// How long it may take to answer, and how long it may be silent.
    #[serde(default = "five_seconds", with = "humantime_serde")]
    pub patience: Duration,
}

const fn five_seconds() -> Duration {
    Duration::from_secs(5)
}

/// Whether a service is for virtual queues, by its name: `lds-vq`, `ixn-vq-1`.
pub(in crate::settings) fn is_vq(service: &str) -> bool {
    service.split('-').skip(1).any(|word| word == "vq")
}

impl Upstream {
    /// One on this machine.
    pub fn local(port: u16) -> Self {
        Self {
            address: format!("127.0.0.1:{port}"),
            ca_file: None,
            certificate_file: None,
            key_file: None,
            plaintext: false,
            sources: None,
            service: None,
            patience: five_seconds(),
        }
    }

    /// Whether it is one of virtual queues.
    pub fn is_vq(&self) -> bool {
        self.service.as_deref().is_some_and(is_vq)
    }

    /// Whether it listens on that port.
    pub fn is_at(&self, port: u16) -> bool {
        self.address.rsplit_once(':').is_some_and(|(_, own)| own.parse() == Ok(port))
    }

    /// How it is connected to.
    pub fn client(&self) -> Result<ClientSettings> {
        Ok(ClientSettings {
            address: self.address.clone(),
            tls: self.tls()?,
            limits: link_limits(self.patience),
        })
    }

    /// What protects the link.
    pub fn tls(&self) -> Result<Option<ClientTls>> {
        let identity = match (&self.certificate_file, &self.key_file) {
            (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
            (None, None) => None,
            _ => bail!("certificate_file and key_file of {} belong together: name both", self.address),
        };
        match &self.ca_file {
            Some(file) => Ok(Some(ClientTls { authority: file.clone(), server_name: None, identity })),
            None if self.plaintext || is_local(&self.address) => Ok(None),
            None => bail!(
                "{} is beyond this machine: name the ca_file of the authority that vouches for it, or say plaintext = true \
                 if the network encrypts by itself",
                self.address
            ),
        }
    }
}

/// The bounds of a link whose server may take so long.
pub fn link_limits(patience: Duration) -> ClientLimits {
    let usual = ClientLimits::default();
    ClientLimits {
        connect_within: patience,
        welcome_within: patience,
        silence_max: patience,
        retry_max: patience.clamp(usual.retry_min, usual.retry_max),
        ..usual
    }
}

pub(in crate::settings) fn is_local(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
