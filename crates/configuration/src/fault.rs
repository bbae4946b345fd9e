//! What is wrong with a configuration, with its place.

use model::Text;

/// Something that can't be taken: which object, which key, what is wrong and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {cause}", place(self))]
pub struct Fault {
    /// The table of tenant.toml.
    pub object: Text,
    /// Which of its objects.
    pub id: Text,
    /// The key at fault, where it is one alone.
    pub key: Option<Text>,
    /// Cause and cure.
    pub cause: String,
}

impl Fault {
    /// A fault of a whole object.
    pub(crate) fn of(object: &str, id: &str, cause: impl Into<String>) -> Self {
        Self { object: object.into(), id: id.into(), key: None, cause: cause.into() }
    }

    /// The same fault, of one key.
    pub(crate) fn at(self, key: &str) -> Self {
        Self { key: Some(key.into()), ..self }
    }
}

fn place(fault: &Fault) -> String {
    let Fault { object, id, key, .. } = fault;
    match key {
        Some(key) => format!("{object} {id:?}, key {key}"),
        None => format!("{object} {id:?}"),
    }
}
