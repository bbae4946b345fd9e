//! `pulse check` tells apart what is wrong, in JSON and in one line for each of the 27.

use crate::rows::works;
use crate::world::{BIN, World, shared};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;
use test_servers::{FaultProxy, Trouble};
use wire::frame::{Frame, Refuse, Welcome, encode};

/// The verdict on a row by other settings of a role: the file of the deployment with one text replaced.
pub(crate) fn verdict_of(world: &World, role: &str, row: u8, replaced: &[(&str, &str)]) -> Value {
    let text = std::fs::read_to_string(world.path(&format!("{role}.toml"))).unwrap();
    verdict_by(
        world,
        role,
        row,
        &replaced.iter().fold(text, |text, (ours, other)| {
            assert!(text.contains(ours), "{ours} is not in {text}");
            text.replacen(ours, other, 1)
        }),
    )
}

/// The verdict on a row by these settings of a role.
fn verdict_by(world: &World, role: &str, row: u8, text: &str) -> Value {
    let file = world.file("other.settings", text);
    let mut check = Command::new(BIN);
    check.args(["check", "--json", "--within", "500ms", "--only", &row.to_string(), &format!("--{role}")]);
    let output = check.arg(file).output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said["failed"], serde_json::json!([row]));
    said["connections"][0].clone()
}

/// The verdict on a row by other settings of the DCU.
fn verdict(world: &World, row: u8, replaced: &[(&str, &str)]) -> Value {
    verdict_of(world, "dcu", row, replaced)
}

#[track_caller]
pub(crate) fn told(said: &Value, status: &str, kind: &str, words: &str) {
    assert_eq!((said["status"].as_str(), said["kind"].as_str()), (Some(status), Some(kind)), "{said}");
    assert!(said["cause"].as_str().unwrap().contains(words), "{said}");
}

pub(crate) fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

#[test]
fn a_listener_that_is_silent_is_not_one_that_is_away() {
    let Some(world) = shared() else { return };
    let port = |port: u16| format!("port = {port}\n");
    works(&world, 8);
    for (role, row, ours) in
        [("dcu", 8, world.ports.lds), ("dcu", 7, world.ports.tenant), ("permissions", 1, world.ports.tenant)]
    {
        let proxy = FaultProxy::start(local(ours)).unwrap();
        proxy.set(Trouble::Hang).unwrap();
        let (ours, other) = (format!("127.0.0.1:{ours}"), format!("127.0.0.1:{}", proxy.port()));
        let verdict = || verdict_of(&world, role, row, &[(&ours, &other)]);
        told(&verdict(), "failed", "silent", "says nothing for 500ms");
        proxy.set(Trouble::Refuse).unwrap();
        told(&verdict(), "failed", "unreachable", "can't connect");
    }
    for (role, row, ours) in [
        ("dcu", 3, world.redis.port),
        ("dcu", 5, world.postgres.port),
        ("permissions", 2, world.redis.port),
        ("permissions", 4, world.postgres.port),
    ] {
        let proxy = FaultProxy::start(local(ours)).unwrap();
        proxy.set(Trouble::Hang).unwrap();
        let said = verdict_of(&world, role, row, &[(&port(ours), &port(proxy.port()))]);
        told(&said, "failed", "silent", "does not answer within 500ms");
    }
}

#[test]
fn a_certificate_for_another_name_is_told_with_both_names() {
    let Some(world) = shared() else { return };
    let there = |port: u16| FaultProxy::start_on(Ipv4Addr::new(127, 0, 0, 2), local(port)).unwrap();
    works(&world, 8);
    let words = "is not for the name 127.0.0.2";
    let lds = there(world.ports.lds);
    let (ours, other) = (format!("127.0.0.1:{}", world.ports.lds), lds.addr().to_string());
    told(&verdict(&world, 8, &[(&ours, &other)]), "failed", "tls_name", words);
    for (row, table, port) in [(3, "[redis]", world.redis.port), (5, "[postgres]", world.postgres.port)] {
        let proxy = there(port);
        let text = std::fs::read_to_string(world.path("dcu.toml")).unwrap();
        let table = &text[text.find(table).unwrap()..];
        let line = &table[table.find("host = ").unwrap()..];
        let ours: String = line.lines().take(2).map(|line| format!("{line}\n")).collect();
        let other = format!("host = \"127.0.0.2\"\nport = {}\n", proxy.port());
        told(&verdict(&world, row, &[(&ours, &other)]), "failed", "tls_name", words);
    }
}

#[test]
fn a_wrong_password_is_refused_and_named() {
    let Some(world) = shared() else { return };
    world.file("wrong-password", "not the one\n");
    let wrong = world.path("wrong-password").display().to_string();
    let (token, redis) = ("the token is not the one of this service", "refuses user or password");
    for (role, row, file, words) in [
        ("dcu", 8, "token", "the token is not the one of this server"),
        ("dcu", 7, "tenant-token", token),
        ("permissions", 1, "tenant-token", token),
        ("dcu", 3, "redis-password", redis),
        ("permissions", 2, "redis-password", redis),
        ("dcu", 5, "pulse-dcu.password", "password authentication failed"),
        ("permissions", 4, "pulse-permissions.password", "password authentication failed"),
    ] {
        let ours = format!("\"{}\"", world.path(file).display());
        let said = verdict_of(&world, role, row, &[(&ours, &format!("\"{wrong}\""))]);
        told(&said, "refused", "password", words);
        assert!(!said.to_string().contains("not the one\n"), "no secret is printed");
    }
}

