//! What each kind of record is about, and who must hear of it (contracts part 3).

use super::campaigns::is_of_campaign;
use super::media::is_of_media;
use super::resolve::Part;
use super::words::{agent_mode, call_kind, is_unhandled, leg, of_user_event, parting, reasons, with_own};
use super::{Batch, Floor};
use crate::device::{AgentMode, DeviceEvent, DeviceWhat, Fact, FactWhat};
use crate::directory::SourceIx;
use crate::group::{GroupEvent, GroupWhat};
use crate::queue::{QueueEvent, QueueWhat};
use crate::stamp::{Data, Few, Loss, Stamp};
use model::item::{ConnIx, GapSpan};
use model::object::{ObjectIx, ObjectType};
use model::record::{Body, Event, Gap, Record, WorkMode};

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
        self.foresee(at, batch);
        let stamp = batch.step(at, record.time);
        batch.note_cause(record);
        self.expire(stamp, batch);
        let taken = Taken { record, source, stamp };
        if !self.take_link(taken, batch) {
            match self.sources[source.0 as usize].up {
                true => self.take_event(taken, batch),
                false => self.counters.while_down += 1,
            }
        }
    }

    pub(super) fn source(&mut self, name: &model::Text) -> SourceIx {
        // Records of one source often come in a row.
        if self.last_source.0 < self.sources.len() as u16
            && self.directory.source_name(self.last_source) == name
        {
            return self.last_source;
        }
        self.last_source = self.find_source(name);
        self.last_source
    }

    fn find_source(&mut self, name: &model::Text) -> SourceIx {
        self.directory.find_source(name).unwrap_or_else(|| {
            // A source that the tenant does not list reports a switch of its own name.
            self.sources.push(Default::default());
            self.directory.add_source(name, name)
        })
    }

    fn expire(&mut self, stamp: Stamp, batch: &mut Batch<'_>) {
        self.expire_media(stamp, batch);
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
        let was_up = *up;
        match (&taken.record.event, taken.record.body.as_deref()) {
            (Event::LinkConnected | Event::ServerConnected, _) => self.hear_again(taken, batch),
            (Event::LinkDisconnected | Event::ServerDisconnected, _) => {
                if std::mem::replace(up, false) {
                    self.lose(taken, batch);
                }
            }
            (Event::Registered, _) => {
                self.hear_again(taken, batch);
                self.register(taken, batch);
            }
            (Event::Snapshot, Some(Body::Snapshot(snapshot))) => {
                *up = true;
                if !was_up {
                    self.return_areas(taken, batch);
                }
                self.take_picture(taken, snapshot, batch);
                self.take_media_picture(taken, &snapshot.media, was_up, batch);
                self.take_campaign_picture(taken, &snapshot.media, batch);
            }
            // They were carried out before the first record of their instant.
            (Event::ConfigChanged | Event::Gap, _) => {}
            // The session goes on as it was (rule X-5).
            (Event::PrimaryChanged | Event::RestoreConnection, _) => {}
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
        self.lose_media(taken, batch);
        self.tell_campaigns(taken, &QueueWhat::LinkLost, batch);
    }

    /// Records are lost for good: whatever went on is known up to there, and nothing of the time until now counts for
    /// it (rules ). What a lost link had ended already is not lost again.
    pub(super) fn miss(&mut self, taken: Taken<'_>, gap: &Gap, batch: &mut Batch<'_>) {
        let stamp = taken.stamp;
        let loss = Loss { from: gap.from.min(stamp.at), unsaved: gap.unsaved };
        let mut objects = Vec::new();
        for (ix, object) in self.directory.objects() {
            let sources = self.directory.sources(ix);
            let is_agent = object.kind == ObjectType::Agent;
            // An agent of whom nothing was heard may have logged in meanwhile.
            if is_agent && (sources.is_empty() || sources.contains(&taken.source)) {
                let what = FactWhat::Gap(loss);
                batch.routes.agents.push(ix, Fact { stamp, device: ix, what, data: None, same_data: false });
            }
            if !sources.contains(&taken.source) {
                continue;
            }
            objects.push(ix);
            if object.kind.is_group() {
                batch.routes.groups.push(ix, GroupEvent { stamp, what: GroupWhat::Gap(loss) });
            }
        }
        batch.routes.gaps.push(GapSpan { from: gap.from, to: gap.to, objects });
        if self.sources[taken.source.0 as usize].up {
            let mut gone: Vec<ObjectIx> = self.directory.dns_of(taken.source).to_vec();
            gone.sort_unstable();
            for dn in &gone {
                match self.is_mediation(*dn) {
                    true => batch.queue(*dn, stamp, QueueWhat::Gap(loss)),
                    false => batch.device(*dn, stamp, DeviceWhat::Gap(loss)),
                }
            }
            self.calls.leave_all(|dn| gone.binary_search(&dn).is_ok(), stamp.at);
            self.miss_media(taken, loss, batch);
            self.miss_campaigns(taken.source, stamp, loss, batch);
        }
    }

    /// The link is up. What the calls were at its loss is not forgotten before a snapshot can tell what became of them
    /// (rule Q-10), however long that took; from now on they are over unless something is heard of them.
    fn hear_again(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) {
        if std::mem::replace(&mut self.sources[taken.source.0 as usize].up, true) {
            return;
        }
        self.return_areas(taken, batch);
        let mut back: Vec<ObjectIx> = self.directory.dns_of(taken.source).to_vec();
        back.sort_unstable();
        self.calls.leave_all(|dn| back.binary_search(&dn).is_ok(), taken.stamp.at);
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

    /// Everything that is about one DN, or about media.
    pub(super) fn take_event(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) {
        if is_of_media(taken.record) {
            return self.take_media(taken, batch);
        }
        if is_of_campaign(&taken.record.event) {
            return self.take_campaign(taken, batch);
        }
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
            (Event::UserEvent, _) => self.take_user_event(dn, mediation, taken, batch),
            (_, true) => self.take_queue_event(dn, taken, batch),
            (_, false) => self.take_device_event(dn, taken, batch),
        }
    }

    fn take_user_event(&mut self, dn: ObjectIx, mediation: bool, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let (stamp, conn) = (taken.stamp, ConnIx::NONE);
        let named = taken.record.this_queue.clone();
        let this_queue = named.or_else(|| mediation.then(|| self.directory.number(dn).into()));
        let data = of_user_event(taken.record, this_queue);
        if mediation {
            let what = QueueWhat::UserEvent;
            return batch.routes.queues.push(dn, QueueEvent { stamp, conn, data, what });
        }
        self.post_device(dn, taken, None, data, DeviceWhat::UserEvent, batch);
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
}
