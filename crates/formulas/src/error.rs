//! Why a formula is refused.

/// Why a formula is refused: the word, where it stands, and the cure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{word}' at {at}: {cause}")]
pub struct Refused {
    /// The word it is about: a name, an operator, a function.
    pub word: String,
    /// Its first character, counted from 1.
    pub at: usize,
    /// Cause and cure, for people.
    pub cause: String,
}

impl Refused {
    pub(crate) fn new(word: impl Into<String>, at: usize, cause: impl Into<String>) -> Self {
        Self { word: word.into(), at, cause: cause.into() }
    }
}
