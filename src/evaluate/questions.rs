//! When answers are wanted.

use model::Micros;
use stats::parse_instant;
use std::collections::VecDeque;

/// The instants at which to answer, in order.
pub(super) struct Questions {
    at: VecDeque<Micros>,
    every: Option<i64>,
    next: Option<Micros>,
}

impl Questions {
    pub(super) fn new(at: &[String], every: Option<u32>) -> anyhow::Result<Self> {
        let read = |text: &String| parse_instant(text).map_err(|cause| anyhow::anyhow!("--at: {cause}"));
        let mut at = at.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
        at.sort_unstable();
        at.dedup();
        Ok(Self { at: at.into(), every: every.map(|s| i64::from(s) * 1_000_000), next: None })
    }

    /// The stream begins at `first`, if it has not begun.
    pub(super) fn begin(&mut self, first: Micros) {
        if let (Some(every), None) = (self.every, self.next) {
            self.next = Some(Micros((first.0.div_euclid(every) + 1) * every));
        }
    }

    fn peek(&self) -> Option<Micros> {
        self.at.front().copied().into_iter().chain(self.next).min()
    }

    /// Whether there is a question to be answered before a record of `at`.
    pub(super) fn due(&self, at: Micros) -> bool {
        self.peek().is_some_and(|question| question < at)
    }

    /// The next question that a record of `at` is too late for.
    pub(super) fn before(&mut self, at: Micros) -> Option<Micros> {
        let question = self.peek().filter(|question| *question < at)?;
        self.pop(question);
        Some(question)
    }

    /// The next question when there are no more records after `last`.
    pub(super) fn rest(&mut self, last: Option<Micros>) -> Option<Micros> {
        self.next = self.next.filter(|next| last.is_some_and(|last| *next <= last));
        let question = self.peek()?;
        self.pop(question);
        Some(question)
    }

    fn pop(&mut self, question: Micros) {
        if self.at.front() == Some(&question) {
            self.at.pop_front();
        }
        if let (Some(every), true) = (self.every, self.next == Some(question)) {
            self.next = Some(Micros(question.0 + every));
        }
    }
}
