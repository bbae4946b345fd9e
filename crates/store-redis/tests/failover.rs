//! A replica takes over: the address leads to it from then on.

mod common;

use common::{publication, settings, store};
use ports::leases::Leases;
use ports::values::Values;
use std::process::Command;
use std::time::Duration;
use store_redis::{RedisStore, Settings};
use test_servers::{Redis, skipped};

/// A command of an administrator.
fn root(server: &Redis, command: &[&str]) -> String {
    let mut cli = Command::new("redis-cli");
    cli.args(["--no-auth-warning", "--tls", "--insecure", "-h", "127.0.0.1", "-p", &server.port.to_string()]);
    cli.args(["--user", "root", "--pass", &server.password]).args(command);
    String::from_utf8(cli.output().unwrap().stdout).unwrap()
}

/// Does `work` until it succeeds, for at most ten seconds.
async fn until<T>(what: &str, mut work: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..200 {
        if let Some(done) = work().await {
            return done;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: not within ten seconds")
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
