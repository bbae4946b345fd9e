//! The bytes of the stream, kept: a change here is a break for every open page.

use super::*;
use model::time::Micros;
use model::{ObjectType, Text};
use std::collections::BTreeMap;

const AT: Micros = Micros(1_764_000_000_000_000);

fn number(value: f64) -> Cell {
    Cell { v: Value::Number(value), at: AT, flags: Flags::default(), reason: None }
}

fn table() -> Snapshot {
    let state = StateValue {
        status: Text::from("NotReadyForNextCall"),
        since: Micros(1_763_999_940_000_000),
        reasons: BTreeMap::from([(Text::from("Reason"), Text::from("lunch"))]),
        members: BTreeMap::new(),
    };
    let missing = Cell { v: Value::Null, at: AT, flags: Flags(8), reason: Some(Reason::NoData) };
    let cells = vec![
        Cell { flags: Flags(2 | 4), ..number(3.0) },
        Cell { v: Value::State(state), ..number(0.0) },
        missing,
    ];
    let column = Column {
        key: Text::from("Current_In_Queue|Queue|Default|||"),
        stat_type: Text::from("Current_In_Queue"),
        title: Text::from("Waiting"),
        unit: Text::from("count"),
        words: Text::from("Calls that wait now."),
    };
    let row = Row {
        row: 0,
        object: Text::from("9001@sw1"),
        object_type: ObjectType::Queue,
        name: Text::from("Sales"),
        groups: vec![Text::from("All")],
        cells,
    };
    let visible = Visible { shown: 1, of: 2 };
    Snapshot { generation: 5, seq: 1, at: AT, columns: vec![column], rows: vec![row], visible }
}

fn change() -> Delta {
    Delta { generation: 5, seq: 2, at: AT, set: vec![(0, 0, number(4.0))], gone: vec![7], ..Delta::default() }
}

const SNAPSHOT: &str = r#"{"type":"snapshot","id":1,"gen":5,"seq":1,"at":1764000000000000,"columns":[{"key":"Current_In_Queue|Queue|Default|||","stat_type":"Current_In_Queue","title":"Waiting","unit":"count","words":"Calls that wait now."}],"rows":[{"row":0,"object":"9001@sw1","object_type":"Queue","name":"Sales","groups":["All"],"cells":[{"v":3.0,"at":1764000000000000,"flags":["invalid","partial"]},{"v":{"status":"NotReadyForNextCall","since":1763999940000000,"reasons":{"Reason":"lunch"}},"at":1764000000000000},{"v":null,"at":1764000000000000,"flags":["stale"],"reason":"no_data"}]}],"visible":{"shown":1,"of":2}}"#;
const DELTA: &str = r#"{"type":"delta","id":1,"gen":5,"seq":2,"at":1764000000000000,"set":[[0,0,{"v":4.0,"at":1764000000000000}]],"gone":[7]}"#;

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn tables_look_as_they_always_did() {
    assert_eq!(text(Shared::from(table()).bytes(1, Format::Json)), SNAPSHOT);
    assert_eq!(text(Shared::from(change()).bytes(1, Format::Json)), DELTA);
}

