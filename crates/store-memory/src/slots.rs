//! Ownership of slots in memory: between the parts of one process, and for one that owns everything anyway.

use crate::lock;
use async_trait::async_trait;
use model::{SlotSet, Text};
use placement::{Lease, Member, Table};
use ports::slots::{Fences, Slots};
use ports::{Result, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

#[derive(Default)]
struct Book {
    /// The newest life of each name, and until when it counts.
    members: BTreeMap<Text, (u64, Instant)>,
    /// The last lease of each slot, also one that has ended.
    leases: BTreeMap<u8, (Lease, Instant)>,
    volumes: BTreeMap<u8, Text>,
    fence: u64,
}

/// Ownership that lives as long as the process, by tokio's clock.
#[derive(Default)]
pub struct MemorySlots {
    book: Mutex<Book>,
}

impl MemorySlots {
    /// Ownership in a process that is the only one: the state of all slots lies in one volume from the beginning.
    pub fn alone(volume: &str) -> Self {
        let volumes = SlotSet::ALL.iter().map(|slot| (slot, Text::from(volume))).collect();
        Self { book: Mutex::new(Book { volumes, ..Book::default() }) }
    }

    /// Loses everything, as a server does that starts again empty.
    pub fn lose(&self) {
        let mut book = lock(&self.book);
        *book = Book { fence: book.fence, ..Book::default() };
    }
}

impl Book {
    fn greet(&mut self, member: &Member, term: Duration, now: Instant) {
        let known = self.members.entry(member.name.clone()).or_insert((member.life, now));
        if known.0 <= member.life {
            *known = (member.life, now + term);
        }
    }

    fn table(&self, now: Instant) -> Table {
        let lives = self.members.iter().filter(|(_, (_, until))| *until > now);
        let lasts = self.leases.iter().filter(|(_, (_, until))| *until > now);
        Table {
            members: lives.map(|(name, (life, _))| (name.clone(), *life)).collect(),
            leases: lasts.map(|(slot, (lease, _))| (*slot, lease.clone())).collect(),
            volumes: self.volumes.clone(),
        }
    }
}

/// Whether the member may have what `lease` says.
fn is_open(lease: &Lease, until: Instant, member: &Member, now: Instant) -> bool {
    until <= now || (lease.holder == member.name && lease.life <= member.life)
}

#[async_trait]
impl Slots for MemorySlots {
    async fn turn(&self, member: &Member, owned: &Fences, term: Duration) -> Result<Table> {
        let (mut book, now) = (lock(&self.book), Instant::now());
        book.greet(member, term, now);
        for (slot, fence) in owned {
            let lease = Lease { holder: member.name.clone(), life: member.life, fence: *fence };
            let known = book.leases.entry(*slot).or_insert((lease.clone(), now));
            if known.0 == lease {
                known.1 = now + term;
            }
        }
        Ok(book.table(now))
    }

    async fn claim(&self, member: &Member, slots: SlotSet, term: Duration) -> Result<Fences> {
        let (mut book, now) = (lock(&self.book), Instant::now());
        let mut fences = Fences::new();
        for slot in slots.iter() {
            if book.leases.get(&slot).is_some_and(|(lease, until)| !is_open(lease, *until, member, now)) {
                continue;
            }
            book.fence += 1;
            let lease = Lease { holder: member.name.clone(), life: member.life, fence: book.fence };
            fences.insert(slot, lease.fence);
            book.leases.insert(slot, (lease, now + term));
        }
        Ok(fences)
    }

    async fn release(&self, member: &Member, slots: SlotSet) -> Result<()> {
        let (mut book, now) = (lock(&self.book), Instant::now());
        for slot in slots.iter() {
            if let Some((lease, until)) = book.leases.get_mut(&slot)
                && (&lease.holder, lease.life) == (&member.name, member.life)
            {
                *until = now;
            }
        }
        Ok(())
    }

    async fn leave(&self, member: &Member) -> Result<()> {
        self.release(member, SlotSet::ALL).await?;
        let mut book = lock(&self.book);
        if book.members.get(&member.name).is_some_and(|(life, _)| *life == member.life) {
            book.members.remove(&member.name);
        }
        Ok(())
    }

    async fn settle(&self, volume: &str, slots: &Fences) -> Result<Vec<Text>> {
        let mut book = lock(&self.book);
        for (slot, fence) in slots {
            if let Some((lease, _)) = book.leases.get(slot)
                && lease.fence != *fence
            {
                let (holder, newest) = (&lease.holder, lease.fence);
                return Err(StoreError::Fenced(format!(
                    "slot {slot} is settled under fence {fence}, but {holder} has taken it under {newest}"
                )));
            }
        }
        let volumes = slots.keys().filter_map(|slot| book.volumes.insert(*slot, volume.into()));
        let mut left: BTreeSet<Text> = volumes.collect();
        left.retain(|volume| !book.volumes.values().any(|there| there == volume));
        Ok(left.into_iter().collect())
    }
}
