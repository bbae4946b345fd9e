//! Files that are damaged, foreign, newer or full: a clear word, and nothing is lost.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use model::time::Micros;
use model::{Object, ObjectType, Text};
use ports::StoreError;
use ports::checkpoints::{Checkpoints, Chunk, Pointer};
use ports::documents::{Document, Documents};
use ports::history::{History, Point};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use store_sqlite::{Options, SqliteStore};

fn file(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("pulse.sqlite")
}

fn refusal(path: &Path) -> String {
    match SqliteStore::open(path, &Options::default()) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error @ StoreError::Corrupt(_)) => error.to_string(),
        Err(error) => panic!("another error: {error}"),
    }
}

fn document(id: &str, text: &str) -> Document {
    Document {
        kind: Text::from("board"),
        id: Text::from(id),
        revision: 0,
        body: json!(text),
        changed_by: Text::from("ann"),
        changed_at: Micros::ZERO,
    }
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&file(&folder), &Options::default()).unwrap();
    store.put(document("a", "kept")).await.unwrap();
    let fence = store.take("dcu").await.unwrap();
    let chunk = Chunk { slot: 1, name: Text::from("x"), bytes: vec![1, 2] };
    store.stage("dcu", fence, 1, vec![chunk.clone()], vec![]).await.unwrap();
    store.flip("dcu", Pointer { generation: 1, fence, ..Pointer::default() }).await.unwrap();
    store.stage("dcu", fence, 2, vec![Chunk { bytes: vec![9], ..chunk.clone() }], vec![]).await.unwrap();
    drop(store);

    let store = SqliteStore::open(&file(&folder), &Options::default()).unwrap();
    assert_eq!(store.get("board", "a").await.unwrap().unwrap().body, json!("kept"));
    assert_eq!(store.newest("dcu").await.unwrap().unwrap().chunks, [chunk]);
}

#[test]
fn a_file_of_another_kind_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = "this is no database, but somebody's letter\n".repeat(100);
    fs::write(file(&folder), &text).unwrap();
    let error = refusal(&file(&folder));
    assert!(error.contains("pulse.sqlite") && error.contains("mv "), "{error}");
    assert_eq!(fs::read_to_string(file(&folder)).unwrap(), text);
}

#[test]
fn another_programs_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let other = rusqlite::Connection::open(file(&folder)).unwrap();
    other.execute_batch("CREATE TABLE mails (id INTEGER)").unwrap();
    drop(other);
    let error = refusal(&file(&folder));
    assert!(error.contains("another program"), "{error}");
}

#[test]
fn a_newer_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(&file(&folder), &Options::default()).unwrap());
    let newer = rusqlite::Connection::open(file(&folder)).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let error = refusal(&file(&folder));
    assert!(error.contains("newer Pulse") && error.contains("99"), "{error}");
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&file(&folder), &Options::default()).unwrap();
    for n in 0..200 {
        store.put(document(&format!("b{n}"), &"x".repeat(500))).await.unwrap();
    }
    drop(store);
    // The thread closes the file, and with it the write-ahead log, a moment later.
    let log = folder.path().join("pulse.sqlite-wal");
    for _ in 0..200 {
        if !log.exists() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let mut bytes = fs::read(file(&folder)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0x5a);
    fs::write(file(&folder), &bytes).unwrap();
    let error = refusal(&file(&folder));
    assert!(error.contains("damaged"), "{error}");
    assert_eq!(fs::read(file(&folder)).unwrap(), bytes);
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nowhere").join("pulse.sqlite");
    let error = SqliteStore::open(&path, &Options::default()).err().unwrap();
    assert!(matches!(error, StoreError::Unreachable(_)), "{error}");
    assert!(error.to_string().contains("nowhere"), "{error}");
}

#[tokio::test]
async fn without_room_nothing_stored_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { file_bytes_max: Some(200 << 10), ..Options::default() };
    let store = SqliteStore::open(&file(&folder), &options).unwrap();
    let mut stored = 0;
    let error = loop {
        match store.put(document(&format!("b{stored}"), &"x".repeat(4_000))).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Full(_)), "{error}");
    assert!(stored > 5, "{stored}");
    assert_eq!(store.list("board").await.unwrap().len(), stored);
}

#[tokio::test]
async fn of_a_history_over_its_budget_the_oldest_points_go_and_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { history_bytes_max: 64 * 100, ..Options::default() };
    let store = SqliteStore::open(&file(&folder), &options).unwrap();
    let object = Object::new(ObjectType::Queue, "q1");
    for second in 0..150 {
        let at = Micros::from_secs(second);
        let point = Point { definition: "d".into(), object: object.clone(), at, value: Some(1.0), flags: 0 };
        store.append(vec![point]).await.unwrap();
    }
    let kept = store.range("d", &object, Micros::ZERO, Micros::MAX, 1000).await.unwrap();
    assert!((90..=100).contains(&kept.len()), "{}", kept.len());
    assert_eq!(kept.last().unwrap().at, Micros::from_secs(149), "the newest is there");
    assert_eq!(store.history_dropped() as usize, 150 - kept.len());
}

#[tokio::test]
async fn who_looks_into_a_file_that_is_in_use_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let owner = SqliteStore::open(&file(&folder), &Options::default()).unwrap();
    owner.put(document("a", "kept")).await.unwrap();
    let fence = owner.take("dcu").await.unwrap();
    let chunk = Chunk { slot: 1, name: Text::from("x"), bytes: vec![1] };
    owner.stage("dcu", fence, 1, vec![chunk.clone()], vec![]).await.unwrap();
    owner.flip("dcu", Pointer { generation: 1, fence, ..Pointer::default() }).await.unwrap();
    let next = Chunk { bytes: vec![2], ..chunk.clone() };
    owner.stage("dcu", fence, 2, vec![next.clone()], vec![]).await.unwrap();

    let looker = SqliteStore::open_to_read(&file(&folder), &Options::default()).unwrap();
    assert_eq!(looker.all_checkpoints().await.unwrap()[0].1.chunks, [chunk]);
    assert!(looker.put(document("b", "no")).await.is_err(), "it can't write");
    owner.flip("dcu", Pointer { generation: 2, base: 1, fence, ..Pointer::default() }).await.unwrap();
    assert_eq!(looker.all_checkpoints().await.unwrap()[0].1.chunks, [next], "what was staged is still there");
    let nowhere = folder.path().join("nowhere.sqlite");
    assert!(SqliteStore::open_to_read(&nowhere, &Options::default()).is_err() && !nowhere.exists());
}
