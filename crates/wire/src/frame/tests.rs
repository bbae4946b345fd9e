//! The treaty: golden bytes, and what happens to bytes that are not as agreed.

mod changes;
mod figures;
mod golden;
mod random;

use super::*;
use model::record::{CallType, Event, KeyValue};
use model::snapshot::{CallPicture, DnType, LegState, Snapshot};

fn record(seq: u64) -> Record {
    Record {
        epoch: 1_700_000_000_000_000,
        seq,
        time: Micros(1_700_000_000_000_001),
        this_dn: Some("2001".into()),
        this_queue: Some("9001".into()),
        other_dn: Some("+15550100".into()),
        conn_id: Some("c-17".into()),
        agent_id: Some("A1".into()),
        call_type: Some(CallType::Inbound),
        user_data: Some(Box::new([("Language".into(), KeyValue::Text("Spanish".into()))].into())),
        ..Record::new("pbx1", Event::Ringing, Micros(1_700_000_000_000_009))
    }
}

fn moved(revision: u64) -> Revised {
    let set =
        [("agents".into(), serde_json::json!(["A1", "A2"])), ("script".into(), serde_json::Value::Null)];
    Revised { revision, object: "agent_group".into(), id: "Sales".into(), set: set.into(), gone: false }
}

fn picture(dn: &str, calls: usize) -> DnPicture {
    let call = |n: usize| CallPicture {
        conn_id: format!("c{n:06}").into(),
        call_type: CallType::Inbound,
        state: LegState::Queued,
        since: Micros::from_secs(10),
        queued_since: Some(Micros::from_secs(10)),
        established_since: None,
        this_queue: None,
        other_dn: None,
        this_dn_role: None,
        offer: None,
        user_data: None,
        unknown: BTreeMap::new(),
    };
    DnPicture {
        dn: dn.into(),
        kind: DnType::Queue,
        in_service: true,
        agent_id: None,
        agent_state: None,
        work_mode: None,
        reasons: None,
        state_since: None,
        calls: (0..calls).map(call).collect(),
        unknown: BTreeMap::new(),
    }
}

/// One frame out of bytes that hold exactly one.
fn decoded(bytes: &[u8]) -> Result<Frame, FrameError> {
    let mut decoder = Decoder::default();
    decoder.push(bytes);
    let frame = decoder.next_frame()?;
    assert_eq!(decoder.next_frame()?, None);
    assert!(!decoder.is_amid_frame());
    Ok(frame.expect("a whole frame"))
}

fn framed(payload: &[u8]) -> Vec<u8> {
    [&(payload.len() as u32).to_be_bytes(), payload].concat()
}

#[test]
fn a_frame_over_the_limit_is_refused_by_its_length_alone() {
    let mut decoder = Decoder::new(1_000);
    decoder.push(&[0, 0, 0x03, 0xe9]);
    let error = decoder.next_frame().unwrap_err();
    assert_eq!(error, FrameError::TooLarge { size: 1_001, limit: 1_000 });
    assert!(error.to_string().contains("1001 bytes is over the limit of 1000"), "{error}");
    assert_eq!(decoder.next_frame().unwrap_err(), error, "and stays refused");
    let hello = Hello { token: "x".repeat(FRAME_BYTES_MAX).into(), ..Hello::default() };
    assert!(matches!(encode(&Frame::Hello(hello)), Err(FrameError::TooLarge { .. })));
}

