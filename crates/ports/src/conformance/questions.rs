//! Questions about values find their answers.

use crate::demand::Wanted;
use crate::questions::{Contact, Item, Made, MadeOf, Question, Questions, Reply, Tally, Told, Waiting};
use model::item::Cause;
use model::{Micros, Object, ObjectType};
use std::time::Duration;

fn question(skip: usize) -> Question {
    let wanted = Wanted::of_key("Entered|Queue|Default|||").expect("it is a key");
    let object = Object::new(ObjectType::Queue, "9001@sw");
    Question::Made(MadeOf { wanted, object, at: Micros(7), skip, take: 5 })
}

fn waiting() -> Reply {
    let place = Object::new(ObjectType::Queue, "9001@sw");
    let contact = Contact {
        place: place.clone(),
        id: Some("c1".into()),
        since: Micros(4),
        call_type: Some("Inbound".into()),
        from: Some("+49 30 1".into()),
        dialed: None,
        customer: None,
        media: None,
    };
    Reply::Waiting(Box::new(Waiting { at: Micros(7), places: vec![(place, 1)], contacts: vec![contact] }))
}

fn made() -> Reply {
    let cause = Cause { source: "sip".into(), epoch: 3, seq: 11 };
    let told = Told { cause, time: Micros(4), received: Micros(5), event: "Queued".into() };
    let item = Item {
        what: "CallEntered".into(),
        call_type: None,
        conn_id: Some("c1".into()),
        of: Some(Object::new(ObjectType::Queue, "9001@sw")),
        by: None,
        begun: Micros(4),
        ended: None,
        seconds: 0,
        main: true,
        rel: false,
        in_range: false,
        value: Some(0.1),
        records: vec![told],
    };
    let main = Tally { count: 1, longest: Some(9), ..Tally::default() };
    let made = Made {
        value: Some(1.0),
        range: Some((0, None)),
        main,
        total: 1,
        items: vec![item],
        ..Made::default()
    };
    Reply::Made(Box::new(made))
}

/// An answer reaches whoever asked, and nobody else; who waits no longer is not answered.
pub async fn questions(questions: &dyn Questions) {
    let who_waits = Question::Waiting(Object::new(ObjectType::Queue, "9001@sw"));
    let asks = async {
        let first = questions.ask(question(0)).await;
        let waits = questions.ask(who_waits.clone()).await;
        assert_eq!(waits.expect("answered"), waiting());
        (first, questions.ask(question(1)).await)
    };
    let answers = async {
        let first = questions.next().await.expect("a question");
        assert_eq!(first.question, question(0));
        assert!(questions.is_awaited(first.number).await);
        questions.reply(first.number, made()).await.expect("it is told");
        let waits = questions.next().await.expect("a question of the other kind");
        assert_eq!(waits.question, who_waits);
        questions.reply(waits.number, waiting()).await.expect("it is told");
        let second = questions.next().await.expect("another");
        assert_eq!(second.question, question(1));
        assert_ne!(first.number, second.number);
        questions.reply(second.number, Reply::NoValue).await.expect("it is told");
    };
    let ((first, second), ()) = tokio::join!(asks, answers);
    assert_eq!((first.expect("answered"), second.expect("answered")), (made(), Reply::NoValue));

    // Gone before anybody looked.
    let gone = tokio::time::timeout(Duration::from_millis(50), questions.ask(question(2))).await;
    assert!(gone.is_err(), "nobody answers");
    // One whose asker is believed to wait still may be told of; within seconds it is known that he does not.
    let told = tokio::time::timeout(Duration::from_millis(600), questions.next()).await;
    if let Ok(ticket) = told {
        let ticket = ticket.expect("a question");
        for _ in 0..120 {
            if !questions.is_awaited(ticket.number).await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(!questions.is_awaited(ticket.number).await, "he went long ago");
        questions.reply(ticket.number, Reply::NoValue).await.expect("it is dropped");
    }

    // Too many are sent away.
    let mut waiting: Vec<_> = (10..60).map(|skip| Box::pin(questions.ask(question(skip)))).collect();
    let mut sent_away = 0;
    for ask in &mut waiting {
        let early = tokio::time::timeout(Duration::from_millis(20), ask).await;
        sent_away += usize::from(matches!(early, Ok(Ok(Reply::Busy))));
    }
    assert!(sent_away > 0, "fifty questions are not kept");
}
