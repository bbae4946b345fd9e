//! Cells of formulas: computed before each frame, where something that they use has changed.
//!
//! **Invariant:** totals are sums over the rows of this table, which are those that its viewers may see, in the order
//! of their objects: the same rows give the same bits, in whatever steps they came.

use super::{Cell, Line, Reason, Table, missing};
use formulas::{Absent, Flags, Formula, Operand, Outcome, Sum, Total};
use model::time::Micros;
use wire::stream::{self, Value};

/// The total of a column, and when the last of its cells changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Summed {
    total: Total,
    at: Micros,
}

impl Table {
    /// Brings the cells of formulas up to date with what is pending.
    pub(super) fn compute(&mut self) {
        let layout = self.layout.clone();
        if layout.formulas().is_empty() || self.pending.is_empty() {
            return;
        }
        let mut changed = self.mark();
        for formula in layout.formulas() {
            let all = self.sum_up(formula.totals(), changed);
            changed |= self.compute_column(formula, all);
        }
        for line in self.lines.values_mut() {
            line.changed = 0;
        }
    }

    /// Marks in each row which of its columns have changed; answers which have in any.
    fn mark(&mut self) -> u64 {
        if self.pending.anew {
            for line in self.lines.values_mut() {
                line.changed = u64::MAX;
            }
            return u64::MAX;
        }
        let mut changed = 0;
        for (row, column) in &self.pending.set {
            let line = self.numbers.get(row).and_then(|object| self.lines.get_mut(object));
            if let Some(line) = line {
                line.changed |= bit(usize::from(*column));
                changed |= bit(usize::from(*column));
            }
        }
        for object in &self.pending.new {
            if let Some(line) = self.lines.get_mut(object) {
                line.changed = u64::MAX;
            }
        }
        let same_rows = self.pending.new.is_empty() && self.pending.gone.is_empty();
        if same_rows { changed } else { u64::MAX }
    }

    /// Adds up those columns that have changed; answers whether any sum did.
    fn sum_up(&mut self, columns: &[usize], changed: u64) -> bool {
        let mut differs = false;
        for column in columns.iter().copied().filter(|column| changed & bit(*column) != 0) {
            let (mut sum, mut at) = (Sum::default(), Micros::ZERO);
            for cell in self.lines.values().filter_map(|line| line.cells.get(column)) {
                sum.add(operand(cell));
                at = at.max(cell.at);
            }
            let summed = Summed { total: sum.total(), at };
            let before = self.totals.insert(column, summed);
            differs |= before.is_none_or(|before| before.total != summed.total);
        }
        differs
    }

    /// Computes a formula in the rows that it concerns, or in all; answers the bit of its column if any cell changed.
    fn compute_column(&mut self, formula: &Formula, all: bool) -> u64 {
        let inputs = formula.inputs().iter().fold(0, |bits, column| bits | bit(*column));
        let index = formula.column();
        let summed = formula.totals().iter().filter_map(|column| self.totals.get(column));
        let totals_at = summed.map(|summed| summed.at).max().unwrap_or(Micros::ZERO);
        let mut changed = 0;
        for line in self.lines.values_mut() {
            if !all && line.changed & (inputs | bit(index)) == 0 {
                continue;
            }
            let row = |column: usize| line.cells.get(column).map_or(Operand::Missing(Flags(0)), operand);
            let total =
                |column: usize| self.totals.get(&column).map_or(Total::default(), |summed| summed.total);
            let outcome = formula.evaluate(&row, &total);
            let used = formula.inputs().iter().filter_map(|column| line.cells.get(*column));
            let at = used.map(|cell| cell.at).max().unwrap_or(Micros::ZERO).max(totals_at);
            // A formula of numbers alone holds from the beginning of its row.
            let at = if at == Micros::ZERO { self.at } else { at };
            let cell = cell(&outcome, at, line);
            let Some(place) = line.cells.get_mut(index) else { continue };
            if (&place.v, place.flags, place.reason) != (&cell.v, cell.flags, cell.reason) {
                *place = cell;
                line.changed |= bit(index);
                changed = bit(index);
                self.pending.set.insert((line.row, index as u16));
            }
        }
        changed
    }
}

/// A table has at most 64 columns.
fn bit(column: usize) -> u64 {
    1_u64.checked_shl(column as u32).unwrap_or(0)
}

fn operand(cell: &Cell) -> Operand<'_> {
    let flags = Flags(cell.flags.0);
    match &cell.v {
        Value::Number(number) => Operand::Number(*number, flags),
        Value::State(state) => Operand::Text(&state.status, flags),
        Value::Null => Operand::Missing(flags),
    }
}

/// The cell of what a formula comes to; where it has no value, for the reason of the cell that has none.
fn cell(outcome: &Outcome, at: Micros, line: &Line) -> Cell {
    let flags = stream::Flags(outcome.flags.0);
    let reason = match outcome.value {
        Ok(number) => return Cell { v: Value::Number(number), at, flags, reason: None },
        Err(Absent::Column(column) | Absent::Total(column)) => {
            line.cells.get(column).and_then(|cell| cell.reason).unwrap_or(Reason::NotComputable)
        }
        Err(Absent::Overflow) => Reason::NotComputable,
    };
    Cell { flags, ..missing(reason, at) }
}
