//! One record from its MessagePack bytes, in one pass.

use super::FrameError;
use super::pack::{Bad, Reader};
use model::Text;
use model::record::{CallState, CallType, Event, KeyValue, KeyValues, Record, Role, WorkMode};
use model::time::Micros;
use std::collections::BTreeMap;

/// Reads one record: what [`super::encode_record`] wrote, or any map with the contract's keys.
pub fn decode_record(bytes: &[u8]) -> Result<Record, FrameError> {
    let mut reader = Reader::new(bytes);
    let mut record = blank();
    read(&mut reader, &mut record)?;
    match reader.is_at_end() {
        true => Ok(record),
        false => Err(FrameError::Garbage("something follows the record".into())),
    }
}

/// What a key led to.
enum Key {
    Known,
    /// Only the general reader knows this one.
    Other,
}

/// A record to read into.
pub(super) fn blank() -> Record {
    Record::new(Text::default(), Event::Snapshot, Micros::ZERO)
}

/// Reads the record that begins here into a blank one: records are large, and one that is read where it stays need
/// not be moved.
pub(super) fn read(reader: &mut Reader<'_>, record: &mut Record) -> Result<(), FrameError> {
    let start = reader.at;
    if read_common(reader, record).map_err(garbage)? {
        return Ok(());
    }
    reader.at = start;
    reader.skip().map_err(garbage)?;
    *record =
        rmp_serde::from_slice(reader.since(start)).map_err(|error| FrameError::Garbage(error.to_string()))?;
    Ok(())
}

pub(super) fn garbage(bad: Bad) -> FrameError {
    FrameError::Garbage(bad.into())
}

/// False if there is a key that only the general reader knows, or the record has a body.
fn read_common(reader: &mut Reader<'_>, record: &mut Record) -> Result<bool, Bad> {
    let keys = reader.map()?;
    let (mut event, mut time, mut received) = (None, None, None);
    for _ in 0..keys {
        let key = reader.raw()?;
        // By length first: a long list of comparisons for each key costs more than all the values.
        match (key.len(), key) {
            (3, b"seq") => record.seq = reader.unsigned()?,
            (4, b"time") => time = Some(Micros(reader.signed()?)),
            (5, b"epoch") => record.epoch = reader.unsigned()?,
            (5, b"event") => event = Some(Event::from_name(reader.text()?)),
            (6, b"source") => record.source = reader.text()?.into(),
            (6, b"reason") => record.reason = Some(reader.text()?.into()),
            (7, b"this_dn") => record.this_dn = Some(reader.text()?.into()),
            (7, b"conn_id") => record.conn_id = Some(reader.text()?.into()),
            (7, b"reasons") => record.reasons = Some(Box::new(key_values(reader)?)),
            (8, b"received") => received = Some(Micros(reader.signed()?)),
            (8, b"other_dn") => record.other_dn = Some(reader.text()?.into()),
            (8, b"agent_id") => record.agent_id = Some(reader.text()?.into()),
            (9, b"call_type") => record.call_type = Some(CallType::from_name(reader.text()?)),
            (9, b"work_mode") => record.work_mode = Some(WorkMode::from_name(reader.text()?)),
            (9, b"user_data") => record.user_data = Some(Box::new(key_values(reader)?)),
            (9, b"synthetic") => record.synthetic = reader.flag()?,
            (10, b"this_queue") => record.this_queue = Some(reader.text()?.into()),
            (10, b"call_state") => record.call_state = Some(CallState::from_name(reader.text()?)),
            (12, b"prev_conn_id") => record.prev_conn_id = Some(reader.text()?.into()),
            (14, b"third_party_dn") => record.third_party_dn = Some(reader.text()?.into()),
            (_, other) => match read_rare(other, record, reader)? {
                Key::Known => {}
                Key::Other => return Ok(false),
            },
        }
    }
    // Without these three the general reader says what is missing; with a body it reads that.
    let (Some(event), Some(received)) = (event, received) else { return Ok(false) };
    if record.source.is_empty() || matches!(event, Event::Snapshot | Event::Gap | Event::ConfigChanged) {
        return Ok(false);
    }
    record.event = event;
    record.received = received;
    record.time = time.unwrap_or(received);
    Ok(true)
}

fn read_rare(key: &[u8], record: &mut Record, reader: &mut Reader<'_>) -> Result<Key, Bad> {
    macro_rules! text {
        ($field:ident) => {
            record.rare_mut().$field = Some(reader.text()?.into())
        };
    }
    macro_rules! role {
        ($field:ident) => {
            record.rare_mut().$field = Some(Role::from_name(reader.text()?))
        };
    }
    match key {
        b"this_dn_role" => role!(this_dn_role),
        b"other_dn_role" => role!(other_dn_role),
        b"third_party_dn_role" => role!(third_party_dn_role),
        b"other_queue" => text!(other_queue),
        b"transfer_conn_id" => text!(transfer_conn_id),
        b"call_uuid" => text!(call_uuid),
        b"ani" => text!(ani),
        b"dnis" => text!(dnis),
        b"customer_id" => text!(customer_id),
        b"agent_state" => text!(agent_state),
        b"extensions" => record.rare_mut().extensions = Some(key_values(reader)?),
        b"treatment_type" => text!(treatment_type),
        b"media_type" => text!(media_type),
        b"interaction_id" => text!(interaction_id),
        b"place_id" => text!(place_id),
        b"old_queue" => text!(old_queue),
        b"party_type" => text!(party_type),
        b"campaign" => text!(campaign),
        b"campaign_group" => text!(campaign_group),
        b"calling_list" => text!(calling_list),
        b"dial_mode" => text!(dial_mode),
        b"agent_source_since" => record.rare_mut().agent_source_since = Some(Micros(reader.signed()?)),
        _ => return Ok(Key::Other),
    }
    Ok(Key::Known)
}

fn key_values(reader: &mut Reader<'_>) -> Result<KeyValues, Bad> {
    let mut values = KeyValues::new();
    for _ in 0..reader.map()? {
        let key = reader.text()?.into();
        let value = match reader.is_map_next() {
            true => KeyValue::List(list(reader)?),
            false => KeyValue::Text(reader.text()?.into()),
        };
        values.insert(key, value);
    }
    Ok(values)
}

fn list(reader: &mut Reader<'_>) -> Result<BTreeMap<Text, Text>, Bad> {
    let mut values = BTreeMap::new();
    for _ in 0..reader.map()? {
        let key = reader.text()?.into();
        values.insert(key, reader.text()?.into());
    }
    Ok(values)
}
