//! When state is kept, and what becomes of a checkpoint.

use super::*;
use crate::dcu::object::Save;

/// The pause after the first failure; it doubles with each further one.
const REST_MIN: Micros = Micros::from_millis(250);
/// It grows no longer than this.
const REST_MAX: Micros = Micros::from_secs(30);

/// How long a store rests that has failed so often in a row.
fn rest_after(failures: u32) -> Micros {
    match failures {
        0 => Micros::ZERO,
        _ => Micros(REST_MIN.0.saturating_mul(1 << (failures - 1).min(16))).min(REST_MAX),
    }
}

impl Collector {
    pub(super) fn save_is_due(&self) -> bool {
        let elapsed = self.parts.clock.now() - self.saved_on;
        let pause = Micros(i64::try_from(self.parts.save_every.as_micros()).unwrap_or(i64::MAX));
        let time = elapsed >= pause.max(self.save_took);
        let asked = self.stopping.is_some() && self.records_since_save > 0;
        let unsettled = self.holdings.unsettled && self.holdings.incomplete.is_empty();
        let shift = unsettled || !self.holdings.giving.is_empty();
        // A store that has just failed is left alone for a while, also when there is reason to hurry.
        let rests = elapsed < rest_after(self.save_failures) && !asked;
        // Before the first record there is nothing to keep, and no time as of which it would be kept.
        !self.saving
            && !rests
            && !self.is_virgin()
            && (time || asked || shift || self.records_since_save >= SAVE_RECORDS)
    }

    pub(super) fn save(&mut self, context: &mut Context<Self>) {
        self.saving = true;
        self.saved_on = self.parts.clock.now();
        self.records_since_save = 0;
        self.round += 1;
        let whole = self.parts.volume.base == 0;
        if whole {
            self.parts.pipeline.touch_all();
        }
        let objects = self.parts.pipeline.take_touched();
        let actors = objects.len() + self.parts.statistics.len();
        let round = Round::new(self.round, actors, context.address().recipient());
        self.phase = Phase::Saving(Arc::clone(&round));
        let save = Save { round, whole };
        let saved = self.parts.pipeline.save(&objects, &save).map_err(|gone| gone.to_string());
        if let Err(gone) = saved.and_then(|()| self.parts.statistics.save(&save)) {
            (self.parts.escalate)(gone);
            context.stop();
        }
    }

    pub(super) fn hand_to_keeper(&mut self, chunks: Vec<Chunk>) {
        self.parts.volume.saved += 1;
        let mut all = std::mem::take(&mut self.unsaved);
        all.extend(chunks.into_iter().map(|chunk| (chunk.name.clone(), chunk)));
        all.extend(self.own_chunks().into_iter().map(|chunk| (chunk.name.clone(), chunk)));
        let Volume { name, saved, base } = self.parts.volume.clone();
        let pointer = Pointer {
            generation: saved,
            positions: self.parts.merge.released(),
            at: self.parts.merge.through(),
            published: self.parts.published,
            fence: 0,
            base,
        };
        self.holdings.parting = (!self.holdings.giving.is_empty()).then_some(saved);
        let settle = self.holdings.unsettled.then(|| self.holdings.complete());
        self.in_flight = all;
        let chunks = self.in_flight.values().cloned().collect();
        let saving = Saving { chunks, gone: Vec::new(), pointer, volume: name, settle };
        if self.parts.keeper.try_send(saving).is_err() {
            (self.parts.escalate)("the keeper is gone".to_owned());
        }
    }

    /// State that belongs to no single object.
    pub(super) fn own_chunks(&self) -> Vec<Chunk> {
        let chunk = |name: &'static str, bytes: Result<Vec<u8>, rmp_serde::encode::Error>| {
            if let Err(error) = &bytes {
                tracing::error!(name, %error, "state can't be written");
            }
            bytes.ok().map(|bytes| Chunk { slot: 0, name: Text::const_new(name), bytes })
        };
        let floor = chunk("floor", rmp_serde::to_vec(self.parts.pipeline.floor()));
        let opened = chunk("opened", rmp_serde::to_vec(&self.parts.statistics.opened()));
        floor.into_iter().chain(opened).collect()
    }
}

impl Handler<Kept> for Collector {
    type Result = ();

    fn handle(&mut self, kept: Kept, context: &mut Self::Context) {
        self.saving = false;
        // From its end on, and for as long as it took: however slow saving is, half of the time is left for work.
        let now = self.parts.clock.now();
        self.save_took = now - self.saved_on;
        self.saved_on = now;
        let chunks = std::mem::take(&mut self.in_flight);
        if let Some(cause) = kept.failure {
            self.parts.metrics.checkpoint_failures.inc();
            self.save_failures = self.save_failures.saturating_add(1);
            self.holdings.parting = None;
            if kept.fenced {
                self.parts.metrics.fenced.inc();
                (self.parts.escalate)(cause);
                context.stop();
                return;
            }
            if kept.emptied {
                self.parts.volume.base = 0;
            }
            for (name, chunk) in chunks {
                self.unsaved.entry(name).or_insert(chunk);
            }
        } else {
            self.parts.metrics.checkpoints.inc();
            self.save_failures = 0;
            self.parts.volume.base = kept.generation;
            if kept.settled.as_ref() == Some(&self.holdings.fences) {
                self.holdings.unsettled = false;
            }
            if self.holdings.parting == Some(kept.generation) {
                self.part(context);
            }
        }
        self.pump(context);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_fails_again_and_again_is_asked_less_and_less_often() {
        let rests = [0, 1, 2, 3, 7, 8, 9, u32::MAX].map(rest_after);
        let millis = [0, 250, 500, 1_000, 16_000, 30_000, 30_000, 30_000].map(Micros::from_millis);
        assert_eq!(rests, millis);
    }
}
