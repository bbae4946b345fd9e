//! TLS from PEM files.

use crate::LinkError;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::{TlsAcceptor, TlsConnector};

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

fn pem(file: &Path, cause: impl ToString) -> LinkError {
    LinkError::Pem { file: file.to_owned(), cause: cause.to_string() }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, LinkError> {
    let found = CertificateDer::pem_file_iter(file).map_err(|error| pem(file, error))?;
    let found: Vec<_> = found.collect::<Result<_, _>>().map_err(|error| pem(file, error))?;
    match found.is_empty() {
        true => Err(pem(file, "it holds no certificate")),
        false => Ok(found),
    }
}

fn key(file: &Path) -> Result<PrivateKeyDer<'static>, LinkError> {
    PrivateKeyDer::from_pem_file(file).map_err(|error| pem(file, error))
}

fn authorities(file: &Path) -> Result<Arc<RootCertStore>, LinkError> {
    let mut store = RootCertStore::empty();
    for certificate in certificates(file)? {
        store.add(certificate).map_err(|error| pem(file, error))?;
    }
    Ok(Arc::new(store))
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn contradiction(error: impl ToString) -> LinkError {
    LinkError::Tls(error.to_string())
}

impl ServerTls {
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, LinkError> {
        let builder = ServerConfig::builder_with_provider(provider());
        let builder = builder.with_safe_default_protocol_versions().map_err(contradiction)?;
        let builder = match &self.client_authority {
            None => builder.with_no_client_auth(),
            Some(file) => {
                let verifier = WebPkiClientVerifier::builder_with_provider(authorities(file)?, provider());
                builder.with_client_cert_verifier(verifier.build().map_err(contradiction)?)
            }
        };
        let config = builder.with_single_cert(certificates(&self.certificate)?, key(&self.key)?);
        Ok(TlsAcceptor::from(Arc::new(config.map_err(contradiction)?)))
    }
}

impl ClientTls {
    /// The connector, and the name to look for in the certificate of the server at `address`.
    pub(crate) fn connector(&self, address: &str) -> Result<(TlsConnector, ServerName<'static>), LinkError> {
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host).trim_matches(['[', ']']);
        let name = self.server_name.as_deref().unwrap_or(host).to_owned();
        let name = ServerName::try_from(name).map_err(contradiction)?;
        let builder = ClientConfig::builder_with_provider(provider());
        let builder = builder.with_safe_default_protocol_versions().map_err(contradiction)?;
        let builder = builder.with_root_certificates(authorities(&self.authority)?);
        let config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some((certificate, own_key)) => builder
                .with_client_auth_cert(certificates(certificate)?, key(own_key)?)
                .map_err(contradiction)?,
        };
        Ok((TlsConnector::from(Arc::new(config)), name))
    }
}
