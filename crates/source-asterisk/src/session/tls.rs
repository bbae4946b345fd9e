//! TLS to the PBX: its certificate is checked against a CA file; anything else must be asked for.

use super::settings::{Error, Tls};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub(super) struct Connector {
    inner: TlsConnector,
    name: Option<String>,
}

/// Makes ready what all connections share.
pub(super) fn connector(tls: &Tls) -> Result<Connector, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let broken = |cause: String| Error::Ca { path: "(none)".to_owned(), cause };
    let builder = builder.map_err(|e| broken(e.to_string()))?;
    let config = match &tls.ca_file {
        Some(path) => {
            let wrong = |cause: String| Error::Ca { path: path.display().to_string(), cause };
            let mut roots = RootCertStore::empty();
            for certificate in CertificateDer::pem_file_iter(path).map_err(|e| wrong(e.to_string()))? {
                let certificate = certificate.map_err(|e| wrong(e.to_string()))?;
                roots.add(certificate).map_err(|e| wrong(e.to_string()))?;
            }
            if roots.is_empty() {
                return Err(wrong("it holds no certificate".to_owned()));
            }
            builder.with_root_certificates(roots).with_no_client_auth()
        }
        None if tls.insecure => {
            let any = Arc::new(AnyCertificate(provider));
            builder.dangerous().with_custom_certificate_verifier(any).with_no_client_auth()
        }
        None => return Err(Error::NoCa),
    };
    Ok(Connector { inner: TlsConnector::from(Arc::new(config)), name: tls.server_name.clone() })
}

impl Connector {
    pub(super) async fn wrap(&self, host: &str, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        let name = self.name.as_deref().unwrap_or(host).to_owned();
        let name = ServerName::try_from(name).map_err(std::io::Error::other)?;
        self.inner.connect(name, stream).await
    }
}

/// Cause and cure of a handshake that failed.
pub(super) fn explain(address: &str, error: &std::io::Error) -> (String, String) {
    let text = error.to_string();
    let cure = if text.contains("UnknownIssuer") {
        "the certificate is signed by another authority: name the right CA file"
    } else if text.contains("NotValidForName") || text.contains("not valid for name") {
        "the certificate is for another name: connect by that name, or set the server name"
    } else if text.contains("Expired") {
        "the PBX's certificate has expired: renew it"
    } else {
        "is this the TLS port (tlsbindaddr in manager.conf)?"
    };
    (format!("TLS with {address} fails: {text}"), cure.to_owned())
}

/// Accepts every certificate; only by explicit wish.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_without_a_ca_is_refused_unless_asked_for() {
        let refused = connector(&Tls::default()).err().unwrap().to_string();
        assert!(refused.contains("needs the CA file"), "{refused}");
        assert!(connector(&Tls { insecure: true, ..Tls::default() }).is_ok());
    }

    #[test]
    fn a_ca_file_that_holds_none_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ca.pem");
        std::fs::write(&path, "nothing").unwrap();
        let error = connector(&Tls { ca_file: Some(path), ..Tls::default() }).err().unwrap().to_string();
        assert!(error.contains("ca.pem") && error.contains("no certificate"), "{error}");
    }
}
