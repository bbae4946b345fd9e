//! All formulas of one table: names, cycles, order, totals.

use crate::check::{self, Checked, Known, State, check};
use crate::parse::{Call, Node, Tree, parse};
use crate::program::{Outcome, Program, Step};
use crate::unit::Unit;
use crate::{LAYOUT_PARTS_MAX, Operand, Refused, Total};
use std::collections::BTreeSet;

/// A column of a table.
#[derive(Clone, Debug)]
pub enum Column<'a> {
    /// Computed elsewhere.
    Statistic {
        /// What formulas call it.
        name: &'a str,
        /// Its unit; `None` for statuses.
        unit: Option<Unit>,
        /// Whether the sum of its rows means something: true of numbers and total times, false of averages, shares
        /// and extremes.
        adds_up: bool,
    },
    /// Computed from other columns.
    Formula {
        /// What other formulas call it.
        name: &'a str,
        /// The formula.
        text: &'a str,
        /// What its unit is said to be; else what it comes to.
        unit: Option<&'a str>,
    },
}

impl Column<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Statistic { name, .. } | Self::Formula { name, .. } => name,
        }
    }
}

/// A formula that is evaluated.
#[derive(Clone, Debug)]
pub struct Formula {
    column: usize,
    unit: Unit,
    program: Program,
    inputs: Vec<usize>,
    totals: Vec<usize>,
}

impl Formula {
    /// The number of its column.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The unit of its values.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The columns of the same row that it uses, in rising order.
    pub fn inputs(&self) -> &[usize] {
        &self.inputs
    }

    /// The columns whose totals it uses, in rising order.
    pub fn totals(&self) -> &[usize] {
        &self.totals
    }

    /// Its value in a row. `row` gives [`Self::inputs`] by number, `totals` the sums of [`Self::totals`].
    pub fn evaluate<'a>(
        &self,
        row: &impl Fn(usize) -> Operand<'a>,
        totals: &impl Fn(usize) -> Total,
    ) -> Outcome {
        self.program.evaluate(row, totals)
    }
}

/// The formulas of a table, checked.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    formulas: Vec<Formula>,
    refused: Vec<(usize, Refused)>,
}

/// A formula that could be read.
struct Read {
    column: usize,
    tree: Tree,
    /// Columns that it names, with word and place.
    names: Vec<(usize, String, usize)>,
}

