//! What is held back for a slow browser: deltas merged into one, or the wish for a snapshot.

use std::collections::{BTreeMap, BTreeSet};
use wire::stream::{Cell, Delta, Row, Shared};

/// Cells of a merged delta; beyond that a snapshot is smaller.
const CELLS_MAX: usize = 20_000;

/// What is held back of one table.
#[derive(Default)]
pub(super) struct HoldBack {
    state: State,
}

#[derive(Default)]
enum State {
    #[default]
    Nothing,
    /// A snapshot that found no room, without anything after it.
    Snapshot(Shared),
    /// Deltas.
    Merged(Box<Merged>),
    /// Too much has been missed: a snapshot must be asked for.
    Missed,
    /// It has been asked for: deltas before it mean nothing.
    Asked,
}

struct Merged {
    first: u64,
    last: Delta,
    set: BTreeMap<(u32, u16), Cell>,
    new: BTreeMap<u32, Row>,
    gone: BTreeSet<u32>,
}

/// What goes out now.
pub(super) enum Held {
    Nothing,
    Frame(Shared),
    Resync,
}

impl HoldBack {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self.state, State::Nothing)
    }

    /// Holds a frame back; `merge` if the browser understands merged deltas.
    pub(super) fn hold(&mut self, shared: Shared, merge: bool) {
        let Some(delta) = shared.delta() else {
            // A snapshot makes void what was held before.
            self.state = State::Snapshot(shared);
            return;
        };
        self.state = match std::mem::take(&mut self.state) {
            State::Nothing if merge => State::Merged(Box::new(Merged::of(delta))),
            State::Merged(mut merged) if merged.follows(delta) => {
                merged.add(delta);
                if merged.weight() > CELLS_MAX { State::Missed } else { State::Merged(merged) }
            }
            State::Asked => State::Asked,
            _ => State::Missed,
        };
    }

    /// A snapshot must be asked for, again.
    pub(super) fn resync(&mut self) {
        self.state = State::Missed;
    }

    /// What goes out, now that there is room.
    pub(super) fn release(&mut self) -> Held {
        match std::mem::take(&mut self.state) {
            State::Nothing => Held::Nothing,
            State::Snapshot(shared) => Held::Frame(shared),
            State::Merged(merged) => Held::Frame(Shared::from(merged.whole())),
            State::Missed => {
                self.state = State::Asked;
                Held::Resync
            }
            State::Asked => {
                self.state = State::Asked;
                Held::Nothing
            }
        }
    }
}

impl Merged {
    fn of(delta: &Delta) -> Self {
        let last = Delta { generation: delta.generation, ..Delta::default() };
        let (set, new, gone) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        let mut merged = Self { first: delta.seq, last, set, new, gone };
        merged.add(delta);
        merged
    }

    fn follows(&self, delta: &Delta) -> bool {
        delta.generation == self.last.generation && delta.seq == self.last.seq + 1
    }

    fn add(&mut self, delta: &Delta) {
        for row in &delta.gone {
            self.set.retain(|(set, _), _| set != row);
            self.new.remove(row);
            self.gone.insert(*row);
        }
        for row in &delta.new {
            self.set.retain(|(set, _), _| *set != row.row);
            self.new.insert(row.row, row.clone());
        }
        for (row, column, cell) in &delta.set {
            match self.new.get_mut(row).and_then(|row| row.cells.get_mut(usize::from(*column))) {
                Some(held) => *held = cell.clone(),
                None => drop(self.set.insert((*row, *column), cell.clone())),
            }
        }
        (self.last.seq, self.last.at) = (delta.seq, delta.at);
        self.last.visible = delta.visible.or(self.last.visible);
    }

    fn weight(&self) -> usize {
        self.set.len() + self.new.values().map(|row| row.cells.len()).sum::<usize>()
    }

    fn whole(self) -> Delta {
        Delta {
            from: (self.first < self.last.seq).then_some(self.first),
            set: self.set.into_iter().map(|((row, column), cell)| (row, column, cell)).collect(),
            new: self.new.into_values().collect(),
            gone: self.gone.into_iter().collect(),
            ..self.last
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::time::Micros;
    use wire::stream::{Flags, Snapshot, Value};

    fn cell(value: f64) -> Cell {
        Cell { v: Value::Number(value), at: Micros(1), flags: Flags::default(), reason: None }
    }

    fn delta(seq: u64, set: Vec<(u32, u16, Cell)>) -> Shared {
        Shared::from(Delta { generation: 1, seq, at: Micros(seq as i64), set, ..Delta::default() })
    }

    #[test]
    fn the_latest_of_each_cell_goes_out_once() {
        let mut hold = HoldBack::default();
        hold.hold(delta(5, vec![(0, 0, cell(1.0)), (1, 0, cell(1.0))]), true);
        hold.hold(delta(6, vec![(0, 0, cell(2.0))]), true);
        let Held::Frame(frame) = hold.release() else { panic!("a frame") };
        let merged = frame.delta().unwrap();
        assert_eq!((merged.from, merged.seq, merged.at), (Some(5), 6, Micros(6)));
        assert_eq!(merged.set, [(0, 0, cell(2.0)), (1, 0, cell(1.0))]);
        assert!(hold.is_empty());
    }

    #[test]
    fn a_browser_that_does_not_merge_asks_for_one_snapshot_and_waits_for_it() {
        let mut hold = HoldBack::default();
        hold.hold(delta(5, vec![]), false);
        assert!(matches!(hold.release(), Held::Resync));
        hold.hold(delta(6, vec![]), false);
        assert!(matches!(hold.release(), Held::Nothing), "it has been asked for");
        hold.hold(Shared::from(Snapshot { generation: 1, seq: 6, ..Snapshot::default() }), false);
        assert!(matches!(hold.release(), Held::Frame(_)));
        assert!(hold.is_empty());
    }

    #[test]
    fn what_grows_too_large_is_given_up_for_a_snapshot() {
        let mut hold = HoldBack::default();
        for seq in 0..30 {
            let rows = (seq as u32 * 1_000)..(seq as u32 * 1_000 + 1_000);
            hold.hold(delta(seq, rows.map(|row| (row, 0, cell(1.0))).collect()), true);
        }
        assert!(matches!(hold.release(), Held::Resync));
    }

    #[test]
    fn rows_that_came_and_went_meanwhile_end_as_they_are() {
        let row = |row: u32, value: f64| Row {
            row,
            object: "q".into(),
            object_type: model::ObjectType::Queue,
            name: "q".into(),
            groups: vec![],
            cells: vec![cell(value)],
        };
        let mut hold = HoldBack::default();
        let first = Delta { generation: 1, seq: 1, new: vec![row(7, 1.0), row(8, 1.0)], ..Delta::default() };
        hold.hold(Shared::from(first), true);
        hold.hold(delta(2, vec![(7, 0, cell(2.0))]), true);
        hold.hold(Shared::from(Delta { generation: 1, seq: 3, gone: vec![8], ..Delta::default() }), true);
        let Held::Frame(frame) = hold.release() else { panic!("a frame") };
        let merged = frame.delta().unwrap();
        assert_eq!((&merged.new, &merged.gone, merged.set.len()), (&vec![row(7, 2.0)], &vec![8], 0));
    }
}
