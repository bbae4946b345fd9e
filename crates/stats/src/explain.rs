//! What made a value: its contributions, and the rule that folds them again.
//!
//! A statistic that is asked to [`record`](Statistic::record) an object keeps everything that reaches its row; one that
//! is not pays nothing for it. From that, not from what the row has summed up, [`explain`](Statistic::explain) picks
//! what counts at a moment, and [`fold`] makes the value of it, by arithmetic of its own.

mod fold;
mod log;
mod pick;

pub use fold::{Interval, Tally, fold, fold_state, tallies};
pub(crate) use log::{Log, Logged};

use crate::definition::{Definition, Refused};
use crate::statistic::Statistic;
use crate::value::Value;
use model::item::{CallKind, Cause, ConnIx};
use model::object::ObjectIx;
use model::{Action, Micros};

/// One item of the list that makes a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// The action, or the status of that name.
    pub what: Action,
    /// The type of the call that it is about.
    pub call: Option<CallKind>,
    /// The call.
    pub conn: ConnIx,
    /// Whose it is: the object itself, or a member of the group.
    pub member: ObjectIx,
    /// Who did it, where a mediation DN reports an agent's work (rule Q-32).
    pub by: ObjectIx,
    /// Where it began; for instantaneous actions, where what they report began.
    pub begun: Micros,
    /// When it began to count for the object, where that differs.
    pub opened: Micros,
    /// When it ended; none while it goes on.
    pub ended: Option<Micros>,
    /// The seconds that count: clipped as the profile says, or whole.
    pub seconds: i64,
    /// Counts for the main mask.
    pub main: bool,
    /// Counts for the relative mask.
    pub rel: bool,
    /// What the formula makes of it.
    pub value: Option<f64>,
    /// The record that began it, where one is known.
    pub began_by: Option<Cause>,
    /// The record that ended it, or told it.
    pub ended_by: Option<Cause>,
}

/// A value with what made it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// As [`Statistic::read`] gives it.
    pub value: Value,
    /// The time that it is about.
    pub interval: Interval,
    /// What made it, in the order in which it came about.
    pub items: Vec<Contribution>,
}

impl Definition {
    /// Whether values are made of contributions.
    ///
    /// # Errors
    /// What routers ask for is more than statuses: nothing adds up to it.
    pub fn check_recordable(&self) -> Result<(), Refused> {
        if self.category == crate::Category::CurrentTargetState {
            return Err(Refused::new(
                "category CurrentTargetState tells what agents could take, which nothing adds up to: ask for \
                 CurrentState",
            ));
        }
        Ok(())
    }
}

impl Statistic {
    /// From now on keeps what reaches the row of an object, for [`explain`](Self::explain). To be asked before the row
    /// is added: nothing before that is known. What it keeps grows with time: for offline questions.
    ///
    /// # Errors
    /// As [`Definition::check_recordable`].
    pub fn record(&mut self, object: ObjectIx) -> Result<(), Refused> {
        self.definition().check_recordable()?;
        self.follow_beginnings();
        let forgets = self.definition().is_since_login();
        self.log = Some(Box::new(Log::new(object, forgets)));
        Ok(())
    }

    /// How much is recorded.
    pub fn recorded(&self) -> usize {
        self.log.as_deref().map_or(0, |log| log.past.len() + log.work.len())
    }

    /// The records that caused what was recorded since this was last asked.
    pub fn take_causes(&mut self) -> Vec<Cause> {
        self.log.as_deref_mut().map(|log| std::mem::take(&mut log.causes)).unwrap_or_default()
    }

    /// The value of the recorded object as of `now` with what made it; none for another object, or where
    /// [`read`](Self::read) gives none. `fold` of the items gives the value; of a state `fold_state` gives the status.
    pub fn explain(&self, object: ObjectIx, now: Micros) -> Option<Explained> {
        let log = self.log.as_deref().filter(|log| log.object == object)?;
        let value = self.read(object, now)?;
        let (interval, items) = pick::pick(self, log, object, now)?;
        Some(Explained { value, interval, items })
    }
}
