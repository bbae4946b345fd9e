//! One rule and one object: quiet, pending, raised, clearing.

use crate::condition::{Condition, Reading, Verdict};
use model::time::Micros;

/// What is asked of a row, apart from its object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) condition: &'a Condition,
    /// How long it must be bad before it is raised.
    pub(crate) raise_after: Micros,
    /// How long it must be good before it is cleared.
    pub(crate) clear_after: Micros,
}

/// What turned.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// It has been bad for long enough.
    Raised {
        /// Since when.
        at: Micros,
        /// The value then.
        reading: Reading,
    },
    /// It has been good for long enough.
    Cleared {
        /// When it had been raised.
        raised_at: Micros,
        /// Since when.
        at: Micros,
        /// The value then.
        reading: Reading,
    },
    /// Of what is raised nothing is known any more.
    Unknown {
        /// When it had been raised.
        raised_at: Micros,
        /// From when on.
        at: Micros,
    },
    /// Of what is raised something is known again.
    Known {
        /// When it had been raised.
        raised_at: Micros,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Quiet,
    /// Bad, and to be raised at `due` if it stays so.
    Pending {
        due: Micros,
    },
    Raised {
        raised_at: Micros,
    },
    /// Good, and to be cleared at `due` if it stays so.
    Clearing {
        raised_at: Micros,
        due: Micros,
    },
}

/// The state of one rule at one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    state: State,
    /// How far it was told.
    at: Micros,
    /// What holds since then.
    reading: Reading,
    verdict: Verdict,
}

impl Machine {
    /// Nothing has been told yet.
    pub(crate) fn new() -> Self {
        Self { state: State::Quiet, at: Micros::ZERO, reading: Reading::Unknown, verdict: Verdict::Unknown }
    }

    /// It was raised in an earlier life, in which it was known or not how it goes on.
    pub(crate) fn raised(raised_at: Micros, is_unknown: bool) -> Self {
        let verdict = if is_unknown { Verdict::Unknown } else { Verdict::Bad };
        Self { state: State::Raised { raised_at }, at: raised_at, verdict, ..Self::new() }
    }

    /// Whether there is nothing to remember.
    pub fn is_quiet(&self) -> bool {
        self.state == State::Quiet
    }

    /// When it was raised, while it is.
    pub fn raised_at(&self) -> Option<Micros> {
        match self.state {
            State::Raised { raised_at } | State::Clearing { raised_at, .. } => Some(raised_at),
            State::Quiet | State::Pending { .. } => None,
        }
    }

    /// Whether nothing is known at present.
    pub fn is_unknown(&self) -> bool {
        self.verdict == Verdict::Unknown
    }

    /// Takes a reading that holds from `at` on. What was told before has held until then. One of before the alert was raised
    /// is passed over.
    pub(crate) fn feed(
        &mut self,
        question: Question<'_>,
        at: Micros,
        reading: &Reading,
        tell: &mut Vec<Turn>,
    ) {
        // A past that is worked off again, after a restart, says nothing of an alert that came later.
        if self.raised_at().is_some_and(|raised_at| at < raised_at) {
            return;
        }
        self.advance(at, tell);
        let verdict = question.condition.judge(reading);
        let (before, at) = (self.verdict, self.at);
        self.reading.clone_from(reading);
        self.verdict = verdict;
        let turned = (before == Verdict::Unknown) != (verdict == Verdict::Unknown);
        if let (Some(raised_at), true) = (self.raised_at(), turned) {
            let is_unknown = verdict == Verdict::Unknown;
            tell.push(if is_unknown { Turn::Unknown { raised_at, at } } else { Turn::Known { raised_at } });
        }
        self.state = match (self.state, verdict) {
            (State::Quiet, Verdict::Bad) => {
                // A state tells itself since when it has been bad; nothing is raised before it was told, though.
                let since = match reading {
                    Reading::State { since, .. } => (*since).min(at),
                    _ => at,
                };
                State::Pending { due: (since + question.raise_after).max(at) }
            }
            (State::Pending { .. }, Verdict::Good | Verdict::Between) => State::Quiet,
            (State::Raised { raised_at }, Verdict::Good) => {
                State::Clearing { raised_at, due: at + question.clear_after }
            }
            (State::Clearing { raised_at, .. }, Verdict::Bad | Verdict::Between) => {
                State::Raised { raised_at }
            }
            (state, _) => state,
        };
        self.settle(tell);
    }

    /// What was told last has held until `at`.
    pub(crate) fn advance(&mut self, at: Micros, tell: &mut Vec<Turn>) {
        if at <= self.at {
            return;
        }
        // Time of which nobody knows anything counts for nothing.
        if let (Verdict::Unknown, State::Pending { due } | State::Clearing { due, .. }) =
            (self.verdict, &mut self.state)
        {
            *due = *due + (at - self.at);
        }
        self.at = at;
        self.settle(tell);
    }

