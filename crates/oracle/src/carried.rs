//! What actions and statuses carry (rules ): the data of a call, or the reasons of an agent's state.

use crate::world::World;
use model::record::KeyValues;
use model::{Action, Event, Micros, Record, Text};

/// What one carries at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Carried {
    pub(crate) user_data: Option<KeyValues>,
    pub(crate) reasons: Option<KeyValues>,
    pub(crate) dnis: Option<Text>,
    /// The bare number.
    pub(crate) this_queue: Option<Text>,
}

/// What was carried from when on; of several entries of one instant the last holds.
pub(crate) type History = Vec<(Micros, Carried)>;

impl World<'_> {
    /// Rule Q-24: the data of a record are those of its call from now on; absent = unchanged.
    pub(crate) fn learn(&mut self, record: &Record) {
        let Some(conn) = record.conn_id.as_ref() else { return };
        let begins = matches!(
            record.event,
            Event::Queued
                | Event::RouteRequest
                | Event::Ringing
                | Event::Dialing
                | Event::Established
                | Event::PartyChanged
        );
        if begins {
            self.calls.entry(conn.clone()).or_default();
        }
        let Some(known) = self.calls.get_mut(conn) else { return };
        if let Some(told) = record.user_data.as_deref() {
            known.user_data = Some(told.clone());
        }
        if let Some(dnis) = record.rare.as_ref().and_then(|rare| rare.dnis.as_ref()) {
            known.dnis = Some(dnis.clone());
        }
    }

    /// After a record: everything that goes on carries what it would if it began now.
    pub(crate) fn refresh(&mut self) {
        let now = self.now;
        for place in 0..self.facts.stretches.len() {
            let stretch = &self.facts.stretches[place];
            if stretch.end.is_some() {
                continue;
            }
            let carried = self.carried(&stretch.dn, stretch.action, stretch.conn.as_ref());
            let history = &mut self.facts.stretches[place].history;
            if history.last().is_none_or(|(_, last)| *last != carried) {
                history.push((now, carried));
            }
        }
    }

    /// What an action on a DN carries now.
    pub(crate) fn carried(&self, dn: &str, action: Action, conn: Option<&Text>) -> Carried {
        let states = [Action::WaitForNextCall, Action::NotReadyForNextCall, Action::AfterCallWork];
        match conn {
            Some(conn) => {
                let known = self.calls.get(conn).cloned().unwrap_or_default();
                Carried { this_queue: self.this_queue(dn, conn), ..known }
            }
            None if states.contains(&action) => {
                Carried { reasons: self.dns[dn].reasons.clone(), ..Carried::default() }
            }
            None => Carried::default(),
        }
    }

    /// The mediation DN itself, or the one that brought the call to the phone.
    fn this_queue(&self, dn: &str, conn: &Text) -> Option<Text> {
        let queue = if self.dns[dn].mediation {
            Text::from(dn)
        } else {
            self.brought_by.get(&(dn.into(), conn.clone()))?.clone()
        };
        queue.rsplit_once('@').map(|(number, _)| number.into())
    }
}
