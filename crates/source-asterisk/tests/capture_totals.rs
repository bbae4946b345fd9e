//! The recording gives exactly what the PBX's own log counted, in whatever pieces its bytes come.

#[path = "support/queue_log.rs"]
mod queue_log;
mod support;
#[path = "support/tally.rs"]
mod tally;

use model::time::Micros;
use model::{Event, Record};
use queue_log::Row;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use support::{Player, capture, options, play};

fn log() -> Vec<Row> {
    queue_log::read(&String::from_utf8(support::fixture("queue_log.txt.gz")).unwrap())
}

fn reference() -> &'static [Record] {
    static RECORDS: OnceLock<Vec<Record>> = OnceLock::new();
    RECORDS.get_or_init(|| play(options()).records)
}

fn bytes_of(records: &[Record]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for record in records {
        serde_json::to_writer(&mut bytes, record).unwrap();
        bytes.push(b'\n');
    }
    bytes
}

/// A small seeded generator: the same pieces on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }
}

fn total(sums: &BTreeMap<String, usize>, key: &str) -> usize {
    sums.get(key).copied().unwrap_or(0)
}

#[test]
fn the_totals_are_those_that_the_pbx_counted() {
    let ours = tally::sums(&tally::items(reference()));
    let rows = log();
    let logged = queue_log::count(&rows, |r| Some(r.event.clone()));
    let of = |key: &str| total(&ours, key);
    let in_log = |key: &str| total(&logged, key);

    assert_eq!((of("ENTERQUEUE"), in_log("ENTERQUEUE")), (441, 441), "visits");
    let callers = |uids: BTreeSet<String>| uids.len();
    let our_callers =
        tally::items(reference()).into_iter().filter(|i| i.word == "ENTERQUEUE").map(|i| i.call);
    let log_callers = rows.iter().filter(|r| r.event == "ENTERQUEUE").map(|r| r.uid.clone());
    assert_eq!((callers(our_callers.collect()), callers(log_callers.collect())), (430, 430), "callers");

    assert_eq!((of("CONNECT"), in_log("CONNECT")), (222, 222), "answered");
    assert_eq!(
        (of("ABANDON"), of("ABANDON redirected"), of("ABANDON unknown")),
        (195, 6, 0),
        "gave up, redirected"
    );
    assert_eq!(in_log("ABANDON"), 201, "the log does not tell the two apart");
    assert_eq!((of("EXITWITHTIMEOUT"), in_log("EXITWITHTIMEOUT")), (10, 10), "timed out");
    assert_eq!((of("WITHDRAW"), in_log("WITHDRAW")), (8, 8), "withdrawn");

    assert_eq!(of("OFFER"), 316, "offers");
    assert_eq!(of("OFFER"), 222 + 43 + 27 + 24, "of which each ended in one of four ways");
    assert_eq!((of("RINGNOANSWER"), in_log("RINGNOANSWER")), (43, 43), "not answered or busy");
    assert_eq!((of("RINGCANCELED"), in_log("RINGCANCELED")), (27, 27), "the caller gave up");
    assert_eq!(of("LOST RACE"), 24, "another phone was first");

    assert_eq!((of("COMPLETECALLER"), in_log("COMPLETECALLER")), (121, 121), "ended by the caller");
    assert_eq!((of("COMPLETEAGENT"), in_log("COMPLETEAGENT")), (81, 81), "ended by the agent");
    assert_eq!((of("TRANSFER"), of("COMPLETE unknown")), (20, 0), "transferred");
    assert_eq!((in_log("BLINDTRANSFER"), in_log("ATTENDEDTRANSFER")), (18, 2));

    assert_eq!((in_log("ADDMEMBER"), in_log("REMOVEMEMBER")), (22, 20));
    let events = |event: Event| reference().iter().filter(|r| r.event == event).count();
    assert_eq!((events(Event::AgentLogin), events(Event::AgentLogout)), (22, 20), "comings and goings");
}

