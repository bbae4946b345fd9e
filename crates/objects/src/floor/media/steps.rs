//! The steps of interactions (event-sources B7): submitted, placed, taken, offered, handled, stopped.

use super::super::interactions::{Party, Place, Seat};
use super::super::route::Taken;
use super::super::{Batch, Floor};
use super::{post_agent, post_place};
use crate::area::AreaWhat;
use crate::device::CallKind;
use crate::people::{ChannelWhat, Joining, TaskWhat};
use crate::queue::{QueueEvent, QueueWhat};
use crate::stamp::Data;
use model::item::ConnIx;
use model::object::{Object, ObjectIx, ObjectType};
use model::record::{CallState, Event, Role};
use model::{Action, Text};

/// What of an interaction its steps need.
#[derive(Clone)]
struct Known {
    conn: ConnIx,
    kind: CallKind,
    data: Data,
    area: Option<Place>,
}

impl Floor {
    /// A step of one interaction.
    pub(super) fn take_interaction(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) {
        use Event as E;
        let record = taken.record;
        let id = record.rare.as_ref().and_then(|rare| rare.interaction_id.as_ref());
        let Some(id) = id.or(record.conn_id.as_ref()).cloned() else {
            self.counters.incomplete += 1;
            return;
        };
        let calls = &mut self.calls;
        let interaction = self.media.interactions.find_or_begin(&id, || calls.number());
        let is_news = interaction.learn(record);
        if is_news {
            self.tell_news(&id, taken, batch);
        }
        match record.event {
            E::InteractionSubmitted if record.this_queue.is_some() => self.place(&id, taken, batch),
            E::PlacedInQueue | E::PlacedInWorkbin => self.place(&id, taken, batch),
            E::TakenFromQueue | E::TakenFromWorkbin => self.take_away(&id, taken, batch),
            E::AgentInvited => self.invite(&id, taken, batch),
            E::PartyAdded => self.add_party(&id, taken, batch),
            E::PartyRemoved | E::Rejected | E::Revoked => self.remove_party(&id, taken, batch),
            E::ProcessingStopped => return self.stop(&id, taken, batch),
            // Its data were taken in; holding has no action of its own.
            _ => {}
        }
        self.media.interactions.rest(&id, taken.stamp.at);
    }

    fn known(&mut self, id: &Text) -> Option<Known> {
        let interaction = self.media.interactions.get_mut(id)?;
        let (conn, kind, data) = (interaction.conn, interaction.kind, interaction.data.clone());
        Some(Known { conn, kind, data, area: interaction.area })
    }

    /// New data reach everybody who has to do with the interaction (as rule Q-24).
    fn tell_news(&mut self, id: &Text, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let Some(known) = self.known(id) else { return };
        if let Some(place) = known.area {
            let event = QueueEvent {
                stamp: taken.stamp,
                conn: known.conn,
                data: known.data.clone(),
                what: QueueWhat::NewData,
            };
            batch.routes.queues.push(place.area, event);
        }
        let Some(interaction) = self.media.interactions.get_mut(id) else { return };
        for party in interaction.parties.iter().filter(|party| !party.observes) {
            post_task(party.seat, &known, TaskWhat::NewData, taken, batch);
        }
    }

    /// It is placed in an interaction queue or a workbin.
    fn place(&mut self, id: &Text, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let record = taken.record;
        let kind = match record.event {
            Event::PlacedInWorkbin => ObjectType::Workbin,
            _ => ObjectType::StagingArea,
        };
        let Some(name) = record.this_queue.as_ref().or(record.this_dn.as_ref()) else {
            self.counters.incomplete += 1;
            return;
        };
        let area = self.discover(kind, name, taken, batch);
        self.media.areas.insert(area, taken.source);
        let old = record.rare.as_ref().and_then(|rare| rare.old_queue.as_ref());
        let old = old.and_then(|name| self.find_area(name)).filter(|old| *old != area);
        let Some(before) = self.known(id) else { return };
        if let Some(place) = before.area.filter(|place| place.area != area) {
            // One that was not taken away goes straight on, whether the record names where it was or not.
            let what = match place.waits || old == Some(place.area) {
                true => AreaWhat::Moved,
                false => AreaWhat::Forgotten,
            };
            post_area(place.area, &before, what, taken, batch);
        }
        let Some(interaction) = self.media.interactions.get_mut(id) else { return };
        interaction.come_to(area, self.directory.number(area));
        interaction.is_known = true;
        let Some(now) = self.known(id) else { return };
        post_area(area, &now, AreaWhat::Entered { synthetic: record.synthetic }, taken, batch);
    }

