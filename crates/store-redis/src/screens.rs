//! Screens: a code is a key that expires, counted in a sorted set; the last beats of a wall are a hash, which expires too.

use crate::RedisStore;
use crate::pack::{pack, unpack};
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use ports::screens::{Beat, Heard, Offered, SCREENS_MAX, Screens, WAITING_MAX};
use ports::{Result, StoreError};
use redis::Script;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

static OFFER: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/offer.lua")));
static BEAT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/beat.lua")));

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).max(1)
}

impl RedisStore {
    fn wall(&self, wall: &str) -> (String, String) {
        let keys = &self.inner.keys;
        (keys.one(&format!("beats:{wall}")), keys.one(&format!("beats:{wall}:at")))
    }

    fn code(&self, code: &str) -> (String, String) {
        let keys = &self.inner.keys;
        (keys.one(&format!("code:{code}")), keys.one("codes"))
    }
}

#[async_trait]
impl Screens for RedisStore {
    async fn offer(&self, code: &str, wall: &str, lives: Duration) -> Result<Offered> {
        let (waiting, all) = self.code(code);
        let mut offer = OFFER.key(waiting);
        offer.key(all).arg(code).arg(wall).arg(ms(lives)).arg(WAITING_MAX);
        let said: u8 = self.call(async |connection| offer.invoke_async(connection).await).await?;
        match said {
            0 => Ok(Offered::Kept),
            1 => Ok(Offered::Taken),
            2 => Ok(Offered::Full),
            other => Err(StoreError::Corrupt(format!("an offer in Redis is answered {other}"))),
        }
    }

    async fn take(&self, code: &str) -> Result<Option<Text>> {
        let (waiting, all) = self.code(code);
        let taken: (Option<String>, i64) = self
            .call(async |connection| {
                let mut both = redis::pipe();
                both.atomic().cmd("GETDEL").arg(waiting).cmd("ZREM").arg(all).arg(code);
                both.query_async(connection).await
            })
            .await?;
        Ok(taken.0.map(Text::from))
    }

    async fn heard(&self, wall: &str, beat: Beat, lives: Duration) -> Result<()> {
        let (beats, at) = self.wall(wall);
        let mut keep = BEAT.key(beats);
        keep.key(at).key(self.inner.keys.one("beats:since"));
        keep.arg(beat.screen.as_str()).arg(pack(&beat)?).arg(beat.at.0).arg(ms(lives)).arg(SCREENS_MAX);
        self.call(async |connection| keep.invoke_async::<i64>(connection).await).await.map(drop)
    }

    async fn beats(&self, walls: &[Text], now: Micros) -> Result<Heard> {
        let since = self.inner.keys.one("beats:since");
        let (since, told): (i64, Vec<BTreeMap<String, Vec<u8>>>) = self
            .call(async |connection| {
                let mut first = redis::pipe();
                first.cmd("SET").arg(&since).arg(now.0).arg("NX").ignore().cmd("GET").arg(&since);
                let (since,): (i64,) = first.query_async(connection).await?;
                let mut all = redis::pipe();
                for wall in walls {
                    all.cmd("HGETALL").arg(self.wall(wall).0);
                }
                let told = if walls.is_empty() { Vec::new() } else { all.query_async(connection).await? };
                Ok((since, told))
            })
            .await?;
        let mut heard = Heard { since: Micros(since), beats: BTreeMap::new() };
        for (wall, told) in walls.iter().zip(told) {
            let beats = told.values().map(|bytes| unpack("a screen's sign of life", bytes));
            let mut beats: Vec<Beat> = beats.collect::<Result<_>>()?;
            beats.sort_by_key(|beat| std::cmp::Reverse(beat.at));
            if !beats.is_empty() {
                heard.beats.insert(wall.clone(), beats);
            }
        }
        Ok(heard)
    }

    async fn forget(&self, wall: &str) -> Result<()> {
        let (beats, at) = self.wall(wall);
        self.call(async |connection| redis::cmd("DEL").arg(beats).arg(at).exec_async(connection).await).await
    }
}
