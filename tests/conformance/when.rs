//! Times of rows: seconds after 09:00:00 UTC of one day, or wall times of it.

use model::Micros;

/// 2026-11-23T00:00:00Z, a Monday.
const DAY: i64 = 1_795_392_000;

/// Reads `30`, `-10`, `100.9`, `09:15:00`, `09:14:59.500`, `next 07:00:00`, or an RFC 3339 time.
pub(crate) fn when(text: &str) -> Micros {
    if text.contains('T') {
        return stats::parse_instant(text).unwrap();
    }
    let (day, time) = match text.strip_prefix("next ").or_else(|| text.strip_prefix("next_")) {
        Some(time) => (DAY + 86_400, time),
        None => (DAY, text),
    };
    let micros = |seconds: &str| {
        let (whole, part) = seconds.split_once('.').unwrap_or((seconds, ""));
        let sign = if whole.starts_with('-') { -1 } else { 1 };
        whole.parse::<i64>().unwrap() * 1_000_000 + sign * format!("{part:0<6}").parse::<i64>().unwrap()
    };
    let parts: Vec<&str> = time.split(':').collect();
    match parts.as_slice() {
        [hours, minutes, seconds] => {
            let minutes = hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap();
            Micros((day + minutes * 60) * 1_000_000 + micros(seconds))
        }
        [seconds] => Micros((day + 9 * 3600) * 1_000_000 + micros(seconds)),
        _ => panic!("no time: {text}"),
    }
}
