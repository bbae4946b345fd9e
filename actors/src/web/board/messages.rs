//! What a board is told.

use super::{Answer, Arc, BTreeMap, Mark, Message, Picture, Recipient, Text, Told, Update};

/// Everything from the picture: at the beginning, and when something was missed.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub struct Load {
    /// What concerns this board.
    pub picture: Arc<Picture>,
    /// What became of wishes so far.
    pub answers: Arc<BTreeMap<Text, Answer>>,
}

/// A publication changed the picture.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub struct Changed(pub Arc<Update>);

/// A producer has been silent for too long.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub struct Silent(pub Text);

/// What became of wishes.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub struct Answered(pub Arc<BTreeMap<Text, Answer>>);

/// A session follows from now on.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Join {
    /// Whose.
    pub session: u64,
    /// What the session's browser calls this table.
    pub id: u32,
    /// The last frame it has.
    pub from: Option<Mark>,
    /// Where it hears.
    pub told: Recipient<Told>,
}

/// A session follows no longer.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Leave {
    /// Whose.
    pub session: u64,
    /// As in `Join`.
    pub id: u32,
}

/// A session has fallen behind and wants a snapshot.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Resync {
    /// Whose.
    pub session: u64,
    /// As in `Join`.
    pub id: u32,
}

/// Nobody follows: end.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct Stop;
