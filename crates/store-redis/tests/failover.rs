//! A replica takes over: the address leads to it from then on.

mod common;

use common::{publication, settings, store};
use ports::leases::Leases;
use ports::values::Values;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use store_redis::{RedisStore, Sentinels, Settings};
use test_servers::{Redis, free_port, skipped};

/// A command of an administrator.
fn root(server: &Redis, command: &[&str]) -> String {
    let mut cli = Command::new("redis-cli");
    cli.args(["--no-auth-warning", "--tls", "--insecure", "-h", "127.0.0.1", "-p", &server.port.to_string()]);
    cli.args(["--user", "root", "--pass", &server.password]).args(command);
    String::from_utf8(cli.output().unwrap().stdout).unwrap()
}

/// Does `work` until it succeeds, for at most a minute.
async fn until<T>(what: &str, mut work: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..1200 {
        if let Some(done) = work().await {
            return done;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: not within a minute")
}

/// A server, and another one that follows it with all its data.
async fn pair() -> Result<(Redis, Redis), String> {
    let (first, second) = (Redis::start(0)?, Redis::start(0)?);
    let ca = first.ca_file.display().to_string();
    for (key, value) in [
        ("tls-replication", "yes"),
        ("tls-ca-cert-file", ca.as_str()),
        ("masteruser", "root"),
        ("masterauth", first.password.as_str()),
    ] {
        let said = root(&second, &["CONFIG", "SET", key, value]);
        assert!(said.starts_with("OK"), "{key}: {said}");
    }
    root(&second, &["REPLICAOF", "127.0.0.1", &first.port.to_string()]);
    until("the replica follows", async || {
        root(&second, &["INFO", "replication"]).contains("master_link_status:up").then_some(())
    })
    .await;
    Ok((first, second))
}

#[tokio::test]
async fn a_replica_that_takes_over_has_what_was_written_and_newer_fences_still_win() {
    let (first, second) = match pair().await {
        Ok(pair) => pair,
        Err(why) => return skipped(&why),
    };
    let writer = store(&first, "t");
    writer.publish(publication(1, 1)).await.expect("kept");
    let (owner, ttl) = ("permissions-0", Duration::from_secs(600));
    let lease = writer.hold("permissions", owner, ttl).await.expect("an answer").expect("it is free");
    until("the replica has it", async || {
        let there = root(&second, &["DBSIZE"]) == root(&first, &["DBSIZE"]);
        there.then_some(())
    })
    .await;

    // The first dies; the second takes its place and its address.
    first.kill9();
    root(&second, &["REPLICAOF", "NO", "ONE"]);
    root(&second, &["CONFIG", "SET", "tls-port", &first.port.to_string()]);
    let moved =
        RedisStore::open(Settings { tls: settings(&second, "t").tls, ..settings(&first, "t") }).unwrap();
    let current = until("the address leads on", async || moved.current().await.ok()).await;
    assert_eq!(current, [publication(1, 1)], "what was written is there");
    let other = moved.hold("permissions", "permissions-1", ttl).await.expect("an answer");
    assert!(other.is_none(), "a lease that was taken is still taken: {lease:?}");
    moved.publish(publication(1, 2)).await.expect("and it goes on");
}

#[tokio::test]
async fn who_is_connected_to_a_server_that_becomes_a_replica_calls_again() {
    let (first, second) = match pair().await {
        Ok(pair) => pair,
        Err(why) => return skipped(&why),
    };
    let writer = store(&second, "t");
    until("a replica takes no writes", async || writer.publish(publication(1, 1)).await.err()).await;
    // It is promoted, as at a planned change of places: connections to it that were made before are given up one by one.
    root(&second, &["REPLICAOF", "NO", "ONE"]);
    until("writes are taken", async || writer.publish(publication(1, 1)).await.ok()).await;
    assert_eq!(writer.current().await.unwrap(), [publication(1, 1)]);
    drop(first);
}

/// A sentinel, with its folder.
struct Sentinel {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Watches the first of both. From then on both have the certificate of the first.
fn sentinel(first: &Redis, second: &Redis) -> Sentinel {
    let own = |name: &str| first.ca_file.with_file_name(name).display().to_string();
    let (certificate, key) = (own("server.pem"), own("server.key"));
    let said = root(second, &["CONFIG", "SET", "tls-cert-file", &certificate, "tls-key-file", &key]);
    assert!(said.starts_with("OK"), "{said}");
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port().unwrap());
    let text = format!(
        "bind 127.0.0.1\nport 0\ntls-port {port}\ntls-cert-file {}\ntls-key-file {}\ntls-ca-cert-file {}\ntls-auth-clients no\n\
         tls-replication yes\ndir {}\nsentinel monitor centre 127.0.0.1 {} 1\nsentinel auth-user centre root\n\
         sentinel auth-pass centre {}\nsentinel down-after-milliseconds centre 500\nsentinel failover-timeout centre 3000\n",
        certificate,
        key,
        first.ca_file.display(),
        folder.path().display(),
        first.port,
        first.password,
    );
    let file = folder.path().join("sentinel.conf");
    std::fs::write(&file, text).unwrap();
    let mut server = Command::new("redis-server");
    let server = server.arg(&file).arg("--sentinel").stdout(Stdio::null()).stderr(Stdio::null());
    Sentinel { process: server.spawn().unwrap(), port, _folder: folder }
}

#[tokio::test]
async fn sentinels_say_which_server_takes_writes_now() {
    let (first, second) = match pair().await {
        Ok(pair) => pair,
        Err(why) => return skipped(&why),
    };
    let sentinel = sentinel(&first, &second);
    let away = free_port().unwrap();
    let addresses = [away, sentinel.port].map(|port| ("127.0.0.1".to_owned(), port)).to_vec();
    let watched = |name: &str| Settings {
        // Nobody listens there: the sentinels are asked.
        port: away,
        sentinels: Some(Sentinels {
            addresses: addresses.clone(),
            watched: name.to_owned(),
            user: None,
            password: Arc::new(|| Ok(None)),
        }),
        ..settings(&first, "t")
    };
    let store = RedisStore::open(watched("centre")).unwrap();
    until("the first is found", async || store.publish(publication(1, 1)).await.ok()).await;
    until("the sentinel knows the replica", async || {
        let mut cli = Command::new("redis-cli");
        cli.args(["--tls", "--insecure", "-p", &sentinel.port.to_string(), "SENTINEL", "REPLICAS", "centre"]);
        let told = String::from_utf8(cli.output().unwrap().stdout).unwrap();
        told.contains(&second.port.to_string()).then_some(())
    })
    .await;
    until("the replica has it", async || {
        (root(&second, &["DBSIZE"]) == root(&first, &["DBSIZE"])).then_some(())
    })
    .await;

    first.kill9();
    let current = until("the second is found", async || store.current().await.ok()).await;
    assert_eq!(current, [publication(1, 1)], "what was written is there");
    until("and takes writes", async || store.publish(publication(1, 2)).await.ok()).await;

    let unknown = store_redis::check(watched("elsewhere")).await.unwrap_err().to_string();
    assert!(unknown.contains("knows no \"elsewhere\"") && unknown.contains(&away.to_string()), "{unknown}");
}
