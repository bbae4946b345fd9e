#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use std::io::{Read, Write};
use std::net::TcpListener;

const SECRET: &str = "a secret of webhooks";

/// A receiver that answers one message, and what it was sent.
fn receiver(answer: &'static str) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut told, mut piece) = (String::new(), [0; 4096]);
        while !told.contains("}") {
            let length = stream.read(&mut piece).unwrap();
            told.push_str(&String::from_utf8_lossy(&piece[..length]));
        }
        write!(stream, "HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
        told
    });
    (origin, heard)
}

fn webhooks(origins: &[String]) -> (HttpWebhooks, tempfile::NamedTempFile) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "{SECRET}").unwrap();
    let made = HttpWebhooks::new(origins, file.path(), None, Duration::from_secs(5), Clock::of_machine());
    (made.unwrap(), file)
}

async fn post(answer: &'static str) -> (Result<(), WebhookError>, String) {
    let (origin, heard) = receiver(answer);
    let (webhooks, _file) = webhooks(std::slice::from_ref(&origin));
    let sent = webhooks.post(&format!("{origin}/alerts?room=1"), "a1.raised", b"{\"a\":1}".to_vec()).await;
    (sent, heard.join().unwrap())
}

#[tokio::test]
async fn a_message_is_signed_and_says_which_it_is() {
    let (sent, heard) = post("204 No Content").await;
    assert_eq!(sent, Ok(()));
    assert!(heard.starts_with("POST /alerts?room=1 HTTP/1.1\r\n"), "{heard}");
    let header = |name: &str| {
        let line = heard
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case(name)));
        line.unwrap().1.to_owned()
    };
    assert_eq!((header("content-type").as_str(), header(ID).as_str()), ("application/json", "a1.raised"));
    let signature = header(SIGNATURE);
    let second = signature.split([',', '=']).nth(1).unwrap().parse().unwrap();
    assert_eq!(signature, sign(SECRET.as_bytes(), second, b"{\"a\":1}"));
    assert_ne!(signature, sign(b"another secret of webhooks", second, b"{\"a\":1}"));
}

#[tokio::test]
async fn what_may_help_is_tried_again_and_what_does_not_is_not() {
    let (sent, _) = post("503 Busy\r\nretry-after: 7").await;
    let after = Some(Duration::from_secs(7));
    assert_eq!(sent, Err(WebhookError::Later { cause: "it answered 503 Service Unavailable".into(), after }));
    let (sent, _) = post("404 Not Found").await;
    assert!(matches!(sent, Err(WebhookError::Never(cause)) if cause.contains("404")));
    let (sent, _) = post("302 Found\r\nlocation: http://127.0.0.1:1/").await;
    assert!(matches!(sent, Err(WebhookError::Never(cause)) if cause.contains("no redirect is followed")));
    // Nobody listens there any more.
    let (origin, heard) = receiver("200 OK");
    let (webhooks, _file) = webhooks(std::slice::from_ref(&origin));
    let url = format!("{origin}/");
    assert_eq!(webhooks.post(&url, "a", b"{}".to_vec()).await, Ok(()));
    heard.join().unwrap();
    assert!(matches!(webhooks.post(&url, "a", b"{}".to_vec()).await, Err(WebhookError::Later { .. })));
}

#[test]
fn nothing_goes_where_it_is_not_allowed_to_go() {
    let (webhooks, _file) = webhooks(&["https://hooks.example.org".into(), "http://127.0.0.1:9000".into()]);
    for url in ["https://hooks.example.org/a", "https://HOOKS.example.org:443/b?c", "http://127.0.0.1:9000/"]
    {
        assert_eq!(webhooks.allows(url), Ok(()), "{url}");
    }
    for (url, word) in [
        ("http://hooks.example.org/a", "may not go to http://hooks.example.org;"),
        ("https://hooks.example.org:8443/a", "hooks.example.org:8443"),
        ("https://hooks.example.org.evil.org/a", "evil.org"),
        ("https://hooks.example.org@evil.org/a", "password"),
        ("https://user:word@hooks.example.org/a", "password"),
        ("http://127.0.0.1:9001/", "origins under [webhooks]"),
        ("file:///etc/passwd", "neither https nor http"),
        ("hooks", "no address"),
    ] {
        let cause = webhooks.allows(url).unwrap_err();
        assert!(cause.contains(word), "{url}: {cause}");
    }
}

#[test]
fn settings_that_can_not_be_used_are_told_with_the_cure() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let new = |origins: &[&str], file: &Path| {
        let origins: Vec<String> = origins.iter().map(ToString::to_string).collect();
        HttpWebhooks::new(&origins, file, None, Duration::from_secs(1), Clock::of_machine()).unwrap_err()
    };
    assert!(new(&["https://a.org/path"], file.path()).contains("https://host:port"));
    assert!(new(&["https://a.org"], file.path()).contains("at least 16"), "an empty secret");
    file.write_all(SECRET.as_bytes()).unwrap();
    assert!(new(&["https://a.org"], Path::new("/nowhere")).contains("name a file"));
}
