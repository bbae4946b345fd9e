//! Stories of a journal: what it keeps, what it cuts, what it refuses.

mod damage;
mod figures;
mod full_disk;
mod survey;

use super::*;
use bytes::Bytes;
use model::snapshot::{DnPicture, DnType};
use tempfile::TempDir;

const EPOCH: u64 = 7;

fn position(seq: u64) -> Position {
    Position { epoch: EPOCH, seq }
}

/// Record `seq`, received at second `seq`, of a length that differs from record to record.
fn entry(seq: u64) -> Entry {
    let text = format!("record {seq} {}", "x".repeat((seq % 50) as usize));
    Entry {
        position: position(seq),
        received: Micros::from_secs(seq as i64),
        is_snapshot: seq % 10 == 3,
        bytes: Bytes::from(text),
    }
}

fn entries(range: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
    range.map(entry).collect()
}

/// A state that can be told from others.
fn state(word: &str) -> Snapshot {
    let dn = DnPicture {
        dn: word.into(),
        kind: DnType::Queue,
        in_service: true,
        agent_id: None,
        agent_state: None,
        work_mode: None,
        reasons: None,
        state_since: None,
        calls: Vec::new(),
        unknown: BTreeMap::new(),
    };
    Snapshot { dns: vec![dn], ..Snapshot::default() }
}

fn open(dir: &TempDir, limits: Limits) -> Shared {
    Shared::new(Journal::open(dir.path(), limits).unwrap())
}

async fn read_all(journal: &Shared, mut after: Position, bytes_max: usize) -> Vec<Entry> {
    let mut all = Vec::new();
    while let Found::Entries(more) = journal.read("pbx1", after, bytes_max).await.unwrap() {
        let Some(last) = more.last() else { break };
        after = last.position;
        all.extend(more);
    }
    all
}

/// Small segments: a new one after every append or two.
const SMALL: Limits = Limits {
    keep: Duration::from_secs(1_000_000),
    bytes_max: u64::MAX,
    segment_bytes: 600,
    segment_span: Duration::from_secs(1_000_000),
};

async fn fill(journal: &Shared, count: u64) {
    for seq in (1..=count).step_by(5) {
        journal.append("pbx1", Some(state(&format!("before {seq}"))), entries(seq..=seq + 4)).await.unwrap();
    }
}

#[tokio::test]
async fn what_was_written_is_read_from_every_position_in_every_size_also_after_opening_again() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir, SMALL);
    fill(&journal, 60).await;
    let check = async |journal: &Shared| {
        for seq in 1..=60 {
            for bytes_max in [1, 100, 1_000, 1 << 20] {
                let rest = read_all(journal, position(seq), bytes_max).await;
                assert_eq!(rest, entries(seq + 1..=60), "after {seq} by {bytes_max}");
            }
        }
        assert_eq!(read_all(journal, Position::default(), 500).await, entries(1..=60));
    };
    check(&journal).await;
    drop(journal);
    let journal = open(&dir, SMALL);
    assert_eq!(journal.journal().torn_bytes(), 0);
    check(&journal).await;
    let span = journal.span("pbx1").await.unwrap().unwrap();
    let received = Micros::from_secs(60);
    assert_eq!(span, Span { before: Position::default(), newest: position(60), received });
    journal.append("pbx1", None, entries(61..=61)).await.unwrap();
    assert_eq!(read_all(&journal, position(59), 1 << 20).await, entries(60..=61));
}

#[tokio::test]
async fn a_position_that_was_never_given_out_is_gone() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir, SMALL);
    fill(&journal, 20).await;
    for unknown in [position(21), Position { epoch: 6, seq: 3 }, Position { epoch: 8, seq: 1 }] {
        assert_eq!(journal.read("pbx1", unknown, 100).await.unwrap(), Found::Gone, "{unknown:?}");
    }
    assert_eq!(journal.read("other", position(1), 100).await.unwrap(), Found::Gone);
    assert_eq!(journal.read("other", Position::default(), 100).await.unwrap(), Found::Entries(Vec::new()));
}

#[tokio::test]
async fn every_segment_begins_with_the_state_before_its_first_record() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir, SMALL);
    fill(&journal, 60).await;
    for seq in 0..=60 {
        let origin = journal.origin("pbx1", position(seq)).await.unwrap().unwrap();
        assert!(origin.position <= position(seq));
        assert_eq!(origin.state, state(&format!("before {}", origin.position.seq + 1)));
    }
    let newest = journal.origin("pbx1", position(60)).await.unwrap().unwrap();
    assert!(newest.position.seq > 40, "{newest:?}");
    assert_eq!(journal.origin("other", position(1)).await.unwrap(), None);
}

