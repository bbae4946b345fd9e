//! What was found, compared with what a row wants.

use super::row::{Peek, Wanted};

/// A value, wherever it came from.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) value: Wanted,
    pub(crate) empty: bool,
    pub(crate) invalid: bool,
    pub(crate) partial: bool,
}

impl Found {
    /// Asserts that it is what is wanted; `what` tells where it was found.
    pub(crate) fn check(found: Option<&Self>, peek: &Peek, what: &str) {
        let found = found.unwrap_or_else(|| panic!("{what} at {}: no answer", peek.at.0));
        let same = match (&found.value, &peek.wanted) {
            (Wanted::Number(found), Wanted::Number(wanted)) => (found - wanted).abs() < 0.001,
            (found, wanted) => found == wanted,
        };
        assert!(same, "{what} at {}: {:?} instead of {:?}", peek.at.0, found.value, peek.wanted);
        let flags = [("empty", found.empty), ("invalid", found.invalid), ("partial", found.partial)];
        for (word, is_set) in flags {
            assert_eq!(is_set, peek.flags.contains(word), "{what} at {}: {word}", peek.at.0);
        }
    }
}
