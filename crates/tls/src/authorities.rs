//! Whom we trust.

use crate::{TlsError, pem, setup};
use rustls::RootCertStore;
use std::path::PathBuf;
use std::sync::Arc;

/// The authorities that may vouch for a counterpart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorities {
    /// Those of a PEM file.
    File(PathBuf),
    /// Those that this machine trusts.
    OfMachine,
}

impl Authorities {
    /// As they are now.
    ///
    /// # Errors
    /// A file that can't be used; a machine that trusts nobody.
    pub fn read(&self) -> Result<Arc<RootCertStore>, TlsError> {
        let mut store = RootCertStore::empty();
        match self {
            Self::File(file) => {
                for certificate in pem::certificates(file)? {
                    store.add(certificate).map_err(|error| pem::fault(file, error))?;
                }
            }
            Self::OfMachine => {
                // Some machines carry certificates that nobody can read.
                store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                if store.is_empty() {
                    return Err(setup(
                        "this machine trusts no authority: install ca-certificates, or name a file",
                    ));
                }
            }
        }
        Ok(Arc::new(store))
    }
}
