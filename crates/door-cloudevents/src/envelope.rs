//! From a body and its headers to events: one (structured), several (batch), or one whose attributes are headers
//! (binary).

use crate::event::{Event, short};
use crate::refusal::{Fault, Refusal};
use crate::settings::Limits;
use serde_json::{Map, Value};

/// How many faults of a batch are told.
const FAULTS_MAX: usize = 20;

/// What is known of a request before its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One event.
    Structured,
    /// A list of events.
    Batch,
    /// The body is the data; the attributes came as headers.
    Binary(Vec<(String, String)>),
}

impl Kind {
    /// The kind that the content type and the headers tell; names of headers are in lower case.
    pub(crate) fn of<'a>(
        content_type: Option<&str>,
        headers: impl Iterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self, Refusal> {
        let said = content_type.unwrap_or_default();
        let mut parts = said.split(';').map(|part| part.trim().to_ascii_lowercase());
        let media = parts.next().unwrap_or_default();
        let charset = parts
            .find_map(|part| part.strip_prefix("charset=").map(|name| name.trim_matches('"').to_owned()));
        if charset.is_some_and(|name| name != "utf-8" && name != "us-ascii") {
            return Err(Refusal::Media(short(said)));
        }
        match media.as_str() {
            "application/cloudevents+json" => Ok(Self::Structured),
            "application/cloudevents-batch+json" => Ok(Self::Batch),
            "application/json" => {
                let attributes: Vec<(String, String)> = headers
                    .filter_map(|(name, value)| {
                        let name = name.strip_prefix("ce-")?;
                        let value = percent_encoding::percent_decode(value).decode_utf8_lossy();
                        Some((name.to_owned(), value.trim_matches('"').to_owned()))
                    })
                    .collect();
                if attributes.is_empty() {
                    Err(Refusal::Media(short(said)))
                } else {
                    Ok(Self::Binary(attributes))
                }
            }
            _ => Err(Refusal::Media(short(if said.is_empty() { "(none)" } else { said }))),
        }
    }

    /// Reads the events of a body.
    pub(crate) fn read(self, body: &[u8], limits: &Limits) -> Result<Vec<Event>, Refusal> {
        let value: Value =
            serde_json::from_slice(body).map_err(|error| Refusal::Malformed(error.to_string()))?;
        let values = match self {
            Self::Structured => vec![value],
            Self::Binary(attributes) => {
                let texts = attributes.into_iter().map(|(name, value)| (name, Value::String(value)));
                let mut event: Map<String, Value> = texts.collect();
                event.insert("data".to_owned(), value);
                vec![Value::Object(event)]
            }
            Self::Batch => match value {
                Value::Array(values) => values,
                _ => return Err(Refusal::Malformed("a batch is a JSON array of events".to_owned())),
            },
        };
        let (count, most) = (values.len(), limits.batch_events_max);
        if count > most {
            return Err(Refusal::TooLarge(format!("the batch holds {count} events, more than {most}")));
        }
        let (mut events, mut faults) = (Vec::with_capacity(count), Vec::new());
        for (index, value) in values.into_iter().enumerate() {
            match Event::read(value, limits.event_bytes_max) {
                Ok(event) => events.push(event),
                Err(fault) => faults.push(fault.at(index)),
            }
        }
        refuse_faults(faults)?;
        Ok(events)
    }
}

