//! Mediation DNs: queues, route points and virtual queues.

mod associates;
mod event;
mod fates;
mod picture;
mod shelf;
mod ties;
mod visits;

pub use event::{Fate, OfferView, QueueEvent, QueuePicture, QueueWhat, Target, WaitView};
pub use ties::QueueTie;

use crate::brain::{Brain, by_instant};
use crate::device::CallKind;
use crate::group::{GroupEvent, GroupWhat};
use crate::out::{Line, Out};
use crate::stamp::{About, Data, Loss, Running, Stamp, item};
use associates::Associates;
use model::item::{ConnIx, Item, What};
use model::object::ObjectIx;
use model::{Action, Micros, Status};
use serde::{Deserialize, Serialize};
use shelf::Visits;

/// What the configuration says about a mediation DN.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueueConfig {
    /// Rule: the enter time survives a change of party.
    pub keeps_enter_time: bool,
    /// Queue groups that hold it.
    pub groups: Vec<ObjectIx>,
    /// Agents associated by the origination DNs of their groups, ascending.
    pub agents: Vec<ObjectIx>,
}

/// The brain of a mediation DN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueueBrain {
    me: ObjectIx,
    config: QueueConfig,
    watch: Watch,
    /// Monitored or NotMonitored; `None` before the beginning.
    base: Option<Running>,
    visits: Visits,
    associates: Associates,
    /// Live calls come as made-up records after a registration.
    rebuilding: bool,
    next_id: u32,
    told_status: Option<Status>,
    told_valid: bool,
    /// The last event of the instant that is not closed yet.
    open: Option<Stamp>,
}

/// Whether the mediation DN can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Watch {
    /// The world has not begun.
    Unborn,
    Up,
    /// The link of its source was lost (rule X-1).
    Lost,
    /// Out of service, or not listed by a snapshot.
    Out,
}

/// A call at the mediation DN, from its entering until nothing more can come of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Visit {
    conn: ConnIx,
    kind: CallKind,
    /// When it entered, by both clocks.
    entered: (Micros, Micros),
    /// It waits here. `wait` may be missing meanwhile, while the mediation DN can't be seen.
    is_waiting: bool,
    wait: Option<Running>,
    /// Where it was sent.
    target: Option<Target>,
    outcome: Outcome,
    /// The last sign that it still waits.
    alive: Micros,
    /// When its treatment began, by both clocks.
    treatment: Option<(Micros, Micros)>,
    data: Data,
}

/// What became of a visit after distribution (at most one thing, rule Q-29).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Outcome {
    None,
    /// Answered at that device; the talk goes on.
    Answered(ObjectIx),
    /// The talk at that device is over; after-call work may follow.
    Released(ObjectIx),
    /// The offer failed.
    Failed,
}

impl QueueBrain {
    /// A mediation DN that has not begun.
    pub fn new(me: ObjectIx, config: QueueConfig) -> Self {
        let associates = Associates::new(&config.agents);
        Self {
            me,
            config,
            watch: Watch::Unborn,
            base: None,
            visits: Visits::default(),
            associates,
            rebuilding: false,
            next_id: 0,
            told_status: None,
            told_valid: true,
            open: None,
        }
    }

