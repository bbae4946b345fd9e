//! Rules of history stores.

use crate::history::{History, Point};
use crate::values::Flags;
use model::time::Micros;
use model::{Object, ObjectType, Text};

fn queue(id: &str) -> Object {
    Object::new(ObjectType::Queue, id)
}

fn point(id: &str, second: i64, value: f64) -> Point {
    Point {
        definition: Text::from("Calls_Entered|Queue|Default|||"),
        object: queue(id),
        at: Micros::from_secs(second),
        value: Some(value),
        flags: 0,
    }
}

/// Every rule of [`History`].
///
/// # Panics
/// When one is broken.
pub async fn history(store: &dyn History) {
    let key = "Calls_Entered|Queue|Default|||";
    let range = async |id: &str, from: i64, to: i64, limit: usize| {
        let (from, to) = (Micros::from_secs(from), Micros::from_secs(to));
        let points = store.range(key, &queue(id), from, to, limit).await.expect("answers");
        points.into_iter().map(|point| (point.at.secs(), point.value)).collect::<Vec<_>>()
    };
    assert!(range("q1", 0, 100, 10).await.is_empty(), "nothing is there at first");

    let unordered =
        vec![point("q1", 30, 3.0), point("q1", 10, 1.0), point("q2", 10, 9.0), point("q1", 20, 2.0)];
    store.append(unordered).await.expect("kept");
    store.append(vec![]).await.expect("nothing is fine");
    let all = [(10, Some(1.0)), (20, Some(2.0)), (30, Some(3.0))];
    assert_eq!(range("q1", 0, 100, 10).await, all, "oldest first, of one object");
    assert_eq!(range("q1", 10, 30, 10).await, all[..2], "from is in, to is out");
    assert_eq!(range("q1", 0, 100, 2).await, all[1..], "the newest of them");
    assert!(range("q1", 50, 40, 10).await.is_empty(), "a range that ends before it begins is empty");

    store.append(vec![point("q1", 20, 2.5)]).await.expect("kept");
    assert_eq!(range("q1", 20, 21, 10).await, [(20, Some(2.5))], "the same cell and time replaces");
    let gap = Point { value: None, flags: Flags::PARTIAL.0, ..point("q1", 40, 0.0) };
    store.append(vec![gap.clone()]).await.expect("kept");
    let (from, to) = (Micros::from_secs(40), Micros::from_secs(41));
    let found = store.range(key, &queue("q1"), from, to, 10).await.expect("answers");
    assert_eq!(found, [gap], "that there was no value is kept too, with its quality");

    let cells = ["q2", "q1", "q3", "q1"].map(|id| (Text::from(key), queue(id)));
    let standing = async |from: i64, to: i64| {
        let (from, to) = (Micros::from_secs(from), Micros::from_secs(to));
        let points = store.standing(&cells, from, to).await.expect("answers");
        points.into_iter().map(|point| point.map(|point| (point.at.secs(), point.value))).collect::<Vec<_>>()
    };
    let (nine, two) = (Some((10, Some(9.0))), Some((20, Some(2.5))));
    assert_eq!(standing(0, 30).await, [nine, two, None, two], "the newest before, in the order asked for");
    let gone = Some((40, None));
    assert_eq!(standing(11, 100).await, [None, gone, None, gone], "not what is older than asked for");
    assert_eq!(store.standing(&[], from, to).await.expect("answers"), [], "nothing asked, nothing said");

    assert_eq!(
        store.trim(Micros::from_secs(20)).await.expect("answers"),
        2,
        "older points of all objects go"
    );
    assert_eq!(range("q1", 0, 100, 10).await.len(), 3);
    assert!(range("q2", 0, 100, 10).await.is_empty());
}
