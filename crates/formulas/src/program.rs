//! A checked formula: a short program on a small stack.

use crate::{Flags, Total};

/// Numbers that wait at once while a formula is evaluated.
pub(crate) const STACK_MAX: usize = 32;

/// What a column holds in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operand<'a> {
    /// A number and its quality.
    Number(f64, Flags),
    /// A status and its quality.
    Text(&'a str, Flags),
    /// Nothing, and with what quality.
    Missing(Flags),
}

/// Why a formula has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// This column has none in this row (rule R-3).
    Column(usize),
    /// This column has none in any row (rule R-6).
    Total(usize),
    /// It is too large for a number (rule R-7).
    Overflow,
}

/// The value of a formula in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// A finite number, or why there is none.
    pub value: Result<f64, Absent>,
    /// Its quality.
    pub flags: Flags,
}

/// One step. Truth is 1, falsehood 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    Number(f64),
    Column(u16),
    /// The sum of a column.
    Total(u16),
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Minimum,
    Maximum,
    Absolute,
    /// To that many digits after the point, halves away from zero.
    Round(u8),
    Less,
    LessOrEqual,
    Equal,
    Not,
    /// The status in a column is this text.
    Is(u16, u16),
    /// The statuses in two columns are the same.
    Same(u16, u16),
    /// Goes there if the number on top, which is taken, is false.
    Unless(u16),
    /// Goes there.
    Jump(u16),
    /// Goes there if the number on top is true; else takes it.
    Or(u16),
    /// Goes there if the number on top is false; else takes it.
    And(u16),
}

/// The steps, and the texts that they compare with.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Program {
    pub(crate) steps: Vec<Step>,
    pub(crate) texts: Vec<String>,
}

/// What an evaluation has come across.
struct Found {
    flags: Flags,
    overflow: bool,
}

impl Found {
    /// A result of arithmetic: what is no number any more is remembered, and computing goes on with 0 so that all that
    /// is used is seen.
    fn finite(&mut self, value: f64) -> f64 {
        if value.is_finite() {
            return value;
        }
        self.overflow = true;
        0.0
    }

    fn divide(&mut self, a: f64, b: f64) -> f64 {
        if b == 0.0 {
            self.flags = self.flags.with(Flags::EMPTY);
            return 0.0;
        }
        self.finite(a / b)
    }
}

