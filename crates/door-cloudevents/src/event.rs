//! One CloudEvent 1.0, read and judged as such; what its `data` means is judged in `record`.

use crate::EVENT_TYPE;
use crate::digest::Digest;
use crate::refusal::Fault;
use jiff::Timestamp;
use model::time::Micros;
use serde_json::{Map, Value};

/// The longest id, in bytes.
const ID_BYTES_MAX: usize = 256;
/// The longest source, in bytes.
const SOURCE_BYTES_MAX: usize = 1_024;
/// Extensions that a repeat may carry with other values: they tell of the journey, not of the event.
const OF_THE_JOURNEY: [&str; 2] = ["traceparent", "tracestate"];

/// An event whose attributes are as they should be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    /// Unique within its source.
    pub(crate) id: String,
    /// Who sent it: mapped to a source of ours.
    pub(crate) source: String,
    /// When it happened, where it says so.
    pub(crate) time: Option<Micros>,
    /// The record.
    pub(crate) data: Map<String, Value>,
    /// The digest of everything but the extensions of the journey.
    pub(crate) body: Digest,
    /// How long it is as JSON.
    pub(crate) bytes: usize,
}

impl Event {
    /// Reads an event of at most `bytes_max` bytes from JSON.
    pub(crate) fn read(value: Value, bytes_max: usize) -> Result<Self, Fault> {
        let Value::Object(mut attributes) = value else {
            return Err(Fault::new(
                "(event)",
                "it is not a JSON object",
                "send an object with attributes and data",
            ));
        };
        attributes.retain(|name, _| !OF_THE_JOURNEY.contains(&name.as_str()));
        let value = Value::Object(attributes);
        let (body, bytes) = Digest::of_json(&value);
        if bytes > bytes_max {
            let cause = format!("it has {bytes} bytes, more than {bytes_max}");
            return Err(Fault::new("(event)", cause, "send less attached data"));
        }
        let Value::Object(mut attributes) = value else { unreachable!("it was made an object above") };
        check_names(&attributes)?;
        is_word(&attributes, "specversion", "1.0", "set it to \"1.0\"")?;
        is_word(&attributes, "type", EVENT_TYPE, "set it to \"pulse.event.v1\"")?;
        let id =
            text(&attributes, "id", ID_BYTES_MAX, "give each event an id of its own, for instance a UUID")?;
        let source =
            text(&attributes, "source", SOURCE_BYTES_MAX, "set it to the name of a source of this door")?;
        check_json(&attributes)?;
        let time = time(&attributes)?;
        let data = match attributes.remove("data") {
            Some(Value::Object(data)) => data,
            Some(_) => {
                return Err(Fault::new(
                    "data",
                    "it is not a JSON object",
                    "send the event record as an object",
                ));
            }
            None => return Err(Fault::new("data", "it is missing", "send the event record as an object")),
        };
        Ok(Self { id, source, time, data, body, bytes })
    }
}

