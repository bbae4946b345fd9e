//! What went wrong, for whoever must mend it.

use connections::{Fault, FaultKind};
use rustls::{AlertDescription as Alert, CertificateError as Bad, Error};
use std::io;

/// The fault of TLS somewhere in what caused `error`.
fn found<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Error> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<Error>() {
            return Some(found);
        }
        // An `io::Error` hides what it carries from `source` in part.
        let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = carried.and_then(|inner| inner.downcast_ref::<Error>()) {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

/// Whether the error is one of TLS.
pub fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    found(error).is_some()
}

/// Why a handshake with the server `name` at `address` did not come about.
pub fn handshake_fault(address: &str, name: &str, error: &(dyn std::error::Error + 'static)) -> Fault {
    let fault = |kind, cause: String| Fault::new(kind, cause);
    let untrusted = |cause: &str, cure: &str| {
        fault(FaultKind::Tls, format!("the certificate of {address} {cause}; {cure}"))
    };
    match found(error) {
        Some(Error::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. })) => fault(
            FaultKind::TlsName,
            format!(
                "the certificate of {address} is not for the name {name}: call the server by a name of its certificate, or \
                 give it one for {name}"
            ),
        ),
        Some(Error::InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. })) => {
            untrusted("has expired", "renew it")
        }
        Some(Error::InvalidCertificate(Bad::UnknownIssuer)) => {
            untrusted("is of an authority that is not trusted", "name that authority's file as ca_file")
        }
        Some(Error::InvalidCertificate(bad)) => untrusted(&format!("is not accepted ({bad})"), "check it"),
        Some(Error::AlertReceived(
            Alert::CertificateRequired
            | Alert::BadCertificate
            | Alert::UnknownCA
            | Alert::CertificateUnknown
            | Alert::AccessDenied,
        )) => fault(
            FaultKind::Tls,
            format!("{address} asks for a certificate that it trusts: name certificate_file and key_file"),
        ),
        Some(Error::InvalidMessage(_)) => fault(
            FaultKind::Tls,
            format!("{address} does not speak TLS: give it a certificate, or check the port"),
        ),
        Some(other) => fault(FaultKind::Tls, format!("no TLS with {address}: {other}")),
        None => fault(
            FaultKind::Tls,
            format!("{address} ended the TLS handshake ({error}): does it speak TLS? Check the port"),
        ),
    }
}
