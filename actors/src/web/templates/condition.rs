//! Conditions of columns: read here, so that a fault is told while one types, not when a DCU opens the statistic.

use super::Template;
use stats::Filter;

impl Template {
    /// Columns whose condition can't be read, with what is wrong. Names of filters are left to the library that has them.
    pub fn faults(&self) -> impl Iterator<Item = (usize, String)> + '_ {
        self.column.iter().enumerate().filter_map(|(at, column)| {
            let condition = column.filter.as_deref().filter(|word| !is_name(word))?;
            let cause = Filter::parse(condition).err()?;
            Some((at, format!("condition of '{}': {cause}", column.key())))
        })
    }
}

/// A name is one word; whatever is more is meant as a condition.
fn is_name(word: &str) -> bool {
    word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' '))
}
