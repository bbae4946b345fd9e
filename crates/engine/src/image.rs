//! Checkpoints of a whole engine.

use crate::engine::Engine;
use model::Micros;
use objects::Objects;
use serde::{Deserialize, Serialize};
use stats::{Chunk, ChunkError, Statistic};

/// All that an engine knows, but for its definitions: those it is made with again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EngineImage {
    objects: Objects,
    begun: Option<Micros>,
    /// By statistic: its chunks that hold anything.
    chunks: Vec<Vec<Chunk>>,
}

impl Engine {
    /// What going on from here needs.
    pub fn save(&self) -> EngineImage {
        let slots = |statistic: &Statistic| {
            (0..=u8::MAX).map(|slot| statistic.save(slot)).filter(|chunk| !chunk.is_empty()).collect()
        };
        let chunks = self.statistics.iter().map(slots).collect();
        EngineImage { objects: self.objects.clone(), begun: self.begun, chunks }
    }

    /// Goes on from an image: for an engine made of the same tenant and library that has taken in nothing yet.
    ///
    /// # Errors
    /// Rows that do not fit the definitions; the engine is of no use then.
    pub fn load(&mut self, image: EngineImage) -> Result<(), ChunkError> {
        let Some(begun) = image.begun else { return Ok(()) };
        self.open(begun);
        for (statistic, chunks) in self.statistics.iter_mut().zip(&image.chunks) {
            statistic.load(chunks)?;
        }
        self.objects = image.objects;
        for (ix, object) in self.objects.directory().objects() {
            for asked in &mut self.asked {
                if asked.meets(ix, object) && self.objects.floor.is_gone(ix) {
                    asked.part(object);
                }
            }
        }
        Ok(())
    }
}
