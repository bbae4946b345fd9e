//! Where a mediation DN keeps its visits: found by call at once, several of one call in the order of entering.

use super::{Outcome, Visit};
use model::item::ConnIx;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// A visit's place; holds while the visit is there.
pub(super) type Key = u32;

/// A few places.
pub(super) type Keys = SmallVec<[Key; 4]>;

/// The end of a chain.
const NONE: Key = u32::MAX;

/// The visits of a mediation DN.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Visit>", into = "Vec<Visit>")]
pub(super) struct Visits {
    slots: Vec<Slot>,
    free: Vec<Key>,
    /// The oldest visit of each call.
    first: FxHashMap<ConnIx, Key>,
}

#[derive(Clone, Debug, PartialEq)]
struct Slot {
    /// The call under which it is found.
    conn: ConnIx,
    /// The next visit of the same call.
    later: Key,
    /// Taken out for a moment while something happens to it.
    visit: Option<Visit>,
}

impl Visits {
    /// Puts in a visit, as the newest of its call.
    pub(super) fn add(&mut self, visit: Visit) {
        let conn = visit.conn;
        let slot = Slot { conn, later: NONE, visit: Some(visit) };
        let key = match self.free.pop() {
            Some(key) => {
                self.slots[key as usize] = slot;
                key
            }
            None => {
                self.slots.push(slot);
                self.slots.len() as Key - 1
            }
        };
        let mut at = *self.first.entry(conn).or_insert(key);
        while at != key {
            let later = &mut self.slots[at as usize].later;
            if *later == NONE {
                *later = key;
            }
            at = *later;
        }
    }

    /// The visits of a call, the oldest first.
    pub(super) fn of(&self, conn: ConnIx) -> impl Iterator<Item = (Key, &Visit)> {
        let mut next = self.first.get(&conn).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let slot = self.slots.get(next as usize)?;
            let key = std::mem::replace(&mut next, slot.later);
            Some((key, slot))
        })
        .filter_map(|(key, slot)| Some((key, slot.visit.as_ref()?)))
    }

    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut Visit> {
        self.slots.get_mut(key as usize)?.visit.as_mut()
    }

    /// Takes a visit out for a moment: [`Visits::put_back`] or [`Visits::discard`] must follow.
    pub(super) fn take(&mut self, key: Key) -> Option<Visit> {
        self.slots.get_mut(key as usize)?.visit.take()
    }

    /// Puts a visit back to where it was taken from.
    pub(super) fn put_back(&mut self, key: Key, visit: Visit) {
        if let Some(slot) = self.slots.get_mut(key as usize) {
            slot.visit = Some(visit);
        }
    }

    /// Gives up a place.
    pub(super) fn discard(&mut self, key: Key) {
        let Some(slot) = self.slots.get_mut(key as usize) else { return };
        slot.visit = None;
        let (conn, later) = (slot.conn, slot.later);
        match self.first.get_mut(&conn) {
            Some(first) if *first == key => {
                if later == NONE {
                    self.first.remove(&conn);
                } else {
                    *first = later;
                }
            }
            Some(first) => {
                let mut at = *first;
                while self.slots[at as usize].later != key {
                    at = self.slots[at as usize].later;
                }
                self.slots[at as usize].later = later;
            }
            None => return,
        }
        self.free.push(key);
    }

    /// The places of some visits, by call and order of entering.
    pub(super) fn keys(&self, wanted: impl Fn(&Visit) -> bool) -> Vec<Key> {
        let mut calls: Vec<ConnIx> = self.first.keys().copied().collect();
        calls.sort_unstable();
        let of_calls = calls.into_iter().flat_map(|conn| self.of(conn));
        of_calls.filter(|(_, visit)| wanted(visit)).map(|(key, _)| key).collect()
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The call is over everywhere: only after-call work may still come, and its device says when not.
    pub(super) fn forget(&mut self, conn: ConnIx) {
        let over = |visit: &Visit| !matches!(visit.outcome, Outcome::Released(_));
        let keys: Keys = self.of(conn).filter(|(_, visit)| over(visit)).map(|(key, _)| key).collect();
        for key in keys {
            self.discard(key);
        }
    }

    /// All visits, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Visit> {
        self.slots.iter().filter_map(|slot| slot.visit.as_ref())
    }

    /// The visit of a call that waits.
    pub(super) fn waiting(&self, conn: ConnIx) -> Option<Key> {
        self.of(conn).find(|(_, visit)| visit.is_waiting).map(|(key, _)| key)
    }
}

impl From<Vec<Visit>> for Visits {
    fn from(list: Vec<Visit>) -> Self {
        let mut visits = Self::default();
        for visit in list {
            visits.add(visit);
        }
        visits
    }
}

impl From<Visits> for Vec<Visit> {
    fn from(mut visits: Visits) -> Self {
        let keys = visits.keys(|_| true);
        keys.into_iter().filter_map(|key| visits.take(key)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::CallKind;
    use crate::stamp::Stamp;
    use proptest::prelude::*;

    fn visit(conn: u32, serial: i64) -> Visit {
        let stamp = Stamp { step: 0, at: model::Micros(serial), time: model::Micros(serial) };
        Visit::new(ConnIx(conn), CallKind::Unknown, stamp, None)
    }

    proptest! {
        #[test]
        fn visits_of_a_call_stay_in_the_order_of_entering(
            steps in prop::collection::vec((0..4_u32, 0..3_usize, any::<bool>()), 0..60),
        ) {
            let mut visits = Visits::default();
            let mut model: Vec<(u32, i64)> = Vec::new();
            for (serial, (conn, nth, adds)) in steps.into_iter().enumerate() {
                if adds {
                    visits.add(visit(conn, serial as i64));
                    model.push((conn, serial as i64));
                } else {
                    let nth = visits.of(ConnIx(conn)).nth(nth).map(|(key, known)| (key, known.alive.0));
                    if let Some((key, serial)) = nth {
                        visits.discard(key);
                        model.retain(|known| known.1 != serial);
                    }
                }
                for conn in 0..4 {
                    let of: Vec<i64> = visits.of(ConnIx(conn)).map(|(_, visit)| visit.alive.0).collect();
                    let expected: Vec<i64> =
                        model.iter().filter(|known| known.0 == conn).map(|known| known.1).collect();
                    prop_assert_eq!(of, expected);
                }
            }
        }
    }
}
