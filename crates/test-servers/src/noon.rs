//! Where it is noon now.

use std::time::{SystemTime, UNIX_EPOCH};

/// A time zone, by its IANA name, in which it is about noon: no day ends there while a test runs, and takes the day's
/// counts along.
#[allow(clippy::disallowed_methods, reason = "real processes live in real time")]
pub fn zone_of_noon() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let hour = i64::try_from(seconds / 3600 % 24).unwrap_or(0);
    let ahead = 12 - hour;
    // These names count the other way round: a minus is east of Greenwich.
    format!("Etc/GMT{}{}", if ahead > 0 { '-' } else { '+' }, ahead.abs())
}
