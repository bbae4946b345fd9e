//! One batch on its way through the stages: post for brains, and what they gave back.

use crate::counters::Counters;
use crate::device::{DeviceEvent, Fact};
use crate::group::GroupEvent;
use crate::mail::Mail;
use crate::out::{Line, NO_DATA, Out};
use crate::queue::QueueEvent;
use model::item::{Attached, Cause, GapSpan, Items};
use model::object::{Object, ObjectIx};
use model::time::Micros;
use std::sync::Arc;

/// The stages that a batch passes; between two of them stands a barrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Device brains hear the records of their DNs.
    Devices,
    /// Agent and place brains hear what devices did.
    People,
    /// Mediation-DN brains hear their records, the outcomes of legs and the statuses of their agents.
    Queues,
    /// Group brains hear their members: agents, places and mediation DNs.
    Groups,
}

impl Stage {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Devices, Self::People, Self::Queues, Self::Groups];
}

/// One batch. The caller lets [`crate::Floor::route`] fill it, creates a brain for each object that appeared, then
/// for each stage calls [`Routes::open`], delivers the slices, and gives back what the brains put out with
/// [`Routes::absorb`]; at the end [`Routes::finish`] makes the items. Keep it: its buffers serve the next batch.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// Objects seen for the first time; each needs a brain ([`crate::Floor::newborn`]) before stage 1.
    pub appeared: Vec<(ObjectIx, Object)>,
    /// Post of stage 1.
    pub devices: Mail<DeviceEvent>,
    /// Post of stage 2.
    pub agents: Mail<Fact>,
    /// Post of stage 2.
    pub places: Mail<Fact>,
    /// Post of stage 3.
    pub queues: Mail<QueueEvent>,
    /// Post of stage 4.
    pub groups: Mail<GroupEvent>,
    pub(crate) lines: Vec<Line>,
    /// What the lines' data point into.
    data: Vec<Arc<Attached>>,
    pub(crate) presence: Vec<(ObjectIx, bool)>,
    pub(crate) gaps: Vec<GapSpan>,
    /// By step: the last step of its instant.
    pub(crate) closes: Vec<u32>,
    pub(crate) through: Micros,
    pub(crate) counters: Counters,
    /// Whether items are told with the records that caused them.
    pub(crate) traces: bool,
    /// By step: the record, if that is asked for.
    pub(crate) causes: Vec<Option<Cause>>,
    slots: Vec<u32>,
    starts: Vec<u32>,
    /// Items that nobody needs any more.
    spare: Items,
}

impl Routes {
    /// Sorts the post of that stage; call once all that is due before it was absorbed.
    pub fn open(&mut self, stage: Stage) {
        match stage {
            Stage::Devices => self.devices.sort(),
            Stage::People => {
                self.agents.sort();
                self.places.sort();
            }
            Stage::Queues => self.queues.sort(),
            Stage::Groups => self.groups.sort(),
        }
    }

    /// Takes in what brains put out and empties it. Within the second stage, first agents, then places; each in
    /// ascending order of objects, so that the result does not depend on who ran when.
    pub fn absorb(&mut self, out: &mut Out) {
        let base = self.data.len() as u32;
        if base > 0 {
            let with_data = out.lines.iter_mut().filter(|line| line.item.data != NO_DATA);
            with_data.for_each(|line| line.item.data += base);
        }
        self.data.append(&mut out.data);
        out.forget_data();
        match self.lines.is_empty() {
            true => std::mem::swap(&mut self.lines, &mut out.lines),
            false => self.lines.append(&mut out.lines),
        }
        self.agents.append(&mut out.to_agents);
        self.places.append(&mut out.to_places);
        self.queues.append(&mut out.to_queues);
        self.groups.append(&mut out.to_groups);
        self.counters.add(&out.counters);
        out.counters = Counters::default();
    }

    /// [`Routes::absorb`] for what brains of one kind put out, in whatever order it came back.
    pub fn absorb_all(&mut self, mut outs: Vec<(ObjectIx, Out)>) {
        outs.sort_by_key(|(from, _)| *from);
        for (_, mut out) in outs {
            self.absorb(&mut out);
        }
    }

    /// What was counted in this batch so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Puts everything in order (rule A-4, statuses at the end of their instant) and numbers the data.
    pub fn finish(&mut self) -> Items {
        let Items { mut items, mut data, .. } = std::mem::take(&mut self.spare);
        items.clear();
        data.clear();
        let mut items = Items {
            appeared: std::mem::take(&mut self.appeared),
            items,
            data,
            presence: std::mem::take(&mut self.presence),
            causes: Vec::new(),
            gaps: std::mem::take(&mut self.gaps),
            through: self.through,
        };
        self.order();
        if self.traces {
            let cause =
                |slot: &u32| self.causes.get(self.lines[*slot as usize].step as usize).cloned().flatten();
            items.causes = self.slots.iter().map(cause).collect();
        }
        let mut table = Table::default();
        items.items.reserve(self.slots.len());
        for slot in &self.slots {
            let mut item = self.lines[*slot as usize].item;
            if let Some(data) = self.data.get(item.data as usize) {
                item.data = table.number(data, &mut items.data);
            }
            items.items.push(item);
        }
        self.clear();
        items
    }

    /// From now on [`Items::causes`] are told.
    pub fn trace(&mut self) {
        self.traces = true;
    }

    /// Takes back items that were made here: their buffers serve the next batch.
    pub fn reuse(&mut self, items: Items) {
        self.spare = items;
    }

    /// Sorts the lines by instant, then actions before what belongs to the end of the instant, then by step, then
    /// in the order of absorption: a counting sort over two keys a step.
    fn order(&mut self) {
        let keys = self.closes.len() * 2;
        let key = |line: &Line| match line.late {
            false => line.step as usize * 2,
            true => self.closes[line.step as usize] as usize * 2 + 1,
        };
        let mut starts = std::mem::take(&mut self.starts);
        starts.clear();
        starts.resize(keys + 1, 0);
        for line in &self.lines {
            starts[key(line) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        self.slots.clear();
        self.slots.resize(self.lines.len(), 0);
        for (at, line) in self.lines.iter().enumerate() {
            let next = &mut starts[key(line)];
            self.slots[*next as usize] = at as u32;
            *next += 1;
        }
        self.starts = starts;
    }

    /// Empties it, keeps the buffers.
    pub(crate) fn clear(&mut self) {
        self.appeared.clear();
        self.devices.clear();
        self.agents.clear();
        self.places.clear();
        self.queues.clear();
        self.groups.clear();
        self.lines.clear();
        self.data.clear();
        self.presence.clear();
        self.gaps.clear();
        self.causes.clear();
        self.closes.clear();
        self.counters = Counters::default();
    }
}

/// Numbers shared data; what was seen a moment ago is found again by its address.
struct Table {
    recent: Vec<(usize, u32)>,
}

impl Default for Table {
    fn default() -> Self {
        Self { recent: vec![(0, 0); 256] }
    }
}

impl Table {
    fn number(&mut self, data: &Arc<Attached>, table: &mut Vec<Attached>) -> u32 {
        let address = Arc::as_ptr(data) as usize;
        let recent = &mut self.recent[(address >> 4) % 256];
        if recent.0 != address {
            *recent = (address, table.len() as u32);
            table.push(Attached::clone(data));
        }
        recent.1
    }
}
