//! From an event to the record that is kept, and from a kept record back to what tells its event from others.

use crate::digest::Digest;
use crate::event::{Event, shown};
use crate::refusal::Fault;
use crate::settings::EventSource;
use model::record::{Event as What, Record};
use model::time::Micros;
use serde_json::{Map, Value, json};

/// The key of a record under which the journal remembers its event.
const MARK: &str = "cloudevent";
/// Keys that the door gives; the event can't.
const OURS: [&str; 4] = ["epoch", "seq", "received", MARK];

/// The record of an event, not yet numbered, and a remark if it is kept but will have no effect.
pub(crate) fn record_of(
    event: &Event,
    source: &EventSource,
    now: Micros,
) -> Result<(Record, Option<String>), Fault> {
    let mut data = event.data.clone();
    check_keys(&data, source)?;
    let time = match (event.time, data.get("time")) {
        (time, None) => time,
        (Some(time), Some(said)) if said.as_i64() != Some(time.0) => {
            let cause = format!("it is {}, and the attribute time says {} µs", shown(said), time.0);
            return Err(Fault::new("data.time", cause, "leave it out"));
        }
        (_, Some(said)) => match said.as_i64() {
            Some(time) => Some(Micros(time)),
            None => {
                let cause = format!("it is {}, not whole microseconds since 1970", shown(said));
                return Err(Fault::new("data.time", cause, "use the attribute time instead"));
            }
        },
    };
    data.insert("source".to_owned(), Value::from(source.name.as_str()));
    data.insert("received".to_owned(), Value::from(now.0));
    data.insert("time".to_owned(), Value::from(time.unwrap_or(now).0));
    let mark = json!({"source": event.source, "id": event.id, "digest": event.body.to_string()});
    data.insert(MARK.to_owned(), mark);
    let record = serde_json::from_value::<Record>(Value::Object(data.clone()));
    let record = record.map_err(|error| culprit(&data, &error.to_string()))?;
    let remark = match &record.event {
        What::Other(name) => {
            Some(format!("the event `{name}` is not known: it is kept, counted, and has no effect"))
        }
        _ => None,
    };
    Ok((record, remark))
}

fn check_keys(data: &Map<String, Value>, source: &EventSource) -> Result<(), Fault> {
    if let Some(key) = OURS.into_iter().find(|key| data.contains_key(*key)) {
        return Err(Fault::new(format!("data.{key}"), "the door sets this key itself", "leave it out"));
    }
    if let Some((key, _)) = data.iter().find(|(_, value)| value.is_null()) {
        return Err(Fault::new(format!("data.{key}"), "it is null", "leave it out"));
    }
    match data.get("source") {
        Some(named) if *named != source.name.as_str() => {
            let cause = format!("it is {}, and the event's source is `{}`", shown(named), source.name);
            return Err(Fault::new("data.source", cause, "leave it out"));
        }
        _ => {}
    }
    match data.get("event") {
        Some(Value::String(name)) if !name.is_empty() => Ok(()),
        Some(other) => {
            let cause = format!("it is {}, not the name of an event", shown(other));
            Err(Fault::new("data.event", cause, "name what happened, for instance \"Queued\""))
        }
        None => Err(Fault::new("data.event", "it is missing", "name what happened, for instance \"Queued\"")),
    }
}

/// Which key of a record that can't be read is at fault: the first one that can't be read alone.
fn culprit(data: &Map<String, Value>, cause: &str) -> Fault {
    let whole = ["source", "event", "received", "time"];
    let alone = |key: &str, value: &Value| {
        let mut record = json!({"source": "s", "event": "Queued", "received": 0});
        record[key] = value.clone();
        serde_json::from_value::<Record>(record).err()
    };
    let rest = data.iter().filter(|(key, _)| !whole.contains(&key.as_str()));
    for (key, value) in rest {
        if let Some(error) = alone(key, value) {
            let cause = match key.as_str() {
                "user_data" | "reasons" | "extensions" => {
                    "its values are strings, or one more map of strings".to_owned()
                }
                _ => error.to_string(),
            };
            return Fault::new(format!("data.{key}"), cause, "send it as GET /events/schema describes it");
        }
    }
    Fault::new("data", cause, "send the keys that this event needs; see GET /events/schema")
}

