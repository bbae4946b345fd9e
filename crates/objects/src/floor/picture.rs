//! Snapshots: each DN of the source hears how it stands (contracts part 4, rules ).

use super::route::Taken;
use super::words::{agent_mode, call_kind, clamped, originated};
use super::{Batch, Floor};
use crate::device::{CallView, DevicePicture, DeviceWhat, Leg};
use crate::queue::{OfferView, QueuePicture, QueueWhat, WaitView};
use crate::stamp::Few;
use model::Text;
use model::item::Attached;
use model::object::ObjectIx;
use model::snapshot::{CallPicture, DnPicture, DnType, LegState, Snapshot};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a snapshot says about mediation DNs, gathered from all its DNs.
#[derive(Default)]
struct Gathered {
    waiting: BTreeMap<ObjectIx, Vec<WaitView>>,
    offered: BTreeMap<ObjectIx, Vec<OfferView>>,
    in_service: BTreeMap<ObjectIx, bool>,
    devices: Vec<(ObjectIx, DevicePicture)>,
}

impl Floor {
    /// Takes in a snapshot: the state after its number. What it does not list does not exist.
    pub(super) fn take_picture(&mut self, taken: Taken<'_>, snapshot: &Snapshot, batch: &mut Batch<'_>) {
        let before: BTreeSet<ObjectIx> = self.directory.dns_of(taken.source).iter().copied().collect();
        let mut queues: BTreeMap<&Text, Few> = BTreeMap::new();
        for membership in &snapshot.memberships {
            let queue = self.dn(&membership.queue, DnType::Queue, taken.source, taken.stamp, batch);
            queues.entry(&membership.dn).or_default().push(queue);
        }
        let told = !snapshot.memberships.is_empty();
        let mut gathered = Gathered::default();
        let mut listed = BTreeSet::new();
        let mut resolved = Vec::with_capacity(snapshot.dns.len());
        for picture in &snapshot.dns {
            let dn = self.dn(&picture.dn, picture.kind, taken.source, taken.stamp, batch);
            if !self.directory.has_source(dn) {
                self.directory.add_source_of(dn, taken.source);
            }
            listed.insert(dn);
            resolved.push(dn);
        }
        self.calls.leave_all(|dn| before.contains(&dn) || listed.contains(&dn), taken.stamp.at);
        for (dn, picture) in resolved.into_iter().zip(&snapshot.dns) {
            if self.is_mediation(dn) {
                gathered.in_service.insert(dn, picture.in_service);
                self.gather_waiting(dn, picture, taken, &mut gathered);
            } else {
                let queues = queues.get(&picture.dn).cloned().unwrap_or_default();
                let device = self.gather_device(dn, picture, taken, &mut gathered, batch);
                gathered.devices.push((dn, DevicePicture { queues: told.then_some(queues), ..device }));
            }
        }
        self.post_pictures(taken, gathered, &before, &listed, batch);
    }

    fn gather_waiting(&mut self, dn: ObjectIx, picture: &DnPicture, taken: Taken<'_>, into: &mut Gathered) {
        for call in picture.calls.iter().filter(|call| call.state == LegState::Queued) {
            let slot = self.calls.find_or_begin(&call.conn_id);
            self.calls.join(slot, dn, Some(dn));
            self.calls.learn_list(slot, call.user_data.as_ref());
            let data = self.calls.data(slot, Some(dn), (&mut self.queue_names, &self.directory));
            into.waiting.entry(dn).or_default().push(WaitView {
                conn: self.calls.at(slot).conn,
                kind: call_kind(&call.call_type),
                since: clamped(call.queued_since.unwrap_or(call.since), taken.stamp),
                data,
            });
        }
    }

