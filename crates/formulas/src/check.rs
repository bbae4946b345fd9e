//! From a tree to a program: names, types and units, once.

use crate::Refused;
use crate::parse::{Call, Node, Tree};
use crate::program::{Program, STACK_MAX, Step};
use crate::unit::Unit;

mod arithmetic;
mod conditions;

/// A column as formulas may use it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) state: State,
}

/// What is known of a column.
#[derive(Clone, Copy, Debug)]
pub(crate) enum State {
    /// It has numbers; `adds_up` if their sum over rows means something.
    Number { unit: Unit, adds_up: bool },
    /// It has statuses.
    Text,
    /// It is refused itself.
    Refused,
}

/// A formula that may be evaluated.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub(crate) program: Program,
    pub(crate) unit: Unit,
    pub(crate) adds_up: bool,
}

/// What a part of a formula gives.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Typed {
    kind: Kind,
    /// Summing it over rows means something.
    adds_up: bool,
    /// It is the same for all rows.
    constant: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Number(Unit),
    Truth,
}

/// The one column of that name, without regard to case (as rule L-1 for statistics).
///
/// # Errors
/// If there is none, or more than one.
pub(crate) fn find<'a>(
    names: impl Iterator<Item = &'a str> + Clone,
    name: &str,
    at: usize,
) -> Result<usize, Refused> {
    let mut found = names.clone().enumerate().filter(|(_, known)| known.eq_ignore_ascii_case(name));
    match (found.next(), found.next()) {
        (Some((column, _)), None) => Ok(column),
        (Some(_), Some(_)) => {
            Err(Refused::new(name, at, "more than one column has this name; give one of them a 'name'"))
        }
        (None, _) => {
            let mut known: Vec<&str> = names.collect();
            known.sort_unstable();
            known.dedup();
            let some = known.iter().take(8).copied().collect::<Vec<_>>().join(", ");
            let more = if known.len() > 8 { " …" } else { "" };
            let cause = format!("no column of this table has this name; there are {some}{more}");
            Err(Refused::new(name, at, cause))
        }
    }
}

/// Checks a formula against the columns of its table.
///
/// # Errors
/// The first part that means nothing.
pub(crate) fn check(tree: &Tree, columns: &[Known]) -> Result<Checked, Refused> {
    let mut checker = Checker { columns, program: Program::default(), height: 0, highest: 0 };
    let typed = checker.part(tree)?;
    let Kind::Number(unit) = typed.kind else {
        let cause = "gives true or false, but a column needs a number; write condition ? 1 : 0";
        return Err(Refused::new(&tree.word, tree.at, cause));
    };
    if checker.highest > STACK_MAX {
        let cause = "too much of it waits at once; give a part of it a column of its own";
        return Err(Refused::new(&tree.word, tree.at, cause));
    }
    Ok(Checked {
        program: checker.program,
        unit,
        adds_up: typed.adds_up && unit.adds_up() && !typed.constant,
    })
}

struct Checker<'a> {
    columns: &'a [Known],
    program: Program,
    /// Numbers that wait on the stack, and how many there were at most.
    height: usize,
    highest: usize,
}

