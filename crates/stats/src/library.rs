//! Libraries of definitions: the tables of `statistics.toml` (contracts, part 6; rule L-1).

use crate::definition::{Definition, Refused, TimeRange};
use crate::filter::Filter;
use crate::time::TimeProfile;
use model::{ObjectType, Text};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// Named profiles, ranges, filters and stat types, and the statistics that are asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Library {
    /// Time profiles by name.
    pub time_profiles: BTreeMap<Text, TimeProfile>,
    /// Time ranges by name.
    pub time_ranges: BTreeMap<Text, TimeRange>,
    /// Filters by name.
    pub filters: BTreeMap<Text, Filter>,
    /// Stat types by lower-case name.
    stat_types: BTreeMap<String, StatType>,
    /// What is asked for, in the order of the file.
    pub requests: Vec<Request>,
}

/// A text that is no library, with the place where it goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// Not TOML, or an unknown or missing key.
    #[error("{0}")]
    Syntax(String),
    /// A value that can't be read.
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

/// A stat type as it is written (statistics 3.1), with what screens want to know.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatType {
    /// The name of its section.
    #[serde(skip)]
    pub name: Text,
    /// The line of its section, from 1.
    #[serde(skip)]
    pub line: usize,
    /// Types that it is for.
    #[serde(rename = "Objects", deserialize_with = "object_types")]
    pub objects: Vec<ObjectType>,
    /// The category's name.
    #[serde(rename = "Category")]
    pub category: String,
    /// The subject's name.
    #[serde(rename = "Subject")]
    pub subject: String,
    /// The main mask.
    #[serde(default, rename = "MainMask")]
    pub main_mask: Option<String>,
    /// The relative mask.
    #[serde(default, rename = "RelMask")]
    pub rel_mask: Option<String>,
    /// The range that serves requests that name none.
    #[serde(default, rename = "TimeRange")]
    pub time_range: Option<Text>,
    /// The same for the second range of ServiceFactor1.
    #[serde(default, rename = "TimeRange2")]
    pub time_range2: Option<Text>,
    /// The medium.
    #[serde(default, rename = "MediaType")]
    pub media_type: Option<Text>,
    /// Keys of the user data with the values that count, separated by commas (statistics 3.1).
    #[serde(default, rename = "BusinessAttributes")]
    pub business_attributes: BTreeMap<Text, Text>,
    /// Durations by the source's clock.
    #[serde(default, rename = "UseSourceTimeStamps", deserialize_with = "yes_or_no")]
    pub use_source_time: bool,
    /// Rule ST-7.
    #[serde(default, rename = "ReasonStartOverridesStatusStart", deserialize_with = "yes_or_no")]
    pub reason_restarts: bool,
    /// `DistByConnID` or an expression.
    #[serde(default, rename = "Formula", alias = "Expression")]
    pub formula: Option<Text>,
    /// What the number says, in the words of the floor.
    #[serde(default, rename = "Description")]
    pub description: Text,
    /// A column's head.
    #[serde(default, rename = "Title")]
    pub title: Text,
    /// `count`, `seconds`, `percent`, `number` or `status`.
    #[serde(default, rename = "Unit")]
    pub unit: Text,
}

/// One `[[statistic]]`: a stat type for some objects.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// How its values are marked.
    pub name: Text,
    /// The stat type's name.
    pub stat_type: Text,
    /// Objects by name; `*` for all of the types allowed.
    pub objects: Vec<Text>,
    /// The type of the objects; optional while unambiguous.
    #[serde(default, deserialize_with = "maybe_object_type")]
    pub object_type: Option<ObjectType>,
    /// A time profile's name; `Default` if absent.
    #[serde(default)]
    pub time_profile: Option<Text>,
    /// A time range's name.
    #[serde(default)]
    pub time_range: Option<Text>,
    /// The second range's name, for ServiceFactor1.
    #[serde(default)]
    pub time_range2: Option<Text>,
    /// A filter's name, or a condition.
    #[serde(default)]
    pub filter: Option<Text>,
    /// RFC 3339; the first record's `received` if absent.
    #[serde(default)]
    pub opened_at: Option<Text>,
    /// RFC 3339: from then on it is not asked for; nothing is answered.
    #[serde(default)]
    pub closed_at: Option<Text>,
    /// RFC 3339: it is asked for again, and finds its values if it was closed for less than an hour (rule X-12).
    #[serde(default)]
    pub reopened_at: Option<Text>,
    /// `ChangesBased`, `TimeBased`, `NoNotification` or `ResetBased`.
    #[serde(default)]
    pub notification: Option<Text>,
    /// Seconds between looks or sendings.
    #[serde(default)]
    pub frequency: Option<u32>,
    /// The least change that is worth sending.
    #[serde(default)]
    pub insensitivity: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    time_profiles: BTreeMap<Text, toml::Spanned<String>>,
    time_ranges: BTreeMap<Text, toml::Spanned<String>>,
    filters: BTreeMap<Text, toml::Spanned<String>>,
    stat_types: BTreeMap<toml::Spanned<String>, StatType>,
    statistic: Vec<Request>,
}

