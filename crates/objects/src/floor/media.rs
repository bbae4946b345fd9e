//! What an Interaction Server tells: who serves which medium where (statistics 2.6). Records of it name no DN, but an agent
//! (`agent_id`, at a `place_id`) or an interaction (`interaction_id`).

mod steps;

use super::interactions::{Interactions, Seat};
use super::route::Taken;
use super::words::reasons;
use super::{Batch, Floor};
use crate::area::AreaWhat;
use crate::device::{Fact, FactWhat};
use crate::directory::SourceIx;
use crate::people::ChannelWhat;
use crate::queue::{QueueEvent, QueueWhat};
use crate::stamp::{Data, Loss, Stamp};
use model::Text;
use model::item::Attached;
use model::object::{Object, ObjectIx, ObjectType};
use model::record::{Event, Record};
use model::tenant::Capacity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known of Interaction Servers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Media {
    logins: BTreeMap<Seat, Login>,
    /// Where an agent was last.
    places: BTreeMap<ObjectIx, ObjectIx>,
    /// Interaction queues and workbins, with the source that tells of them.
    areas: BTreeMap<ObjectIx, SourceIx>,
    pub(super) interactions: Interactions,
}

/// A login, and the media that are served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Login {
    source: SourceIx,
    media: Vec<Text>,
}

/// Whether the record is about a media channel or an interaction, and not about a DN.
pub(super) fn is_of_media(record: &Record) -> bool {
    use Event as E;
    let has_interaction = record.rare.as_ref().is_some_and(|rare| rare.interaction_id.is_some());
    match record.event {
        E::InteractionSubmitted
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
        | E::DoNotDisturbOn
        | E::DoNotDisturbOff
        | E::AgentStateReasonChanged
        | E::MediaStateReasonChanged => true,
        E::AgentLogin | E::AgentLogout => {
            let has_place = record.rare.as_ref().is_some_and(|rare| rare.place_id.is_some());
            record.this_dn.is_none() && (record.agent_id.is_some() || has_place)
        }
        _ => record.this_dn.is_none() && has_interaction,
    }
}

impl Floor {
    /// Takes in a record of an Interaction Server.
    pub(super) fn take_media(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) {
        use Event as E;
        let record = taken.record;
        let media = record.rare.as_ref().and_then(|rare| rare.media_type.clone());
        let needs_media = matches!(record.event, E::MediaAdded | E::MediaRemoved);
        let what = match record.event {
            E::AgentLogin => ChannelWhat::Login { announced: !record.synthetic },
            E::AgentLogout => ChannelWhat::Logout { announced: !record.synthetic },
            E::MediaAdded => ChannelWhat::Added { capacity: 0 },
            E::MediaRemoved => ChannelWhat::Removed,
            E::ReadyForMedia => ChannelWhat::Ready(true),
            E::NotReadyForMedia => ChannelWhat::Ready(false),
            E::AgentStateReasonChanged | E::MediaStateReasonChanged => ChannelWhat::Reasons,
            E::DoNotDisturbOn => ChannelWhat::DoNotDisturb(true),
            E::DoNotDisturbOff => ChannelWhat::DoNotDisturb(false),
            _ => return self.take_interaction(taken, batch),
        };
        let Some(seat) = self.seat(taken, batch).filter(|_| media.is_some() || !needs_media) else {
            self.counters.incomplete += 1;
            return;
        };
        let data = reasons(record);
        let data = match &media {
            Some(media) => {
                let data = data.as_deref().cloned().unwrap_or_default();
                Some(Arc::new(Attached { media_type: Some(media.clone()), ..data }))
            }
            None => data,
        };
        match what {
            ChannelWhat::Login { .. } => {
                self.media.logins.entry(seat).or_insert(Login { source: taken.source, media: Vec::new() });
            }
            ChannelWhat::Logout { .. } => {
                self.media.logins.remove(&seat);
            }
            ChannelWhat::Removed => {
                if let Some(login) = self.media.logins.get_mut(&seat) {
                    login.media.retain(|known| Some(known) != media.as_ref());
                }
            }
            _ => {
                if let Some(media) = &media {
                    self.open_channel(seat, media, taken, batch);
                }
                if let ChannelWhat::Added { .. } = what {
                    return;
                }
            }
        }
        post(seat, what, &data, taken.stamp, batch);
        self.leave_interactions(seat, what, media.as_ref(), taken);
    }

