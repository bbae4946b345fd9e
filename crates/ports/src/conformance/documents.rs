//! Rules of document stores.

use crate::StoreError;
use crate::documents::{Document, Documents};
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
