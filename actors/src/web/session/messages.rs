//! What a session is told.

use super::{Arc, Board, Bye, Error, Mark, Message, Ref, Shared, State};

/// What a session hears from boards and hub.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub enum Told {
    /// A frame of one of its tables.
    Frame {
        /// The table.
        id: u32,
        /// The frame.
        shared: Shared,
    },
    /// A table has ended, or a column can't be computed.
    Error(Error),
    /// A source or producer stands differently.
    State(State),
    /// How all of them stand.
    States(Arc<Vec<State>>),
}

/// Follow a board.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Follow {
    /// What the browser calls the table.
    pub id: u32,
    /// Where it comes from.
    pub board: Ref<Board>,
    /// The last frame that the browser has.
    pub from: Option<Mark>,
    /// The browser understands merged deltas.
    pub merge: bool,
}

/// Follow it no longer.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Unfollow(pub u32);

/// The browser has drawn all frames up to this one.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Acknowledge {
    /// The table.
    pub id: u32,
    /// The frame.
    pub seq: u64,
}

/// Tell the browser that a request can't be served.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Fail(pub Error);

/// Say good-bye and end.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub struct End(pub Bye);