#[test]
fn bytes_of_another_protocol_are_no_frame() {
    for bytes in
        [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\x16\x03\x01\x02\x00\x01", b"Asterisk Call Manager/7.0.3\r\n"]
    {
        let mut decoder = Decoder::default();
        decoder.push(bytes);
        assert!(!matches!(decoder.next_frame(), Ok(Some(_))), "{bytes:?}");
    }
    for payload in
        [&b""[..], b"\x80", b"\x81\xa1x\x01", b"\x81\xa4type\x01", b"\x92\x01\x02", b"\x81\xa4type\xa5hello"]
    {
        let error = decoded(&framed(payload)).unwrap_err();
        assert!(matches!(&error, FrameError::Garbage(_)), "{payload:?}: {error}");
    }
    let deep = [&b"\x82\xa4type\xa6events\xa1x"[..], &vec![0x91; 900_000]].concat();
    assert!(matches!(decoded(&framed(&deep)), Err(FrameError::Garbage(_))), "no stack is exhausted");
}

#[test]
fn frames_of_unknown_type_are_skipped_and_counted_and_unknown_keys_tolerated() {
    let mut decoder = Decoder::default();
    decoder.push(&framed(b"\x82\xa4type\xa6future\xa1x\x93\x01\x02\x03"));
    decoder.push(&framed(b"\x83\xa4type\xa3bye\xa6reason\xa2no\xa1x\x93\x01\x02\x03"));
    decoder
        .push(&framed(b"\x84\xa4type\xa6events\xa1x\x81\x01\xc4\x01\xff\xa7records\x90\xa6source\xa4pbx1"));
    assert_eq!(decoder.next_frame().unwrap(), Some(Frame::Bye(Bye { reason: "no".into() })));
    let events = Events { source: "pbx1".into(), records: Vec::new() };
    assert_eq!(decoder.next_frame().unwrap(), Some(Frame::Events(events)));
    assert_eq!(decoder.unknown(), 1);
}

#[test]
fn unknown_keys_of_a_record_are_kept_and_passed_on() {
    let mut sent = record(1);
    sent.rare_mut().unknown.insert("mood".into(), serde_json::json!({"customer": ["calm", 3]}));
    let frame = Frame::Events(Events { source: "pbx1".into(), records: vec![sent] });
    assert_eq!(decoded(&encode(&frame).unwrap()).unwrap(), frame);
}

#[test]
fn a_batch_is_cut_into_frames_below_the_limit_and_a_snapshot_record_travels_as_snapshot() {
    let snapshot = Snapshot { dns: vec![picture("9001", 20_000)], ..Snapshot::default() };
    let mut records: Vec<_> = (1..=9_000).map(record).collect();
    records.push(Record {
        body: Some(Box::new(model::record::Body::Snapshot(snapshot.clone()))),
        ..Record::new("pbx1", Event::Snapshot, Micros(5))
    });
    records[9_000].seq = 9_001;
    records.extend((9_002..=9_003).map(record));
    let frames = EncodedRecords::of(&records).frames("pbx1").unwrap();
    let (mut seqs, mut parts, mut assembler) = (Vec::new(), 0, Assembler::default());
    for bytes in &frames {
        assert!(bytes.len() <= FRAME_BYTES_MAX + 4);
        match decoded(bytes).unwrap() {
            Frame::Events(events) => seqs.extend(events.records.iter().map(|record| record.seq)),
            Frame::Snapshot(part) => {
                parts += 1;
                if let Some(whole) = assembler.push(part).unwrap() {
                    let record = whole.into_record().unwrap();
                    assert_eq!(record, records[9_000], "with its number and its times");
                    seqs.push(9_001);
                }
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seqs, (1..=9_003).collect::<Vec<_>>());
    assert!(frames.len() > 3 && parts > 1, "{} frames, {parts} parts", frames.len());
}

#[test]
fn the_parts_of_a_snapshot_make_it_whole_and_a_part_out_of_turn_is_an_error() {
    let snapshot = Snapshot {
        taken: Micros(77),
        dns: vec![picture("2001", 0), picture("9001", 30_000), picture("9002", 1)],
        memberships: vec![Membership { dn: "2001".into(), queue: "9001".into() }; 3],
        media: (0..9_000).map(|_| Record { synthetic: true, ..record(0) }).collect(),
    };
    let position = Position { epoch: 7, seq: 9 };
    let frames = snapshot_frames("pbx1", position, None, &snapshot).unwrap();
    assert!(frames.len() > 2);
    let parts = frames.iter().map(|bytes| match decoded(bytes).unwrap() {
        Frame::Snapshot(part) => part,
        other => panic!("{other:?}"),
    });
    let parts: Vec<_> = parts.collect();
    let mut assembler = Assembler::default();
    let whole = parts.iter().filter_map(|part| assembler.push(part.clone()).unwrap()).collect::<Vec<_>>();
    assert_eq!(whole, [Whole { source: "pbx1".into(), position, stamps: None, snapshot }]);
    assert!(Assembler::default().push(parts[1].clone()).is_err(), "a beginning is missing");
    let mut assembler = Assembler::default();
    assembler.push(parts[0].clone()).unwrap();
    assert!(assembler.push(parts[2].clone()).is_err(), "a part is missing");
}
