//! What differs between two books.

use crate::{Book, Rule, Sheet, Subject};
use model::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What has to be written, and whom it concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// Rules that are new or other; none where one is gone.
    pub rules: BTreeMap<Text, Option<Arc<Rule>>>,
    /// Sheets that are new or other; none where one is gone.
    pub sheets: BTreeMap<Subject, Option<Sheet>>,
    /// Whose sheets or rules differ.
    pub concerned: BTreeSet<Subject>,
}

impl News {
    /// Nothing differs.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.sheets.is_empty()
    }
}

impl Book {
    /// What makes `to` of this book.
    pub fn news(&self, to: &Self) -> News {
        let rules = difference(&self.rules, &to.rules);
        let sheets = difference(&self.sheets, &to.sheets);
        let listed = |book: &Self, subject: &Subject| {
            book.sheets
                .get(subject)
                .is_some_and(|sheet| sheet.rules.iter().any(|name| rules.contains_key(name)))
        };
        let all = self.sheets.keys().chain(to.sheets.keys());
        let concerned = all
            .filter(|subject| sheets.contains_key(*subject) || listed(self, subject) || listed(to, subject));
        let concerned = concerned.cloned().collect();
        News { rules, sheets, concerned }
    }

    /// Carries news out.
    pub fn apply(&mut self, news: &News) {
        put(&mut self.rules, &news.rules);
        put(&mut self.sheets, &news.sheets);
    }
}

fn difference<K: Ord + Clone, V: PartialEq + Clone>(
    from: &BTreeMap<K, V>,
    to: &BTreeMap<K, V>,
) -> BTreeMap<K, Option<V>> {
    let other = to.iter().filter(|(key, value)| from.get(*key) != Some(*value));
    let gone = from.keys().filter(|key| !to.contains_key(*key));
    let other = other.map(|(key, value)| (key.clone(), Some(value.clone())));
    other.chain(gone.map(|key| (key.clone(), None))).collect()
}

fn put<K: Ord + Clone, V: Clone>(into: &mut BTreeMap<K, V>, news: &BTreeMap<K, Option<V>>) {
    for (key, value) in news {
        match value {
            Some(value) => drop(into.insert(key.clone(), value.clone())),
            None => drop(into.remove(key)),
        }
    }
}
