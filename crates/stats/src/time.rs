//! Intervals: profiles, resets and the clock that moves over them.

mod clock;
mod profile;
mod resets;

use model::Micros;

pub(crate) use clock::{BEFORE, Clock};
pub use profile::{Resets, TimeProfile};

/// Reads an instant: RFC 3339, or whole microseconds since the epoch. The error names the word.
pub fn parse_instant(text: &str) -> Result<Micros, String> {
    if let Ok(micros) = text.parse::<i64>() {
        return Ok(Micros(micros));
    }
    let instant = text.parse::<jiff::Timestamp>();
    instant
        .map(|instant| Micros(instant.as_microsecond()))
        .map_err(|_| format!("`{text}` is neither an RFC 3339 time nor microseconds since 1970"))
}