    /// The area of that name: an interaction queue, else a workbin.
    fn find_area(&self, name: &Text) -> Option<ObjectIx> {
        let find = |kind| self.directory.find(&Object::new(kind, name.clone()));
        find(ObjectType::StagingArea).or_else(|| find(ObjectType::Workbin))
    }

    /// It is taken from its area, by an agent (`party_type` 2, or `agent`) or by a strategy.
    fn take_away(&mut self, id: &Text, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let Some(known) = self.known(id) else { return };
        let Some(place) = known.area.filter(|place| place.waits) else {
            self.counters.refused += 1;
            return;
        };
        let by_agent = is_agent(taken).unwrap_or(false);
        post_area(place.area, &known, AreaWhat::Taken { by_agent }, taken, batch);
        let Some(interaction) = self.media.interactions.get_mut(id) else { return };
        interaction.area = Some(Place { waits: false, ..place });
        interaction.pulled = by_agent;
    }

    /// It is offered to an agent.
    fn invite(&mut self, id: &Text, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let Some(seat) = self.channel_of(id, taken, batch) else { return };
        let Some(known) = self.known(id) else { return };
        let transferred = taken.record.call_state == Some(CallState::Transferred);
        let what = TaskWhat::Invited { kind: known.kind, transferred, synthetic: taken.record.synthetic };
        post_task(seat, &known, what, taken, batch);
        self.set_party(id, Party { seat, handles: false, observes: false });
    }

    /// An agent takes part from now on.
    fn add_party(&mut self, id: &Text, taken: Taken<'_>, batch: &mut Batch<'_>) {
        if is_agent(taken) == Some(false) && taken.record.agent_id.is_none() {
            // A strategy.
            return;
        }
        let Some(seat) = self.channel_of(id, taken, batch) else { return };
        let Some(known) = self.known(id) else { return };
        let Some(interaction) = self.media.interactions.get_mut(id) else { return };
        let host = interaction.host(seat);
        let record = taken.record;
        let role = record.rare.as_ref().and_then(|rare| rare.this_dn_role.as_ref());
        if role == Some(&Role::Observer) {
            self.set_party(id, Party { seat, handles: false, observes: true });
            return post_watch(seat, host, &known, taken, batch);
        }
        let was_offered = interaction.party(seat).is_some_and(|party| !party.observes);
        let conferenced = record.call_state == Some(CallState::Conferenced);
        let by_intrusion = record.reason.as_deref() == Some("intrusion");
        let how = match (host, was_offered) {
            (Some(_), _) if conferenced => Joining::Conference { by_intrusion },
            (_, true) => Joining::Accepted,
            _ if interaction.pulled => Joining::Pulled,
            (None, _) if !interaction.is_known => Joining::Started,
            _ => Joining::Unknown,
        };
        interaction.pulled = false;
        interaction.is_known = true;
        let what = TaskWhat::Joined { kind: known.kind, how, synthetic: record.synthetic };
        post_task(seat, &known, what, taken, batch);
        if let (Joining::Conference { .. }, Some(host)) = (how, host) {
            post_task(host, &known, TaskWhat::Moment(Action::ConferenceMade), taken, batch);
        }
        self.set_party(id, Party { seat, handles: true, observes: false });
    }

