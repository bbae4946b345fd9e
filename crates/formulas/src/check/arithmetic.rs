//! Operations on numbers, and what becomes of their units.

use super::{Checker, Kind, State, Typed, mixed};
use crate::Refused;
use crate::parse::{Node, Tree};
use crate::program::Step;
use crate::unit::Unit;

impl Checker<'_> {
    pub(super) fn one(&mut self, a: &Tree, step: Step) -> Result<Typed, Refused> {
        let (_, typed) = self.number(a)?;
        self.emit(step, self.height);
        Ok(typed)
    }

    pub(super) fn two(
        &mut self,
        tree: &Tree,
        a: &Tree,
        b: &Tree,
        step: Step,
        units: fn(Unit, Unit) -> Option<Unit>,
    ) -> Result<Typed, Refused> {
        let (left, x) = self.number(a)?;
        let (right, y) = self.number(b)?;
        let unit = units(left, right).ok_or_else(|| mixed(tree, (a, left), (b, right)))?;
        self.emit(step, self.height - 1);
        let (adds_up, constant) = (x.adds_up && y.adds_up, x.constant && y.constant);
        Ok(Typed { kind: Kind::Number(unit), adds_up, constant })
    }

    /// So many times what adds up adds up; a product of two columns does not.
    pub(super) fn product(&mut self, tree: &Tree, a: &Tree, b: &Tree) -> Result<Typed, Refused> {
        let (left, x) = self.number(a)?;
        let (right, y) = self.number(b)?;
        let unit = left.times(right).ok_or_else(|| mixed(tree, (a, left), (b, right)))?;
        self.emit(Step::Multiply, self.height - 1);
        let adds_up = x.adds_up && y.adds_up && (x.constant || y.constant);
        Ok(Typed { kind: Kind::Number(unit), adds_up, constant: x.constant && y.constant })
    }

    pub(super) fn quotient(&mut self, tree: &Tree, a: &Tree, b: &Tree) -> Result<Typed, Refused> {
        let (left, x) = self.number(a)?;
        let (right, y) = self.number(b)?;
        let unit = left.over(right).ok_or_else(|| mixed(tree, (a, left), (b, right)))?;
        self.emit(Step::Divide, self.height - 1);
        let adds_up = x.adds_up && y.constant;
        Ok(Typed { kind: Kind::Number(unit), adds_up, constant: x.constant && y.constant })
    }

    pub(super) fn fold(&mut self, tree: &Tree, arguments: &[Tree], step: Step) -> Result<Typed, Refused> {
        let Some((first, rest)) = arguments.split_first() else {
            return Err(Refused::new(&tree.word, tree.at, "takes two arguments or more"));
        };
        let (mut unit, mut typed) = self.number(first)?;
        for argument in rest {
            let (other, one) = self.number(argument)?;
            unit = unit.common(other).ok_or_else(|| mixed(tree, (first, unit), (argument, other)))?;
            typed.constant &= one.constant;
            self.emit(step, self.height - 1);
        }
        // The largest of sums is not the sum of the largest.
        Ok(Typed { kind: Kind::Number(unit), adds_up: false, ..typed })
    }

    pub(super) fn round(&mut self, a: &Tree, digits: &Tree) -> Result<Typed, Refused> {
        match digits.node {
            Node::Number(number) if (0.0..=9.0).contains(&number) && number.fract() == 0.0 => {
                self.one(a, Step::Round(number as u8))
            }
            _ => {
                let cause = "the digits after the point are a number from 0 to 9";
                Err(Refused::new(&digits.word, digits.at, cause))
            }
        }
    }

    pub(super) fn percent(&mut self, tree: &Tree, part: &Tree, whole: &Tree) -> Result<Typed, Refused> {
        self.emit(Step::Number(100.0), self.height + 1);
        let (left, x) = self.number(part)?;
        self.emit(Step::Multiply, self.height - 1);
        let (right, y) = self.number(whole)?;
        self.emit(Step::Divide, self.height - 1);
        if left.common(right).is_none() {
            return Err(mixed(tree, (part, left), (whole, right)));
        }
        let constant = x.constant && y.constant;
        Ok(Typed { kind: Kind::Number(Unit::Percent), adds_up: false, constant })
    }

    pub(super) fn share(&mut self, tree: &Tree, a: &Tree) -> Result<Typed, Refused> {
        let (unit, typed) = self.number(a)?;
        if !matches!(unit, Unit::Percent | Unit::Plain) {
            let cause = format!("turns a percentage into a ratio, but '{}' is {unit}", a.word);
            return Err(Refused::new(&tree.word, tree.at, cause));
        }
        self.emit(Step::Number(100.0), self.height + 1);
        self.emit(Step::Divide, self.height - 1);
        Ok(Typed { kind: Kind::Number(Unit::Number), adds_up: false, ..typed })
    }

    pub(super) fn total(&mut self, name: &str, at: usize) -> Result<Typed, Refused> {
        let (column, state) = self.find(name, at)?;
        match state {
            State::Number { unit, adds_up: true } => {
                self.emit(Step::Total(column), self.height + 1);
                Ok(Typed { kind: Kind::Number(unit), adds_up: true, constant: true })
            }
            State::Number { unit, .. } => {
                let cause = format!(
                    "({unit}) has no total: averages, shares and extremes of rows cannot be added; \
                     divide the totals of what it is made of"
                );
                Err(Refused::new(name, at, cause))
            }
            State::Text | State::Refused => Err(Refused::new(name, at, "is a status and has no total")),
        }
    }
}
