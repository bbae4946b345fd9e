//! One story, asked of both.

mod asked;
mod shrink;
mod words;

use asked::Asked;
use engine::Engine;
use model::tenant::Tenant;
use model::{Micros, Object, Record};
use oracle::timeline::{self, Chance};
use oracle::{Answer, Oracle};
use stats::{Content, Flags, Library};

/// Definitions of one duel.
const DEFINITIONS: usize = 24;

/// Questions of one duel.
const QUESTIONS: usize = 5;

/// A story with what is asked about it, all by one seed.
pub(crate) struct Duel {
    seed: u64,
    tenant: Tenant,
    records: Vec<Record>,
    asked: Vec<Asked>,
    questions: Vec<Micros>,
    chance: Chance,
}

impl Duel {
    pub(crate) fn new(seed: u64) -> Self {
        let records = timeline::records(seed);
        let mut chance = Chance::new(seed ^ 0xD0E1);
        let asked = (0..DEFINITIONS).map(|_| Asked::some(&mut chance)).collect();
        let (first, last) = match (records.first(), records.last()) {
            (Some(first), Some(last)) => (first.received, last.received),
            _ => (timeline::NINE, timeline::NINE),
        };
        let mut question = || {
            let at_record = chance.percent(50).then(|| records.get(chance.below(records.len()))).flatten();
            let span = ((last - first).0 / 1_000_000 + 90) as usize;
            let anywhere = first + Micros::from_millis(chance.below(span * 10) as i64 * 100);
            at_record.map_or(anywhere, |record| record.received)
        };
        let mut questions: Vec<Micros> = (0..QUESTIONS).map(|_| question()).collect();
        questions.sort_unstable();
        Self { seed, tenant: timeline::tenant(), records, asked, questions, chance }
    }

    /// Asks both everything; tells of the first difference.
    pub(crate) fn fight(mut self) -> Option<String> {
        let mut engine = engine(&self.tenant, &self.asked);
        let oracle = Oracle::new(&self.tenant, &self.records);
        let mut rest = self.records.as_slice();
        for at in self.questions.clone() {
            while let Some(first) = rest.first().filter(|first| first.received <= at) {
                // Whole instants, as many as chance will have it.
                let mut until = first.received;
                let mut batch = rest.partition_point(|record| record.received <= until);
                while self.chance.percent(60) && batch < rest.len() && rest[batch].received <= at {
                    until = rest[batch].received;
                    batch = rest.partition_point(|record| record.received <= until);
                }
                engine.step(&rest[..batch], until);
                rest = &rest[batch..];
            }
            engine.step(&[], at);
            let world = oracle.world(at);
            for (place, asked) in self.asked.iter().enumerate() {
                for object in asked.objects(&self.tenant) {
                    let found = read(&engine, place, &object, at);
                    let wanted = world.answer(&asked.definition, &object);
                    if !same(found, wanted) && !world.is_open(&asked.definition, &object) {
                        return Some(shrink::shrink(&self, asked, &object, at, (found, wanted)));
                    }
                }
            }
        }
        None
    }
}

fn engine(tenant: &Tenant, asked: &[Asked]) -> Engine {
    let text = asked::library(asked);
    let library = Library::from_toml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let (engine, refused) = Engine::new(tenant, &library).unwrap();
    assert!(refused.is_empty(), "{refused:?}\n{text}");
    engine
}

fn read(engine: &Engine, place: usize, object: &Object, at: Micros) -> Option<Answer> {
    let value = engine.read(&format!("s{place}"), object, at)?;
    let Content::Number(number) = value.content else { panic!("no number: {value:?}") };
    let has = |flag| value.flags.has(flag);
    Some(Answer { value: number, empty: has(Flags::EMPTY), valid: !has(Flags::INVALID) })
}

/// The same value and flags; quotients may differ in the last bits, as the two may divide in another order.
fn same(found: Option<Answer>, wanted: Option<Answer>) -> bool {
    match (found, wanted) {
        (Some(a), Some(b)) => {
            let near = (a.value - b.value).abs() <= 1e-9 * b.value.abs().max(1.0);
            near && a.empty == b.empty && a.valid == b.valid
        }
        (found, wanted) => found == wanted,
    }
}
