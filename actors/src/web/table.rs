//! The brain of a board: rows and columns of one query for one rights class, numbered frames out.
//!
//! **Invariant:** nothing here awaits, reads a clock or sends. `at` never goes back within a generation, and a
//! follower who applies every frame has what a snapshot would show.

use super::columns::Columns;
use super::library::StatInfo;
use super::picture::{Picture, Producer, Update};
use ::formulas::Layout;
use formulas::Summed;
use model::time::Micros;
use model::{Object, Text};
use ports::demand::Answer;
use ports::grants::Scope;
use ports::values::{Block, ObjectInfo};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use wire::stream::{
    Cell, Column, Delta, Flags, Mark, Objects, Query, Reason, Row, Shared, Snapshot, StatisticRef, Visible,
};

mod cells;
mod formulas;
mod frames;
mod rows;

pub use cells::{cell, missing};
pub use frames::Resumed;
pub(crate) use rows::visible_groups;

/// Rows of one table; what would be more is refused.
pub const ROWS_MAX: usize = 5_000;

/// Columns of one table.
pub const COLUMNS_MAX: usize = 64;

/// Frames kept for those who come back, and how many cells they may hold together.
const WINDOW_FRAMES: usize = 100;
const WINDOW_CELLS: usize = 50_000;

/// The state of one row.
#[derive(Clone, Debug)]
struct Line {
    row: u32,
    slot: u8,
    name: Text,
    groups: Vec<Text>,
    cells: Vec<Cell>,
    /// While formulas are computed: the columns that changed, as bits.
    changed: u64,
}

/// Where the cells of one column and slot come from.
#[derive(Clone, Debug, Default, PartialEq)]
struct Origin {
    producer: Text,
    published: u64,
    generation: u64,
    stale: bool,
}

/// A table with its stream.
#[derive(Debug)]
pub struct Table {
    query: Query,
    scope: Scope,
    columns: Vec<Column>,
    layout: Arc<Layout>,
    totals: BTreeMap<usize, Summed>,
    by_key: BTreeMap<Text, Vec<usize>>,
    refused: BTreeMap<usize, Text>,
    wished: BTreeSet<Object>,

    lines: BTreeMap<Object, Line>,
    /// Which object stands in a row.
    numbers: BTreeMap<u32, Object>,
    hidden: BTreeSet<Object>,
    next_row: u32,
    /// Objects that match but found no room.
    surplus: BTreeSet<Object>,

    origins: BTreeMap<(usize, u8), Origin>,
    producers: BTreeMap<Text, Producer>,

    generation: u64,
    seq: u64,
    at: Micros,
    pending: Pending,
    window: VecDeque<Shared>,
    newest: Option<Shared>,
}

/// What the next frame will say.
#[derive(Debug, Default)]
struct Pending {
    /// A whole new snapshot: nothing else matters.
    anew: bool,
    set: BTreeSet<(u32, u16)>,
    new: BTreeSet<Object>,
    gone: BTreeSet<u32>,
    visible: bool,
}

impl Table {
    /// An empty table; it shows something after [`Self::load`].
    pub fn new(query: Query, scope: Scope, columns: Columns, generation: u64) -> Self {
        let mut by_key: BTreeMap<Text, Vec<usize>> = BTreeMap::new();
        let refused = columns.refused().collect();
        let Columns { list: columns, layout, .. } = columns;
        let is_statistic =
            |index: usize| !matches!(query.statistics.get(index), Some(StatisticRef::Formula(_)));
        for (index, column) in columns.iter().enumerate().filter(|(index, _)| is_statistic(*index)) {
            by_key.entry(column.key.clone()).or_default().push(index);
        }
        let wished = match &query.objects {
            Objects::All => BTreeSet::new(),
            Objects::These(ids) => ids.iter().map(|id| Object::new(query.object_type, id.clone())).collect(),
        };
        Self {
            query,
            scope,
            columns,
            layout,
            totals: BTreeMap::new(),
            by_key,
            refused,
            wished,
            lines: BTreeMap::new(),
            numbers: BTreeMap::new(),
            hidden: BTreeSet::new(),
            next_row: 0,
            surplus: BTreeSet::new(),
            origins: BTreeMap::new(),
            producers: BTreeMap::new(),
            generation,
            seq: 0,
            at: Micros::ZERO,
            pending: Pending { anew: true, ..Pending::default() },
            window: VecDeque::new(),
            newest: None,
        }
    }

    /// The definitions of those of its columns that are statistics.
    pub fn keys(&self) -> impl Iterator<Item = &Text> {
        self.by_key.keys()
    }

    /// The event time up to which its cells hold.
    pub fn at(&self) -> Micros {
        self.at
    }

    /// Takes everything anew from the picture; the next frame is a snapshot.
    pub fn load(&mut self, picture: &Picture) {
        self.lines.clear();
        self.numbers.clear();
        self.hidden.clear();
        self.surplus.clear();
        self.origins.clear();
        self.producers = picture.producers().clone();
        self.pending = Pending { anew: true, ..Pending::default() };
        let wished: Vec<Object> = self.wished.iter().cloned().collect();
        for object in wished {
            self.admit(&object);
        }
        for info in picture.objects(self.query.object_type) {
            self.name(info);
        }
        for (key, indices) in self.by_key.clone() {
            for (slot, part) in picture.column(&key).into_iter().flatten() {
                let origin = Origin {
                    producer: part.producer.clone(),
                    published: part.published,
                    generation: part.generation,
                    stale: false,
                };
                for index in &indices {
                    self.origins.insert((*index, *slot), origin.clone());
                    for (object, value) in &part.cells {
                        self.set(object, *index, cell(value));
                    }
                }
            }
        }
        self.age();
        self.advance();
    }

