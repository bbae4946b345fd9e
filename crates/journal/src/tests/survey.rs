//! Looking at a journal from outside, while it is written and when it is damaged.

use super::*;

fn look(dir: &TempDir) -> (Vec<Piece>, Vec<Entry>) {
    let mut seen = Vec::new();
    let pieces = survey(dir.path(), &mut |source, entry| {
        assert_eq!(source, "pbx1");
        seen.push(entry.clone());
    });
    (pieces.unwrap(), seen)
}

#[tokio::test]
async fn a_journal_that_is_being_written_is_told_segment_by_segment_and_left_alone() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir, SMALL);
    fill(&journal, 60).await;
    let unfinished = dir.path().join("pbx1").join("000000000099.new");
    fs::write(&unfinished, "half a head").unwrap();
    let (pieces, seen) = look(&dir);
    assert_eq!(seen, entries(1..=60));
    assert!(
        pieces.len() > 3 && pieces.iter().all(|piece| piece.flaw.is_none() && piece.holes == 0),
        "{pieces:?}"
    );
    assert_eq!(pieces.iter().map(|piece| piece.records).sum::<u64>(), 60);
    assert_eq!(pieces.iter().map(|piece| piece.snapshots).sum::<u64>(), 6);
    let ends: Vec<_> = pieces.iter().map(|piece| piece.span.unwrap()).collect();
    assert_eq!(
        (ends[0].0, ends[ends.len() - 1].1),
        ((position(1), Micros::from_secs(1)), (position(60), Micros::from_secs(60)),)
    );
    assert!(unfinished.exists(), "what is not ours to remove stays");
    journal.append("pbx1", None, entries(61..=61)).await.unwrap();
    assert_eq!(look(&dir).1.len(), 61);
}

#[tokio::test]
async fn a_torn_tail_and_damage_are_told_apart_with_the_byte_where_they_begin() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir, Limits::default());
    let path = dir.path().join("pbx1").join("000000000001.seg");
    let mut ends = Vec::new();
    for range in [1..=5, 6..=10] {
        journal.append("pbx1", None, entries(range)).await.unwrap();
        ends.push(fs::metadata(&path).unwrap().len());
    }
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 3]).unwrap();
    let (pieces, seen) = look(&dir);
    let flaw = pieces[0].flaw.clone().unwrap();
    assert_eq!(
        (flaw.kind, seen.len(), flaw.offset + flaw.bytes),
        (FlawKind::Torn, 9, whole.len() as u64 - 3)
    );
    assert_eq!(fs::metadata(&path).unwrap().len(), whole.len() as u64 - 3, "nothing was cut");

    let mut bytes = whole.clone();
    bytes[ends[0] as usize - 1] ^= 0x55;
    fs::write(&path, &bytes).unwrap();
    let (pieces, seen) = look(&dir);
    let flaw = pieces[0].flaw.clone().unwrap();
    assert_eq!((flaw.kind, seen.len(), flaw.what.as_str()), (FlawKind::Damaged, 4, "the checksum is wrong"));
    assert!(flaw.offset < ends[0]);
}

#[tokio::test]
async fn a_missing_segment_and_numbers_that_were_never_there_are_told() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir, SMALL);
    fill(&journal, 60).await;
    let second = dir.path().join("pbx1").join("000000000002.seg");
    fs::remove_file(&second).unwrap();
    let flaw = look(&dir).0[1].flaw.clone().unwrap();
    assert!(flaw.kind == FlawKind::Damaged && flaw.what.contains("the one before ends with"), "{flaw:?}");

    let other = TempDir::new().unwrap();
    let journal = open(&other, Limits::default());
    journal.append("pbx1", None, entries(1..=2)).await.unwrap();
    journal.append("pbx1", None, entries(6..=7)).await.unwrap();
    assert_eq!((look(&other).0[0].holes, look(&other).0[0].flaw.clone()), (3, None));
}
