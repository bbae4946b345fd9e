//! Patterns of access lists: which objects are meant.

use crate::{Object, ObjectType, Text};

/// Which objects are meant: all, or those of a type whose id looks like this.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pattern {
    /// `*`: every object, also those that are not known yet.
    All,
    /// `Type:id`; `*` stands for any characters, `?` for one.
    Like {
        /// The type.
        kind: ObjectType,
        /// The id, compared with regard to case. DNs may leave out their switch.
        id: Text,
    },
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It names no type.
    #[error("{0:?} names no type of objects: write Type:id, for instance \"Queue:80*\", or \"*\" for all")]
    NoType(Text),
    /// A type that does not exist.
    #[error("there is no type {0:?}: write one of {types}", types = types())]
    Type(Text),
    /// Nothing after the colon.
    #[error("{0:?} names no object: write an id, or * for all of the type")]
    NoId(Text),
}

fn types() -> String {
    ObjectType::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
}

impl Pattern {
    /// Reads `*` or `Type:id`.
    ///
    /// # Errors
    /// No type, one that does not exist, no id.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let text = text.trim();
        if text == "*" {
            return Ok(Self::All);
        }
        let (kind, id) = text.split_once(':').ok_or_else(|| PatternError::NoType(text.into()))?;
        let kind = ObjectType::parse(kind.trim()).ok_or_else(|| PatternError::Type(kind.trim().into()))?;
        let id = id.trim();
        if id.is_empty() {
            return Err(PatternError::NoId(text.into()));
        }
        Ok(Self::Like { kind, id: id.into() })
    }

    /// The one object that is meant, where the pattern has no wildcard.
    pub fn exact(&self) -> Option<Object> {
        match self {
            Self::Like { kind, id } if !id.contains(['*', '?']) => Some(Object::new(*kind, id.clone())),
            _ => None,
        }
    }

    /// Whether this object is meant.
    pub fn means(&self, object: &Object) -> bool {
        let Self::Like { kind, id } = self else { return true };
        if *kind != object.kind {
            return false;
        }
        let is_dn = matches!(kind, ObjectType::Queue | ObjectType::RoutePoint | ObjectType::RegDN);
        let number = object.id.rsplit_once('@').map(|(number, _)| number);
        is_like(id, &object.id)
            || number.is_some_and(|number| is_dn && !id.contains('@') && is_like(id, number))
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::Like { kind, id } => write!(f, "{}:{id}", kind.name()),
        }
    }
}

/// Whether `text` looks like `pattern`; takes at most the product of their lengths.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` stands, and how far it reached.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((place, reached)) = star else { return false };
                star = Some((place, reached + 1));
                (p, t) = (place + 1, reached + 1);
            }
        }
    }
    pattern[p..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_characters() {
        for (pattern, text, is) in [
            ("80*", "8001@sw1", true),
            ("80*", "8001", true),
            ("80*", "9001", false),
            ("*1@sw?", "8001@sw1", true),
            ("*1@sw?", "8001@sw", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("", "", true),
            ("*", "", true),
            ("?", "", false),
        ] {
            assert_eq!(is_like(pattern, text), is, "{pattern} {text}");
        }
    }

    #[test]
    fn a_dn_may_leave_out_its_switch() {
        let queue = |id: &str| Object::new(ObjectType::Queue, id);
        let means = |pattern: &str, object: &Object| Pattern::parse(pattern).unwrap().means(object);
        assert!(means("Queue:8001", &queue("8001@sw1")));
        assert!(means("Queue:Local/2001@from-queue/n@sw", &queue("Local/2001@from-queue/n@sw")));
        assert!(!means("Queue:8001@sw2", &queue("8001@sw1")));
        assert!(!means("Agent:8001", &queue("8001@sw1")));
        assert!(!means("Agent:Ann", &Object::new(ObjectType::Agent, "Ann@home")));
        assert!(means("*", &queue("8001@sw1")));
    }

    #[test]
    fn what_is_no_pattern_is_told_with_its_cure() {
        for (text, word) in
            [("8001", "Queue:80*"), ("Queu:8001", "RoutePoint"), ("Queue:", "names no object")]
        {
            let error = Pattern::parse(text).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