    /// An agent takes part no longer, or declines, or the offer is taken back.
    fn remove_party(&mut self, id: &Text, taken: Taken<'_>, batch: &mut Batch<'_>) {
        if is_agent(taken) == Some(false) && taken.record.agent_id.is_none() {
            return;
        }
        let Some(seat) = self.seat(taken, batch) else {
            self.counters.incomplete += 1;
            return;
        };
        let Some(known) = self.known(id) else { return };
        let Some(interaction) = self.media.interactions.get_mut(id) else { return };
        let Some(party) = interaction.party(seat).copied() else {
            self.counters.refused += 1;
            return;
        };
        let transferred = taken.record.call_state == Some(CallState::Transferred);
        let what = match taken.record.event {
            Event::Rejected => TaskWhat::Rejected,
            Event::Revoked => TaskWhat::Revoked,
            _ => TaskWhat::Left { transferred },
        };
        interaction.parties.retain(|party| party.seat != seat);
        if !party.observes {
            post_task(seat, &known, what, taken, batch);
        }
    }

    /// Nothing more comes of it.
    fn stop(&mut self, id: &Text, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let Some(known) = self.known(id) else { return };
        let Some(gone) = self.media.interactions.remove(id) else { return };
        for party in gone.parties.iter().filter(|party| !party.observes) {
            post_task(party.seat, &known, TaskWhat::Stopped, taken, batch);
        }
        if let Some(place) = known.area {
            post_area(place.area, &known, AreaWhat::Deleted, taken, batch);
        }
    }

    /// The seat of a record whose channel for the interaction's medium is, or is now, open.
    fn channel_of(&mut self, id: &Text, taken: Taken<'_>, batch: &mut Batch<'_>) -> Option<Seat> {
        let media = self.media.interactions.get_mut(id).and_then(|known| known.media().cloned());
        let seat = self.seat(taken, batch);
        let (Some(seat), Some(media)) = (seat, media) else {
            self.counters.incomplete += 1;
            return None;
        };
        self.open_channel(seat, &media, taken, batch);
        Some(seat)
    }

    fn set_party(&mut self, id: &Text, party: Party) {
        let Some(interaction) = self.media.interactions.get_mut(id) else { return };
        match interaction.parties.iter_mut().find(|known| known.seat == party.seat) {
            Some(known) => *known = party,
            None => interaction.parties.push(party),
        }
    }
}

/// Whether `party_type` tells an agent.
fn is_agent(taken: Taken<'_>) -> Option<bool> {
    let told = taken.record.rare.as_ref()?.party_type.as_deref()?;
    Some(told == "2" || told.eq_ignore_ascii_case("agent"))
}

/// Somebody watches, and is watched.
fn post_watch(seat: Seat, host: Option<Seat>, known: &Known, taken: Taken<'_>, batch: &mut Batch<'_>) {
    if taken.record.synthetic {
        return;
    }
    let coaches = taken.record.reason.as_deref() == Some("coaching");
    let (his, theirs) = match coaches {
        true => (Action::CoachingByIntrusionInitiated, Action::BeingCoached),
        false => (Action::MonitoringInitiated, Action::BeingMonitored),
    };
    post_task(seat, known, TaskWhat::Watch(his), taken, batch);
    if let Some(host) = host {
        post_task(host, known, TaskWhat::Moment(theirs), taken, batch);
    }
}

/// Tells agent and place a step of an interaction; one of them tells the area what became of it.
fn post_task(seat: Seat, known: &Known, what: TaskWhat, taken: Taken<'_>, batch: &mut Batch<'_>) {
    let area = known.area.map(|place| place.area);
    let task = |area| ChannelWhat::Task { conn: known.conn, area, what };
    post_agent(seat, task(area), &known.data, taken.stamp, batch);
    let area = area.filter(|_| seat.agent.is_none());
    post_place(seat, task(area), &known.data, taken.stamp, batch);
}

fn post_area(area: ObjectIx, known: &Known, what: AreaWhat, taken: Taken<'_>, batch: &mut Batch<'_>) {
    let (stamp, conn, data) = (taken.stamp, known.conn, known.data.clone());
    batch.routes.queues.push(area, QueueEvent { stamp, conn, data, what: QueueWhat::Area(what) });
}