/// Refuses if there are faults; the first of them are told.
pub(crate) fn refuse_faults(mut faults: Vec<Fault>) -> Result<(), Refusal> {
    if faults.is_empty() {
        return Ok(());
    }
    faults.truncate(FAULTS_MAX);
    Err(Refusal::Faults(faults))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn kind(content_type: &str, headers: &[(&str, &str)]) -> Result<Kind, Refusal> {
        Kind::of(Some(content_type), headers.iter().map(|(name, value)| (*name, value.as_bytes())))
    }

    fn one(id: &str) -> Value {
        json!({"specversion": "1.0", "id": id, "source": "chat1", "type": "pulse.event.v1", "data": {"event": "Queued"}})
    }

    #[test]
    fn the_three_modes_say_the_same() {
        let limits = Limits::default();
        let structured = Kind::Structured.read(one("1").to_string().as_bytes(), &limits).unwrap();
        let batch = kind("application/cloudevents-batch+json; charset=UTF-8", &[]).unwrap();
        let batch = batch.read(json!([one("1")]).to_string().as_bytes(), &limits).unwrap();
        let headers = [
            ("ce-specversion", "1.0"),
            ("ce-id", "%31"),
            ("ce-source", "chat1"),
            ("ce-type", "pulse.event.v1"),
            ("host", "localhost"),
        ];
        let binary = kind("application/json", &headers).unwrap();
        let binary = binary.read(br#"{"event": "Queued"}"#, &limits).unwrap();
        assert_eq!(structured, batch);
        assert_eq!(structured, binary, "a repeat in another mode is the same event");
    }

    #[test]
    fn what_is_no_cloud_event_is_refused_by_its_content_type() {
        for said in ["text/plain", "application/json", "application/cloudevents+json; charset=latin1", ""] {
            assert_eq!(kind(said, &[("host", "x")]).unwrap_err().status(), 415, "{said}");
        }
    }

    #[test]
    fn every_fault_of_a_batch_is_told_by_its_index() {
        let mut events = vec![one("1"), one("2"), one("3")];
        events[0].as_object_mut().unwrap().remove("id");
        events[2]["type"] = json!("x");
        let refusal = Kind::Batch.read(json!(events).to_string().as_bytes(), &Limits::default()).unwrap_err();
        let told: Vec<_> =
            refusal.faults().iter().map(|fault| (fault.index, fault.attribute.as_str())).collect();
        assert_eq!((refusal.status(), told), (422, vec![(0, "id"), (2, "type")]));
    }

    #[test]
    fn a_batch_that_is_too_long_or_no_list_is_refused() {
        let limits = Limits { batch_events_max: 2, ..Limits::default() };
        let three = json!([one("1"), one("2"), one("3")]).to_string();
        assert_eq!(Kind::Batch.read(three.as_bytes(), &limits).unwrap_err().status(), 413);
        assert_eq!(Kind::Batch.read(one("1").to_string().as_bytes(), &limits).unwrap_err().status(), 400);
        assert_eq!(Kind::Batch.read(b"[{", &limits).unwrap_err().status(), 400);
        assert_eq!(Kind::Batch.read(b"[]", &limits), Ok(Vec::new()));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::btree_map(".{0,12}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..400), said in ".{0,60}") {
            for kind in [Kind::Structured, Kind::Batch, Kind::Binary(Vec::new())] {
                let _ = kind.read(&body, &Limits::default());
            }
            let _ = Kind::of(Some(&said), [("ce-id", body.as_slice())].into_iter());
        }

        #[test]
        fn an_attribute_of_any_value_is_read_or_named(
            name in prop_oneof![
                Just("id"), Just("source"), Just("type"), Just("time"), Just("specversion"), Just("data"),
                Just("data_base64"), Just("datacontenttype"), Just("subject"), Just("Odd_Name"),
            ],
            value in any_json(),
        ) {
            let mut event = one("1");
            event[name] = value;
            match Kind::Structured.read(event.to_string().as_bytes(), &Limits::default()) {
                Ok(events) => prop_assert_eq!(events.len(), 1),
                Err(refusal) => {
                    prop_assert_eq!(refusal.status(), 422);
                    prop_assert_eq!(refusal.faults()[0].attribute.as_str(), name);
                }
            }
        }

        #[test]
        fn data_of_any_shape_comes_through_whole(data in any_json()) {
            let mut event = one("1");
            event["data"] = json!({"event": "Queued", "x": data.clone()});
            let events = Kind::Structured.read(event.to_string().as_bytes(), &Limits::default()).unwrap();
            prop_assert_eq!(&events[0].data["x"], &data);
        }
    }
}