    fn hear(&mut self, event: &QueueEvent, out: &mut Out) {
        let stamp = event.stamp;
        if !self.is_watched_for(event, out) {
            return;
        }
        match &event.what {
            QueueWhat::Start | QueueWhat::BackInService => {}
            QueueWhat::Registered => {}
            QueueWhat::LinkLost => self.lose(Watch::Lost, None, stamp, out),
            QueueWhat::Gap(loss) => self.lose(Watch::Lost, Some(*loss), stamp, out),
            QueueWhat::OutOfService => self.lose(Watch::Out, None, stamp, out),
            QueueWhat::Picture(Some(picture)) => self.compare(picture, stamp, out),
            QueueWhat::Picture(None) => {
                self.lose(Watch::Out, None, stamp, out);
                self.visits.clear();
            }
            QueueWhat::Offers(offers) => {
                for offer in offers.iter().filter(|offer| offer.mine) {
                    self.compare_offer(offer, stamp, out);
                }
            }
            QueueWhat::UserEvent => {
                self.moment(Action::UserEvent, stamp, ConnIx::NONE, &event.data, out);
            }
            QueueWhat::Check { since } => self.clean(*since, stamp, out),
            QueueWhat::Tie(tie) => self.tie(*tie, stamp, out),
            QueueWhat::Forget => self.visits.forget(event.conn),
            QueueWhat::Leg { device, mine, agent, fate } => {
                self.hear_fate(event.conn, *device, *mine, *agent, *fate, stamp, out);
            }
            QueueWhat::Login { device, agent, on } => {
                self.associates.log_in(*device, *agent, *on);
            }
            QueueWhat::AgentStatus { agent, status } => self.associates.see_agent(*agent, *status),
            QueueWhat::DeviceStatus { device, status } => self.associates.see_device(*device, *status),
            _ => self.hear_call(event, out),
        }
    }

    /// Brings the mediation DN back where the event says that it can be seen; false: it says nothing to it.
    fn is_watched_for(&mut self, event: &QueueEvent, out: &mut Out) -> bool {
        use QueueWhat as W;
        let is_back = match (self.watch, &event.what) {
            (Watch::Up, _) => return true,
            (Watch::Unborn, _) => true,
            (
                _,
                W::LinkLost
                | W::Gap(_)
                | W::OutOfService
                | W::Picture(_)
                | W::Offers(_)
                | W::Forget
                | W::Leg { .. }
                | W::Login { .. }
                | W::AgentStatus { .. }
                | W::DeviceStatus { .. }
                | W::NewData
                | W::Tie(_),
            ) => return true,
            (_, W::Check { .. }) => return false,
            (Watch::Lost, _) => true,
            (Watch::Out, W::BackInService | W::Registered | W::Queued { .. }) => true,
            (Watch::Out, _) => return false,
        };
        if is_back {
            self.rebuilding = matches!(event.what, W::Registered);
            self.come_back(event.stamp, out);
        }
        true
    }

    fn come_back(&mut self, stamp: Stamp, out: &mut Out) {
        self.watch = Watch::Up;
        if let Some(base) = self.base.take() {
            self.end(&base, stamp, ConnIx::NONE, &None, out);
        }
        self.base = Some(self.begin(Action::Monitored, None, stamp, ConnIx::NONE, &None, out));
    }

    /// It can't be seen any more: all durable actions end, without outcomes. Visits are kept: a snapshot tells
    /// what became of them (rules ). Where records were lost, they and the status ended when it was last seen.
    fn lose(&mut self, watch: Watch, loss: Option<Loss>, stamp: Stamp, out: &mut Out) {
        let was_up = self.watch == Watch::Up;
        self.watch = watch;
        if !was_up {
            return;
        }
        let end = |me: &Self, run: &Running, conn: ConnIx, data: &Data, out: &mut Out| match loss {
            Some(loss) => me.cut(run, loss, stamp, conn, data, out),
            None => me.end(run, stamp, conn, data, out),
        };
        if let Some(base) = self.base.take() {
            end(self, &base, ConnIx::NONE, &None, out);
        }
        for key in self.visits.keys(|visit| visit.wait.is_some()) {
            let Some(mut visit) = self.visits.take(key) else { continue };
            if let Some(wait) = visit.wait.take() {
                end(self, &wait, visit.conn, &visit.data, out);
            }
            self.visits.put_back(key, visit);
        }
        if let Some(loss) = loss
            && self.told_status.take().is_some()
        {
            let item = Item { start: loss.last_seen(), ..item(stamp, self.me, What::Unseen) };
            self.put(item, stamp, &None, out);
        }
        self.rebuilding = false;
        let since = loss.map(|loss| loss.from);
        self.base = Some(self.begin(Action::NotMonitored, since, stamp, ConnIx::NONE, &None, out));
    }

