//! A copy is whole or refused, and makes an equal store.

use super::format::{Head, read, write};
use super::replay::{clear, in_order, present, replay};
use model::time::Micros;
use ports::documents::{Archive, Change, Document, Documents};
use serde_json::json;
use store_memory::MemoryDocuments;

fn head() -> Head {
    Head::new("a store".into(), Some("acme".into()), "2026-11-29T00:00:00Z".into())
}

async fn store() -> MemoryDocuments {
    let store = MemoryDocuments::default();
    let document = |kind: &str, id: &str, revision, text: &str, at| Document {
        kind: kind.into(),
        id: id.into(),
        revision,
        body: json!({ "title": text }),
        changed_by: "ann".into(),
        changed_at: Micros::from_secs(at),
    };
    let first = store.put(document("board", "a", 0, "one", 5)).await.unwrap();
    // Its clock was behind.
    store.put(document("board", "a", first, "two", 3)).await.unwrap();
    let gone = store.put(document("board", "gone", 0, "x", 4)).await.unwrap();
    store.delete("board", "gone", gone, "bob", Micros::from_secs(6)).await.unwrap();
    store.put(document("user", "ann", 0, "hash", 1)).await.unwrap();
    store.put(document("session", "s", 0, "s", 1)).await.unwrap();
    store
}

#[tokio::test]
async fn a_copy_makes_an_equal_store_with_versions_authors_and_times() {
    let changes = store().await.changes().await.unwrap();
    let mut file = Vec::new();
    write(&head(), &changes, &mut file).unwrap();
    let (said, read) = read(file.as_slice()).unwrap();
    assert_eq!((said, &read), (head(), &changes));
    let other = MemoryDocuments::default();
    replay(&other, &read).await.unwrap();
    let sorted = |changes: Vec<Change>| {
        let mut changes: Vec<String> = changes.iter().map(|change| format!("{change:?}")).collect();
        changes.sort();
        changes
    };
    assert_eq!(sorted(other.changes().await.unwrap()), sorted(changes));
    assert_eq!(other.versions("board", "a", 9).await.unwrap()[0].body, json!({ "title": "one" }));
}

#[tokio::test]
async fn what_was_there_before_becomes_an_earlier_version_and_sessions_end() {
    let other = store().await;
    let there = present(&other.changes().await.unwrap());
    assert_eq!(there.len(), 2, "what was removed is not there");
    let told = clear(&other, &there, Micros::from_secs(9)).await.unwrap();
    assert!(told.contains("2 documents"), "{told}");
    assert!(other.list("session").await.unwrap().is_empty() && other.list("user").await.unwrap().is_empty());
    assert_eq!(other.versions("user", "ann", 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn changes_go_by_time_but_never_overtake_one_another_within_a_document() {
    let changes = store().await.changes().await.unwrap();
    let order: Vec<(&str, i64)> =
        in_order(&changes).into_iter().map(|change| (change.id.as_str(), change.at.0 / 1_000_000)).collect();
    assert_eq!(order, [("ann", 1), ("gone", 4), ("a", 5), ("a", 3), ("gone", 6)]);
}

#[tokio::test]
async fn half_a_file_a_changed_one_and_a_newer_one_are_refused() {
    let mut file = Vec::new();
    write(&head(), &store().await.changes().await.unwrap(), &mut file).unwrap();
    let text = String::from_utf8(file).unwrap();
    let refused = |text: String| format!("{:#}", read(text.as_bytes()).unwrap_err());
    let lines: Vec<&str> = text.lines().collect();
    assert!(refused(lines[..3].join("\n") + "\n").contains("cut off after 2 changes"));
    assert!(refused(text.replace("two", "2")).contains("checksum"));
    assert!(refused(text.replace("\"pulse_backup\":1", "\"pulse_backup\":2")).contains("reads up to 1"));
    assert!(refused("hello\n".into()).contains("first line"));
}
