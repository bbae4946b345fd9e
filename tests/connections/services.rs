//! `pulse check` tells apart what is wrong with an authorization service (row 24) and a configuration service (row 25).

use crate::check::{local, told, verdict_of};
use crate::identity::world_with_provider;
use crate::world::alone;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use test_servers::{FaultProxy, Trouble, skipped};

/// A server that answers every request with this body.
fn server_of(body: impl Fn(u16) -> String) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let body = body(port);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(stream, "HTTP/1.0 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        }
    });
    port
}

#[test]
fn what_is_wrong_with_services_over_http_is_told_apart() {
    let _turn = alone();
    let (world, provider) = match world_with_provider() {
        Ok(started) => started,
        Err(why) => return skipped(&why),
    };
    let verdict = |row, ours: &str, other: &str| verdict_of(&world, "web", row, &[(ours, other)]);
    let issuer = format!("issuer = \"{}\"", provider.issuer());
    let elsewhere = |address: &str| verdict(24, &issuer, &format!("issuer = \"{address}\""));

    let proxy = FaultProxy::start(local(provider.port)).unwrap();
    told(&elsewhere(&format!("https://localhost:{}", proxy.port())), "refused", "tenant", "it is the issuer");
    proxy.set(Trouble::Hang).unwrap();
    told(&elsewhere(&format!("https://localhost:{}", proxy.port())), "failed", "silent", "says nothing");
    proxy.set(Trouble::Refuse).unwrap();
    told(
        &elsewhere(&format!("https://localhost:{}", proxy.port())),
        "failed",
        "unreachable",
        "can't connect",
    );
    let there = FaultProxy::start_on(Ipv4Addr::new(127, 0, 0, 2), local(provider.port)).unwrap();
    told(
        &elsewhere(&format!("https://{}", there.addr())),
        "failed",
        "tls_name",
        "not for the name 127.0.0.2",
    );
    let realm = format!("{}/realms/other", provider.issuer());
    told(&elsewhere(&realm), "refused", "tenant", "check the realm or tenant");
    let old = server_of(|port| {
        format!(r#"{{"issuer":"http://127.0.0.1:{port}","code_challenge_methods_supported":["plain"]}}"#)
    });
    told(&elsewhere(&format!("http://127.0.0.1:{old}")), "refused", "older_protocol", "no PKCE by S256");
    let garbage = server_of(|_| "what?".to_owned());
    told(&elsewhere(&format!("http://127.0.0.1:{garbage}")), "failed", "garbage", "no description");
    world.file("wrong-secret", "not the one");
    let (ours, wrong) = (world.path("client-secret"), world.path("wrong-secret"));
    let said = verdict(24, &ours.display().to_string(), &wrong.display().to_string());
    told(&said, "refused", "password", "check client_id and client_secret_file");
    assert!(!said.to_string().contains("not the one\""), "no secret is printed");

    let ours = format!("url = \"http://127.0.0.1:{}\"", world.ports.tenant_http);
    let elsewhere = |port: u16| verdict(25, &ours, &format!("url = \"http://127.0.0.1:{port}\""));
    told(&elsewhere(world.ports.tenant_metrics), "refused", "older_protocol", "has no /configuration/v3");
    told(&elsewhere(garbage), "failed", "garbage", "answers what can't be read");
    let proxy = FaultProxy::start(local(world.ports.tenant_http)).unwrap();
    proxy.set(Trouble::Hang).unwrap();
    told(&elsewhere(proxy.port()), "failed", "silent", "says nothing");
    let token = world.path("tenant-http-token").display().to_string();
    let said = verdict(25, &token, &wrong.display().to_string());
    told(&said, "refused", "password", "look at the token");
}
