//! Staging areas: interaction queues and workbins of Interaction Servers (statistics 2.6, rule A-11).

use crate::brain::{Brain, by_instant};
use crate::out::{Line, Out};
use crate::queue::{QueueEvent, QueueWhat};
use crate::stamp::{Data, Loss, Running, Stamp, item, same_data};
use crate::waiting::Waiter;
use model::Action;
use model::item::{ConnIx, Item, What};
use model::object::ObjectIx;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a staging area hears of one interaction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AreaWhat {
    /// It is placed here.
    Entered {
        /// Told after a return of the link: it waited before.
        synthetic: bool,
    },
    /// It is taken from here; it stays associated with the area.
    Taken {
        /// By an agent; else by a strategy.
        by_agent: bool,
    },
    /// It is placed in another area.
    Moved,
    /// Its processing is over.
    Deleted,
    /// It is no longer associated with the area, without outcome.
    Forgotten,
    /// An agent has handled it.
    Released {
        /// The agent.
        by: ObjectIx,
        /// Since when.
        since: Micros,
        /// The same by the source's clock.
        since_source: Micros,
    },
}

/// The brain of a staging area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AreaBrain {
    me: ObjectIx,
    /// Interactions that wait here, and those that were taken from here and are nowhere else yet.
    visits: BTreeMap<ConnIx, Visit>,
    next_id: u32,
    /// The link of its source is lost.
    lost: bool,
    told_valid: bool,
    /// The last event of the instant that is not closed yet.
    open: Option<Stamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Visit {
    /// When it was placed here, by both clocks.
    entered: (Micros, Micros),
    /// InteractionWait, while it waits.
    wait: Option<Running>,
    data: Data,
}

impl AreaBrain {
    /// An area in which nothing waits.
    pub fn new(me: ObjectIx) -> Self {
        Self { me, visits: BTreeMap::new(), next_id: 0, lost: false, told_valid: true, open: None }
    }

    /// Which interactions wait here.
    pub(crate) fn waiting(&self) -> Vec<Waiter> {
        let waiter = |(conn, visit): (&ConnIx, &Visit)| {
            let since = visit.wait.as_ref()?.since;
            Some(Waiter { conn: *conn, since, call: None, data: visit.data.clone() })
        };
        self.visits.iter().filter_map(waiter).collect()
    }

    fn hear(&mut self, event: &QueueEvent, out: &mut Out) {
        match event.what {
            QueueWhat::LinkLost => self.lose(event.stamp, None, out),
            QueueWhat::Gap(loss) => self.lose(event.stamp, Some(loss), out),
            QueueWhat::Registered => self.lost = false,
            QueueWhat::NewData => self.renew(event, out),
            QueueWhat::Area(what) => {
                self.lost = false;
                self.renew(event, out);
                self.step(what, event, out);
            }
            _ => {}
        }
    }

    fn step(&mut self, what: AreaWhat, event: &QueueEvent, out: &mut Out) {
        match what {
            AreaWhat::Entered { synthetic } => self.enter(synthetic, event, out),
            AreaWhat::Taken { by_agent } => {
                let outcome =
                    if by_agent { Action::InteractionDistributed } else { Action::InteractionCleared };
                let Some(mut visit) = self.visits.remove(&event.conn) else {
                    out.counters.refused += 1;
                    return;
                };
                if self.end_wait(&mut visit, event, out) {
                    self.past(outcome, visit.entered, event, &visit.data, ObjectIx::NONE, out);
                }
                self.visits.insert(event.conn, visit);
            }
            AreaWhat::Moved => self.leave(Some(Action::InteractionDistributedToQueue), event, out),
            AreaWhat::Deleted => self.leave(Some(Action::InteractionDeleted), event, out),
            AreaWhat::Forgotten => self.leave(None, event, out),
            AreaWhat::Released { by, since, since_source } => {
                let outcome = Action::InteractionReleased;
                self.past(outcome, (since, since_source), event, &event.data, by, out);
            }
        }
    }

