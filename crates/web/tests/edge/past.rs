//! The whole picture of a query as it stood: exactly what is stored, within one's rights, and honest where nothing is.

use crate::world::{Answer, ENTERED, World, board, queue};
use awc::http::Method;
use model::time::Micros;
use ports::history::{History, Point, awake};
use serde_json::{Value, json};

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

/// The instant so many seconds ago, at the step that keeps it.
fn ago(world: &World, seconds: i64, step: i64) -> Micros {
    let at = world.now().secs() - seconds;
    Micros::from_secs(at.div_euclid(step) * step)
}

async fn keep(world: &World, id: &str, at: Micros, value: f64, flags: u8) {
    let (definition, object) = (ENTERED.into(), queue(id));
    let point = Point { definition, object, at, value: Some(value), flags };
    let (definition, object) = awake();
    let minute = Micros::from_secs(at.secs() / MINUTE * MINUTE);
    let alive = Point { definition, object, at: minute, value: Some(1.0), flags: 0 };
    world.history.append(vec![point, alive]).await.unwrap();
}

async fn look(world: &World, at: i64, more: &str) -> Answer {
    world.get(&format!("/values?object_type=Queue&statistics=Entered&at={at}{more}")).await
}

fn cells(table: &Value) -> Vec<(&str, &Value)> {
    let rows = table["rows"].as_array().unwrap();
    rows.iter().map(|row| (row["object"].as_str().unwrap(), &row["cells"][0]["v"])).collect()
}

#[actix::test]
async fn a_past_picture_is_what_was_stored_at_or_before_its_step() {
    let mut world = World::signed_in().await;
    world.publish("q1", 99.0).await;
    world.publish("q2", 99.0).await;
    let step = ago(&world, 10 * MINUTE, 10);
    keep(&world, "q1", step, 3.0, 4).await;
    keep(&world, "q1", step + Micros::from_secs(10), 5.0, 0).await;
    let answer = look(&world, step.0 + 9_999_999, "&formula=Entered%20*%202").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let table = answer.json();
    assert_eq!((&table["at"], &table["awake"]), (&json!(step), &json!(true)));
    assert_eq!(cells(&table), [("q1", &json!(3.0)), ("q2", &Value::Null)]);
    assert_eq!(table["rows"][0]["name"], "Queue q1");
    let kept = &table["rows"][0]["cells"];
    assert_eq!((&kept[0]["flags"], &kept[0]["at"]), (&json!(["partial"]), &json!(step)));
    assert_eq!(
        (&kept[1]["v"], &kept[1]["flags"]),
        (&json!(6.0), &json!(["partial"])),
        "formulas are computed"
    );
    assert_eq!(table["rows"][1]["cells"][0]["reason"], "no_data", "what is not kept is not invented");
    let later = look(&world, step.0 + 10_000_000, "").await.json();
    assert_eq!(cells(&later)[0].1, &json!(5.0));
    let now = look(&world, world.now().0, "").await.json();
    assert!(
        now["at"].as_i64().unwrap() < world.now().0 - 14_000_000,
        "the newest step is one that is stored"
    );
}

#[actix::test]
async fn beyond_a_day_steps_are_minutes() {
    let mut world = World::signed_in().await;
    world.publish("q1", 99.0).await;
    let minute = ago(&world, 3 * DAY, 60);
    keep(&world, "q1", minute, 7.0, 0).await;
    let table = look(&world, minute.0 + 59_000_000, "").await.json();
    assert_eq!((&table["at"], cells(&table)[0].1), (&json!(minute), &json!(7.0)));
}

#[actix::test]
async fn where_nobody_computed_nothing_stands() {
    let mut world = World::signed_in().await;
    world.publish("q1", 99.0).await;
    let step = ago(&world, 60 * MINUTE, 10);
    keep(&world, "q1", step, 3.0, 0).await;
    let table = look(&world, step.0 + 20 * 60_000_000, "").await.json();
    assert_eq!((&table["awake"], cells(&table)[0].1), (&json!(false), &Value::Null));
}

#[actix::test]
async fn a_time_of_which_nothing_is_kept_is_refused_with_its_cause() {
    let world = World::signed_in().await;
    let now = world.now().0;
    for (at, cause) in [
        ((now + 60_000_000).to_string(), "ahead of now"),
        ((now - 36 * DAY * 1_000_000).to_string(), "35 days"),
        ("yesterday".to_owned(), "no instant"),
    ] {
        let answer = world.get(&format!("/values?object_type=Queue&statistics=Entered&at={at}")).await;
        assert_eq!(answer.status, 400);
        assert!(answer.text.contains(cause), "{}", answer.text);
    }
}

#[actix::test]
async fn the_query_of_the_stream_asks_as_well() {
    let mut world = World::signed_in().await;
    world.publish("q1", 99.0).await;
    let step = ago(&world, 10 * MINUTE, 10);
    keep(&world, "q1", step, 3.0, 0).await;
    let query = json!({ "object_type": "Queue", "objects": ["q1"],
        "statistics": [{ "stat_type": "Entered", "title": "In" }] });
    let query: String = query.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect();
    let table = world.get(&format!("/values?query={query}&at={}", step.0)).await.json();
    assert_eq!((cells(&table)[0].1, &table["columns"][0]["title"]), (&json!(3.0), &json!("In")));
    let both = world.get(&format!("/values?query={query}&object_type=Queue")).await;
    assert!(both.text.contains("says it all"), "{}", both.text);
    assert!(world.get("/values?query=%7B").await.text.contains("query: "));
}

#[actix::test]
async fn who_may_see_nothing_sees_no_past() {
    let mut world = World::start_with(|_| (), None).await;
    world.sign_in().await;
    world.publish("q1", 99.0).await;
    let step = ago(&world, 10 * MINUTE, 10);
    keep(&world, "q1", step, 3.0, 0).await;
    // What is published is heard a moment later.
    let mut table = Value::Null;
    for _ in 0..500 {
        table = look(&world, step.0, "").await.json();
        if table["visible"]["of"] == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!((cells(&table).len(), &table["visible"]), (0, &json!({ "shown": 0, "of": 1 })));
}

#[actix::test]
async fn a_link_shows_the_past_of_its_widgets_alone() {
    let mut world = World::signed_in().await;
    world.publish("q1", 99.0).await;
    world.send(Method::POST, "/boards", &board("secret", "Secret")).await;
    let step = ago(&world, 10 * MINUTE, 10);
    keep(&world, "q1", step, 3.0, 0).await;
    let share = json!({ "title": "t", "boards": ["shipped"], "every": 5, "hours": 1 });
    let token = world.send(Method::POST, "/shares", &share).await.json()["token"].clone();
    let entered =
        world.client.post(world.path("/shared")).send_json(&json!({ "token": token })).await.unwrap();
    let cookie = entered.cookie("pulse_wall").unwrap().into_owned();
    for (board, widget, status) in
        [("shipped", "grid", 200), ("shipped", "other", 404), ("secret", "grid", 404)]
    {
        let path = format!("/shared/boards/{board}/values?widget={widget}&at={}", step.0);
        let asked = world.client.get(world.path(&path)).cookie(cookie.clone()).send().await.unwrap();
        let told = crate::world::answer(asked).await;
        assert_eq!(told.status, status, "{}", told.text);
        if status == 200 {
            assert_eq!(cells(&told.json()), [("q1", &json!(3.0))]);
        }
    }
}