#[test]
fn other_messages_look_as_they_always_did() {
    let state = State {
        source: Text::from("pbx1"),
        status: SourceStatus::Down,
        since: AT,
        detail: Text::from("no answer"),
        kind: SourceKind::Source,
    };
    let cases = [
        (
            Message::State(state.clone()),
            r#"{"type":"state","source":"pbx1","status":"down","since":1764000000000000,"detail":"no answer","kind":"source"}"#,
        ),
        (
            Message::Heartbeat(Heartbeat { at: AT, sources: vec![] }),
            r#"{"type":"heartbeat","at":1764000000000000}"#,
        ),
        (
            Message::Heartbeat(Heartbeat { at: AT, sources: vec![state] }),
            r#"{"type":"heartbeat","at":1764000000000000,"sources":[{"source":"pbx1","status":"down","since":1764000000000000,"detail":"no answer","kind":"source"}]}"#,
        ),
        (
            Message::Error(Error { id: 3, code: "refused".into(), message: "no".into(), column: Some(1) }),
            r#"{"type":"error","id":3,"code":"refused","message":"no","column":1}"#,
        ),
        (
            Message::Bye(Bye { reason: "shutdown".into(), retry_ms: 1000 }),
            r#"{"type":"bye","reason":"shutdown","retry_ms":1000}"#,
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(text(Format::Json.write(&message).unwrap()), expected);
        assert_eq!(Format::Json.read_message(expected.as_bytes()).unwrap(), message);
    }
}

#[test]
fn both_formats_carry_the_same() {
    for id in [0, 1, 200, 70_000, u32::MAX] {
        for format in [Format::Json, Format::Msgpack] {
            let snapshot = Shared::from(table()).bytes(id, format);
            assert_eq!(format.read_message(&snapshot).unwrap(), Message::Snapshot { id, body: table() });
            let delta = Shared::from(change()).bytes(id, format);
            assert_eq!(format.read_message(&delta).unwrap(), Message::Delta { id, body: change() });
        }
    }
}

#[test]
fn msgpack_looks_as_it_always_did() {
    let bytes = Shared::from(Delta { generation: 5, seq: 2, at: Micros(7), ..Delta::default() });
    let expected =
        b"\x86\xa4type\xa5delta\xa2id\xce\x00\x00\x00\x09\xa3gen\x05\xa3seq\x02\xa2at\x07\xa3set\x90";
    assert_eq!(bytes.bytes(9, Format::Msgpack), expected);
}

#[test]
fn requests_are_read_as_pages_write_them() {
    let cases = [
        r#"{"op":"open","id":1,"query":{"object_type":"Queue","objects":"*","statistics":["Calls_Entered",{"stat_type":"ServiceFactor","time_profile":"Last15"}]}}"#,
        r#"{"op":"open","id":2,"query":{"object_type":"Agent","objects":["A1","A2"],"statistics":["Current_Status"]},"from":{"gen":5,"seq":7},"merge":true}"#,
        r#"{"op":"open","id":4,"query":{"object_type":"Queue","objects":"*","statistics":[{"stat_type":"Calls_Entered","name":"entered"},{"formula":"entered / 2","title":"Half","unit":"number","name":"half"},{"formula":"1"}]}}"#,
        r#"{"op":"open","id":3,"board":"queues","widget":"grid"}"#,
        r#"{"op":"close","id":3}"#,
        r#"{"op":"ack","id":1,"seq":9}"#,
    ];
    for case in cases {
        let request = Format::Json.read(case.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&request).unwrap(), case);
        let packed = rmp_serde::to_vec_named(&request).unwrap();
        assert_eq!(Format::Msgpack.read(&packed).unwrap(), request);
    }
}

#[test]
fn a_request_that_is_wrong_is_told_what_is_wrong() {
    let wrong = [
        (r#"{"op":"jump"}"#, "unknown variant `jump`"),
        (
            r#"{"op":"open","id":1,"query":{"object_type":"Queue","objects":"all","statistics":[]}}"#,
            "expected \"*\"",
        ),
        (r#"{"op":"open","id":1,"query":{"object_type":"Sofa","objects":"*","statistics":[]}}"#, "Sofa"),
        (
            r#"{"op":"open","id":1,"query":{"object_type":"Queue","objects":"*","statistics":[4]}}"#,
            "a statistic",
        ),
        (
            r#"{"op":"open","id":1,"query":{"object_type":"Queue","objects":"*","statistics":[{"formula":"1","colour":"red"}]}}"#,
            "{formula, title?, unit?, name?}",
        ),
        (r#"{"op":"open","id":-1}"#, "-1"),
        ("", "EOF"),
    ];
    for (case, cause) in wrong {
        let error = Format::Json.read(case.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(cause), "{case}: {error}");
    }
}
