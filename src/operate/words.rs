//! Times and sizes in lines for people.

use jiff::Timestamp;
use model::time::Micros;

/// A time in UTC, to the second.
pub(super) fn time(at: Micros) -> String {
    Timestamp::from_microsecond(at.0)
        .map_or_else(|_| at.0.to_string(), |at| at.strftime("%FT%TZ").to_string())
}

/// A number of bytes.
pub(super) fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut unit = None;
    let mut size = count as f64;
    for next in UNITS {
        if size < 1024.0 {
            break;
        }
        (size, unit) = (size / 1024.0, Some(next));
    }
    unit.map_or_else(|| format!("{count} B"), |unit| format!("{size:.1} {unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_short() {
        assert_eq!((bytes(0).as_str(), bytes(1023).as_str()), ("0 B", "1023 B"));
        assert_eq!((bytes(1536).as_str(), bytes(10 << 30).as_str()), ("1.5 KiB", "10.0 GiB"));
        assert_eq!(time(Micros(1_795_404_500_123_456)), "2026-11-23T03:28:20Z");
    }
}