    fn close(&mut self, out: &mut Out) {
        let Some(stamp) = self.open.take() else { return };
        let valid = self.watch != Watch::Lost;
        if valid != self.told_valid {
            self.told_valid = valid;
            self.late(What::Validity { valid }, stamp, out);
            for group in &self.config.groups {
                let what = GroupWhat::Validity { member: self.me, valid };
                out.to_groups.push((*group, GroupEvent { stamp, what }));
            }
        }
        let to = if self.watch == Watch::Up { Status::Monitored } else { Status::NotMonitored };
        if self.told_status != Some(to) {
            self.told_status = Some(to);
            self.late(What::Status { to }, stamp, out);
        }
        let is_up = self.watch == Watch::Up;
        self.associates.close(self.me, is_up, &mut self.next_id, stamp, out);
    }

    fn late(&self, what: What, stamp: Stamp, out: &mut Out) {
        let item = item(stamp, self.me, what);
        out.lines.push(Line { step: stamp.step, late: true, item });
    }
}

/// Putting out.
impl QueueBrain {
    fn begin(
        &mut self,
        action: Action,
        since: Option<Micros>,
        stamp: Stamp,
        about: impl Into<About>,
        data: &Data,
        out: &mut Out,
    ) -> Running {
        self.next_id = self.next_id.wrapping_add(1);
        let run = Running::new(self.next_id, action, stamp, None).told_since(since);
        let About { conn, call } = about.into();
        let run = Running { call, ..run };
        let what = What::Began { action, id: run.id };
        self.put(Item { start: run.since, conn, call, ..item(stamp, self.me, what) }, stamp, data, out);
        run
    }

    fn end(&self, run: &Running, stamp: Stamp, conn: ConnIx, data: &Data, out: &mut Out) {
        let span = stamp.time - run.begun_source;
        if span < Micros::ZERO {
            out.counters.negative += 1;
        }
        let what = What::Ended { action: run.action, id: run.id };
        let source_span = span.max(Micros::ZERO);
        let ended =
            Item { start: run.begun, source_span, conn, call: run.call, ..item(stamp, self.me, what) };
        self.put(ended, stamp, data, out);
    }

    /// Records were lost: the action ended when it was last seen.
    fn cut(&self, run: &Running, loss: Loss, stamp: Stamp, conn: ConnIx, data: &Data, out: &mut Out) {
        let what = What::Lost { action: run.action, id: run.id };
        let source_span = loss.span(run.begun);
        let lost = Item { start: run.begun, source_span, conn, call: run.call, ..item(stamp, self.me, what) };
        self.put(lost, stamp, data, out);
    }

    fn moment(&self, action: Action, stamp: Stamp, about: impl Into<About>, data: &Data, out: &mut Out) {
        let About { conn, call } = about.into();
        let what = What::Happened { action };
        self.put(Item { conn, call, ..item(stamp, self.me, what) }, stamp, data, out);
    }

    /// A retrospective action over a stretch that began at `since`, by both clocks.
    fn past(
        &self,
        action: Action,
        since: (Micros, Micros),
        stamp: Stamp,
        about: impl Into<About>,
        data: &Data,
        out: &mut Out,
    ) {
        let source_span = (stamp.time - since.1).max(Micros::ZERO);
        let About { conn, call } = about.into();
        let what = What::Happened { action };
        let past = Item { start: since.0, source_span, conn, call, ..item(stamp, self.me, what) };
        self.put(past, stamp, data, out);
    }

    fn put(&self, item: Item, stamp: Stamp, data: &Data, out: &mut Out) {
        out.line(stamp.step, false, item, data);
    }
}

impl Brain for QueueBrain {
    type Event = QueueEvent;

    fn apply(&mut self, events: &[QueueEvent], out: &mut Out) {
        by_instant(self, events, out, |brain| &mut brain.open, Self::hear, Self::close);
    }

    fn warm(&self, events: &[QueueEvent]) -> u64 {
        let of = |event: &QueueEvent| {
            self.visits.of(event.conn).map(|(_, visit)| visit.alive.0 ^ visit.entered.0.0)
        };
        events.iter().flat_map(of).fold(u64::from(self.next_id), |sum, at| sum ^ at as u64)
    }
}
