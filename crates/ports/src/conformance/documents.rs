//! Rules of document stores.

use crate::StoreError;
use crate::documents::{Archive, Change, Document, Documents};
use model::Text;
use model::time::Micros;
use serde_json::json;

fn board(id: &str, revision: u64, title: &str) -> Document {
    Document {
        kind: Text::from("board"),
        id: Text::from(id),
        revision,
        body: json!({ "title": title }),
        changed_by: Text::from("ann"),
        changed_at: Micros::from_secs(1),
    }
}

/// Every rule of [`Documents`].
///
/// # Panics
/// When one is broken.
pub async fn documents(store: &dyn Documents) {
    let mut changes = store.watch();
    assert_eq!(store.get("board", "a").await.expect("answers"), None, "nothing is there at first");
    assert!(store.list("board").await.expect("answers").is_empty());

    let first = store.put(board("a", 0, "one")).await.expect("a new document is stored");
    assert!(first > 0, "a stored document has a revision");
    assert_eq!(changes.try_recv().expect("a change is announced"), "board");
    let kept = store.get("board", "a").await.expect("answers").expect("it is there");
    assert_eq!(kept, Document { revision: first, ..board("a", 0, "one") }, "it comes back as it was stored");

    let again = store.put(board("a", 0, "other")).await;
    assert!(
        matches!(again, Err(StoreError::Conflict { expected: 0, found }) if found == first),
        "a document that exists is not created again: {again:?}"
    );
    let second = store.put(board("a", first, "two")).await.expect("the holder of the revision may change it");
    assert!(second > first, "revisions rise");
    let stale = store.put(board("a", first, "three")).await;
    assert!(
        matches!(stale, Err(StoreError::Conflict { found, .. }) if found == second),
        "who read an older revision changes nothing: {stale:?}"
    );
    let unknown = store.put(board("b", 7, "x")).await;
    assert!(matches!(unknown, Err(StoreError::Conflict { expected: 7, found: 0 })), "{unknown:?}");

    let versions = store.versions("board", "a", 10).await.expect("answers");
    assert_eq!(versions, vec![kept], "the earlier version is kept, the present one is not among them");

    removal(store, second).await;
    sessions(store).await;
}

/// Kinds without earlier versions.
async fn sessions(store: &dyn Documents) {
    let session = |revision| Document { kind: Text::from("session"), ..board("s", revision, "s") };
    let first = store.put(session(0)).await.expect("stored");
    let second = store.put(session(first)).await.expect("changed");
    assert!(second > first, "revisions rise all the same");
    store.delete("session", "s", second, "ann", Micros::ZERO).await.expect("removed");
    assert!(store.versions("session", "s", 10).await.expect("answers").is_empty(), "nothing of it stays");
}

async fn removal(store: &dyn Documents, revision: u64) {
    let now = Micros::from_secs(2);
    store.put(board("c", 0, "c")).await.expect("stored");
    store.put(Document { kind: Text::from("user"), ..board("a", 0, "") }).await.expect("stored");
    let ids = |documents: Vec<Document>| documents.into_iter().map(|d| d.id).collect::<Vec<_>>();
    assert_eq!(ids(store.list("board").await.expect("answers")), ["a", "c"], "by id, of one kind only");

    let late = store.delete("board", "a", revision - 1, "bob", now).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    store.delete("board", "a", revision, "bob", now).await.expect("removed");
    assert_eq!(store.get("board", "a").await.expect("answers"), None);
    let twice = store.delete("board", "a", revision, "bob", now).await;
    assert!(matches!(twice, Err(StoreError::Conflict { found: 0, .. })), "{twice:?}");

    let versions = store.versions("board", "a", 10).await.expect("answers");
    assert_eq!(versions.len(), 2, "what was removed can be brought back");
    assert_eq!(versions[0].revision, revision, "newest first");
    assert_eq!(store.versions("board", "a", 1).await.expect("answers").len(), 1, "at most `limit`");
    let reborn = store.put(board("a", 0, "again")).await.expect("stored");
    assert!(reborn > revision, "a revision never means two different contents");
}

/// Every rule of [`Archive`], of a store that is empty.
///
/// # Panics
/// When one is broken.
pub async fn archive(store: &(impl Documents + Archive)) {
    assert!(store.changes().await.expect("answers").is_empty(), "nothing was changed at first");
    let first = store.put(board("a", 0, "one")).await.expect("stored");
    let second = store.put(Document { changed_by: Text::from("bob"), ..board("a", first, "two") }).await;
    store.put(Document { kind: Text::from("session"), ..board("s", 0, "s") }).await.expect("stored");
    store.put(Document { kind: Text::from("user"), ..board("u", 0, "u") }).await.expect("stored");
    let change = |kind: &str, id: &str, title: Option<&str>, by: &str, at: i64| Change {
        kind: kind.into(),
        id: id.into(),
        body: title.map(|title| json!({ "title": title })),
        by: by.into(),
        at: Micros::from_secs(at),
    };
    let of = |kind: &str, changes: Vec<Change>| -> Vec<Change> {
        changes.into_iter().filter(|change| change.kind == kind).collect()
    };
    let told = store.changes().await.expect("answers");
    let mut boards =
        vec![change("board", "a", Some("one"), "ann", 1), change("board", "a", Some("two"), "bob", 1)];
    assert_eq!(of("board", told.clone()), boards, "each version, with who made it so and when");
    assert_eq!(of("user", told.clone()).len(), 1, "of all kinds");
    assert!(of("session", told).is_empty(), "but sessions: they are of the moment");
    let second = second.expect("stored");
    store.delete("board", "a", second, "carl", Micros::from_secs(3)).await.expect("removed");
    boards.push(change("board", "a", None, "carl", 3));
    assert_eq!(of("board", store.changes().await.expect("answers")), boards, "a removal is a change, too");
    store.put(board("a", 0, "again")).await.expect("stored");
    boards.push(change("board", "a", Some("again"), "ann", 1));
    assert_eq!(of("board", store.changes().await.expect("answers")), boards, "and what came after it");
}