#[test]
fn every_queue_and_every_agent_has_the_totals_that_the_pbx_counted() {
    let fold = |item: tally::Item| {
        let word = if item.word.starts_with("ABANDON") { "ABANDON" } else { item.word };
        tally::Item { word, ..item }
    };
    let unlogged = |item: &tally::Item| !matches!(item.word, "OFFER" | "LOST RACE");
    let ours: Vec<_> = tally::items(reference()).into_iter().filter(unlogged).map(fold).collect();
    let logged = tally::of_log(&log(), &support::display_names());
    let (ours, logged) = (tally::sums(&ours), tally::sums(&logged));
    let differs: Vec<_> = ours
        .iter()
        .filter(|(k, v)| logged.get(*k) != Some(v))
        .chain(logged.iter().filter(|(k, v)| ours.get(*k) != Some(v)))
        .collect();
    assert_eq!(differs, Vec::new());
    assert!(logged.len() > 100, "three queues, twelve agents: {}", logged.len());
}

#[test]
fn every_single_item_has_its_row_in_the_log_and_the_same_length_within_a_second() {
    let ours = tally::items(reference());
    let logged = tally::of_log(&log(), &support::display_names());
    let (alone, worst) = tally::match_up(&ours, &logged, |_| false);
    // No mismatch is left over, so none needs an explanation. (Lengths differ by up to 0.9997 s because the PBX counts
    // whole seconds from a clock of whole seconds.)
    assert_eq!(alone, Vec::<String>::new());
    assert!(worst <= 1.0, "{worst}");
}

#[test]
fn of_190_pauses_117_change_a_membership_and_those_are_told() {
    let rows = log();
    // An independent reading: the state of each membership, moved on by the rows that name a queue.
    let (mut paused, mut changes, mut all) =
        (BTreeMap::new(), BTreeMap::<(String, String, bool), usize>::new(), 0);
    let names = support::display_names();
    for row in &rows {
        let dn = names.get(&row.agent).unwrap_or(&row.agent).clone();
        let key = (row.queue.clone(), dn);
        match row.event.as_str() {
            "ADDMEMBER" => _ = paused.insert(key, row.data.first().is_some_and(|d| d == "PAUSED")),
            "REMOVEMEMBER" => _ = paused.remove(&key),
            "PAUSE" | "UNPAUSE" => {
                all += 1;
                let now = row.event == "PAUSE";
                if paused.insert(key.clone(), now).unwrap_or(false) != now {
                    *changes.entry((key.0, key.1, now)).or_default() += 1;
                }
            }
            _ => {}
        }
    }
    let mut told = BTreeMap::<(String, String, bool), usize>::new();
    for r in reference().iter().filter(|r| matches!(r.event, Event::QueueReady | Event::QueueNotReady)) {
        let text = |t: &Option<model::Text>| t.clone().unwrap().to_string();
        let key = (text(&r.this_queue), text(&r.this_dn), r.event == Event::QueueNotReady);
        *told.entry(key).or_default() += 1;
    }
    assert_eq!((all, changes.values().sum::<usize>()), (190, 117));
    assert_eq!(told, changes, "per queue and agent");
}

#[test]
fn numbers_have_no_holes_and_received_never_goes_back() {
    let records = reference();
    for (n, record) in records.iter().enumerate() {
        assert_eq!(record.seq, n as u64 + 1);
        assert_eq!(record.epoch, records[0].epoch);
        assert!(n == 0 || record.received >= records[n - 1].received);
    }
}

#[test]
fn what_the_snapshot_refused_later_is_counted_and_nothing_is_corrected() {
    let player = play(options());
    let counters = player.adapter.counters();
    assert_eq!((counters.reconciled, counters.corrections, counters.gaps), (0, 0, 0));
    assert!(counters.not_reconciled >= 9, "one each 45 s: {counters:?}");
    assert_eq!((counters.garbage_lines, counters.garbage_messages), (0, 0));
}

