//! Keeps checkpoints and publishes values: the two places where the DCU waits for a store.

use super::trial::{Panicked, Trial};
use actix::{Message, Recipient};
use model::Text;
use ports::StoreError;
use ports::checkpoints::{Checkpoints, Chunk, Pointer};
use ports::history::{History, Point};
use ports::slots::{Fences, Slots};
use ports::values::{Before, Publication, Values};
use runtime::Trouble;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// As the census calls them.
pub(super) const KEEPER: &str = "keeper";
pub(super) const PUBLISHER: &str = "publisher";

/// How long a store may take before a call is given up and tried again.
const PATIENCE: Duration = Duration::from_secs(5);

/// The changed state of a DCU at one moment.
pub(super) struct Saving {
    /// What changed.
    pub(super) chunks: Vec<Chunk>,
    /// Chunks that no longer exist.
    pub(super) gone: Vec<Text>,
    /// What makes it valid; the keeper knows the fence.
    pub(super) pointer: Pointer,
    /// In which volume.
    pub(super) volume: Text,
    /// Slots whose state lies there with it, if the ledger does not say so yet.
    pub(super) settle: Option<Fences>,
}

/// A checkpoint was written, or not.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Kept {
    /// Which.
    pub(super) generation: u64,
    /// Why not.
    pub(super) failure: Option<String>,
    /// What it changes is no longer there: the next one must hold everything.
    pub(super) emptied: bool,
    /// Somebody else owns what it holds.
    pub(super) fenced: bool,
    /// The slots that the ledger says lie there.
    pub(super) settled: Option<Fences>,
}

/// The store of values has lost what was published: everything is wanted anew.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub(super) struct Emptied;

/// Keeps checkpoints.
pub(super) struct Keeping {
    pub(super) store: Arc<dyn Checkpoints>,
    pub(super) slots: Arc<dyn Slots>,
    /// The volume that was written last, and the fence there.
    pub(super) fence: Option<(Text, u64)>,
    pub(super) kept: Recipient<Kept>,
    /// Whose state.
    pub(super) owner: Text,
    pub(super) trial: Trial,
}

impl Keeping {
    /// Writes checkpoints one after the other until the DCU ends. A checkpoint that fails is told: its chunks will come
    /// again with the next.
    pub(super) async fn keep(mut self, mut savings: mpsc::Receiver<Saving>) {
        let _living = self.trial.census.living(KEEPER);
        let (trial, owner) = (self.trial.clone(), self.owner.clone());
        let mut trouble = Trouble::default();
        while let Some(saving) = savings.recv().await {
            let generation = saving.pointer.generation;
            let writing = tokio::time::timeout(PATIENCE * 6, self.write(saving));
            let written = trial.wait(KEEPER, &owner, writing).await;
            trial.failures.die_here("checkpoint.flipped");
            let kept = match written {
                Err(Panicked) => {
                    let failure = Some("the keeper panicked".to_owned());
                    Kept { generation, failure, emptied: false, fenced: false, settled: None }
                }
                Ok(Ok(Ok(settled))) => {
                    Kept { generation, failure: None, emptied: false, fenced: false, settled }
                }
                Ok(Ok(Err(error))) => Kept {
                    generation,
                    emptied: matches!(error, StoreError::Emptied(_)),
                    fenced: matches!(error, StoreError::Fenced(_)),
                    failure: Some(error.to_string()),
                    settled: None,
                },
                Ok(Err(_)) => {
                    let failure = Some("the store did not answer in time".to_owned());
                    Kept { generation, failure, emptied: false, fenced: false, settled: None }
                }
            };
            match &kept.failure {
                Some(cause) if trouble.is_news(cause) => tracing::warn!(
                    generation,
                    cause,
                    "checkpoint {generation} was not written; the next one will hold its state too"
                ),
                None if trouble.is_over() => tracing::info!(generation, "checkpoints are written again"),
                _ => {}
            }
            if self.kept.try_send(kept).is_err() {
                return;
            }
        }
    }

    async fn write(&mut self, saving: Saving) -> Result<Option<Fences>, StoreError> {
        let Saving { chunks, gone, mut pointer, volume, settle } = saving;
        self.trial.failures.die_here("checkpoint.before");
        let fence = match &self.fence {
            Some((taken, fence)) if *taken == volume => *fence,
            _ => self.store.take(&volume).await?,
        };
        self.fence = Some((volume.clone(), fence));
        pointer.fence = fence;
        self.store.stage(&volume, fence, pointer.generation, chunks, gone).await?;
        self.trial.failures.die_here("checkpoint.staged");
        self.store.flip(&volume, pointer).await?;
        if let Some(slots) = &settle {
            self.trial.failures.die_here("checkpoint.settle");
            for left in self.slots.settle(&volume, slots).await? {
                // Nobody needs it any more; it would end by itself.
                if let Err(error) = self.store.remove(&left).await {
                    tracing::warn!(%error, volume = %left, "an old checkpoint was not removed");
                }
            }
        }
        Ok(settle)
    }
}

/// Hands publications over, in order, until the DCU ends. A store that fails is asked again: values are never
/// skipped, the collector waits.
pub(super) async fn publish(
    values: Arc<dyn Values>,
    history: Option<Arc<dyn History>>,
    mut publications: mpsc::Receiver<(Publication, Vec<Point>)>,
    emptied: Recipient<Emptied>,
    lost: mpsc::Sender<String>,
    (name, trial): (Text, Trial),
) {
    let _living = trial.census.living(PUBLISHER);
    let failures = &trial.failures;
    let (mut first, mut trouble) = (true, Trouble::default());
    while let Some((publication, points)) = publications.recv().await {
        failures.die_here("publish.before");
        let mut pause = Duration::from_millis(100);
        loop {
            let publishing = tokio::time::timeout(PATIENCE, values.publish(publication.clone()));
            match trial.wait(PUBLISHER, &name, publishing).await {
                Err(Panicked) => {}
                Ok(Ok(Ok(before))) => {
                    let lost = before == Before::Nothing && !std::mem::take(&mut first);
                    if lost && emptied.try_send(Emptied).is_err() {
                        return;
                    }
                    break;
                }
                Ok(Ok(Err(StoreError::Fenced(cause)))) => {
                    let _ = lost.try_send(cause);
                    return;
                }
                Ok(Ok(Err(error))) => tracing::warn!(%error, "values were not handed over; will try again"),
                Ok(Err(_)) => tracing::warn!("the store of values did not answer in time; will try again"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PATIENCE);
        }
        failures.die_here("publish.after");
        if let (Some(history), false) = (&history, points.is_empty()) {
            // History is a convenience: a failure costs these points, and is told.
            let kept = match tokio::time::timeout(PATIENCE, history.append(points)).await {
                Ok(kept) => kept.map_err(|error| error.to_string()),
                Err(_) => Err("the store of history did not answer in time".to_owned()),
            };
            match kept {
                Err(cause) if trouble.is_news(&cause) => {
                    tracing::warn!(cause, "points of history were not kept");
                }
                Ok(()) if trouble.is_over() => tracing::info!("points of history are kept again"),
                _ => {}
            }
        }
    }
}
