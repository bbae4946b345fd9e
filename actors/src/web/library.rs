//! The library of statistics as viewers see it: names, words, units.

use model::{ObjectType, Text};
use ports::demand::Wanted;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use wire::stream::{Column, Query, Statistic, StatisticRef};

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

    /// The definition and the heading of each column of `query`.
    ///
    /// # Errors
    /// For people: which statistic is unknown or is not for such objects.
    pub fn columns(&self, query: &Query) -> Result<Vec<(Wanted, Column)>, String> {
        query.statistics.iter().map(|statistic| self.column(query.object_type, statistic)).collect()
    }

    fn column(&self, object_type: ObjectType, statistic: &StatisticRef) -> Result<(Wanted, Column), String> {
        let full = match statistic {
            StatisticRef::Full(full) => full.clone(),
            StatisticRef::Name(name) => Statistic { stat_type: name.clone(), ..Statistic::default() },
        };
        let Some(info) = self.get(&full.stat_type) else {
            return Err(format!(
                "there is no statistic '{}'; the library (/api/v1/statistics) lists all",
                full.stat_type
            ));
        };
        if !info.object_types.contains(&object_type) {
            let types: Vec<_> = info.object_types.iter().map(|kind| kind.name()).collect();
            return Err(format!(
                "'{}' is not for objects of type {}, but for {}",
                info.name,
                object_type.name(),
                types.join(", ")
            ));
        }
        let wanted = Wanted {
            stat_type: info.name.clone(),
            object_type,
            time_profile: full.time_profile,
            time_range: full.time_range,
            time_range2: full.time_range2,
            filter: full.filter,
            opened_at: None,
        };
        let column = Column {
            key: wanted.key(),
            stat_type: info.name.clone(),
            title: full.title.unwrap_or_else(|| info.title.clone()),
            unit: info.unit.clone(),
            words: info.words.clone(),
        };
        Ok((wanted, column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::stream::Objects;

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
        assert_eq!(columns[0].1.key, "Calls_Entered|Queue|Default|||");
    }

    #[test]
    fn what_cannot_be_computed_is_refused_with_the_cause() {
        let error = library().columns(&query(ObjectType::Queue, "Calls")).unwrap_err();
        assert!(error.contains("no statistic 'Calls'"), "{error}");
        let error = library().columns(&query(ObjectType::Agent, "Calls_Entered")).unwrap_err();
        assert!(error.contains("type Agent, but for Queue"), "{error}");
    }
}
