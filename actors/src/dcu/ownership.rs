//! Which slots are ours: says again and again that we live, claims what we are preferred for, gives what others are.

use super::Metrics;
use actix::{Message, Recipient};
use model::{Micros, SlotSet, Text};
use placement::{Member, Plan, Table, plan};
use ports::slots::{Fences, Slots};
use ports::values::Values;
use ports::{Result, StoreError};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

/// The longest pause between two looks at the table.
const LOOK_MAX: Duration = Duration::from_millis(500);
/// How long a store may take before a look is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Slots that have become ours, with the state that comes with them.
#[derive(Clone, Debug)]
pub(super) struct Estate {
    /// The fences under which they are ours.
    pub(super) fences: Fences,
    /// Where their state lies; nowhere if they have never been owned.
    pub(super) volume: Option<Text>,
    /// Nothing else lies there that would be somebody else's.
    pub(super) is_whole: bool,
    /// The event time of the newest values that a former owner published.
    pub(super) published: Micros,
}

/// What has become ours, and what shall become another's.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Shift {
    pub(super) estates: Vec<Estate>,
    pub(super) give: SlotSet,
}

/// Whoever looks after our slots.
pub(super) struct Shepherd {
    pub(super) slots: Arc<dyn Slots>,
    pub(super) values: Arc<dyn Values>,
    pub(super) member: Member,
    pub(super) term: Duration,
    pub(super) metrics: Metrics,
    /// What is ours.
    pub(super) held: Fences,
}

impl Shepherd {
    /// Waits until some slots are ours. Others may have to give them first.
    pub(super) async fn first(&mut self) -> Result<Vec<Estate>> {
        let mut waits = false;
        loop {
            let table = self.slots.turn(&self.member, &self.held, self.term).await?;
            let estates = self.claim(plan(&self.member, &table).claim, &table).await?;
            if !estates.is_empty() {
                self.metrics.slots_arriving.set(self.held.len() as i64);
                return Ok(estates);
            }
            if !std::mem::replace(&mut waits, true) {
                tracing::info!("all slots have owners; waiting until some are given to {}", self.member.name);
            }
            sleep(self.pause()).await;
        }
    }

    /// Looks after them until the collector is gone or they are lost; then tells why.
    pub(super) async fn tend(
        mut self,
        collector: Recipient<Shift>,
        mut given: mpsc::Receiver<SlotSet>,
        lost: mpsc::Sender<String>,
    ) {
        let mut quiet_until = Instant::now();
        loop {
            tokio::select! {
                slots = given.recv() => match slots {
                    Some(slots) => self.release(slots).await,
                    None => return,
                },
                () = sleep(self.pause()) => {}
            }
            // Nothing is claimed right after the store was away: others, whose leases ended meanwhile, shall find them.
            let may_claim = Instant::now() >= quiet_until;
            match timeout(PATIENCE, self.look(may_claim)).await {
                Ok(Ok(shift)) => {
                    if (!shift.estates.is_empty() || !shift.give.is_empty())
                        && collector.send(shift).await.is_err()
                    {
                        return;
                    }
                }
                Ok(Err(StoreError::Fenced(cause))) => {
                    self.metrics.fenced.inc();
                    let _ = lost.try_send(cause);
                    return;
                }
                Ok(Err(error)) => {
                    tracing::warn!(%error, "leases of slots can't be renewed; will try again");
                    quiet_until = Instant::now() + self.term;
                }
                Err(_) => {
                    tracing::warn!("the store of leases did not answer in time; will try again");
                    quiet_until = Instant::now() + self.term;
                }
            }
        }
    }

    async fn look(&mut self, may_claim: bool) -> Result<Shift> {
        let table = self.slots.turn(&self.member, &self.held, self.term).await?;
        let held: SlotSet = self.held.keys().copied().collect();
        let missing = held.without(table.held(&self.member));
        if !missing.is_empty() {
            return Err(StoreError::Fenced(format!(
                "{} was away for longer than its leases last, and others own the slots {missing:?} now",
                self.member.name
            )));
        }
        self.metrics.slots_free.set(table.free().len() as i64);
        let Plan { claim, give } = plan(&self.member, &table);
        let claim = if may_claim { claim.without(held) } else { SlotSet::NONE };
        Ok(Shift { estates: self.claim(claim, &table).await?, give })
    }

    /// Claims slots, and shuts former owners out of their values.
    async fn claim(&mut self, slots: SlotSet, table: &Table) -> Result<Vec<Estate>> {
        if slots.is_empty() {
            return Ok(Vec::new());
        }
        let claimed = self.slots.claim(&self.member, slots, self.term).await?;
        self.held.extend(claimed.clone());
        self.metrics.slots_claimed.inc_by(claimed.len() as u64);
        let mut volumes: BTreeMap<Option<Text>, Fences> = BTreeMap::new();
        for (slot, fence) in claimed {
            volumes.entry(table.volumes.get(&slot).cloned()).or_default().insert(slot, fence);
        }
        let mut estates = Vec::new();
        for (volume, fences) in volumes {
            let slots: SlotSet = fences.keys().copied().collect();
            let from = volume.as_deref().unwrap_or("nobody");
            tracing::info!(?slots, from, "{} slots are ours now, with what {from} kept", slots.len());
            let published = self.guard(&fences).await;
            let others = table.volumes.iter().filter(|(_, there)| Some(*there) == volume.as_ref());
            let is_whole = others.into_iter().all(|(slot, _)| self.held.contains_key(slot));
            estates.push(Estate { fences, volume, is_whole, published });
        }
        Ok(estates)
    }

    /// They are ours already: this must succeed some time.
    async fn guard(&self, fences: &Fences) -> Micros {
        loop {
            match timeout(PATIENCE, self.values.guard(fences)).await {
                Ok(Ok(published)) => return published,
                Ok(Err(error)) => tracing::warn!(%error, "a former owner can't be shut out; will try again"),
                Err(_) => tracing::warn!("the store of values did not answer in time; will try again"),
            }
            sleep(self.pause()).await;
            // The leases must not end meanwhile.
            let _ = timeout(PATIENCE, self.slots.turn(&self.member, &self.held, self.term)).await;
        }
    }

    async fn release(&mut self, slots: SlotSet) {
        self.held.retain(|slot, _| !slots.has(*slot));
        self.metrics.slots_given.inc_by(slots.len() as u64);
        match timeout(PATIENCE, self.slots.release(&self.member, slots)).await {
            Ok(Ok(())) => {}
            // They end by themselves.
            Ok(Err(error)) => tracing::warn!(%error, "slots were not given back"),
            Err(_) => tracing::warn!("the store of leases did not answer in time; slots were not given back"),
        }
    }

    fn pause(&self) -> Duration {
        (self.term / 10).min(LOOK_MAX)
    }
}
