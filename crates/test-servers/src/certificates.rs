//! An authority of its own for each server, and the server's certificate.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::fs;
use std::path::{Path, PathBuf};

/// Where the files of one server lie.
pub struct Certificates {
    /// The authority that clients trust.
    pub authority: PathBuf,
    /// For `localhost` and `127.0.0.1`.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

/// Makes an authority and a certificate of it in `folder`.
///
/// # Errors
/// In words.
pub fn make(folder: &Path) -> Result<Certificates, String> {
    let text = |error: rcgen::Error| format!("no certificate can be made: {error}");
    let mut authority = CertificateParams::default();
    // Some clients take a certificate that is called like its authority for its own authority.
    authority.distinguished_name.push(rcgen::DnType::CommonName, "Pulse test authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().map_err(text)?;
    let authority_pem = authority.self_signed(&authority_key).map_err(text)?.pem();
    let issuer = Issuer::new(authority, authority_key);

    let key = KeyPair::generate().map_err(text)?;
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let certificate = CertificateParams::new(names).map_err(text)?.signed_by(&key, &issuer).map_err(text)?;

    let write = |name: &str, pem: String| {
        let path = folder.join(name);
        fs::write(&path, pem).map(|()| path.clone()).map_err(|error| format!("{}: {error}", path.display()))
    };
    Ok(Certificates {
        authority: write("authority.pem", authority_pem)?,
        certificate: write("server.pem", certificate.pem())?,
        key: write("server.key", key.serialize_pem())?,
    })
}
