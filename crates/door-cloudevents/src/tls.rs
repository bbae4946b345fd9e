//! TLS from PEM files; a certificate that is renewed is used without a restart.

use crate::server::DoorError;
use crate::settings::Tls;
use rustls::ServerConfig;

pub(crate) fn config(files: &Tls) -> Result<ServerConfig, DoorError> {
    ::tls::resolver(&files.certificate, &files.key).map_err(|error| match error {
        ::tls::TlsError::Pem { file, cause } => DoorError::Tls { file, cause },
        ::tls::TlsError::Setup(cause) => DoorError::Tls { file: files.certificate.clone(), cause },
    })
}
