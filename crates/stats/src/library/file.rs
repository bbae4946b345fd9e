//! A library's file (contracts, part 6): what is wrong with one entry says nothing against the others.

use super::passage::line_of;
use super::{Library, Passage, Request, StatType};
use crate::definition::TimeRange;
use crate::filter::Filter;
use crate::time::TimeProfile;
use model::Text;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A text that is no library, with the place where it goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// Not TOML, or an unknown or missing key.
    #[error("{0}")]
    Syntax(String),
    /// An entry that can't be read.
    #[error("line {line}: {table}.{name}: {cause}")]
    Word {
        /// Counted from 1.
        line: usize,
        /// The table.
        table: &'static str,
        /// The entry.
        name: Text,
        /// What is wrong with it.
        cause: String,
    },
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    time_profiles: BTreeMap<Text, toml::Spanned<String>>,
    time_ranges: BTreeMap<Text, toml::Spanned<String>>,
    filters: BTreeMap<Text, toml::Spanned<String>>,
    stat_types: BTreeMap<toml::Spanned<String>, toml::Value>,
    statistic: Vec<toml::Spanned<Request>>,
}

impl Library {
    /// Reads a library. Errors name the word and its line.
    ///
    /// # Errors
    /// The first thing that is wrong in it.
    pub fn from_toml(text: &str) -> Result<Self, LibraryError> {
        let mut library = Self::from_toml_with_faults(text)?;
        match library.faults.pop_first() {
            Some((_, fault)) => Err(fault),
            None => Ok(library),
        }
    }

    /// Reads a library as far as it can be read: entries that can't are refused when they are asked for.
    ///
    /// # Errors
    /// A text that is no TOML, has unknown tables, or a `[[statistic]]` that can't be read.
    pub fn from_toml_with_faults(text: &str) -> Result<Self, LibraryError> {
        let file: File =
            toml::from_str(text).map_err(|error| LibraryError::Syntax(error.to_string().trim().into()))?;
        let mut library = Self::default();
        for request in file.statistic {
            let passage = Passage::at(text, request.span().start);
            library.requests.push(Request { passage, ..request.into_inner() });
        }
        let faults = &mut library.faults;
        library.filters = words(text, "filters", file.filters, Filter::parse, faults);
        library.time_profiles = words(text, "time_profiles", file.time_profiles, TimeProfile::parse, faults);
        library.time_ranges = words(text, "time_ranges", file.time_ranges, TimeRange::parse, faults);
        for (name, entry) in file.stat_types {
            let passage = Passage::at(text, name.span().start);
            let name = name.into_inner();
            let key = name.to_ascii_lowercase();
            let read = match library.stat_types.contains_key(&key) {
                true => Err("the name stands twice (case does not matter)".to_owned()),
                false => StatType::deserialize(entry).map_err(|error| error.to_string().trim().to_owned()),
            };
            match read {
                Ok(stat_type) => {
                    let stat_type = StatType { name: name.as_str().into(), passage, ..stat_type };
                    library.stat_types.insert(key, stat_type);
                }
                Err(cause) => {
                    library.stat_types.remove(&key);
                    let line = passage.line(&cause).unwrap_or_default();
                    let fault = LibraryError::Word { line, table: "stat_types", name: name.into(), cause };
                    library.faults.insert(("stat_types", key), fault);
                }
            }
        }
        Ok(library)
    }
}

/// Entries that can't be read, by table and name.
pub(super) type Faults = BTreeMap<(&'static str, String), LibraryError>;

fn words<T>(
    text: &str,
    table: &'static str,
    entries: BTreeMap<Text, toml::Spanned<String>>,
    parse: impl Fn(&str) -> Result<T, String>,
    faults: &mut Faults,
) -> BTreeMap<Text, T> {
    let mut read = BTreeMap::new();
    for (name, word) in entries {
        match parse(word.get_ref()) {
            Ok(value) => _ = read.insert(name, value),
            Err(cause) => {
                let (line, key) = (line_of(text, word.span().start), name.to_string());
                faults.insert((table, key), LibraryError::Word { line, table, name, cause });
            }
        }
    }
    read
}
