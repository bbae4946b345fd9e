//! What each kind of record is about, and who must hear of it (contracts part 3).

use super::calls::Slot;
use super::{Batch, Floor};
use crate::device::{AgentMode, CallKind, DeviceEvent, DeviceWhat, Leg, Parting};
use crate::directory::SourceIx;
use crate::queue::{QueueEvent, QueueWhat, Target};
use crate::stamp::{Data, Few, Stamp};
use model::item::{Attached, ConnIx, GapSpan};
use model::object::ObjectIx;
use model::record::{Body, CallState, CallType, Event, Record, Role, WorkMode};
use model::snapshot::DnType;
use model::time::Micros;
use std::sync::Arc;

/// A record with its source resolved.
#[derive(Clone, Copy)]
pub(super) struct Taken<'a> {
    pub(super) record: &'a Record,
    pub(super) source: SourceIx,
    pub(super) stamp: Stamp,
}

impl Floor {
    /// Takes in one record.
    pub(super) fn take(&mut self, record: &Record, batch: &mut Batch<'_>) {
        self.counters.records += 1;
        let source = self.source(&record.source);
        if self.sources[source.0 as usize].is_repeated(record) {
            self.counters.duplicates += 1;
            return;
        }
        if record.received < self.complete {
            self.counters.late += 1;
        }
        let at = record.received.max(self.complete);
        self.complete = at;
        self.check(at, batch);
        if self.begun.is_none() {
            self.begin(at, record.time, batch);
        }
        let stamp = batch.step(at, record.time);
        self.expire(stamp, batch);
        let taken = Taken { record, source, stamp };
        if !self.take_link(taken, batch) {
            match self.sources[source.0 as usize].up {
                true => self.take_event(taken, batch),
                false => self.counters.while_down += 1,
            }
        }
    }

    fn source(&mut self, name: &model::Text) -> SourceIx {
        self.directory.find_source(name).unwrap_or_else(|| {
            // A source that the tenant does not list reports a switch of its own name.
            self.sources.push(Default::default());
            self.directory.add_source(name, name)
        })
    }

    fn expire(&mut self, stamp: Stamp, batch: &mut Batch<'_>) {
        self.calls.expire(stamp.at, |call| {
            for queue in &call.queues {
                let what = QueueWhat::Forget;
                batch.routes.queues.push(*queue, QueueEvent { stamp, conn: call.conn, data: None, what });
            }
        });
    }

    /// Records that are heard also while the link is down; false for all others.
    fn take_link(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) -> bool {
        let up = &mut self.sources[taken.source.0 as usize].up;
        match (&taken.record.event, taken.record.body.as_deref()) {
            (Event::LinkConnected | Event::ServerConnected, _) => *up = true,
            (Event::LinkDisconnected | Event::ServerDisconnected, _) => {
                if std::mem::replace(up, false) {
                    self.lose(taken, batch);
                }
            }
            (Event::Registered, _) => {
                *up = true;
                self.register(taken, batch);
            }
            (Event::Snapshot, Some(Body::Snapshot(snapshot))) => {
                *up = true;
                self.take_picture(taken, snapshot, batch);
            }
            (Event::Gap, Some(Body::Gap(gap))) => {
                let of_source = |ix: &ObjectIx| self.directory.sources(*ix).contains(&taken.source);
                let objects = self.directory.objects().map(|(ix, _)| ix).filter(of_source).collect();
                batch.routes.gaps.push(GapSpan { from: gap.from, to: gap.to, objects });
            }
            (Event::Other(_), _) => self.counters.unknown_events += 1,
            (event, _) if is_unhandled(event) => self.counters.unhandled += 1,
            _ => return false,
        }
        true
    }

    /// The link is gone: every DN of the source hears of it.
    fn lose(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let mut gone: Vec<ObjectIx> = self.directory.dns_of(taken.source).to_vec();
        gone.sort_unstable();
        for dn in &gone {
            match self.is_mediation(*dn) {
                true => batch.queue(*dn, taken.stamp, QueueWhat::LinkLost),
                false => batch.device(*dn, taken.stamp, DeviceWhat::LinkLost),
            }
        }
        self.calls.leave_all(|dn| gone.binary_search(&dn).is_ok(), taken.stamp.at);
    }

