//! The SQLite store keeps every rule of its ports.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use ports::conformance;
use store_sqlite::{Options, SqliteStore};

fn store() -> (tempfile::TempDir, SqliteStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("pulse.sqlite"), &Options::default()).unwrap();
    (folder, store)
}

#[tokio::test]
async fn documents_have_revisions() {
    let (_folder, store) = store();
    conformance::documents(&store).await;
}

#[tokio::test]
async fn all_that_was_changed_can_be_told() {
    let (_folder, store) = store();
    conformance::archive(&store).await;
}

#[tokio::test]
async fn whatever_is_done_leaves_an_entry() {
    let (_folder, store) = store();
    conformance::audit(&store).await;
}

#[tokio::test]
async fn checkpoints_flip_at_once() {
    let (_folder, store) = store();
    conformance::checkpoints(&store).await;
}

#[tokio::test]
async fn history_is_bounded_and_ordered() {
    let (_folder, store) = store();
    conformance::history(&store).await;
}
