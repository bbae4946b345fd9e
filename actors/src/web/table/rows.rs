//! Rows: which objects stand in the table, and their cells.

use super::{
    BTreeSet, Cell, Line, Object, ObjectInfo, Objects, ROWS_MAX, Reason, Scope, Table, Text, Visible, missing,
};
use wire::stream::Value;

/// The groups of an object that may be named to viewers of that scope.
pub(crate) fn visible_groups(scope: &Scope, info: &ObjectInfo) -> Vec<Text> {
    let seen = info.groups.iter().filter(|group| scope.holds_group_of(info.object.kind, group));
    seen.cloned().collect()
}

impl Table {
    /// Whether the query asks for it.
    fn matches(&self, object: &Object) -> bool {
        object.kind == self.query.object_type
            && match self.query.objects {
                Objects::All => true,
                Objects::These(_) => self.wished.contains(object),
            }
    }

    /// Gives the object a row, if it is asked for, may be seen and there is room. The one place where rows are made,
    /// and so the one where rights decide.
    pub(super) fn admit(&mut self, object: &Object) -> bool {
        if self.lines.contains_key(object) {
            return true;
        }
        if !self.matches(object) {
            return false;
        }
        if !self.scope.holds(object) {
            self.pending.visible |= self.hidden.insert(object.clone());
            return false;
        }
        if self.lines.len() >= ROWS_MAX {
            self.pending.visible |= self.surplus.insert(object.clone());
            return false;
        }
        let cell = |index: usize| {
            let refused = self.refused.contains_key(&index);
            missing(if refused { Reason::NotComputable } else { Reason::NoData }, self.at)
        };
        let cells = (0..self.columns.len()).map(cell).collect();
        let (row, slot) = (self.next_row, object.slot());
        let line = Line { row, slot, name: object.id.clone(), groups: Vec::new(), cells, changed: 0 };
        self.numbers.insert(row, object.clone());
        self.next_row += 1;
        self.lines.insert(object.clone(), line);
        self.pending.new.insert(object.clone());
        self.pending.visible = true;
        true
    }

    /// Names an object, and gives it a row if it belongs here.
    pub(super) fn name(&mut self, info: &ObjectInfo) {
        if !self.admit(&info.object) {
            return;
        }
        let Some(line) = self.lines.get_mut(&info.object) else { return };
        let groups = visible_groups(&self.scope, info);
        if line.name != info.name || line.groups != groups {
            line.name.clone_from(&info.name);
            line.groups = groups;
            self.pending.new.insert(info.object.clone());
        }
    }

    pub(super) fn set(&mut self, object: &Object, index: usize, mut cell: Cell) {
        if !self.admit(object) {
            return;
        }
        if let Value::State(state) = &mut cell.v {
            state.members.retain(|member, _| self.scope.holds_member(object.kind, member));
        }
        let Some(line) = self.lines.get_mut(object) else { return };
        if line.cells[index] != cell {
            line.cells[index] = cell;
            self.pending.set.insert((line.row, index as u16));
        }
    }

    /// The cell is gone; so is a row without any cell left, unless it was asked for by name.
    pub(super) fn unset(&mut self, object: &Object, index: usize) {
        self.hidden.remove(object);
        let Some(line) = self.lines.get_mut(object) else { return };
        line.cells[index] = missing(Reason::NoData, self.at);
        let row = line.row;
        // What is computed from cells is not one of them.
        let is_empty = |index: usize| line.cells[index].reason == Some(Reason::NoData);
        let empty = self.by_key.values().flatten().all(|index| is_empty(*index));
        if empty && self.query.objects == Objects::All {
            self.lines.remove(object);
            self.numbers.remove(&row);
            self.pending.set.retain(|(pending, _)| *pending != row);
            if !self.pending.new.remove(object) {
                self.pending.gone.insert(row);
            }
            self.pending.visible = true;
        } else {
            self.pending.set.insert((row, index as u16));
        }
    }

    /// The object is no longer there, nor is any cell of it.
    pub(super) fn part_with(&mut self, object: &Object) {
        self.pending.visible |= self.hidden.remove(object) | self.surplus.remove(object);
        for index in self.by_key.values().flatten().copied().collect::<Vec<_>>() {
            self.unset(object, index);
        }
    }

    /// A whole column has no values any more.
    pub(super) fn fill(&mut self, index: usize, reason: Reason) {
        let at = self.at;
        for line in self.lines.values_mut() {
            line.cells[index] = missing(reason, at);
            self.pending.set.insert((line.row, index as u16));
        }
    }

    pub(super) fn visible(&self) -> Visible {
        let count = |set: &BTreeSet<Object>| u32::try_from(set.len()).unwrap_or(u32::MAX);
        let shown = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        Visible { shown, of: shown + count(&self.hidden) + count(&self.surplus) }
    }
}
