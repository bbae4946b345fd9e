//! Who waits: told with the time that each has waited, with numbers in full to those who may see them.

use crate::world::World;
use actix_web::rt;
use awc::http::Method;
use model::{Micros, Object, ObjectType};
use ports::questions::{Contact, Question, Questions, Reply, Waiting};
use serde_json::json;

const ASKED: &str = "/waiting?object_type=Queue&object=9001";

/// Somebody answers the next question so; what was asked comes back.
fn answering(world: &World, reply: Reply) -> rt::task::JoinHandle<Question> {
    let questions = world.questions.clone();
    rt::spawn(async move {
        let ticket = questions.next().await.unwrap();
        questions.reply(ticket.number, reply).await.unwrap();
        ticket.question
    })
}

fn waiting() -> Reply {
    let place = Object::new(ObjectType::Queue, "9001");
    let contact = |since, from: &str| Contact {
        place: place.clone(),
        id: Some("c1".into()),
        since: Micros::from_secs(since),
        call_type: Some("Inbound".into()),
        from: Some(from.into()),
        dialed: Some("8001".into()),
        customer: Some("Ada".into()),
        media: None,
    };
    let contacts = vec![contact(10, "+49 30 901820"), contact(15, "ada@example.org")];
    Reply::Waiting(Box::new(Waiting { at: Micros::from_secs(17), places: vec![(place, 3)], contacts }))
}

#[actix_web::test]
async fn each_contact_is_told_with_its_wait_and_an_answer_serves_many() {
    let world = World::signed_in().await;
    let asked = answering(&world, waiting());
    let told = world.get(ASKED).await.json();
    assert_eq!(asked.await.unwrap(), Question::Waiting(Object::new(ObjectType::Queue, "9001")));
    let waited = |nth: usize| told["contacts"][nth]["waited"].as_i64();
    assert_eq!((told["total"].as_i64(), waited(0), waited(1)), (Some(3), Some(7), Some(2)), "{told}");
    assert_eq!((&told["masked"], &told["contacts"][0]["from"]), (&json!(false), &json!("+49 30 901820")));
    // Nobody answers a second question: it is not asked.
    let one = world.get(&format!("{ASKED}&limit=1")).await.json();
    assert_eq!((one["contacts"].as_array().unwrap().len(), &one["total"]), (1, &json!(3)));
}

#[actix_web::test]
async fn who_may_not_see_numbers_sees_their_ends() {
    let mut world = World::signed_in().await;
    let account = json!({ "user": "eve", "password": "a password of eve", "roles": ["viewer"] });
    assert_eq!(world.send(Method::POST, "/users", &account).await.status, 201);
    world.sign_in_as("eve", "a password of eve").await;
    let asked = answering(&world, waiting());
    let told = world.get(ASKED).await.json();
    asked.await.unwrap();
    let from = |nth: usize| &told["contacts"][nth]["from"];
    assert_eq!((from(0), from(1)), (&json!("••••20"), &json!("a••••@example.org")));
    assert_eq!((&told["masked"], &told["contacts"][0]["customer"]), (&json!(true), &json!(null)));
    assert_eq!(told["contacts"][0]["dialed"], "8001", "the number called is no secret");
}

#[actix_web::test]
async fn who_can_not_be_answered_is_told_why() {
    let world = World::signed_in().await;
    for (reply, status, code) in [
        (Reply::NoValue, 404, "not_found"),
        (Reply::Busy, 503, "busy"),
        (Reply::Failed("gone".into()), 503, "unavailable"),
        (Reply::Unanswered, 501, "not_available"),
    ] {
        let asked = answering(&world, reply);
        let told = world.get(ASKED).await;
        assert_eq!((told.status, told.json()["code"].as_str()), (status, Some(code)), "{}", told.text);
        asked.await.unwrap();
    }
    let agent = world.get("/waiting?object_type=Agent&object=1001").await;
    assert_eq!(agent.status, 400);
    assert!(agent.json()["cure"].as_str().unwrap().contains("GroupQueues"), "{}", agent.text);
}
