//! Questions in memory: whoever asks and whoever answers live in one process.

use crate::lock;
use async_trait::async_trait;
use ports::Result;
use ports::questions::{Question, Questions, Reply, Ticket};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use tokio::sync::{Notify, oneshot};

/// Questions that nobody has taken up yet; further ones are told that too many ask.
const WAITING_MAX: usize = 8;

#[derive(Default)]
struct Desk {
    last: u64,
    waiting: VecDeque<Ticket>,
    /// By number: who waits for the answer.
    askers: BTreeMap<u64, oneshot::Sender<Reply>>,
}

/// Questions that live as long as the process.
#[derive(Default)]
pub struct MemoryQuestions {
    desk: Mutex<Desk>,
    came: Notify,
}

/// Takes a question back when its asker waits no longer.
struct Asker<'a> {
    desk: &'a Mutex<Desk>,
    number: u64,
}

impl Drop for Asker<'_> {
    fn drop(&mut self) {
        let mut desk = lock(self.desk);
        desk.askers.remove(&self.number);
        desk.waiting.retain(|ticket| ticket.number != self.number);
    }
}

impl MemoryQuestions {
    fn put(&self, question: Question) -> Option<(Asker<'_>, oneshot::Receiver<Reply>)> {
        let mut desk = lock(&self.desk);
        if desk.waiting.len() >= WAITING_MAX {
            return None;
        }
        desk.last += 1;
        let (number, (tell, told)) = (desk.last, oneshot::channel());
        desk.waiting.push_back(Ticket { number, question });
        desk.askers.insert(number, tell);
        Some((Asker { desk: &self.desk, number }, told))
    }

    fn take(&self) -> Option<Ticket> {
        lock(&self.desk).waiting.pop_front()
    }
}

#[async_trait]
impl Questions for MemoryQuestions {
    async fn ask(&self, question: Question) -> Result<Reply> {
        let Some((_asker, told)) = self.put(question) else { return Ok(Reply::Busy) };
        self.came.notify_one();
        Ok(told.await.unwrap_or(Reply::Unanswered))
    }

    async fn next(&self) -> Result<Ticket> {
        loop {
            if let Some(ticket) = self.take() {
                return Ok(ticket);
            }
            self.came.notified().await;
        }
    }

    async fn is_awaited(&self, number: u64) -> bool {
        lock(&self.desk).askers.contains_key(&number)
    }

    async fn reply(&self, number: u64, reply: Reply) -> Result<()> {
        let asker = lock(&self.desk).askers.remove(&number);
        if let Some(asker) = asker {
            // Who went away this very moment needs no answer.
            let _ = asker.send(reply);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Micros, Object, ObjectType};
    use ports::demand::Wanted;
    use ports::questions::MadeOf;
    use std::sync::Arc;

    fn question() -> Question {
        let wanted = Wanted::of_key("Entered|Queue|Default|||").unwrap();
        let object = Object::new(ObjectType::Queue, "9001");
        Question::Made(MadeOf { wanted, object, at: Micros(1), skip: 0, take: 1 })
    }

    #[tokio::test]
    async fn a_question_is_answered_to_whoever_asked() {
        let desk = Arc::new(MemoryQuestions::default());
        let asker = Arc::clone(&desk);
        let asked = tokio::spawn(async move { asker.ask(question()).await });
        let ticket = desk.next().await.unwrap();
        assert_eq!(ticket.question, question());
        assert!(desk.is_awaited(ticket.number).await);
        desk.reply(ticket.number, Reply::NoValue).await.unwrap();
        assert_eq!(asked.await.unwrap().unwrap(), Reply::NoValue);
        assert!(!desk.is_awaited(ticket.number).await);
    }

    #[tokio::test]
    async fn who_waits_no_longer_has_taken_the_question_back() {
        let desk = Arc::new(MemoryQuestions::default());
        let asker = Arc::clone(&desk);
        let asked = tokio::spawn(async move { asker.ask(question()).await });
        tokio::task::yield_now().await;
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        let nobody = tokio::time::timeout(std::time::Duration::from_millis(20), desk.next()).await;
        assert!(nobody.is_err(), "there is no question left");
    }

    #[tokio::test]
    async fn questions_are_not_piled_up_without_bound() {
        let desk = Arc::new(MemoryQuestions::default());
        let waiting = (0..WAITING_MAX).map(|_| Box::pin(desk.ask(question())));
        let mut waiting: Vec<_> = waiting.collect();
        for ask in &mut waiting {
            let early = tokio::time::timeout(std::time::Duration::from_millis(1), ask).await;
            assert!(early.is_err(), "nobody has answered yet");
        }
        assert_eq!(desk.ask(question()).await.unwrap(), Reply::Busy);
        drop(waiting);
        assert!(desk.take().is_none(), "they have all been taken back");
    }
}
