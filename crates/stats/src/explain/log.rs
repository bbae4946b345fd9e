//! What reached one row, one by one, with the records that caused it: kept only while somebody asks for it.

use crate::batch::Batch;
use crate::family::{Family, Look, Number, Touch};
use crate::time::Clock;
use model::item::{Cause, ConnIx};
use model::object::ObjectIx;
use model::{Action, Micros};

/// The log of one row.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) object: ObjectIx,
    row: Option<usize>,
    cause: Option<Cause>,
    /// Of what was kept since they were last taken.
    pub(crate) causes: Vec<Cause>,
    count: usize,
    pub(crate) past: Vec<Past>,
    /// What agents did for any mediation DN.
    pub(crate) work: Vec<Past>,
    /// A new login begins with nothing (rule TP-12).
    forgets: bool,
}

/// A stretch or an instant that reached the row.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    /// As it was told last.
    pub(crate) touch: Touch,
    /// When the row heard of its beginning.
    pub(crate) opened: Micros,
    pub(crate) how: How,
    /// Its place in the order in which things ended or happened.
    pub(crate) nth: usize,
    /// Where the interval of its member began when it ended.
    pub(crate) from: Micros,
    /// Who did it, where a mediation DN reports an agent's work.
    pub(crate) by: ObjectIx,
    pub(crate) began_by: Option<Cause>,
    pub(crate) ended_by: Option<Cause>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum How {
    Going,
    Ended,
    Happened,
    Valued(f64),
}

impl Log {
    pub(crate) fn new(object: ObjectIx, forgets: bool) -> Self {
        let (causes, past, work) = (Vec::new(), Vec::new(), Vec::new());
        Self { object, row: None, cause: None, causes, count: 0, past, work, forgets }
    }

    pub(crate) fn begin_row(&mut self, row: u32) {
        self.row = Some(row as usize);
    }

    fn add(&mut self, touch: &Touch, how: How, clock: &Clock) {
        let past = Past {
            touch: *touch,
            opened: touch.at,
            how,
            nth: self.count,
            from: clock.from(),
            by: ObjectIx::NONE,
            began_by: None,
            ended_by: self.cause.clone(),
        };
        self.count += 1;
        self.past.push(past);
        self.note_cause();
    }

    /// A check that caused something is no record.
    fn note_cause(&mut self) {
        if let Some(cause) = self.cause.as_ref().filter(|cause| self.causes.last() != Some(*cause)) {
            self.causes.push(cause.clone());
        }
    }

    fn end(&mut self, touch: &Touch, clock: &Clock) {
        let same = |past: &&mut Past| {
            let known = past.touch;
            past.how == How::Going
                && (known.member, known.action, known.begun) == (touch.member, touch.action, touch.begun)
                && (known.conn, known.main, known.rel) == (touch.conn, touch.main, touch.rel)
        };
        match self.past.iter_mut().find(same) {
            Some(past) => {
                past.touch = *touch;
                (past.nth, self.count) = (self.count, self.count + 1);
                (past.how, past.from) = (How::Ended, clock.from());
                past.ended_by.clone_from(&self.cause);
                self.note_cause();
            }
            None => self.add(touch, How::Ended, clock),
        }
    }
}

/// A family whose row is logged: what it hears is heard by the log too.
pub(crate) struct Logged<'a, F> {
    pub(crate) family: &'a mut F,
    pub(crate) log: &'a mut Log,
}

impl<F: Family> Family for Logged<'_, F> {
    type Cell = F::Cell;

    fn cells(&mut self) -> &mut Vec<F::Cell> {
        self.family.cells()
    }

    fn blank(&self) -> F::Cell {
        self.family.blank()
    }

    fn see(&mut self, batch: &Batch, place: u32) {
        self.log.cause = batch.items().causes.get(place as usize).cloned().flatten();
    }

    fn began(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        self.family.began(row, touch, clock);
        if self.log.row == Some(row) {
            self.log.add(touch, How::Going, clock);
            if let Some(past) = self.log.past.last_mut() {
                past.began_by = past.ended_by.take();
            }
        }
    }

    fn ended(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        self.family.ended(row, touch, clock);
        if self.log.row == Some(row) {
            self.log.end(touch, clock);
        }
    }

    fn happened(&mut self, row: usize, touch: &Touch, clock: &Clock) {
        self.family.happened(row, touch, clock);
        if self.log.row == Some(row) {
            self.log.add(touch, How::Happened, clock);
        }
    }

    fn handled(&mut self, touch: &Touch, action: Action, agent: ObjectIx, clock: &Clock) {
        self.family.handled(touch, action, agent, clock);
        self.log.add(touch, How::Happened, clock);
        if let Some(past) = self.log.past.pop() {
            self.log.work.push(Past { by: agent, ..past });
        }
    }

    fn valued(&mut self, row: usize, touch: &Touch, value: f64, clock: &Clock) {
        self.family.valued(row, touch, value, clock);
        if self.log.row == Some(row) {
            self.log.add(touch, How::Valued(value), clock);
        }
    }

    fn moved(&mut self, row: usize, from: &Touch, to: ConnIx) {
        self.family.moved(row, from, to);
        if self.log.row != Some(row) {
            return;
        }
        let same = |past: &&mut Past| {
            let known = past.touch;
            past.how == How::Going
                && (known.member, known.action, known.conn) == (from.member, from.action, from.conn)
        };
        if let Some(past) = self.log.past.iter_mut().find(same) {
            past.touch.conn = to;
        }
    }

    fn forget(&mut self, row: usize, member: ObjectIx) {
        self.family.forget(row, member);
        if self.log.row == Some(row) && self.log.forgets {
            self.log.past.retain(|past| past.how == How::Going || past.touch.member != member);
        }
    }

    fn read(&self, row: usize, look: &mut Look<'_>) -> Number {
        self.family.read(row, look)
    }

    fn ticks(&self, row: usize, running: bool) -> bool {
        self.family.ticks(row, running)
    }
}
