//! HTTPS, and certificates that can't be used.

use crate::world::World;
use ports::grants::{Grants, WholeTenant};
use rustls::pki_types::ServerName;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use web::Tls;

fn files(folder: &tempfile::TempDir) -> (Tls, rustls::RootCertStore) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let tls = Tls { certificates: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
    std::fs::write(&tls.certificates, made.cert.pem()).unwrap();
    std::fs::write(&tls.key, made.signing_key.serialize_pem()).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    (tls, roots)
}

fn grants() -> Option<Arc<dyn Grants>> {
    Some(Arc::new(WholeTenant::new("acme")))
}

#[actix::test]
async fn with_a_certificate_pages_come_over_tls_and_browsers_are_told_to_stay_there() {
    let folder = tempfile::tempdir().unwrap();
    let (tls, roots) = files(&folder);
    let world = World::start_with(|settings| settings.tls = Some(tls), grants()).await;
    assert!(world.url.starts_with("https://"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let plain = tokio::net::TcpStream::connect(world.web.as_ref().unwrap().addr).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut socket = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, plain).await.unwrap();
    let ask = "GET /api/v1/meta HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    socket.write_all(ask.as_bytes()).await.unwrap();
    let mut text = String::new();
    let _ = socket.read_to_string(&mut text).await;
    assert!(text.starts_with("HTTP/1.1 200") && text.contains("strict-transport-security"), "{text}");
}

#[actix::test]
async fn a_certificate_that_cannot_be_used_is_named_with_the_cure() {
    let folder = tempfile::tempdir().unwrap();
    let (tls, _) = files(&folder);
    std::fs::write(&tls.certificates, "rubbish").unwrap();
    let world = World::start().await;
    let settings =
        web::WebSettings { bind: "127.0.0.1:0".parse().unwrap(), tls: Some(tls), ..Default::default() };
    let error =
        web::start(settings, world.ports(), &prometheus::Registry::new()).await.err().unwrap().to_string();
    assert!(error.contains("cert.pem") && error.contains("PEM"), "{error}");
}
