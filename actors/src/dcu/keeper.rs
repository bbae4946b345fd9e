//! Keeps checkpoints and publishes values: the two places where the DCU waits for a store.

use super::trial::Failures;
use actix::{Message, Recipient};
use model::Text;
use ports::StoreError;
use ports::checkpoints::{Checkpoints, Chunk, Pointer};
use ports::history::{History, Point};
use ports::values::{Before, Publication, Values};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long a store may take before a call is given up and tried again.
const PATIENCE: Duration = Duration::from_secs(5);

/// The changed state of a DCU at one moment.
pub struct Saving {
    /// What changed.
    pub chunks: Vec<Chunk>,
    /// Chunks that no longer exist.
    pub gone: Vec<Text>,
    /// What makes it valid.
    pub pointer: Pointer,
}

/// A checkpoint was written, or not.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Kept {
    /// Which.
    pub generation: u64,
    /// Why not.
    pub failure: Option<String>,
    /// What it changes is no longer there: the next one must hold everything.
    pub emptied: bool,
}

/// The store of values has lost what was published: everything is wanted anew.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct Emptied;

/// Writes checkpoints one after the other until the DCU ends. A checkpoint that fails is told: its chunks will
/// come again with the next.
pub(super) async fn keep(
    store: Arc<dyn Checkpoints>,
    owner: Text,
    mut savings: mpsc::Receiver<Saving>,
    kept: Recipient<Kept>,
    failures: Failures,
) {
    while let Some(Saving { chunks, gone, pointer }) = savings.recv().await {
        let generation = pointer.generation;
        failures.die_here("checkpoint.before");
        let written = async {
            store.stage(&owner, pointer.fence, generation, chunks, gone).await?;
            failures.die_here("checkpoint.staged");
            store.flip(&owner, pointer).await
        };
        let (failure, emptied) = match tokio::time::timeout(PATIENCE * 6, written).await {
            Ok(Ok(())) => (None, false),
            Ok(Err(error)) => (Some(error.to_string()), matches!(error, StoreError::Emptied(_))),
            Err(_) => (Some("the store did not answer in time".to_owned()), false),
        };
        failures.die_here("checkpoint.flipped");
        if let Some(cause) = &failure {
            tracing::warn!(
                generation,
                cause,
                "checkpoint {generation} was not written; the next one will hold its state too"
            );
        }
        if kept.try_send(Kept { generation, failure, emptied }).is_err() {
            return;
        }
    }
}

/// Hands publications over, in order, until the DCU ends. A store that fails is asked again: values are never
/// skipped, the collector waits.
pub(super) async fn publish(
    values: Arc<dyn Values>,
    history: Option<Arc<dyn History>>,
    mut publications: mpsc::Receiver<(Publication, Vec<Point>)>,
    emptied: Recipient<Emptied>,
    failures: Failures,
) {
    let mut first = true;
    while let Some((publication, points)) = publications.recv().await {
        failures.die_here("publish.before");
        let mut pause = Duration::from_millis(100);
        loop {
            match tokio::time::timeout(PATIENCE, values.publish(publication.clone())).await {
                Ok(Ok(before)) => {
                    let lost = before == Before::Nothing && !std::mem::take(&mut first);
                    if lost && emptied.try_send(Emptied).is_err() {
                        return;
                    }
                    break;
                }
                Ok(Err(error)) => tracing::warn!(%error, "values were not handed over; will try again"),
                Err(_) => tracing::warn!("the store of values did not answer in time; will try again"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PATIENCE);
        }
        failures.die_here("publish.after");
        if let (Some(history), false) = (&history, points.is_empty()) {
            // History is a convenience: a failure costs these points, and is told.
            match tokio::time::timeout(PATIENCE, history.append(points)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "points of history were not kept"),
                Err(_) => tracing::warn!("the store of history did not answer in time"),
            }
        }
    }
}
