//! Who owns which slots: members that live, a lease for each slot, and the ledger of where a slot's state lies.

use crate::Result;
use async_trait::async_trait;
use model::{SlotSet, Text};
use placement::{Member, Table};
use std::collections::BTreeMap;
use std::time::Duration;

/// The fences under which slots are owned.
pub type Fences = BTreeMap<u8, u64>;

/// Where ownership of slots is kept. The store's clock decides, nobody else's.
#[async_trait]
pub trait Slots: Send + Sync {
    /// Says that `member` lives, and renews the leases of the slots that it owns; for `term` from now. A lease that has
    /// ended, or was lost with the store, is given anew under its old fence if nobody has held it since. Answers how
    /// everything stands: a slot of `owned` that is not among the member's leases is lost to it.
    async fn turn(&self, member: &Member, owned: &Fences, term: Duration) -> Result<Table>;
    /// Takes those of `slots` that nobody holds, or a former life of the member does; answers their fences.
    async fn claim(&self, member: &Member, slots: SlotSet, term: Duration) -> Result<Fences>;
    /// Gives slots back that the member holds.
    async fn release(&self, member: &Member, slots: SlotSet) -> Result<()>;
    /// Gives everything back: the member lives no longer.
    async fn leave(&self, member: &Member) -> Result<()>;
    /// Notes that the newest state of these slots lies in `volume`. All or nothing; refused with `Fenced` if one of the
    /// fences is not the newest. Answers the volumes in which no slot's state lies any more because of that.
    async fn settle(&self, volume: &str, slots: &Fences) -> Result<Vec<Text>>;
}
