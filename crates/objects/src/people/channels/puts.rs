//! Putting out what one event at a channel brings, in the order of rule A-4.

use crate::out::{Out, Rank};
use crate::queue::{QueueEvent, QueueWhat};
use crate::stamp::{Data, Loss, Running, Stamp, item};
use model::Action;
use model::item::{ConnIx, Item, What};
use model::object::ObjectIx;
use model::time::Micros;
use smallvec::SmallVec;

/// What one event brings.
pub(super) struct Puts<'a> {
    pub(super) me: ObjectIx,
    pub(super) stamp: Stamp,
    next_id: &'a mut u32,
    /// Records were lost: what ends ended when it was last seen.
    pub(super) loss: Option<Loss>,
    lines: SmallVec<[(Rank, Item, Data); 8]>,
    to_areas: SmallVec<[(ObjectIx, QueueEvent); 1]>,
    negative: u64,
    pub(super) refused: u64,
}

impl<'a> Puts<'a> {
    pub(super) fn new(me: ObjectIx, stamp: Stamp, next_id: &'a mut u32) -> Self {
        Self {
            me,
            stamp,
            next_id,
            loss: None,
            lines: SmallVec::new(),
            to_areas: SmallVec::new(),
            negative: 0,
            refused: 0,
        }
    }

    pub(super) fn begin(&mut self, action: Action, conn: ConnIx, data: &Data) -> Running {
        let id = *self.next_id;
        *self.next_id = id.checked_add(1).unwrap_or(super::FIRST_ID);
        let run = Running::new(id, action, self.stamp, None);
        self.put(Rank::Began, What::Began { action, id }, self.stamp.at, Micros::ZERO, conn, data);
        run
    }

    /// It ends; what ends by the same event does not change before.
    pub(super) fn end(&mut self, run: Running, conn: ConnIx, data: &Data) {
        let is_change = |what: What| matches!(what, What::Changed { id, .. } if id == run.id);
        self.lines.retain(|(_, item, _)| !is_change(item.what));
        if let Some(loss) = self.loss {
            let what = What::Lost { action: run.action, id: run.id };
            return self.put(Rank::Ended, what, run.begun, loss.span(run.begun), conn, data);
        }
        let span = self.stamp.time - run.begun_source;
        self.negative += u64::from(span < Micros::ZERO);
        let what = What::Ended { action: run.action, id: run.id };
        self.put(Rank::Ended, what, run.begun, span.max(Micros::ZERO), conn, data);
    }

    /// Ends what is about no interaction.
    pub(super) fn end_all(&mut self, runs: impl IntoIterator<Item = Option<Running>>, data: &Data) {
        runs.into_iter().flatten().for_each(|run| self.end(run, ConnIx::NONE, data));
    }

    pub(super) fn change(&mut self, run: &Running, conn: ConnIx, data: &Data) {
        let what = What::Changed { action: run.action, id: run.id };
        self.put(Rank::Changed, what, run.begun, Micros::ZERO, conn, data);
    }

    pub(super) fn moment(&mut self, action: Action, conn: ConnIx, data: &Data) {
        self.put(Rank::Moment, What::Happened { action }, self.stamp.at, Micros::ZERO, conn, data);
    }

    /// A retrospective action about a stretch that ends (rule A-2).
    pub(super) fn past(&mut self, action: Action, run: &Running, conn: ConnIx, data: &Data) {
        let span = (self.stamp.time - run.begun_source).max(Micros::ZERO);
        self.put(Rank::Past, What::Happened { action }, run.begun, span, conn, data);
    }

    /// The area that the interaction came from hears how it went.
    pub(super) fn tell_area(&mut self, area: ObjectIx, conn: ConnIx, what: QueueWhat, data: &Data) {
        let event = QueueEvent { stamp: self.stamp, conn, data: data.clone(), what };
        self.to_areas.push((area, event));
    }

    fn put(&mut self, rank: Rank, what: What, start: Micros, source_span: Micros, conn: ConnIx, data: &Data) {
        let fact = Item { start, source_span, conn, ..item(self.stamp, self.me, what) };
        self.lines.push((rank, fact, data.clone()));
    }

    pub(super) fn flush(mut self, out: &mut Out) {
        self.lines.sort_by_key(|(rank, ..)| *rank);
        for (_, item, data) in &self.lines {
            out.line(self.stamp.step, false, *item, data);
        }
        out.to_queues.extend(self.to_areas);
        out.counters.negative += self.negative;
        out.counters.refused += self.refused;
    }
}
