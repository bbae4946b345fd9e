//! Boards: stored, changed one after the other, never over somebody else's change.

use crate::world::{World, answer, board};
use awc::http::Method;
use serde_json::{Value, json};

async fn put(world: &World, body: &Value, tag: &str) -> crate::world::Answer {
    let path = format!("/boards/{}", body["id"].as_str().unwrap());
    let request = world.request(Method::PUT, &path).insert_header(("If-Match", tag));
    answer(request.send_json(body).await.unwrap()).await
}

#[actix::test]
async fn a_board_lives_from_creation_to_removal() {
    let world = World::signed_in().await;
    let created = world.send(Method::POST, "/boards", &board("mine", "One")).await;
    assert_eq!((created.status, created.header("location")), (201, "/api/v1/boards/mine"));
    let tag = created.header("etag").to_owned();
    let twice = world.send(Method::POST, "/boards", &board("mine", "One")).await;
    assert_eq!((twice.status, twice.json()["code"].as_str()), (409, Some("exists")));

    let read = world.get("/boards/mine").await;
    assert_eq!((read.header("etag"), read.json()["title"].as_str()), (tag.as_str(), Some("One")));
    let known = world.request(Method::GET, "/boards/mine").insert_header(("If-None-Match", tag.as_str()));
    assert_eq!(known.send().await.unwrap().status(), 304);

    let changed = put(&world, &board("mine", "Two"), &tag).await;
    assert_eq!(changed.status, 200);
    let late = put(&world, &board("mine", "Three"), &tag).await;
    assert_eq!((late.status, late.json()["code"].as_str()), (412, Some("conflict")));
    let blind = world.send(Method::PUT, "/boards/mine", &board("mine", "Three")).await;
    assert_eq!((blind.status, blind.json()["code"].as_str()), (428, Some("if_match_missing")));
    let mut again = world.get("/boards/mine").await.json();
    assert_eq!(again["revision"].to_string(), changed.header("etag").trim_matches('"'));
    again["title"] = json!("Sent back as it was read");
    let tag = put(&world, &again, changed.header("etag")).await.header("etag").to_owned();

    let versions = world.get("/boards/mine/versions").await.json();
    assert_eq!(versions.as_array().unwrap().len(), 2);
    assert_eq!(
        (&versions[1]["board"]["title"], &versions[1]["changed_by"]),
        (&json!("One"), &json!("admin"))
    );

    let list = world.get("/boards").await.json();
    let ids: Vec<_> = list.as_array().unwrap().iter().map(|board| board["id"].clone()).collect();
    assert_eq!(ids, ["mine", "shipped"]);

    let removed = world.request(Method::DELETE, "/boards/mine").insert_header(("If-Match", tag.as_str()));
    assert_eq!(removed.send().await.unwrap().status(), 204);
    assert_eq!(world.get("/boards/mine").await.status, 404);
    assert_eq!(
        world.get("/boards/mine/versions").await.json().as_array().unwrap().len(),
        3,
        "it can be brought back"
    );
}

#[actix::test]
async fn a_board_that_is_wrong_is_refused_with_the_place() {
    let world = World::signed_in().await;
    let mut body = board("mine", "Mine");
    body["widgets"][0]["query"]["statistics"] = json!(["Nonsense"]);
    let wrong = world.send(Method::POST, "/boards", &body).await;
    assert_eq!((wrong.status, wrong.json()["code"].as_str()), (422, Some("invalid_board")));
    assert!(wrong.text.contains("widget 'grid'") && wrong.text.contains("Nonsense"), "{}", wrong.text);
    let tag = world.get("/boards/shipped").await.header("etag").to_owned();
    let request = world.request(Method::PUT, "/boards/shipped").insert_header(("If-Match", tag));
    let other = answer(request.send_json(&board("other", "Other")).await.unwrap()).await;
    assert_eq!(other.status, 422, "{}", other.text);
}

#[actix::test]
async fn the_shipped_boards_and_the_library_fit_each_other() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");
    let mut names = std::collections::BTreeSet::new();
    for file in ["agents", "groups", "queues"] {
        let text = std::fs::read_to_string(format!("{folder}/statistics/{file}.toml")).unwrap();
        let table: toml::Table = toml::from_str(&text).unwrap();
        names.extend(table["stat_types"].as_table().unwrap().keys().cloned());
    }
    for id in ["overview", "queues", "agents"] {
        let text = std::fs::read_to_string(format!("{folder}/boards/{id}.json")).unwrap();
        let board: web::Board = serde_json::from_str(&text).unwrap();
        assert_eq!(board.id, id);
        for widget in &board.widgets {
            let Some(query) = &widget.query else { continue };
            for statistic in &query.statistics {
                let name = match statistic {
                    wire::stream::StatisticRef::Name(name) => name,
                    wire::stream::StatisticRef::Full(full) => &full.stat_type,
                    // What it uses are names of other columns: the server checks them when it starts.
                    wire::stream::StatisticRef::Formula(_) => continue,
                };
                assert!(names.contains(name.as_str()), "{id}: {name}");
            }
        }
    }
}

#[actix::test]
async fn a_shipped_board_that_does_not_fit_the_library_is_left_out() {
    let mut wrong = board("wrong", "Wrong");
    wrong["widgets"][0]["query"]["statistics"] = json!(["Nonsense"]);
    let grants = std::sync::Arc::new(ports::grants::WholeTenant::new("acme"));
    let mut world = World::start_with(|settings| settings.shipped_boards.push(wrong), Some(grants)).await;
    world.sign_in().await;
    let list = world.get("/boards").await.json();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["id"]), (1, &json!("shipped")));
}
