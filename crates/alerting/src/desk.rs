//! All objects of one rule.

use crate::condition::{Reading, Verdict};
use crate::machine::{Machine, Question, Turn};
use crate::rule::Rule;
use model::Object;
use model::time::Micros;
use std::collections::BTreeMap;

/// Objects of one rule of which anything is remembered: bad ones, and those that were.
pub const ROWS_MAX: usize = 2_000;

/// A rule with the objects at which it is not quiet.
#[derive(Clone, Debug)]
pub struct Desk {
    rule: Rule,
    rows: BTreeMap<Object, Machine>,
    refused: u64,
}

impl Desk {
    /// The rule, quiet everywhere.
    pub fn new(rule: Rule) -> Self {
        Self { rule, rows: BTreeMap::new(), refused: 0 }
    }

    /// The rule.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// The same question with other words: what was raised stays so.
    pub fn reword(&mut self, rule: Rule) {
        self.rule = rule;
    }

    /// It was raised at this object in an earlier life, and it was known then how it goes on, or not.
    pub fn restore(&mut self, object: Object, raised_at: Micros, is_unknown: bool) {
        self.rows.insert(object, Machine::raised(raised_at, is_unknown));
    }

    /// Takes a reading of an object that holds from `at` on.
    pub fn feed(&mut self, object: &Object, at: Micros, reading: &Reading, turns: &mut Vec<Turn>) {
        let Self { rule, rows, refused } = self;
        let question = question(rule);
        if let Some(machine) = rows.get_mut(object) {
            machine.feed(question, at, reading, turns);
            if machine.is_quiet() {
                rows.remove(object);
            }
            return;
        }
        // Nothing is remembered of what is well.
        if rule.condition.judge(reading) != Verdict::Bad {
            return;
        }
        if rows.len() >= ROWS_MAX {
            *refused += 1;
            return;
        }
        let mut machine = Machine::new();
        machine.feed(question, at, reading, turns);
        if !machine.is_quiet() {
            rows.insert(object.clone(), machine);
        }
    }

    /// What was told last of these objects has held until then.
    pub fn advance(&mut self, until: impl Fn(&Object) -> Option<Micros>, turns: &mut Vec<(Object, Turn)>) {
        let mut own = Vec::new();
        self.rows.retain(|object, machine| {
            if let Some(at) = until(object) {
                machine.advance(at, &mut own);
                turns.extend(own.drain(..).map(|turn| (object.clone(), turn)));
            }
            !machine.is_quiet()
        });
    }

    /// Forgets an object; answers since when it was raised, if it was.
    pub fn withdraw(&mut self, object: &Object) -> Option<Micros> {
        self.rows.remove(object)?.raised_at()
    }

    /// Whether something is remembered of an object, but nothing is known of it at present.
    pub fn is_unknown(&self, object: &Object) -> bool {
        self.rows.get(object).is_some_and(Machine::is_unknown)
    }

    /// Objects of which something is remembered.
    pub fn rows(&self) -> impl Iterator<Item = (&Object, &Machine)> {
        self.rows.iter()
    }

    /// How often an object found no room.
    pub fn refused(&self) -> u64 {
        self.refused
    }
}

fn question(rule: &Rule) -> Question<'_> {
    Question {
        condition: &rule.condition,
        raise_after: Micros::from_secs(i64::from(rule.for_s)),
        clear_after: Micros::from_secs(i64::from(rule.clear_for_s)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::Condition;
    use crate::rule::tests::rule;
    use model::ObjectType;

    fn queue(id: &str) -> Object {
        Object::new(ObjectType::Queue, id)
    }

    #[test]
    fn each_object_has_a_clock_of_its_own_and_nothing_is_kept_of_what_is_well() {
        let condition = Condition::Above { raise: 10.0, clear: None };
        let mut desk = Desk::new(Rule { condition, for_s: 30, ..rule() });
        let (mut turns, second) = (Vec::new(), Micros::from_secs);
        desk.feed(&queue("a"), second(100), &Reading::Number(11.0), &mut turns);
        desk.feed(&queue("b"), second(100), &Reading::Number(1.0), &mut turns);
        desk.feed(&queue("c"), second(110), &Reading::Number(12.0), &mut turns);
        assert_eq!(desk.rows().count(), 2);
        let mut told = Vec::new();
        desk.advance(|_| Some(second(135)), &mut told);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, queue("a"));
        assert_eq!(desk.withdraw(&queue("a")), Some(second(130)));
        assert_eq!(desk.withdraw(&queue("c")), None);
        assert_eq!(desk.rows().count(), 0);
    }

    #[test]
    fn there_is_a_bound_and_what_it_refuses_is_counted() {
        let mut desk = Desk::new(Rule { condition: Condition::Equal { to: 1.0 }, ..rule() });
        let mut turns = Vec::new();
        for index in 0..=ROWS_MAX {
            desk.feed(&queue(&index.to_string()), Micros(1), &Reading::Number(1.0), &mut turns);
        }
        assert_eq!((turns.len(), desk.refused()), (ROWS_MAX, 1));
    }
}
