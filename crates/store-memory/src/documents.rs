//! Documents in memory, with their earlier versions.

use crate::audit::Trail;
use crate::{BACKLOG_MAX, lock};
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use ports::audit::Entry;
use ports::documents::{Archive, Change, Document, Documents, keeps_versions};
use ports::{Result, StoreError};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use tokio::sync::broadcast;

/// Earlier versions kept of each document.
const VERSIONS_MAX: usize = 100;

#[derive(Default)]
struct Shelf {
    present: BTreeMap<(Text, Text), Document>,
    /// Newest first; stays when the document is removed, so that a new one of the same name goes on counting.
    earlier: BTreeMap<(Text, Text), VecDeque<Earlier>>,
}

/// A former version, and who removed the document where none followed.
struct Earlier {
    document: Document,
    removed: Option<(Text, Micros)>,
}

/// Documents that live as long as the process.
pub struct MemoryDocuments {
    shelf: Mutex<Shelf>,
    /// Taken after the shelf, where both are.
    pub(crate) trail: Mutex<Trail>,
    followers: broadcast::Sender<Text>,
}

impl Default for MemoryDocuments {
    fn default() -> Self {
        Self {
            shelf: Mutex::default(),
            trail: Mutex::default(),
            followers: broadcast::Sender::new(BACKLOG_MAX),
        }
    }
}

fn key(kind: &str, id: &str) -> (Text, Text) {
    (Text::from(kind), Text::from(id))
}

impl Shelf {
    fn revision(&self, key: &(Text, Text)) -> u64 {
        self.present.get(key).map_or(0, |document| document.revision)
    }

    /// The present one becomes the newest earlier one.
    fn retire(&mut self, key: &(Text, Text), removed: Option<(Text, Micros)>) {
        if let Some(former) = self.present.remove(key)
            && keeps_versions(&key.0)
        {
            let earlier = self.earlier.entry(key.clone()).or_default();
            earlier.push_front(Earlier { document: former, removed });
            earlier.truncate(VERSIONS_MAX);
        }
    }
}

impl MemoryDocuments {
    /// Writes a change down.
    fn changed(&self, key: &(Text, Text), (before, after): (u64, u64), by: Text, at: Micros) {
        let (kind, id) = key.clone();
        if keeps_versions(&kind) {
            let detail = Text::default();
            lock(&self.trail).add(Entry { number: 0, at, by, kind, id, before, after, detail });
        }
    }
}

#[async_trait]
impl Documents for MemoryDocuments {
    async fn list(&self, kind: &str) -> Result<Vec<Document>> {
        let shelf = lock(&self.shelf);
        Ok(shelf.present.values().filter(|document| document.kind == kind).cloned().collect())
    }

    async fn get(&self, kind: &str, id: &str) -> Result<Option<Document>> {
        Ok(lock(&self.shelf).present.get(&key(kind, id)).cloned())
    }

    async fn put(&self, mut document: Document) -> Result<u64> {
        let mut shelf = lock(&self.shelf);
        let key = key(&document.kind, &document.id);
        let found = shelf.revision(&key);
        if found != document.revision {
            return Err(StoreError::Conflict { expected: document.revision, found });
        }
        shelf.retire(&key, None);
        let earlier = shelf.earlier.get(&key).and_then(|earlier| earlier.front());
        let revision = found.max(earlier.map_or(0, |earlier| earlier.document.revision)) + 1;
        document.revision = revision;
        self.changed(&key, (found, revision), document.changed_by.clone(), document.changed_at);
        let _ = self.followers.send(document.kind.clone());
        shelf.present.insert(key, document);
        Ok(revision)
    }

    async fn delete(&self, kind: &str, id: &str, revision: u64, by: &str, at: Micros) -> Result<()> {
        let mut shelf = lock(&self.shelf);
        let key = key(kind, id);
        let found = shelf.revision(&key);
        if found != revision || found == 0 {
            return Err(StoreError::Conflict { expected: revision, found });
        }
        shelf.retire(&key, Some((by.into(), at)));
        self.changed(&key, (found, 0), by.into(), at);
        let _ = self.followers.send(Text::from(kind));
        Ok(())
    }

    async fn versions(&self, kind: &str, id: &str, limit: usize) -> Result<Vec<Document>> {
        let shelf = lock(&self.shelf);
        let earlier = shelf.earlier.get(&key(kind, id));
        Ok(earlier.into_iter().flatten().take(limit).map(|earlier| earlier.document.clone()).collect())
    }

    fn watch(&self) -> broadcast::Receiver<Text> {
        self.followers.subscribe()
    }
}

#[async_trait]
impl Archive for MemoryDocuments {
    async fn changes(&self) -> Result<Vec<Change>> {
        let shelf = lock(&self.shelf);
        let change = |Document { kind, id, body, changed_by, changed_at, .. }: &Document| Change {
            kind: kind.clone(),
            id: id.clone(),
            body: Some(body.clone()),
            by: changed_by.clone(),
            at: *changed_at,
        };
        let mut changes = Vec::new();
        for Earlier { document, removed } in shelf.earlier.values().flat_map(|earlier| earlier.iter().rev()) {
            changes.push(change(document));
            if let Some((by, at)) = removed {
                let Document { kind, id, .. } = document;
                changes.push(Change {
                    kind: kind.clone(),
                    id: id.clone(),
                    body: None,
                    by: by.clone(),
                    at: *at,
                });
            }
        }
        changes.extend(shelf.present.values().filter(|document| keeps_versions(&document.kind)).map(change));
        Ok(changes)
    }
}
