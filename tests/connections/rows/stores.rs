//! PostgreSQL and Redis.

use super::{missed, works};
use crate::peer::Begins;
use crate::process::{http, wait_for};
use crate::world::{PATIENCE, World, shared};

/// A statistic that no shipped board shows.
const WISH: &str = "Calls_Abandoned|Queue|Last30|||";

fn tell_postgres(world: &World, row: u8) {
    world.tell_peer(row, world.postgres.port, Some((&world.postgres.ca_file, Begins::AsPostgres)));
}

/// PostgreSQL goes and comes back; `again` is asked for until it works again.
fn without_postgres(world: &World, row: u8, mut again: impl FnMut() -> bool) {
    world.postgres.stop().unwrap();
    missed(world, row, "unreachable", "check that it runs");
    world.postgres.restart().unwrap();
    wait_for("PostgreSQL is used again", PATIENCE, || again().then_some(()));
    works(world, row);
}

fn entered(world: &World, cookie: &str) -> Option<f64> {
    let (_, rows) = world.queues(cookie, &["Calls_Entered"])?;
    Some(rows.values().map(|cells| cells[0]).sum())
}

#[test]
fn connection_03_dcu_to_redis_stores_values() {
    let Some(world) = shared() else { return };
    let cookie = world.sign_in();
    world.tell_peer(3, world.redis.port, Some((&world.redis.ca_file, Begins::AtOnce)));
    wait_for("values reach the page", PATIENCE, || {
        entered(&world, &cookie).filter(|entered| *entered > 20.0)
    });
    let said = works(&world, 3);
    assert!(said["tries"][0]["seen"].as_str().unwrap().contains("TLS, data of tenant"), "{said}");
    // All that is in Redis is lost: the DCU stores it anew.
    world.redis.kill9();
    missed(&world, 3, "unreachable", "check that it runs");
    world.redis.restart().unwrap();
    works(&world, 3);
    wait_for("values are there again", PATIENCE, || {
        entered(&world, &cookie).filter(|entered| *entered > 20.0)
    });
}

#[test]
fn connection_05_dcu_to_postgres_reads_what_to_collect() {
    let Some(world) = shared() else { return };
    let cookie = world.sign_in();
    tell_postgres(&world, 5);
    wait_for("the DCU's sessions", PATIENCE, || (world.sessions("pulse-dcu") > 0).then_some(()));
    // What no board has shown yet is computed as soon as a board asks for it.
    let board = serde_json::json!({"id": "row5", "title": "Row 5", "widgets": [{"id": "grid", "title": "T", "kind": "grid", "x": 0, "y": 0, "w": 6, "h": 4,
        "query": {"object_type": "Queue", "objects": "*",
            "statistics": [{"stat_type": "Calls_Abandoned", "time_profile": "Last30"}]}}]});
    let (_, who) = http(world.ports.web, "GET", "/api/v1/session", &cookie, "").unwrap();
    let csrf = serde_json::from_str::<serde_json::Value>(&who).unwrap()["csrf"].as_str().unwrap().to_owned();
    let headers = format!("{cookie}\r\nx-csrf: {csrf}");
    let computed =
        || world.redis_cli(&["HEXISTS", &format!("pulse:{{{}}}:answers", world.tenant_name()), WISH]) == "1";
    let unknown = world.redis_cli(&["HEXISTS", &format!("pulse:{{{}}}:answers", world.tenant_name()), WISH]);
    assert_eq!(unknown, "0", "nobody has asked for it yet");
    let (head, body) = http(world.ports.web, "POST", "/api/v1/boards", &headers, &board.to_string()).unwrap();
    assert!(head.contains(" 201 ") || head.contains(" 200 "), "{head}\n{body}");
    wait_for("what the board asks for is computed", PATIENCE, || computed().then_some(()));
    works(&world, 5);
    without_postgres(&world, 5, || world.sessions("pulse-dcu") > 0);
}

#[test]
fn connection_06_init_tenant_to_postgres_loads_templates() {
    let Some(world) = shared() else { return };
    tell_postgres(&world, 6);
    works(&world, 6);
    let loaded = world.job("init-tenant");
    assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
    let count =
        world.postgres.sql("pulse", "SELECT count(*) FROM pulse.documents WHERE kind = 'template'").unwrap();
    assert_eq!(count.trim(), "25");
    without_postgres(&world, 6, || {
        let loaded = world.job("init-tenant");
        loaded.status.success()
    });
    world.postgres.stop().unwrap();
    let loaded = world.job("init-tenant");
    let told = String::from_utf8_lossy(&loaded.stderr).into_owned();
    assert_eq!(loaded.status.code(), Some(1), "{told}");
    assert!(told.contains("waiting for PostgreSQL") && told.contains("check that it runs"), "{told}");
    world.postgres.restart().unwrap();
    works(&world, 6);
}

#[test]
fn connection_21_web_to_postgres_keeps_boards_and_users() {
    let Some(world) = shared() else { return };
    tell_postgres(&world, 21);
    let cookie = world.sign_in();
    let boards = || http(world.ports.web, "GET", "/api/v1/boards", &cookie, "");
    let (head, body) = boards().unwrap();
    assert!(head.contains(" 200 ") && body.contains("overview"), "{head}\n{body}");
    assert!(world.sessions("pulse-web") > 0);
    works(&world, 21);
    world.postgres.stop().unwrap();
    missed(&world, 21, "unreachable", "check that it runs");
    // Who looks at values goes on; who asks for boards is told to wait.
    wait_for("boards are missed", PATIENCE, || boards().filter(|(head, _)| head.contains(" 503 ")));
    world.postgres.restart().unwrap();
    wait_for("boards are back", PATIENCE, || boards().filter(|(head, _)| head.contains(" 200 ")));
    works(&world, 21);
}

#[test]
fn connection_22_web_to_redis_reads_values() {
    let Some(world) = shared() else { return };
    world.tell_peer(22, world.redis.port, Some((&world.redis.ca_file, Begins::AtOnce)));
    let cookie = world.sign_in();
    wait_for("values reach the page", PATIENCE, || entered(&world, &cookie));
    works(&world, 22);
    // A Redis that hangs is not one that is away.
    world.redis.freeze(true);
    missed(&world, 22, "silent", "does not answer");
    world.redis.freeze(false);
    works(&world, 22);
    let at = |cookie: &str| world.queues(cookie, &["Calls_Entered"]).map(|(at, _)| at);
    let before = at(&cookie).unwrap_or_default();
    wait_for("values go on", PATIENCE, || at(&cookie).filter(|now| *now > before));
}

#[test]
fn connection_23_init_to_postgres_makes_the_schema() {
    let Some(world) = shared() else { return };
    tell_postgres(&world, 23);
    let said = works(&world, 23);
    assert!(said["tries"][0]["seen"].as_str().unwrap().contains("up to date"), "{said}");
    let done = world.job("init");
    assert!(done.status.success(), "it may run again: {}", String::from_utf8_lossy(&done.stderr));
    world.postgres.stop().unwrap();
    missed(&world, 23, "unreachable", "check that it runs");
    let done = world.job("init");
    assert_eq!(done.status.code(), Some(1), "{}", String::from_utf8_lossy(&done.stderr));
    world.postgres.restart().unwrap();
    assert!(world.job("init").status.success());
    works(&world, 23);
}