#[tokio::test]
async fn records_are_found_by_the_time_they_were_received() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir, SMALL);
    fill(&journal, 60).await;
    for seq in 1..=61 {
        let found = journal.seek("pbx1", Micros::from_secs(seq as i64)).await.unwrap().unwrap();
        let expected = if seq == 1 { Position::default() } else { position(seq - 1) };
        assert_eq!(found, expected, "received at {seq}");
        let between = journal.seek("pbx1", Micros(seq as i64 * 1_000_000 - 1)).await.unwrap().unwrap();
        assert_eq!(between, expected);
    }
    assert_eq!(journal.seek("pbx1", Micros::MAX).await.unwrap(), Some(position(60)));
}

#[tokio::test]
async fn the_oldest_segments_go_by_size_or_by_age_and_what_they_held_is_gone() {
    for limits in [Limits { bytes_max: 3_000, ..SMALL }, Limits { keep: Duration::from_secs(20), ..SMALL }] {
        let dir = TempDir::new().unwrap();
        let journal = open(&dir, limits);
        fill(&journal, 200).await;
        let span = journal.span("pbx1").await.unwrap().unwrap();
        assert!(span.before.seq > 100 && span.before.seq < 185, "{span:?}");
        assert_eq!(read_all(&journal, span.before, 1 << 20).await.last(), Some(&entry(200)));
        assert_eq!(journal.read("pbx1", position(50), 100).await.unwrap(), Found::Gone);
        assert_eq!(journal.read("pbx1", Position::default(), 100).await.unwrap(), Found::Gone);
        let oldest = journal.origin("pbx1", Position::default()).await.unwrap().unwrap();
        assert_eq!(oldest.position, span.before);
        let files = fs::read_dir(dir.path().join("pbx1")).unwrap().count();
        assert!(files < 12, "{files}");
    }
}

#[tokio::test]
async fn a_segment_that_grows_old_asks_for_the_state_and_gets_a_successor() {
    let dir = TempDir::new().unwrap();
    let limits = Limits { segment_bytes: u64::MAX, segment_span: Duration::from_secs(30), ..SMALL };
    let journal = open(&dir, limits);
    let first = journal.append("pbx1", Some(state("a")), entries(1..=10)).await.unwrap();
    assert!(!first.wants_state);
    let second = journal.append("pbx1", None, entries(11..=40)).await.unwrap();
    assert!(second.wants_state);
    let still = journal.append("pbx1", None, entries(41..=41)).await.unwrap();
    assert!(still.wants_state, "it goes on without, but keeps asking");
    let third = journal.append("pbx1", Some(state("b")), entries(42..=42)).await.unwrap();
    assert!(!third.wants_state);
    assert_eq!(journal.origin("pbx1", position(42)).await.unwrap().unwrap().position, position(41));
}

#[tokio::test]
async fn a_second_writer_is_refused_by_the_lock_and_by_the_numbers() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir, SMALL);
    let refused = Journal::open(dir.path(), SMALL).unwrap_err();
    let own = std::process::id().to_string();
    assert!(matches!(&refused, StoreError::Fenced(text) if text.contains(&own)), "{refused}");
    fill(&journal, 10).await;
    let refused = journal.append("pbx1", None, entries(10..=11)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Fenced(_)), "{refused}");
    drop(journal);
    assert!(Journal::open(dir.path(), SMALL).is_ok(), "the lock ends with its holder");
}

#[tokio::test]
async fn a_source_may_have_any_name() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir, SMALL);
    let names = ["../up", "a/b", "Ünï", ".", "%", "pbx1"];
    for name in names {
        journal.append(name, None, entries(1..=2)).await.unwrap();
    }
    drop(journal);
    let journal = open(&dir, SMALL);
    for name in names {
        assert_eq!(journal.span(name).await.unwrap().unwrap().newest, position(2), "{name:?}");
    }
    assert!(journal.append("", None, entries(1..=2)).await.is_err(), "but it needs one");
}

#[tokio::test]
async fn whoever_follows_is_told_of_what_is_new() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir, SMALL);
    assert!(journal.journal().newest("pbx1").is_none());
    journal.append("pbx1", None, entries(1..=2)).await.unwrap();
    let mut newest = journal.journal().newest("pbx1").unwrap();
    assert_eq!(*newest.borrow_and_update(), position(2));
    let writer = journal.clone();
    tokio::spawn(async move { writer.append("pbx1", None, entries(3..=3)).await });
    newest.changed().await.unwrap();
    assert_eq!(*newest.borrow_and_update(), position(3));
}
