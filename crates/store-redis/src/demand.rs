//! Wishes and answers: two hashes and a hint.

use crate::RedisStore;
use crate::pack::{pack, unpack};
use async_trait::async_trait;
use model::Text;
use ports::Result;
use ports::demand::{Answer, Demand, Wanted};
use redis::Script;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tokio::sync::broadcast;

static WANT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/want.lua")));

/// More definitions than this are refused: nobody looks at them, and each costs a DCU memory.
const WISHES_MAX: usize = 10_000;

#[async_trait]
impl Demand for RedisStore {
    async fn want(&self, wanted: Vec<Wanted>) -> Result<()> {
        if wanted.is_empty() {
            return Ok(());
        }
        let mut want = WANT.key(self.inner.keys.one("wishes"));
        want.arg(WISHES_MAX);
        for wish in &wanted {
            want.arg(wish.key().as_str()).arg(pack(wish)?);
        }
        let channel = self.inner.keys.one("demand");
        self.call(async |connection| {
            if want.invoke_async::<u64>(connection).await? > 0 {
                redis::cmd("PUBLISH").arg(channel).arg("wishes").exec_async(connection).await?;
            }
            Ok(())
        })
        .await
    }

    async fn wanted(&self) -> Result<Vec<Wanted>> {
        let key = self.inner.keys.one("wishes");
        let wishes: BTreeMap<String, Vec<u8>> = self
            .call(async |connection| redis::cmd("HGETALL").arg(key).query_async(connection).await)
            .await?;
        wishes.values().map(|bytes| unpack("a wish", bytes)).collect()
    }

    async fn answer(&self, key: Text, answer: Answer) -> Result<()> {
        let (answers, channel) = (self.inner.keys.one("answers"), self.inner.keys.one("demand"));
        let bytes = pack(&answer)?;
        self.call(async |connection| {
            let mut swap = redis::pipe();
            swap.atomic().cmd("HGET").arg(&answers).arg(key.as_str());
            swap.cmd("HSET").arg(&answers).arg(key.as_str()).arg(&bytes).ignore();
            let (before,): (Option<Vec<u8>>,) = swap.query_async(connection).await?;
            if before.as_ref() != Some(&bytes) {
                redis::cmd("PUBLISH").arg(channel).arg("answers").exec_async(connection).await?;
            }
            Ok(())
        })
        .await
    }

    async fn answered(&self, key: &str) -> Result<Option<Answer>> {
        let answers = self.inner.keys.one("answers");
        let bytes: Option<Vec<u8>> = self
            .call(async |connection| redis::cmd("HGET").arg(answers).arg(key).query_async(connection).await)
            .await?;
        bytes.map(|bytes| unpack("an answer", &bytes)).transpose()
    }

    fn watch(&self) -> broadcast::Receiver<()> {
        self.hints().demand()
    }
}

impl RedisStore {
    /// Waits until changes of wishes and answers are heard.
    pub async fn hinted(&self) {
        self.hints().connected().await;
    }
}
