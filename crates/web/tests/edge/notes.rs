//! Notes pinned to a time: made by editors, removed by their authors, told to those who may see what they are about.

use crate::world::{Answer, World};
use awc::http::Method;
use serde_json::{Value, json};

const MINUTE: i64 = 60_000_000;

async fn pin(world: &World, note: &Value) -> Answer {
    world.send(Method::POST, "/notes", note).await
}

#[actix::test]
async fn a_note_is_pinned_found_by_its_time_and_taken_away() {
    let world = World::signed_in().await;
    let now = world.now().0;
    let outage = json!({ "kind": "bad_data", "text": " Trunk down ", "from": now - 20 * MINUTE, "to": now - 10 * MINUTE });
    let made = pin(&world, &outage).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!(
        (&made["text"], &made["author"], &made["removable"]),
        (&json!("Trunk down"), &json!("admin"), &json!(true))
    );
    pin(
        &world,
        &json!({ "kind": "handover", "text": "Late shift", "from": now - 60 * MINUTE, "queue": "q1" }),
    )
    .await;
    let all = world.get("/notes").await.json();
    assert_eq!((&all[0]["text"], &all[1]["id"]), (&json!("Late shift"), &made["id"]), "by their beginning");
    for (from, to, found) in [(-15, -12, 1), (-10, 0, 1), (-9, 0, 0), (-60, -60, 1), (-90, 0, 2)] {
        let path = format!("/notes?from={}&to={}", now + from * MINUTE, now + to * MINUTE);
        assert_eq!(world.get(&path).await.json().as_array().unwrap().len(), found, "{from} to {to}");
    }
    let path = format!("/notes/{}", made["id"].as_str().unwrap());
    assert_eq!(world.send(Method::DELETE, &path, &json!({})).await.status, 204);
    assert_eq!(world.send(Method::DELETE, &path, &json!({})).await.status, 404);
    assert_eq!(world.get("/notes").await.json().as_array().unwrap().len(), 1);
}

#[actix::test]
async fn a_note_out_of_its_bounds_is_refused_with_its_cause() {
    let world = World::signed_in().await;
    let now = world.now().0;
    let fit = json!({ "kind": "remark", "text": "x", "from": now });
    for (key, value, cause) in [
        ("text", json!("  "), "text: "),
        ("text", json!("x".repeat(501)), "text: "),
        ("from", json!(0), "from: "),
        ("from", json!(now + 8 * 24 * 60 * MINUTE), "from: "),
        ("to", json!(now - 1), "to: "),
        ("kind", json!("bad_data"), "a beginning and an end"),
    ] {
        let mut note = fit.clone();
        note[key] = value;
        let told = pin(&world, &note).await;
        assert_eq!(told.status, 422, "{key}: {}", told.text);
        assert!(told.text.contains(cause), "{}", told.text);
    }
}

#[actix::test]
async fn who_only_looks_reads_notes_and_pins_none() {
    let mut world = World::signed_in().await;
    let now = world.now().0;
    pin(&world, &json!({ "kind": "remark", "text": "For all", "from": now })).await;
    for (user, role) in [("vera", "viewer"), ("eli", "editor")] {
        let account = json!({ "user": user, "password": "a long password", "roles": [role] });
        assert_eq!(world.send(Method::POST, "/users", &account).await.status, 201);
    }
    world.sign_in_as("vera", "a long password").await;
    let told = world.get("/notes").await.json();
    assert_eq!((&told[0]["text"], &told[0]["removable"]), (&json!("For all"), &json!(false)));
    assert_eq!(pin(&world, &json!({ "kind": "remark", "text": "Mine", "from": now })).await.status, 403);
    world.sign_in_as("eli", "a long password").await;
    let path = format!("/notes/{}", told[0]["id"].as_str().unwrap());
    assert_eq!(world.send(Method::DELETE, &path, &json!({})).await.status, 404, "it is not theirs");
}