    fn register(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let Some(dn) = self.this_dn(taken, batch) else { return };
        if self.is_mediation(dn) {
            return batch.queue(dn, taken.stamp, QueueWhat::Registered);
        }
        let record = taken.record;
        let agent = record.agent_id.as_ref().map(|id| self.agent(id, taken.source, taken.stamp, batch));
        let told = record.rare.as_ref().and_then(|rare| rare.agent_state.as_deref());
        let state = agent_mode(told, record.work_mode.as_ref());
        let queue = self.this_queue(taken, batch);
        let what = DeviceWhat::Registered { agent, state };
        self.post_device(dn, taken, queue, reasons(record), what, batch);
    }

    /// Everything that is about one DN.
    fn take_event(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let Some(dn) = self.this_dn(taken, batch) else { return };
        let mediation = self.is_mediation(dn);
        match (&taken.record.event, mediation) {
            (Event::DNOutOfService, _) => {
                match mediation {
                    true => batch.queue(dn, taken.stamp, QueueWhat::OutOfService),
                    false => batch.device(dn, taken.stamp, DeviceWhat::OutOfService),
                }
                self.calls.leave_all(|party| party == dn, taken.stamp.at);
            }
            (Event::DNBackInService, true) => batch.queue(dn, taken.stamp, QueueWhat::BackInService),
            (Event::DNBackInService, false) => batch.device(dn, taken.stamp, DeviceWhat::BackInService),
            (Event::UserEvent, true) => batch.queue(dn, taken.stamp, QueueWhat::UserEvent),
            (Event::UserEvent, false) => batch.device(dn, taken.stamp, DeviceWhat::UserEvent),
            (_, true) => self.take_queue_event(dn, taken, batch),
            (_, false) => self.take_device_event(dn, taken, batch),
        }
    }

    fn take_queue_event(&mut self, dn: ObjectIx, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let record = taken.record;
        let kind = record.call_type.as_ref().map(call_kind);
        let (what, part) = match record.event {
            Event::Queued | Event::RouteRequest => {
                (QueueWhat::Queued { kind, synthetic: record.synthetic }, Part::Joins)
            }
            Event::Diverted => (QueueWhat::Diverted(self.target(taken)), Part::Leaves),
            Event::RouteUsed if record.third_party_dn.is_some() => {
                (QueueWhat::Diverted(self.target(taken)), Part::Leaves)
            }
            Event::Abandoned => (QueueWhat::Abandoned, Part::Leaves),
            Event::PartyChanged => (QueueWhat::PartyChanged { prev: ConnIx::NONE, kind }, Part::Renames),
            Event::CallHeartbeat => {
                let configured = self.config.stuck_checks.get(&dn).copied();
                self.checks.heartbeat(dn, configured, taken.stamp.at);
                (QueueWhat::Heartbeat, Part::Stays)
            }
            Event::TreatmentApplied => (QueueWhat::TreatmentStarted, Part::Stays),
            Event::TreatmentEnd => (QueueWhat::TreatmentEnded, Part::Stays),
            Event::TreatmentNotApplied => (QueueWhat::TreatmentFailed, Part::Stays),
            Event::AttachedDataChanged => (QueueWhat::NewData, Part::Stays),
            _ => return,
        };
        let Some((slot, prev)) = self.call(dn, Some(dn), taken, part) else { return };
        let what = match what {
            QueueWhat::PartyChanged { kind, .. } => QueueWhat::PartyChanged { prev, kind },
            what => what,
        };
        self.tell_data(slot, dn, taken, batch);
        let data = self.calls.data(slot, Some(dn), (&mut self.queue_names, &self.directory));
        let data = with_own(data, record);
        let conn = self.calls.at(slot).conn;
        batch.routes.queues.push(dn, QueueEvent { stamp: taken.stamp, conn, data, what });
        self.part(slot, dn, taken, part);
    }

