//! Links for screens: what they open, and that they open nothing else.

use crate::world::{ENTERED, World, answer, board};
use awc::cookie::Cookie;
use awc::http::Method;
use awc::ws::{Frame, Message};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};

fn wish() -> Value {
    json!({ "title": "Entrance", "boards": ["shipped"], "names_hidden": true, "every": 30, "hours": 24 })
}

/// Enters by the token, without any session; answers the cookie.
async fn enter(world: &World, token: &str) -> (u16, Option<Cookie<'static>>) {
    let request = world.client.post(world.path("/shared"));
    let response = request.send_json(&json!({ "token": token })).await.unwrap();
    let cookie = response.cookie("pulse_wall").map(Cookie::into_owned);
    (response.status().as_u16(), cookie)
}

async fn look(world: &World, path: &str, cookie: &Cookie<'static>) -> crate::world::Answer {
    answer(world.client.get(world.path(path)).cookie(cookie.clone()).send().await.unwrap()).await
}

#[actix::test]
async fn a_link_opens_its_boards_and_nothing_else_until_it_is_taken_back() {
    let world = World::signed_in().await;
    world.send(Method::POST, "/boards", &board("secret", "Secret")).await;
    let made = world.send(Method::POST, "/shares", &wish()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let (id, token) = (made.json()["id"].clone(), made.json()["token"].clone());
    let list = world.get("/shares").await.json();
    assert_eq!((&list[0]["id"], &list[0]["token"]), (&id, &Value::Null), "the secret is told once");

    let (status, cookie) = enter(&world, token.as_str().unwrap()).await;
    let cookie = cookie.unwrap();
    assert_eq!((status, cookie.path(), cookie.http_only()), (200, Some("/api/v1/shared"), Some(true)));
    let opened = look(&world, "/shared", &cookie).await.json();
    assert_eq!((&opened["boards"], &opened["names_hidden"]), (&json!(["shipped"]), &json!(true)));
    assert_eq!(look(&world, "/shared/boards/shipped", &cookie).await.json()["title"], "Shipped");
    for (path, status) in
        [("/shared/boards/secret", 404), ("/boards/shipped", 401), ("/objects?type=Queue", 401)]
    {
        assert_eq!(look(&world, path, &cookie).await.status, status, "{path}");
    }
    let past =
        |definition: &str| format!("/shared/boards/shipped/history?definition={definition}&object=9001@sw");
    assert_eq!(look(&world, &past(&ENTERED.replace('|', "%7C")), &cookie).await.status, 200);
    assert_eq!(look(&world, &past("Answered%7CQueue%7CDefault%7C%7C%7C"), &cookie).await.status, 404);

    let removed = world.send(Method::DELETE, &format!("/shares/{}", id.as_str().unwrap()), &json!({})).await;
    assert_eq!(removed.status, 204);
    assert_eq!(look(&world, "/shared", &cookie).await.status, 401);
    assert_eq!(enter(&world, token.as_str().unwrap()).await.0, 403);
}

#[actix::test]
async fn the_stream_of_a_link_follows_stored_widgets_alone() {
    let mut world = World::signed_in().await;
    world.publish("9001@sw", 7.0).await;
    let made = world.send(Method::POST, "/shares", &wish()).await.json();
    let (_, cookie) = enter(&world, made["token"].as_str().unwrap()).await;
    let request = world.client.ws(world.path("/shared/stream")).cookie(cookie.unwrap()).origin(&world.url);
    let (_, mut socket) = request.connect().await.unwrap();
    let query = json!({ "object_type": "Queue", "objects": "*", "statistics": ["Entered"] });
    for open in [
        json!({ "op": "open", "id": 1, "query": query }),
        json!({ "op": "open", "id": 2, "board": "secret", "widget": "grid" }),
        json!({ "op": "open", "id": 3, "board": "shipped", "widget": "grid" }),
    ] {
        socket.send(Message::Text(open.to_string().into())).await.unwrap();
    }
    let mut said = Vec::new();
    while said.len() < 3 {
        let Frame::Text(text) = socket.next().await.unwrap().unwrap() else { continue };
        let message: Value = serde_json::from_slice(&text).unwrap();
        if ["error", "snapshot"].contains(&message["type"].as_str().unwrap()) {
            said.push((message["id"].as_u64(), message["code"].as_str().map(str::to_owned)));
        }
    }
    said.sort();
    let refused = Some("not_permitted".to_owned());
    assert_eq!(said, [(Some(1), refused.clone()), (Some(2), refused), (Some(3), None)]);
}

#[actix::test]
async fn a_link_that_is_out_of_its_bounds_is_refused() {
    let world = World::signed_in().await;
    for (key, value, status) in [
        ("hours", json!(0), 422),
        ("every", json!(1), 422),
        ("boards", json!([]), 422),
        ("boards", json!(["nowhere"]), 404),
        ("title", json!(" "), 422),
    ] {
        let mut wish = wish();
        wish[key] = value;
        assert_eq!(world.send(Method::POST, "/shares", &wish).await.status, status, "{key}");
    }
}
