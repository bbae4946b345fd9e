//! One message of the Manager Interface: an ordered list of keys and values.

use model::Text;
use model::time::Micros;

/// A message as it came: keys may repeat, values may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Keys and values in the order of the wire.
    pub pairs: Vec<(Text, Text)>,
}

impl Message {
    /// The first value of `key` (case does not matter), also an empty one.
    pub fn get(&self, key: &str) -> Option<&Text> {
        self.pairs.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }

    /// The first value of `key` if it says anything: neither empty nor one of Asterisk's words for unknown.
    pub fn known(&self, key: &str) -> Option<&Text> {
        self.get(key).filter(|value| !matches!(value.as_str(), "" | "<unknown>" | "unknown"))
    }

    /// All values of `key`, in order.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Text> {
        self.pairs.iter().filter(move |(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }

    /// The value of `key` as a whole number.
    pub fn number(&self, key: &str) -> Option<i64> {
        self.get(key)?.trim().parse().ok()
    }

    /// The value of `key` as a flag.
    pub fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).map(|value| matches!(value.as_str(), "1" | "true" | "yes"))
    }

    /// The event's name, if it is an event.
    pub fn event(&self) -> Option<&str> {
        self.get("Event").map(Text::as_str)
    }

    /// The kind of answer, if it is an answer. `OriginateResponse` is an event that has this key too.
    pub fn response(&self) -> Option<&str> {
        self.pairs
            .first()
            .filter(|(key, _)| key.eq_ignore_ascii_case("Response"))
            .map(|(_, value)| value.as_str())
    }

    /// The PBX's own time of the event; only with `timestampevents = yes`.
    pub fn timestamp(&self) -> Option<Micros> {
        let text = self.get("Timestamp")?;
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let seconds: i64 = whole.parse().ok()?;
        let mut micros = 0_i64;
        for place in 0..6 {
            let digit =
                fraction.as_bytes().get(place).map_or(Some(0), |b| b.is_ascii_digit().then(|| b - b'0'))?;
            micros = micros * 10 + i64::from(digit);
        }
        Some(Micros(seconds.checked_mul(1_000_000)?.checked_add(micros)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(pairs: &[(&str, &str)]) -> Message {
        Message { pairs: pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect() }
    }

    #[test]
    fn timestamps_are_read_to_the_microsecond() {
        let at = |text: &str| message(&[("Timestamp", text)]).timestamp();
        assert_eq!(at("1795404509.441194"), Some(Micros(1_795_404_509_441_194)));
        assert_eq!(at("1795404509.4"), Some(Micros(1_795_404_509_400_000)));
        assert_eq!(at("1795404509"), Some(Micros(1_795_404_509_000_000)));
        assert_eq!((at("soon"), at("1.x"), at("99999999999999999")), (None, None, None));
    }

    #[test]
    fn an_event_that_carries_a_response_key_is_no_answer() {
        assert_eq!(message(&[("Event", "OriginateResponse"), ("Response", "Success")]).response(), None);
        assert_eq!(message(&[("Response", "Error")]).response(), Some("Error"));
    }

    #[test]
    fn repeated_keys_are_all_kept() {
        let m = message(&[("Variable", "a=1"), ("Variable", "b=2")]);
        assert_eq!(m.all("variable").map(Text::as_str).collect::<Vec<_>>(), ["a=1", "b=2"]);
    }
}
