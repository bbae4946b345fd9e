//! Who waits: what the actors tell is what the records tell.

use super::made::after_the_hour;
use super::*;
use model::record::Event;
use ports::questions::{Contact, Question, Questions, Reply, Waiting};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

static FOUND: AtomicUsize = AtomicUsize::new(0);

/// By call: since when it waits there, counted from the records alone.
fn waiting_by_records(centre: &Centre, queue: &str) -> BTreeMap<Text, Micros> {
    let mut waiting = BTreeMap::new();
    for record in &centre.records {
        let (Some(dn), Some(call)) = (&record.this_dn, &record.conn_id) else { continue };
        if dn != queue {
            continue;
        }
        match record.event {
            Event::Queued => _ = waiting.insert(call.clone(), record.received),
            Event::Diverted | Event::Abandoned => _ = waiting.remove(call),
            _ => {}
        }
    }
    waiting
}

async fn who_waits(stores: &Stores, object: Object) -> Waiting {
    match stores.questions.ask(Question::Waiting(object)).await.unwrap() {
        Reply::Waiting(waiting) => *waiting,
        other => panic!("{other:?}"),
    }
}

#[test]
fn those_who_wait_are_told_one_by_one_the_longest_first() {
    for seed in 11..14 {
        let centre = Arc::new(Centre::of(seed, 40));
        after_the_hour(&centre, async |stores, cells| {
            let queues: BTreeSet<&Object> = cells
                .keys()
                .map(|(_, object)| object)
                .filter(|object| object.kind == ObjectType::Queue)
                .collect();
            for queue in queues {
                let number = queue.id.split('@').next().unwrap();
                let expected = waiting_by_records(&centre, number);
                let told = who_waits(stores, queue.clone()).await;
                let told_of = |contact: &Contact| (contact.id.clone().unwrap(), contact.since);
                assert_eq!(
                    told.contacts.iter().map(told_of).collect::<BTreeMap<_, _>>(),
                    expected,
                    "{}",
                    queue.id
                );
                assert!(told.contacts.is_sorted_by_key(|contact| contact.since));
                assert_eq!((told.at, told.places), (centre.end, vec![(queue.clone(), expected.len())]));
                FOUND.fetch_add(expected.len(), Ordering::Relaxed);
            }
            for nowhere in
                [Object::new(ObjectType::Queue, "nobody@nowhere"), Object::new(ObjectType::Agent, "1001")]
            {
                let asked = stores.questions.ask(Question::Waiting(nowhere)).await.unwrap();
                assert_eq!(asked, Reply::NoValue);
            }
        });
    }
    assert!(FOUND.load(Ordering::Relaxed) > 5, "somebody waited");
}
