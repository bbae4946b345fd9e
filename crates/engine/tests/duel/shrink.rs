//! The shortest story that still shows a difference.

use super::asked::Asked;
use super::{Duel, engine, read, same};
use model::tenant::Tenant;
use model::{Event, Micros, Object, Record};
use oracle::{Answer, Oracle};

type Both = (Option<Answer>, Option<Answer>);

/// Tells of a difference: the story without all that it does not need.
pub(crate) fn shrink(duel: &Duel, asked: &Asked, object: &Object, at: Micros, both: Both) -> String {
    let mut asked = asked.clone();
    let mut story: Vec<Record> =
        duel.records.iter().filter(|record| record.received <= at).cloned().collect();
    let differ = |story: &[Record], asked: &Asked, at: Micros| differ(&duel.tenant, story, asked, object, at);
    let mut note = "";
    let mut last = both;
    if let Some(both) = differ(&story, &asked, at) {
        last = both;
        // The opening is named, so that it does not move with the story's first record.
        let named = asked.opened(story[0].received);
        if differ(&story, &named, at).is_some() {
            asked = named;
        }
        // A snapshot tells nothing new unless the link was lost: without what came before, it would.
        let plain: Vec<Record> = without_repetitions(&story);
        if differ(&plain, &asked, at).is_some() {
            story = plain;
        }
        let is_lawful = is_lawful(&story);
        let mut size = story.len().div_ceil(2);
        loop {
            let mut place = 0;
            let before = story.len();
            while place < story.len() {
                let mut shorter = story.clone();
                shorter.drain(place..(place + size).min(story.len()));
                let lawful = |story: &[Record]| !story.is_empty() && (!is_lawful || self::is_lawful(story));
                match differ(&shorter, &asked, at).filter(|_| lawful(&shorter)) {
                    Some(both) => (story, last) = (shorter, both),
                    None => place += size,
                }
            }
            if size == 1 && story.len() == before {
                break;
            }
            size = size.div_ceil(2);
        }
    } else {
        note = "(only with this seed's batches: batching changed a value)\n";
    }
    let start = story.first().map_or(at, |record| record.received);
    let since = |at: Micros| (at - start).0 as f64 / 1e6;
    let lines: Vec<String> = story
        .iter()
        .map(|record| {
            format!("  {:>10.3} {}", since(record.received), serde_json::to_string(record).unwrap())
        })
        .collect();
    format!(
        "seed {}: {} {} at {} ({}) {note}\n{asked:?}\n  engine: {:?}\n  oracle: {:?}\n{}\n",
        duel.seed,
        object.kind.name(),
        object.id,
        since(at),
        at.0,
        last.0,
        last.1,
        lines.join("\n")
    )
}

/// Both answers, if they differ when the story comes one instant at a time.
fn differ(tenant: &Tenant, story: &[Record], asked: &Asked, object: &Object, at: Micros) -> Option<Both> {
    let mut engine = engine(tenant, std::slice::from_ref(asked));
    for instant in story.chunk_by(|one, other| one.received == other.received) {
        engine.step(instant, instant[0].received);
    }
    engine.step(&[], at);
    let found = read(&engine, 0, object, at);
    let oracle = Oracle::new(tenant, story);
    let world = oracle.world(at);
    let wanted = world.answer(&asked.definition, object);
    (!same(found, wanted) && !world.is_open(&asked.definition, object)).then_some((found, wanted))
}

/// Whether each snapshot and registration comes after a loss.
fn is_lawful(story: &[Record]) -> bool {
    without_repetitions(story).len() == story.len()
}

/// The story without snapshots and registrations that no loss called for.
fn without_repetitions(story: &[Record]) -> Vec<Record> {
    let mut lost = std::collections::BTreeSet::new();
    let mut kept = Vec::new();
    for record in story {
        let source = record.source.clone();
        let keep = match record.event {
            Event::LinkDisconnected => {
                lost.insert(source);
                true
            }
            Event::Snapshot => lost.remove(&source),
            Event::Registered => lost.contains(&source),
            _ => true,
        };
        if keep {
            kept.push(record.clone());
        }
    }
    kept
}
