//! What administrators do: accounts that are switched off, passwords that are told once, kinds of widgets, and the trail
//! of who did what.

use crate::world::{Answer, World, answer, board};
use awc::http::Method;
use serde_json::{Value, json};

async fn put(world: &World, path: &str, revision: &Value, body: &Value) -> Answer {
    let request = world.request(Method::PUT, path).insert_header(("If-Match", format!("\"{revision}\"")));
    answer(request.send_json(body).await.unwrap()).await
}

/// Signs in without asserting that it works; status and the word for programs.
async fn knock(world: &World, user: &str, password: &str) -> (u16, Value) {
    let body = json!({ "user": user, "password": password });
    let told = answer(world.client.post(world.path("/session")).send_json(&body).await.unwrap()).await;
    (told.status, told.json()["code"].clone())
}

fn form(roles: &[&str]) -> Value {
    json!({ "user": "ann", "name": "Ann", "password": "a long password", "roles": roles })
}

async fn user(world: &World, named: &str) -> Value {
    let users = world.get("/users").await.json();
    users.as_array().unwrap().iter().find(|user| user["user"] == named).cloned().unwrap()
}

/// What was done, as (by, kind, did).
async fn trail(world: &World, query: &str) -> Vec<(String, String, String)> {
    let told = world.get(&format!("/audit?{query}")).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let word = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
    let entries = told.json()["entries"].as_array().unwrap().clone();
    entries.iter().map(|entry| (word(entry, "by"), word(entry, "kind"), word(entry, "did"))).collect()
}

fn entry(by: &str, kind: &str, did: &str) -> (String, String, String) {
    (by.to_owned(), kind.to_owned(), did.to_owned())
}

#[actix::test]
async fn an_account_that_is_switched_off_lets_nobody_in_and_its_links_lead_nowhere() {
    let mut world = World::signed_in().await;
    world.send(Method::POST, "/users", &form(&["editor"])).await;
    world.sign_in_as("ann", "a long password").await;
    let link = json!({ "title": "Hall", "boards": ["shipped"], "every": 30, "hours": 1 });
    let token = world.send(Method::POST, "/shares", &link).await.json()["token"].clone();
    let anns = world.cookie.clone();
    world.sign_in().await;
    let ann = user(&world, "ann").await;
    assert_eq!(
        (&ann["sessions"], ann["seen_at"].is_i64(), &ann["disabled"]),
        (&json!(1), true, &json!(false))
    );

    let mut off = form(&["editor"]);
    off.as_object_mut().unwrap().remove("password");
    off["disabled"] = json!(true);
    assert_eq!(put(&world, "/users/ann", &json!(99_999), &off).await.status, 412, "somebody else was first");
    assert_eq!(put(&world, "/users/ann", &ann["revision"], &off).await.status, 200);
    let (admins, csrf) = (world.cookie.clone(), world.csrf.clone());
    world.cookie = anns;
    assert_eq!(world.get("/session").await.status, 401, "her session has ended");
    assert_eq!(knock(&world, "ann", "a long password").await, (403, json!("switched_off")));
    assert_eq!(
        knock(&world, "ann", "another").await,
        (401, json!("wrong_credentials")),
        "a stranger is told nothing"
    );
    let enter = || async {
        let secret = json!({ "token": token });
        world.client.post(world.path("/shared")).send_json(&secret).await.unwrap().status().as_u16()
    };
    assert_eq!(enter().await, 403);
    (world.cookie, world.csrf) = (admins, csrf);
    off["disabled"] = json!(false);
    assert_eq!(world.send(Method::PUT, "/users/ann", &off).await.status, 200);
    let secret = json!({ "token": token });
    let entered = world.client.post(world.path("/shared")).send_json(&secret).await.unwrap();
    assert_eq!(entered.status(), 200, "what she made works again");
}

#[actix::test]
async fn the_last_who_manages_accounts_stays_also_when_others_are_switched_off() {
    let world = World::signed_in().await;
    let mut second = form(&["admin"]);
    second["disabled"] = json!(true);
    world.send(Method::POST, "/users", &second).await;
    for form in [json!({ "roles": ["admin"], "disabled": true }), json!({ "roles": ["viewer"] })] {
        let told = world.send(Method::PUT, "/users/admin", &form).await;
        assert_eq!((told.status, &told.json()["code"]), (409, &json!("last_admin")));
    }
    assert_eq!(world.send(Method::DELETE, "/users/admin", &json!({})).await.status, 409);
}

