//! Why a scenario can't be played.

use model::Text;

/// What is wrong with a scenario, and what would cure it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Bad {
    /// Not TOML, or a key that does not exist.
    #[error("the scenario can't be read: {0}")]
    Toml(String),
    /// A list that must not be empty.
    #[error("the scenario has no {what}: add at least one [[{what}]]")]
    Missing {
        /// The table.
        what: &'static str,
    },
    /// A name that nothing bears.
    #[error("{place} names the {kind} {name:?}, which is not there: add it or correct the name")]
    Unknown {
        /// Who names it.
        place: String,
        /// What it should be.
        kind: &'static str,
        /// The name.
        name: Text,
    },
    /// A name that two things bear.
    #[error("{kind} {name:?} stands twice: give one of them another name")]
    Twice {
        /// What it is.
        kind: &'static str,
        /// The name.
        name: Text,
    },
    /// A value outside what can be played.
    #[error("{place}: {cause}")]
    Value {
        /// Where.
        place: String,
        /// What is wrong, and what would be right.
        cause: &'static str,
    },
}
