//! What an Interaction Server has told: who serves which media, what waits in queues and workbins, who is offered or
//! handles what.

use model::Text;
use model::record::{CallType, Event, KeyValues, Rare, Record, Role};
use model::time::Micros;
use std::collections::BTreeMap;

/// How many interactions are remembered; then those that are nowhere are forgotten.
const KNOWN_MAX: usize = 100_000;

/// The state of one Interaction Server.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MediaBook {
    /// Any record of it: tells whose the book is.
    source: Option<Text>,
    seats: BTreeMap<Seat, Login>,
    /// Where an agent was last.
    places: BTreeMap<Text, Text>,
    interactions: BTreeMap<Text, Interaction>,
}

/// An agent, at a place where it is told; a place, where the agent is not.
type Seat = (Option<Text>, Option<Text>);

#[derive(Clone, Debug, Default, PartialEq)]
struct Login {
    undisturbed: bool,
    media: BTreeMap<Text, Channel>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Channel {
    ready: Option<bool>,
    reasons: Option<Box<KeyValues>>,
    undisturbed: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Interaction {
    kind: Option<CallType>,
    media: Option<Text>,
    data: Option<Box<KeyValues>>,
    /// Where it waits: its name, and whether that is a workbin.
    waits: Option<(Text, bool)>,
    /// Offered to (false) or handled by (true).
    parties: BTreeMap<Seat, bool>,
}

/// Whether the record is about a media channel or an interaction, and not about a DN.
pub(crate) fn is_of_media(record: &Record) -> bool {
    let rare = record.rare.as_deref();
    let has_place = rare.is_some_and(|rare| rare.place_id.is_some());
    let has_interaction = rare.is_some_and(|rare| rare.interaction_id.is_some());
    match record.event {
        Event::MediaAdded
        | Event::MediaRemoved
        | Event::ReadyForMedia
        | Event::NotReadyForMedia
        | Event::DoNotDisturbOn
        | Event::DoNotDisturbOff
        | Event::AgentStateReasonChanged
        | Event::MediaStateReasonChanged => true,
        Event::AgentLogin | Event::AgentLogout => {
            record.this_dn.is_none() && (record.agent_id.is_some() || has_place)
        }
        _ => record.this_dn.is_none() && has_interaction,
    }
}

impl MediaBook {
    pub(crate) fn is_empty(&self) -> bool {
        self.seats.is_empty() && self.interactions.is_empty()
    }

    /// Takes in the next record.
    pub(crate) fn apply(&mut self, record: &Record) {
        self.source.get_or_insert_with(|| record.source.clone());
        let id = record.rare.as_deref().and_then(|rare| rare.interaction_id.clone());
        match id {
            Some(id) => self.take_interaction(id, record),
            None => self.take_seat(record),
        }
    }

    fn seat(&mut self, record: &Record) -> Option<Seat> {
        let told = record.rare.as_deref().and_then(|rare| rare.place_id.clone());
        if let (Some(agent), Some(place)) = (&record.agent_id, &told) {
            self.places.insert(agent.clone(), place.clone());
        }
        let known = record.agent_id.as_ref().and_then(|agent| self.places.get(agent).cloned());
        let seat = (record.agent_id.clone(), told.or(known));
        (seat != (None, None)).then_some(seat)
    }

    fn take_seat(&mut self, record: &Record) {
        let Some(seat) = self.seat(record) else { return };
        let media = record.rare.as_deref().and_then(|rare| rare.media_type.clone());
        if record.event == Event::AgentLogout {
            self.seats.remove(&seat);
            if let Some(agent) = &seat.0 {
                self.places.remove(agent);
            }
            return self.leave(&seat, None);
        }
        let login = self.seats.entry(seat.clone()).or_default();
        if let Some(media) = &media
            && record.event != Event::MediaRemoved
        {
            login.media.entry(media.clone()).or_default();
        }
        let of = |login: &mut Login, change: &mut dyn FnMut(&mut Channel)| {
            let meant =
                login.media.iter_mut().filter(|(name, _)| media.as_ref().is_none_or(|media| *name == media));
            meant.for_each(|(_, channel)| change(channel));
        };
        match record.event {
            Event::MediaRemoved => {
                if let Some(media) = &media {
                    login.media.remove(media);
                    self.leave(&seat, Some(media));
                }
            }
            Event::ReadyForMedia | Event::NotReadyForMedia => of(login, &mut |channel| {
                channel.ready = Some(record.event == Event::ReadyForMedia);
                channel.reasons = record.reasons.clone();
            }),
            Event::AgentStateReasonChanged | Event::MediaStateReasonChanged => {
                of(login, &mut |channel| channel.reasons = record.reasons.clone());
            }
            Event::DoNotDisturbOn | Event::DoNotDisturbOff => {
                let on = record.event == Event::DoNotDisturbOn;
                if media.is_none() {
                    login.undisturbed = on;
                }
                of(login, &mut |channel| channel.undisturbed = on);
            }
            _ => {}
        }
    }

    /// A seat takes no part any more: in interactions of a medium, or in any.
    fn leave(&mut self, seat: &Seat, media: Option<&Text>) {
        for known in self.interactions.values_mut() {
            if media.is_none() || known.media.as_ref() == media {
                known.parties.remove(seat);
            }
        }
    }

    fn take_interaction(&mut self, id: Text, record: &Record) {
        let seat = self.seat(record);
        let known = self.interactions.entry(id.clone()).or_default();
        known.learn(record);
        let bin = matches!(record.event, Event::PlacedInWorkbin | Event::TakenFromWorkbin);
        match record.event {
            Event::InteractionSubmitted | Event::PlacedInQueue | Event::PlacedInWorkbin => {
                if let Some(queue) = record.this_queue.clone() {
                    known.waits = Some((queue, bin));
                }
            }
            Event::TakenFromQueue | Event::TakenFromWorkbin => known.waits = None,
            Event::AgentInvited | Event::PartyAdded if !is_watching(record) => {
                known.parties.extend(seat.map(|seat| (seat, record.event == Event::PartyAdded)));
            }
            Event::PartyRemoved | Event::Rejected | Event::Revoked => {
                known.parties.retain(|party, _| Some(party) != seat.as_ref());
            }
            Event::ProcessingStopped => {
                self.interactions.remove(&id);
            }
            _ => {}
        }
        if self.interactions.len() > KNOWN_MAX {
            // Of a source that never says that anything is over.
            self.interactions.retain(|_, known| known.is_somewhere());
        }
    }

    /// Records that tell the state from nothing, as of `at`.
    pub(crate) fn records(&self, at: Micros) -> Vec<Record> {
        let Some(source) = &self.source else { return Vec::new() };
        let record = |event: Event, (agent, place): &Seat, fill: &mut dyn FnMut(&mut Rare)| {
            let mut record = Record::new(source.clone(), event, at);
            (record.synthetic, record.agent_id) = (true, agent.clone());
            let rare = record.rare_mut();
            rare.place_id = place.clone();
            fill(rare);
            record
        };
        let mut told = Vec::new();
        for (seat, login) in &self.seats {
            told.push(record(Event::AgentLogin, seat, &mut |_| {}));
            if login.undisturbed {
                told.push(record(Event::DoNotDisturbOn, seat, &mut |_| {}));
            }
            for (media, channel) in &login.media {
                let mut tell = |event, reasons: Option<&KeyValues>| {
                    let mut step = record(event, seat, &mut |rare| rare.media_type = Some(media.clone()));
                    step.reasons = reasons.cloned().map(Box::new);
                    told.push(step);
                };
                tell(Event::MediaAdded, None);
                if let Some(ready) = channel.ready {
                    let event = if ready { Event::ReadyForMedia } else { Event::NotReadyForMedia };
                    tell(event, channel.reasons.as_deref());
                }
                if channel.undisturbed && !login.undisturbed {
                    tell(Event::DoNotDisturbOn, None);
                }
            }
        }
        for (id, known) in &self.interactions {
            let mut tell = |event, seat: &Seat, queue: Option<&Text>| {
                let mut step = record(event, seat, &mut |rare| {
                    (rare.interaction_id, rare.media_type) = (Some(id.clone()), known.media.clone());
                });
                (step.call_type, step.this_queue) = (known.kind.clone(), queue.cloned());
                step.user_data = known.data.clone();
                told.push(step);
            };
            if let Some((queue, bin)) = &known.waits {
                let event = if *bin { Event::PlacedInWorkbin } else { Event::PlacedInQueue };
                tell(event, &(None, None), Some(queue));
            }
            if !known.is_somewhere() {
                tell(Event::InteractionSubmitted, &(None, None), None);
            }
            for (seat, handles) in &known.parties {
                tell(if *handles { Event::PartyAdded } else { Event::AgentInvited }, seat, None);
            }
        }
        told
    }
}

impl Interaction {
    fn learn(&mut self, record: &Record) {
        if let Some(kind) = &record.call_type {
            self.kind = Some(kind.clone());
        }
        if let Some(data) = &record.user_data {
            self.data = Some(data.clone());
        }
        if let Some(media) = record.rare.as_deref().and_then(|rare| rare.media_type.as_ref()) {
            self.media = Some(media.clone());
        }
    }

    /// It waits, or is somebody's; else it is on its way through strategies.
    fn is_somewhere(&self) -> bool {
        self.waits.is_some() || !self.parties.is_empty()
    }
}

fn is_watching(record: &Record) -> bool {
    record.rare.as_deref().is_some_and(|rare| rare.this_dn_role == Some(Role::Observer))
}