impl Request {
    /// A request that leaves everything else open.
    pub fn named(name: &str, stat_type: &str, object: &str) -> Self {
        Self {
            name: name.into(),
            stat_type: stat_type.into(),
            objects: vec![object.into()],
            object_type: None,
            time_profile: None,
            time_range: None,
            time_range2: None,
            filter: None,
            opened_at: None,
            closed_at: None,
            reopened_at: None,
            notification: None,
            frequency: None,
            insensitivity: None,
        }
    }
}

impl Library {
    /// Reads a library. Errors name the word and its line.
    pub fn from_toml(text: &str) -> Result<Self, LibraryError> {
        let file: File =
            toml::from_str(text).map_err(|error| LibraryError::Syntax(error.to_string().trim().into()))?;
        let mut library = Self { requests: file.statistic, ..Self::default() };
        library.filters = words(text, "filters", file.filters, Filter::parse)?;
        library.time_profiles = words(text, "time_profiles", file.time_profiles, TimeProfile::parse)?;
        library.time_ranges = words(text, "time_ranges", file.time_ranges, TimeRange::parse)?;
        for (name, mut stat_type) in file.stat_types {
            let line = line_of(text, name.span().start);
            let name = name.into_inner();
            (stat_type.name, stat_type.line) = (name.as_str().into(), line);
            if library.stat_types.insert(name.to_ascii_lowercase(), stat_type).is_some() {
                let cause = "the name stands twice (case does not matter)".into();
                return Err(LibraryError::Word { line, table: "stat_types", name: name.into(), cause });
            }
        }
        Ok(library)
    }

    /// Adds what another library holds; its names win.
    pub fn extend(&mut self, other: Self) {
        self.time_profiles.extend(other.time_profiles);
        self.time_ranges.extend(other.time_ranges);
        self.filters.extend(other.filters);
        self.stat_types.extend(other.stat_types);
        self.requests.extend(other.requests);
    }

    /// The stat type of that name, compared without regard to case.
    pub fn stat_type(&self, name: &str) -> Option<&StatType> {
        self.stat_types.get(&name.to_ascii_lowercase())
    }

    /// Every stat type, by name.
    pub fn stat_types(&self) -> impl Iterator<Item = &StatType> {
        self.stat_types.values()
    }

    /// The filter of that name, or the condition itself.
    fn filter(&self, word: &str) -> Result<Filter, Refused> {
        if let Some(filter) = self.filters.get(word) {
            return Ok(filter.clone());
        }
        // A name is one word; whatever is more is meant as a condition.
        if word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ')) {
            return Err(Refused::new(format!("unknown filter `{word}`: name one of [filters]")));
        }
        Filter::parse(word).map_err(|cause| Refused::new(format!("filter `{word}`: {cause}")))
    }

    /// What a request asks for, resolved and checked.
    pub fn define(&self, request: &Request) -> Result<Definition, Refused> {
        let name = &request.stat_type;
        let stat_type =
            self.stat_type(name).ok_or_else(|| Refused::new(format!("unknown stat type `{name}`")))?;
        let profile = match &request.time_profile {
            Some(name) => named(&self.time_profiles, "time profile", name)?.clone(),
            None => self.time_profiles.get("Default").cloned().unwrap_or_else(TimeProfile::standard),
        };
        let range = |asked: &Option<Text>, own: &Option<Text>| match asked.as_ref().or(own.as_ref()) {
            Some(name) => match named(&self.time_ranges, "time range", name) {
                Ok(range) => Ok(Some(*range)),
                Err(unknown) => TimeRange::parse(name).map(Some).map_err(|_| unknown),
            },
            None => Ok(None),
        };
        let first = range(&request.time_range, &stat_type.time_range)?;
        let second = range(&request.time_range2, &stat_type.time_range2)?;
        let fallback = self.time_ranges.get("Default").copied().unwrap_or(TimeRange::DEFAULT);
        let filter = match &request.filter {
            Some(word) => Some(self.filter(word)?),
            None => None,
        };
        Definition::resolve(stat_type, profile, (first, second, fallback), filter).map_err(|refused| {
            Refused::new(format!("stat type `{name}` (line {}): {refused}", stat_type.line))
        })
    }
}

fn named<'a, T>(table: &'a BTreeMap<Text, T>, what: &str, name: &str) -> Result<&'a T, Refused> {
    table.get(name).ok_or_else(|| Refused::new(format!("unknown {what} `{name}`")))
}

