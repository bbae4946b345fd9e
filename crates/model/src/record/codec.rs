//! The record as a map of the contract's keys.

use super::{Body, Change, Event, Gap, Record};
use crate::Text;
use crate::snapshot::{DnPicture, Membership, Snapshot};
use crate::time::Micros;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Optional keys that most records carry: (key, field).
macro_rules! common_keys {
    ($do:ident) => {
        $do! {
            "this_dn" this_dn, "this_queue" this_queue, "other_dn" other_dn, "third_party_dn" third_party_dn,
            "conn_id" conn_id, "prev_conn_id" prev_conn_id, "agent_id" agent_id, "call_type" call_type,
            "call_state" call_state, "work_mode" work_mode, "reason" reason, "reasons" reasons,
            "user_data" user_data,
        }
    };
}

/// Optional keys that few records carry.
macro_rules! rare_keys {
    ($do:ident) => {
        $do! {
            "this_dn_role" this_dn_role, "other_dn_role" other_dn_role,
            "third_party_dn_role" third_party_dn_role, "other_queue" other_queue,
            "transfer_conn_id" transfer_conn_id, "call_uuid" call_uuid, "ani" ani, "dnis" dnis,
            "customer_id" customer_id, "agent_state" agent_state, "extensions" extensions,
            "treatment_type" treatment_type, "media_type" media_type, "interaction_id" interaction_id,
            "place_id" place_id, "old_queue" old_queue, "party_type" party_type,
            "agent_source_since" agent_source_since, "campaign" campaign, "campaign_group" campaign_group,
            "calling_list" calling_list, "dial_mode" dial_mode, "records_left" records_left,
        }
    };
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.key_count()))?;
        map.serialize_entry("source", &self.source)?;
        if self.epoch != 0 {
            map.serialize_entry("epoch", &self.epoch)?;
        }
        if self.seq != 0 {
            map.serialize_entry("seq", &self.seq)?;
        }
        map.serialize_entry("time", &self.time)?;
        map.serialize_entry("received", &self.received)?;
        map.serialize_entry("event", &self.event)?;
        macro_rules! write {
            ($( $key:literal $field:ident, )*) => { $(
                if let Some(value) = &self.$field { map.serialize_entry($key, value)?; }
            )* };
        }
        common_keys!(write);
        if self.synthetic {
            map.serialize_entry("synthetic", &true)?;
        }
        if let Some(rare) = &self.rare {
            macro_rules! write_rare {
                ($( $key:literal $field:ident, )*) => { $(
                    if let Some(value) = &rare.$field { map.serialize_entry($key, value)?; }
                )* };
            }
            rare_keys!(write_rare);
            for (key, value) in &rare.unknown {
                map.serialize_entry(key, value)?;
            }
        }
        match self.body.as_deref() {
            None => {}
            Some(Body::Snapshot(snapshot)) => {
                map.serialize_entry("taken", &snapshot.taken)?;
                map.serialize_entry("dns", &snapshot.dns)?;
                map.serialize_entry("memberships", &snapshot.memberships)?;
                if !snapshot.media.is_empty() {
                    map.serialize_entry("media", &snapshot.media)?;
                }
            }
            Some(Body::Gap(gap)) => {
                map.serialize_entry("from", &gap.from)?;
                map.serialize_entry("to", &gap.to)?;
                map.serialize_entry("cause", &gap.cause)?;
                if gap.unsaved {
                    map.serialize_entry("unsaved", &true)?;
                }
            }
            Some(Body::Change(change)) => map.serialize_entry("change", change)?,
        }
        map.end()
    }
}

impl Record {
    /// How many keys the record has: formats with counted maps ask before the first.
    fn key_count(&self) -> usize {
        let mut count = 4 + usize::from(self.epoch != 0) + usize::from(self.seq != 0);
        count += usize::from(self.synthetic);
        macro_rules! tally {
            ($( $key:literal $field:ident, )*) => { $( count += usize::from(self.$field.is_some()); )* };
        }
        common_keys!(tally);
        if let Some(rare) = &self.rare {
            macro_rules! tally_rare {
                ($( $key:literal $field:ident, )*) => { $( count += usize::from(rare.$field.is_some()); )* };
            }
            rare_keys!(tally_rare);
            count += rare.unknown.len();
        }
        count
            + match self.body.as_deref() {
                None => 0,
                Some(Body::Snapshot(snapshot)) => 3 + usize::from(!snapshot.media.is_empty()),
                Some(Body::Gap(gap)) => 3 + usize::from(gap.unsaved),
                Some(Body::Change(_)) => 1,
            }
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(RecordVisitor)
    }
}

