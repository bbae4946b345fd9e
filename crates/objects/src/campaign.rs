//! Campaigns, groups that dial for them, and calling lists (statistics 2.7).

use crate::brain::{Brain, by_instant};
use crate::out::{Line, Out};
use crate::queue::{QueueEvent, QueueWhat};
use crate::stamp::{Loss, Running, Stamp, item};
use model::item::{Item, What};
use model::object::{ObjectIx, ObjectType};
use model::time::Micros;
use model::{Action, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an object of campaigns hears.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CampaignWhat {
    /// A group of the campaign has come that far; dialling may have a mode.
    Step {
        /// The group at the campaign.
        group: ObjectIx,
        /// How far.
        step: CampaignStep,
        /// The action of the dial mode's name.
        mode: Option<Action>,
    },
    /// The group waits for that; for nothing.
    Waits(Option<Action>),
    /// Something was done.
    Moment(Action),
    /// So many records are left.
    Records(u32),
}

/// How far a campaign has come with a group; of the whole campaign the furthest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CampaignStep {
    /// Not loaded.
    Deactivated,
    /// Loaded, and does not dial.
    Activated,
    /// Dials.
    Running,
}

impl CampaignStep {
    fn action(self) -> Action {
        self.status().action()
    }

    fn status(self) -> Status {
        match self {
            Self::Deactivated => Status::StatusDeactivated,
            Self::Activated => Status::StatusActivated,
            Self::Running => Status::StatusRunning,
        }
    }
}

/// The brain of a campaign, of a group at one, of a calling list, or of a list at a campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignBrain {
    me: ObjectIx,
    /// Lists have no steps.
    has_steps: bool,
    /// How far each group has come; a group at a campaign is the only one of its own.
    groups: BTreeMap<ObjectIx, CampaignStep>,
    /// Whether `groups` tells all that there is; not after a loss, until something is told.
    is_known: bool,
    step: Option<Running>,
    mode: Option<Running>,
    waits: Option<Running>,
    records: Option<u32>,
    next_id: u32,
    lost: bool,
    told_status: Option<Status>,
    told_valid: bool,
    /// The last event of the instant that is not closed yet.
    open: Option<Stamp>,
}

impl CampaignBrain {
    /// An object of which nothing was told.
    pub fn new(me: ObjectIx, kind: ObjectType) -> Self {
        Self {
            me,
            has_steps: matches!(kind, ObjectType::Campaign | ObjectType::CampaignGroup),
            groups: BTreeMap::new(),
            is_known: false,
            step: None,
            mode: None,
            waits: None,
            records: None,
            next_id: 0,
            lost: false,
            told_status: None,
            told_valid: true,
            open: None,
        }
    }

    fn hear(&mut self, event: &QueueEvent, out: &mut Out) {
        match event.what {
            // What begins with the first record about it does not begin deactivated: see `close`.
            QueueWhat::Start => self.is_known = true,
            QueueWhat::LinkLost => {
                self.lost = true;
                self.forget(event, None, out);
            }
            QueueWhat::Gap(loss) => {
                self.lost = true;
                self.forget(event, Some(loss), out);
            }
            QueueWhat::Registered => self.lost = false,
            QueueWhat::Campaign(what) => {
                self.lost = false;
                self.take(what, event, out);
            }
            _ => {}
        }
    }

    fn take(&mut self, what: CampaignWhat, event: &QueueEvent, out: &mut Out) {
        match what {
            CampaignWhat::Step { group, step, mode } => {
                self.is_known = true;
                self.groups.insert(group, step);
                let furthest = self.furthest();
                let dials = furthest == CampaignStep::Running;
                let waits = self.waits.map(|run| run.action).filter(|_| dials);
                self.set(Place::Waits, waits, event, out);
                self.set(Place::Mode, mode.filter(|_| dials), event, out);
                self.set(Place::Step, Some(furthest.action()), event, out);
            }
            CampaignWhat::Waits(for_what) => self.set(Place::Waits, for_what, event, out),
            CampaignWhat::Moment(action) => {
                self.put(What::Happened { action }, event.stamp.at, Micros::ZERO, event, out);
            }
            CampaignWhat::Records(left) => {
                if self.records.replace(left) != Some(left) {
                    self.put(What::Records { left }, event.stamp.at, Micros::ZERO, event, out);
                }
            }
        }
    }

