//! Formulas over what an action carries: custom values and the Formula category (rules C-7, C-8).

mod grammar;
mod value;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// An expression, read and checked. What it reads of an action is taken once; its value may move with `Duration`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Formula {
    root: Arc<Node>,
    /// At most [`MOST_LEAVES`].
    leaves: Arc<[Leaf]>,
    /// As it was written, with one blank between words.
    text: Arc<str>,
}

/// So many reads of data at most.
const MOST_LEAVES: usize = 32;
/// So many brackets and signs within one another at most.
const MOST_DEPTH: usize = 32;
/// So long at most, in bytes: bounds the cost of a value.
const MOST_BYTES: usize = 4096;

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Number(f64),
    /// A place among the leaves.
    Leaf(usize),
    Duration,
    Negative(Box<Node>),
    Not(Box<Node>),
    Pair(Sign, Box<Node>, Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
    Times,
    By,
    And,
    Or,
    Compare(crate::filter::Compare),
}

/// What is read of an action.
#[derive(Clone, Debug, PartialEq)]
enum Leaf {
    /// `GetNumber("key")`: 0 where it is missing or no number.
    Number { key: String },
    /// `kvnum(list, "key")`: null where it is missing or no number.
    NumberOrNull { list: List, key: String },
    /// `GetString("key") = "text"`, and with `kvstr(list, "key")`.
    IsText { list: List, key: String, text: String },
}

/// Where a key is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    /// User data, then reasons, then extensions (as in rule F-3).
    Any,
    UserData,
    Reasons,
    Extensions,
}

impl Formula {
    /// Reads an expression; the error names the word at fault and its place.
    ///
    /// # Errors
    /// What is not of the grammar, or is longer or deeper than any formula needs to be.
    pub fn parse(text: &str) -> Result<Self, String> {
        grammar::parse(text)
    }

    /// The formula of what counts without condition.
    pub(crate) fn one() -> Self {
        Self { root: Node::Number(1.0).into(), leaves: [].into(), text: "1".into() }
    }

    /// Whether the value moves with time alone while an action goes on.
    pub(crate) fn has_duration(&self) -> bool {
        self.root.has_duration()
    }
}

impl Node {
    fn has_duration(&self) -> bool {
        match self {
            Self::Duration => true,
            Self::Number(_) | Self::Leaf(_) => false,
            Self::Negative(inner) | Self::Not(inner) => inner.has_duration(),
            Self::Pair(_, left, right) => left.has_duration() || right.has_duration(),
        }
    }
}

impl TryFrom<String> for Formula {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Formula> for String {
    fn from(formula: Formula) -> Self {
        formula.to_string()
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
