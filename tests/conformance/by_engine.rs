//! A row through the engine: however its records are cut, and with a checkpoint after each instant.

use super::found::Found;
use super::row::{Row, Wanted};
use engine::{Answer, Engine, Info, News, Notifier};
use model::Micros;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use stats::{Content, Flags, Library, Value};
use std::collections::BTreeSet;

/// How records are fed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// All that lie between two questions at once.
    Whole,
    /// An instant at a time.
    Instants,
    /// Some instants at a time, by chance.
    Chance(u64),
    /// An instant at a time, each time written down and read again.
    Checkpoints,
}

/// Asserts that every answer is as the row says, and that what can't be is refused.
pub(crate) fn check(row: &Row, seed: u64) {
    let library = Library::from_toml(&row.definitions()).unwrap();
    let (engine, refused) = Engine::new(&row.tenant, &library).unwrap();
    for refusal in &refused {
        let place: usize = refusal.name[1..].parse().unwrap();
        let word = row.asks[place].refused.as_ref();
        let word = word.unwrap_or_else(|| panic!("{}: refused: {}", row.story, refusal.cause));
        assert!(refusal.cause.contains(word), "{}: {}", row.story, refusal.cause);
    }
    let expected = row.asks.iter().filter(|ask| ask.refused.is_some()).count();
    assert_eq!(refused.len(), expected, "{}: not all refused", row.story);
    follow(row, engine.clone());
    for way in [Way::Whole, Way::Instants, Way::Chance(seed), Way::Checkpoints] {
        let fresh = || Engine::new(&row.tenant, &library).unwrap().0;
        run(row, engine.clone(), &fresh, way);
    }
}

fn run(row: &Row, mut engine: Engine, fresh: &dyn Fn() -> Engine, way: Way) {
    let mut chance = SmallRng::seed_from_u64(if let Way::Chance(seed) = way { seed } else { 0 });
    let mut questions = BTreeSet::new();
    for (place, ask) in row.asks.iter().enumerate() {
        for (closing, peeks) in [(true, &ask.closings), (false, &ask.peeks)] {
            let times = peeks.iter().enumerate();
            questions.extend(times.map(|(n, peek)| (peek.at, !closing, place, n)));
        }
    }
    let mut rest = row.records.as_slice();
    for (at, is_peek, place, n) in questions {
        // A closing value is asked before the records of the reset itself.
        let through = if is_peek { at } else { Micros(at.0 - 1) };
        while let Some(first) = rest.first().filter(|first| first.received <= through) {
            let until = match way {
                Way::Whole => through,
                Way::Chance(_) => {
                    let some = rest[chance.random_range(0..rest.len().min(6))].received;
                    some.min(through).max(first.received)
                }
                Way::Instants | Way::Checkpoints => first.received,
            };
            let batch = rest.partition_point(|record| record.received <= until);
            engine.step(&rest[..batch], until);
            rest = &rest[batch..];
            if way == Way::Checkpoints {
                engine = reload(&engine, fresh());
            }
        }
        engine.step(&[], through);
        let answers = if is_peek { engine.answers(at) } else { engine.closings() };
        let ask = &row.asks[place];
        let peek = if is_peek { &ask.peeks[n] } else { &ask.closings[n] };
        let name = format!("s{place}");
        let answer = answers.iter().find(|answer| answer.statistic == name && answer.object == ask.object);
        assert!(answer.is_none_or(|answer| answer.value.at == at), "{}: {answer:?}", row.story);
        let what = format!("{} ({}, {way:?})", row.story, ask.words());
        Found::check(answer.map(|Answer { value, .. }| found(value)).as_ref(), peek, &what);
    }
}

pub(crate) fn found(value: &Value) -> Found {
    let content = match &value.content {
        Content::Number(number) => Wanted::Number(*number),
        Content::State(state) => Wanted::Word(state.status.name().into()),
    };
    Found {
        value: content,
        empty: value.flags.has(Flags::EMPTY),
        invalid: value.flags.has(Flags::INVALID),
        partial: value.flags.has(Flags::PARTIAL),
    }
}

fn reload(engine: &Engine, mut fresh: Engine) -> Engine {
    let image = rmp_serde::to_vec_named(&engine.save()).unwrap();
    fresh.load(rmp_serde::from_slice(&image).unwrap()).unwrap();
    fresh
}

/// Follows what is told by itself, to the end of the story or to the last thing that should be told.
fn follow(row: &Row, engine: Engine) {
    let expected = row.asks.iter().filter_map(|ask| ask.told.as_ref());
    let last = expected.flat_map(|(_, told)| told).map(|peek| peek.at);
    let last = last.chain(row.records.last().map(|record| record.received)).max().unwrap_or_default();
    let mut notifier = Notifier::new(engine);
    let mut told: Vec<Info> = Vec::new();
    notifier.step(&row.records, last, &mut |info| told.push(info));
    for (place, ask) in row.asks.iter().enumerate() {
        let Some((since, expected)) = &ask.told else { continue };
        let name = format!("s{place}");
        let mine = told.iter().filter(|info| info.statistic == name && info.at >= *since);
        let mine: Vec<_> = mine.map(|info| (info.at, news(info))).collect();
        let expected: Vec<_> = expected.iter().map(|peek| (peek.at, peek.wanted.clone())).collect();
        assert_eq!(mine, expected, "{}: what is told of {}", row.story, ask.words());
    }
}

fn news(info: &Info) -> Wanted {
    match info.news {
        News::Info => found(&info.value).value,
        news => Wanted::Word(format!("{news:?}")),
    }
}