    fn settle(&mut self, tell: &mut Vec<Turn>) {
        match (self.state, self.verdict) {
            (State::Pending { due }, Verdict::Bad) if due <= self.at => {
                self.state = State::Raised { raised_at: due };
                tell.push(Turn::Raised { at: due, reading: self.reading.clone() });
            }
            (State::Clearing { raised_at, due }, Verdict::Good) if due <= self.at => {
                self.state = State::Quiet;
                tell.push(Turn::Cleared { raised_at, at: due, reading: self.reading.clone() });
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row {
        machine: Machine,
        condition: Condition,
        raise_after: i64,
        clear_after: i64,
    }

    impl Row {
        fn new(raise_after: i64, clear_after: i64) -> Self {
            let condition = Condition::Above { raise: 10.0, clear: Some(5.0) };
            Self { machine: Machine::new(), condition, raise_after, clear_after }
        }

        fn told(&mut self, second: i64, reading: Reading) -> Vec<String> {
            let mut turns = Vec::new();
            let question = Question {
                condition: &self.condition,
                raise_after: Micros::from_secs(self.raise_after),
                clear_after: Micros::from_secs(self.clear_after),
            };
            self.machine.feed(question, Micros::from_secs(second), &reading, &mut turns);
            turns
                .iter()
                .map(|turn| match turn {
                    Turn::Raised { at, .. } => format!("raised {}", at.secs()),
                    Turn::Cleared { at, .. } => format!("cleared {}", at.secs()),
                    Turn::Unknown { at, .. } => format!("unknown {}", at.secs()),
                    Turn::Known { .. } => "known".to_owned(),
                })
                .collect()
        }

        fn is(&mut self, second: i64, value: f64) -> Vec<String> {
            self.told(second, Reading::Number(value))
        }
    }

    #[test]
    fn a_value_must_be_bad_for_long_enough() {
        let mut row = Row::new(30, 0);
        assert!(row.is(100, 11.0).is_empty());
        assert!(row.is(120, 12.0).is_empty(), "it is bad all the time, whatever the number");
        assert!(row.is(129, 10.0).is_empty(), "one second too early it is no longer bad");
        assert!(row.is(130, 11.0).is_empty());
        assert!(row.is(159, 11.0).is_empty());
        assert_eq!(row.is(170, 4.0), ["raised 160", "cleared 170"], "both are told at their own times");
    }

    #[test]
    fn a_value_that_trembles_about_the_limit_rings_once() {
        let mut row = Row::new(0, 20);
        assert_eq!(row.is(100, 11.0), ["raised 100"]);
        for (second, value) in [(101, 9.0), (102, 11.0), (103, 6.0), (104, 12.0), (105, 5.0), (110, 6.0)] {
            assert!(row.is(second, value).is_empty(), "{second}");
        }
        assert!(row.is(120, 5.0).is_empty(), "good anew, from here on");
        assert_eq!(row.is(141, 5.0), ["cleared 140"]);
    }

    #[test]
    fn what_is_not_known_raises_nothing_and_clears_nothing() {
        let mut row = Row::new(30, 10);
        row.is(100, 11.0);
        assert!(row.told(120, Reading::Unknown).is_empty());
        assert!(row.is(1_000, 11.0).is_empty(), "twenty seconds of it are known");
        assert_eq!(row.is(1_010, 11.0), ["raised 1010"]);
        assert_eq!(row.told(1_020, Reading::Unknown), ["unknown 1020"]);
        assert!(row.told(1_030, Reading::Unknown).is_empty());
        assert_eq!(row.is(2_000, 1.0), ["known"]);
        assert_eq!(row.told(2_005, Reading::Unknown), ["unknown 2005"]);
        assert_eq!(row.is(3_000, 1.0), ["known"]);
        assert_eq!(row.is(3_005, 1.0), ["cleared 3005"]);
    }

    #[test]
    fn a_state_tells_itself_since_when() {
        let mut row = Row::new(600, 0);
        row.condition = Condition::State { states: vec!["NotReadyForNextCall".into()] };
        let state =
            |status: &str, since| Reading::State { status: status.into(), since: Micros::from_secs(since) };
        assert_eq!(
            row.told(1_000, state("NotReadyForNextCall", 100)),
            ["raised 1000"],
            "told late, raised then"
        );
        assert_eq!(row.told(1_001, state("WaitForNextCall", 1_001)), ["cleared 1001"]);
        assert!(row.told(1_100, state("NotReadyForNextCall", 900)).is_empty());
        assert_eq!(row.told(1_501, state("NotReadyForNextCall", 900)), ["raised 1500"]);
    }

    #[test]
    fn one_of_an_earlier_life_goes_on() {
        let mut row = Row::new(30, 0);
        row.machine = Machine::raised(Micros::from_secs(100), true);
        assert!(row.is(99, 1.0).is_empty(), "what was before it was raised says nothing");
        assert_eq!(row.is(200, 11.0), ["known"]);
        assert_eq!(row.machine.raised_at(), Some(Micros::from_secs(100)));
        assert_eq!(row.is(201, 1.0), ["cleared 201"]);
        assert!(row.machine.is_quiet());
        row.machine = Machine::raised(Micros::from_secs(100), false);
        assert_eq!(row.told(300, Reading::Unknown), ["unknown 300"]);
    }
}
