//! What made a number: who asks, how it is answered, and what is said when it can't be.

use crate::world::World;
use actix_web::rt;
use model::{Micros, Text};
use ports::questions::{Made, MadeOf, Question, Questions, Reply};

const ASKED: &str = "/values/made?definition=Entered%7CQueue%7CDefault%7C%7C%7C&object=9001&at=17000000";

/// Somebody answers every question so; what was asked comes back.
fn answering(world: &World, reply: Reply) -> rt::task::JoinHandle<MadeOf> {
    let questions = world.questions.clone();
    rt::spawn(async move {
        let ticket = questions.next().await.unwrap();
        questions.reply(ticket.number, reply).await.unwrap();
        match ticket.question {
            Question::Made(value) => value,
            other => panic!("{other:?}"),
        }
    })
}

fn made() -> Made {
    Made { at: Micros(17_000_000), value: Some(2.0), folded: Some(2.0), total: 2, ..Made::default() }
}

#[actix_web::test]
async fn a_number_is_compared_with_what_is_found() {
    let world = World::signed_in().await;
    for (shown, agrees) in [("", true), ("&shown=2", true), ("&shown=3", false)] {
        let asked = answering(&world, Reply::Made(Box::new(made())));
        let told = world.get(&format!("{ASKED}&skip=1&limit=1000{shown}")).await.json();
        assert_eq!((&told["total"], &told["agrees"]), (&2.into(), &agrees.into()), "{told}");
        let question = asked.await.unwrap();
        assert_eq!((question.skip, question.take, question.at), (1, 200, Micros(17_000_000)));
        assert_eq!(question.wanted.key(), Text::from("Entered|Queue|Default|||"));
    }
    let asked = answering(&world, Reply::Made(Box::new(Made { folded: Some(1.0), ..made() })));
    assert_eq!(world.get(ASKED).await.json()["agrees"], false, "the items come to another number");
    asked.await.unwrap();
}

#[actix_web::test]
async fn who_can_not_be_answered_is_told_why() {
    let world = World::signed_in().await;
    for (reply, status, code) in [
        (Reply::NoValue, 404, "no_value"),
        (Reply::Refused("nothing adds up to it".into()), 400, "refused"),
        (Reply::Busy, 503, "busy"),
        (Reply::TooMuch("too long".into()), 503, "too_much"),
        (Reply::Failed("gone".into()), 503, "unavailable"),
        (Reply::Unanswered, 501, "not_available"),
    ] {
        let asked = answering(&world, reply);
        let told = world.get(ASKED).await;
        assert_eq!((told.status, told.json()["code"].as_str()), (status, Some(code)), "{}", told.text);
        asked.await.unwrap();
    }
    let formula = world.get("/values/made?definition=formula%7CQueue%7Cx&object=9001&at=1").await;
    assert_eq!(formula.status, 400);
    assert!(formula.json()["cure"].as_str().unwrap().contains("columns"), "{}", formula.text);
}
