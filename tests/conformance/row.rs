//! One row as its file tells it: a story, statistics that are asked for, and what they must answer.

use super::story::records;
use super::when::when;
use model::tenant::Tenant;
use model::{Micros, Object, ObjectType, Record};
use serde::Deserialize;

/// A row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What it is about.
    pub(crate) story: String,
    pub(crate) tenant: Tenant,
    pub(crate) records: Vec<Record>,
    /// Time ranges, filters and the like, as statistics.toml has them.
    pub(crate) library: String,
    /// Its days are those of a calendar: it can't happen on another one.
    pub(crate) dated: bool,
    pub(crate) asks: Vec<Ask>,
}

/// A statistic with what it must answer.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) object: Object,
    pub(crate) opened: Micros,
    pub(crate) closed: Option<Micros>,
    pub(crate) reopened: Option<Micros>,
    /// Questions with their answers.
    pub(crate) peeks: Vec<Peek>,
    /// Resets with the values of the intervals that they end.
    pub(crate) closings: Vec<Peek>,
    /// Everything that is told by itself since an instant.
    pub(crate) told: Option<(Micros, Vec<Peek>)>,
    /// Not opened; the cause holds this word.
    pub(crate) refused: Option<String>,
    file: AskFile,
}

/// An instant, and what is so then.
#[derive(Clone, Debug)]
pub(crate) struct Peek {
    pub(crate) at: Micros,
    pub(crate) wanted: Wanted,
    /// `empty`, `invalid`, `partial`.
    pub(crate) flags: String,
}

