//! A round: the same request to many actors, and one notice when the last of them has answered.

use actix::{Message, Recipient};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The last answer of a round is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Message)]
#[rtype(result = "()")]
pub(super) struct RoundDone(pub u64);

/// Collects answers. Each of the actors asked calls [`Round::answer`] exactly once.
pub(super) struct Round<T> {
    id: u64,
    answers: Mutex<Vec<T>>,
    left: AtomicUsize,
    done: Recipient<RoundDone>,
}

impl<T> Round<T> {
    /// A round of `actors` answers; `done` is told after the last. Of nobody, it is told at once.
    pub(super) fn new(id: u64, actors: usize, done: Recipient<RoundDone>) -> Arc<Self> {
        let round = Self {
            id,
            answers: Mutex::new(Vec::with_capacity(actors)),
            left: AtomicUsize::new(actors),
            done,
        };
        if actors == 0 {
            round.tell();
        }
        Arc::new(round)
    }

    /// One actor's answer; `None` if it has nothing to say.
    pub(super) fn answer(&self, answer: Option<T>) {
        self.answer_all(answer);
    }

    /// One actor's answers.
    pub(super) fn answer_all(&self, answers: impl IntoIterator<Item = T>) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.tell();
        }
    }

    /// Takes the answers out.
    pub(super) fn take(&self) -> Vec<T> {
        std::mem::take(&mut *self.answers.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The collector's mailbox has room for this by construction: a round at a time, and links wait for answers.
    fn tell(&self) {
        if let Err(refused) = self.done.try_send(RoundDone(self.id)) {
            tracing::error!(%refused, "the collector did not take the end of a round");
        }
    }
}
