//! Slots come and go: state of a former owner is taken over beside the living stream, what others are preferred for is
//! kept once more and given.

use super::*;
use crate::dcu::backfill::{Errand, Origin};
use crate::dcu::ownership::{Estate, Shift};
use crate::dcu::statistics::Done;
use actix::{ActorFutureExt, WrapFuture};
use model::SlotSet;
use ports::slots::Fences;
use std::collections::VecDeque;

/// What a collector holds.
#[derive(Default)]
pub(super) struct Holdings {
    /// The fences under which slots are published.
    pub(super) fences: Fences,
    /// What is claimed: published, or on its way.
    pub(super) claimed: SlotSet,
    /// What is still to be taken over.
    pub(super) arriving: VecDeque<Errand>,
    /// What shall be given as soon as its state is kept.
    pub(super) giving: SlotSet,
    /// The checkpoint that must be kept before that.
    pub(super) parting: Option<u64>,
    /// The ledger does not yet say that all this lies in our volume.
    pub(super) unsettled: bool,
    /// Slots that still lack rows of some statistics. Until they have them, the ledger goes on naming the volume from which
    /// they came: whoever began with ours would take what lacks for 0.
    pub(super) incomplete: SlotSet,
}

impl Holdings {
    pub(super) fn owned(&self) -> SlotSet {
        self.fences.keys().copied().collect()
    }

    /// What the ledger may say lies in our volume.
    pub(super) fn complete(&self) -> Fences {
        let whole = self.fences.iter().filter(|(slot, _)| !self.incomplete.has(**slot));
        whole.map(|(slot, fence)| (*slot, *fence)).collect()
    }
}

impl Errand {
    /// The takeover of an estate.
    pub(in crate::dcu) fn of(estate: Estate) -> Self {
        let Estate { fences, volume, published, .. } = estate;
        let origin = volume.map_or(Origin::Journal, Origin::Volume);
        Self { fences, origin, after: published, keys: None }
    }
}

impl Collector {
    /// These slots are ours from now on: their rows have seen what all have seen.
    pub(super) fn own(&mut self, fences: Fences) {
        self.holdings.fences.extend(fences);
        self.holdings.unsettled = true;
        self.measure();
        self.parts.statistics.own(self.holdings.owned());
        self.press.own(self.holdings.fences.clone());
    }

    /// Begins anew if a statistic can't do what it must.
    pub(super) fn rely_on(&self, done: Done, context: &mut Context<Self>) {
        let told = done.into_actor(self).map(|told, collector, context| {
            if let Err(cause) = told {
                (collector.parts.escalate)(cause);
                context.stop();
            }
        });
        context.spawn(told);
    }

    /// How many slots are published, and how many are on their way.
    pub(super) fn measure(&self) {
        let owned = self.holdings.owned();
        self.parts.metrics.slots.set(owned.len() as i64);
        self.parts.metrics.slots_arriving.set(self.holdings.claimed.without(owned).len() as i64);
    }

    /// Everything that is open must be there for slots that were taken over; what their volume did not hold is computed
    /// from the journal. An errand for some statistics only completes what another one brought.
    pub(super) fn complete(
        &mut self,
        fences: Fences,
        keys: Option<&BTreeSet<Text>>,
        filled: &BTreeSet<Text>,
    ) {
        let slots: SlotSet = fences.keys().copied().collect();
        let open = self.parts.statistics.keys();
        let due = open.filter(|key| keys.is_none_or(|keys| keys.contains(*key)));
        let missing: BTreeSet<Text> = due.filter(|key| !filled.contains(*key)).cloned().collect();
        if missing.is_empty() {
            self.holdings.incomplete = self.holdings.incomplete.without(slots);
            return;
        }
        self.holdings.incomplete = self.holdings.incomplete.with(slots);
        let (origin, after, keys) = (Origin::Journal, Micros::ZERO, Some(missing));
        self.holdings.arriving.push_front(Errand { fences, origin, after, keys });
    }

    /// The last checkpoint that holds them is kept: they are no longer ours.
    pub(super) fn part(&mut self, context: &mut Context<Self>) {
        let given = std::mem::take(&mut self.holdings.giving);
        self.holdings.parting = None;
        self.holdings.fences.retain(|slot, _| !given.has(*slot));
        let owned = self.holdings.owned();
        for done in self.parts.statistics.give(owned) {
            self.rely_on(done, context);
        }
        self.press.own(self.holdings.fences.clone());
        // What was kept stays as it is for whoever takes over; we go on in a new volume.
        self.parts.volume = self.parts.volume.next(&self.parts.member);
        self.holdings.unsettled = true;
        self.holdings.claimed = self.holdings.claimed.without(given);
        self.measure();
        tracing::info!(slots = ?given, "{} slots are given to whom they shall belong", given.len());
        if self.parts.given.try_send(given).is_err() {
            (self.parts.escalate)("the keeper of leases is gone".to_owned());
        }
    }
}

impl Handler<Shift> for Collector {
    type Result = ();

    fn handle(&mut self, Shift { estates, give }: Shift, context: &mut Self::Context) {
        for estate in estates {
            self.holdings.claimed = self.holdings.claimed.with(estate.fences.keys().copied().collect());
            if self.is_virgin() && estate.volume.is_none() {
                self.own(estate.fences);
            } else {
                self.holdings.arriving.push_back(Errand::of(estate));
            }
        }
        // What is on its way is not given before it has arrived.
        if self.holdings.parting.is_none() {
            self.holdings.giving = give.both(self.holdings.owned()).without(self.holdings.incomplete);
            if self.is_virgin() && !self.holdings.giving.is_empty() {
                // Nothing has happened that would have to be kept.
                self.part(context);
            }
        }
        self.measure();
        self.fill(context);
        self.pump(context);
    }
}
