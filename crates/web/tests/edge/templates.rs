//! Templates: made by authors, never over somebody else's change, as files and with where they are used.

use crate::world::{Answer, World, answer, board};
use awc::http::Method;
use serde_json::{Value, json};

fn template(name: &str) -> Value {
    json!({
        "name": name, "title": "Service", "description": "How it goes.", "object_types": ["Queue"],
        "columns": [{ "statistic": "Entered", "format": "integer" }],
        "widget": { "kind": "grid", "title": "Service", "w": 12, "h": 8,
            "query": { "object_type": "Queue", "objects": "*", "statistics": ["Entered",
                { "formula": "Entered * 2", "name": "twice", "unit": "count" }] },
            "options": { "thresholds": { "Entered": { "warn": 5, "breach": 10, "when": "above" } } } },
    })
}

async fn change(world: &World, method: Method, name: &str, body: Option<&Value>, tag: &str) -> Answer {
    let request = world.request(method, &format!("/templates/{name}")).insert_header(("If-Match", tag));
    let sent = match body {
        Some(body) => request.send_json(body).await,
        None => request.send().await,
    };
    answer(sent.unwrap()).await
}

#[actix::test]
async fn a_template_lives_from_creation_to_removal() {
    let world = World::signed_in().await;
    let made = world.send(Method::POST, "/templates", &template("service")).await;
    assert_eq!((made.status, made.header("location")), (201, "/api/v1/templates/service"), "{}", made.text);
    let tag = made.header("etag").to_owned();
    let twice = world.send(Method::POST, "/templates", &template("service")).await;
    assert_eq!((twice.status, twice.json()["code"].as_str()), (409, Some("exists")));

    let mut read = world.get("/templates/service").await.json();
    assert_eq!((&read["changed_by"], &read["shipped"]), (&json!("admin"), &json!(false)));
    assert_eq!(read["widget"]["options"]["thresholds"]["Entered"]["breach"], 10.0);
    read["title"] = json!("Renamed");
    let changed = change(&world, Method::PUT, "service", Some(&read), &tag).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let late = change(&world, Method::PUT, "service", Some(&template("service")), &tag).await;
    assert_eq!((late.status, late.json()["code"].as_str()), (412, Some("conflict")));
    let list = world.get("/templates").await.json();
    assert_eq!(
        (list[0]["title"].as_str(), list[0]["widget"]["title"].as_str()),
        (Some("Renamed"), Some("Renamed"))
    );

    assert_eq!(change(&world, Method::DELETE, "service", None, &tag).await.status, 412);
    assert_eq!(change(&world, Method::DELETE, "service", None, changed.header("etag")).await.status, 204);
    assert_eq!(world.get("/templates/service").await.status, 404);
}

#[actix::test]
async fn what_is_wrong_is_told_as_one_writes_it() {
    let world = World::signed_in().await;
    let mut body = template("service");
    body["widget"]["query"]["statistics"][1]["formula"] = json!("Entered * Answred");
    let checked = world.send(Method::POST, "/templates/check", &body).await.json();
    assert_eq!(checked["columns"][0]["words"], "Calls.");
    assert!(checked["columns"][0]["fault"].is_null());
    assert!(checked["columns"][1]["fault"].as_str().unwrap().contains("'Answred' at 11"), "{checked}");
    body["widget"]["query"]["statistics"][0] =
        json!({ "stat_type": "Entered", "filter": "PairExists(\"Language\"" });
    let checked = world.send(Method::POST, "/templates/check", &body).await.json();
    let fault = checked["columns"][0]["fault"].as_str().unwrap();
    assert!(fault.starts_with("condition of 'Entered': "), "{fault}");
    let refused = world.send(Method::POST, "/templates", &body).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (422, Some("invalid_template")));
    let sound = world.send(Method::POST, "/templates/check", &template("service")).await.json();
    assert!(sound["problem"].is_null() && sound["columns"][1]["unit"] == "count", "{sound}");
}

