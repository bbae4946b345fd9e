//! Live calls: their numbers, who takes part, which mediation DNs they were at, their data.

use crate::directory::Directory;
use crate::stamp::{Data, Few, same_data};
use model::Text;
use model::item::{Attached, ConnIx};
use model::object::ObjectIx;
use model::record::{KeyValues, Record};
use model::time::Micros;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::sync::Arc;

/// How long a call is remembered after its last party left: a transfer into an unmonitored place may come back.
const REMEMBERED: Micros = Micros::from_secs(600);

/// A call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Call {
    name: Text,
    pub(super) conn: ConnIx,
    /// DNs that take part, each with its `this_queue`.
    pub(super) parties: SmallVec<[(ObjectIx, Option<ObjectIx>); 4]>,
    /// Every mediation DN that it has been at.
    pub(super) queues: Few,
    /// Its data, without `this_queue`.
    data: Data,
    /// The same with `this_queue`, as far as it was asked for.
    #[serde(skip)]
    with_queue: SmallVec<[(ObjectIx, Arc<Attached>); 1]>,
    idle_since: Option<Micros>,
}

/// All calls that something is remembered of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Saved", into = "Saved")]
pub(super) struct Calls {
    by_name: FxHashMap<Text, u32>,
    slots: Vec<Option<Call>>,
    free: Vec<u32>,
    next: u32,
    /// Calls without parties, by the time that the last one left.
    idle: VecDeque<(Micros, u32, ConnIx)>,
}

/// The table without what can be rebuilt.
#[derive(Serialize, Deserialize)]
struct Saved {
    calls: Vec<Call>,
    next: u32,
}

/// A call's place in the table; holds until the next expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(u32);

impl Calls {
    /// The call of that id, if it is known.
    pub(super) fn find(&self, name: &str) -> Option<Slot> {
        self.by_name.get(name).copied().map(Slot)
    }

    /// The call of that id, a new one if it is not known.
    pub(super) fn find_or_begin(&mut self, name: &Text) -> Slot {
        if let Some(slot) = self.find(name) {
            return slot;
        }
        let call = Call {
            name: name.clone(),
            conn: ConnIx(self.next),
            parties: SmallVec::new(),
            queues: Few::new(),
            data: None,
            with_queue: SmallVec::new(),
            idle_since: None,
        };
        self.next += 1;
        self.insert(call)
    }

    /// A number for what is no call and is numbered like one.
    pub(super) fn number(&mut self) -> ConnIx {
        self.next += 1;
        ConnIx(self.next - 1)
    }