#[test]
fn the_records_are_the_same_bytes_in_whatever_pieces_the_reads_come() {
    let whole = bytes_of(reference());
    for seed in 0..3 {
        let mut dice = Dice(seed);
        let mut player = Player::new(options());
        player.connect(support::beginning());
        for (time, range) in &capture().reads {
            let mut bytes = &capture().events[range.clone()];
            while !bytes.is_empty() {
                let (piece, rest) = bytes.split_at(1 + dice.below(bytes.len().min(700)));
                player.bytes(piece, *time);
                bytes = rest;
            }
        }
        player.wait(capture().reads.last().unwrap().0 + Micros::from_secs(10));
        assert!(bytes_of(&player.records) == whole, "seed {seed}");
    }
}

#[test]
fn one_byte_at_a_time_gives_the_same_records_on_a_prefix() {
    let mut player = Player::new(options());
    player.connect(support::beginning());
    for (time, range) in capture().reads.iter().take_while(|(_, range)| range.end <= 1_500_000) {
        for byte in &capture().events[range.clone()] {
            player.bytes(&[*byte], *time);
        }
    }
    assert!(player.records.len() > 200);
    assert_eq!(bytes_of(&player.records), bytes_of(&reference()[..player.records.len()]));
}

#[test]
fn all_bytes_in_one_piece_or_in_random_ones_across_the_reads_give_the_same_totals() {
    let expected = tally::items(reference());
    let reads = &capture().reads;
    for seed in 0..4 {
        let mut dice = Dice(seed);
        let mut player = Player::new(options());
        player.connect(support::beginning());
        player.stalled = true;
        let (mut read, mut at) = (0, 0);
        while read < reads.len() {
            let before = reads[read].0;
            read = if seed == 0 { reads.len() } else { (read + 1 + dice.below(40)).min(reads.len()) };
            // The line stalls, though never so long that it counts as lost.
            while seed != 0
                && reads[read - 1].0 - before > Micros::from_secs(8)
                && reads[read - 2].0 >= before
            {
                read -= 1;
            }
            let (_, range) = &reads[read - 1];
            let time = if seed == 0 { &before } else { &reads[read - 1].0 };
            let end = if read == reads.len() { range.end } else { range.start + dice.below(range.len()) };
            player.bytes(&capture().events[at..end], *time);
            at = end;
        }
        player.stalled = false;
        player.wait(reads.last().unwrap().0 + Micros::from_secs(5));
        let items = tally::items(&player.records);
        let new: Vec<_> = items.iter().filter(|i| !expected.contains(i)).collect();
        let gone: Vec<_> = expected.iter().filter(|i| !items.contains(i)).collect();
        assert!(
            new.is_empty() && gone.is_empty(),
            "seed {seed}: {new:?} instead of {gone:?}; {:?} {:?}",
            player.links,
            player.adapter.counters()
        );
    }
}

#[test]
fn at_whatever_speed_it_is_played_the_records_are_the_same_bytes() {
    // At x1 a driver looks at its timers every 20 ms of the recording, at x50 every second.
    for step in [20_000, 1_000_000] {
        let mut player = Player::new(options());
        player.connect(support::beginning());
        let mut now = support::beginning();
        for (time, range) in &capture().reads {
            while now.0 + step < time.0 {
                now = Micros(now.0 + step);
                player.wait(now);
            }
            player.bytes(&capture().events[range.clone()], *time);
        }
        player.wait(capture().reads.last().unwrap().0 + Micros::from_secs(10));
        assert!(bytes_of(&player.records) == bytes_of(reference()), "{step} us");
    }
}

/// What a record says, without its number and without our clock.
fn meaning(record: &Record) -> String {
    let mut record = record.clone();
    (record.seq, record.received) = (0, Micros::ZERO);
    if record.synthetic {
        record.time = Micros::ZERO;
    }
    serde_json::to_string(&record).unwrap()
}

/// All ids and devices that the lost bytes speak of.
fn spoken_of(lost: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(lost);
    let value = |line: &str| line.split_once(": ").map(|(_, v)| v.trim_end().to_owned());
    text.lines().filter_map(value).filter(|v| v.starts_with("pbx1-") || v.contains('/')).collect()
}

