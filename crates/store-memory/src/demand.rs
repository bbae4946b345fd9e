//! Wishes in memory.

use crate::{BACKLOG_MAX, lock};
use async_trait::async_trait;
use model::Text;
use ports::demand::{Answer, Demand, Wanted};
use ports::{Result, StoreError};
use std::collections::BTreeMap;
use std::sync::Mutex;
use tokio::sync::broadcast;

/// More definitions than this are refused: nobody looks at them, and each costs a DCU memory.
const WISHES_MAX: usize = 10_000;

#[derive(Default)]
struct Book {
    wishes: BTreeMap<Text, Wanted>,
    answers: BTreeMap<Text, Answer>,
}

/// Wishes that live as long as the process.
pub struct MemoryDemand {
    book: Mutex<Book>,
    followers: broadcast::Sender<()>,
}

impl Default for MemoryDemand {
    fn default() -> Self {
        Self { book: Mutex::default(), followers: broadcast::Sender::new(BACKLOG_MAX) }
    }
}

impl MemoryDemand {
    /// Loses everything, as a store does that comes back empty.
    pub fn lose(&self) {
        *lock(&self.book) = Book::default();
    }
}

#[async_trait]
impl Demand for MemoryDemand {
    async fn want(&self, wanted: Vec<Wanted>) -> Result<()> {
        let mut book = lock(&self.book);
        let before = book.wishes.len();
        for wish in wanted {
            let key = wish.key();
            if book.wishes.len() >= WISHES_MAX && !book.wishes.contains_key(&key) {
                return Err(StoreError::Full(format!(
                    "{WISHES_MAX} statistics are wanted already; remove boards that nobody uses"
                )));
            }
            book.wishes.entry(key).or_insert(wish);
        }
        if book.wishes.len() > before {
            let _ = self.followers.send(());
        }
        Ok(())
    }

    async fn wanted(&self) -> Result<Vec<Wanted>> {
        Ok(lock(&self.book).wishes.values().cloned().collect())
    }

    async fn answer(&self, key: Text, answer: Answer) -> Result<()> {
        let mut book = lock(&self.book);
        if book.answers.get(&key) != Some(&answer) {
            book.answers.insert(key, answer);
            let _ = self.followers.send(());
        }
        Ok(())
    }

    async fn answered(&self, key: &str) -> Result<Option<Answer>> {
        Ok(lock(&self.book).answers.get(key).cloned())
    }

    fn watch(&self) -> broadcast::Receiver<()> {
        self.followers.subscribe()
    }
}
