//! Leases: a key that expires, and a hash of fences that only rise.

use crate::RedisStore;
use async_trait::async_trait;
use ports::leases::{Held, Leases};
use ports::{Result, StoreError};
use redis::Script;
use std::sync::LazyLock;
use std::time::Duration;

static HOLD: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/hold.lua")));
static RELEASE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/release.lua")));

#[async_trait]
impl Leases for RedisStore {
    async fn hold(&self, lease: &str, holder: &str, term: Duration) -> Result<Option<u64>> {
        let mut hold = HOLD.key(self.inner.keys.one(&format!("lease:{lease}")));
        hold.key(self.inner.keys.one("fences")).arg(lease).arg(holder).arg(term.as_millis().max(1) as u64);
        self.call(async |connection| hold.invoke_async(connection).await).await
    }

    async fn release(&self, lease: &str, holder: &str) -> Result<()> {
        let mut release = RELEASE.key(self.inner.keys.one(&format!("lease:{lease}")));
        release.arg(holder);
        self.call(async |connection| release.invoke_async::<()>(connection).await).await
    }

    async fn holder(&self, lease: &str) -> Result<Option<Held>> {
        let key = self.inner.keys.one(&format!("lease:{lease}"));
        let held: Option<String> =
            self.call(async |connection| redis::cmd("GET").arg(key).query_async(connection).await).await?;
        let Some(held) = held else { return Ok(None) };
        let read = held.split_once('|').and_then(|(fence, holder)| Some((fence.parse().ok()?, holder)));
        let (fence, holder) =
            read.ok_or_else(|| StoreError::Corrupt(format!("lease {lease} in Redis reads {held:?}")))?;
        Ok(Some(Held { holder: holder.into(), fence }))
    }
}