/// Names of attributes are lower-case letters and digits; values are plain.
fn check_names(attributes: &Map<String, Value>) -> Result<(), Fault> {
    for (name, value) in attributes {
        if name == "data" || name == "data_base64" {
            continue;
        }
        let is_name =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if !is_name {
            let cause = "names of attributes are lower-case letters and digits";
            return Err(Fault::new(name, cause, "rename it, or move it into data"));
        }
        match value {
            Value::Null => return Err(Fault::new(name, "it is null", "leave it out, or give it a value")),
            Value::Object(_) | Value::Array(_) => {
                return Err(Fault::new(name, "attributes are plain values", "move it into data"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_word(attributes: &Map<String, Value>, name: &str, word: &str, cure: &str) -> Result<(), Fault> {
    match attributes.get(name) {
        Some(Value::String(found)) if found == word => Ok(()),
        Some(found) => {
            Err(Fault::new(name, format!("it is {}, which is not known here", shown(found)), cure))
        }
        None => Err(Fault::new(name, "it is missing", cure)),
    }
}

fn text(attributes: &Map<String, Value>, name: &str, bytes_max: usize, cure: &str) -> Result<String, Fault> {
    let cause = match attributes.get(name) {
        None => "it is missing".to_owned(),
        Some(Value::String(text)) if text.trim().is_empty() => "it is empty".to_owned(),
        Some(Value::String(text)) if text.len() > bytes_max => {
            format!("it has {} bytes, more than {bytes_max}", text.len())
        }
        Some(Value::String(text)) if text.chars().any(char::is_control) => {
            "it holds a control character".to_owned()
        }
        Some(Value::String(text)) => return Ok(text.clone()),
        Some(other) => format!("it is {}, not a string", shown(other)),
    };
    Err(Fault::new(name, cause, cure))
}

/// The data is JSON, and stands in `data`.
fn check_json(attributes: &Map<String, Value>) -> Result<(), Fault> {
    if attributes.contains_key("data_base64") {
        return Err(Fault::new("data_base64", "binary data is not read here", "send JSON in data"));
    }
    let Some(kind) = attributes.get("datacontenttype") else { return Ok(()) };
    let kind =
        kind.as_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind == "application/json" || kind == "text/json" || kind.ends_with("+json") {
        return Ok(());
    }
    Err(Fault::new("datacontenttype", "it is not JSON", "send JSON and leave datacontenttype out"))
}

fn time(attributes: &Map<String, Value>) -> Result<Option<Micros>, Fault> {
    let cure = "write it as RFC 3339, for instance 2026-11-23T08:00:00.123456Z, or leave it out";
    match attributes.get("time") {
        None => Ok(None),
        Some(Value::String(text)) => match text.parse::<Timestamp>() {
            Ok(time) => Ok(Some(Micros(time.as_microsecond()))),
            Err(_) => Err(Fault::new("time", format!("`{}` is no time", short(text)), cure)),
        },
        Some(other) => Err(Fault::new("time", format!("it is {}, not a string", shown(other)), cure)),
    }
}

/// A value for a message: not longer than a line.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::String(text) => format!("\"{}\"", short(text)),
        plain => plain.to_string(),
    }
}

pub(crate) fn short(text: &str) -> String {
    let mut short: String = text.chars().filter(|letter| !letter.is_control()).take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event() -> Value {
        json!({
            "specversion": "1.0", "id": "42", "source": "chat1", "type": "pulse.event.v1",
            "time": "2026-11-23T09:00:00.5+01:00", "data": {"event": "Queued", "this_dn": "9001"},
        })
    }

    fn fault(change: impl FnOnce(&mut Map<String, Value>)) -> String {
        let mut event = event();
        change(event.as_object_mut().unwrap());
        let fault = Event::read(event, 1_000).unwrap_err();
        assert!(!fault.cure.is_empty());
        format!("{}: {}", fault.attribute, fault.cause)
    }

    #[test]
    fn an_event_is_read() {
        let event = Event::read(event(), 1_000).unwrap();
        assert_eq!((event.id.as_str(), event.source.as_str()), ("42", "chat1"));
        assert_eq!(event.time, Some(Micros(1_795_420_800_500_000)));
        assert_eq!(event.data["this_dn"], "9001");
    }

    #[test]
    fn a_fault_names_its_attribute_and_what_is_wrong() {
        for (name, value, says) in [
            ("specversion", json!("0.3"), "specversion: it is \"0.3\", which is not known here"),
            ("type", json!("other"), "type: it is \"other\", which is not known here"),
            ("id", json!(""), "id: it is empty"),
            ("id", json!(42), "id: it is 42, not a string"),
            ("id", json!("a\nb"), "id: it holds a control character"),
            ("source", json!(null), "source: it is null"),
            ("time", json!("yesterday"), "time: `yesterday` is no time"),
            ("data", json!([1]), "data: it is not a JSON object"),
            ("data_base64", json!("AA=="), "data_base64: binary data is not read here"),
            ("datacontenttype", json!("text/xml"), "datacontenttype: it is not JSON"),
            (
                "my_extension",
                json!("x"),
                "my_extension: names of attributes are lower-case letters and digits",
            ),
            ("extension", json!({}), "extension: attributes are plain values"),
        ] {
            assert_eq!(fault(|event| drop(event.insert(name.to_owned(), value))), says);
        }
        assert_eq!(fault(|event| drop(event.remove("id"))), "id: it is missing");
        assert_eq!(fault(|event| drop(event.remove("data"))), "data: it is missing");
        let long = fault(|event| event["data"]["user_data"] = json!({"k": "x".repeat(1_000)}));
        assert!(long.contains("more than 1000"), "{long}");
    }

    #[test]
    fn a_repeat_on_another_journey_is_the_same_event() {
        let mut repeated = event();
        repeated["traceparent"] = json!("00-1-2-01");
        assert_eq!(Event::read(repeated, 1_000).unwrap().body, Event::read(event(), 1_000).unwrap().body);
    }
}
