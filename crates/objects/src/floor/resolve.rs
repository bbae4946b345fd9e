//! What the names in a record stand for: DNs (discovered at first sight), calls and who takes part in them.

use super::calls::Slot;
use super::route::Taken;
use super::{Batch, Floor};
use crate::device::{DeviceEvent, DeviceWhat};
use crate::directory::SourceIx;
use crate::queue::{QueueEvent, QueueWhat, Target};
use crate::stamp::{Few, Stamp};
use model::item::ConnIx;
use model::object::ObjectIx;
use model::record::{CallState, Event};
use model::snapshot::DnType;

/// What a record does to its DN's part in the call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Joins,
    Stays,
    Leaves,
    Renames,
}

impl Floor {
    /// The record's call, and the one that it replaces. `None` (counted) for a step of a call that is not known.
    pub(super) fn call(
        &mut self,
        dn: ObjectIx,
        queue: Option<ObjectIx>,
        taken: Taken<'_>,
        part: Part,
    ) -> Option<(Slot, ConnIx)> {
        let Some(name) = &taken.record.conn_id else {
            self.counters.incomplete += 1;
            return None;
        };
        let slot = match part {
            Part::Joins => self.calls.find_or_begin(name),
            Part::Renames => return Some(self.rename(dn, name, taken)),
            Part::Stays | Part::Leaves => match self.calls.find(name) {
                Some(slot) => slot,
                None => {
                    self.counters.refused += 1;
                    return None;
                }
            },
        };
        if part == Part::Joins {
            self.calls.join(slot, dn, queue);
        }
        Some((slot, ConnIx::NONE))
    }

    fn rename(&mut self, dn: ObjectIx, name: &model::Text, taken: Taken<'_>) -> (Slot, ConnIx) {
        let prev = taken.record.prev_conn_id.as_ref().filter(|prev| *prev != name);
        let prev = prev.and_then(|prev| self.calls.find(prev));
        let slot = self.calls.find_or_begin(name);
        let Some(prev) = prev else {
            self.calls.rest(slot, taken.stamp.at);
            return (slot, ConnIx::NONE);
        };
        let conn = self.calls.at(prev).conn;
        self.calls.rename(prev, slot, dn, taken.stamp.at);
        (slot, conn)
    }

    /// What becomes of the DN's part in the call after the record.
    pub(super) fn part(&mut self, slot: Slot, dn: ObjectIx, taken: Taken<'_>, part: Part) {
        if part == Part::Leaves {
            self.calls.leave(slot, dn, taken.stamp.at);
        }
    }

    /// New data of a call reach all its DNs (rule Q-24).
    pub(super) fn tell_data(&mut self, slot: Slot, dn: ObjectIx, taken: Taken<'_>, batch: &mut Batch<'_>) {
        if !self.calls.learn(slot, taken.record) {
            return;
        }
        let (stamp, conn) = (taken.stamp, self.calls.at(slot).conn);
        let parties = self.calls.at(slot).parties.clone();
        for (party, queue) in parties.into_iter().filter(|(party, _)| *party != dn) {
            if self.is_mediation(party) {
                continue;
            }
            let data = self.calls.data(slot, queue, (&mut self.queue_names, &self.directory));
            let what = DeviceWhat::NewData;
            let event = DeviceEvent { stamp, conn, queue, queues: Few::new(), data, what };
            batch.routes.devices.push(party, event);
        }
        let queues = self.calls.at(slot).queues.clone();
        for queue in queues.into_iter().filter(|queue| *queue != dn) {
            let data = self.calls.data(slot, Some(queue), (&mut self.queue_names, &self.directory));
            let what = QueueWhat::NewData;
            batch.routes.queues.push(queue, QueueEvent { stamp, conn, data, what });
        }
    }

    /// Where a `Diverted` or `RouteUsed` says that the call goes (rule Q-26).
    pub(super) fn target(&self, taken: Taken<'_>) -> Target {
        let record = taken.record;
        if record.call_state == Some(CallState::Cleared) {
            return Target::Cleared;
        }
        let Some(number) = &record.third_party_dn else { return Target::Cleared };
        match self.directory.find_dn(taken.source, number) {
            Some(dn) if self.is_mediation(dn) => Target::Queue(dn),
            Some(dn) => Target::Device(dn),
            None => Target::Unknown,
        }
    }

    /// The record's DN; discovered at first sight.
    pub(super) fn this_dn(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) -> Option<ObjectIx> {
        let record = taken.record;
        let Some(number) = &record.this_dn else {
            self.counters.incomplete += 1;
            return None;
        };
        let queue_like = matches!(
            record.event,
            Event::Queued | Event::Diverted | Event::RouteRequest | Event::RouteUsed | Event::CallHeartbeat
        );
        let kind = match queue_like || record.this_queue.as_ref() == Some(number) {
            true => DnType::Queue,
            false => DnType::Extension,
        };
        let dn = self.dn(number, kind, taken.source, taken.stamp, batch);
        if !self.directory.has_source(dn) {
            self.directory.add_source_of(dn, taken.source);
        }
        Some(dn)
    }

    /// The record's mediation DN; discovered at first sight.
    pub(super) fn this_queue(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) -> Option<ObjectIx> {
        let number = taken.record.this_queue.as_ref()?;
        let queue = self.dn(number, DnType::Queue, taken.source, taken.stamp, batch);
        if !self.is_mediation(queue) {
            return None;
        }
        Some(queue)
    }

    /// The DN of that bare number; added as `kind` at first sight.
    pub(super) fn dn(
        &mut self,
        number: &str,
        kind: DnType,
        source: SourceIx,
        stamp: Stamp,
        batch: &mut Batch<'_>,
    ) -> ObjectIx {
        self.directory.find_dn(source, number).unwrap_or_else(|| {
            let dn = self.directory.add_dn(self.directory.switch_of(source), number, kind, None);
            self.directory.add_source_of(dn, source);
            self.start(dn, stamp, batch);
            dn
        })
    }

    pub(super) fn is_mediation(&self, dn: ObjectIx) -> bool {
        self.directory.dn_type(dn).is_some_and(DnType::is_mediation)
    }
}
