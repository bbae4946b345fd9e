//! Values, objects, history: asked once, within one's rights.

use crate::world::{ENTERED, World, queue};
use awc::http::Method;
use model::time::Micros;
use ports::demand::Demand;
use ports::history::{History, Point};
use serde_json::json;

const ASK: &str = "/values?object_type=Queue&statistics=Entered";

#[actix::test]
async fn values_are_a_table_with_an_etag_of_its_content() {
    let mut world = World::signed_in().await;
    world.publish("q1", 3.0).await;
    let first = world.get(ASK).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let table = first.json();
    assert_eq!(
        (&table["rows"][0]["name"], &table["rows"][0]["cells"][0]["v"]),
        (&json!("Queue q1"), &json!(3.0))
    );
    assert_eq!(table["columns"][0]["key"], ENTERED);
    assert_eq!(world.demand.wanted().await.unwrap().len(), 1);
    let again = world.request(Method::GET, ASK).insert_header(("If-None-Match", first.header("etag")));
    assert_eq!(again.send().await.unwrap().status(), 304);
    world.publish("q1", 4.0).await;
    let one = world.get(&format!("{ASK}&objects=q1")).await;
    assert_ne!(one.header("etag"), first.header("etag"));
    let unknown = world.get("/values?object_type=Queue&statistics=Foo").await;
    assert_eq!(unknown.status, 400);
    assert!(unknown.text.contains("no statistic 'Foo'"), "{}", unknown.text);
    assert!(world.get("/values?object_type=Sofa&statistics=Entered").await.text.contains("Sofa"));
    assert_eq!(world.get("/values?statistics=Entered").await.status, 400);
}

#[actix::test]
async fn a_formula_is_a_column_and_a_wrong_one_is_told() {
    let mut world = World::signed_in().await;
    world.publish("q1", 3.0).await;
    let table = world.get(&format!("{ASK}&formula=Entered%20/%20total(Entered)")).await.json();
    assert_eq!(table["columns"][1]["key"], "formula|Queue|Entered / total(Entered)");
    assert_eq!(table["columns"][1]["unit"], "number");
    assert_eq!(table["rows"][0]["cells"][1]["v"], json!(1.0));
    let wrong = world.get(&format!("{ASK}&formula=Entered%20/%20Left")).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text.contains("'Left' at 11: no column of this table has this name"), "{}", wrong.text);
}

#[actix::test]
async fn objects_are_found_by_part_of_their_name() {
    let mut world = World::signed_in().await;
    world.publish("q1", 3.0).await;
    world.get(ASK).await;
    let found = world.get("/objects?type=queue&search=UEUE%20Q").await.json();
    assert_eq!((&found["total"], &found["objects"][0]["object"]), (&json!(1), &json!("q1")));
    assert_eq!(world.get("/objects?type=Queue&search=x").await.json()["total"], 0);
    assert_eq!(world.get("/objects?type=Sofa").await.status, 400);
    assert_eq!(world.get("/sources").await.json()[0]["source"], "dcu-0");
    assert_eq!(world.get("/statistics").await.json()[1]["name"], "Entered");
    assert!(world.get("/debug/actors").await.json()["hub"]["alive"] == 1);
}

#[actix::test]
async fn history_comes_oldest_first_and_within_its_span() {
    let world = World::signed_in().await;
    let now = world.now();
    let point = |seconds: i64, value: f64| Point {
        definition: ENTERED.into(),
        object: queue("q1"),
        at: now - Micros::from_secs(seconds),
        value: Some(value),
        flags: 4,
    };
    world.history.append(vec![point(7_200, 1.0), point(60, 2.0), point(30, 3.0)]).await.unwrap();
    let key = ENTERED.replace('|', "%7C");
    let line = world.get(&format!("/history?definition={key}&object=q1")).await.json();
    let values: Vec<_> = line["points"].as_array().unwrap().iter().map(|point| point[1].clone()).collect();
    assert_eq!(values, [2.0, 3.0], "the last hour, if nothing else is said");
    assert_eq!(line["points"][0][2], json!(["partial"]));
    assert_eq!(world.get("/history?definition=nonsense&object=q1").await.status, 400);
}

#[actix::test]
async fn without_grants_nobody_sees_anything() {
    let mut world = World::start_with(|_| (), None).await;
    world.sign_in().await;
    world.publish("q1", 3.0).await;
    let table = world.get(ASK).await.json();
    assert_eq!(
        (table["rows"].as_array().unwrap().len(), &table["visible"]),
        (0, &json!({ "shown": 0, "of": 1 }))
    );
    assert_eq!(world.get("/objects?type=Queue").await.json()["total"], 0);
    let key = ENTERED.replace('|', "%7C");
    assert_eq!(world.get(&format!("/history?definition={key}&object=q1")).await.status, 404);
    assert!(world.demand.wanted().await.unwrap().is_empty(), "who may see nothing wishes for nothing");
}
