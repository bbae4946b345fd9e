//! What made a value, and who waits: asked by the web, answered by those who have seen all events.

mod waiting;

pub use waiting::{CONTACTS_MAX, Contact, Waiting};

use crate::Result;
use crate::demand::Wanted;
use async_trait::async_trait;
use model::item::Cause;
use model::{Micros, Object, Text};
use serde::{Deserialize, Serialize};

/// Items of one answer at most.
pub const ITEMS_MAX: usize = 200;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// What made this value?
    Made(MadeOf),
    /// Who waits just now at this mediation DN, in this group of them, or in this staging area?
    Waiting(Object),
}

/// A value, and which of its items are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeOf {
    /// The statistic.
    pub wanted: Wanted,
    /// Whose value.
    pub object: Object,
    /// The event time at which it was shown.
    pub at: Micros,
    /// So many of the newest items are known already.
    pub skip: usize,
    /// At most so many are wanted; never more than [`ITEMS_MAX`].
    pub take: usize,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// This made it.
    Made(Box<Made>),
    /// They wait.
    Waiting(Box<Waiting>),
    /// There was no value then: the object is not known, or it was before the opening.
    NoValue,
    /// Nothing adds up to such a value, or there is no such statistic: why.
    Refused(Text),
    /// Too many ask just now.
    Busy,
    /// The journal is so long, or the list, that it was given up.
    TooMuch(Text),
    /// It could not be read: why.
    Failed(Text),
    /// Nobody in this deployment answers such questions.
    Unanswered,
}

/// A value, what made it, and what that comes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// The event time as of which it was computed again.
    pub at: Micros,
    /// The time that the value is about.
    pub from: Micros,
    /// Its end.
    pub until: Micros,
    /// The rule that folds the items, by the name of its category.
    pub category: Text,
    /// The rule's range of seconds, where it has one.
    pub range: Option<(i64, Option<i64>)>,
    /// The number that was computed again; none of a status.
    pub value: Option<f64>,
    /// The status that was computed again.
    pub status: Option<Text>,
    /// As cells have them.
    pub flags: u8,
    /// What the items come to by the rule; none of a status.
    pub folded: Option<f64>,
    /// The status that they come to.
    pub folded_status: Option<Text>,
    /// When the first record was received that the journal still has.
    pub journal_from: Micros,
    /// The journal does not reach back to `from`: items are missing.
    pub is_short: bool,
    /// Items in all.
    pub total: usize,
    /// What counts for the value itself.
    pub main: Tally,
    /// What it is set in relation to.
    pub rel: Tally,
    /// Some of the items, the newest first.
    pub items: Vec<Item>,
}

/// Sums over all items of a side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many: each call once, where the rule tells calls apart.
    pub count: i64,
    /// Their seconds.
    pub seconds: i64,
    /// The longest one's.
    pub longest: Option<i64>,
    /// The shortest one's.
    pub shortest: Option<i64>,
    /// How many of them lie in the range.
    pub in_range: i64,
}

/// One item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The action, or the status.
    pub what: Text,
    /// The type of its call.
    pub call_type: Option<Text>,
    /// The call.
    pub conn_id: Option<Text>,
    /// Whose it is: the object itself, or a member of the group.
    pub of: Option<Object>,
    /// Who did it, where a queue tells of an agent's work.
    pub by: Option<Object>,
    /// When it began.
    pub begun: Micros,
    /// When it ended; none while it goes on.
    pub ended: Option<Micros>,
    /// The seconds that count.
    pub seconds: i64,
    /// Counts for the value itself.
    pub main: bool,
    /// Counts for what that is set in relation to.
    pub rel: bool,
    /// Its seconds lie in the rule's range.
    pub in_range: bool,
    /// What the statistic's formula makes of it.
    pub value: Option<f64>,
    /// The record that began it, and the one that ended it or told it.
    pub records: Vec<Told>,
}

/// A record that caused something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Which one.
    pub cause: Cause,
    /// The source's own time.
    pub time: Micros,
    /// When the first of our processes had it.
    pub received: Micros,
    /// What it tells.
    pub event: Text,
}

/// A question on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its number.
    pub number: u64,
    /// What is asked.
    pub question: Question,
}

/// Where questions meet those who can answer them.
#[async_trait]
pub trait Questions: Send + Sync {
    /// Asks, and waits for the answer. Whoever stops waiting has taken the question back.
    async fn ask(&self, question: Question) -> Result<Reply>;
    /// The next question, for whoever answers; waits until there is one.
    async fn next(&self) -> Result<Ticket>;
    /// Whether somebody still waits for the answer.
    async fn is_awaited(&self, number: u64) -> bool;
    /// Answers. An answer for which nobody waits is dropped.
    async fn reply(&self, number: u64, reply: Reply) -> Result<()>;
}

/// Of a deployment in which nobody answers.
pub struct NobodyAnswers;

#[async_trait]
impl Questions for NobodyAnswers {
    async fn ask(&self, _: Question) -> Result<Reply> {
        Ok(Reply::Unanswered)
    }

    async fn next(&self) -> Result<Ticket> {
        std::future::pending().await
    }

    async fn is_awaited(&self, _: u64) -> bool {
        false
    }

    async fn reply(&self, _: u64, _: Reply) -> Result<()> {
        Ok(())
    }
}