    fn furthest(&self) -> CampaignStep {
        self.groups.values().copied().max().unwrap_or(CampaignStep::Deactivated)
    }

    fn place(&mut self, place: Place) -> &mut Option<Running> {
        match place {
            Place::Step => &mut self.step,
            Place::Mode => &mut self.mode,
            Place::Waits => &mut self.waits,
        }
    }

    /// From now on that action goes on in its place, or none; one that goes on already stays.
    fn set(&mut self, place: Place, action: Option<Action>, event: &QueueEvent, out: &mut Out) {
        let running = *self.place(place);
        if running.map(|run| run.action) == action {
            return;
        }
        if let Some(run) = running {
            let span = event.stamp.time - run.begun_source;
            out.counters.negative += u64::from(span < Micros::ZERO);
            let what = What::Ended { action: run.action, id: run.id };
            self.put(what, run.begun, span.max(Micros::ZERO), event, out);
        }
        let next = action.map(|action| {
            self.next_id = self.next_id.wrapping_add(1);
            Running::new(self.next_id, action, event.stamp, None)
        });
        if let Some(run) = next {
            self.put(What::Began { action: run.action, id: run.id }, run.begun, Micros::ZERO, event, out);
        }
        *self.place(place) = next;
    }

    /// Nobody knows what goes on until it is told: it ends (rule X-1), or ended when records were lost (rule X-11).
    fn forget(&mut self, event: &QueueEvent, loss: Option<Loss>, out: &mut Out) {
        for place in [Place::Waits, Place::Mode, Place::Step] {
            match (loss, self.place(place).take()) {
                (Some(loss), Some(run)) => {
                    let what = What::Lost { action: run.action, id: run.id };
                    self.put(what, run.begun, loss.span(run.begun), event, out);
                }
                (None, Some(run)) => {
                    *self.place(place) = Some(run);
                    self.set(place, None, event, out);
                }
                (_, None) => {}
            }
        }
        self.groups.clear();
        self.is_known = false;
        if let Some(loss) = loss
            && self.told_status.take().is_some()
        {
            self.put(What::Unseen, loss.last_seen(), Micros::ZERO, event, out);
        }
    }

    /// Closes the instant: status and validity follow (rule Q-1).
    fn close(&mut self, out: &mut Out) {
        let Some(stamp) = self.open.take() else { return };
        if self.has_steps && self.is_known && self.step.is_none() {
            let event =
                QueueEvent { stamp, conn: model::item::ConnIx::NONE, data: None, what: QueueWhat::Start };
            self.set(Place::Step, Some(self.furthest().action()), &event, out);
        }
        let mut tell =
            |what| out.lines.push(Line { step: stamp.step, late: true, item: item(stamp, self.me, what) });
        if self.told_valid == self.lost {
            self.told_valid = !self.lost;
            tell(What::Validity { valid: !self.lost });
        }
        if !self.has_steps || (!self.is_known && !self.lost) {
            return;
        }
        let to = if self.lost { Status::NotMonitored } else { self.furthest().status() };
        if self.told_status.replace(to) != Some(to) {
            tell(What::Status { to });
        }
    }

    fn put(&self, what: What, start: Micros, source_span: Micros, event: &QueueEvent, out: &mut Out) {
        let fact = Item { conn: event.conn, start, source_span, ..item(event.stamp, self.me, what) };
        out.line(event.stamp.step, false, fact, &event.data);
    }
}

/// What may go on beside each other.
#[derive(Clone, Copy)]
enum Place {
    Step,
    Mode,
    Waits,
}

impl Brain for CampaignBrain {
    type Event = QueueEvent;

    fn apply(&mut self, events: &[QueueEvent], out: &mut Out) {
        by_instant(self, events, out, |brain| &mut brain.open, Self::hear, Self::close);
    }
}
