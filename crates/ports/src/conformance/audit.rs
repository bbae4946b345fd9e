//! Rules of audit trails.

use crate::audit::{Asked, Audit, Deed, Entry, Keep};
use crate::documents::{Document, Documents};
use model::Text;
use model::time::Micros;
use serde_json::json;

const ALL: Asked = Asked {
    kinds: Vec::new(),
    by: None,
    id: None,
    number: None,
    from: None,
    to: None,
    after: None,
    limit: 100,
};

fn document(kind: &str, id: &str, revision: u64, by: &str, at: i64) -> Document {
    Document {
        kind: kind.into(),
        id: id.into(),
        revision,
        body: json!({ "by": by }),
        changed_by: by.into(),
        changed_at: Micros::from_secs(at),
    }
}

fn deed(id: &str, at: i64) -> Deed {
    Deed {
        kind: "sign_in".into(),
        id: id.into(),
        by: id.into(),
        at: Micros::from_secs(at),
        detail: "from 10.0.0.7".into(),
    }
}

/// What was done, as (kind, id, by, second).
fn told(entries: &[Entry]) -> Vec<(&str, &str, &str, i64)> {
    let told = |entry: &'_ Entry| (entry.at.0 / 1_000_000, entry.number);
    assert!(entries.windows(2).all(|two| told(&two[0]) > told(&two[1])), "newest first: {entries:?}");
    entries.iter().map(|e| (e.kind.as_str(), e.id.as_str(), e.by.as_str(), e.at.0 / 1_000_000)).collect()
}

/// Every rule of [`Audit`], of a store that is empty. Times are those of long ago.
///
/// # Panics
/// When one is broken.
pub async fn audit(store: &(impl Documents + Audit)) {
    assert!(store.trail(&ALL).await.expect("answers").is_empty(), "nothing was done at first");
    let first = store.put(document("board", "a", 0, "Ann", 10)).await.expect("stored");
    let second = store.put(document("board", "a", first, "bob", 20)).await.expect("stored");
    store.put(document("user", "u", 0, "ann", 30)).await.expect("stored");
    store.put(document("session", "s", 0, "ann", 31)).await.expect("stored");
    store.delete("board", "a", second, "carl", Micros::from_secs(40)).await.expect("removed");
    store.note(&deed("ann", 15)).await.expect("noted");
    store.note(&deed("ann", 35)).await.expect("noted");
    let stale = store.put(document("board", "a", 7, "eve", 50)).await;
    assert!(stale.is_err(), "nothing was changed");

    let entries = store.trail(&ALL).await.expect("answers");
    let expected = [
        ("board", "a", "carl", 40),
        ("sign_in", "ann", "ann", 35),
        ("user", "u", "ann", 30),
        ("board", "a", "bob", 20),
        ("sign_in", "ann", "ann", 15),
        ("board", "a", "Ann", 10),
    ];
    assert_eq!(
        told(&entries),
        expected,
        "changes and deeds in one list, without what comes and goes by the minute"
    );
    let revisions = |ix: usize| (entries[ix].before, entries[ix].after);
    assert_eq!(revisions(5), (0, first), "made");
    assert_eq!(revisions(3), (first, second), "changed");
    assert_eq!(revisions(0), (second, 0), "removed");
    assert_eq!(
        (revisions(1), entries[1].detail.as_str()),
        ((0, 0), "from 10.0.0.7"),
        "a deed has no revisions"
    );

    asked(store, &entries).await;
    paged(store, &entries).await;
    let latest = store.latest("sign_in").await.expect("answers");
    assert_eq!(latest.into_iter().collect::<Vec<_>>(), [(Text::from("ann"), Micros::from_secs(35))]);
    forgotten(store).await;
}

async fn asked(store: &impl Audit, entries: &[Entry]) {
    let of = async |asked: Asked| {
        let found = store.trail(&asked).await.expect("answers");
        found.iter().map(|entry| entry.at.0 / 1_000_000).collect::<Vec<_>>()
    };
    assert_eq!(of(Asked { kinds: vec!["board".into(), "user".into()], ..ALL }).await, [40, 30, 20, 10]);
    assert_eq!(of(Asked { by: Some("ANN".into()), ..ALL }).await, [35, 30, 15, 10], "in any case of letters");
    assert_eq!(of(Asked { id: Some("a".into()), ..ALL }).await, [40, 20, 10]);
    let (from, to) = (Some(Micros::from_secs(15)), Some(Micros::from_secs(35)));
    assert_eq!(of(Asked { from, to, ..ALL }).await, [30, 20, 15], "from then on, and before then");
    assert_eq!(of(Asked { number: Some(entries[2].number), ..ALL }).await, [30]);
    assert_eq!(of(Asked { number: Some(entries[1].number), ..ALL }).await, [35]);
    assert!(of(Asked { number: Some(u64::MAX >> 2), ..ALL }).await.is_empty());
}

/// Page by page, all are told once.
async fn paged(store: &impl Audit, entries: &[Entry]) {
    let mut read: Vec<Entry> = Vec::new();
    loop {
        let after = read.last().map(|entry| (entry.at, entry.number));
        let page = store.trail(&Asked { after, limit: 2, ..ALL }).await.expect("answers");
        assert!(page.len() <= 2, "at most `limit`");
        if page.is_empty() {
            break;
        }
        read.extend(page);
    }
    assert_eq!(read, entries);
}

async fn forgotten(store: &impl Audit) {
    let keep = Keep { from: Micros::from_secs(20), deeds_max: 10 };
    assert_eq!(store.forget(keep).await.expect("answers"), 2, "what is older goes, changes and deeds");
    for (id, at) in [("bob", 60), ("bob", 61), ("bob", 62)] {
        store.note(&deed(id, at)).await.expect("noted");
    }
    let keep = Keep { from: Micros::from_secs(20), deeds_max: 2 };
    assert_eq!(store.forget(keep).await.expect("answers"), 2, "of deeds the newest stay");
    let left = store.trail(&ALL).await.expect("answers");
    let left: Vec<i64> = left.iter().map(|entry| entry.at.0 / 1_000_000).collect();
    assert_eq!(left, [62, 61, 40, 30, 20], "changes are not pushed out by deeds");
}