#[actix::test]
async fn a_file_comes_back_as_the_template_that_it_was() {
    let world = World::signed_in().await;
    let made = world.send(Method::POST, "/templates", &template("service")).await.json();
    let file = world.get("/templates/service/text").await;
    assert!(file.header("content-type").starts_with("application/toml"));
    assert!(
        file.text.contains("statistic = \"Entered\"\nformat = \"integer\"\nwarn = 5\nbreach = 10"),
        "{}",
        file.text
    );
    let read =
        world.send(Method::POST, "/templates/read", &json!({ "name": "service", "text": file.text })).await;
    assert_eq!(read.json()["widget"], made["widget"]);
    let wrong = file.text.replace("breach", "braech");
    let read =
        world.send(Method::POST, "/templates/read", &json!({ "name": "service", "text": wrong })).await;
    assert_eq!(read.status, 422);
    let told = read.json()["message"].as_str().unwrap().to_owned();
    let line = file.text.lines().position(|line| line.starts_with("breach")).unwrap() + 1;
    assert!(told.starts_with(&format!("line {line}: ")) && told.contains("braech"), "{told}");
}

#[actix::test]
async fn uses_are_told_of_what_one_may_look_at_and_the_rest_is_counted() {
    let mut world = World::signed_in().await;
    world.send(Method::POST, "/templates", &template("service")).await;
    for (id, private) in [("open", false), ("secret", true)] {
        let mut body = board(id, id);
        body["widgets"][0]["options"]["template"] = json!("service");
        let path = format!("/boards?private={private}");
        assert_eq!(world.send(Method::POST, &path, &body).await.status, 201);
    }
    let rule = json!({
        "title": "Full", "object_type": "Queue", "objects": ["*"], "statistic": { "stat_type": "entered" },
        "condition": { "is": "above", "raise": 5 },
    });
    assert_eq!(world.send(Method::POST, "/rules", &rule).await.status, 201);
    let uses = world.get("/templates/service/uses").await.json();
    assert_eq!(
        uses["boards"],
        json!([
            { "id": "open", "title": "open", "widgets": 1 }, { "id": "secret", "title": "secret", "widgets": 1 },
        ])
    );

    let account = json!({ "user": "eve", "password": "a password of eve", "roles": ["viewer"] });
    assert_eq!(world.send(Method::POST, "/users", &account).await.status, 201);
    world.sign_in_as("eve", "a password of eve").await;
    let uses = world.get("/templates/service/uses").await.json();
    assert_eq!(uses["boards"], json!([{ "id": "open", "title": "open", "widgets": 1 }]));
    assert_eq!(uses["hidden"], json!({ "boards": 1, "widgets": 1, "rules": 0 }));
    let uses = world.get("/statistics/ENTERED/uses").await.json();
    let ids: Vec<_> = uses["boards"].as_array().unwrap().iter().map(|board| board["id"].clone()).collect();
    assert_eq!(ids, ["open", "shipped"]);
    assert_eq!(uses["templates"], json!([{ "id": "service", "title": "Service" }]));
    assert_eq!((&uses["rules"], &uses["hidden"]["rules"]), (&json!([]), &json!(1)));
    assert_eq!(world.get("/statistics/Nope/uses").await.status, 404);
}

#[actix::test]
async fn who_may_not_manage_templates_reads_them_only() {
    let mut world = World::signed_in().await;
    let made = world.send(Method::POST, "/templates", &template("service")).await;
    let tag = made.header("etag").to_owned();
    // Boards of one's own are not enough.
    let roles = ["view_dashboard", "manage_tabs", "edit_widget_display", "manage_widgets"];
    let account = json!({ "user": "eve", "password": "a password of eve", "roles": roles });
    assert_eq!(world.send(Method::POST, "/users", &account).await.status, 201);
    world.sign_in_as("eve", "a password of eve").await;
    assert_eq!(world.get("/templates/service").await.status, 200);
    assert_eq!(world.get("/templates/service/text").await.status, 200);
    for path in ["/templates", "/templates/check", "/templates/read"] {
        assert_eq!(world.send(Method::POST, path, &template("other")).await.status, 403, "{path}");
    }
    let late = change(&world, Method::PUT, "service", Some(&template("service")), &tag).await;
    assert!(late.status == 403 && late.text.contains("manage_templates"), "{}", late.text);
    assert_eq!(change(&world, Method::DELETE, "service", None, &tag).await.status, 403);
}