impl Checker<'_> {
    fn emit(&mut self, step: Step, height: usize) {
        self.program.steps.push(step);
        self.height = height;
        self.highest = self.highest.max(height);
    }

    /// A place that is filled in by [`Self::land`].
    fn leap(&mut self, height: usize) -> usize {
        self.emit(Step::Jump(0), height);
        self.program.steps.len() - 1
    }

    fn land(&mut self, leap: usize, step: fn(u16) -> Step) {
        let there = u16::try_from(self.program.steps.len()).unwrap_or(u16::MAX);
        if let Some(place) = self.program.steps.get_mut(leap) {
            *place = step(there);
        }
    }

    fn part(&mut self, tree: &Tree) -> Result<Typed, Refused> {
        match &tree.node {
            Node::Number(number) => self.constant(*number, Kind::Number(Unit::Plain)),
            Node::Truth(truth) => self.constant(f64::from(u8::from(*truth)), Kind::Truth),
            Node::Text(text) => {
                let cause = format!("a text can only be compared with a status: status == \"{text}\"");
                Err(Refused::new(&tree.word, tree.at, cause))
            }
            Node::Name(name) => self.column(name, tree),
            Node::Call(call, arguments) => self.call(*call, arguments, tree),
        }
    }

    fn constant(&mut self, number: f64, kind: Kind) -> Result<Typed, Refused> {
        self.emit(Step::Number(number), self.height + 1);
        Ok(Typed { kind, adds_up: true, constant: true })
    }

    fn find(&self, name: &str, at: usize) -> Result<(u16, State), Refused> {
        let column = find(self.columns.iter().map(|column| column.name.as_str()), name, at)?;
        let state = self.columns.get(column).map_or(State::Refused, |column| column.state);
        if let State::Refused = state {
            return Err(Refused::new(name, at, "this column is refused itself; mend it first"));
        }
        Ok((column as u16, state))
    }

    fn column(&mut self, name: &str, tree: &Tree) -> Result<Typed, Refused> {
        let (column, state) = self.find(name, tree.at)?;
        let State::Number { unit, adds_up } = state else {
            let cause = format!("is a status, not a number; compare it: {name} == \"…\" ? 1 : 0");
            return Err(Refused::new(name, tree.at, cause));
        };
        self.emit(Step::Column(column), self.height + 1);
        Ok(Typed { kind: Kind::Number(unit), adds_up, constant: false })
    }

    fn call(&mut self, call: Call, arguments: &[Tree], tree: &Tree) -> Result<Typed, Refused> {
        match (call, arguments) {
            (Call::Add, [a, b]) => self.two(tree, a, b, Step::Add, Unit::common),
            (Call::Subtract, [a, b]) => self.two(tree, a, b, Step::Subtract, Unit::common),
            (Call::Multiply, [a, b]) => self.product(tree, a, b),
            (Call::Divide, [a, b]) => self.quotient(tree, a, b),
            (Call::Minimum, arguments) => self.fold(tree, arguments, Step::Minimum),
            (Call::Maximum, arguments) => self.fold(tree, arguments, Step::Maximum),
            (Call::Less, [a, b]) => self.compare(tree, a, b, &[Step::Less]),
            (Call::LessOrEqual, [a, b]) => self.compare(tree, a, b, &[Step::LessOrEqual]),
            (Call::Greater, [a, b]) => self.compare(tree, a, b, &[Step::LessOrEqual, Step::Not]),
            (Call::GreaterOrEqual, [a, b]) => self.compare(tree, a, b, &[Step::Less, Step::Not]),
            (Call::Equal, [a, b]) => self.equal(tree, a, b, &[]),
            (Call::NotEqual, [a, b]) => self.equal(tree, a, b, &[Step::Not]),
            (Call::And, [a, b]) => self.both(a, b, Step::And),
            (Call::Or, [a, b]) => self.both(a, b, Step::Or),
            (Call::Not, [a]) => {
                let typed = self.truth(a)?;
                self.emit(Step::Not, self.height);
                Ok(typed)
            }
            (Call::Choose, [condition, one, other]) => self.choose(tree, condition, one, other),
            (Call::Negate, [a]) => self.one(a, Step::Negate),
            (Call::Absolute, [a]) => {
                let typed = self.one(a, Step::Absolute)?;
                Ok(Typed { adds_up: false, ..typed })
            }
            (Call::Round, [a]) => self.one(a, Step::Round(0)),
            (Call::Round, [a, digits]) => self.round(a, digits),
            (Call::Percent, [part, whole]) => self.percent(tree, part, whole),
            (Call::Share, [a]) => self.share(tree, a),
            (Call::Total, [Tree { node: Node::Name(name), at, .. }]) => self.total(name, *at),
            (Call::Total, _) => {
                let cause = "takes the name of a column; give what is to be added a column of its own";
                Err(Refused::new(&tree.word, tree.at, cause))
            }
            _ => Err(Refused::new(&tree.word, tree.at, "has too few or too many arguments")),
        }
    }

    /// A part that must be a number.
    fn number(&mut self, tree: &Tree) -> Result<(Unit, Typed), Refused> {
        let typed = self.part(tree)?;
        match typed.kind {
            Kind::Number(unit) => Ok((unit, typed)),
            Kind::Truth => {
                let cause = "gives true or false where a number is needed; write (condition ? 1 : 0)";
                Err(Refused::new(&tree.word, tree.at, cause))
            }
        }
    }

    /// A part that must be a condition.
    fn truth(&mut self, tree: &Tree) -> Result<Typed, Refused> {
        let typed = self.part(tree)?;
        match typed.kind {
            Kind::Truth => Ok(typed),
            Kind::Number(_) => {
                let cause = "is a number where a condition is needed; compare it, for instance with > 0";
                Err(Refused::new(&tree.word, tree.at, cause))
            }
        }
    }
}

fn mixed(tree: &Tree, (a, left): (&Tree, Unit), (b, right): (&Tree, Unit)) -> Refused {
    let cure = match (left, right) {
        (Unit::Percent, _) | (_, Unit::Percent) => {
            "; share(percentage) is a ratio, percent(part, whole) a percentage"
        }
        (Unit::Seconds | Unit::PerSecond, _) | (_, Unit::Seconds | Unit::PerSecond) => {
            "; divide a time by a time, or by a number, first"
        }
        _ => "",
    };
    let cause = format!("{left} ('{}') and {right} ('{}') do not go together{cure}", a.word, b.word);
    Refused::new(&tree.word, tree.at, cause)
}
