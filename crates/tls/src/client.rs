//! A client's side: read anew for each connection.

use crate::{Authorities, TlsError, pem, provider, setup};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// Which servers a client trusts, and how it proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientFiles {
    /// Who may vouch for the server.
    pub authorities: Authorities,
    /// The client's own certificate and key (PEM), where the server asks for one.
    pub identity: Option<(PathBuf, PathBuf)>,
}

impl ClientFiles {
    /// The client's side, as the files are now.
    ///
    /// # Errors
    /// A file that can't be used.
    pub fn config(&self) -> Result<ClientConfig, TlsError> {
        let builder = ClientConfig::builder_with_provider(provider());
        let builder = builder.with_safe_default_protocol_versions().map_err(setup)?;
        let builder = builder.with_root_certificates(self.authorities.read()?);
        match &self.identity {
            None => Ok(builder.with_no_client_auth()),
            Some((certificate, key)) => {
                builder.with_client_auth_cert(pem::certificates(certificate)?, pem::key(key)?).map_err(setup)
            }
        }
    }

    /// The same, ready to connect to a server of this name.
    ///
    /// # Errors
    /// A file that can't be used; a name that can't be one.
    pub fn connector(&self, name: &str) -> Result<(TlsConnector, ServerName<'static>), TlsError> {
        let name = ServerName::try_from(name.to_owned()).map_err(setup)?;
        Ok((TlsConnector::from(Arc::new(self.config()?)), name))
    }
}
