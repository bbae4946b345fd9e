//! TLS of links, from PEM files.

use crate::LinkError;
use std::path::PathBuf;
use tls::{Acceptor, Authorities, ClientFiles, ServerFiles};

/// How a server proves who it is, and whether it asks clients to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerTls {
    /// Its certificate, followed by those between it and the authority (PEM).
    pub certificate: PathBuf,
    /// The certificate's key (PEM).
    pub key: PathBuf,
    /// Only clients with a certificate of these authorities are let in (PEM).
    pub client_authority: Option<PathBuf>,
}

/// Which servers a client trusts, and how it proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientTls {
    /// The authorities that may vouch for the server (PEM).
    pub authority: PathBuf,
    /// The name that the server's certificate must have, if not the host of its address.
    pub server_name: Option<String>,
    /// The client's own certificate and key (PEM), where the server asks for one.
    pub identity: Option<(PathBuf, PathBuf)>,
}

impl ServerTls {
    /// Reads the files; they are followed from then on.
    pub(crate) fn acceptor(&self) -> Result<Acceptor, LinkError> {
        let Self { certificate, key, client_authority } = self.clone();
        Ok(Acceptor::open(ServerFiles { certificate, key, client_authority })?)
    }
}

impl ClientTls {
    pub(crate) fn files(&self) -> ClientFiles {
        let authorities = Authorities::File(self.authority.clone());
        ClientFiles { authorities, identity: self.identity.clone() }
    }

    /// The name to look for in the certificate of the server at `address`.
    pub(crate) fn name(&self, address: &str) -> String {
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host).trim_matches(['[', ']']);
        self.server_name.as_deref().unwrap_or(host).to_owned()
    }
}
