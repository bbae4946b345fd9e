//! Torn tails and damaged files.

use super::*;
use proptest::prelude::*;
use std::path::PathBuf;

/// A journal of three appends in one segment; answers the file and where each append ends.
fn three_appends(dir: &TempDir) -> (PathBuf, Vec<u64>) {
    let journal = Journal::open(dir.path(), Limits::default()).unwrap();
    let path = dir.path().join("pbx1").join("000000000001.seg");
    let mut ends = Vec::new();
    for range in [1..=5, 6..=10, 11..=15] {
        let store = journal.store_for_append("pbx1", None).unwrap();
        store.append(None, &entries(range)).unwrap();
        ends.push(fs::metadata(&path).unwrap().len());
    }
    (path, ends)
}

/// What the journal in `dir` holds when it is opened now, and how many bytes it cut.
fn reopened(dir: &TempDir) -> Result<(Vec<Entry>, u64)> {
    let journal = Journal::open(dir.path(), Limits::default())?;
    let found = journal.store("pbx1").unwrap().read(Position::default(), 1 << 20)?;
    let Found::Entries(found) = found else { panic!("gone") };
    Ok((found, journal.torn_bytes()))
}

#[test]
fn a_tail_torn_at_any_byte_is_cut_and_nothing_that_was_answered_is_lost() {
    let dir = TempDir::new().unwrap();
    let (path, ends) = three_appends(&dir);
    let whole = fs::read(&path).unwrap();
    for cut in ends[1]..ends[2] {
        fs::write(&path, &whole[..cut as usize]).unwrap();
        let (found, torn) = reopened(&dir).unwrap();
        assert!(found.len() >= 10 && found.len() < 15, "cut at {cut}");
        assert_eq!(found, entries(1..=found.len() as u64));
        assert_eq!(fs::metadata(&path).unwrap().len() + torn, cut, "what is torn is gone, and counted");
        let journal = Journal::open(dir.path(), Limits::default()).unwrap();
        let next = found.len() as u64 + 1;
        journal.store("pbx1").unwrap().append(None, &entries(next..=next)).unwrap();
        drop(journal);
        assert_eq!(reopened(&dir).unwrap(), (entries(1..=next), 0), "writing goes on after the cut");
    }
}

#[test]
fn damage_before_the_last_append_is_an_error_that_names_file_place_and_cure() {
    let dir = TempDir::new().unwrap();
    let (path, ends) = three_appends(&dir);
    let whole = fs::read(&path).unwrap();
    for at in (ends[0]..ends[1]).step_by(3) {
        let mut bytes = whole.clone();
        bytes[at as usize] ^= 0x55;
        fs::write(&path, &bytes).unwrap();
        let text = reopened(&dir).unwrap_err().to_string();
        assert!(
            text.contains("000000000001.seg") && text.contains("byte ") && text.contains("backup"),
            "{text}"
        );
        assert_eq!(fs::read(&path).unwrap(), bytes, "nothing was cut");
    }
}

#[tokio::test]
async fn damage_in_an_old_segment_stops_only_those_who_need_it() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir, SMALL);
    fill(&journal, 60).await;
    drop(journal);
    let path = dir.path().join("pbx1").join("000000000002.seg");
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    let journal = open(&dir, SMALL);
    let damaged = journal.origin("pbx1", position(12)).await.unwrap().unwrap().position;
    let error = journal.read("pbx1", damaged, 1 << 20).await.unwrap_err();
    assert!(matches!(&error, StoreError::Corrupt(text) if text.contains("000000000002.seg")), "{error}");
    assert_eq!(read_all(&journal, position(40), 1 << 20).await, entries(41..=60));
    drop(journal);
    // The cure that the message names.
    fs::remove_file(&path).unwrap();
    let journal = open(&dir, SMALL);
    assert_eq!(journal.read("pbx1", damaged, 1 << 20).await.unwrap(), Found::Gone);
    assert_eq!(read_all(&journal, position(40), 1 << 20).await, entries(41..=60));
}

#[test]
fn a_damaged_head_is_an_error_and_an_unfinished_segment_is_removed() {
    let dir = TempDir::new().unwrap();
    let (path, _) = three_appends(&dir);
    let whole = fs::read(&path).unwrap();
    let unfinished = path.with_file_name("000000000002.new");
    fs::write(&unfinished, &whole[..20]).unwrap();
    assert_eq!(reopened(&dir).unwrap().0, entries(1..=15));
    assert!(!unfinished.exists());
    for at in 0..16 {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x80;
        fs::write(&path, &bytes).unwrap();
        let error = reopened(&dir).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn anything_at_all_may_stand_where_the_last_append_was(garbage in prop::collection::vec(any::<u8>(), 0..400)) {
        let dir = TempDir::new().unwrap();
        let (path, ends) = three_appends(&dir);
        let mut bytes = fs::read(&path).unwrap();
        bytes.truncate(ends[1] as usize);
        bytes.extend(&garbage);
        fs::write(&path, &bytes).unwrap();
        let (found, torn) = reopened(&dir).unwrap();
        prop_assert_eq!(found, entries(1..=10));
        prop_assert_eq!(torn, garbage.len() as u64);
    }

    #[test]
    fn zeros_after_any_cut_are_a_torn_tail_too(share in 0.0..1.0f64, zeros in 0..10_000usize) {
        let dir = TempDir::new().unwrap();
        let (path, ends) = three_appends(&dir);
        let mut bytes = fs::read(&path).unwrap();
        bytes.truncate(ends[1] as usize + ((ends[2] - ends[1]) as f64 * share) as usize);
        bytes.extend(vec![0; zeros]);
        fs::write(&path, &bytes).unwrap();
        let (found, _) = reopened(&dir).unwrap();
        prop_assert!(found.len() >= 10);
        prop_assert_eq!(&found, &entries(1..=found.len() as u64));
    }
}
