//! Whether the records of a journal can be read, and say what their entries say.

use anyhow::{Context, Result};
use journal::Piece;
use model::record::Record;
use model::time::Position;
use ports::record_log::Entry;
use std::collections::BTreeMap;

/// The first record of each source that can't be read, by position.
#[derive(Debug, Default)]
pub(super) struct Verdicts(BTreeMap<String, BTreeMap<Position, String>>);

/// At most so many are remembered of a source: one is reason enough to look.
const REMEMBERED_MAX: usize = 1_000;

impl Verdicts {
    /// Reads a record.
    pub(super) fn judge(&mut self, source: &str, entry: &Entry) {
        let Err(cause) = check(source, entry) else { return };
        let bad = self.0.entry(source.to_owned()).or_default();
        if bad.len() < REMEMBERED_MAX {
            bad.insert(entry.position, cause);
        }
    }

    /// What is wrong with the first bad record of a segment.
    pub(super) fn of(&self, piece: &Piece) -> Option<String> {
        let ((first, _), (last, _)) = piece.span?;
        let (position, cause) = self.0.get(&piece.source)?.range(first..=last).next()?;
        Some(format!("record {}/{}: {cause}", position.epoch, position.seq))
    }
}

fn check(source: &str, entry: &Entry) -> Result<(), String> {
    let record = wire::frame::decode_record(&entry.bytes).map_err(|error| error.to_string())?;
    let said = (record.source.as_str(), record.position(), record.received);
    if said != (source, entry.position, entry.received) {
        return Err("it says another source, number or time than its entry".to_owned());
    }
    Ok(())
}

/// A record as `pulse tail` prints it.
pub(super) fn text(entry: &Entry) -> Result<String> {
    let Position { epoch, seq } = entry.position;
    let record: Record = wire::frame::decode_record(&entry.bytes)
        .with_context(|| format!("record {epoch}/{seq} can't be read"))?;
    Ok(serde_json::to_string(&record)?)
}
