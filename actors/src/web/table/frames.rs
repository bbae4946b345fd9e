//! Frames: what changed since the one before, and where one who comes back can go on.

use super::{
    Delta, Line, Mark, Micros, Object, Pending, Row, Shared, Snapshot, Table, WINDOW_CELLS, WINDOW_FRAMES,
};

/// How a follower goes on.
#[derive(Debug)]
pub enum Resumed {
    /// With these frames.
    Frames(Vec<Shared>),
    /// With the whole table.
    Snapshot(Shared),
}

impl Table {
    /// The next frame, if anything changed. `now` numbers a new generation.
    pub fn flush(&mut self, now: Micros) -> Option<Shared> {
        self.compute();
        if self.pending.anew {
            let next = now.0.cast_unsigned().max(self.generation + 1);
            if self.newest.is_some() {
                self.generation = next;
            }
            self.seq = 1;
            self.pending = Pending::default();
            self.window.clear();
            let frame = self.whole();
            self.newest = Some(frame.clone());
            return Some(frame);
        }
        if self.pending.is_empty() {
            return None;
        }
        Some(self.delta())
    }

    /// A frame that says only how far the values have come, if they have since the last one.
    pub fn progress(&mut self) -> Option<Shared> {
        let before = self.window.back().or(self.newest.as_ref()).map(frame_at)?;
        (self.at > before && !self.pending.anew).then(|| self.delta())
    }

    /// How somebody who has seen the frame `from` goes on; all that changed must have been flushed.
    pub fn resume(&mut self, from: Option<Mark>) -> Resumed {
        if let Some(Mark { generation, seq }) = from
            && generation == self.generation
            && seq <= self.seq
        {
            let missed: Vec<Shared> = self.window.iter().filter(|frame| frame.seq() > seq).cloned().collect();
            if missed.len() as u64 == self.seq - seq {
                return Resumed::Frames(missed);
            }
        }
        Resumed::Snapshot(self.snapshot())
    }

    /// The whole table as it stands; written once for all who ask between two frames.
    pub fn snapshot(&mut self) -> Shared {
        if let Some(frame) = &self.newest
            && frame.seq() == self.seq
            && frame.generation() == self.generation
        {
            return frame.clone();
        }
        let frame = self.whole();
        self.newest = Some(frame.clone());
        frame
    }

    fn whole(&self) -> Shared {
        Shared::from(Snapshot {
            generation: self.generation,
            seq: self.seq,
            at: self.at,
            columns: self.columns.clone(),
            rows: self.lines.iter().map(|(object, line)| row(object, line)).collect(),
            visible: self.visible(),
        })
    }

    fn delta(&mut self) -> Shared {
        let pending = std::mem::take(&mut self.pending);
        self.seq += 1;
        let new: Vec<Row> =
            pending.new.iter().filter_map(|object| Some(row(object, self.lines.get(object)?))).collect();
        let whole: std::collections::BTreeSet<u32> = new.iter().map(|row| row.row).collect();
        let set = pending.set.iter().filter(|(row, _)| !whole.contains(row));
        let set = set.filter_map(|(row, column)| {
            let line = self.lines.get(self.numbers.get(row)?)?;
            Some((*row, *column, line.cells[usize::from(*column)].clone()))
        });
        let frame = Shared::from(Delta {
            generation: self.generation,
            seq: self.seq,
            at: self.at,
            from: None,
            set: set.collect(),
            new,
            gone: pending.gone.into_iter().collect(),
            visible: pending.visible.then(|| self.visible()),
        });
        self.window.push_back(frame.clone());
        let mut cells: usize = self.window.iter().map(weight).sum();
        while self.window.len() > WINDOW_FRAMES || cells > WINDOW_CELLS {
            cells -= self.window.pop_front().as_ref().map_or(cells, weight);
        }
        frame
    }
}

impl Pending {
    pub(super) fn is_empty(&self) -> bool {
        !self.anew && !self.visible && self.set.is_empty() && self.new.is_empty() && self.gone.is_empty()
    }
}

fn weight(frame: &Shared) -> usize {
    let cells = |delta: &Delta| delta.set.len() + delta.new.iter().map(|row| row.cells.len()).sum::<usize>();
    frame.delta().map_or(0, cells) + 1
}

fn frame_at(frame: &Shared) -> Micros {
    match (frame.delta(), frame.snapshot()) {
        (Some(delta), _) => delta.at,
        (None, Some(snapshot)) => snapshot.at,
        (None, None) => Micros::ZERO,
    }
}

fn row(object: &Object, line: &Line) -> Row {
    Row {
        row: line.row,
        object: object.id.clone(),
        object_type: object.kind,
        name: line.name.clone(),
        groups: line.groups.clone(),
        cells: line.cells.clone(),
    }
}
