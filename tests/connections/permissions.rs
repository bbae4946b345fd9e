//! Stories of permissions: access lists from the Tenant Service, accounts from PostgreSQL, grants through Redis to the web.

use crate::process::{http, wait_for};
use crate::stream::Stream;
use crate::world::{PATIENCE, World, alone};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use test_servers::skipped;

const PASSWORD: &str = "a password of lee";
const LEES: &str = "8001@sw1";

/// The queues that somebody sees, as the REST interface tells them.
fn queues(world: &World, cookie: &str) -> Option<(Vec<String>, Value)> {
    let path = "/api/v1/values?object_type=Queue&statistics=Calls_Entered";
    let (_, body) = http(world.ports.web, "GET", path, cookie, "")?;
    let answer: Value = serde_json::from_str(&body).ok()?;
    let rows = answer["rows"].as_array()?;
    let objects = rows.iter().filter_map(|row| row["object"].as_str().map(str::to_owned)).collect();
    Some((objects, answer["visible"].clone()))
}

fn explained(world: &World, cookie: &str, user: &str, object: &str) -> Option<Value> {
    let path = format!("/api/v1/access/explain?user={user}&object={}", object.replace('@', "%40"));
    let (_, body) = http(world.ports.web, "GET", &path, cookie, "")?;
    serde_json::from_str(&body).ok()
}

/// Adds an account as the administrator, and signs it in.
fn lee(world: &World, admin: &str) -> String {
    let form = json!({ "user": "lee", "password": PASSWORD, "roles": ["viewer"] }).to_string();
    let made =
        wait_for("an account is made", PATIENCE, || world.change("POST", "/api/v1/users", admin, &form));
    assert!(made.0.contains(" 201 "), "{made:?}");
    wait_for("lee signs in", PATIENCE, || world.sign_in_as("lee", PASSWORD))
}

#[test]
fn access_lists_and_accounts_become_rows_on_open_streams() {
    let _turn = alone();
    let world = match World::start() {
        Ok(world) => world,
        Err(why) => return skipped(&why),
    };
    let admin = world.sign_in();
    let (all, _) = wait_for("the administrator sees all queues", PATIENCE, || {
        queues(&world, &admin).filter(|(queues, _)| queues.len() > 2)
    });
    // The account lies in PostgreSQL (4), and the permissions role has read it there: it has a sheet in Redis (2).
    let lee = lee(&world, &admin);
    wait_for("lee is known", PATIENCE, || {
        let subjects = world.metric(world.ports.permissions_metrics, "pulse_permissions_subjects")?;
        (subjects >= 3.0).then_some(())
    });

    // Access lists come from the Tenant Service while everything runs (1).
    let query = json!({ "object_type": "Queue", "objects": "*", "statistics": ["Calls_Entered"] });
    let mut open = wait_for("a stream", PATIENCE, || Stream::open(world.ports.web, &lee, &query));
    let before = open.snapshot(PATIENCE, |queues| queues.len() == all.len());
    assert!(before.is_some(), "without access lists this deployment shows everything: {}", world.said());
    let lists = format!(
        "\n[[access]]\nname = 'admins see all'\nwho = {{ role = 'admin' }}\nallow = ['*']\n\
         [[access]]\nname = 'lee watches one queue'\nwho = {{ user = 'lee' }}\nallow = ['Queue:{LEES}']\n"
    );
    world.configure(|text| text + &lists);
    // The web has read the grants in Redis (22); the open stream turns into that of another rights class.
    let rows = open.snapshot(PATIENCE, |queues| queues.len() < all.len());
    assert_eq!(rows.as_deref(), Some(&[LEES.to_owned()][..]), "{}", world.said());
    let (seen, visible) = wait_for("REST says the same", PATIENCE, || queues(&world, &lee));
    assert_eq!(seen, [LEES]);
    assert_eq!((visible["shown"].as_u64(), visible["of"].as_u64()), (Some(1), Some(all.len() as u64)));
    let (_, body) = http(world.ports.web, "GET", "/api/v1/objects?type=Queue", &lee, "").unwrap();
    for other in all.iter().filter(|queue| *queue != LEES) {
        assert!(!body.contains(other.as_str()), "{body}");
    }
    let (of_admin, _) = queues(&world, &admin).unwrap();
    assert_eq!(of_admin.len(), all.len(), "the administrators' list allows everything");

    // Why, an administrator is told.
    let why = explained(&world, &admin, "lee", &format!("Queue:{LEES}")).unwrap();
    assert_eq!(why["decided_by"]["rule"], "lee watches one queue", "{why}");
    let other = all.iter().find(|queue| *queue != LEES).unwrap();
    let why = explained(&world, &admin, "lee", &format!("Queue:{other}")).unwrap();
    assert!(why["visible"] == false && why["decided_by"].is_null(), "{why}");
    let (head, _) =
        http(world.ports.web, "GET", "/api/v1/access/explain?user=lee&object=Queue:1", &lee, "").unwrap();
    assert!(head.contains(" 403 "), "{head}");

    // A revocation reaches the open stream.
    let begun = Instant::now();
    world.configure(|text| text.replace(&format!("allow = ['Queue:{LEES}']"), "deny = ['*']"));
    let rows = open.snapshot(PATIENCE, |queues| queues.is_empty());
    assert!(rows.is_some(), "{}", world.said());
    // It includes the time in which the Tenant Service finds the file changed.
    eprintln!("from the change of the file to the open stream: {:?}", begun.elapsed());
}

#[test]
fn a_dead_permissions_role_is_believed_for_a_while_and_then_denies() {
    let _turn = alone();
    let world = match World::start() {
        Ok(world) => world,
        Err(why) => return skipped(&why),
    };
    // Grants are believed for five seconds here.
    drop(world.web.borrow_mut().take());
    world.start_web_with(&(world.local_accounts() + "grants_age_max = \"5s\"\n"), "");
    let admin = world.sign_in();
    wait_for("all queues are seen", PATIENCE, || {
        queues(&world, &admin).filter(|(queues, _)| queues.len() > 2)
    });
    std::thread::sleep(Duration::from_secs(7));
    let (seen, _) = queues(&world, &admin).unwrap();
    assert!(seen.len() > 2, "what is confirmed again and again is believed");

    world.permissions.borrow().as_ref().unwrap().signal("KILL");
    assert!(world.permissions.borrow().as_ref().unwrap().ended(Duration::from_secs(5)));
    let (seen, _) = queues(&world, &admin).unwrap();
    assert!(seen.len() > 2, "the last known grants hold for a while");
    let denied = wait_for("nothing is shown any more", Duration::from_secs(30), || {
        queues(&world, &admin).filter(|(queues, _)| queues.is_empty())
    });
    assert_eq!(denied.1["shown"], 0);
    let (_, own) = http(world.ports.web, "GET", "/api/v1/access", &admin, "").unwrap();
    assert!(own.contains("\"expired\""), "{own}");

    world.start_permissions();
    wait_for("it is back", PATIENCE, || queues(&world, &admin).filter(|(queues, _)| queues.len() > 2));
    // Its probe goes with its stores.
    assert!(wait_for("it is ready", PATIENCE, || world
        .ready(world.ports.permissions_metrics)
        .then_some(true)));
}
