//! Filters: conditions on what an action or a status carries (statistics 5.3, rules F-0 to F-8, Q-35).

mod grammar;
mod judge;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use grammar::compare;
pub(crate) use judge::{Found, find, lists};
pub(crate) use words::{Token, Words, number, quoted};

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A condition, read and checked. Two that are written alike but for blanks and needless brackets are equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Filter {
    root: Arc<Node>,
    /// At most [`MOST_ATOMS`].
    atoms: Arc<[Atom]>,
}

/// So many comparisons at most: each has one bit where facts are kept.
const MOST_ATOMS: usize = 64;
/// So many brackets and negations within one another at most.
const MOST_DEPTH: usize = 32;
/// So long at most, in bytes.
const MOST_BYTES: usize = 4096;

/// How atoms are put together; leaves are places among the atoms.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Atom(usize),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Atom {
    /// `PairExists("key", "value")`.
    Pair { key: String, value: Pattern },
    /// An attribute that is text.
    Text { attribute: Attribute, compare: Compare, literal: String },
    /// How long; a number in every comparison.
    Duration { compare: Compare, literal: String },
}

/// The value of a pair (rule F-0).
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    Any,
    Prefix(String),
    Exact(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attribute {
    Ani,
    Dnis,
    CustomerId,
    MediaType,
    ThisQueue,
    TreatmentType,
    ExtensionReasonCode,
}

/// A comparison of two texts or numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    Equal,
    Unequal,
    Less,
    More,
    AtMost,
    AtLeast,
}

impl Compare {
    /// The sign of grammars.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::More => ">",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
        }
    }

    /// Whether it holds between two numbers.
    pub(crate) fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::Less => left < right,
            Self::More => left > right,
            Self::AtMost => left <= right,
            Self::AtLeast => left >= right,
        }
    }
}

impl Filter {
    /// Reads a condition; the error names the word at fault and its place.
    ///
    /// # Errors
    /// What is not of the grammar of rule F-0, or is longer or deeper than any condition needs to be.
    pub fn parse(text: &str) -> Result<Self, String> {
        grammar::parse(text)
    }

    /// Both conditions at once.
    pub(crate) fn and(self, other: Self) -> Result<Self, String> {
        Self::parse(&format!("({self}) & ({other})"))
    }

    /// Whether it compares `Duration`: then it may change with time alone.
    pub(crate) fn has_duration(&self) -> bool {
        self.atoms.iter().any(|atom| matches!(atom, Atom::Duration { .. }))
    }
}

impl TryFrom<String> for Filter {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        filter.to_string()
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(&self.root, f)
    }
}

impl Filter {
    fn write(&self, node: &Node, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |nodes: &[Node], sign: &str, f: &mut fmt::Formatter<'_>| {
            for (place, node) in nodes.iter().enumerate() {
                if place > 0 {
                    write!(f, " {sign} ")?;
                }
                match node {
                    Node::Any(_) | Node::All(_) => {
                        f.write_str("(")?;
                        self.write(node, f)?;
                        f.write_str(")")?;
                    }
                    _ => self.write(node, f)?,
                }
            }
            Ok(())
        };
        match node {
            Node::Atom(place) => write!(f, "{}", self.atoms[*place]),
            Node::Not(inner) => {
                f.write_str("~(")?;
                self.write(inner, f)?;
                f.write_str(")")
            }
            Node::All(nodes) => list(nodes, "&", f),
            Node::Any(nodes) => list(nodes, "|", f),
        }
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pair { key, value } => {
                let value = match value {
                    Pattern::Any => quoted("*"),
                    Pattern::Prefix(start) => quoted(&format!("{start}*")),
                    Pattern::Exact(text) => quoted(text),
                };
                write!(f, "PairExists({},{value})", quoted(key))
            }
            Self::Text { attribute, compare, literal } => {
                write!(f, "{}{}{}", attribute.name(), compare.sign(), quoted(literal))
            }
            Self::Duration { compare, literal } => write!(f, "Duration{}{literal}", compare.sign()),
        }
    }
}

impl Attribute {
    const ALL: [(&'static str, Self); 8] = [
        ("ANI", Self::Ani),
        ("DNIS", Self::Dnis),
        ("CustomerID", Self::CustomerId),
        ("TenantID", Self::CustomerId),
        ("MediaType", Self::MediaType),
        ("ThisQueue", Self::ThisQueue),
        ("TreatmentType", Self::TreatmentType),
        ("ExtensionReasonCode", Self::ExtensionReasonCode),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, attribute)| *attribute == self).map_or("", |(name, _)| name)
    }
}