    /// Who logs out, or closes a channel, is no party any more.
    fn leave_interactions(&mut self, seat: Seat, what: ChannelWhat, media: Option<&Text>, taken: Taken<'_>) {
        let media = match what {
            ChannelWhat::Logout { .. } => None,
            ChannelWhat::Removed => media,
            _ => return,
        };
        self.media.interactions.leave(seat, media, taken.stamp.at);
    }

    /// The channel is there from now on, with its capacity; told again, it says that the channel is there still.
    pub(super) fn open_channel(&mut self, seat: Seat, media: &Text, taken: Taken<'_>, batch: &mut Batch<'_>) {
        let source = taken.source;
        let login = self.media.logins.entry(seat).or_insert(Login { source, media: Vec::new() });
        let is_new = !login.media.contains(media);
        if is_new {
            login.media.push(media.clone());
        }
        if is_new || taken.record.event == Event::MediaAdded {
            self.post_capacity(seat, media, |capacity| ChannelWhat::Added { capacity }, taken.stamp, batch);
        }
    }

    /// Tells agent and place what their capacity rules allow.
    fn post_capacity(
        &self,
        seat: Seat,
        media: &Text,
        what: impl Fn(u32) -> ChannelWhat,
        stamp: Stamp,
        batch: &mut Batch<'_>,
    ) {
        let data = Some(Arc::new(Attached { media_type: Some(media.clone()), ..Attached::default() }));
        let tenant = &self.setup.tenant;
        let id = |ix| self.directory.object(ix).map(|object| &object.id);
        let of = |own: Option<&Capacity>| {
            let told = own.and_then(|own| own.get(media)).or_else(|| tenant.capacity.get(media));
            told.copied().unwrap_or(1)
        };
        if let Some(agent) = seat.agent {
            let own = tenant.agents.iter().find(|known| Some(&known.id) == id(agent));
            post_agent(seat, what(of(own.map(|agent| &agent.capacity))), &data, stamp, batch);
        }
        if let Some(place) = seat.place {
            let own = tenant.places.iter().find(|known| Some(&known.name) == id(place));
            post_place(seat, what(of(own.map(|place| &place.capacity))), &data, stamp, batch);
        }
    }

    /// The configuration changed the capacity rule of an agent or a place.
    pub(super) fn renew_capacity(&self, of: ObjectIx, stamp: Stamp, batch: &mut Batch<'_>) {
        let is_of = |seat: &Seat| seat.agent == Some(of) || seat.place == Some(of);
        for (seat, login) in self.media.logins.iter().filter(|(seat, _)| is_of(seat)) {
            for media in &login.media {
                self.post_capacity(*seat, media, ChannelWhat::Capacity, stamp, batch);
            }
        }
    }

    /// The link to an Interaction Server is gone: its channels and areas hear of it.
    pub(super) fn lose_media(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) {
        self.lose_sight_of_media(taken, (ChannelWhat::LinkLost, QueueWhat::LinkLost), batch);
    }

    /// Records of an Interaction Server are lost: what went on is known up to there (rules ).
    pub(super) fn miss_media(&mut self, taken: Taken<'_>, loss: Loss, batch: &mut Batch<'_>) {
        self.lose_sight_of_media(taken, (ChannelWhat::Gap(loss), QueueWhat::Gap(loss)), batch);
    }

    fn lose_sight_of_media(
        &mut self,
        taken: Taken<'_>,
        (at_channels, at_areas): (ChannelWhat, QueueWhat),
        batch: &mut Batch<'_>,
    ) {
        let (source, stamp) = (taken.source, taken.stamp);
        let Media { logins, areas, interactions, .. } = &mut self.media;
        for (seat, _) in logins.iter().filter(|(_, login)| login.source == source) {
            post(*seat, at_channels, &None, stamp, batch);
        }
        for (area, _) in areas.iter().filter(|(_, of)| **of == source) {
            batch.queue(*area, stamp, at_areas.clone());
        }
        let is_seat = |seat: &Seat| logins.get(seat).is_some_and(|login| login.source == source);
        interactions.lose(is_seat, |area| areas.get(&area) == Some(&source), stamp.at);
    }

    /// The link is back: what waits in areas is told again; those of which nothing is told are empty.
    pub(super) fn return_areas(&self, taken: Taken<'_>, batch: &mut Batch<'_>) {
        for (area, _) in self.media.areas.iter().filter(|(_, of)| **of == taken.source) {
            batch.queue(*area, taken.stamp, QueueWhat::Registered);
        }
        self.tell_campaigns(taken, &QueueWhat::Registered, batch);
    }

