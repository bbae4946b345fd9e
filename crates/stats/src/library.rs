//! Libraries of definitions: the tables of `statistics.toml` (contracts, part 6; rule L-1).

mod entries;
mod file;
mod passage;

pub use entries::{Request, StatType};
pub use file::LibraryError;
pub use passage::Passage;

use crate::definition::{Definition, Refused, TimeRange};
use crate::filter::Filter;
use crate::time::TimeProfile;
use file::Faults;
use model::Text;
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
    /// What could not be read: whoever asks for it is told why.
    faults: Faults,
}

impl Library {
    /// Adds what another library holds; its names win.
    pub fn extend(&mut self, other: Self) {
        self.time_profiles.extend(other.time_profiles);
        self.time_ranges.extend(other.time_ranges);
        self.filters.extend(other.filters);
        self.stat_types.extend(other.stat_types);
        self.requests.extend(other.requests);
        self.faults.extend(other.faults);
    }

    /// The stat type of that name, compared without regard to case.
    pub fn stat_type(&self, name: &str) -> Option<&StatType> {
        self.stat_types.get(&name.to_ascii_lowercase())
    }

    /// Every stat type, by name.
    pub fn stat_types(&self) -> impl Iterator<Item = &StatType> {
        self.stat_types.values()
    }

    /// Refuses an entry that could not be read.
    fn check(&self, table: &'static str, name: &str) -> Result<(), Refused> {
        match self.faults.get(&(table, name.to_owned())) {
            Some(fault) => Err(Refused::new(fault.to_string())),
            None => Ok(()),
        }
    }

    /// The filter of that name, or the condition itself.
    fn filter(&self, word: &str) -> Result<Filter, Refused> {
        self.check("filters", word)?;
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
        self.check("stat_types", &name.to_ascii_lowercase())?;
        self.check("time_profiles", request.time_profile.as_deref().unwrap_or("Default"))?;
        let stat_type =
            self.stat_type(name).ok_or_else(|| Refused::new(format!("unknown stat type `{name}`")))?;
        let profile = match &request.time_profile {
            Some(name) => named(&self.time_profiles, "time profile", name)?.clone(),
            None => self.time_profiles.get("Default").cloned().unwrap_or_else(TimeProfile::standard),
        };
        let range = |asked: &Option<Text>, own: &Option<Text>| match asked.as_ref().or(own.as_ref()) {
            Some(name) => {
                match self.check("time_ranges", name).and(named(&self.time_ranges, "time range", name)) {
                    Ok(range) => Ok(Some(*range)),
                    Err(refused) => TimeRange::parse(name).map(Some).map_err(|_| refused),
                }
            }
            None => self.check("time_ranges", "Default").map(|()| None),
        };
        let first = range(&request.time_range, &stat_type.time_range)?;
        let second = range(&request.time_range2, &stat_type.time_range2)?;
        let fallback = self.time_ranges.get("Default").copied().unwrap_or(TimeRange::DEFAULT);
        let filter = match &request.filter {
            Some(word) => Some(self.filter(word)?),
            None => None,
        };
        Definition::resolve(stat_type, profile, (first, second, fallback), filter).map_err(|refused| {
            let line = stat_type.passage.line(&refused.cause).map(|line| format!(" (line {line})"));
            Refused::new(format!("stat type `{name}`{}: {refused}", line.unwrap_or_default()))
        })
    }
}

fn named<'a, T>(table: &'a BTreeMap<Text, T>, what: &str, name: &str) -> Result<&'a T, Refused> {
    table.get(name).ok_or_else(|| Refused::new(format!("unknown {what} `{name}`")))
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
        assert!(cause.contains("CallFoo") && cause.contains("line 13"), "{cause}");
        let cause = define("name='a'\nstat_type='Nope'\nobjects=['9001']").unwrap_err().cause;
        assert!(cause.contains("Nope"), "{cause}");
        let cause = define("name='a'\nstat_type='Calls_Answered'\nobjects=[]\nfilter='F'").unwrap_err().cause;
        assert!(cause.contains("`F`"), "{cause}");
    }

    #[test]
    fn what_can_not_be_read_is_refused_to_whoever_asks_for_it_and_to_nobody_else() {
        let text =
            TYPES.replace("[stat_types.Bad]", "[stat_types.Odd]\nObjects = \"Quue\"\n[stat_types.Bad]");
        let text = format!("{text}\n[filters]\nVip = \"DNSI = 1\"\n[time_ranges]\nWrong = \"20-10\"\n");
        let library = Library::from_toml_with_faults(&text).unwrap();
        let asked = Request::named("a", "Calls_Answered", "9001");
        assert!(library.define(&asked).is_ok());
        let cause = |request: &Request| library.define(request).unwrap_err().cause;
        let odd = cause(&Request::named("a", "odd", "9001"));
        assert!(odd.contains("Quue") && odd.contains("line 10"), "{odd}");
        let vip = cause(&Request { filter: Some("Vip".into()), ..asked.clone() });
        assert!(vip.contains("DNSI") && vip.contains("line"), "{vip}");
        let wrong = cause(&Request { time_range: Some("Wrong".into()), ..asked });
        assert!(wrong.contains("20-10") && wrong.contains("line"), "{wrong}");
        assert!(Library::from_toml(&text).is_err());
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