#[actix::test]
async fn a_password_that_is_made_here_is_told_once() {
    let mut world = World::signed_in().await;
    let mut wish = form(&["viewer"]);
    wish["invent_password"] = json!(true);
    assert_eq!(world.send(Method::POST, "/users", &wish).await.status, 422, "either given or invented");
    wish.as_object_mut().unwrap().remove("password");
    let made = world.send(Method::POST, "/users", &wish).await.json();
    let first = made["new_password"].as_str().unwrap().to_owned();
    assert!(user(&world, "ann").await.get("new_password").is_none());
    let again = world.send(Method::PUT, "/users/ann", &wish).await.json();
    let second = again["new_password"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(knock(&world, "ann", &first).await.0, 401);
    assert_eq!(knock(&world, "ann", &second).await.0, 200);
    assert_eq!(user(&world, "ann").await["sessions"], 1);
    assert_eq!(world.send(Method::DELETE, "/users/ann/sessions", &json!({})).await.status, 204);
    assert_eq!(user(&world, "ann").await["sessions"], 0);
    assert_eq!(trail(&world, "kind=signed_out").await, [entry("admin", "signed_out", "done")]);
    world.sign_in_as("ann", &second).await;
    assert_eq!(world.send(Method::DELETE, "/users/admin/sessions", &json!({})).await.status, 403);
}

#[actix::test]
async fn the_trail_tells_who_did_what_page_by_page_and_never_a_secret() {
    let mut world = World::signed_in().await;
    world.send(Method::POST, "/users", &form(&["editor"])).await;
    assert_eq!(knock(&world, "ann", "wrong password").await.0, 401);
    assert_eq!(knock(&world, "my secret", "ann").await.0, 401);
    let ann = user(&world, "ann").await;
    let mut changed = form(&["editor"]);
    changed["password"] = json!("another password");
    put(&world, "/users/ann", &ann["revision"], &changed).await;
    world.send(Method::POST, "/boards", &board("own", "Own")).await;
    world.sign_in_as("ann", "another password").await;
    let read = world.get("/boards/own").await;
    let mut body = read.json();
    body["title"] = json!("Ours");
    let revision = body["revision"].take();
    assert_eq!(put(&world, "/boards/own", &revision, &body).await.status, 200);
    for path in ["/audit", "/audit/1", "/audit.csv"] {
        assert_eq!(world.get(path).await.status, 403, "{path} is for administrators");
    }

    world.sign_in().await;
    let expected = [
        entry("admin", "sign_in", "done"),
        entry("ann", "board", "changed"),
        entry("ann", "sign_in", "done"),
        entry("admin", "board", "made"),
        entry("admin", "user", "changed"),
        entry("", "sign_in_refused", "done"),
        entry("ann", "sign_in_refused", "done"),
        entry("admin", "user", "made"),
    ];
    assert_eq!(trail(&world, "").await[..8], expected);
    assert_eq!(trail(&world, "who=ANN&kind=board,user").await, [entry("ann", "board", "changed")]);
    assert_eq!(world.get("/audit?kind=session").await.status, 400);
    assert_eq!(world.get("/audit?after=x").await.status, 400);

    let mut read = Vec::new();
    let mut after = String::new();
    loop {
        let page = world.get(&format!("/audit?limit=3{after}")).await.json();
        let entries = page["entries"].as_array().unwrap().clone();
        assert!(entries.len() <= 3);
        read.extend(entries);
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    let whole = world.get("/audit?limit=200").await.json();
    assert_eq!(json!(read), whole["entries"], "page by page, each once");

    let found = |kind: &str, did: &str| {
        read.iter().find(|entry| entry["kind"] == kind && entry["did"] == did).unwrap()
    };
    let opened = world.get(&format!("/audit/{}", found("board", "changed")["number"])).await.json();
    assert_eq!((&opened["before"]["title"], &opened["after"]["title"]), (&json!("Own"), &json!("Ours")));
    assert_eq!(opened["entry"]["title"], "Ours");
    let opened = world.get(&format!("/audit/{}", found("user", "changed")["number"])).await;
    assert_ne!(
        opened.json()["before"]["password"],
        opened.json()["after"]["password"],
        "that it changed is told"
    );
    let refused = world.get(&format!("/audit/{}", found("sign_in_refused", "done")["number"])).await.json();
    assert_eq!(refused["contents"], "nothing");
    assert_eq!(world.get("/audit/99999").await.status, 404);
    let file = world.get("/audit.csv?kind=board,user,sign_in_refused").await;
    assert!(
        file.text.starts_with("at,by,kind,did,id") && file.text.contains(",ann,board,changed,own,"),
        "{}",
        file.text
    );
    for text in [&opened.text, &whole.to_string(), &file.text] {
        assert!(
            !text.contains("argon2") && !text.contains("secret") && !text.contains("another password"),
            "{text}"
        );
    }
}

#[actix::test]
async fn what_is_older_than_the_settings_say_is_forgotten_at_the_start() {
    let mut world = World::start_with(
        |settings| settings.audit_age_max = std::time::Duration::ZERO,
        Some(std::sync::Arc::new(ports::grants::WholeTenant::new("acme"))),
    )
    .await;
    world.sign_in().await;
    // The sweep runs beside the start.
    for _ in 0..100 {
        if trail(&world, "kind=board").await.is_empty() {
            return;
        }
        actix::clock::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the shipped board was made before the sweep, and is still told of");
}

#[actix::test]
async fn nobody_puts_a_widget_on_a_board_whose_kind_is_off() {
    let mut world = World::signed_in().await;
    world.send(Method::POST, "/users", &form(&["editor"])).await;
    let kinds = world.get("/widgets").await;
    assert_eq!(kinds.json()["revision"], 0);
    assert!(kinds.json()["kinds"].as_array().unwrap().iter().all(|kind| kind["on"] == true));
    assert_eq!(world.send(Method::PUT, "/widgets", &json!({})).await.status, 428);
    let off = json!({ "only": { "grid": [], "text": ["lead"] } });
    let stored = put(&world, "/widgets", &json!(0), &off).await;
    assert_eq!(stored.status, 200, "{}", stored.text);
    assert_eq!(put(&world, "/widgets", &json!(0), &off).await.status, 412);
    assert_eq!(
        put(&world, "/widgets", &stored.json()["revision"], &json!({ "only": { "pie": [] } })).await.status,
        400
    );
    assert_eq!(world.get("/meta").await.json()["widgets_off"], json!(["grid"]));

    world.sign_in_as("ann", "a long password").await;
    assert_eq!(put(&world, "/widgets", &stored.json()["revision"], &json!({})).await.status, 403);
    let told = world.get("/widgets").await.json();
    let of = |kind: &str| {
        told["kinds"].as_array().unwrap().iter().find(|line| line["kind"] == kind).unwrap().clone()
    };
    assert_eq!(
        of("text"),
        json!({ "kind": "text", "on": false, "off": false, "only": null }),
        "roles are the administrators' business"
    );
    let refused = world.send(Method::POST, "/boards", &board("new", "New")).await;
    assert_eq!((refused.status, &refused.json()["code"]), (422, &json!("widget_off")), "{}", refused.text);
    let mut shipped = world.get("/boards/shipped").await.json();
    let revision = shipped["revision"].take();
    shipped["title"] = json!("Still here");
    let kept = put(&world, "/boards/shipped", &revision, &shipped).await;
    assert_eq!(kept.status, 200, "what lay there stays: {}", kept.text);
    let revision = kept.json()["revision"].clone();
    let mut second = shipped["widgets"][0].clone();
    (second["id"], second["y"]) = (json!("second"), json!(8));
    shipped["widgets"].as_array_mut().unwrap().push(second);
    assert_eq!(put(&world, "/boards/shipped", &revision, &shipped).await.json()["code"], "widget_off");
}

#[actix::test]
async fn who_gave_a_board_to_whom_is_told_to_administrators() {
    let mut world = World::signed_in().await;
    world.send(Method::POST, "/users", &form(&["editor"])).await;
    world.sign_in_as("ann", "a long password").await;
    let made = world.send(Method::POST, "/boards?private=true", &board("own", "Own")).await;
    let share = json!({ "owner": "ann", "with": [{ "who": { "user": "bob" }, "right": "read", "by": "somebody else", "at": 1 }] });
    let shared = put(
        &world,
        "/boards/own/sharing",
        &made.header("etag").trim_matches('"').parse::<u64>().unwrap().into(),
        &share,
    )
    .await;
    assert_eq!(shared.status, 200, "{}", shared.text);
    assert_eq!(world.get("/sharing").await.status, 403);
    world.sign_in().await;
    let told = world.get("/sharing").await.json();
    let own = told.as_array().unwrap().iter().find(|board| board["board"] == "own").unwrap().clone();
    assert_eq!(
        (&own["owner"], &own["with"][0]["by"]),
        (&json!("ann"), &json!("ann")),
        "not who the page says: {own}"
    );
    let shared = own["with"][0]["at"].as_i64().unwrap();
    assert!(shared > 1);
    // Another entry does not make the first one new.
    let mut with = own["with"].as_array().unwrap().clone();
    with.push(json!({ "who": { "role": "viewer" }, "right": "read" }));
    let more = put(&world, "/boards/own/sharing", &own["revision"], &json!({ "owner": "ann", "with": with }))
        .await
        .json();
    assert_eq!((&more["with"][0]["by"], &more["with"][0]["at"]), (&json!("ann"), &json!(shared)));
    assert_eq!(more["with"][1]["by"], "admin");
}