    fn insert(&mut self, call: Call) -> Slot {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() as u32 - 1
        });
        self.by_name.insert(call.name.clone(), slot);
        self.slots[slot as usize] = Some(call);
        Slot(slot)
    }

    /// The call at a slot.
    #[allow(clippy::expect_used, reason = "slots come from this table and live for one record")]
    pub(super) fn at(&self, slot: Slot) -> &Call {
        self.slots[slot.0 as usize].as_ref().expect("a slot of this record")
    }

    #[allow(clippy::expect_used, reason = "slots come from this table and live for one record")]
    fn at_mut(&mut self, slot: Slot) -> &mut Call {
        self.slots[slot.0 as usize].as_mut().expect("a slot of this record")
    }

    /// A DN takes part; `queue` is its `this_queue`, kept where the record does not repeat it.
    pub(super) fn join(&mut self, slot: Slot, dn: ObjectIx, queue: Option<ObjectIx>) {
        let call = self.at_mut(slot);
        call.idle_since = None;
        match call.parties.iter_mut().find(|(party, _)| *party == dn) {
            Some((_, known)) => *known = queue.or(*known),
            None => call.parties.push((dn, queue)),
        }
        if let Some(queue) = queue {
            self.visit(slot, queue);
        }
    }

    /// Every DN that takes part in a call, in order.
    pub(super) fn parties(&self) -> Vec<ObjectIx> {
        let calls = self.slots.iter().flatten();
        let mut parties: Vec<ObjectIx> = calls.flat_map(|call| &call.parties).map(|(dn, _)| *dn).collect();
        parties.sort_unstable();
        parties.dedup();
        parties
    }

    /// The call is or was at a mediation DN.
    pub(super) fn visit(&mut self, slot: Slot, queue: ObjectIx) {
        let queues = &mut self.at_mut(slot).queues;
        if !queues.contains(&queue) {
            queues.push(queue);
        }
    }

    /// A DN takes no part any more.
    pub(super) fn leave(&mut self, slot: Slot, dn: ObjectIx, at: Micros) {
        let call = self.at_mut(slot);
        call.parties.retain(|(party, _)| *party != dn);
        self.rest(slot, at);
    }

    /// Those DNs take no part in any call any more.
    pub(super) fn leave_all(&mut self, gone: impl Fn(ObjectIx) -> bool, at: Micros) {
        for slot in 0..self.slots.len() {
            let Some(call) = &mut self.slots[slot] else { continue };
            let before = call.parties.len();
            call.parties.retain(|(party, _)| !gone(*party));
            if call.parties.len() != before {
                self.rest(Slot(slot as u32), at);
            }
        }
    }

    /// Notes that a call has no party, if so.
    pub(super) fn rest(&mut self, slot: Slot, at: Micros) {
        let call = self.at_mut(slot);
        if call.parties.is_empty() && call.idle_since.is_none() {
            call.idle_since = Some(at);
            let entry = (at, slot.0, call.conn);
            self.idle.push_back(entry);
        }
    }

    /// A party goes on under another id (rule ): it brings the mediation DNs that it came through.
    pub(super) fn rename(&mut self, from: Slot, to: Slot, dn: ObjectIx, at: Micros) {
        let call = self.at_mut(from);
        let queue = call.parties.iter().find(|(party, _)| *party == dn).and_then(|(_, queue)| *queue);
        let queues = call.queues.clone();
        self.leave(from, dn, at);
        self.join(to, dn, queue);
        for queue in queues {
            self.visit(to, queue);
        }
    }

    /// Takes the call's data from a record (rule Q-24); true if something changed.
    pub(super) fn learn(&mut self, slot: Slot, record: &Record) -> bool {
        let rare = record.rare.as_deref();
        let tells = |rare: &model::record::Rare| {
            rare.ani.is_some()
                || rare.dnis.is_some()
                || rare.customer_id.is_some()
                || rare.media_type.is_some()
        };
        if record.user_data.is_none() && !rare.is_some_and(tells) {
            return false;
        }
        let known = self.at(slot).data.as_deref();
        let mut data = known.cloned().unwrap_or_default();
        learn_user_data(&mut data, record.user_data.as_deref());
        if let Some(rare) = rare {
            let keys = [
                (&mut data.ani, &rare.ani),
                (&mut data.dnis, &rare.dnis),
                (&mut data.customer_id, &rare.customer_id),
                (&mut data.media_type, &rare.media_type),
            ];
            for (known, told) in keys {
                if told.is_some() {
                    known.clone_from(told);
                }
            }
        }
        self.set(slot, data)
    }

    /// Takes the call's data from a snapshot.
    pub(super) fn learn_list(&mut self, slot: Slot, user_data: Option<&KeyValues>) -> bool {
        let mut data = self.at(slot).data.as_deref().cloned().unwrap_or_default();
        learn_user_data(&mut data, user_data);
        self.set(slot, data)
    }

    fn set(&mut self, slot: Slot, data: Attached) -> bool {
        let call = self.at_mut(slot);
        let data = (data != Attached::default()).then(|| Arc::new(data));
        let changed = !same_data(&call.data, &data);
        if changed {
            call.data = data;
            call.with_queue.clear();
        }
        changed
    }

    /// The call's data for a DN, with its `this_queue`.
    pub(super) fn data(
        &mut self,
        slot: Slot,
        queue: Option<ObjectIx>,
        (names, directory): (&mut QueueNames, &Directory),
    ) -> Data {
        let call = self.at_mut(slot);
        let Some(queue) = queue else { return call.data.clone() };
        let only = names.only_queue(queue, directory);
        let Some(data) = &call.data else { return Some(only.clone()) };
        if let Some((_, known)) = call.with_queue.iter().find(|(of, _)| *of == queue) {
            return Some(known.clone());
        }
        let with = Arc::new(Attached { this_queue: only.this_queue.clone(), ..Attached::clone(data) });
        call.with_queue.push((queue, with.clone()));
        Some(with)
    }

    /// Forgets the calls that have been without parties for long; hands each one to `gone`.
    pub(super) fn expire(&mut self, now: Micros, mut gone: impl FnMut(&Call)) {
        while let Some((since, slot, conn)) = self.idle.front().copied() {
            if since + REMEMBERED > now {
                return;
            }
            self.idle.pop_front();
            let entry = &mut self.slots[slot as usize];
            if entry.as_ref().is_some_and(|call| call.conn == conn && call.idle_since == Some(since))
                && let Some(call) = entry.take()
            {
                self.by_name.remove(&call.name);
                self.free.push(slot);
                gone(&call);
            }
        }
    }

    /// Reads what is known of a call that a record is about to name; as [`crate::Brain::warm`].
    pub(super) fn warm(&self, name: &str) -> u64 {
        let call = self.find(name).and_then(|slot| self.slots[slot.0 as usize].as_ref());
        call.map_or(0, |call| {
            let few = call.parties.len() ^ call.queues.len() ^ call.with_queue.len();
            few as u64 ^ u64::from(call.conn.0) ^ u64::from(call.data.is_some() ^ call.idle_since.is_some())
        })
    }

    /// The same for the calls that are forgotten next.
    pub(super) fn warm_idle(&self) -> u64 {
        let calls = self.idle.iter().take(2).filter_map(|(_, slot, _)| self.slots[*slot as usize].as_ref());
        calls.fold(0, |sum, call| sum ^ self.warm(&call.name))
    }

    /// The ids of all calls.
    pub(super) fn names(&self) -> impl Iterator<Item = (ConnIx, &Text)> {
        self.slots.iter().flatten().map(|call| (call.conn, &call.name))
    }

    /// The id of a call.
    pub(super) fn name(&self, conn: ConnIx) -> Option<&str> {
        self.slots.iter().flatten().find(|call| call.conn == conn).map(|call| call.name.as_str())
    }
}

