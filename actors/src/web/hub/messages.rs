//! What the hub is told and asked.

use super::{
    Answer, Arc, BTreeMap, Board, BoardKey, Message, Publication, Recipient, Ref, Shared, State, Text, Told,
};
use crate::web::columns::Columns;
use model::ObjectType;
use ports::demand::Wanted;
use ports::grants::Scope;
use ports::values::ObjectInfo;
use std::collections::BTreeSet;
use wire::stream::Query;

/// All current values, loaded from the store.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Loaded(pub Vec<Publication>);

/// A publication.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Published(pub Arc<Publication>);

/// The board of that query for viewers of that scope.
#[derive(Debug, Message)]
#[rtype(result = "Result<Ref<Board>, OpenError>")]
pub struct OpenBoard {
    /// What it shows.
    pub query: Query,
    /// To whom.
    pub scope: Scope,
    /// Its columns.
    pub columns: Columns,
}

/// Why there is no board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The bound is reached.
    #[error("{0} different tables are open already; close some")]
    TooMany(usize),
}

/// A board begins, or begins anew: it wants everything.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Attach(pub BoardKey);

/// A board has had no followers for a while.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Idle(pub BoardKey);

/// A session begins; answers how all sources stand.
#[derive(Message)]
#[rtype(result = "Arc<Vec<State>>")]
pub struct Hello {
    /// Its number.
    pub session: u64,
    /// Where it hears.
    pub told: Recipient<Told>,
}

/// A session has ended.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Farewell(pub u64);

/// What all boards wish for.
#[derive(Debug, Message)]
#[rtype(result = "Vec<Wanted>")]
pub struct Wishes;

/// What became of wishes.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Answers(pub BTreeMap<Text, Answer>);

/// A table as it stands now, once.
#[derive(Clone, Debug, Message)]
#[rtype(result = "Shared")]
pub struct Look {
    /// What it shows.
    pub query: Query,
    /// To whom.
    pub scope: Scope,
    /// Its columns.
    pub columns: Columns,
}

/// All objects that a configuration service knows.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Configured(pub Vec<ObjectInfo>);

/// Objects by name.
#[derive(Debug, Message)]
#[rtype(result = "Found")]
pub struct FindObjects {
    /// Of this type.
    pub kind: ObjectType,
    /// Part of the id or the name, without regard to case; empty for all.
    pub search: Text,
    /// At most so many.
    pub limit: usize,
    /// Who asks.
    pub scope: Scope,
}

/// Objects that were found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The first of them, by id.
    pub objects: Vec<ObjectInfo>,
    /// How many there are.
    pub total: usize,
}

/// Which of these words are the id or the name of an object that may not be seen.
#[derive(Debug, Message)]
#[rtype(result = "BTreeSet<Text>")]
pub struct Unseen {
    /// The words.
    pub words: BTreeSet<Text>,
    /// Who asks.
    pub scope: Scope,
}

/// How all sources and producers stand.
#[derive(Debug, Message)]
#[rtype(result = "Arc<Vec<State>>")]
pub struct ListSources;