    /// Takes in what a publication changed.
    pub fn update(&mut self, update: &Update) {
        for info in update.objects.iter() {
            self.name(info);
        }
        let restarted =
            self.producers.insert(update.producer.clone(), update.state.clone()).is_none_or(|before| {
                before.generation != update.state.generation || before.silent != update.state.silent
            });
        let mut came_back = false;
        for (key, blocks) in &update.blocks {
            let Some(indices) = self.by_key.get(key).cloned() else { continue };
            for index in indices {
                for block in blocks {
                    came_back |= self.take(index, block, update);
                }
            }
        }
        for object in update.gone.iter() {
            self.part_with(object);
        }
        if restarted || came_back {
            self.age();
        }
        self.advance();
    }

    /// A producer was silent for too long.
    pub fn silence(&mut self, producer: &str) {
        if let Some(state) = self.producers.get_mut(producer) {
            state.silent = true;
            self.age();
        }
    }

    /// What became of the wishes for its columns. Answers refusals that are new: column and cause.
    pub fn answered(&mut self, answers: &BTreeMap<Text, Answer>) -> Vec<(u16, Text)> {
        let mut news = Vec::new();
        for (key, indices) in self.by_key.clone() {
            for index in indices {
                match answers.get(&key) {
                    Some(Answer::Refused(cause)) if self.refused.get(&index) != Some(cause) => {
                        self.refused.insert(index, cause.clone());
                        self.fill(index, Reason::NotComputable);
                        news.push((index as u16, cause.clone()));
                    }
                    Some(Answer::Opened) if self.refused.remove(&index).is_some() => {
                        self.fill(index, Reason::NoData);
                    }
                    _ => {}
                }
            }
        }
        news
    }

    /// Columns that can't be computed, and why.
    pub fn refusals(&self) -> impl Iterator<Item = (u16, &Text)> {
        self.refused.iter().map(|(index, cause)| (*index as u16, cause))
    }

    /// Whether a statistic of this name is among the columns.
    pub fn shows(&self, info: &StatInfo) -> bool {
        self.columns.iter().any(|column| column.stat_type == info.name)
    }

    /// Takes a block in; answers whether the staleness of its part may have changed.
    fn take(&mut self, index: usize, block: &Block, update: &Update) -> bool {
        let origin = self.origins.entry((index, block.slot)).or_default();
        let known = !origin.producer.is_empty();
        let fresh = Origin {
            producer: update.producer.clone(),
            published: update.state.generation,
            generation: block.generation,
            stale: origin.stale,
        };
        let another = known && (fresh.generation != origin.generation || fresh.producer != origin.producer);
        let changed = fresh != *origin;
        *origin = fresh;
        let stale = origin.stale;
        // Values of another producer or definition are not comparable with those before.
        self.pending.anew |= another;
        if known && (block.whole || another) {
            let rows: BTreeSet<&Object> = block.rows.iter().map(|(object, _)| object).collect();
            for object in self.held(block.slot) {
                if !rows.contains(&object) {
                    self.unset(&object, index);
                }
            }
        }
        for (object, value) in &block.rows {
            let mut cell = cell(value);
            if stale {
                cell.flags.0 |= Flags::STALE.0;
            }
            self.set(object, index, cell);
        }
        for object in &block.gone {
            self.unset(object, index);
        }
        changed
    }

    /// Marks cells stale whose producer is silent, or has not published them since it started anew; unmarks others.
    fn age(&mut self) {
        let mut turned = BTreeMap::new();
        for ((index, slot), origin) in &mut self.origins {
            let stale = self
                .producers
                .get(&origin.producer)
                .is_none_or(|producer| producer.silent || origin.published < producer.generation);
            if stale != origin.stale {
                origin.stale = stale;
                turned.entry(*slot).or_insert_with(Vec::new).push((*index, stale));
            }
        }
        if turned.is_empty() {
            return;
        }
        for line in self.lines.values_mut() {
            for (index, stale) in turned.get(&line.slot).into_iter().flatten().copied() {
                let flags = &mut line.cells[index].flags;
                let bits = if stale { flags.0 | Flags::STALE.0 } else { flags.0 & !Flags::STALE.0 };
                if bits != flags.0 {
                    flags.0 = bits;
                    self.pending.set.insert((line.row, index as u16));
                }
            }
        }
    }

    /// Moves `at` on to what all producers of this table have reached that are not silent.
    fn advance(&mut self) {
        let used: BTreeSet<&Text> = self.origins.values().map(|origin| &origin.producer).collect();
        let reached = used
            .into_iter()
            .filter_map(|name| self.producers.get(name))
            .filter(|producer| !producer.silent)
            .map(|producer| producer.at)
            .min();
        if let Some(reached) = reached {
            self.at = if self.pending.anew { reached } else { self.at.max(reached) };
        }
    }

    /// Visible objects of a slot.
    fn held(&self, slot: u8) -> Vec<Object> {
        let held = self.lines.iter().filter(|(_, line)| line.slot == slot);
        held.map(|(object, _)| object.clone()).collect()
    }
}

#[cfg(test)]
mod tests;
