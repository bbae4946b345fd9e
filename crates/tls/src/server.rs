//! A server's side: read anew when its files change.

use crate::stamp::Stamp;
use crate::{Authorities, TlsError, pem, provider, setup};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio_rustls::TlsAcceptor;
use tracing::{info, warn};

/// How a server proves who it is, and whether it asks clients to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFiles {
    /// Its certificate, followed by those between it and the authority (PEM).
    pub certificate: PathBuf,
    /// The certificate's key (PEM).
    pub key: PathBuf,
    /// Only clients with a certificate of these authorities are let in (PEM).
    pub client_authority: Option<PathBuf>,
}

impl ServerFiles {
    fn stamp(&self) -> Stamp {
        let files = [Some(&self.certificate), Some(&self.key), self.client_authority.as_ref()];
        Stamp::of(files.into_iter().flatten().map(PathBuf::as_path))
    }

    fn certified(&self, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let (chain, key) = (pem::certificates(&self.certificate)?, pem::key(&self.key)?);
        CertifiedKey::from_der(chain, key, provider).map_err(|error| pem::fault(&self.certificate, error))
    }

    /// The server's side, as the files are now.
    ///
    /// # Errors
    /// A file that can't be used; a certificate and a key that do not belong together.
    pub fn config(&self) -> Result<ServerConfig, TlsError> {
        let provider = provider();
        let certified = self.certified(&provider)?;
        let builder = ServerConfig::builder_with_provider(provider.clone());
        let builder = builder.with_safe_default_protocol_versions().map_err(setup)?;
        let builder = match &self.client_authority {
            None => builder.with_no_client_auth(),
            Some(file) => {
                let authorities = Authorities::File(file.clone()).read()?;
                let verifier = WebPkiClientVerifier::builder_with_provider(authorities, provider);
                builder.with_client_cert_verifier(verifier.build().map_err(setup)?)
            }
        };
        Ok(builder.with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(certified))))
    }
}

/// What a server was read from, and what came of it.
struct Kept<T> {
    files: ServerFiles,
    known: Mutex<(Stamp, T)>,
}

impl<T: Clone> Kept<T> {
    fn new(files: ServerFiles, read: impl Fn(&ServerFiles) -> Result<T, TlsError>) -> Result<Self, TlsError> {
        let stamp = files.stamp();
        let value = read(&files)?;
        Ok(Self { files, known: Mutex::new((stamp, value)) })
    }

    /// As the files are now, or as they were when they could be used.
    fn now(&self, read: impl Fn(&ServerFiles) -> Result<T, TlsError>) -> T {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = self.files.stamp();
        if known.0 != stamp {
            let file = self.files.certificate.display();
            match read(&self.files) {
                Ok(value) => {
                    info!(%file, "the certificate of {file} is used from now on");
                    known.1 = value;
                }
                // A certificate without its key yet: it is looked at again when that comes.
                Err(cause) => warn!(%cause, "the certificate is not taken anew, the old one holds: {cause}"),
            }
            known.0 = stamp;
        }
        known.1.clone()
    }
}

/// Takes connections in.
#[derive(Clone)]
pub struct Acceptor(Arc<Kept<TlsAcceptor>>);

impl Acceptor {
    /// Reads the files.
    ///
    /// # Errors
    /// As [`ServerFiles::config`].
    pub fn open(files: ServerFiles) -> Result<Self, TlsError> {
        Kept::new(files, Self::read).map(|kept| Self(Arc::new(kept)))
    }

    fn read(files: &ServerFiles) -> Result<TlsAcceptor, TlsError> {
        Ok(TlsAcceptor::from(Arc::new(files.config()?)))
    }

    /// For the next connection.
    pub fn now(&self) -> TlsAcceptor {
        self.0.now(Self::read)
    }
}

/// A server's side whose certificate follows its files, for servers that take one configuration for ever. Clients are
/// not asked for certificates.
///
/// # Errors
/// As [`ServerFiles::config`].
pub fn resolver(certificate: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let files =
        ServerFiles { certificate: certificate.to_owned(), key: key.to_owned(), client_authority: None };
    let following = Following { kept: Kept::new(files, Following::read)? };
    let builder = ServerConfig::builder_with_provider(provider());
    let builder = builder.with_safe_default_protocol_versions().map_err(setup)?;
    Ok(builder.with_no_client_auth().with_cert_resolver(Arc::new(following)))
}

struct Following {
    kept: Kept<Arc<CertifiedKey>>,
}

impl Following {
    fn read(files: &ServerFiles) -> Result<Arc<CertifiedKey>, TlsError> {
        files.certified(&provider()).map(Arc::new)
    }
}

impl std::fmt::Debug for Following {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Following").field(&self.kept.files).finish()
    }
}

impl ResolvesServerCert for Following {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.kept.now(Self::read))
    }
}
