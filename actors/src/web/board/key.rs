//! What tells boards apart: the query, and what its viewers may see.

use super::super::columns::Columns;
use super::{Micros, Table, Text};
use ports::demand::Wanted;
use ports::grants::Scope;
use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering as Memory};
use wire::stream::{Objects, Query};

/// A board's identity. Clones share it, and with it the mark that the board must be loaded anew.
#[derive(Clone, Debug)]
pub struct BoardKey {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    query: Query,
    scope: Scope,
    columns: Columns,
    keys: Vec<Text>,
    behind: AtomicBool,
}

impl BoardKey {
    /// The board of `query` for viewers of `scope`, as far as that matters here.
    pub fn new(query: Query, scope: Scope, columns: Columns) -> Self {
        let scope = narrowed(&scope, &query);
        let mut keys: Vec<Text> = columns.wanted.iter().map(Wanted::key).collect();
        keys.sort();
        keys.dedup();
        Self { inner: Arc::new(Inner { query, scope, columns, keys, behind: AtomicBool::new(false) }) }
    }

    /// What it shows.
    pub fn query(&self) -> &Query {
        &self.inner.query
    }

    /// The definitions of its columns.
    pub fn keys(&self) -> impl Iterator<Item = &Text> {
        self.inner.keys.iter()
    }

    /// What must be computed for it.
    pub(crate) fn wishes(&self) -> &[Wanted] {
        &self.inner.columns.wanted
    }

    /// An empty table of this board.
    pub(crate) fn table(&self, now: Micros) -> Table {
        let Inner { query, scope, columns, .. } = &*self.inner;
        Table::new(query.clone(), scope.clone(), columns.clone(), now.0.cast_unsigned())
    }

    /// It missed something.
    pub(crate) fn mark_behind(&self) {
        self.inner.behind.store(true, Memory::Relaxed);
    }

    /// It has everything.
    pub(crate) fn mark_loaded(&self) {
        self.inner.behind.store(false, Memory::Relaxed);
    }

    /// Whether it missed something.
    pub(crate) fn is_behind(&self) -> bool {
        self.inner.behind.load(Memory::Relaxed)
    }
}

/// What of a scope decides what a table shows: viewers who differ elsewhere are of one rights class here.
pub(crate) fn narrowed(scope: &Scope, query: &Query) -> Scope {
    let ids = match &query.objects {
        Objects::All => None,
        Objects::These(ids) => Some(&ids[..]),
    };
    scope.narrowed(query.object_type, ids)
}

impl PartialEq for BoardKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for BoardKey {}

impl PartialOrd for BoardKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for BoardKey {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (&*self.inner, &*other.inner);
        a.query.cmp(&b.query).then_with(|| a.scope.cmp(&b.scope))
    }
}