#[test]
fn a_session_cut_at_fifty_places_differs_only_in_what_was_lost() {
    let mut dice = Dice(50);
    for _ in 0..50 {
        let offset = 20_000 + dice.below(capture().events.len() - 40_000);
        let away = Micros::from_millis(200 + dice.below(5_000) as i64);
        let (records, lost, gap) = cut(offset, away);
        let spoken = spoken_of(&lost);
        explain(reference(), &records, &spoken, gap, offset);
    }
}

/// Plays with the session cut at `offset`; the PBX's events of the time `away` are lost.
fn cut(offset: usize, away: Micros) -> (Vec<Record>, Vec<u8>, (Micros, Micros)) {
    let events = &capture().events;
    let mut player = Player::new(options());
    player.connect(support::beginning());
    let mut back = None;
    let mut lost = Vec::new();
    for (time, range) in &capture().reads {
        match back {
            None if offset >= range.end => player.bytes(&events[range.clone()], *time),
            None => {
                player.bytes(&events[range.start..offset], *time);
                player.close("the connection was reset", *time);
                let begun = events[..offset].windows(4).rposition(|w| w == b"\r\n\r\n").map_or(0, |n| n + 4);
                lost.extend_from_slice(&events[begun..range.end]);
                back = Some((*time + away, false));
            }
            Some((until, false)) if *time < until => lost.extend_from_slice(&events[range.clone()]),
            Some((until, false)) => {
                // The new session begins with a whole message.
                let from = range.start
                    + events[range.clone()]
                        .windows(4)
                        .position(|w| w == b"\r\n\r\n")
                        .map_or(range.len(), |n| n + 4);
                let from = if events[..range.start].ends_with(b"\r\n\r\n") { range.start } else { from };
                lost.extend_from_slice(&events[range.start..from]);
                player.connect(until);
                player.bytes(&events[from..range.end], *time);
                back = Some((until, true));
            }
            Some((_, true)) => player.bytes(&events[range.clone()], *time),
        }
    }
    player.wait(capture().reads.last().unwrap().0 + Micros::from_secs(10));
    let gaps: Vec<(Micros, Micros)> = player.records.iter().filter_map(gap_of).collect();
    assert_eq!(gaps.len(), 1, "one gap is reported");
    (player.records, lost, gaps[0])
}

fn gap_of(record: &Record) -> Option<(Micros, Micros)> {
    match record.body.as_deref() {
        Some(model::record::Body::Gap(gap)) => Some((gap.from, gap.to)),
        _ => None,
    }
}

/// Every record that one run has and the other has not must come from the gap, or be about a call or an agent of whom a
/// lost message spoke.
fn explain(
    whole: &[Record],
    records: &[Record],
    spoken: &BTreeSet<String>,
    gap: (Micros, Micros),
    offset: usize,
) {
    let order: Vec<&Event> = records
        .iter()
        .filter(|r| r.this_dn.is_none() && r.event != Event::UserEvent)
        .map(|r| &r.event)
        .collect();
    use Event::{Gap, LinkConnected, LinkDisconnected, Snapshot};
    assert_eq!(
        order,
        [&LinkConnected, &Snapshot, &LinkDisconnected, &LinkConnected, &Gap, &Snapshot],
        "cut at {offset}"
    );
    let epochs: BTreeSet<u64> = records.iter().map(|r| r.epoch).collect();
    assert_eq!(epochs.len(), 1, "the same PBX, the same epoch");
    let mut count = BTreeMap::<String, (i64, Vec<&Record>)>::new();
    let own = |r: &&Record| r.this_dn.is_some();
    for r in whole.iter().filter(own) {
        let entry = count.entry(meaning(r)).or_default();
        entry.0 += 1;
        entry.1.push(r);
    }
    for r in records.iter().filter(own) {
        let entry = count.entry(meaning(r)).or_default();
        entry.0 -= 1;
        entry.1.push(r);
    }
    let named = |value: &Option<model::Text>| value.as_ref().is_some_and(|v| spoken.contains(v.as_str()));
    for (what, (difference, of)) in count.iter().filter(|(_, (d, _))| *d != 0) {
        let told = of.iter().any(|r| {
            let in_gap = r.received >= gap.0 && r.received <= gap.1;
            in_gap || named(&r.conn_id) || named(&r.this_dn) || named(&r.prev_conn_id)
        });
        assert!(told, "cut at {offset}, gap {gap:?}: {difference} x {what}");
    }
}

