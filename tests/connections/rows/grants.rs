//! What the permissions role reads and writes.

use super::{missed, works};
use crate::peer::Begins;
use crate::process::wait_for;
use crate::world::{PATIENCE, World, shared};
use serde_json::json;

/// A field of the head of the book of grants in Redis.
fn head(world: &World, field: &str) -> Option<i64> {
    let key = format!("pulse:{{{}}}:access:head", world.tenant_name());
    world.redis_cli(&["HGET", &key, field]).parse().ok()
}

/// Waits until the book of grants was written anew after that revision.
fn told_after(world: &World, revision: i64) -> i64 {
    wait_for("grants are written anew", PATIENCE, || head(world, "revision").filter(|told| *told > revision))
}

/// Adds an access list that concerns nobody, so that rows of other tests stay as they are; the fallback for whoever signs
/// in is said as a list, too.
fn add_list(world: &World, name: &str) {
    let all = "[[access]]\nname = 'everybody'\nwho = { everyone = true }\nallow = ['*']\n";
    world.configure(|text| {
        let first = if text.contains("[[access]]") { "" } else { all };
        format!("{text}\n{first}[[access]]\nname = '{name}'\nwho = {{ user = 'nobody' }}\nallow = ['*']\n")
    });
}

#[test]
fn connection_01_permissions_reads_access_lists_of_the_tenant_service() {
    let Some(world) = shared() else { return };
    world.tell_peer(1, world.ports.tenant, None);
    let said = works(&world, 1);
    assert!(said["tries"][0]["seen"].as_str().unwrap().contains("serves "), "{said}");
    let revision = wait_for("grants", PATIENCE, || head(&world, "revision"));
    add_list(&world, "first");
    let revision = told_after(&world, revision);
    // Gone: what is known holds, the role counts since when; back: what changed meanwhile is taken.
    drop(world.tenant.take());
    missed(&world, 1, "unreachable", "check that it runs");
    let away = "pulse_permissions_configuration_away_seconds";
    wait_for("permissions miss the service", PATIENCE, || {
        world.metric(world.ports.permissions_metrics, away).filter(|seconds| *seconds > 0.0)
    });
    add_list(&world, "second");
    assert_eq!(head(&world, "revision"), Some(revision), "nobody tells the change");
    world.start_tenant();
    told_after(&world, revision);
    works(&world, 1);
}

#[test]
fn connection_02_permissions_keeps_grants_in_redis() {
    let Some(world) = shared() else { return };
    world.tell_peer(2, world.redis.port, Some((&world.redis.ca_file, Begins::AtOnce)));
    let confirmed = wait_for("grants", PATIENCE, || head(&world, "confirmed"));
    wait_for("they are confirmed again and again", PATIENCE, || {
        head(&world, "confirmed").filter(|now| *now > confirmed)
    });
    let said = works(&world, 2);
    assert!(said["tries"][0]["seen"].as_str().unwrap().contains("TLS, data of tenant"), "{said}");
    // All that is in Redis is lost: grants are written anew.
    world.redis.kill9();
    missed(&world, 2, "unreachable", "check that it runs");
    wait_for("the probe says so", PATIENCE, || (!world.ready(world.ports.permissions_metrics)).then_some(()));
    world.redis.restart().unwrap();
    wait_for("grants are there again", PATIENCE, || head(&world, "revision"));
    works(&world, 2);
    wait_for("it is ready", PATIENCE, || world.ready(world.ports.permissions_metrics).then_some(()));
}

#[test]
fn connection_04_permissions_reads_accounts_in_postgres() {
    let Some(world) = shared() else { return };
    world.tell_peer(4, world.postgres.port, Some((&world.postgres.ca_file, Begins::AsPostgres)));
    let admin = world.sign_in();
    let sessions = || world.sessions("pulse-permissions");
    wait_for("the role's sessions", PATIENCE, || (sessions() > 0).then_some(()));
    let said = works(&world, 4);
    assert!(said["tries"][0]["seen"].as_str().unwrap().contains("TLS, schema"), "{said}");
    // An account that is made while everything runs gets a sheet of its own.
    let known = |user: &str| {
        let key = format!("pulse:{{{}}}:access:sheets", world.tenant_name());
        world.redis_cli(&["HEXISTS", &key, &format!("user/{user}")]) == "1"
    };
    let make = |user: &str| {
        let form = json!({ "user": user, "password": "a long password", "roles": ["viewer"] }).to_string();
        wait_for("an account is made", PATIENCE, || {
            world.change("POST", "/api/v1/users", &admin, &form).filter(|(head, _)| head.contains(" 201 "))
        });
        wait_for("permissions know it", PATIENCE, || known(user).then_some(()));
    };
    assert!(!known("four"));
    make("four");
    // Gone: accounts hold as they were known; back: new ones are read.
    world.postgres.stop().unwrap();
    missed(&world, 4, "unreachable", "check that it runs");
    assert!(known("four"));
    world.postgres.restart().unwrap();
    wait_for("PostgreSQL is used again", PATIENCE, || (sessions() > 0).then_some(()));
    works(&world, 4);
    make("four-again");
}
