//! Walls: a screen is paired by the code that it shows, tells that it lives, and follows what editors change.

use crate::world::{Answer, World, answer, board};
use awc::cookie::Cookie;
use awc::http::Method;
use awc::ws::Frame;
use futures_util::StreamExt;
use ports::documents::Documents;
use prometheus::Registry;
use serde_json::{Value, json};
use std::time::Duration;
use web::WebSettings;

/// A screen: a browser without a session.
struct Screen<'a> {
    world: &'a World,
    /// Of the replica that it talks to.
    url: String,
    cookie: Option<Cookie<'static>>,
}

impl<'a> Screen<'a> {
    fn new(world: &'a World) -> Self {
        Self { world, url: world.url.clone(), cookie: None }
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.world.client.request(method, format!("{}/api/v1{path}", self.url));
        if let Some(cookie) = &self.cookie {
            request = request.cookie(cookie.clone());
        }
        let sent = match body {
            Some(body) => request.send_json(&body).await,
            None => request.send().await,
        };
        let response = sent.unwrap();
        if let Some(cookie) = response.cookie("pulse_wall") {
            self.cookie = Some(cookie.into_owned());
        }
        answer(response).await
    }

    /// Asks for a code, and shows it.
    async fn code(&mut self) -> String {
        let told = self.send(Method::POST, "/shared/pairing", None).await;
        assert_eq!(told.status, 201, "{}", told.text);
        told.json()["code"].as_str().unwrap().to_owned()
    }

    async fn is_paired(&mut self) -> bool {
        self.send(Method::GET, "/shared/pairing", None).await.json()["paired"] == true
    }

    async fn beat(&mut self, name: &str, still_s: u32) -> u16 {
        let beat =
            json!({ "screen": name, "build": "b1", "width": 1920, "height": 1080, "still_s": still_s });
        self.send(Method::POST, "/shared/beat", Some(beat)).await.status
    }
}

fn wall() -> Value {
    json!({ "title": "Entrance", "boards": ["shipped"], "names_hidden": true, "every": 30, "hours": 24 })
}

async fn pair(world: &World, code: &str) -> Answer {
    world.send(Method::POST, "/shares/paired", &json!({ "code": code, "wall": wall() })).await
}

async fn the_wall(world: &World) -> Value {
    world.get("/shares").await.json()[0].clone()
}

async fn change(world: &World, wall: &Value, body: &Value) -> Answer {
    let path = format!("/shares/{}", wall["id"].as_str().unwrap());
    let tag = format!("\"{}\"", wall["revision"]);
    let request = world.request(Method::PUT, &path).insert_header(("If-Match", tag));
    answer(request.send_json(body).await.unwrap()).await
}

async fn user(world: &World, name: &str, role: &str) {
    let form = json!({ "user": name, "password": "a password of users", "roles": [role] });
    assert_eq!(world.send(Method::POST, "/users", &form).await.status, 201);
}

#[actix::test]
async fn a_screen_is_paired_by_its_code_and_goes_on_to_its_boards() {
    let world = World::signed_in().await;
    let mut screen = Screen::new(&world);
    assert_eq!(screen.send(Method::GET, "/shared/pairing", None).await.status, 401, "it never asked");
    let code = screen.code().await;
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    assert!(!screen.is_paired().await);
    assert_eq!(screen.send(Method::GET, "/shared", None).await.status, 401, "a code opens nothing");

    let typed = format!("{} {}", &code[..3], &code[3..]);
    let made = pair(&world, &typed).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!(
        (&made["by_code"], &made["state"], &made["token"]),
        (&json!(true), &json!("never"), &Value::Null)
    );
    assert!(screen.is_paired().await);
    let cookie = screen.cookie.clone().unwrap();
    let lives = cookie.max_age().unwrap().whole_hours();
    assert_eq!((cookie.path(), cookie.http_only(), lives), (Some("/api/v1/shared"), Some(true), 23));
    let shown = screen.send(Method::GET, "/shared", None).await.json();
    assert_eq!((&shown["title"], &shown["boards"]), (&json!("Entrance"), &json!(["shipped"])));
    assert_eq!(screen.send(Method::GET, "/boards/shipped", None).await.status, 401);

    // It was switched off and on again: it goes on, and asks nobody for another code.
    let again = screen.send(Method::POST, "/shared/pairing", None).await;
    assert_eq!((again.status, &again.json()["paired"]), (200, &json!(true)));
    let removed =
        world.send(Method::DELETE, &format!("/shares/{}", made["id"].as_str().unwrap()), &json!({})).await;
    assert_eq!(removed.status, 204);
    assert_eq!(screen.send(Method::GET, "/shared", None).await.status, 401, "it was taken back");
    assert_ne!(screen.code().await, "", "it may wait again");
}

