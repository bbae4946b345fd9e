//! Doing all changes again, one after the other, so that the other store keeps versions and authors of its own accord.

use anyhow::{Context, Result};
use model::Text;
use model::time::Micros;
use ports::documents::{Change, Documents};
use std::collections::BTreeMap;

/// Who removes what was there before.
const RESTORER: &str = "pulse restore";

/// What is there after all changes.
pub(super) fn present(changes: &[Change]) -> BTreeMap<(Text, Text), serde_json::Value> {
    let mut present = BTreeMap::new();
    for Change { kind, id, body, .. } in changes {
        let key = (kind.clone(), id.clone());
        match body {
            Some(body) => drop(present.insert(key, body.clone())),
            None => drop(present.remove(&key)),
        }
    }
    present
}

/// By time, but never a document's later change before an earlier one: clocks differ.
pub(super) fn in_order(changes: &[Change]) -> Vec<&Change> {
    let mut reached: BTreeMap<(&Text, &Text), Micros> = BTreeMap::new();
    let mut dated: Vec<(Micros, &Change)> = Vec::with_capacity(changes.len());
    for change in changes {
        let reached = reached.entry((&change.kind, &change.id)).or_insert(change.at);
        *reached = change.at.max(*reached);
        dated.push((*reached, change));
    }
    dated.sort_by_key(|(at, _)| *at);
    dated.into_iter().map(|(_, change)| change).collect()
}

/// Removes what is there, and every session with it. Answers how many, in words.
pub(super) async fn clear(
    documents: &dyn Documents,
    there: &BTreeMap<(Text, Text), serde_json::Value>,
    now: Micros,
) -> Result<String> {
    if there.is_empty() {
        return Ok(String::new());
    }
    let sessions = documents.list("session").await?.into_iter().map(|session| (session.kind, session.id));
    for (kind, id) in there.keys().cloned().chain(sessions) {
        if let Some(document) = documents.get(&kind, &id).await? {
            documents.delete(&kind, &id, document.revision, RESTORER, now).await?;
        }
    }
    Ok(format!(", {} documents that were there are earlier versions now", there.len()))
}

/// Does all changes again.
pub(super) async fn replay(documents: &dyn Documents, changes: &[Change]) -> Result<()> {
    let mut revisions: BTreeMap<(Text, Text), u64> = BTreeMap::new();
    for (done, change) in in_order(changes).into_iter().enumerate() {
        let key = (change.kind.clone(), change.id.clone());
        let outcome = step(documents, change, revisions.get(&key).copied().unwrap_or(0)).await;
        let revision = outcome.with_context(|| {
            format!(
                "{done} of {} changes are done, the next one, {} {}, is not; start again with --replace",
                changes.len(),
                change.kind,
                change.id
            )
        })?;
        revisions.insert(key, revision);
    }
    Ok(())
}

async fn step(documents: &dyn Documents, change: &Change, revision: u64) -> Result<u64> {
    let Change { kind, id, body, by, at } = change.clone();
    let Some(body) = body else {
        // The version that was removed may be older than those that are kept.
        if revision > 0 {
            documents.delete(&kind, &id, revision, &by, at).await?;
        }
        return Ok(0);
    };
    let document = ports::documents::Document { kind, id, revision, body, changed_by: by, changed_at: at };
    Ok(documents.put(document).await?)
}
