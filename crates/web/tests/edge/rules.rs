//! Rules and their alerts over HTTP: made, tried, evaluated with no browser open, acknowledged; within one's rights.

use crate::world::{Answer, ENTERED, World, answer, queue};
use awc::http::Method;
use model::time::Micros;
use ports::history::{History, Point, awake};
use serde_json::{Value, json};
use std::time::Duration;

fn rule() -> Value {
    json!({
        "title": "Many calls", "object_type": "Queue", "objects": ["q*"], "statistic": { "stat_type": "entered" },
        "condition": { "is": "above", "raise": 10, "clear": 5 }, "severity": "critical",
    })
}

async fn put(world: &World, id: &str, body: &Value, tag: &str) -> Answer {
    let request = world.request(Method::PUT, &format!("/rules/{id}")).insert_header(("If-Match", tag));
    answer(request.send_json(body).await.unwrap()).await
}

/// The open alerts, when there are so many.
async fn open(world: &mut World, count: usize) -> Vec<Value> {
    for _ in 0..100 {
        let list = world.get("/alerts").await.json();
        let open = list["open"].as_array().unwrap().clone();
        if open.len() == count {
            return open;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not {count} open alerts: {}", world.get("/alerts").await.text);
}

#[actix::test]
async fn a_rule_lives_from_creation_to_removal_and_nobody_writes_over_another() {
    let world = World::signed_in().await;
    let made = world.send(Method::POST, "/rules", &rule()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), format!("/api/v1/rules/{id}"));
    let tag = made.header("etag").to_owned();
    let line = &world.get("/rules").await.json()[0];
    assert_eq!(
        (&line["standing"], &line["mine"], &line["statistic"]),
        (&json!("watched"), &json!(true), &json!("Entered"))
    );
    let mut other = rule();
    other["title"] = json!("Very many");
    let changed = put(&world, &id, &other, &tag).await;
    assert_eq!((changed.status, &changed.json()["rule"]["title"]), (200, &json!("Very many")));
    assert_eq!(put(&world, &id, &other, &tag).await.status, 412);
    assert_eq!(world.send(Method::PUT, &format!("/rules/{id}"), &other).await.status, 428);
    let request = world.request(Method::DELETE, &format!("/rules/{id}"));
    let request = request.insert_header(("If-Match", changed.header("etag")));
    assert_eq!(request.send().await.unwrap().status(), 204);
    assert_eq!(world.get(&format!("/rules/{id}")).await.status, 404);
}

#[actix::test]
async fn a_rule_that_is_wrong_is_refused_with_the_cause() {
    let world = World::signed_in().await;
    for (place, value, word) in [
        ("/statistic/stat_type", json!("Nonsense"), "no statistic 'Nonsense'"),
        ("/condition", json!({ "is": "above", "raise": 1, "clear": 2 }), "at most 1"),
        ("/condition", json!({ "is": "state", "states": ["Ready"] }), "give a number"),
        ("/objects", json!([]), "for all"),
        ("/title", json!(""), "title"),
        ("/object_type", json!("Agent"), "not for objects of type Agent"),
        ("/webhook", json!("https://hooks.example.org/"), "webhooks are off"),
    ] {
        let mut body = rule();
        body["webhook"] = Value::Null;
        *body.pointer_mut(place).unwrap() = value;
        let told = world.send(Method::POST, "/rules", &body).await;
        assert_eq!((told.status, told.json()["code"].as_str()), (422, Some("invalid_rule")), "{place}");
        assert!(told.text.contains(word), "{place}: {}", told.text);
    }
}

#[actix::test]
async fn an_alert_is_raised_with_nobody_looking_and_people_take_care() {
    let mut world = World::signed_in().await;
    world.send(Method::POST, "/rules", &rule()).await;
    // The evaluation has to know the statistic before its first value counts.
    for _ in 0..30 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    world.publish("q1", 11.0).await;
    let alert = open(&mut world, 1).await.remove(0);
    assert_eq!(
        (&alert["name"], &alert["value"], &alert["phase"]),
        (&json!("Queue q1"), &json!(11.0), &json!("raised"))
    );
    let id = alert["id"].as_str().unwrap();
    let slept = world.send(Method::POST, &format!("/alerts/{id}/snooze"), &json!({})).await.json();
    let until = slept["snoozed"]["until"].as_i64().unwrap() - world.now().0;
    assert!((14 * 60_000_000..=15 * 60_000_000).contains(&until), "a quarter of an hour: {slept}");
    assert_eq!(slept["phase"], "snoozed");
    let taken =
        world.send(Method::POST, &format!("/alerts/{id}/acknowledge"), &json!({ "note": " calling " })).await;
    assert_eq!(
        (&taken.json()["phase"], &taken.json()["acknowledged"]["note"]),
        (&json!("acknowledged"), &json!("calling"))
    );
    assert_eq!(
        world.send(Method::POST, &format!("/alerts/{id}/snooze"), &json!({ "minutes": 0 })).await.status,
        422
    );
    assert_eq!(world.send(Method::POST, "/alerts/none/acknowledge", &json!({})).await.status, 404);

    world.publish("q1", 5.0).await;
    open(&mut world, 0).await;
    let over = world.get("/alerts").await.json()["recent"][0].clone();
    assert_eq!((&over["because"], &over["acknowledged"]["by"]), (&json!("well"), &json!("admin")));
    let late = world.send(Method::POST, &format!("/alerts/{id}/acknowledge"), &json!({})).await;
    assert_eq!((late.status, late.json()["code"].as_str()), (409, Some("over")));
}

#[actix::test]
async fn who_looks_acknowledges_who_hangs_on_a_wall_does_not_and_rules_need_an_editor() {
    let mut world = World::signed_in().await;
    for (user, role) in [("vera", "viewer"), ("wall", "wallboard"), ("edda", "editor")] {
        let form = json!({ "user": user, "password": "a password of users", "roles": [role] });
        assert_eq!(world.send(Method::POST, "/users", &form).await.status, 201);
    }
    let mine = world.send(Method::POST, "/rules", &rule()).await;
    let id = mine.json()["id"].as_str().unwrap().to_owned();
    let mut own = rule();
    own["private"] = json!(true);
    world.send(Method::POST, "/rules", &own).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    world.publish("q1", 11.0).await;
    open(&mut world, 2).await;

    world.sign_in_as("vera", "a password of users").await;
    let seen = open(&mut world, 1).await;
    let path = format!("/alerts/{}/acknowledge", seen[0]["id"].as_str().unwrap());
    assert_eq!(world.send(Method::POST, "/rules", &rule()).await.status, 403);
    assert_eq!(world.send(Method::POST, "/rules/trial", &json!({ "rule": rule() })).await.status, 403);
    world.sign_in_as("wall", "a password of users").await;
    assert_eq!(open(&mut world, 1).await.len(), 1);
    assert_eq!(world.send(Method::POST, &path, &json!({})).await.status, 403);
    world.sign_in_as("vera", "a password of users").await;
    assert_eq!(world.send(Method::POST, &path, &json!({})).await.status, 200);
    world.sign_in_as("edda", "a password of users").await;
    assert_eq!(world.get("/rules").await.json(), json!([]), "rules are their owners'");
    assert_eq!(put(&world, &id, &rule(), mine.header("etag")).await.status, 404);
}

#[actix::test]
async fn a_rule_is_tried_on_history_before_it_is_saved() {
    let mut world = World::signed_in().await;
    world.publish("q1", 3.0).await;
    world.get("/values?object_type=Queue&statistics=Entered").await;
    let minute =
        |minute: i64| Micros(world.now().0 / 60_000_000 * 60_000_000) - Micros::from_secs(minute * 60);
    let (awake, everybody) = awake();
    let mut points: Vec<Point> = (1..=120)
        .map(|ago| Point {
            definition: awake.clone(),
            object: everybody.clone(),
            at: minute(ago),
            value: None,
            flags: 0,
        })
        .collect();
    for (ago, value) in
        [(110, 1.0), (100, 20.0), (95, 1.0), (60, 20.0), (58, 1.0), (30, 20.0), (29, 8.0), (20, 4.0)]
    {
        let object = queue("q1");
        points.push(Point {
            definition: ENTERED.into(),
            object,
            at: minute(ago),
            value: Some(value),
            flags: 0,
        });
    }
    world.history.append(points).await.unwrap();
    let tried = world.send(Method::POST, "/rules/trial", &json!({ "rule": rule() })).await;
    assert_eq!(tried.status, 200, "{}", tried.text);
    let told = tried.json();
    assert_eq!((&told["times"], &told["objects"], &told["left_out"]), (&json!(3), &json!(1), &json!(0)));
    let newest = &told["firings"][0];
    assert_eq!(
        (newest["raised_at"].as_i64(), newest["cleared_at"].as_i64()),
        (Some(minute(30).0), Some(minute(20).0))
    );
    assert_eq!((&newest["name"], &newest["value"]), (&json!("Queue q1"), &json!(20.0)));
    let mut longer = rule();
    longer["for_s"] = json!(180);
    let told = world.send(Method::POST, "/rules/trial", &json!({ "rule": longer })).await.json();
    assert_eq!(told["times"], 1, "two were not bad for three minutes");
    let span = json!({ "rule": rule(), "from": minute(90).0, "to": minute(50).0 });
    assert_eq!(world.send(Method::POST, "/rules/trial", &span).await.json()["times"], 1);
    let long = json!({ "rule": rule(), "from": 0 });
    assert_eq!(world.send(Method::POST, "/rules/trial", &long).await.status, 422);
    let mut nothing = rule();
    nothing["statistic"]["stat_type"] = json!("Answered");
    let told = world.send(Method::POST, "/rules/trial", &json!({ "rule": nothing })).await.json();
    assert_eq!((&told["since"], &told["times"]), (&Value::Null, &json!(0)), "no past is kept of it");
}