    /// Takes in what a snapshot tells of an Interaction Server, which is all that there is: what went on ends without
    /// outcome, and what still goes on begins with the snapshot.
    pub(super) fn take_media_picture(
        &mut self,
        taken: Taken<'_>,
        told: &[Record],
        was_up: bool,
        batch: &mut Batch<'_>,
    ) {
        let (source, stamp) = (taken.source, taken.stamp);
        let of_source = self.media.logins.iter().filter(|(_, login)| login.source == source);
        let seats: Vec<Seat> = of_source.map(|(seat, _)| *seat).collect();
        let areas: Vec<ObjectIx> =
            self.media.areas.iter().filter(|(_, of)| **of == source).map(|(area, _)| *area).collect();
        for area in areas.iter().filter(|_| was_up) {
            batch.queue(*area, stamp, QueueWhat::LinkLost);
            batch.queue(*area, stamp, QueueWhat::Registered);
        }
        self.media.interactions.lose(|seat| seats.contains(seat), |area| areas.contains(&area), stamp.at);
        for seat in seats {
            self.media.logins.remove(&seat);
            post(seat, ChannelWhat::Logout { announced: false }, &None, stamp, batch);
        }
        for record in told.iter().filter(|record| is_of_media(record)) {
            self.take_media(Taken { record, ..taken }, batch);
        }
    }

    /// Interactions that rest for long are forgotten, by their areas, too.
    pub(super) fn expire_media(&mut self, stamp: Stamp, batch: &mut Batch<'_>) {
        self.media.interactions.expire(stamp.at, |gone| {
            if let Some(place) = gone.area {
                let what = QueueWhat::Area(AreaWhat::Forgotten);
                batch.routes.queues.push(place.area, QueueEvent { stamp, conn: gone.conn, data: None, what });
            }
        });
    }

    /// The agent and the place of a record; discovered at first sight. An agent stays at the place that was told last.
    pub(super) fn seat(&mut self, taken: Taken<'_>, batch: &mut Batch<'_>) -> Option<Seat> {
        let record = taken.record;
        let agent = record.agent_id.as_ref().map(|id| self.agent(id, taken.source, taken.stamp, batch));
        let place = record.rare.as_ref().and_then(|rare| rare.place_id.as_ref());
        let place = place.map(|name| self.discover(ObjectType::Place, name, taken, batch));
        if let (Some(agent), Some(place)) = (agent, place) {
            self.media.places.insert(agent, place);
        }
        let place = place.or_else(|| self.media.places.get(&agent?).copied());
        (agent.is_some() || place.is_some()).then_some(Seat { agent, place })
    }

    /// The object of that name that the source tells of.
    pub(super) fn discover(
        &mut self,
        kind: ObjectType,
        name: &Text,
        taken: Taken<'_>,
        batch: &mut Batch<'_>,
    ) -> ObjectIx {
        let object = Object::new(kind, name.clone());
        let known = self.directory.find(&object);
        let ix = known.unwrap_or_else(|| {
            let ix = self.directory.add(object, name.clone());
            self.start(ix, taken.stamp, batch);
            ix
        });
        self.directory.add_source_of(ix, taken.source);
        ix
    }
}

/// Tells agent and place the same.
fn post(seat: Seat, what: ChannelWhat, data: &Data, stamp: Stamp, batch: &mut Batch<'_>) {
    post_agent(seat, what, data, stamp, batch);
    post_place(seat, what, data, stamp, batch);
}

fn post_agent(seat: Seat, what: ChannelWhat, data: &Data, stamp: Stamp, batch: &mut Batch<'_>) {
    if let Some(agent) = seat.agent {
        batch.routes.agents.push(agent, fact(seat.place.unwrap_or(agent), what, data, stamp));
    }
}

fn post_place(seat: Seat, what: ChannelWhat, data: &Data, stamp: Stamp, batch: &mut Batch<'_>) {
    if let Some(place) = seat.place {
        batch.routes.places.push(place, fact(seat.agent.unwrap_or(place), what, data, stamp));
    }
}

fn fact(device: ObjectIx, what: ChannelWhat, data: &Data, stamp: Stamp) -> Fact {
    Fact { stamp, device, what: FactWhat::Channel(what), data: data.clone(), same_data: false }
}
