//! Formulas: columns of a table that are computed from its other columns.
//!
//! The language is a part of CEL (docs/protocol-stream.md, *Formulas*): numbers, `+ - * /`, comparisons, `&& || !`,
//! `condition ? a : b`, some functions, and the names of columns. A formula is parsed and checked once, with the
//! units of what it uses; then it is a short program that is evaluated row by row without any allocation.
//!
//! # Rules
//! - **R-1** A formula sees the columns of its own row, and with `total(column)` the sum over the rows of its table.
//! - **R-2** Only what is evaluated counts: the branch of `?:` that is not taken, and the right side of `&&` and `||`
//!   where the left decides, bring neither flags nor missing values.
//! - **R-3** A column without a value leaves the formula without one, for the same reason.
//! - **R-4** An `empty` input, or a division by zero, makes the result `empty`: 0 with that flag, as statistics have
//!   it (rule Q-42).
//! - **R-5** All other flags (`invalid`, `partial`, `stale`) of what was used are those of the result.
//! - **R-6** A total leaves `empty` rows out and is `empty` when all are; it leaves rows without a value out and is
//!   then `partial`; where no row has a value, it has none.
//! - **R-7** What is too large for a number has no value. No infinity and no NaN ever leaves.
//!
//! **Invariant:** no text makes the checker panic; a checked formula takes at most [`PARTS_MAX`] steps for a row.

mod check;
mod error;
mod layout;
mod parse;
mod program;
mod total;
mod unit;

pub use error::Refused;
pub use layout::{Column, Formula, Layout};
pub use program::{Absent, Operand, Outcome};
pub use total::{Sum, Total};
pub use unit::Unit;

/// Characters of a formula.
pub const CHARS_MAX: usize = 1_000;

/// Names, numbers, operators and functions of a formula.
pub const PARTS_MAX: usize = 100;

/// The same, of all formulas of a table together.
pub const LAYOUT_PARTS_MAX: usize = 400;

/// How deep a formula may be nested.
pub const DEPTH_MAX: usize = 32;

/// Quality of a value, as bits (contracts, part 7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub u8);

impl Flags {
    /// Nothing was there to compute it from.
    pub const EMPTY: Self = Self(1);
    /// A part of it is missing.
    pub const PARTIAL: Self = Self(4);

    /// Both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Without those of `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of `other` is set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}
