//! Which rows have changed since somebody last asked.

use model::Micros;

/// Flags and a list, so that marking and taking cost only what changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dirty {
    marked: Vec<bool>,
    rows: Vec<u32>,
    all: bool,
    asked: Option<Micros>,
}

impl Dirty {
    /// One more row; new rows are marked.
    pub(crate) fn push(&mut self) {
        self.rows.push(self.marked.len() as u32);
        self.marked.push(true);
    }

    #[inline]
    pub(crate) fn mark(&mut self, row: u32) {
        let marked = &mut self.marked[row as usize];
        if !*marked {
            *marked = true;
            self.rows.push(row);
        }
    }

    pub(crate) fn mark_all(&mut self) {
        self.all = true;
    }

    /// Notes when somebody asks; answers when somebody asked before.
    pub(crate) fn ask(&mut self, now: Micros) -> Option<Micros> {
        self.asked.replace(now)
    }

    /// The marked rows of `count`, and those that `moves` names if time has `ticked`; none is marked afterwards.
    pub(crate) fn take(&mut self, count: u32, ticked: bool, moves: impl Fn(u32) -> bool) -> Vec<u32> {
        let taken = if self.all || ticked {
            (0..count).filter(|row| self.all || self.marked[*row as usize] || moves(*row)).collect()
        } else {
            self.rows.clone()
        };
        self.rows.drain(..).for_each(|row| self.marked[row as usize] = false);
        self.all = false;
        taken
    }
}