#[actix::test]
async fn a_code_is_good_for_one_screen_once_and_for_a_while() {
    let lives = |settings: &mut WebSettings| settings.pairing_lives = Duration::from_millis(200);
    let grants = std::sync::Arc::new(ports::grants::WholeTenant::new("acme"));
    let mut world = World::start_with(lives, Some(grants)).await;
    world.sign_in().await;
    let (mut first, mut second) = (Screen::new(&world), Screen::new(&world));
    let code = first.code().await;
    assert_eq!(pair(&world, &code).await.status, 201);
    let twice = pair(&world, &code).await;
    assert_eq!((twice.status, &twice.json()["code"]), (404, &json!("not_found")), "claimed twice");
    let code = second.code().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(pair(&world, &code).await.status, 404, "expired");
    assert!(first.is_paired().await && !second.is_paired().await);
    assert_eq!(pair(&world, "12345").await.status, 422);
    assert_eq!(world.get("/shares").await.json().as_array().unwrap().len(), 1);
}

#[actix::test]
async fn who_guesses_codes_is_stopped_and_a_right_one_forgives_nothing() {
    let world = World::signed_in().await;
    let mut screen = Screen::new(&world);
    let code = screen.code().await;
    let other =
        |n: usize| if code == format!("00000{n}") { "999999".to_owned() } else { format!("00000{n}") };
    for n in 0..4 {
        assert_eq!(pair(&world, &other(n)).await.status, 404);
    }
    assert_eq!(pair(&world, &code).await.status, 201);
    let mut next = Screen::new(&world);
    let code = next.code().await;
    assert_eq!(pair(&world, &other(5)).await.status, 404);
    let stopped = pair(&world, &code).await;
    assert_eq!((stopped.status, stopped.header("retry-after").is_empty()), (429, false), "{}", stopped.text);
    assert!(!next.is_paired().await);
}

