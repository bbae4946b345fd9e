//! Totals: sums over the rows of a table.

use crate::{Flags, Operand};

/// The sum of a column over rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Total {
    /// The sum; `None` where no row has a value.
    pub value: Option<f64>,
    /// Those of all rows that went in (rules ).
    pub flags: Flags,
}

/// A sum in the making. Rows must come in the same order each time: sums of fractions depend on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    sum: f64,
    flags: Flags,
    rows: u32,
    empty: u32,
    missing: u32,
}

impl Sum {
    /// One row more.
    pub fn add(&mut self, cell: Operand<'_>) {
        match cell {
            Operand::Number(_, flags) if flags.has(Flags::EMPTY) => {
                self.empty += 1;
                self.flags = self.flags.with(flags.without(Flags::EMPTY));
            }
            Operand::Number(value, flags) => {
                self.rows += 1;
                self.sum += value;
                self.flags = self.flags.with(flags);
            }
            Operand::Text(..) | Operand::Missing(_) => self.missing += 1,
        }
    }

    /// The sum of all rows (rule R-6).
    pub fn total(&self) -> Total {
        let mut flags = self.flags;
        if self.rows == 0 && self.empty == 0 {
            return Total { value: None, flags };
        }
        if self.rows == 0 {
            flags = flags.with(Flags::EMPTY);
        }
        if self.missing > 0 {
            flags = flags.with(Flags::PARTIAL);
        }
        Total { value: Some(self.sum), flags }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(cells: &[Operand<'_>]) -> Total {
        let mut sum = Sum::default();
        cells.iter().for_each(|cell| sum.add(*cell));
        sum.total()
    }

    const GOOD: Flags = Flags(0);

    #[test]
    fn a_row_without_a_value_makes_the_total_partial_never_silently_smaller() {
        let total = sum(&[Operand::Number(3.0, GOOD), Operand::Missing(GOOD)]);
        assert_eq!(total, Total { value: Some(3.0), flags: Flags::PARTIAL });
    }

    #[test]
    fn empty_rows_add_nothing_and_only_empty_rows_are_an_empty_total() {
        let total = sum(&[Operand::Number(3.0, GOOD), Operand::Number(0.0, Flags::EMPTY)]);
        assert_eq!(total, Total { value: Some(3.0), flags: GOOD });
        assert_eq!(sum(&[Operand::Number(0.0, Flags::EMPTY)]).flags, Flags::EMPTY);
    }

    #[test]
    fn no_rows_have_no_total() {
        assert_eq!(sum(&[]).value, None);
        assert_eq!(sum(&[Operand::Missing(GOOD)]).value, None);
    }
}