impl Program {
    /// Evaluates one row. `row` gives the columns by number, `totals` their sums, for columns whose total is used.
    pub(crate) fn evaluate<'a>(
        &self,
        row: &impl Fn(usize) -> Operand<'a>,
        totals: &impl Fn(usize) -> Total,
    ) -> Outcome {
        let mut found = Found { flags: Flags::default(), overflow: false };
        match self.run(row, totals, &mut found) {
            Err(absent) => Outcome { value: Err(absent), flags: found.flags.without(Flags::EMPTY) },
            Ok(_) if found.overflow => {
                Outcome { value: Err(Absent::Overflow), flags: found.flags.without(Flags::EMPTY) }
            }
            Ok(_) if found.flags.has(Flags::EMPTY) => Outcome { value: Ok(0.0), flags: found.flags },
            // -0 is 0.
            Ok(value) => Outcome { value: Ok(value + 0.0), flags: found.flags },
        }
    }

    fn run<'a>(
        &self,
        row: &impl Fn(usize) -> Operand<'a>,
        totals: &impl Fn(usize) -> Total,
        found: &mut Found,
    ) -> Result<f64, Absent> {
        let mut stack = Stack { numbers: [0.0; STACK_MAX], top: 0 };
        let text = |column: u16, found: &mut Found| match row(usize::from(column)) {
            Operand::Text(text, flags) => {
                found.flags = found.flags.with(flags);
                Ok(text)
            }
            Operand::Number(_, flags) | Operand::Missing(flags) => {
                found.flags = found.flags.with(flags);
                Err(Absent::Column(column.into()))
            }
        };
        let mut next = 0;
        while let Some(step) = self.steps.get(next) {
            next += 1;
            match *step {
                Step::Number(number) => stack.push(number),
                Step::Column(column) => match row(usize::from(column)) {
                    Operand::Number(number, flags) => {
                        found.flags = found.flags.with(flags);
                        stack.push(found.finite(number));
                    }
                    Operand::Text(_, flags) | Operand::Missing(flags) => {
                        found.flags = found.flags.with(flags);
                        return Err(Absent::Column(column.into()));
                    }
                },
                Step::Total(column) => {
                    let Total { value, flags } = totals(usize::from(column));
                    found.flags = found.flags.with(flags);
                    let Some(value) = value else { return Err(Absent::Total(column.into())) };
                    stack.push(found.finite(value));
                }
                Step::Add => stack.two(|a, b| found.finite(a + b)),
                Step::Subtract => stack.two(|a, b| found.finite(a - b)),
                Step::Multiply => stack.two(|a, b| found.finite(a * b)),
                Step::Divide => stack.two(|a, b| found.divide(a, b)),
                Step::Minimum => stack.two(f64::min),
                Step::Maximum => stack.two(f64::max),
                Step::Less => stack.two(|a, b| f64::from(u8::from(a < b))),
                Step::LessOrEqual => stack.two(|a, b| f64::from(u8::from(a <= b))),
                Step::Equal => stack.two(|a, b| f64::from(u8::from(a == b))),
                Step::Negate => stack.one(|a| -a),
                Step::Absolute => stack.one(f64::abs),
                Step::Not => stack.one(|a| 1.0 - a),
                Step::Round(digits) => stack.one(|a| found.finite(round(a, digits))),
                Step::Is(column, literal) => {
                    let same = self.texts.get(usize::from(literal)).map(String::as_str)
                        == Some(text(column, found)?);
                    stack.push(f64::from(u8::from(same)));
                }
                Step::Same(a, b) => {
                    let same = text(a, found)? == text(b, found)?;
                    stack.push(f64::from(u8::from(same)));
                }
                Step::Unless(there) => {
                    if stack.pop() == 0.0 {
                        next = usize::from(there);
                    }
                }
                Step::Jump(there) => next = usize::from(there),
                Step::Or(there) if stack.peek() != 0.0 => next = usize::from(there),
                Step::And(there) if stack.peek() == 0.0 => next = usize::from(there),
                Step::Or(_) | Step::And(_) => drop(stack.pop()),
            }
        }
        Ok(stack.pop())
    }
}

/// Halves away from zero; beyond what digits a number has, it stays as it is.
fn round(value: f64, digits: u8) -> f64 {
    let scale = 10_f64.powi(i32::from(digits));
    let scaled = value * scale;
    // From 2^53 on there is nothing after the point.
    if scaled.abs() < 9_007_199_254_740_992.0 { scaled.round() / scale } else { value }
}

/// The checker has made sure that it is deep enough, and never empty when something is taken; should it be wrong, a 0
/// is better than a panic.
struct Stack {
    numbers: [f64; STACK_MAX],
    top: usize,
}

impl Stack {
    fn push(&mut self, number: f64) {
        if let Some(place) = self.numbers.get_mut(self.top) {
            *place = number;
            self.top += 1;
        }
    }

    fn pop(&mut self) -> f64 {
        self.top = self.top.saturating_sub(1);
        self.numbers.get(self.top).copied().unwrap_or_default()
    }

    fn peek(&self) -> f64 {
        self.top.checked_sub(1).and_then(|top| self.numbers.get(top)).copied().unwrap_or_default()
    }

    fn one(&mut self, operation: impl FnOnce(f64) -> f64) {
        let a = self.pop();
        self.push(operation(a));
    }

    fn two(&mut self, operation: impl FnOnce(f64, f64) -> f64) {
        let b = self.pop();
        let a = self.pop();
        self.push(operation(a, b));
    }
}