#[test]
fn a_wrong_tenant_is_refused_and_named() {
    let Some(world) = shared() else { return };
    let file = world.file("elsewhere.toml", "tenant = \"elsewhere\"\n");
    let service =
        format!("[tenant_service]\naddress = \"127.0.0.1:{}\"\npatience = \"2s\"\n", world.ports.tenant);
    let by_file = format!("tenant_file = \"{}\"\n", file.display());
    // Keys before tables.
    let first = format!("metrics = \"127.0.0.1:{}\"\n", world.ports.dcu_metrics);
    let elsewhere = [(service.as_str(), ""), (first.as_str(), &format!("{first}{by_file}"))];
    told(&verdict(&world, 8, &elsewhere), "refused", "tenant", "tenant elsewhere is not served here");
    // A login of another tenant.
    let password = world.path("pulse-other.password").display().to_string();
    let ours = world.path("pulse-dcu.password").display().to_string();
    let other = [("user = \"pulse-dcu\"", "user = \"pulse-other\""), (ours.as_str(), password.as_str())];
    told(&verdict(&world, 5, &other), "refused", "tenant", "may not act for tenant");
    // A service of another tenant is not told by a wish: the Tenant Service says whose it is.
    let ours = world.path("pulse-permissions.password").display().to_string();
    let other =
        [("user = \"pulse-permissions\"", "user = \"pulse-other\""), (ours.as_str(), password.as_str())];
    let said = verdict_of(&world, "permissions", 4, &other);
    told(&said, "refused", "tenant", "may not act for tenant");
}

/// A server that answers a hello with these frames.
fn old_server(answer: Frame) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut length = [0; 4];
            stream.read_exact(&mut length).unwrap();
            let mut hello = vec![0; u32::from_be_bytes(length) as usize];
            stream.read_exact(&mut hello).unwrap();
            let _ = stream.write_all(&encode(&answer).unwrap());
        }
    });
    port
}

#[test]
fn an_older_protocol_is_told_as_such() {
    let Some(world) = shared() else { return };
    let text = "this server speaks version 0, the client 1: use the same release";
    let refuse = Frame::Refuse(Refuse { code: "version".into(), text: text.into() });
    let ours = format!("127.0.0.1:{}", world.ports.tenant);
    for (answer, words) in
        [(refuse, text), (Frame::Welcome(Welcome::default()), "speaks version 0 of the protocol")]
    {
        let other = format!("127.0.0.1:{}", old_server(answer));
        told(&verdict(&world, 7, &[(&ours, &other)]), "refused", "older_protocol", words);
    }
    // A schema that is older than the program, here none at all.
    world.sql("CREATE DATABASE older");
    let (ours, other) = ("user = \"pulse-dcu\"", "user = \"pulse-dcu\"\ndatabase = \"older\"");
    let said = verdict(&world, 5, &[(ours, other)]);
    told(&said, "refused", "older_protocol", "run `pulse init` of this version");
    world.sql("DROP DATABASE older");
}

#[test]
fn each_of_the_27_has_a_line_and_nothing_that_works_fails() {
    let Some(world) = shared() else { return };
    works(&world, 8);
    let check = |json: &[&str]| {
        let mut check = Command::new(BIN);
        check
            .args(["check", "--within", "2s", "--slow", "10s", "--settings"])
            .arg(world.path(""))
            .args(json)
            .output()
            .unwrap()
    };
    let output = check(&[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let numbers: Vec<u8> =
        text.lines().map(|line| line.trim_start().split(' ').next().unwrap().parse().unwrap()).collect();
    assert_eq!(numbers, (1..=27).collect::<Vec<u8>>(), "{text}");
    assert!(text.contains(" 3 DCU -> Redis") && text.contains("not_configured"), "{text}");
    let json: Value = serde_json::from_slice(&check(&["--json"]).stdout).unwrap();
    assert_eq!(json["connections"].as_array().unwrap().len(), 27);
    assert_eq!(json["failed"], serde_json::json!([]));
    println!("{text}");
}

#[test]
fn settings_that_are_wrong_end_it_with_2() {
    let check = |arguments: &[&str]| Command::new(BIN).arg("check").args(arguments).output().unwrap();
    for (arguments, words) in [
        (&[][..], "no settings"),
        (&["--settings", "somewhere.toml"], "tells no role"),
        (&["--dcu", "/nowhere/dcu.toml"], "was not found"),
        (&["--only", "28"], "28 is not in 1..=27"),
    ] {
        let output = check(arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && told.contains(words), "{arguments:?}: {told}");
    }
}
