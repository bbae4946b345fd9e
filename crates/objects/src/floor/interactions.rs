//! Interactions that something is remembered of: where each waits, who is offered or handles it, its data.

use super::words::{call_kind, learn_text};
use crate::device::CallKind;
use crate::stamp::{Data, same_data};
use model::Text;
use model::item::{Attached, ConnIx};
use model::object::ObjectIx;
use model::record::Record;
use model::time::Micros;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// How long an interaction is remembered that neither waits nor is anybody's: strategies may take their time.
const REMEMBERED: Micros = Micros::from_secs(86_400);

/// An interaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Interaction {
    pub(super) conn: ConnIx,
    pub(super) kind: CallKind,
    /// Its data, with the area that it is associated with.
    pub(super) data: Data,
    pub(super) area: Option<Place>,
    pub(super) parties: SmallVec<[Party; 2]>,
    /// The agent who took it from its area himself.
    pub(super) pulled: bool,
    /// It has been in an area, or at an agent, before.
    pub(super) is_known: bool,
    idle_since: Option<Micros>,
}

/// Where an interaction is, or was last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) area: ObjectIx,
    /// It has not been taken from there.
    pub(super) waits: bool,
}

/// Who an interaction is offered to, or who handles it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Party {
    pub(super) seat: Seat,
    /// He handles it.
    pub(super) handles: bool,
    /// He only watches.
    pub(super) observes: bool,
}

/// An agent, at a place where it is told; a place, where the agent is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Seat {
    pub(super) agent: Option<ObjectIx>,
    pub(super) place: Option<ObjectIx>,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Interactions {
    known: BTreeMap<Text, Interaction>,
    /// Those that rest, by the time that they began to.
    idle: VecDeque<(Micros, Text)>,
}

impl Interactions {
    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Interaction> {
        self.known.get_mut(id)
    }

    /// The interaction of that id, a new one if it is not known.
    pub(super) fn find_or_begin(&mut self, id: &Text, number: impl FnOnce() -> ConnIx) -> &mut Interaction {
        self.known.entry(id.clone()).or_insert_with(|| Interaction {
            conn: number(),
            kind: CallKind::Unknown,
            data: None,
            area: None,
            parties: SmallVec::new(),
            pulled: false,
            is_known: false,
            idle_since: None,
        })
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<Interaction> {
        self.known.remove(id)
    }

    /// Notes whether an interaction rests, after a step of it.
    pub(super) fn rest(&mut self, id: &Text, now: Micros) {
        let Some(interaction) = self.known.get_mut(id) else { return };
        match (interaction.rests(), interaction.idle_since) {
            (false, _) => interaction.idle_since = None,
            (true, None) => {
                interaction.idle_since = Some(now);
                self.idle.push_back((now, id.clone()));
            }
            (true, Some(_)) => {}
        }
    }

    /// Forgets those that have rested for long; hands each one to `gone`.
    pub(super) fn expire(&mut self, now: Micros, mut gone: impl FnMut(&Interaction)) {
        while let Some((since, id)) = self.idle.front().filter(|(since, _)| *since + REMEMBERED <= now) {
            if self.known.get(id).is_some_and(|known| known.idle_since == Some(*since))
                && let Some(interaction) = self.known.remove(id)
            {
                gone(&interaction);
            }
            self.idle.pop_front();
        }
    }

    /// The link of a source is lost: its seats and areas know nothing of interactions any more.
    pub(super) fn lose(
        &mut self,
        is_seat: impl Fn(&Seat) -> bool,
        is_area: impl Fn(ObjectIx) -> bool,
        now: Micros,
    ) {
        for interaction in self.known.values_mut() {
            interaction.parties.retain(|party| !is_seat(&party.seat));
            if interaction.area.is_some_and(|place| is_area(place.area)) {
                interaction.area = None;
            }
        }
        self.rest_all(now);
    }

    /// A seat takes no part any more: in interactions of a medium, or in any.
    pub(super) fn leave(&mut self, seat: Seat, media: Option<&Text>, now: Micros) {
        for interaction in self.known.values_mut() {
            if media.is_none() || interaction.media() == media {
                interaction.parties.retain(|party| party.seat != seat);
            }
        }
        self.rest_all(now);
    }

    fn rest_all(&mut self, now: Micros) {
        let rests = |known: &Interaction| known.rests() && known.idle_since.is_none();
        let ids: Vec<Text> =
            self.known.iter().filter(|(_, known)| rests(known)).map(|(id, _)| id.clone()).collect();
        ids.iter().for_each(|id| self.rest(id, now));
    }

    /// The ids of all interactions.
    pub(super) fn names(&self) -> impl Iterator<Item = (ConnIx, &Text)> {
        self.known.iter().map(|(id, known)| (known.conn, id))
    }

    /// The id of an interaction.
    pub(super) fn name(&self, conn: ConnIx) -> Option<&str> {
        self.known.iter().find(|(_, known)| known.conn == conn).map(|(id, _)| id.as_str())
    }
}

impl Interaction {
    /// Takes what a record tells of it; true if its data changed.
    pub(super) fn learn(&mut self, record: &Record) -> bool {
        if let Some(kind) = &record.call_type {
            self.kind = call_kind(kind);
        }
        let mut data = self.data.as_deref().cloned().unwrap_or_default();
        if let Some(told) = record.user_data.as_deref()
            && data.user_data.as_deref() != Some(told)
        {
            data.user_data = Some(Arc::new(told.clone()));
        }
        if let Some(rare) = record.rare.as_deref() {
            learn_text(&mut data.media_type, &rare.media_type);
            learn_text(&mut data.customer_id, &rare.customer_id);
            learn_text(&mut data.ani, &rare.ani);
            learn_text(&mut data.dnis, &rare.dnis);
        }
        self.set(data)
    }

    /// It is associated with an area of that name from now on.
    pub(super) fn come_to(&mut self, area: ObjectIx, name: &str) {
        self.area = Some(Place { area, waits: true });
        self.pulled = false;
        let mut data = self.data.as_deref().cloned().unwrap_or_default();
        data.this_queue = Some(name.into());
        self.set(data);
    }

    fn set(&mut self, data: Attached) -> bool {
        let data = (data != Attached::default()).then(|| Arc::new(data));
        let changed = !same_data(&self.data, &data);
        if changed {
            self.data = data;
        }
        changed
    }

    fn rests(&self) -> bool {
        self.parties.is_empty() && !self.area.is_some_and(|place| place.waits)
    }

    /// The medium, where it was told.
    pub(super) fn media(&self) -> Option<&Text> {
        self.data.as_deref()?.media_type.as_ref()
    }

    pub(super) fn party(&self, seat: Seat) -> Option<&Party> {
        self.parties.iter().find(|party| party.seat == seat)
    }

    /// The one who has handled it for longest, of those at other seats.
    pub(super) fn host(&self, but: Seat) -> Option<Seat> {
        let mut others = self.parties.iter().filter(|party| party.seat != but && party.handles);
        others.next().map(|party| party.seat)
    }
}
