use super::*;
use model::record::Event;
use proptest::prelude::*;

const NOW: Micros = Micros(0);

fn record(source: &str, seq: u64, received: i64) -> Record {
    let mut record = Record::new(source, Event::Queued, Micros(received));
    (record.epoch, record.seq) = (1, seq);
    record
}

fn merge(sources: &[&str]) -> Merge {
    let mut merge = Merge::new(Micros::from_secs(3));
    for source in sources {
        merge.expect(&(*source).into(), NOW);
    }
    merge
}

fn seqs(batch: &Batch) -> Vec<(String, u64)> {
    batch.records.iter().map(|record| (record.source.to_string(), record.seq)).collect()
}

#[test]
fn an_instant_waits_until_every_live_source_has_passed_it() {
    let mut merge = merge(&["a", "b"]);
    merge.push(record("a", 1, 10), NOW).unwrap();
    assert_eq!(merge.take(100), None, "b has not told its clock");
    merge.heartbeat(&"b".into(), Micros(11), NOW);
    assert_eq!(merge.take(100).unwrap().through, Micros(9), "a may still send more of instant 10");
    merge.heartbeat(&"a".into(), Micros(11), NOW);
    let batch = merge.take(100).unwrap();
    assert_eq!((seqs(&batch), batch.through), (vec![("a".into(), 1)], Micros(10)));
}

#[test]
fn a_stalled_source_holds_nobody_back() {
    let mut merge = merge(&["a", "b"]);
    merge.push(record("a", 1, 10), NOW).unwrap();
    merge.heartbeat(&"a".into(), Micros(20), Micros::from_secs(4));
    assert_eq!(merge.stalled(Micros::from_secs(4)), vec![Text::from("b")]);
    assert_eq!(merge.take(100).unwrap().records.len(), 1);
    // What it tells later about that time is late, counted, and not lost.
    merge.push(record("b", 1, 5), NOW).unwrap();
    merge.heartbeat(&"b".into(), Micros(30), NOW);
    merge.heartbeat(&"a".into(), Micros(30), NOW);
    assert_eq!(merge.take(100).unwrap().records.len(), 1);
    assert_eq!(merge.counts.late, 1);
}

#[test]
fn after_a_restart_and_after_a_silence_an_expected_source_is_waited_for() {
    let mut merge = Merge::new(Micros::from_secs(3));
    let kept = ["a", "b"].map(|source| (Text::from(source), Position { epoch: 1, seq: 1 }));
    merge.resume(&kept.into(), Micros(10));
    let start = Micros::from_secs(1_000);
    ["a", "b"].iter().for_each(|source| merge.expect(&(*source).into(), start));
    assert!(merge.stalled(start + Micros(1)).is_empty(), "they have had no time to say anything");
    merge.push(record("a", 2, 20), start).unwrap();
    merge.heartbeat(&"a".into(), Micros(30), start);
    assert_eq!(merge.take(100), None, "b has not told its clock");

    // Its link is away, and comes back: what it kept meanwhile is waited for.
    let later = start + Micros::from_secs(4);
    merge.heartbeat(&"a".into(), Micros(30), later);
    assert_eq!(merge.stalled(later), vec![Text::from("b")]);
    assert!(!merge.take_revived());
    merge.expect(&"b".into(), later);
    assert!(merge.take_revived() && merge.is_live("b"));
    assert_eq!(merge.take(100), None, "b has not told its clock");
    merge.push(record("b", 2, 15), later).unwrap();
    merge.heartbeat(&"b".into(), Micros(30), later);
    assert_eq!(seqs(&merge.take(100).unwrap()), vec![("b".into(), 2), ("a".into(), 2)]);
    assert_eq!(merge.counts.late, 0);
}

#[test]
fn an_excused_source_holds_nobody_back_until_it_is_heard_of() {
    let mut merge = merge(&["a", "b"]);
    merge.heartbeat(&"a".into(), Micros(20), NOW);
    merge.excuse(&"b".into());
    assert_eq!(merge.take(100).unwrap().through, Micros(19));
    merge.heartbeat(&"b".into(), Micros(25), NOW);
    merge.heartbeat(&"a".into(), Micros(40), NOW);
    assert_eq!(merge.take(100).unwrap().through, Micros(24), "b is waited for again");
}

#[test]
fn duplicates_are_dropped_and_holes_refused() {
    let mut merge = merge(&["a"]);
    merge.push(record("a", 1, 10), NOW).unwrap();
    merge.push(record("a", 1, 10), NOW).unwrap();
    assert_eq!(merge.counts.duplicates, 1);
    let hole = merge.push(record("a", 3, 11), NOW).unwrap_err();
    assert_eq!((hole.after.seq, hole.came.seq), (1, 3));
    merge.jump(&"a".into(), Position { epoch: 1, seq: 2 }, NOW);
    merge.push(record("a", 3, 11), NOW).unwrap();
}

#[test]
fn a_gap_stands_for_what_is_missing_before_it() {
    let mut merge = merge(&["a"]);
    merge.push(record("a", 1, 10), NOW).unwrap();
    let mut gap = record("a", 7, 20);
    gap.event = Event::Gap;
    merge.push(gap, NOW).unwrap();
    merge.push(record("a", 8, 21), NOW).unwrap();
    assert_eq!(merge.positions()["a"].seq, 8);
}

#[test]
fn a_small_batch_still_holds_whole_instants() {
    let mut merge = merge(&["a"]);
    for (seq, received) in [(1, 10), (2, 10), (3, 10), (4, 11)] {
        merge.push(record("a", seq, received), NOW).unwrap();
    }
    merge.heartbeat(&"a".into(), Micros(20), NOW);
    let batch = merge.take(1).unwrap();
    assert_eq!((batch.records.len(), batch.through), (3, Micros(10)));
    assert_eq!(merge.released()["a"].seq, 3);
    assert_eq!(merge.take(1).unwrap().records.len(), 1);
}

proptest! {
    #[test]
    fn the_order_depends_on_the_sources_alone(
        steps in prop::collection::vec((0usize..3, 0i64..3), 1..60),
        size in 1usize..7,
        interleave in any::<u64>(),
    ) {
        let names = ["a", "b", "c"];
        let mut streams: Vec<VecDeque<Record>> = vec![VecDeque::new(); 3];
        let (mut seq, mut clock) = ([0u64; 3], [10i64; 3]);
        for (source, step) in steps {
            seq[source] += 1;
            clock[source] += step;
            streams[source].push_back(record(names[source], seq[source], clock[source]));
        }
        let mut expected: Vec<Record> = streams.iter().flatten().cloned().collect();
        expected.sort_by(|a, b| a.order().cmp(&b.order()));

        let mut merge = merge(&names);
        let (mut out, mut state) = (Vec::new(), interleave);
        while streams.iter().any(|stream| !stream.is_empty()) {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let source = (state >> 33) as usize % 3;
            if let Some(record) = streams[source].pop_front() {
                merge.push(record, NOW).unwrap();
            }
            while let Some(batch) = merge.take(size) {
                out.extend(batch.records);
            }
        }
        for name in names {
            merge.heartbeat(&name.into(), Micros(1_000), NOW);
        }
        while let Some(batch) = merge.take(size) {
            out.extend(batch.records);
        }
        prop_assert_eq!(out, expected);
        prop_assert_eq!(merge.counts, Counts::default());
    }
}
