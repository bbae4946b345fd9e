//! Interactions at a channel: offered, handled, transferred, joined by others (statistics 2.6).

use super::channel::Channel;
use super::event::{Joining, TaskWhat};
use super::puts::Puts;
use crate::area::AreaWhat;
use crate::device::CallKind;
use crate::queue::QueueWhat;
use crate::stamp::{Data, Running, same_data};
use model::Action;
use model::item::ConnIx;
use model::object::ObjectIx;
use serde::{Deserialize, Serialize};

/// An interaction that is offered or handled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) conn: ConnIx,
    pub(super) kind: CallKind,
    area: Option<ObjectIx>,
    /// An agent transfers it: who accepts takes it over.
    transferred: bool,
    /// Delivering or Handling.
    pub(super) run: Running,
    /// HandlingInbound, HandlingInternal or HandlingOutbound, beside Handling.
    own: Option<Running>,
    pub(super) data: Data,
}

impl Task {
    pub(super) fn is_offer(&self) -> bool {
        self.run.action == Action::Delivering
    }

    /// Ends without outcome.
    pub(super) fn drop(self, puts: &mut Puts<'_>) {
        for run in [Some(self.run), self.own].into_iter().flatten() {
            puts.end(run, self.conn, &self.data);
        }
    }
}

impl Channel {
    /// A step of the interaction `conn`, which came from `area`.
    pub(super) fn work(
        &mut self,
        (conn, area): (ConnIx, Option<ObjectIx>),
        what: TaskWhat,
        data: &Data,
        puts: &mut Puts<'_>,
    ) {
        let known = self.tasks.iter().position(|task| task.conn == conn);
        if let Some(task) = known.map(|known| &mut self.tasks[known])
            && !same_data(&task.data, data)
        {
            task.data.clone_from(data);
            for run in [Some(task.run), task.own].into_iter().flatten() {
                puts.change(&run, conn, data);
            }
        }
        match (what, known) {
            (TaskWhat::Invited { kind, transferred, synthetic }, None) => {
                if !synthetic {
                    puts.moment(Action::DeliveringStarted, conn, data);
                }
                let run = puts.begin(Action::Delivering, conn, data);
                let data = data.clone();
                self.tasks.push(Task { conn, kind, area, transferred, run, own: None, data });
            }
            (TaskWhat::Joined { kind, how, synthetic }, _) => {
                let offer = known.map(|known| self.tasks.remove(known));
                let task = join(offer, (conn, area), (kind, how, synthetic), data, puts);
                self.tasks.insert(known.unwrap_or(self.tasks.len()), task);
            }
            (TaskWhat::NewData, _) => {}
            (TaskWhat::Moment(action), Some(_)) | (TaskWhat::Watch(action), _) => {
                puts.moment(action, conn, data)
            }
            (
                TaskWhat::Left { .. } | TaskWhat::Rejected | TaskWhat::Revoked | TaskWhat::Stopped,
                Some(known),
            ) => {
                let task = self.tasks.remove(known);
                part(task, what, puts);
            }
            // Told again, or of an interaction that is not here.
            (TaskWhat::Invited { .. } | TaskWhat::Stopped, _) => {}
            _ => puts.refused += 1,
        }
    }
}

/// An offer is accepted, or the agent comes to the interaction in another way.
fn join(
    offer: Option<Task>,
    (conn, area): (ConnIx, Option<ObjectIx>),
    (kind, how, synthetic): (CallKind, Joining, bool),
    data: &Data,
    puts: &mut Puts<'_>,
) -> Task {
    let mut transferred = false;
    match offer {
        Some(task) if task.is_offer() => {
            puts.end(task.run, conn, data);
            puts.past(Action::Accepted, &task.run, conn, data);
            transferred = task.transferred;
        }
        // He handles it already.
        Some(task) => return task,
        None => {}
    }
    let own = handling_of(kind);
    if !synthetic {
        if transferred {
            puts.moment(Action::TransferTaken, conn, data);
        }
        let moment = match (how, kind) {
            (Joining::Pulled, _) => Some(Action::Pulled),
            (Joining::Started, CallKind::Outbound) => Some(Action::StartedOutbound),
            (Joining::Started, CallKind::Internal) => Some(Action::StartedInternal),
            (Joining::Conference { by_intrusion: true }, _) => Some(Action::ConferenceJoinedByIntrusion),
            (Joining::Conference { by_intrusion: false }, _) => Some(Action::ConferenceJoined),
            _ => None,
        };
        let started = [moment, Some(Action::HandlingStarted), own.map(|(_, started)| started)];
        started.into_iter().flatten().for_each(|action| puts.moment(action, conn, data));
    }
    let run = puts.begin(Action::Handling, conn, data);
    let own = own.map(|(action, _)| puts.begin(action, conn, data));
    Task { conn, kind, area, transferred: false, run, own, data: data.clone() }
}

/// The interaction leaves the channel, with its outcome.
fn part(task: Task, what: TaskWhat, puts: &mut Puts<'_>) {
    let (conn, run, area, data) = (task.conn, task.run, task.area, task.data.clone());
    let is_offer = task.is_offer();
    task.drop(puts);
    if is_offer {
        let outcome = if what == TaskWhat::Rejected { Action::Rejected } else { Action::Revoked };
        return puts.past(outcome, &run, conn, &data);
    }
    puts.past(Action::InteractionReleased, &run, conn, &data);
    if what == (TaskWhat::Left { transferred: true }) {
        puts.moment(Action::TransferMade, conn, &data);
    }
    if let Some(area) = area {
        let what = AreaWhat::Released { by: puts.me, since: run.begun, since_source: run.begun_source };
        puts.tell_area(area, conn, QueueWhat::Area(what), &data);
    }
}

/// The durable action of a kind of interaction, with the momentary one of its beginning.
fn handling_of(kind: CallKind) -> Option<(Action, Action)> {
    match kind {
        CallKind::Inbound => Some((Action::HandlingInbound, Action::HandlingInboundStarted)),
        CallKind::Internal => Some((Action::HandlingInternal, Action::HandlingInternalStarted)),
        CallKind::Outbound => Some((Action::HandlingOutbound, Action::HandlingOutboundStarted)),
        CallKind::Unknown | CallKind::Consult => None,
    }
}