    fn take_device_event(&mut self, dn: ObjectIx, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let record = taken.record;
        let (what, part) = match record.event {
            Event::Ringing => (DeviceWhat::Ringing(leg(record)), Part::Joins),
            Event::Dialing => (DeviceWhat::Dialing(leg(record)), Part::Joins),
            Event::Established => (DeviceWhat::Established(leg(record)), Part::Joins),
            Event::Held => (DeviceWhat::Held, Part::Stays),
            Event::Retrieved => (DeviceWhat::Retrieved, Part::Stays),
            Event::DestinationBusy => (DeviceWhat::DestinationBusy, Part::Stays),
            Event::Abandoned => (DeviceWhat::Abandoned, Part::Leaves),
            Event::Released => (DeviceWhat::Released(parting(record)), Part::Leaves),
            Event::PartyChanged => {
                let kind = record.call_type.as_ref().map(call_kind);
                let parting = parting(record);
                (DeviceWhat::PartyChanged { prev: ConnIx::NONE, parting, kind }, Part::Renames)
            }
            Event::PartyAdded => {
                let by_me = record.third_party_dn.is_some() && record.third_party_dn == record.this_dn;
                (DeviceWhat::PartyAdded { by_me }, Part::Stays)
            }
            Event::PartyDeleted => (DeviceWhat::PartyDeleted, Part::Stays),
            Event::AttachedDataChanged => (DeviceWhat::NewData, Part::Stays),
            _ => return self.take_agent_event(dn, taken, batch),
        };
        let queue = self.this_queue(taken, batch);
        let Some((slot, prev)) = self.call(dn, queue, taken, part) else { return };
        let what = match what {
            DeviceWhat::PartyChanged { parting, kind, .. } => {
                DeviceWhat::PartyChanged { prev, parting, kind }
            }
            what => what,
        };
        self.tell_data(slot, dn, taken, batch);
        let parties = &self.calls.at(slot).parties;
        // this_queue may be missing on later records of the leg: the first one told it.
        let known = parties.iter().find(|(party, _)| *party == dn).and_then(|(_, queue)| *queue);
        let queue = queue.or(known);
        let data = self.calls.data(slot, queue, (&mut self.queue_names, &self.directory));
        let data = with_own(data, record);
        let call = self.calls.at(slot);
        let event = DeviceEvent {
            stamp: taken.stamp,
            conn: call.conn,
            queue,
            queues: call.queues.clone(),
            data,
            what,
        };
        batch.routes.devices.push(dn, event);
        self.part(slot, dn, taken, part);
    }

    fn take_agent_event(&mut self, dn: ObjectIx, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let record = taken.record;
        let data = reasons(record);
        let acw = record.work_mode == Some(WorkMode::AfterCallWork);
        let what = match record.event {
            Event::OffHook => DeviceWhat::OffHook,
            Event::OnHook => DeviceWhat::OnHook,
            Event::AgentReady => DeviceWhat::Mode(AgentMode::Ready),
            Event::AgentNotReady if acw => DeviceWhat::Mode(AgentMode::AfterCallWork),
            Event::AgentNotReady => DeviceWhat::Mode(AgentMode::NotReady),
            Event::AgentAfterCallWork => DeviceWhat::Mode(AgentMode::AfterCallWork),
            Event::AgentLogin => match &record.agent_id {
                Some(id) => {
                    let agent = self.agent(id, taken.source, taken.stamp, batch);
                    DeviceWhat::Login { agent }
                }
                None => {
                    self.counters.incomplete += 1;
                    return;
                }
            },
            Event::AgentLogout => DeviceWhat::Logout,
            Event::QueueLogout if record.this_queue.is_some() => DeviceWhat::Logout,
            Event::Queued | Event::Diverted | Event::RouteRequest | Event::RouteUsed => {
                self.counters.refused += 1;
                return;
            }
            _ => return,
        };
        let queue = self.this_queue(taken, batch);
        self.post_device(dn, taken, queue, data, what, batch);
    }

    fn post_device(
        &mut self,
        dn: ObjectIx,
        taken: Taken<'_>,
        queue: Option<ObjectIx>,
        data: Data,
        what: DeviceWhat,
        batch: &mut Batch<'_>,
    ) {
        let stamp = taken.stamp;
        let event = DeviceEvent { stamp, conn: ConnIx::NONE, queue, queues: Few::new(), data, what };
        batch.routes.devices.push(dn, event);
    }