/// A value.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(untagged)]
pub(crate) enum Wanted {
    Number(f64),
    /// A status, or `StatInvalid`, `StatValid`.
    Word(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowFile {
    story: String,
    /// Another tenant than the usual one.
    tenant: Option<String>,
    #[serde(default)]
    library: String,
    #[serde(default)]
    dated: bool,
    #[serde(default)]
    events: String,
    ask: Vec<AskFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AskFile {
    category: String,
    /// Every category has one but Formula.
    mask: Option<String>,
    rel: Option<String>,
    #[serde(default = "action")]
    subject: String,
    /// `Queue 9001@sw1`.
    on: String,
    profile: Option<String>,
    range: Option<String>,
    range2: Option<String>,
    filter: Option<String>,
    media: Option<String>,
    formula: Option<String>,
    expression: Option<String>,
    #[serde(default = "eight")]
    opened: String,
    /// Not asked for from then on, until `reopened`.
    closed: Option<String>,
    reopened: Option<String>,
    #[serde(default)]
    source_time: bool,
    notification: Option<String>,
    frequency: Option<u32>,
    insensitivity: Option<u32>,
    /// Times with values; a third word tells flags.
    #[serde(default)]
    peek: Vec<PeekFile>,
    #[serde(default)]
    closing: Vec<PeekFile>,
    told: Option<Vec<PeekFile>>,
    told_since: Option<String>,
    refused: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum PeekFile {
    Value(String, Wanted),
    Flagged(String, Wanted, String),
}

fn action() -> String {
    "DNAction".into()
}

fn eight() -> String {
    "08:00:00".into()
}

impl Row {
    /// Reads a row's file.
    pub(crate) fn read(text: &str) -> Self {
        let file: RowFile = toml::from_str(text).unwrap();
        let tenant = file.tenant.as_deref().unwrap_or(include_str!("rows/tenant.toml"));
        Self {
            story: file.story,
            tenant: Tenant::from_toml(tenant).unwrap(),
            records: records(&file.events),
            library: file.library,
            dated: file.dated,
            asks: file.ask.into_iter().map(Ask::of).collect(),
        }
    }

    /// The file of statistics that asks for everything; those of one stat type are named `s0`, `s1` ...
    pub(crate) fn definitions(&self) -> String {
        let mut text = self.library.clone() + "\n[time_profiles]\n";
        for (place, ask) in self.asks.iter().enumerate() {
            let profile = ask.file.profile.as_ref();
            text += &profile.map(|profile| format!("P{place} = '{profile}'\n")).unwrap_or_default();
        }
        for (place, ask) in self.asks.iter().enumerate() {
            text += &ask.definition(place);
        }
        text
    }
}

impl Ask {
    fn of(file: AskFile) -> Self {
        let (kind, id) = file.on.split_once(' ').unwrap();
        let peeks = |files: &[PeekFile]| files.iter().map(Peek::of).collect::<Vec<_>>();
        let since = file.told_since.as_deref().map_or(Micros::ZERO, when);
        Self {
            object: Object::new(ObjectType::parse(kind).unwrap(), id),
            opened: when(&file.opened),
            closed: file.closed.as_deref().map(when),
            reopened: file.reopened.as_deref().map(when),
            peeks: peeks(&file.peek),
            closings: peeks(&file.closing),
            told: file.told.as_ref().map(|told| (since, peeks(told))),
            refused: file.refused.clone(),
            file,
        }
    }

    /// What it is, in a sentence about what went wrong.
    pub(crate) fn words(&self) -> String {
        format!("{} of {}", self.file.category, self.object.id)
    }

    /// Which opening a value at that instant is reckoned from (rule X-12).
    pub(crate) fn opened_for(&self, at: Micros) -> Micros {
        let anew = self
            .closed
            .zip(self.reopened)
            .filter(|(closed, reopened)| at >= *reopened && *reopened - *closed >= Micros::from_secs(3600));
        anew.map_or(self.opened, |(_, reopened)| reopened)
    }

    /// Whether values come from an interval of its own profile.
    pub(crate) fn profile(&self, place: usize) -> Option<String> {
        self.file.profile.as_ref().map(|_| format!("P{place}"))
    }

    pub(crate) fn ranges(&self) -> [Option<&str>; 3] {
        [self.file.range.as_deref(), self.file.range2.as_deref(), self.file.filter.as_deref()]
    }

    /// The tables of contracts part 6 that ask for it.
    fn definition(&self, place: usize) -> String {
        let (file, kind) = (&self.file, self.object.kind.name());
        let source_time = if file.source_time { "yes" } else { "no" };
        let mut text = format!(
            "\n[stat_types.T{place}]\nObjects = ['{kind}']\nCategory = '{}'\nSubject = '{}'\n\
             UseSourceTimeStamps = '{source_time}'\n",
            file.category, file.subject
        );
        let mut line = |key: &str, value: Option<String>| {
            text += &value.map(|value| format!("{key} = {value}\n")).unwrap_or_default();
        };
        let quoted = |value: &Option<String>| value.as_ref().map(|value| format!("'{value}'"));
        line("MainMask", quoted(&file.mask));
        line("RelMask", quoted(&file.rel));
        line("MediaType", quoted(&file.media));
        line("Formula", quoted(&file.formula));
        line("Expression", quoted(&file.expression));
        line("[[statistic]]\nname", Some(format!("'s{place}'")));
        line("stat_type", Some(format!("'T{place}'")));
        line("objects", Some(format!("['{}']", self.object.id)));
        line("opened_at", Some(format!("'{}'", self.opened.0)));
        line("closed_at", self.closed.map(|at| format!("'{}'", at.0)));
        line("reopened_at", self.reopened.map(|at| format!("'{}'", at.0)));
        line("notification", quoted(&file.notification));
        line("frequency", file.frequency.map(|value| value.to_string()));
        line("insensitivity", file.insensitivity.map(|value| value.to_string()));
        line("time_range", quoted(&file.range));
        line("time_range2", quoted(&file.range2));
        line("filter", quoted(&file.filter));
        line("time_profile", quoted(&self.profile(place)));
        text
    }
}

impl Peek {
    fn of(file: &PeekFile) -> Self {
        let (PeekFile::Value(at, wanted) | PeekFile::Flagged(at, wanted, _)) = file;
        let flags = if let PeekFile::Flagged(_, _, flags) = file { flags.clone() } else { String::new() };
        Self { at: when(at), wanted: wanted.clone(), flags }
    }
}