    fn gather_device(
        &mut self,
        dn: ObjectIx,
        picture: &DnPicture,
        taken: Taken<'_>,
        into: &mut Gathered,
        batch: &mut Batch<'_>,
    ) -> DevicePicture {
        let (source, stamp) = (taken.source, taken.stamp);
        let agent = picture.agent_id.as_ref().map(|id| self.agent(id, source, stamp, batch));
        let reasons = picture.reasons.clone().map(Arc::new);
        let reasons = reasons.map(|list| Arc::new(Attached { reasons: Some(list), ..Attached::default() }));
        let mut calls = Vec::with_capacity(picture.calls.len());
        for call in picture.calls.iter().filter(|call| call.state != LegState::Queued) {
            calls.push(self.gather_call(dn, call, taken, into, batch));
        }
        DevicePicture {
            in_service: picture.in_service,
            agent,
            queues: None,
            mode: agent_mode(picture.agent_state.as_deref(), picture.work_mode.as_ref()),
            mode_since: picture.state_since.map(|since| clamped(since, stamp)),
            reasons,
            calls,
        }
    }

    fn gather_call(
        &mut self,
        dn: ObjectIx,
        call: &CallPicture,
        taken: Taken<'_>,
        into: &mut Gathered,
        batch: &mut Batch<'_>,
    ) -> CallView {
        let stamp = taken.stamp;
        let queue =
            call.this_queue.as_ref().map(|number| self.dn(number, DnType::Queue, taken.source, stamp, batch));
        let queue = queue.filter(|queue| self.is_mediation(*queue));
        let slot = self.calls.find_or_begin(&call.conn_id);
        self.calls.join(slot, dn, queue);
        self.calls.learn_list(slot, call.user_data.as_ref());
        let data = self.calls.data(slot, queue, (&mut self.queue_names, &self.directory));
        let talking = matches!(call.state, LegState::Established | LegState::Held);
        let established = call.established_since.unwrap_or(call.since);
        let established_since = talking.then(|| clamped(established, stamp));
        let queued_since = call.queued_since.map(|since| clamped(since, stamp));
        let conn = self.calls.at(slot).conn;
        let others = self.calls.at(slot).queues.clone().into_iter().filter(|other| Some(*other) != queue);
        let been_at = queue.into_iter().map(|queue| (queue, true)).chain(others.map(|other| (other, false)));
        for (queue, mine) in been_at.filter(|_| call.state != LegState::Dialing) {
            let queued_since = queued_since.filter(|_| mine);
            let data = self.calls.data(slot, Some(queue), (&mut self.queue_names, &self.directory));
            let kind = call_kind(&call.call_type);
            let offer = OfferView { conn, device: dn, kind, mine, queued_since, established_since, data };
            into.offered.entry(queue).or_default().push(offer);
        }
        CallView {
            conn,
            leg: Leg {
                kind: Some(call_kind(&call.call_type)),
                originated: originated(call.this_dn_role.as_ref()),
                transferred: call.offer.as_deref() == Some("transferred"),
                synthetic: true,
            },
            state: call.state,
            since: clamped(call.since, stamp),
            established_since,
            queued_since,
            queue,
            queues: self.calls.at(slot).queues.clone(),
            data,
        }
    }

    fn post_pictures(
        &self,
        taken: Taken<'_>,
        mut gathered: Gathered,
        before: &BTreeSet<ObjectIx>,
        listed: &BTreeSet<ObjectIx>,
        batch: &mut Batch<'_>,
    ) {
        let stamp = taken.stamp;
        for (dn, picture) in gathered.devices {
            batch.device(dn, stamp, DeviceWhat::Picture(Some(Arc::new(picture))));
        }
        for (dn, in_service) in gathered.in_service {
            let waiting = gathered.waiting.remove(&dn).unwrap_or_default();
            let offered = gathered.offered.remove(&dn).unwrap_or_default();
            let picture = QueuePicture { in_service, waiting, offered };
            batch.queue(dn, stamp, QueueWhat::Picture(Some(Arc::new(picture))));
        }
        for dn in before.difference(listed) {
            match self.is_mediation(*dn) {
                true => batch.queue(*dn, stamp, QueueWhat::Picture(None)),
                false => batch.device(*dn, stamp, DeviceWhat::Picture(None)),
            }
        }
        // What is left came through mediation DNs that this snapshot does not list.
        for (queue, offers) in gathered.offered {
            batch.queue(queue, stamp, QueueWhat::Offers(Arc::new(offers)));
        }
    }
}