    /// The record's call, and the one that it replaces. `None` (counted) for a step of a call that is not known.
    fn call(
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
    fn part(&mut self, slot: Slot, dn: ObjectIx, taken: Taken<'_>, part: Part) {
        if part == Part::Leaves {
            self.calls.leave(slot, dn, taken.stamp.at);
        }
    }

    /// New data of a call reach all its DNs (rule Q-24).
    fn tell_data(&mut self, slot: Slot, dn: ObjectIx, taken: Taken<'_>, batch: &mut Batch<'_>) {
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
    fn target(&self, taken: Taken<'_>) -> Target {
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
    fn this_dn(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) -> Option<ObjectIx> {
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
    fn this_queue(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) -> Option<ObjectIx> {
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

/// What a record does to its DN's part in the call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Joins,
    Stays,
    Leaves,
    Renames,
}

fn is_unhandled(event: &Event) -> bool {
    use Event as E;
    matches!(
        event,
        E::ConfigChanged
            | E::Snapshot
            | E::Gap
            | E::InteractionSubmitted
            | E::PlacedInQueue
            | E::TakenFromQueue
            | E::PlacedInWorkbin
            | E::TakenFromWorkbin
            | E::PartyRemoved
            | E::AgentInvited
            | E::Rejected
            | E::Revoked
            | E::Resumed
            | E::PropertiesChanged
            | E::ProcessingStopped
            | E::MediaAdded
            | E::MediaRemoved
            | E::ReadyForMedia
            | E::NotReadyForMedia
    )
}

pub(super) fn call_kind(kind: &CallType) -> CallKind {
    match kind {
        CallType::Internal => CallKind::Internal,
        CallType::Inbound => CallKind::Inbound,
        CallType::Outbound => CallKind::Outbound,
        CallType::Consult => CallKind::Consult,
        CallType::Unknown | CallType::Other(_) => CallKind::Unknown,
    }
}

pub(super) fn originated(role: Option<&Role>) -> Option<bool> {
    match role? {
        Role::Origination => Some(true),
        Role::Destination => Some(false),
        _ => None,
    }
}

fn leg(record: &Record) -> Leg {
    Leg {
        kind: record.call_type.as_ref().map(call_kind),
        originated: originated(record.rare.as_ref().and_then(|rare| rare.this_dn_role.as_ref())),
        transferred: record.call_state == Some(CallState::Transferred),
        synthetic: record.synthetic,
    }
}

fn parting(record: &Record) -> Parting {
    if record.reason.as_deref() == Some("answered_elsewhere") {
        return Parting::AnsweredElsewhere;
    }
    match &record.call_state {
        None | Some(CallState::Ok | CallState::Abandoned) => Parting::HungUp,
        Some(CallState::Transferred) => Parting::Transferred,
        Some(CallState::Conferenced) => Parting::Conferenced,
        Some(_) => Parting::Failed,
    }
}

/// The state that a registration or a snapshot tells; `None` tells nothing.
pub(super) fn agent_mode(state: Option<&str>, mode: Option<&WorkMode>) -> Option<AgentMode> {
    let acw = mode == Some(&WorkMode::AfterCallWork);
    match state {
        Some("AfterCallWork") => Some(AgentMode::AfterCallWork),
        Some("NotReady") if acw => Some(AgentMode::AfterCallWork),
        Some("NotReady") => Some(AgentMode::NotReady),
        Some("Ready") => Some(AgentMode::Ready),
        _ => match mode? {
            WorkMode::AfterCallWork => Some(AgentMode::AfterCallWork),
            WorkMode::AuxWork | WorkMode::WalkAway => Some(AgentMode::NotReady),
            WorkMode::ManualIn | WorkMode::AutoIn | WorkMode::ReturnBack => Some(AgentMode::Ready),
            _ => None,
        },
    }
}

/// Reasons (and the switch's extensions) of an agent's record: they replace the former, absent = none.
fn reasons(record: &Record) -> Data {
    let extensions = record.rare.as_ref().and_then(|rare| rare.extensions.as_ref());
    if record.reasons.is_none() && extensions.is_none() {
        return None;
    }
    Some(Arc::new(Attached {
        reasons: record.reasons.as_deref().cloned().map(Arc::new),
        extensions: extensions.cloned().map(Arc::new),
        ..Attached::default()
    }))
}

/// Adds what belongs to this record alone.
fn with_own(data: Data, record: &Record) -> Data {
    let rare = record.rare.as_deref();
    let extensions = rare.and_then(|rare| rare.extensions.as_ref());
    let treatment_type = rare.and_then(|rare| rare.treatment_type.as_ref());
    if record.reasons.is_none() && extensions.is_none() && treatment_type.is_none() {
        return data;
    }
    let mut own = data.as_deref().cloned().unwrap_or_default();
    own.reasons = record.reasons.as_deref().cloned().map(Arc::new);
    own.extensions = extensions.cloned().map(Arc::new);
    own.treatment_type = treatment_type.cloned();
    Some(Arc::new(own))
}

/// The earlier of a told time and now: snapshot times are clamped to the return (rule Q-10).
pub(super) fn clamped(told: Micros, stamp: Stamp) -> Micros {
    told.min(stamp.at)
}
