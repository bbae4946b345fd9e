//! The library of statistics as viewers see it: names, words, units.

use model::{ObjectType, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One stat type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatInfo {
    /// As in definitions, and in the queries of boards.
    pub name: Text,
    /// A heading for people.
    pub title: Text,
    /// What it means, in words.
    pub words: Text,
    /// `count`, `seconds`, `percent`, `status`, `number`.
    pub unit: Text,
    /// The statistical category.
    pub category: Text,
    /// For which objects.
    pub object_types: Vec<ObjectType>,
}

/// All stat types. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Library {
    by_name: Arc<BTreeMap<String, StatInfo>>,
}

impl Library {
    /// The library of these; names are compared without regard to case (rule L-1).
    pub fn new(stats: impl IntoIterator<Item = StatInfo>) -> Self {
        let by_name = stats.into_iter().map(|stat| (stat.name.to_lowercase().to_string(), stat)).collect();
        Self { by_name: Arc::new(by_name) }
    }

    /// By name.
    pub fn get(&self, name: &str) -> Option<&StatInfo> {
        self.by_name.get(&name.to_lowercase())
    }

    /// All, by name.
    pub fn all(&self) -> impl Iterator<Item = &StatInfo> {
        self.by_name.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::stream::{Objects, Query, StatisticRef};

    fn library() -> Library {
        Library::new([StatInfo {
            name: "Calls_Entered".into(),
            title: "Entered".into(),
            words: "Calls that came in.".into(),
            unit: "count".into(),
            category: "TotalNumber".into(),
            object_types: vec![ObjectType::Queue],
        }])
    }

    fn query(object_type: ObjectType, name: &str) -> Query {
        let statistics = vec![StatisticRef::Name(name.into())];
        Query { object_type, objects: Objects::All, statistics }
    }

    #[test]
    fn names_are_found_without_regard_to_case() {
        let columns = library().columns(&query(ObjectType::Queue, "calls_entered")).unwrap();
        assert_eq!(columns.list[0].key, "Calls_Entered|Queue|Default|||");
    }

    #[test]
    fn what_cannot_be_computed_is_refused_with_the_cause() {
        let error = library().columns(&query(ObjectType::Queue, "Calls")).unwrap_err();
        assert!(error.contains("no statistic 'Calls'"), "{error}");
        let error = library().columns(&query(ObjectType::Agent, "Calls_Entered")).unwrap_err();
        assert!(error.contains("type Agent, but for Queue"), "{error}");
    }
}