#[test]
fn a_cut_between_two_messages_without_a_loss_changes_no_total() {
    // The connection breaks while nothing happens: nothing is lost, and all calls in progress go on.
    let (at, _) = capture()
        .reads
        .windows(2)
        .map(|w| (w[0].1.end, w[1].0.0 - w[0].0.0))
        .filter(|(end, _)| {
            capture().events[..*end].ends_with(b"\r\n\r\n") && (8_000_000..16_000_000).contains(end)
        })
        .max_by_key(|(_, pause)| *pause)
        .unwrap();
    let mut player = Player::new(options());
    player.connect(support::beginning());
    for (time, range) in &capture().reads {
        player.bytes(&capture().events[range.clone()], *time);
        if range.end == at {
            player.close("the connection was reset", *time + Micros::from_millis(1));
            player.connect(*time + Micros::from_millis(10));
        }
    }
    player.wait(capture().reads.last().unwrap().0 + Micros::from_secs(10));
    assert_eq!(tally::items(&player.records), tally::items(reference()));
    let mut snapshots = player.records.iter().filter_map(|r| match r.body.as_deref() {
        Some(model::record::Body::Snapshot(snapshot)) => Some(snapshot),
        _ => None,
    });
    let calls = snapshots.next_back().unwrap().dns.iter().map(|dn| dn.calls.len()).sum::<usize>();
    assert!(calls > 0, "the second snapshot lists the calls in progress");
}

#[test]
fn a_released_call_was_always_ringing_or_established_before() {
    let mut open = BTreeMap::<(String, String), &Event>::new();
    for r in reference().iter().filter(|r| r.conn_id.is_some() && r.this_dn != r.this_queue) {
        let key = (r.this_dn.clone().unwrap().to_string(), r.conn_id.clone().unwrap().to_string());
        match r.event {
            Event::Ringing | Event::Dialing => assert!(open.insert(key, &r.event).is_none(), "{r:?}"),
            Event::Established => assert!(open.insert(key, &r.event).is_some(), "{r:?}"),
            Event::Held | Event::Retrieved => assert!(open.contains_key(&key), "{r:?}"),
            Event::PartyChanged => {
                let before = (key.0.clone(), r.prev_conn_id.clone().unwrap().to_string());
                let stage = open.remove(&before).unwrap();
                open.insert(key, stage);
            }
            Event::Released | Event::Abandoned => assert!(open.remove(&key).is_some(), "{r:?}"),
            _ => {}
        }
    }
    assert_eq!(open, BTreeMap::new(), "at the end of the recording nobody is on the phone");
}

/// `PULSE_CAPTURE=FILE` (with FILE.idx, as `load.py --record` writes them) and `PULSE_CAPTURE_LOG=queue_log`: an adapter is
/// right when it is right on a recording that it has never seen.
#[test]
#[allow(clippy::disallowed_methods, reason = "the recording's place comes from the environment")]
fn another_recording_equals_its_log_too() {
    let (Ok(file), Ok(log)) = (std::env::var("PULSE_CAPTURE"), std::env::var("PULSE_CAPTURE_LOG")) else {
        println!("skipped: PULSE_CAPTURE and PULSE_CAPTURE_LOG name no other recording");
        return;
    };
    let bytes = std::fs::read(&file).unwrap();
    let index = std::fs::read_to_string(format!("{file}.idx")).unwrap();
    let capture = Box::leak(Box::new(source_asterisk::capture::Capture::read(&bytes, &index).unwrap()));
    let player = support::play_of(capture, options());
    let logged =
        tally::of_log(&queue_log::read(&std::fs::read_to_string(log).unwrap()), &support::names_in(&bytes));
    let (alone, worst) = tally::match_up(&tally::items(&player.records), &logged, |_| false);
    assert!(alone.is_empty(), "{alone:#?}");
    println!("{} rows, longest difference {worst:.3} s, {:?}", logged.len(), player.adapter.counters());
}
