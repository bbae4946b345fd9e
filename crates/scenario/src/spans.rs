//! Lengths of time as people write them: `4m 20s`, `1h`, `250ms`.

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};
use std::fmt;
use std::time::Duration;

/// Units with their milliseconds, longest first.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// Reads one or more numbers with their units; whole milliseconds.
fn parse(text: &str) -> Option<Duration> {
    let mut millis = 0_u64;
    let mut rest = text.trim_start();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|letter: char| !letter.is_ascii_digit())?);
        let unit_ends = after.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_ends);
        let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
        millis = millis.checked_add(number.parse::<u64>().ok()?.checked_mul(*factor)?)?;
        rest = after.trim_start();
    }
    // Half of what a clock of microseconds holds, so that no sum of two runs over.
    (millis < i64::MAX as u64 / 2000).then(|| Duration::from_millis(millis))
}

fn write(span: Duration) -> String {
    let mut left = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let mut words = Vec::new();
    for (unit, factor) in UNITS {
        if left >= factor {
            words.push(format!("{}{unit}", left / factor));
            left %= factor;
        }
    }
    if words.is_empty() { "0s".to_owned() } else { words.join(" ") }
}

struct Span;

impl Visitor<'_> for Span {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a length of time such as \"4m 20s\" (units d, h, m, s, ms)")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
        parse(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

pub(crate) fn serialize<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&write(*span))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    from.deserialize_str(Span)
}

/// The same where the key may be absent.
pub(crate) mod option {
    use super::{Deserializer, Duration, Serializer};

    pub(crate) fn serialize<S: Serializer>(span: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
        match span {
            Some(span) => super::serialize(span, to),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
        super::deserialize(from).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for text in ["4m 20s", "1h", "250ms", "2d 3h 4m 5s 6ms", "0s"] {
            assert_eq!(write(parse(text).unwrap()), text);
        }
        assert_eq!(parse("90s"), parse("1m30s"));
    }

    #[test]
    fn what_is_no_length_of_time_is_refused() {
        for text in ["", " ", "20", "s", "-1s", "1.5h", "3 weeks", "99999999999999999999s", "9999999999999d"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