fn words<T>(
    text: &str,
    table: &'static str,
    entries: BTreeMap<Text, toml::Spanned<String>>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<BTreeMap<Text, T>, LibraryError> {
    let read = |(name, word): (Text, toml::Spanned<String>)| match parse(word.get_ref()) {
        Ok(value) => Ok((name, value)),
        Err(cause) => Err(LibraryError::Word { line: line_of(text, word.span().start), table, name, cause }),
    };
    entries.into_iter().map(read).collect()
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn object_type<E: serde::de::Error>(name: &str) -> Result<ObjectType, E> {
    ObjectType::parse(name.trim()).ok_or_else(|| E::custom(format!("unknown object type `{name}`")))
}

/// A list, or one text with commas.
fn object_types<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<ObjectType>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Names {
        List(Vec<String>),
        Line(String),
    }
    match Names::deserialize(from)? {
        Names::List(names) => names.iter().map(|name| object_type(name)).collect(),
        Names::Line(line) => line.split(',').map(object_type).collect(),
    }
}

fn maybe_object_type<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ObjectType>, D::Error> {
    String::deserialize(from).and_then(|name| object_type(&name)).map(Some)
}

/// `yes`, `no` or a boolean.
fn yes_or_no<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Word {
        Plain(bool),
        Text(String),
    }
    match Word::deserialize(from)? {
        Word::Plain(is) => Ok(is),
        Word::Text(word) if word.eq_ignore_ascii_case("yes") => Ok(true),
        Word::Text(word) if word.eq_ignore_ascii_case("no") => Ok(false),
        Word::Text(word) => Err(serde::de::Error::custom(format!("`{word}` is neither yes nor no"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: &str = r#"
[time_profiles]
Quarter = "Growing 0:00 +0:15"
[stat_types.Calls_Answered]
Objects = ["Queue", "GroupQueues"]
Category = "TotalNumber"
Subject = "DNAction"
MainMask = "CallAnswered"
[stat_types.Bad]
Objects = "Queue, RoutePoint"
Category = "TotalNumber"
Subject = "DNAction"
MainMask = "CallFoo"
"#;

    fn define(statistic: &str) -> Result<Definition, Refused> {
        let library = Library::from_toml(&format!("{TYPES}\n[[statistic]]\n{statistic}")).unwrap();
        library.define(&library.requests[0])
    }

    #[test]
    fn two_requests_for_the_same_definition_have_the_same_key() {
        let one = define("name='a'\nstat_type='Calls_Answered'\nobjects=['9001']\ntime_profile='Quarter'");
        let other = define("name='b'\nstat_type='calls_answered'\nobjects=['*']\ntime_profile='Quarter'");
        let key = one.unwrap().key();
        assert_eq!(key, other.unwrap().key());
        assert_eq!(key, "TotalNumber;DNAction;CallAnswered;Growing 0:00 +0:15");
    }

    #[test]
    fn a_refusal_names_the_word_and_its_line() {
        let cause = define("name='a'\nstat_type='Bad'\nobjects=['9001']").unwrap_err().cause;
        assert!(cause.contains("CallFoo") && cause.contains("line 9"), "{cause}");
        let cause = define("name='a'\nstat_type='Nope'\nobjects=['9001']").unwrap_err().cause;
        assert!(cause.contains("Nope"), "{cause}");
        let cause = define("name='a'\nstat_type='Calls_Answered'\nobjects=[]\nfilter='F'").unwrap_err().cause;
        assert!(cause.contains("`F`"), "{cause}");
    }

    #[test]
    fn a_typo_in_the_file_is_refused_with_its_place() {
        let error = Library::from_toml("[stat_types.X]\nCatgory = 'TotalNumber'").unwrap_err().to_string();
        assert!(error.contains("Catgory") && error.contains("line 2"), "{error}");
        let error = Library::from_toml("[time_profiles]\n\nA = 'Rolling 5'").unwrap_err().to_string();
        assert!(error.contains("Rolling") && error.contains("line 3"), "{error}");
        let error = Library::from_toml("[filters]\n\nVip = 'DNSI = 1'").unwrap_err().to_string();
        assert!(error.contains("DNSI") && error.contains("line 3") && error.contains("Vip"), "{error}");
    }

    #[test]
    fn a_filter_is_named_or_written_out_and_is_part_of_what_is_shared() {
        let text = "[filters]\nVip = 'PairExist(\"VIP\",\"*\")'\n".to_owned() + TYPES;
        let library = Library::from_toml(&text).unwrap();
        let key = |filter: Option<&str>| {
            let filter = filter.map(Into::into);
            library
                .define(&Request { filter, ..Request::named("a", "Calls_Answered", "9001") })
                .unwrap()
                .key()
        };
        assert_eq!(key(Some("Vip")), key(Some(" ( PairExists( \"VIP\" , \"*\" ) ) ")));
        assert_ne!(key(Some("Vip")), key(None));
    }

    #[test]
    fn a_medium_and_business_attributes_are_filters() {
        let text = TYPES.replace(
            "MainMask = \"CallAnswered\"",
            "MainMask = \"CallAnswered\"\nMediaType = \"chat\"\n\
            BusinessAttributes = { Language = \"Spanish, Italian\" }",
        );
        let library = Library::from_toml(&text).unwrap();
        let definition = library.define(&Request::named("a", "Calls_Answered", "9001")).unwrap();
        let filter =
            r#"MediaType="chat" & (PairExists("Language","Spanish") | PairExists("Language","Italian"))"#;
        assert_eq!(definition.filter.unwrap().to_string(), filter);
    }
}
