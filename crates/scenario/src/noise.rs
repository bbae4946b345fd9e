//! Faults of a link that carries records: what comes twice, and what comes late.

use crate::chance::{Chance, span};
use model::Record;

/// How a link disturbs a stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Share of the records that come a second time, up to twenty records later, with the same number.
    pub duplicates: f64,
    /// Share of the records that are received late; those behind them wait, since order is kept.
    pub late: f64,
    /// How late, at most, in seconds.
    pub late_seconds: f64,
}

/// What a receiver gets of `records` through such a link. The numbers stay; `time` stays; `received` never goes
/// back within a source.
pub fn disturb(records: &[Record], noise: &Noise, seed: u64) -> Vec<Record> {
    let mut chance = Chance::new(seed);
    let mut out: Vec<Record> = Vec::with_capacity(records.len());
    let mut again: Vec<(usize, Record)> = Vec::new();
    let mut latest = std::collections::BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        let mut record = record.clone();
        if chance.happens(noise.late) {
            record.received = record.received + span(chance.between(0.0, noise.late_seconds));
        }
        let last = latest.entry(record.source.clone()).or_insert(record.received);
        record.received = record.received.max(*last);
        *last = record.received;
        if chance.happens(noise.duplicates) {
            again.push((place + 1 + chance.below(20), record.clone()));
        }
        out.push(record);
        out.extend(again.extract_if(.., |(due, _)| *due <= place).map(|(_, record)| record));
    }
    out.extend(again.into_iter().map(|(_, record)| record));
    out
}
