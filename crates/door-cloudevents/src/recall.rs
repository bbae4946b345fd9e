//! What a former life knew, read back from the journal: the ids of the last day, and the state.

use crate::desk::Shelf;
use crate::record::mark_of;
use crate::settings::Limits;
use crate::window::Window;
use model::record::Record;
use model::time::{Micros, Position};
use ports::record_log::{Found, RecordLog};
use ports::{Result, StoreError};
use statebook::StateBook;
use wire::frame::decode_record;

/// How much is read at once.
const READ_BYTES: usize = 1 << 20;

/// A source as its journal shows it at `now`. Reads everything that was received within the age of ids, and what
/// came after the newest state that the journal holds.
pub(crate) async fn recall(log: &dyn RecordLog, source: &str, limits: &Limits, now: Micros) -> Result<Shelf> {
    let mut window = Window::new(limits.ids_age_max, limits.ids_max);
    let Some(span) = log.span(source).await? else {
        return Ok(Shelf::new(window, StateBook::default()));
    };
    if let Some(position) = log.seek(source, now - limits.ids_age_max).await? {
        each(log, source, position, |record| {
            if let Some((key, body)) = mark_of(record) {
                window.note(key, body, record.received);
            }
        })
        .await?;
    }
    let origin = log.origin(source, span.newest).await?.unwrap_or_default();
    let mut book = StateBook::of(&origin.state);
    each(log, source, origin.position, |record| book.apply(record)).await?;
    Ok(Shelf::new(window, book))
}

/// Hands every record after `position` to `hear`, in order.
async fn each(
    log: &dyn RecordLog,
    source: &str,
    mut position: Position,
    mut hear: impl FnMut(&Record),
) -> Result<()> {
    while let Found::Entries(entries) = log.read(source, position, READ_BYTES).await? {
        let Some(last) = entries.last() else { break };
        position = last.position;
        for entry in &entries {
            hear(&decode_record(&entry.bytes).map_err(|error| StoreError::Corrupt(error.to_string()))?);
        }
        // Others of this thread have their turn.
        tokio::task::yield_now().await;
    }
    Ok(())
}
