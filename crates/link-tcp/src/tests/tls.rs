//! Links with TLS: who is let in, and who is trusted.

use super::*;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::path::PathBuf;
use tempfile::TempDir;

/// PEM files of an authority and of what it vouches for.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(TempDir::new().unwrap());
        for authority in ["ours", "other"] {
            let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let key = KeyPair::generate().unwrap();
            files.put(&format!("{authority}-ca.pem"), &params.self_signed(&key).unwrap().pem());
            let issuer = Issuer::new(params, key);
            let key = KeyPair::generate().unwrap();
            let params =
                CertificateParams::new(vec!["127.0.0.1".to_owned(), "lds.example".to_owned()]).unwrap();
            files.put(&format!("{authority}.pem"), &params.signed_by(&key, &issuer).unwrap().pem());
            files.put(&format!("{authority}.key"), &key.serialize_pem());
        }
        files
    }

    fn put(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn server(&self, client_authority: Option<&str>) -> ServerSettings {
        let client_authority = client_authority.map(|name| self.path(name));
        let tls =
            ServerTls { certificate: self.path("ours.pem"), key: self.path("ours.key"), client_authority };
        ServerSettings { tls: Some(tls), ..any_port() }
    }

    fn client(&self, server: &ServerHandle, authority: &str, identity: Option<&str>) -> ClientSettings {
        let identity =
            identity.map(|name| (self.path(&format!("{name}.pem")), self.path(&format!("{name}.key"))));
        let tls = ClientTls { authority: self.path(authority), server_name: None, identity };
        ClientSettings { tls: Some(tls), ..plain(server) }
    }
}

#[tokio::test]
async fn a_link_with_certificates_on_both_sides_carries_frames() {
    let files = Files::new();
    let (server, mut incoming) = serve(files.server(Some("ours-ca.pem"))).await.unwrap();
    let mut client = Client::connect(files.client(&server, "ours-ca.pem", Some("ours")));
    let link = accepted(&mut incoming).await;
    link.outbox.push(encode(&welcome()).unwrap()).await.unwrap();
    link.outbox.push(encode(&events(1..=3_000)).unwrap()).await.unwrap();
    assert!(matches!(client.next().await, LinkEvent::Connected(_)));
    assert!(matches!(client.next().await, LinkEvent::Events(events) if events.records.len() == 3_000));
}

#[tokio::test]
async fn a_server_of_another_authority_or_another_name_is_not_trusted() {
    let files = Files::new();
    let (server, _incoming) = serve(files.server(None)).await.unwrap();
    let mut client = Client::connect(files.client(&server, "other-ca.pem", None));
    let cause = client.lost().await;
    assert!(cause.contains("certificate"), "{cause}");
    let mut settings = files.client(&server, "ours-ca.pem", None);
    settings.tls.as_mut().unwrap().server_name = Some("elsewhere.example".into());
    let cause = Client::connect(settings).lost().await;
    assert!(cause.contains("certificate"), "{cause}");
}

#[tokio::test]
async fn a_client_without_a_certificate_or_with_a_strange_one_is_not_let_in() {
    let files = Files::new();
    let (server, mut incoming) = serve(files.server(Some("ours-ca.pem"))).await.unwrap();
    for identity in [None, Some("other")] {
        Client::connect(files.client(&server, "ours-ca.pem", identity)).lost().await;
    }
    let mut unprotected = Client::connect(plain(&server));
    unprotected.lost().await;
    assert!(incoming.try_recv().is_err(), "nobody came through");
    assert!(server.counts().broken() >= 2);
}

#[tokio::test]
async fn a_file_that_is_no_certificate_is_named() {
    let files = Files::new();
    files.put("ours.pem", "not a certificate");
    let error = serve(files.server(None)).await.unwrap_err().to_string();
    assert!(error.contains("ours.pem") && error.contains("no certificate"), "{error}");
    let error = serve(ServerSettings {
        tls: Some(ServerTls {
            certificate: files.path("missing.pem"),
            key: files.path("ours.key"),
            client_authority: None,
        }),
        ..any_port()
    });
    let error = error.await.unwrap_err().to_string();
    assert!(error.contains("missing.pem"), "{error}");
}

#[tokio::test]
async fn who_speaks_plainly_to_a_port_with_tls_is_told_so_and_the_other_way_round() {
    let files = Files::new();
    let (server, _incoming) = serve(files.server(None)).await.unwrap();
    let cause = Client::connect(plain(&server)).lost().await;
    assert!(cause.contains("speaks TLS, and we do not") && cause.contains("ca=FILE"), "{cause}");
    let (server, _incoming) = serve(any_port()).await.unwrap();
    let cause = Client::connect(files.client(&server, "ours-ca.pem", None)).lost().await;
    assert!(cause.contains("speak TLS") && cause.contains("port"), "{cause}");
}