#[actix::test]
async fn one_address_gets_so_many_codes() {
    let world = World::start().await;
    let mut statuses = Vec::new();
    for _ in 0..25 {
        statuses.push(Screen::new(&world).send(Method::POST, "/shared/pairing", None).await.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 20, "{statuses:?}");
    assert_eq!(statuses[24], 429);
}

#[actix::test]
async fn who_only_looks_pairs_nothing_and_uses_no_code_up() {
    let mut world = World::signed_in().await;
    user(&world, "vera", "viewer").await;
    let code = Screen::new(&world).code().await;
    world.sign_in_as("vera", "a password of users").await;
    assert_eq!(pair(&world, &code).await.status, 403);
    assert_eq!(world.get("/shares").await.status, 403);
    world.sign_in().await;
    let nowhere =
        json!({ "code": code, "wall": { "title": "t", "boards": ["nowhere"], "every": 30, "hours": 1 } });
    assert_eq!(world.send(Method::POST, "/shares/paired", &nowhere).await.status, 404);
    assert_eq!(pair(&world, &code).await.status, 201, "the code is as good as before");
}

#[actix::test]
async fn all_replicas_know_the_codes_and_who_was_heard() {
    let world = World::signed_in().await;
    let settings =
        WebSettings { bind: "127.0.0.1:0".parse().unwrap(), tenant: "acme".into(), ..WebSettings::default() };
    let other = web::start(settings, world.ports(), &Registry::new()).await.unwrap();
    let mut screen = Screen { url: other.url.clone(), ..Screen::new(&world) };
    let code = screen.code().await;
    assert_eq!(pair(&world, &code).await.status, 201, "typed at the one, shown by the other");
    assert!(screen.is_paired().await);
    assert_eq!(screen.beat("s1", 0).await, 204);
    assert_eq!(the_wall(&world).await["state"], "live");
    other.shutdown().await;
}

#[actix::test]
async fn the_list_tells_who_was_heard_and_the_store_of_documents_does_not_hear_of_it() {
    let world = World::signed_in().await;
    let mut screen = Screen::new(&world);
    pair(&world, &screen.code().await).await;
    let before = the_wall(&world).await;
    assert_eq!((&before["state"], &before["screens"]), (&json!("never"), &json!([])));
    assert_eq!(screen.beat("s1", 0).await, 204);
    assert_eq!(screen.beat("s2", 90).await, 204);
    let after = the_wall(&world).await;
    assert_eq!((&after["state"], &after["ends_soon"]), (&json!("live"), &json!(true)));
    let told = after["screens"].as_array().unwrap();
    let states: Vec<_> = told.iter().map(|screen| screen["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["still", "live"], "the one that was heard last first");
    assert_eq!(
        (&told[0]["width"], &told[0]["height"], &told[0]["build"]),
        (&json!(1920), &json!(1080), &json!("b1"))
    );
    assert!(told[0]["age_s"].as_i64().unwrap() < 5);

    for _ in 0..20 {
        assert_eq!(screen.beat("s1", 0).await, 204);
    }
    let counted = |result: &str| counted(&world, "pulse_walls_beats_total", result);
    assert_eq!(
        (counted("kept"), counted("early")),
        (8, 14),
        "more than a wall may send is dropped, and counted"
    );
    let id = before["id"].as_str().unwrap();
    assert_eq!(the_wall(&world).await["revision"], before["revision"]);
    assert!(world.documents.versions("share", id, 10).await.unwrap().is_empty());

    for (key, value) in [
        ("screen", json!("")),
        ("screen", json!("<b>")),
        ("build", json!("x".repeat(65))),
        ("width", json!(40_000)),
    ] {
        let mut beat = json!({ "screen": "s", "build": "b", "width": 1, "height": 1, "still_s": 0 });
        beat[key] = value;
        assert_eq!(screen.send(Method::POST, "/shared/beat", Some(beat)).await.status, 422, "{key}");
    }
    screen.cookie = None;
    assert_eq!(screen.beat("s1", 0).await, 401, "nobody's wall");
}

fn counted(world: &World, name: &str, result: &str) -> u64 {
    let families = world.registry.gather();
    let family = families.iter().find(|family| family.name() == name).unwrap();
    let of =
        |metric: &&prometheus::proto::Metric| metric.get_label().iter().any(|label| label.value() == result);
    family.get_metric().iter().find(of).map_or(0, |metric| metric.get_counter().get_value() as u64)
}

#[actix::test]
async fn a_wall_follows_what_is_changed_without_being_touched() {
    let world = World::signed_in().await;
    world.send(Method::POST, "/boards", &board("second", "Second")).await;
    let mut screen = Screen::new(&world);
    pair(&world, &screen.code().await).await;
    screen.is_paired().await;
    let request = world.client.ws(world.path("/shared/stream")).cookie(screen.cookie.clone().unwrap());
    let (_, mut socket) = request.origin(&world.url).connect().await.unwrap();

    let wall = the_wall(&world).await;
    let body =
        json!({ "title": "Hall", "boards": ["second"], "names_hidden": false, "every": 10, "hours": 200 });
    let changed = change(&world, &wall, &body).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let tag = format!("\"{}\"", changed.json()["revision"]);
    assert_eq!((changed.header("etag"), &changed.json()["ends_soon"]), (tag.as_str(), &json!(false)));
    let bye = loop {
        let frame =
            tokio::time::timeout(Duration::from_secs(5), socket.next()).await.unwrap().unwrap().unwrap();
        let Frame::Text(text) = frame else { continue };
        let message: Value = serde_json::from_slice(&text).unwrap();
        if message["type"] == "bye" {
            break message;
        }
    };
    assert_eq!(bye["reason"], "rights_changed", "it comes again, and is told the other boards");
    let shown = screen.send(Method::GET, "/shared", None).await.json();
    assert_eq!((&shown["boards"], &shown["every"]), (&json!(["second"]), &json!(10)));
    assert_eq!(screen.send(Method::GET, "/shared/boards/shipped", None).await.status, 404);
    assert_eq!(screen.beat("s1", 0).await, 204);
    assert!(
        screen.cookie.as_ref().unwrap().max_age().unwrap().whole_days() >= 8,
        "it lives as long as the wall"
    );

    assert_eq!(change(&world, &wall, &body).await.status, 412, "somebody else changed it first");
    let unmatched =
        world.send(Method::PUT, &format!("/shares/{}", wall["id"].as_str().unwrap()), &body).await;
    assert_eq!(unmatched.status, 428);
    for (key, value, status) in [
        ("title", json!(" "), 422),
        ("boards", json!(["nowhere"]), 404),
        ("every", json!(1), 422),
        ("hours", json!(0), 422),
    ] {
        let (mut body, wall) = (body.clone(), the_wall(&world).await);
        body[key] = value;
        assert_eq!(change(&world, &wall, &body).await.status, status, "{key}");
    }
}

#[actix::test]
async fn a_wall_is_its_makers_and_administrators_see_all() {
    let mut world = World::signed_in().await;
    for name in ["ann", "bob"] {
        user(&world, name, "editor").await;
    }
    world.send(Method::POST, "/boards?private=true", &board("mine", "Of the administrator")).await;
    let code = Screen::new(&world).code().await;
    world.sign_in_as("ann", "a password of users").await;
    assert_eq!(pair(&world, &code).await.status, 201);
    let wall_of_ann = the_wall(&world).await;
    let body = json!({ "title": "Hall", "boards": ["shipped"], "every": 10 });
    world.sign_in_as("bob", "a password of users").await;
    assert_eq!(world.get("/shares").await.json(), json!([]));
    assert_eq!(change(&world, &wall_of_ann, &body).await.status, 404);
    world.sign_in().await;
    assert_eq!(the_wall(&world).await["created_by"], "ann");
    let beyond = json!({ "title": "Hall", "boards": ["mine"], "every": 10 });
    assert_eq!(
        change(&world, &wall_of_ann, &beyond).await.status,
        404,
        "it shows what ann may see, and no more"
    );
    let changed = change(&world, &wall_of_ann, &body).await;
    assert_eq!((changed.status, &changed.json()["created_by"]), (200, &json!("ann")));
    assert_eq!(changed.json()["expires_at"], wall_of_ann["expires_at"], "nobody asked for more time");
}
