//! Files that change under a server that runs.

use super::*;
use connections::FaultKind;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::path::Path;
use tokio::net::{TcpListener, TcpStream};

struct Authority(Issuer<'static, KeyPair>);

impl Authority {
    fn new(folder: &Path) -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        std::fs::write(folder.join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        Self(Issuer::new(params, key))
    }

    fn vouch(&self, folder: &Path, name: &str) {
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &self.0).unwrap();
        std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
        std::fs::write(folder.join("certificate.pem"), certificate.pem()).unwrap();
    }
}

fn files(folder: &Path) -> ServerFiles {
    ServerFiles {
        certificate: folder.join("certificate.pem"),
        key: folder.join("key.pem"),
        client_authority: None,
    }
}

/// What becomes of a handshake with a server that we call `name`.
async fn shake(acceptor: TlsAcceptor, folder: &Path, name: &str) -> Option<FaultKind> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let _ = acceptor.accept(stream).await;
    });
    let client = ClientFiles { authorities: Authorities::File(folder.join("ca.pem")), identity: None };
    let (connector, server_name) = client.connector(name).unwrap();
    let stream = TcpStream::connect(addr).await.unwrap();
    let shaken = connector.connect(server_name, stream).await;
    shaken.err().map(|error| handshake_fault(&addr.to_string(), name, &error).kind)
}

use tokio_rustls::TlsAcceptor;

#[tokio::test]
async fn a_renewed_certificate_is_used_for_the_next_connection_and_a_broken_one_never() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path());
    authority.vouch(folder.path(), "old.example");
    let acceptor = Acceptor::open(files(folder.path())).unwrap();
    let following = resolver(&files(folder.path()).certificate, &files(folder.path()).key).unwrap();
    let following = TlsAcceptor::from(Arc::new(following));
    assert_eq!(shake(acceptor.now(), folder.path(), "old.example").await, None);
    assert_eq!(shake(acceptor.now(), folder.path(), "new.example").await, Some(FaultKind::TlsName));
    authority.vouch(folder.path(), "longer-than-new.example");
    assert_eq!(shake(acceptor.now(), folder.path(), "longer-than-new.example").await, None);
    assert_eq!(shake(following.clone(), folder.path(), "longer-than-new.example").await, None);
    std::fs::write(folder.path().join("certificate.pem"), "broken").unwrap();
    assert_eq!(shake(acceptor.now(), folder.path(), "longer-than-new.example").await, None);
    assert_eq!(shake(following, folder.path(), "longer-than-new.example").await, None);
    let error = Acceptor::open(files(folder.path())).err().unwrap().to_string();
    assert!(error.contains("certificate.pem") && error.contains("no certificate"), "{error}");
}

#[tokio::test]
async fn who_speaks_no_tls_and_who_is_not_trusted_are_told_apart() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    Authority::new(folder.path()).vouch(folder.path(), "a.example");
    Authority::new(other.path());
    let acceptor = Acceptor::open(files(folder.path())).unwrap();
    assert_eq!(shake(acceptor.now(), other.path(), "a.example").await, Some(FaultKind::Tls));
}
