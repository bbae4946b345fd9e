//! A real reverse proxy: nginx with docs/examples/nginx.conf.

use super::{missed, works};
use crate::peer::Begins;
use crate::process::wait_for;
use crate::tls_client::{Stream, TlsClient};
use crate::world::{PATIENCE, World, shared};
use serde_json::Value;

/// The public's way in, as its port; the client trusts the proxy's certificate.
fn public(world: &World) -> TlsClient {
    let nginx = world.nginx.borrow();
    let nginx = nginx.as_ref().unwrap();
    TlsClient::new(nginx.port, &nginx.ca_file)
}

/// Signs in through the proxy; answers the cookie as it was set.
fn sign_in(client: &TlsClient) -> Option<String> {
    let (head, _) = client.post("/api/v1/session", r#"{"user":"admin","password":"a first password"}"#)?;
    let cookie = head.lines().filter_map(|line| line.split_once(": "));
    let mut cookie = cookie.filter(|(key, _)| key.eq_ignore_ascii_case("set-cookie"));
    cookie.next().map(|(_, cookie)| cookie.to_owned())
}

#[test]
fn connection_20_ingress_to_web_hands_on_who_calls() {
    let Some(world) = shared() else { return };
    world.tell_peer(20, world.ports.web, None);
    let client = public(&world);
    let cookie = wait_for("one signs in", PATIENCE, || sign_in(&client));
    assert!(cookie.contains("; Secure") && cookie.contains("HttpOnly"), "the browser speaks TLS: {cookie}");
    let said = works(&world, 20);
    assert_eq!(said["tries"][0]["by"], "the proxy 127.0.0.1 for 127.0.0.1", "{said}");
    // What a caller says of itself does not help it to guess: the proxy tells who it is.
    let guess = |n: u32| {
        let body = format!(r#"{{"user":"guessed","password":"{n}"}}"#);
        let (head, _) = client.post_from(&format!("203.0.113.{n}"), "/api/v1/session", &body)?;
        head.split_whitespace().nth(1).map(str::to_owned)
    };
    let guesses: Vec<_> = (1..=6).map(|n| guess(n).unwrap()).collect();
    assert_eq!(guesses, ["401", "401", "401", "401", "401", "429"]);
    drop(world.web.take());
    missed(&world, 20, "unreachable", "our own listener");
    assert!(client.get("/", "").unwrap().0.contains(" 502 "), "the proxy misses the web");
    world.start_web();
    wait_for("pages are back", PATIENCE, || client.get("/", "").filter(|(head, _)| head.contains(" 200 ")));
    works(&world, 20);
}

#[test]
fn connection_27_the_public_to_ingress_sees_values_live() {
    let Some(world) = shared() else { return };
    let client = public(&world);
    let (port, ca) = (client.port, client.ca.clone());
    world.tell_peer(27, port, Some((&ca, Begins::AtOnce)));
    let said = works(&world, 27);
    assert!(said["tries"][0]["seen"].as_str().unwrap().starts_with("TLS, pages of tenant"), "{said}");
    let (head, page) = wait_for("the page", PATIENCE, || client.get("/", ""));
    assert!(head.contains(" 200 ") && page.contains("<html"), "{head}\n{page}");
    let cookie = wait_for("one signs in", PATIENCE, || sign_in(&client));
    let cookie = cookie.split(';').next().unwrap();

    // A stream through the proxy: a snapshot, then deltas in which time goes on.
    let mut stream = wait_for("a stream", PATIENCE, || client.stream(cookie));
    let open = r#"{"op":"open","id":1,"query":{"object_type":"Queue","objects":"*","statistics":["Calls_Entered"]}}"#;
    stream.say(open);
    let snapshot = next(&mut stream, "snapshot");
    assert!(!snapshot["rows"].as_array().unwrap().is_empty(), "{snapshot}");
    let (first, second) = (next(&mut stream, "delta"), next(&mut stream, "delta"));
    assert!(second["at"].as_i64() > first["at"].as_i64() && second["seq"].as_i64() > first["seq"].as_i64());

    world.nginx.borrow_mut().as_mut().unwrap().kill9();
    missed(&world, 27, "unreachable", "check that it runs");
    assert!(client.get("/", "").is_none());
    world.restart_nginx();
    works(&world, 27);
    assert!(public(&world).get("/", "").is_some());
}

fn next(stream: &mut Stream, kind: &str) -> Value {
    wait_for(kind, PATIENCE, || {
        let message: Value = serde_json::from_str(&stream.hear()?).unwrap();
        (message["type"] == kind).then_some(message)
    })
}
