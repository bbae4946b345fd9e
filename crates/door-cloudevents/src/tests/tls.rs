//! The door as it is opened: settings, real sockets, TLS.

use super::http::{NOON, TOKEN, queued};
use super::journal::Memory;
use crate::settings::{EventSource, Limits, Settings, Tls};
use crate::{DoorError, EventsDoor, Outside, open};
use model::tenant::Tenant;
use prometheus::Registry;
use runtime::Clock;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn settings(dir: &Path, tls: Option<Tls>) -> Settings {
    let token_file = dir.join("tokens");
    std::fs::write(&token_file, TOKEN).unwrap();
    let sources = vec![EventSource { name: "chat1".into(), switch: "chat".into(), source: None }];
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    Settings { listen, tls, token_file, sources, limits: Limits::default() }
}

async fn opened(settings: Settings) -> Result<EventsDoor, DoorError> {
    let journal = Memory::default();
    let outside = Outside {
        log: Arc::new(journal.clone()),
        outlet: Arc::new(journal),
        tenant: Tenant::default(),
        clock: Clock::starting_at(NOON),
        registry: Registry::new(),
    };
    open(settings, outside).await
}

#[actix_web::test]
async fn an_event_comes_in_over_tls() {
    let dir = tempfile::tempdir().unwrap();
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    std::fs::write(&certificate, own.cert.pem()).unwrap();
    std::fs::write(&key, own.signing_key.serialize_pem()).unwrap();
    let door = opened(settings(dir.path(), Some(Tls { certificate, key }))).await.unwrap();
    assert!(door.url.starts_with("https://"));

    let mut roots = rustls::RootCertStore::empty();
    roots.add(own.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let client = client.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(door.addr).await.unwrap();
    let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
    let mut stream = tokio_rustls::TlsConnector::from(Arc::new(client)).connect(name, stream).await.unwrap();
    let body = queued("1", "c1").to_string();
    let request = format!(
        "POST /events HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/cloudevents+json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    // A server that closes without a good-bye has answered all the same.
    let _ = stream.read_to_string(&mut answer).await;
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
    door.shutdown().await;
}

#[actix_web::test]
async fn a_door_that_cannot_be_opened_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let good = || settings(dir.path(), None);
    let missing = dir.path().join("missing.pem");
    let tls = Some(Tls { certificate: missing.clone(), key: missing.clone() });
    let twice = EventSource { name: "chat2".into(), switch: "chat".into(), source: Some("chat1".into()) };
    for (settings, says) in [
        (Settings { sources: Vec::new(), ..good() }, "no source"),
        (Settings { sources: [good().sources, vec![twice]].concat(), ..good() }, "rename one"),
        (Settings { token_file: missing, ..good() }, "missing.pem can't be read"),
        (Settings { tls, ..good() }, "missing.pem cannot be used"),
    ] {
        let error = opened(settings).await.err().unwrap().to_string();
        assert!(error.contains(says), "{error}");
    }
    let first = opened(good()).await.unwrap();
    let error = opened(Settings { listen: first.addr, ..good() }).await.err().unwrap().to_string();
    assert!(error.contains(&first.addr.to_string()), "{error}");
    first.shutdown().await;
}
