//! Ownership of slots: leases, members and the ledger, each one hash, changed by scripts.

use crate::RedisStore;
use async_trait::async_trait;
use model::{SlotSet, Text};
use placement::{Lease, Member, Table};
use ports::slots::{Fences, Slots};
use ports::{Result, StoreError};
use redis::Script;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

static TURN: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/turn.lua")));
static CLAIM: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/claim_slots.lua")));
static RELEASE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/release_slots.lua")));
static SETTLE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/settle.lua")));

/// As long as checkpoints are kept.
const LIFETIME_SECONDS: u32 = 7 * 86_400;

struct Names {
    leases: String,
    members: String,
    volumes: String,
}

impl RedisStore {
    fn slot_names(&self) -> Names {
        let one = |name| self.inner.keys.one(name);
        Names { leases: one("slot-leases"), members: one("slot-members"), volumes: one("slot-volumes") }
    }

    /// In which volume the newest state of each slot lies.
    pub(crate) async fn volumes(&self) -> Result<BTreeMap<u8, Text>> {
        let key = self.slot_names().volumes;
        let read = async |connection: &mut redis::aio::MultiplexedConnection| {
            redis::cmd("HGETALL").arg(&key).query_async::<BTreeMap<String, String>>(connection).await
        };
        let pairs = self.call(read).await?.into_iter();
        pairs.map(|(slot, volume)| Ok((number("a number", &slot)?, volume.into()))).collect()
    }

    async fn give_back(&self, member: &Member, slots: SlotSet, leave: bool) -> Result<()> {
        let Names { leases, members, .. } = self.slot_names();
        let mut release = RELEASE.key(leases);
        release.key(members).arg(member.name.as_str()).arg(member.life).arg(u8::from(leave));
        for slot in slots.iter() {
            release.arg(slot);
        }
        self.call(async |connection| release.invoke_async::<()>(connection).await).await
    }
}

fn term_ms(term: Duration) -> u64 {
    u64::try_from(term.as_millis()).unwrap_or(u64::MAX).max(1)
}

/// Words of a table, each read as what it should be.
fn number<T: std::str::FromStr>(what: &str, word: &str) -> Result<T> {
    word.parse().map_err(|_| StoreError::Corrupt(format!("{what} of the slots in Redis reads {word:?}")))
}

#[async_trait]
impl Slots for RedisStore {
    async fn turn(&self, member: &Member, owned: &Fences, term: Duration) -> Result<Table> {
        let Names { leases, members, volumes } = self.slot_names();
        let mut turn = TURN.key(leases);
        turn.key(members).key(volumes).arg(member.name.as_str()).arg(member.life);
        turn.arg(term_ms(term)).arg(LIFETIME_SECONDS);
        for (slot, fence) in owned {
            turn.arg(*slot).arg(*fence);
        }
        let (members, leases, volumes): (Vec<String>, Vec<String>, Vec<String>) =
            self.call(async |connection| turn.invoke_async(connection).await).await?;
        let mut table = Table::default();
        for pair in members.chunks_exact(2) {
            table.members.insert(pair[0].as_str().into(), number("a life", &pair[1])?);
        }
        for lease in leases.chunks_exact(4) {
            let [slot, fence, life, holder] = [&lease[0], &lease[1], &lease[2], &lease[3]];
            let (fence, life) = (number("a fence", fence)?, number("a life", life)?);
            table
                .leases
                .insert(number("a number", slot)?, Lease { holder: holder.as_str().into(), life, fence });
        }
        for pair in volumes.chunks_exact(2) {
            table.volumes.insert(number("a number", &pair[0])?, pair[1].as_str().into());
        }
        Ok(table)
    }

    async fn claim(&self, member: &Member, slots: SlotSet, term: Duration) -> Result<Fences> {
        let mut claim = CLAIM.key(self.slot_names().leases);
        claim.arg(member.name.as_str()).arg(member.life).arg(term_ms(term)).arg(LIFETIME_SECONDS);
        for slot in slots.iter() {
            claim.arg(slot);
        }
        let claimed: Vec<String> = self.call(async |connection| claim.invoke_async(connection).await).await?;
        let pair = |pair: &[String]| Ok((number("a number", &pair[0])?, number("a fence", &pair[1])?));
        claimed.chunks_exact(2).map(pair).collect::<Result<BTreeMap<u8, u64>>>()
    }

    async fn release(&self, member: &Member, slots: SlotSet) -> Result<()> {
        self.give_back(member, slots, false).await
    }

    async fn leave(&self, member: &Member) -> Result<()> {
        self.give_back(member, SlotSet::ALL, true).await
    }

    async fn settle(&self, volume: &str, slots: &Fences) -> Result<Vec<Text>> {
        let Names { leases, volumes, .. } = self.slot_names();
        let mut settle = SETTLE.key(leases);
        settle.key(volumes).arg(volume).arg(LIFETIME_SECONDS);
        for (slot, fence) in slots {
            settle.arg(*slot).arg(*fence);
        }
        let left: Vec<String> = self.call(async |connection| settle.invoke_async(connection).await).await?;
        Ok(left.into_iter().map(Text::from).collect())
    }
}