struct RecordVisitor;

/// The keys of the three bodies, until it is known which one they make.
#[derive(Default)]
struct BodyKeys {
    taken: Option<Micros>,
    dns: Option<Vec<DnPicture>>,
    memberships: Option<Vec<Membership>>,
    media: Vec<Record>,
    from: Option<Micros>,
    to: Option<Micros>,
    cause: Option<Text>,
    unsaved: bool,
    change: Option<Change>,
}

impl<'de> Visitor<'de> for RecordVisitor {
    type Value = Record;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event record: a map with source, received and event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
        let mut record = Record::new(Text::default(), Event::Other(Text::default()), Micros::ZERO);
        let mut body = BodyKeys::default();
        let (mut has_source, mut has_event, mut time, mut received) = (false, false, None, None);
        while let Some(key) = map.next_key::<Text>()? {
            macro_rules! read {
                ($( $key:literal $field:ident, )*) => {
                    match key.as_str() {
                        "source" => { record.source = map.next_value()?; has_source = true; }
                        "epoch" => record.epoch = map.next_value()?,
                        "seq" => record.seq = map.next_value()?,
                        "time" => time = Some(map.next_value()?),
                        "received" => received = Some(map.next_value()?),
                        "event" => { record.event = map.next_value()?; has_event = true; }
                        "synthetic" => record.synthetic = map.next_value()?,
                        $( $key => record.$field = Some(map.next_value()?), )*
                        _ => read_rare(&mut record, &mut body, key, &mut map)?,
                    }
                };
            }
            common_keys!(read);
        }
        if !has_source {
            return Err(A::Error::missing_field("source"));
        }
        if !has_event {
            return Err(A::Error::missing_field("event"));
        }
        record.received = received.ok_or_else(|| A::Error::missing_field("received"))?;
        record.time = time.unwrap_or(record.received);
        record.body = body.into_body(&record.event).map_err(A::Error::custom)?;
        Ok(record)
    }
}

fn read_rare<'de, A: MapAccess<'de>>(
    record: &mut Record,
    body: &mut BodyKeys,
    key: Text,
    map: &mut A,
) -> Result<(), A::Error> {
    macro_rules! read {
        ($( $key:literal $field:ident, )*) => {
            match (key.as_str(), &record.event) {
                $( ($key, _) => record.rare_mut().$field = Some(map.next_value()?), )*
                ("taken", _) => body.taken = Some(map.next_value()?),
                ("dns", _) => body.dns = Some(map.next_value()?),
                ("memberships", _) => body.memberships = Some(map.next_value()?),
                ("media", Event::Snapshot) => body.media = map.next_value()?,
                ("from", _) => body.from = Some(map.next_value()?),
                ("to", _) => body.to = Some(map.next_value()?),
                ("cause", _) => body.cause = Some(map.next_value()?),
                ("unsaved", Event::Gap) => body.unsaved = map.next_value()?,
                ("change", _) => body.change = Some(map.next_value()?),
                _ => {
                    let value = map.next_value()?;
                    record.rare_mut().unknown.insert(key, value);
                }
            }
        };
    }
    rare_keys!(read);
    Ok(())
}

impl BodyKeys {
    fn into_body(self, event: &Event) -> Result<Option<Box<Body>>, &'static str> {
        Ok(match event {
            Event::Snapshot => Some(Box::new(Body::Snapshot(Snapshot {
                taken: self.taken.unwrap_or_default(),
                dns: self.dns.ok_or("a Snapshot record needs the key dns")?,
                memberships: self.memberships.unwrap_or_default(),
                media: self.media,
            }))),
            Event::Gap => Some(Box::new(Body::Gap(Gap {
                from: self.from.ok_or("a Gap record needs the key from")?,
                to: self.to.ok_or("a Gap record needs the key to")?,
                cause: self.cause.unwrap_or_default(),
                unsaved: self.unsaved,
            }))),
            Event::ConfigChanged => Some(Box::new(Body::Change(
                self.change.ok_or("a ConfigChanged record needs the key change")?,
            ))),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests;
