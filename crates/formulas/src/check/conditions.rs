//! Comparisons, and what hangs on them.

use super::{Checker, Kind, State, Typed, mixed};
use crate::Refused;
use crate::parse::{Call, Node, Tree};
use crate::program::Step;

impl Checker<'_> {
    pub(super) fn compare(
        &mut self,
        tree: &Tree,
        a: &Tree,
        b: &Tree,
        steps: &[Step],
    ) -> Result<Typed, Refused> {
        let (left, x) = self.number(a)?;
        let (right, y) = self.number(b)?;
        if left.common(right).is_none() {
            return Err(mixed(tree, (a, left), (b, right)));
        }
        let height = self.height - 1;
        steps.iter().for_each(|step| self.emit(*step, height));
        Ok(Typed { kind: Kind::Truth, adds_up: true, constant: x.constant && y.constant })
    }

    /// Equality of numbers, of conditions, and of a status with a text or another status.
    pub(super) fn equal(&mut self, tree: &Tree, a: &Tree, b: &Tree, then: &[Step]) -> Result<Typed, Refused> {
        let step = match (self.status(a)?, self.status(b)?) {
            (Some(a), Some(b)) => Some(Step::Same(a, b)),
            (Some(column), None) => Some(self.is(column, b)?),
            (None, Some(column)) => Some(self.is(column, a)?),
            (None, None) => None,
        };
        let mut typed = match step {
            Some(step) => {
                self.emit(step, self.height + 1);
                Typed { kind: Kind::Truth, adds_up: true, constant: false }
            }
            None if is_condition(a) && is_condition(b) => {
                let (x, y) = (self.truth(a)?, self.truth(b)?);
                self.emit(Step::Equal, self.height - 1);
                Typed { kind: Kind::Truth, adds_up: true, constant: x.constant && y.constant }
            }
            None => self.compare(tree, a, b, &[Step::Equal])?,
        };
        for step in then {
            self.emit(*step, self.height);
        }
        typed.kind = Kind::Truth;
        Ok(typed)
    }

    /// The column, if the part is the name of one with statuses.
    pub(super) fn status(&self, tree: &Tree) -> Result<Option<u16>, Refused> {
        let Node::Name(name) = &tree.node else { return Ok(None) };
        let (column, state) = self.find(name, tree.at)?;
        Ok(matches!(state, State::Text).then_some(column))
    }

    pub(super) fn is(&mut self, column: u16, other: &Tree) -> Result<Step, Refused> {
        let Node::Text(text) = &other.node else {
            let cause = "a status can only be compared with a text in quotes, or with another status";
            return Err(Refused::new(&other.word, other.at, cause));
        };
        self.program.texts.push(text.clone());
        Ok(Step::Is(column, (self.program.texts.len() - 1) as u16))
    }

    pub(super) fn both(&mut self, a: &Tree, b: &Tree, step: fn(u16) -> Step) -> Result<Typed, Refused> {
        let x = self.truth(a)?;
        let leap = self.leap(self.height - 1);
        let y = self.truth(b)?;
        self.land(leap, step);
        Ok(Typed { constant: x.constant && y.constant, ..x })
    }

    pub(super) fn choose(
        &mut self,
        tree: &Tree,
        condition: &Tree,
        one: &Tree,
        other: &Tree,
    ) -> Result<Typed, Refused> {
        let decides = self.truth(condition)?;
        let otherwise = self.leap(self.height - 1);
        let before = self.height;
        let (left, x) = self.number(one)?;
        let end = self.leap(before);
        self.land(otherwise, Step::Unless);
        let (right, y) = self.number(other)?;
        self.land(end, Step::Jump);
        let unit = left.common(right).ok_or_else(|| mixed(tree, (one, left), (other, right)))?;
        let constant = decides.constant && x.constant && y.constant;
        Ok(Typed { kind: Kind::Number(unit), adds_up: x.adds_up && y.adds_up, constant })
    }
}

/// Whether a part is a condition, as far as its outside tells.
fn is_condition(tree: &Tree) -> bool {
    match &tree.node {
        Node::Truth(_) => true,
        Node::Call(call, _) => matches!(
            call,
            Call::Less
                | Call::LessOrEqual
                | Call::Greater
                | Call::GreaterOrEqual
                | Call::Equal
                | Call::NotEqual
                | Call::And
                | Call::Or
                | Call::Not
        ),
        _ => false,
    }
}