/// The key and the body of the event behind a record; nothing for a record that came another way.
pub(crate) fn mark_of(record: &Record) -> Option<(Digest, Digest)> {
    let mark = record.rare.as_ref()?.unknown.get(MARK)?;
    let text = |key: &str| mark.get(key).and_then(Value::as_str);
    Some((Digest::of_id(text("source")?, text("id")?), Digest::parse(text("digest")?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::frame::{decode_record, encode_record};

    const NOW: Micros = Micros::from_secs(1_000);

    fn source() -> EventSource {
        EventSource { name: "chat1".into(), switch: "chat".into(), source: Some("//chat.example/1".into()) }
    }

    fn event(data: Value) -> Event {
        let event = json!({
            "specversion": "1.0", "id": "42", "source": "//chat.example/1", "type": "pulse.event.v1", "data": data,
        });
        Event::read(event, 10_000).unwrap()
    }

    fn fault(data: Value) -> String {
        let fault = record_of(&event(data), &source(), NOW).unwrap_err();
        format!("{}: {}", fault.attribute, fault.cause)
    }

    #[test]
    fn a_record_keeps_every_key_and_the_mark_of_its_event() {
        let data = json!({
            "event": "Queued", "this_dn": "9001", "conn_id": "c1", "user_data": {"Language": "Spanish", "Deep": {"a": "b"}},
            "media_type": "chat", "my_key": {"anything": [1, 2.5]},
        });
        let event = event(data);
        let (record, remark) = record_of(&event, &source(), NOW).unwrap();
        assert_eq!((remark, record.source.as_str(), record.received, record.time), (None, "chat1", NOW, NOW));
        let mut bytes = Vec::new();
        encode_record(&record, &mut bytes);
        let kept = decode_record(&bytes).unwrap();
        assert_eq!(kept, record);
        assert_eq!(kept.rare.as_ref().unwrap().unknown["my_key"], json!({"anything": [1, 2.5]}));
        assert_eq!(mark_of(&kept), Some((Digest::of_id("//chat.example/1", "42"), event.body)));
    }

    #[test]
    fn a_fault_names_the_key() {
        for (data, says) in [
            (json!({"this_dn": "1"}), "data.event: it is missing"),
            (json!({"event": 5}), "data.event: it is 5, not the name of an event"),
            (json!({"event": "Queued", "seq": 7}), "data.seq: the door sets this key itself"),
            (json!({"event": "Queued", "cloudevent": {}}), "data.cloudevent: the door sets this key itself"),
            (json!({"event": "Queued", "this_dn": null}), "data.this_dn: it is null"),
            (
                json!({"event": "Queued", "source": "pbx1"}),
                "data.source: it is \"pbx1\", and the event's source is `chat1`",
            ),
            (
                json!({"event": "Queued", "this_dn": 9001}),
                "data.this_dn: invalid type: integer `9001`, expected a string",
            ),
            (
                json!({"event": "Queued", "user_data": {"a": 1}}),
                "data.user_data: its values are strings, or one more map of strings",
            ),
            (
                json!({"event": "Queued", "time": "noon"}),
                "data.time: it is \"noon\", not whole microseconds since 1970",
            ),
            (json!({"event": "Gap"}), "data: a Gap record needs the key from"),
        ] {
            assert!(fault(data).starts_with(says), "{says}");
        }
    }

    #[test]
    fn an_unknown_event_is_kept_with_a_remark() {
        let (record, remark) = record_of(&event(json!({"event": "Teleported"})), &source(), NOW).unwrap();
        assert_eq!(record.event.name(), "Teleported");
        assert!(remark.unwrap().contains("`Teleported` is not known"));
    }
}
