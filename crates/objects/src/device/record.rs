//! Putting out: actions that begin, end and happen at a device, in the order of rule A-4.

use super::{DeviceBrain, FactWhat};
use crate::out::{Line, NO_DATA, Out, Pending, Rank};
use crate::stamp::{About, Data, Loss, Running, Stamp, item};
use model::Action;
use model::item::{ConnIx, Item, What};
use model::object::ObjectIx;
use model::time::Micros;

impl DeviceBrain {
    /// A durable action begins now, perhaps known to run since earlier.
    pub(super) fn begin(
        &mut self,
        action: Action,
        since: Option<Micros>,
        stamp: Stamp,
        about: impl Into<About>,
        data: &Data,
        out: &mut Out,
    ) -> Running {
        self.next_id = self.next_id.wrapping_add(1);
        let run = Running::new(self.next_id, action, stamp, self.agent()).told_since(since);
        let About { conn, call } = about.into();
        let run = Running { call, ..run };
        let what = What::Began { action, id: run.id };
        let fact = Item { start: run.since, conn, call, ..item(stamp, self.me, what) };
        self.put(Rank::Began, run.owner, fact, data, out);
        run
    }

    /// A durable action ends; one that began by the same event never was.
    pub(super) fn end(&self, run: Running, stamp: Stamp, conn: ConnIx, data: &Data, out: &mut Out) {
        let mut never_was = false;
        out.pending.retain(|fact| {
            let FactWhat::Item(item) = fact.what else { return true };
            match item.what {
                What::Began { id, .. } if id == run.id => {
                    never_was = true;
                    false
                }
                What::Changed { id, .. } => id != run.id,
                _ => true,
            }
        });
        if never_was {
            return;
        }
        let span = stamp.time - run.begun_source;
        if span < Micros::ZERO {
            out.counters.negative += 1;
        }
        let what = What::Ended { action: run.action, id: run.id };
        let source_span = span.max(Micros::ZERO);
        let fact = Item { start: run.begun, source_span, conn, call: run.call, ..item(stamp, self.me, what) };
        self.put(Rank::Ended, self.owner(&run), fact, data, out);
    }

    /// Records were lost: the action ended when it was last seen.
    pub(super) fn cut(
        &self,
        run: Running,
        loss: Loss,
        stamp: Stamp,
        conn: ConnIx,
        data: &Data,
        out: &mut Out,
    ) {
        let what = What::Lost { action: run.action, id: run.id };
        let source_span = loss.span(run.begun);
        let fact = Item { start: run.begun, source_span, conn, call: run.call, ..item(stamp, self.me, what) };
        self.put(Rank::Ended, self.owner(&run), fact, data, out);
    }

    /// Records were lost: what the status was meanwhile nobody knows.
    pub(super) fn lose_sight(&mut self, loss: Loss, stamp: Stamp, out: &mut Out) {
        if self.told.status.take().is_some() {
            let fact = Item { start: loss.last_seen(), ..item(stamp, self.me, What::Unseen) };
            self.put(Rank::Ended, self.agent(), fact, &None, out);
        }
    }

    /// A retrospective action reports the durable one that ends (rule A-2); it carries the whole length that is
    /// known (rule Q-10).
    pub(super) fn past(
        &self,
        action: Action,
        run: &Running,
        stamp: Stamp,
        about: impl Into<About>,
        data: &Data,
        out: &mut Out,
    ) {
        let source_span = (stamp.time - run.since_source).max(Micros::ZERO);
        let About { conn, call } = about.into();
        let what = What::Happened { action };
        let fact = Item { start: run.since, source_span, conn, call, ..item(stamp, self.me, what) };
        self.put(Rank::Past, self.owner(run), fact, data, out);
    }

    /// A momentary action.
    pub(super) fn moment(
        &self,
        action: Action,
        stamp: Stamp,
        about: impl Into<About>,
        data: &Data,
        out: &mut Out,
    ) {
        let About { conn, call } = about.into();
        let fact = Item { conn, call, ..item(stamp, self.me, What::Happened { action }) };
        self.put(Rank::Moment, self.agent(), fact, data, out);
    }

    /// A durable action goes on with other data or under another call.
    pub(super) fn change(&self, run: &Running, stamp: Stamp, conn: ConnIx, data: &Data, out: &mut Out) {
        let is_its_beginning = |fact: &&mut Pending| matches!(fact.what, FactWhat::Item(Item { what: What::Began { id, .. }, .. }) if id == run.id);
        let place = out.attach(data);
        if let Some(began) = out.pending.iter_mut().find(is_its_beginning) {
            // It begins with this very event: with this data then.
            began.data = place;
            return;
        }
        let what = What::Changed { action: run.action, id: run.id };
        let fact = Item { start: run.since, conn, call: run.call, ..item(stamp, self.me, what) };
        self.put(Rank::Changed, self.owner(run), fact, data, out);
    }

    /// Whose an action in progress still is (rules O-2, Q-15).
    fn owner(&self, run: &Running) -> Option<ObjectIx> {
        run.owner.filter(|owner| self.agent() == Some(*owner))
    }

    fn put(&self, rank: Rank, agent: Option<ObjectIx>, fact: Item, data: &Data, out: &mut Out) {
        let data = out.attach(data);
        out.pending.push(Pending { rank, agent, what: FactWhat::Item(fact), data });
    }

    /// Tells an agent what is no item.
    pub(super) fn tell(&self, rank: Rank, agent: ObjectIx, what: FactWhat, out: &mut Out) {
        out.pending.push(Pending { rank, agent: Some(agent), what, data: NO_DATA });
    }

    /// Puts out what the event at hand brought.
    pub(super) fn flush(&self, stamp: Stamp, out: &mut Out) {
        let mut pending = std::mem::take(&mut out.pending);
        if !pending.is_sorted_by_key(|fact| fact.rank) {
            pending.sort_by_key(|fact| fact.rank);
        }
        for Pending { agent, what, data, .. } in pending.drain(..) {
            // An AgentLogout is the agent's own (he is gone from the device by then).
            if let Some(agent) = agent {
                out.tell_agent(agent, stamp, self.me, what, data);
            }
            let FactWhat::Item(item) = what else { continue };
            for place in &self.places {
                out.tell_place(*place, stamp, self.me, what, data);
            }
            out.lines.push(Line { step: stamp.step, late: false, item: Item { data, ..item } });
        }
        out.pending = pending;
    }
}
