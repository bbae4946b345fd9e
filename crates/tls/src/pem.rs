//! PEM files.

use crate::TlsError;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;

pub(crate) fn fault(file: &Path, cause: impl ToString) -> TlsError {
    TlsError::Pem { file: file.to_owned(), cause: cause.to_string() }
}

pub(crate) fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = CertificateDer::pem_file_iter(file).map_err(|error| fault(file, error))?;
    let found: Vec<_> = found.collect::<Result<_, _>>().map_err(|error| fault(file, error))?;
    match found.is_empty() {
        true => Err(fault(file, "it holds no certificate")),
        false => Ok(found),
    }
}

pub(crate) fn key(file: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_file(file).map_err(|error| fault(file, error))
}
