//! Questions about values, and their answers. A list holds those that nobody has taken up; beside each stands, for as long
//! as it is renewed, that somebody waits for the answer. Both sides look again and again: a question is rare, and lives
//! for seconds.

use crate::RedisStore;
use crate::pack::{pack, unpack};
use async_trait::async_trait;
use ports::Result;
use ports::questions::{Question, Questions, Reply, Ticket};
use redis::Script;
use std::sync::LazyLock;
use std::time::Duration;
use tokio::time::Instant;

static ASK: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("scripts/ask.lua")));

/// Questions that nobody has taken up yet; further ones are told that too many ask.
const WAITING_MAX: usize = 8;
/// How often whoever answers looks for a question.
const LOOK_FOR_QUESTION: Duration = Duration::from_millis(250);
/// How often whoever asks looks for the answer.
const LOOK_FOR_ANSWER: Duration = Duration::from_millis(150);
/// How often whoever asks says that he still waits.
const RENEW: Duration = Duration::from_secs(1);
/// Whoever has not said so for so long waits no longer (ms).
const WAITS_FOR: u64 = 4_000;
/// A question that is not taken up for so long will not be.
const UNTAKEN_MAX: Duration = Duration::from_secs(10);
/// How long answers, and questions at most, are kept (ms).
const KEPT_FOR: u64 = 60_000;

#[async_trait]
impl Questions for RedisStore {
    async fn ask(&self, question: Question) -> Result<Reply> {
        let Some(number) = self.put(&question).await? else { return Ok(Reply::Busy) };
        let (asked, mut renewed) = (Instant::now(), Instant::now());
        loop {
            tokio::time::sleep(LOOK_FOR_ANSWER).await;
            if let Some(reply) = self.answer_of(number).await? {
                return Ok(reply);
            }
            if renewed.elapsed() >= RENEW {
                renewed = Instant::now();
                self.wait_on(number).await?;
            }
            if asked.elapsed() >= UNTAKEN_MAX && self.take_back(number, &question).await? {
                return Ok(Reply::Failed("no data collection unit has taken the question up".into()));
            }
        }
    }

    async fn next(&self) -> Result<Ticket> {
        let waiting = self.inner.keys.one("questions");
        loop {
            let taken: Option<Vec<u8>> = self
                .call(async |connection| redis::cmd("LPOP").arg(&waiting).query_async(connection).await)
                .await?;
            let Some(bytes) = taken else {
                tokio::time::sleep(LOOK_FOR_QUESTION).await;
                continue;
            };
            let (number, question): (u64, Question) = unpack("a question", &bytes)?;
            if self.is_awaited(number).await {
                return Ok(Ticket { number, question });
            }
        }
    }

    async fn is_awaited(&self, number: u64) -> bool {
        let asker = self.inner.keys.one(&format!("asker:{number}"));
        let there =
            self.call(async |connection| redis::cmd("EXISTS").arg(asker).query_async(connection).await);
        // Whoever can't be asked is believed to wait.
        there.await.unwrap_or(true)
    }

    async fn reply(&self, number: u64, reply: Reply) -> Result<()> {
        let answer = self.inner.keys.one(&format!("answer:{number}"));
        let bytes = pack(&reply)?;
        self.call(async |connection| {
            redis::cmd("SET").arg(answer).arg(bytes).arg("PX").arg(KEPT_FOR).exec_async(connection).await
        })
        .await
    }
}

impl RedisStore {
    /// Puts a question on the list; answers its number, or none where too many wait.
    async fn put(&self, question: &Question) -> Result<Option<u64>> {
        let keys = &self.inner.keys;
        let last = keys.one("questions:last");
        let number: u64 =
            self.call(async |connection| redis::cmd("INCR").arg(last).query_async(connection).await).await?;
        let mut ask = ASK.key(keys.one("questions"));
        ask.key(keys.one(&format!("asker:{number}")));
        ask.arg(WAITING_MAX).arg(pack(&(number, question))?).arg(WAITS_FOR).arg(KEPT_FOR);
        let is_put: bool = self.call(async |connection| ask.invoke_async(connection).await).await?;
        Ok(is_put.then_some(number))
    }

    /// The answer, if there is one; it is read once.
    async fn answer_of(&self, number: u64) -> Result<Option<Reply>> {
        let answer = self.inner.keys.one(&format!("answer:{number}"));
        let bytes: Option<Vec<u8>> = self
            .call(async |connection| redis::cmd("GETDEL").arg(answer).query_async(connection).await)
            .await?;
        bytes.map(|bytes| unpack("an answer about a value", &bytes)).transpose()
    }

    async fn wait_on(&self, number: u64) -> Result<()> {
        let asker = self.inner.keys.one(&format!("asker:{number}"));
        self.call(async |connection| {
            redis::cmd("SET").arg(asker).arg(1).arg("PX").arg(WAITS_FOR).exec_async(connection).await
        })
        .await
    }

    /// Whether the question was still on the list, which it is no longer.
    async fn take_back(&self, number: u64, question: &Question) -> Result<bool> {
        let waiting = self.inner.keys.one("questions");
        let bytes = pack(&(number, question))?;
        self.call(async |connection| {
            redis::cmd("LREM").arg(waiting).arg(1).arg(bytes).query_async(connection).await
        })
        .await
    }
}