impl Layout {
    /// Checks all formulas among the columns of a table. Those that are refused are left out, with those that use them.
    pub fn new(columns: &[Column<'_>]) -> Self {
        let mut layout = Self::default();
        let mut known: Vec<Known> = columns
            .iter()
            .map(|column| {
                let state = match column {
                    Column::Statistic { unit: Some(unit), adds_up, .. } => {
                        State::Number { unit: *unit, adds_up: *adds_up && unit.adds_up() }
                    }
                    Column::Statistic { unit: None, .. } => State::Text,
                    Column::Formula { .. } => State::Refused,
                };
                Known { name: column.name().to_owned(), state }
            })
            .collect();
        let mut waiting = Vec::new();
        let mut parts = 0;
        for (column, kind) in columns.iter().enumerate() {
            let Column::Formula { name, text, .. } = kind else { continue };
            match read(column, name, text, &known, &mut parts) {
                Ok(read) => waiting.push(read),
                Err(refused) => layout.refused.push((column, refused)),
            }
        }
        for (column, refused) in cycles(&waiting, &known) {
            waiting.retain(|read| read.column != column);
            layout.refused.push((column, refused));
        }
        // Without cycles, each round finishes at least one: those whose formulas are all decided.
        while !waiting.is_empty() {
            let undecided: BTreeSet<usize> = waiting.iter().map(|read| read.column).collect();
            let is_ready = |read: &Read| read.names.iter().all(|(used, ..)| !undecided.contains(used));
            let Some(place) = waiting.iter().position(is_ready) else { break };
            let Read { column, tree, .. } = waiting.remove(place);
            match decide(&columns[column], &tree, &known) {
                Ok(Checked { program, unit, adds_up }) => {
                    known[column].state = State::Number { unit, adds_up };
                    layout.formulas.push(Formula::new(column, unit, program));
                }
                Err(refused) => layout.refused.push((column, refused)),
            }
        }
        layout.refused.sort_by_key(|(column, _)| *column);
        layout
    }

    /// Those that may be evaluated; each after those that it uses.
    pub fn formulas(&self) -> &[Formula] {
        &self.formulas
    }

    /// Columns that are refused, and why.
    pub fn refused(&self) -> &[(usize, Refused)] {
        &self.refused
    }
}

impl Formula {
    fn new(column: usize, unit: Unit, program: Program) -> Self {
        let (mut inputs, mut totals) = (BTreeSet::new(), BTreeSet::new());
        for step in &program.steps {
            match *step {
                Step::Column(used) | Step::Is(used, _) => drop(inputs.insert(usize::from(used))),
                Step::Same(a, b) => inputs.extend([usize::from(a), usize::from(b)]),
                Step::Total(used) => drop(totals.insert(usize::from(used))),
                _ => {}
            }
        }
        let (inputs, totals) = (inputs.into_iter().collect(), totals.into_iter().collect());
        Self { column, unit, program, inputs, totals }
    }
}

/// Reads a formula and finds the columns that it names.
fn read(column: usize, name: &str, text: &str, known: &[Known], parts: &mut usize) -> Result<Read, Refused> {
    let names = || known.iter().map(|known| known.name.as_str());
    if names().filter(|other| other.eq_ignore_ascii_case(name)).count() > 1 {
        return Err(Refused::new(
            name,
            1,
            "another column has the name of this formula; give it another 'name'",
        ));
    }
    let tree = parse(text)?;
    let mut used = Vec::new();
    let size = collect(&tree, &mut used);
    *parts += size;
    if *parts > LAYOUT_PARTS_MAX {
        let cause = format!("the formulas of one table have at most {LAYOUT_PARTS_MAX} parts together");
        return Err(Refused::new(name, 1, cause));
    }
    let find = |(name, at): (String, usize)| Ok((check::find(names(), &name, at)?, name, at));
    let names = used.into_iter().map(find).collect::<Result<Vec<_>, Refused>>()?;
    Ok(Read { column, tree, names })
}

/// The names in a tree; answers how many parts it has.
fn collect(tree: &Tree, names: &mut Vec<(String, usize)>) -> usize {
    match &tree.node {
        Node::Name(name) => {
            names.push((name.clone(), tree.at));
            1
        }
        Node::Call(call, arguments) => {
            // A percentage is three steps.
            let own = if matches!(call, Call::Percent | Call::Share) { 3 } else { 1 };
            own + arguments.iter().map(|argument| collect(argument, names)).sum::<usize>()
        }
        _ => 1,
    }
}

/// Formulas that use themselves, directly or through others, also through totals.
fn cycles(waiting: &[Read], known: &[Known]) -> Vec<(usize, Refused)> {
    let uses = |column: usize| waiting.iter().find(|read| read.column == column);
    let mut refused = Vec::new();
    for start in waiting {
        // The shortest way from the formula back to itself, breadth first.
        let mut ways: Vec<Vec<usize>> = vec![vec![start.column]];
        let mut seen = BTreeSet::new();
        let mut next = 0;
        'search: while let Some(way) = ways.get(next).cloned() {
            next += 1;
            let Some(read) = way.last().and_then(|column| uses(*column)) else { continue };
            for (used, ..) in &read.names {
                if *used == start.column {
                    refused.push((start.column, cycle(start, &way, known)));
                    break 'search;
                }
                if seen.insert(*used) {
                    ways.push([way.as_slice(), &[*used]].concat());
                }
            }
        }
    }
    refused
}

fn cycle(start: &Read, way: &[usize], known: &[Known]) -> Refused {
    let name = |column: &usize| known.get(*column).map_or("", |known| known.name.as_str());
    let own = name(&start.column);
    let first = way.get(1).unwrap_or(&start.column);
    let (word, at) = start
        .names
        .iter()
        .find(|(used, ..)| used == first)
        .map_or((own, 1), |(_, word, at)| (word.as_str(), *at));
    let mut circle: Vec<&str> = way.iter().map(name).collect();
    circle.push(own);
    let cause = format!("formulas go in a circle: {}; compute one of them otherwise", circle.join(" → "));
    Refused::new(word, at, cause)
}

/// Checks a formula and what its unit is said to be.
fn decide(column: &Column<'_>, tree: &Tree, known: &[Known]) -> Result<Checked, Refused> {
    let mut checked = check(tree, known)?;
    let Column::Formula { unit: Some(said), .. } = column else { return Ok(checked) };
    let Some(unit) = Unit::named(said) else {
        return Err(Refused::new(
            *said,
            1,
            "there is no such unit; there are count, seconds, percent, number",
        ));
    };
    if !checked.unit.may_be_called(unit) {
        let cause = format!("the formula comes to {}, which cannot be called {unit}", checked.unit);
        return Err(Refused::new(*said, 1, cause));
    }
    checked.adds_up &= unit.adds_up();
    checked.unit = unit;
    Ok(checked)
}
