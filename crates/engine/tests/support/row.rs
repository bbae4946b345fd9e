//! One row: read from its file, run through the engine in several ways, compared.

use super::story::records;
use super::when::when;
use engine::{Answer, Engine, Info, News, Notifier};
use model::tenant::Tenant;
use model::{Micros, Object, ObjectType, Record};
use serde::Deserialize;
use stats::{Content, Flags, Library};
use std::collections::BTreeSet;

/// A row's file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// What it is about, and by which rules.
    story: String,
    /// Another tenant than the usual one.
    tenant: Option<String>,
    /// Time ranges and the like, as statistics.toml has them.
    #[serde(default)]
    library: String,
    #[serde(default)]
    events: String,
    ask: Vec<Ask>,
}

/// A statistic with what it must answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    category: String,
    mask: String,
    rel: Option<String>,
    #[serde(default = "action")]
    subject: String,
    /// `Queue 9001@sw1`.
    on: String,
    profile: Option<String>,
    range: Option<String>,
    range2: Option<String>,
    #[serde(default = "eight")]
    opened: String,
    #[serde(default)]
    source_time: bool,
    /// Times with values; a third word tells flags.
    #[serde(default)]
    peek: Vec<Peek>,
    /// Resets with the values of the intervals that they end.
    #[serde(default)]
    closing: Vec<Peek>,
    /// How it is told, and everything that is told of it since `told_since`: times with values, or with
    /// `StatInvalid`, `StatValid`.
    notification: Option<String>,
    frequency: Option<u32>,
    insensitivity: Option<u32>,
    told: Option<Vec<Peek>>,
    told_since: Option<String>,
    /// Not opened; the cause holds this word.
    refused: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Peek {
    Value(String, Wanted),
    Flagged(String, Wanted, String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Wanted {
    Number(f64),
    Status(String),
}

fn action() -> String {
    "DNAction".into()
}

fn eight() -> String {
    "08:00:00".into()
}

const TENANT: &str = include_str!("../rows/tenant.toml");

/// Runs a row: every answer must be as the row says, whether records come one instant at a time, all at once
/// between questions, or with a checkpoint after each step.
pub(crate) fn check(text: &str) {
    let row: Row = toml::from_str(text).unwrap();
    let tenant = Tenant::from_toml(row.tenant.as_deref().unwrap_or(TENANT)).unwrap();
    let (mut text, mut expected_refusals) = (row.library.clone(), BTreeSet::new());
    text += "\n[time_profiles]\n";
    for (place, ask) in row.ask.iter().enumerate() {
        text += &ask.profile.as_ref().map(|profile| format!("P{place} = '{profile}'\n")).unwrap_or_default();
    }
    for (place, ask) in row.ask.iter().enumerate() {
        text += &ask.definition(place);
        expected_refusals.extend(ask.refused.as_ref().map(|word| (format!("s{place}"), word.clone())));
    }
    let library = Library::from_toml(&text).unwrap();
    let (engine, refused) = Engine::new(&tenant, &library).unwrap();
    for refusal in &refused {
        let word = expected_refusals.iter().find(|(name, _)| refusal.name == name);
        let word = word.unwrap_or_else(|| panic!("{}: refused: {}", row.story, refusal.cause));
        assert!(refusal.cause.contains(&word.1), "{}: {}", row.story, refusal.cause);
    }
    assert_eq!(refused.len(), expected_refusals.len(), "{}: not all refused", row.story);
    let records = records(&row.events);
    row.follow(engine.clone(), &records);
    for way in [Way::Whole, Way::Instants, Way::Checkpoints] {
        let fresh = || Engine::new(&tenant, &library).unwrap().0;
        row.run(engine.clone(), &fresh, &records, way);
    }
}

/// How records are fed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Whole,
    Instants,
    Checkpoints,
}

impl Row {
    fn run(&self, mut engine: Engine, fresh: &dyn Fn() -> Engine, records: &[Record], way: Way) {
        let mut questions = BTreeSet::new();
        for (place, ask) in self.ask.iter().enumerate() {
            for (closing, peeks) in [(true, &ask.closing), (false, &ask.peek)] {
                let times = peeks.iter().enumerate();
                questions.extend(times.map(|(n, peek)| (peek.at(), !closing, place, n)));
            }
        }
        let mut rest = records;
        for (at, peek, place, n) in questions {
            // A closing value is asked before the records of the reset itself.
            let through = if peek { at } else { Micros(at.0 - 1) };
            while let Some(first) = rest.first().filter(|first| first.received <= through) {
                let until = if way == Way::Whole { through } else { first.received };
                let batch = rest.partition_point(|record| record.received <= until);
                engine.step(&rest[..batch], until);
                rest = &rest[batch..];
                if way == Way::Checkpoints {
                    engine = reload(&engine, fresh());
                }
            }
            engine.step(&[], through);
            let answers = if peek { engine.answers(at) } else { engine.closings() };
            let ask = &self.ask[place];
            let wanted = if peek { &ask.peek[n] } else { &ask.closing[n] };
            self.compare(&answers, place, ask, wanted, way);
        }
    }

    /// Follows what is told, to the end of the story or to the last thing that should be told.
    fn follow(&self, engine: Engine, records: &[Record]) {
        let expected = self.ask.iter().filter_map(|ask| ask.told.as_ref());
        let last = expected.flatten().map(Peek::at).chain(records.last().map(|record| record.received)).max();
        let mut notifier = Notifier::new(engine);
        let mut told: Vec<Info> = Vec::new();
        notifier.step(records, last.unwrap_or_default(), &mut |info| told.push(info));
        for (place, ask) in self.ask.iter().enumerate() {
            let Some(expected) = &ask.told else { continue };
            let since = ask.told_since.as_deref().map_or(Micros(0), when);
            let name = format!("s{place}");
            let mine = told.iter().filter(|info| info.statistic == name && info.at >= since);
            let mine: Vec<String> = mine.map(told_line).collect();
            let expected: Vec<String> = expected.iter().map(Peek::line).collect();
            assert_eq!(mine, expected, "{}: what is told of {} of {}", self.story, ask.category, ask.on);
        }
    }

    fn compare(&self, answers: &[Answer], place: usize, ask: &Ask, peek: &Peek, way: Way) {
        let object = ask.object();
        let name = format!("s{place}");
        let (Peek::Value(time, wanted) | Peek::Flagged(time, wanted, _)) = peek;
        let what = || format!("{} ({} of {} at {time}, {way:?})", self.story, ask.category, ask.on);
        let answer = answers.iter().find(|answer| answer.statistic == name && answer.object == object);
        let answer = answer.unwrap_or_else(|| panic!("{}: no answer", what()));
        assert_eq!(answer.value.at, peek.at(), "{}", what());
        match (&answer.value.content, wanted) {
            (Content::Number(found), Wanted::Number(wanted)) => {
                assert!((found - wanted).abs() < 0.001, "{}: {found} instead of {wanted}", what());
            }
            (Content::State(state), Wanted::Status(wanted)) => {
                assert_eq!(state.status.name(), wanted, "{}", what());
            }
            (found, _) => panic!("{}: {found:?}", what()),
        }
        let flags = match peek {
            Peek::Flagged(_, _, flags) => flags.as_str(),
            Peek::Value(..) => "",
        };
        let flag =
            |flag, word| assert_eq!(answer.value.flags.has(flag), flags.contains(word), "{}: {word}", what());
        flag(Flags::EMPTY, "empty");
        flag(Flags::INVALID, "invalid");
    }
}

fn reload(engine: &Engine, mut fresh: Engine) -> Engine {
    let image = rmp_serde::to_vec_named(&engine.save()).unwrap();
    fresh.load(rmp_serde::from_slice(&image).unwrap()).unwrap();
    fresh
}

fn told_line(info: &Info) -> String {
    let value = match (info.news, &info.value.content) {
        (News::Info, Content::Number(number)) => number.to_string(),
        (News::Info, Content::State(state)) => state.status.name().to_owned(),
        (news, _) => format!("{news:?}"),
    };
    format!("{} {value}", info.at.0)
}

impl Peek {
    fn line(&self) -> String {
        let (Self::Value(_, wanted) | Self::Flagged(_, wanted, _)) = self;
        match wanted {
            Wanted::Number(number) => format!("{} {number}", self.at().0),
            Wanted::Status(word) => format!("{} {word}", self.at().0),
        }
    }

    fn at(&self) -> Micros {
        let (Self::Value(at, _) | Self::Flagged(at, _, _)) = self;
        when(at)
    }
}

impl Ask {
    fn object(&self) -> Object {
        let (kind, id) = self.on.split_once(' ').unwrap();
        Object::new(ObjectType::parse(kind).unwrap(), id)
    }

    /// The tables of contracts part 6 that ask for it.
    fn definition(&self, place: usize) -> String {
        let object = self.object();
        let kind = object.kind.name();
        let source_time = if self.source_time { "yes" } else { "no" };
        let mut text = format!(
            "\n[stat_types.T{place}]\nObjects = ['{kind}']\nCategory = '{}'\nSubject = '{}'\nMainMask = '{}'\n\
             UseSourceTimeStamps = '{source_time}'\n",
            self.category, self.subject, self.mask
        );
        if let Some(rel) = &self.rel {
            text += &format!("RelMask = '{rel}'\n");
        }
        text += &format!(
            "[[statistic]]\nname = 's{place}'\nstat_type = 'T{place}'\nobjects = ['{}']\n",
            object.id
        );
        text += &format!("opened_at = '{}'\n", when(&self.opened).0);
        text +=
            &self.notification.as_ref().map(|mode| format!("notification = '{mode}'\n")).unwrap_or_default();
        for (key, value) in [("frequency", self.frequency), ("insensitivity", self.insensitivity)] {
            text += &value.map(|value| format!("{key} = {value}\n")).unwrap_or_default();
        }
        for (key, value) in [("time_range", &self.range), ("time_range2", &self.range2)] {
            text += &value.as_ref().map(|value| format!("{key} = '{value}'\n")).unwrap_or_default();
        }
        if self.profile.is_some() {
            text += &format!("time_profile = 'P{place}'\n");
        }
        text
    }
}