fn learn_user_data(data: &mut Attached, told: Option<&KeyValues>) {
    if let Some(told) = told
        && data.user_data.as_deref() != Some(told)
    {
        data.user_data = Some(Arc::new(told.clone()));
    }
}

/// The bare numbers of mediation DNs, and data that holds nothing else: shared by all calls.
#[derive(Clone, Debug, Default)]
pub(super) struct QueueNames {
    known: Vec<Option<Arc<Attached>>>,
}

impl QueueNames {
    fn only_queue(&mut self, queue: ObjectIx, directory: &Directory) -> &Arc<Attached> {
        let at = queue.0 as usize;
        if at >= self.known.len() {
            self.known.resize(at + 1, None);
        }
        self.known[at].get_or_insert_with(|| {
            let this_queue = Some(directory.number(queue).into());
            Arc::new(Attached { this_queue, ..Attached::default() })
        })
    }
}

impl PartialEq for QueueNames {
    /// A cache: always equal.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl From<Saved> for Calls {
    fn from(saved: Saved) -> Self {
        let mut calls = Self { next: saved.next, ..Self::default() };
        for call in saved.calls {
            let (idle, conn) = (call.idle_since, call.conn);
            let slot = calls.insert(call);
            calls.idle.extend(idle.map(|since| (since, slot.0, conn)));
        }
        calls.idle.make_contiguous().sort_unstable_by_key(|(since, _, conn)| (*since, *conn));
        calls
    }
}

impl From<Calls> for Saved {
    fn from(calls: Calls) -> Self {
        let mut saved: Vec<Call> = calls.slots.into_iter().flatten().collect();
        saved.sort_unstable_by_key(|call| call.conn);
        Self { calls: saved, next: calls.next }
    }
}
