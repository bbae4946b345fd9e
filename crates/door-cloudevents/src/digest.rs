//! What tells an event from others: the key of (source, id), and a digest of everything else that it says.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::io::Write;

/// The first half of a SHA-256: nobody finds two texts with the same one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Digest(pub(crate) u128);

impl Digest {
    fn of(hash: Sha256) -> Self {
        let bytes: [u8; 32] = hash.finalize().into();
        Self(bytes[..16].iter().fold(0, |number, byte| number << 8 | u128::from(*byte)))
    }

    /// The key of (source, id).
    pub(crate) fn of_id(source: &str, id: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update((source.len() as u64).to_be_bytes());
        hash.update(source);
        hash.update(id);
        Self::of(hash)
    }

    /// The digest of what an event says, and how many bytes that is as JSON. The order of keys and white space do
    /// not count.
    pub(crate) fn of_json(value: &Value) -> (Self, usize) {
        let mut counted = Counted { hash: Sha256::new(), bytes: 0 };
        write_canonical(value, &mut counted);
        (Self::of(counted.hash), counted.bytes)
    }

    /// Reads what [`std::fmt::Display`] wrote.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != 32 {
            return None;
        }
        u128::from_str_radix(text, 16).ok().map(Self)
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

struct Counted {
    hash: Sha256,
    bytes: usize,
}

impl Counted {
    fn put(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len();
    }

    /// A string, number or word as JSON.
    fn plain(&mut self, value: &impl serde::Serialize) {
        // Writing into a hash does not fail.
        let _ = serde_json::to_writer(self, value);
    }
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.put(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// JSON without white space, keys in the order of their bytes. Journals hold digests of it: it never changes.
fn write_canonical(value: &Value, to: &mut Counted) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            to.put(b"{");
            for (at, (key, value)) in entries.into_iter().enumerate() {
                if at > 0 {
                    to.put(b",");
                }
                to.plain(key);
                to.put(b":");
                write_canonical(value, to);
            }
            to.put(b"}");
        }
        Value::Array(values) => {
            to.put(b"[");
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    to.put(b",");
                }
                write_canonical(value, to);
            }
            to.put(b"]");
        }
        plain => to.plain(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_and_white_space_do_not_count_and_everything_else_does() {
        let read = |text: &str| Digest::of_json(&serde_json::from_str(text).unwrap()).0;
        let first = read(r#"{"a":1,"b":{"c":"x","d":[1,2]}}"#);
        assert_eq!(first, read(r#"{ "b" : {"d":[1, 2], "c":"x"}, "a":1 }"#));
        for other in
            [r#"{"a":2,"b":{"c":"x","d":[1,2]}}"#, r#"{"a":1,"b":{"c":"x","d":[2,1]}}"#, r#"{"a":1}"#]
        {
            assert_ne!(first, read(other), "{other}");
        }
    }

    #[test]
    fn digests_of_older_releases_stay_what_they_were() {
        let event = json!({"data": {"event": "Queued", "this_dn": "9001"}, "type": "pulse.event.v1"});
        let (digest, bytes) = Digest::of_json(&event);
        assert_eq!(digest.to_string(), GOLDEN_BODY);
        assert_eq!(bytes, event.to_string().len());
        assert_eq!(Digest::of_id("chat1", "42").to_string(), GOLDEN_ID);
        assert_eq!(Digest::parse(GOLDEN_ID), Some(Digest::of_id("chat1", "42")));
    }

    /// Journals hold these: a change here makes every repeat across an upgrade a conflict.
    const GOLDEN_BODY: &str = "32d86ea2c30582a92c6c24d11b9629a6";
    const GOLDEN_ID: &str = "53571922c1ad51f71473ce8a6d4a94eb";

    #[test]
    fn the_border_between_source_and_id_counts() {
        assert_ne!(Digest::of_id("a", "bc"), Digest::of_id("ab", "c"));
        assert_eq!(Digest::parse("12"), None);
    }
}
