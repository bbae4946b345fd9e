//! How many different calls go on now (CurrentDistinctNumber).

use super::{Family, Look, Number, Touch};
use crate::time::Clock;
use model::item::ConnIx;
use std::collections::BTreeMap;

/// See the module. Members without a call count each for itself (as in rule Q-41).
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls {
    pub(super) cells: Vec<BTreeMap<ConnIx, u32>>,
}

impl Calls {
    fn add(&mut self, row: usize, conn: ConnIx) {
        *self.cells[row].entry(conn).or_default() += 1;
    }

    fn take(&mut self, row: usize, conn: ConnIx) {
        if let Some(count) = self.cells[row].get_mut(&conn) {
            *count -= 1;
            if *count == 0 {
                self.cells[row].remove(&conn);
            }
        }
    }
}

impl Family for Calls {
    type Cell = BTreeMap<ConnIx, u32>;

    fn cells(&mut self) -> &mut Vec<BTreeMap<ConnIx, u32>> {
        &mut self.cells
    }

    fn blank(&self) -> BTreeMap<ConnIx, u32> {
        BTreeMap::new()
    }

    fn began(&mut self, row: usize, touch: &Touch, _: &Clock) {
        if touch.main {
            self.add(row, touch.conn);
        }
    }

    fn ended(&mut self, row: usize, touch: &Touch, _: &Clock) {
        if touch.main {
            self.take(row, touch.conn);
        }
    }

    fn moved(&mut self, row: usize, from: &Touch, to: ConnIx) {
        if from.main {
            self.take(row, from.conn);
            self.add(row, to);
        }
    }

    fn read(&self, row: usize, _: &mut Look<'_>) -> Number {
        let cell = &self.cells[row];
        let loose = cell.get(&ConnIx::NONE).copied().unwrap_or(0);
        let calls = cell.len() - usize::from(loose > 0);
        Number::plain(calls as i64 + i64::from(loose))
    }

    fn ticks(&self, _: usize, _: bool) -> bool {
        false
    }
}
