//! Signing in, guessing, signing out, and what is shut without it.

use crate::world::{World, answer};
use awc::http::Method;
use ports::documents::Documents;
use serde_json::json;

#[actix::test]
async fn the_first_start_makes_an_administrator_with_an_invented_password() {
    let mut world = World::start().await;
    assert_eq!(world.password.len(), 23);
    world.sign_in().await;
    let who = world.get("/session").await;
    assert_eq!(who.json()["roles"], json!(["admin"]));
    assert_eq!(who.json()["csrf"], json!(world.csrf));
    let cookie = world.cookie.clone().unwrap();
    assert!(cookie.http_only().unwrap() && cookie.same_site() == Some(awc::cookie::SameSite::Strict));
    let stored = world.documents.list("user").await.unwrap();
    assert!(stored[0].body["password"].as_str().unwrap().starts_with("$argon2id$"));
    let sessions = world.documents.list("session").await.unwrap();
    assert!(!sessions[0].id.contains(cookie.value()), "the store does not hold what one signs in with");
}

#[actix::test]
async fn every_route_but_those_of_signing_in_asks_for_a_session() {
    let world = World::start().await;
    for path in [
        "/session",
        "/boards",
        "/boards/x",
        "/boards/x/versions",
        "/statistics",
        "/objects?type=Queue",
        "/values?object_type=Queue&statistics=Entered",
        "/history?definition=a%7CQueue&object=x",
        "/sources",
        "/stream",
        "/debug/actors",
    ] {
        let answer = world.get(path).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some("unauthenticated")), "{path}");
    }
    for (method, path) in
        [(Method::POST, "/boards"), (Method::PUT, "/boards/x"), (Method::DELETE, "/boards/x")]
    {
        assert_eq!(world.send(method, path, &json!({})).await.status, 401, "{path}");
    }
    assert_eq!(world.get("/meta").await.status, 200);
    assert_eq!(world.get("/openapi.json").await.status, 200);
}

#[actix::test]
async fn guessing_is_answered_the_same_for_users_who_exist_and_who_do_not_and_soon_not_at_all() {
    let world = World::start().await;
    let wrong = json!({ "user": "admin", "password": "guess" });
    let known = world.send(Method::POST, "/session", &wrong).await;
    let unknown = world.send(Method::POST, "/session", &json!({ "user": "bob", "password": "guess" })).await;
    assert_eq!((known.status, &known.text), (401, &unknown.text));
    let mut last = known;
    for _ in 0..6 {
        last = world.send(Method::POST, "/session", &wrong).await;
    }
    assert_eq!(last.status, 429);
    assert!(last.header("retry-after").parse::<u64>().unwrap() <= 61);
    let right = json!({ "user": "admin", "password": world.password });
    assert_eq!(world.send(Method::POST, "/session", &right).await.status, 429, "the right one waits, too");
}

#[actix::test]
async fn changes_need_the_proof_that_our_page_sent_them() {
    let mut world = World::signed_in().await;
    let csrf = std::mem::take(&mut world.csrf);
    let without = world.send(Method::POST, "/boards", &crate::world::board("b", "B")).await;
    assert_eq!((without.status, without.json()["code"].as_str()), (403, Some("forbidden")));
    world.csrf = csrf.replace(char::is_numeric, "a");
    assert_eq!(world.send(Method::DELETE, "/session", &json!({})).await.status, 403);
    world.csrf = csrf;
    let request = world.request(Method::POST, "/boards").insert_header(("Origin", "https://evil.example"));
    let foreign = answer(request.send_json(&crate::world::board("b", "B")).await.unwrap()).await;
    assert_eq!(foreign.status, 403, "{}", foreign.text);
}

#[actix::test]
async fn who_signs_out_is_out() {
    let world = World::signed_in().await;
    assert_eq!(world.get("/session").await.status, 200);
    let out = world.send(Method::DELETE, "/session", &json!({})).await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(world.get("/session").await.status, 401);
}

#[actix::test]
async fn bodies_that_are_no_json_or_too_large_are_told_what_is_wrong() {
    let world = World::signed_in().await;
    let broken =
        world.request(Method::POST, "/session").content_type("application/json").send_body("{\"user\":");
    let broken = answer(broken.await.unwrap()).await;
    assert_eq!((broken.status, broken.json()["code"].as_str()), (400, Some("bad_request")));
    let plain = answer(world.request(Method::POST, "/session").send_body("hello").await.unwrap()).await;
    assert_eq!((plain.status, plain.json()["code"].as_str()), (415, Some("not_json")));
    let large = json!({ "user": "x".repeat(300_000), "password": "" });
    let large = world.send(Method::POST, "/session", &large).await;
    assert_eq!((large.status, large.json()["code"].as_str()), (413, Some("too_large")));
    let long = json!({ "user": "admin", "password": "x".repeat(5_000) });
    assert_eq!(world.send(Method::POST, "/session", &long).await.status, 401);
    let extra = json!({ "user": "admin", "password": "x", "otp": 1 });
    assert!(world.send(Method::POST, "/session", &extra).await.text.contains("otp"));
}
