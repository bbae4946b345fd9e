//! What made a value: the journal is read again for it, and its items come to what was published.

use super::*;
use ports::questions::{Made, MadeOf, Question, Questions, Reply};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs a centre's hour to its end, then asks.
pub(super) fn after_the_hour(centre: &Arc<Centre>, ask: impl AsyncFn(&Stores, Cells)) {
    let stores = Stores::new();
    block_on(want(&stores, wanted()));
    actix::System::with_tokio_rt(|| {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
    })
    .block_on(async {
        let dcu = start(centre, &stores, "").await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        dcu.carry("lds", subscription(centre.link(&dcu.reached.positions(), 500), None));
        while stores.cells().await.0 < centre.end {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let (_, cells) = stores.cells().await;
        ask(&stores, cells).await;
    });
}

fn question(definition: &str, object: &Object, at: Micros) -> MadeOf {
    let wanted = Wanted::of_key(definition).unwrap();
    MadeOf { wanted, object: object.clone(), at, skip: 0, take: 200 }
}

async fn made(stores: &Stores, question: MadeOf) -> Made {
    match stores.questions.ask(Question::Made(question)).await.unwrap() {
        Reply::Made(made) => *made,
        other => panic!("{other:?}"),
    }
}

/// Of each definition the object with the greatest number; of states any.
fn busiest(cells: &Cells) -> Vec<(&Text, &Object, &Cell)> {
    let number = |cell: &Cell| if let Content::Number(number) = cell.content { number } else { 0.0 };
    let mut chosen: BTreeMap<&Text, (&Object, &Cell)> = BTreeMap::new();
    for ((definition, object), cell) in cells {
        let known = chosen.entry(definition).or_insert((object, cell));
        if number(cell) > number(known.1) {
            *known = (object, cell);
        }
    }
    chosen.into_iter().map(|(definition, (object, cell))| (definition, object, cell)).collect()
}

#[test]
fn the_items_of_every_kind_of_statistic_come_to_the_published_value() {
    let centre = Arc::new(Centre::of(5, 40));
    let (listed, caused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    after_the_hour(&centre, async |stores, cells| {
        let chosen = busiest(&cells);
        let definitions: BTreeSet<Text> = wanted().iter().map(Wanted::key).collect();
        assert_eq!(chosen.len(), definitions.len(), "counts, times, windows, states: all are asked about");
        for (definition, object, cell) in chosen {
            let made = made(stores, question(definition, object, centre.end)).await;
            let about = format!("{definition} of {}", object.id);
            match &cell.content {
                Content::Number(number) => {
                    assert_eq!((made.value, made.folded), (Some(*number), Some(*number)), "{about}");
                }
                Content::State(state) => {
                    assert_eq!(made.status, Some(state.status.clone()), "{about}");
                    assert_eq!(made.folded_status, made.status, "{about}");
                }
                Content::Missing(missing) => panic!("{about}: {missing:?}"),
            }
            assert_eq!((made.at, made.flags), (centre.end, cell.flags.0), "{about}");
            assert!(!made.is_short && made.from < made.until, "{about}");
            listed.fetch_add(usize::from(!made.items.is_empty()), Ordering::Relaxed);
            let records = made.items.iter().flat_map(|item| &item.records);
            for told in records {
                let is_it =
                    |record: &&Record| record.source == told.cause.source && record.seq == told.cause.seq;
                let record = centre.records.iter().find(is_it).unwrap();
                assert_eq!((record.received, record.event.name()), (told.received, told.event.as_str()));
                caused.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let (listed, caused) = (listed.into_inner(), caused.into_inner());
    assert!(listed > 15 && caused > 100, "{listed} lists, {caused} records");
}

#[test]
fn a_value_of_an_hour_ago_is_explained_as_it_was_then() {
    let centre = Arc::new(Centre::of(6, 30));
    let then = START + Micros::from_secs(15 * 60);
    let before = expected(&centre, &wanted(), then);
    after_the_hour(&centre, async |stores, _| {
        for (definition, object, cell) in busiest(&before).into_iter().take(8) {
            let Content::Number(number) = cell.content else { continue };
            let made = made(stores, question(definition, object, then)).await;
            assert_eq!((made.folded, made.at), (Some(number), then), "{definition} of {}", object.id);
        }
    });
}

#[test]
fn a_long_list_comes_in_pages_and_what_can_not_be_asked_is_refused() {
    let centre = Arc::new(Centre::of(7, 30));
    after_the_hour(&centre, async |stores, cells| {
        let chosen = busiest(&cells);
        let (definition, object, _) =
            chosen.iter().find(|(key, ..)| key.contains("Calls_Entered|Queue|Default")).unwrap();
        let whole = made(stores, question(definition, object, centre.end)).await;
        let page = MadeOf { skip: 3, take: 4, ..question(definition, object, centre.end) };
        let page = made(stores, page).await;
        assert_eq!((page.total, page.items.as_slice()), (whole.total, &whole.items[3..7]));
        assert!(whole.items.is_sorted_by_key(|item| std::cmp::Reverse(item.ended.unwrap_or(Micros::MAX))));

        let nobody = Object::new(ObjectType::Queue, "nobody@nowhere");
        let asked =
            stores.questions.ask(Question::Made(question(definition, &nobody, centre.end))).await.unwrap();
        assert_eq!(asked, Reply::NoValue);
        let odd = question("No_Such_Statistic|Queue|Default|||", object, centre.end);
        let Reply::Refused(cause) = stores.questions.ask(Question::Made(odd)).await.unwrap() else {
            panic!()
        };
        assert!(cause.contains("No_Such_Statistic"), "{cause}");
    });
}