    fn enter(&mut self, synthetic: bool, event: &QueueEvent, out: &mut Out) {
        if self.visits.get(&event.conn).is_some_and(|visit| visit.wait.is_some()) {
            // Told again (as rule Q-29).
            return;
        }
        let (stamp, conn, data) = (event.stamp, event.conn, &event.data);
        if !synthetic {
            self.put(What::Happened { action: Action::InteractionEntered }, stamp.at, event, data, out);
        }
        self.next_id = self.next_id.wrapping_add(1);
        let run = Running::new(self.next_id, Action::InteractionWait, stamp, None);
        self.put(What::Began { action: run.action, id: run.id }, stamp.at, event, data, out);
        let entered = (stamp.at, stamp.time);
        self.visits.insert(conn, Visit { entered, wait: Some(run), data: data.clone() });
    }

    /// It is gone from here, with an outcome that tells how long it has been associated with the area.
    fn leave(&mut self, outcome: Option<Action>, event: &QueueEvent, out: &mut Out) {
        let Some(mut visit) = self.visits.remove(&event.conn) else { return };
        self.end_wait(&mut visit, event, out);
        if let Some(outcome) = outcome {
            self.past(outcome, visit.entered, event, &visit.data, ObjectIx::NONE, out);
        }
    }

    /// True where it waited until now.
    fn end_wait(&self, visit: &mut Visit, event: &QueueEvent, out: &mut Out) -> bool {
        let Some(wait) = visit.wait.take() else { return false };
        let span = event.stamp.time - wait.begun_source;
        out.counters.negative += u64::from(span < Micros::ZERO);
        let what = What::Ended { action: wait.action, id: wait.id };
        let ended = Item { start: wait.begun, source_span: span.max(Micros::ZERO), ..self.fact(what, event) };
        out.line(event.stamp.step, false, ended, &visit.data);
        true
    }

    fn renew(&mut self, event: &QueueEvent, out: &mut Out) {
        let Some(visit) = self.visits.get_mut(&event.conn) else { return };
        if same_data(&visit.data, &event.data) {
            return;
        }
        visit.data.clone_from(&event.data);
        if let Some(wait) = visit.wait {
            let what = What::Changed { action: wait.action, id: wait.id };
            self.put(what, wait.begun, event, &event.data, out);
        }
    }

    /// Everything ends without outcome, or ended when it was last seen; what still waits is told again when the link is
    /// back (rules ).
    fn lose(&mut self, stamp: Stamp, loss: Option<Loss>, out: &mut Out) {
        self.lost = true;
        for (conn, mut visit) in std::mem::take(&mut self.visits) {
            let event = QueueEvent { stamp, conn, data: None, what: QueueWhat::LinkLost };
            match (loss, visit.wait) {
                (Some(loss), Some(wait)) => {
                    let what = What::Lost { action: wait.action, id: wait.id };
                    let source_span = loss.span(wait.begun);
                    let lost = Item { start: wait.begun, source_span, ..self.fact(what, &event) };
                    out.line(stamp.step, false, lost, &visit.data);
                }
                _ => drop(self.end_wait(&mut visit, &event, out)),
            }
        }
    }

    fn close(&mut self, out: &mut Out) {
        let Some(stamp) = self.open.take() else { return };
        let valid = !self.lost;
        if valid != self.told_valid {
            self.told_valid = valid;
            let item = item(stamp, self.me, What::Validity { valid });
            out.lines.push(Line { step: stamp.step, late: true, item });
        }
    }

    fn past(
        &self,
        action: Action,
        since: (Micros, Micros),
        event: &QueueEvent,
        data: &Data,
        by: ObjectIx,
        out: &mut Out,
    ) {
        let source_span = (event.stamp.time - since.1).max(Micros::ZERO);
        let fact = self.fact(What::Happened { action }, event);
        out.line(event.stamp.step, false, Item { start: since.0, source_span, by, ..fact }, data);
    }

    fn put(&self, what: What, start: Micros, event: &QueueEvent, data: &Data, out: &mut Out) {
        out.line(event.stamp.step, false, Item { start, ..self.fact(what, event) }, data);
    }

    fn fact(&self, what: What, event: &QueueEvent) -> Item {
        Item { conn: event.conn, ..item(event.stamp, self.me, what) }
    }
}

impl Brain for AreaBrain {
    type Event = QueueEvent;

    fn apply(&mut self, events: &[QueueEvent], out: &mut Out) {
        by_instant(self, events, out, |brain| &mut brain.open, Self::hear, Self::close);
    }
}
