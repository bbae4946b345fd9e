use crate::record::{Body, CallState, Event, KeyValue, Record};
use crate::time::Micros;

fn json(text: &str) -> Record {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_record_reads_and_writes_its_keys_and_no_others() {
    let text = r#"{"source":"pbx1","epoch":7,"seq":2,"time":1,"received":2,"event":"Diverted","this_dn":"9001","call_state":"Cleared","reason":"timeout"}"#;
    let record = json(text);
    assert_eq!(record.call_state, Some(CallState::Cleared));
    assert_eq!(serde_json::to_string(&record).unwrap(), text);
}

#[test]
fn unknown_keys_and_unknown_events_are_kept_and_passed_on() {
    let text = r#"{"source":"s","time":2,"received":2,"event":"Sneezed","x_colour":{"deep":[1,2]}}"#;
    let record = json(text);
    assert_eq!(record.event, Event::Other("Sneezed".into()));
    assert_eq!(serde_json::to_string(&record).unwrap(), text);
}

#[test]
fn message_pack_carries_the_same_record() {
    let record = json(
        r#"{"source":"s","received":2,"event":"AgentNotReady","this_dn":"2001",
            "reasons":{"ReasonCode":"Lunch","more":{"a":"b"}},"media_type":"voice","odd":"key"}"#,
    );
    let bytes = rmp_serde::to_vec_named(&record).unwrap();
    assert_eq!(rmp_serde::from_slice::<Record>(&bytes).unwrap(), record);
    let reasons = record.reasons.unwrap();
    assert_eq!(reasons["ReasonCode"], KeyValue::Text("Lunch".into()));
    assert_eq!(record.time, Micros(2), "absent time is received");
}

#[test]
fn snapshot_gap_and_change_carry_their_bodies() {
    let snapshot = json(
        r#"{"source":"s","epoch":1,"seq":9,"received":5,"event":"Snapshot","taken":4,
            "dns":[{"dn":"2001","type":"Extension","in_service":true,"agent_id":"A1",
                    "calls":[{"conn_id":"c","call_type":"Inbound","state":"established","since":3}]}],
            "memberships":[{"dn":"2001","queue":"9001"}]}"#,
    );
    let again: Record = rmp_serde::from_slice(&rmp_serde::to_vec_named(&snapshot).unwrap()).unwrap();
    assert_eq!(again, snapshot);
    assert!(matches!(snapshot.body.as_deref(), Some(Body::Snapshot(s)) if s.dns[0].calls.len() == 1));

    let gap = json(r#"{"source":"s","received":5,"event":"Gap","from":1,"to":5,"cause":"link"}"#);
    assert!(matches!(gap.body.as_deref(), Some(Body::Gap(gap)) if gap.to == Micros(5)));
    let change = json(
        r#"{"source":"s","received":5,"event":"ConfigChanged","change":{"object":"agent","id":"A1","set":{"skills":{"Spanish":3}}}}"#,
    );
    assert!(matches!(change.body.as_deref(), Some(Body::Change(change)) if change.id == "A1"));
}

#[test]
fn what_is_missing_is_named() {
    for (text, missing) in [
        (r#"{"received":1,"event":"Queued"}"#, "source"),
        (r#"{"source":"s","event":"Queued"}"#, "received"),
        (r#"{"source":"s","received":1}"#, "event"),
        (r#"{"source":"s","received":1,"event":"Snapshot"}"#, "dns"),
    ] {
        let error = serde_json::from_str::<Record>(text).unwrap_err().to_string();
        assert!(error.contains(missing), "{error}");
    }
}
