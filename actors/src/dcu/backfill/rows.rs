//! The rows that a back-fill computes, and their past for lines.

use super::*;

/// Statistics on their way to the collector.
pub(super) struct Filling<'a> {
    pub(super) task: &'a Task,
    pub(super) open: BTreeMap<Text, (Opened, Statistic)>,
    pub(super) points: Vec<Point>,
    /// Statistics are open, or there are none.
    pub(super) has_begun: bool,
    /// Sources that are away, and of which nothing is missing.
    pub(super) settled: BTreeSet<Text>,
    /// Sources whose beginning is no longer kept.
    pub(super) cut: BTreeSet<Text>,
}

impl Filling<'_> {
    /// How far the next batch may reach: lines show what was true at a step's instant.
    pub(super) fn step_end(&self, merge: &Merge) -> Micros {
        let through = merge.through();
        let from = if through == Micros::ZERO { merge.oldest() } else { Some(through) };
        // Before the first record there is nothing to show.
        from.filter(|_| self.task.history.is_some()).map_or(Micros::MAX, |from| next_step(from, true))
    }

    /// What changed since the last step, if one ends now.
    pub(super) fn remember(&mut self, objects: &Objects, at: Micros) {
        if self.task.history.is_none() || !is_step(at) {
            return;
        }
        for (key, (_, statistic)) in &mut self.open {
            for ix in statistic.changed(at) {
                let value = statistic.read(ix, at).zip(objects.directory().object(ix));
                self.points.extend(value.and_then(|(value, object)| point(key, object, &value, at)));
            }
        }
    }

    /// Hands the points over; history is a convenience: a failure costs them, and is told.
    pub(super) async fn keep_points(&mut self) {
        let points = std::mem::take(&mut self.points);
        let Some(history) = self.task.history.as_ref().filter(|_| !points.is_empty()) else { return };
        match tokio::time::timeout(PATIENCE, history.append(points)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "points of a back-fill were not kept"),
            Err(_) => tracing::warn!("the store of history did not answer in time"),
        }
    }

    pub(super) fn take_in(&mut self, objects: &mut Objects, batch: &streams::Batch) -> Result<(), String> {
        let mut begins = None;
        if let (false, Some(first)) = (self.has_begun, batch.records.first()) {
            self.has_begun = true;
            let earliest = self.task.wanted.iter().filter_map(|(_, wanted, _)| wanted.opened_at).min();
            // The world begins when the first of them shall (rule Q-6).
            let earliest = earliest.filter(|opening| *opening < first.received);
            begins = earliest.map(|opening| beginning(first.source.clone(), opening));
            self.open_all(first.received)?;
        }
        if !self.has_begun {
            return Ok(());
        }
        if let Some(beginning) = begins {
            let opening = beginning.received;
            self.apply(objects.step(&[beginning], opening));
        }
        self.apply(objects.step(&batch.records, batch.through));
        Ok(())
    }

    /// Opens what is wanted: as of its wish, else of `first`.
    fn open_all(&mut self, first: Micros) -> Result<(), String> {
        for (key, wanted, definition) in &self.task.wanted {
            let creation = wanted.opened_at.unwrap_or(first);
            let statistic = Statistic::open(Arc::clone(definition), creation, &self.task.tenant.time_zone)
                .map_err(|refused| refused.to_string())?;
            let opened =
                Opened { wanted: wanted.clone(), definition: Definition::clone(definition), creation };
            self.open.insert(key.clone(), (opened, statistic));
        }
        Ok(())
    }

    fn apply(&mut self, items: Items) {
        let facts = Batch::index(items);
        for (opened, statistic) in self.open.values_mut() {
            for (ix, object) in &facts.items().appeared {
                add_row(statistic, &opened.wanted, self.task.slots, *ix, object);
            }
            statistic.apply(&facts);
        }
    }

    /// What is handed over. Where no source had anything to tell, the statistics begin now.
    pub(super) fn handed(
        mut self,
        objects: &Objects,
        through: Micros,
        positions: Positions,
    ) -> Result<HandOver, String> {
        if !self.has_begun {
            self.open_all(through)?;
        }
        let chunks =
            |statistic: &Statistic| statistic.slots().into_iter().map(|slot| statistic.save(slot)).collect();
        let filled = self
            .open
            .into_iter()
            .map(|(key, (opened, statistic))| (key, opened, chunks(&statistic)))
            .collect();
        let objects = objects.directory().objects().map(|(_, object)| object.clone()).collect();
        Ok(HandOver {
            through,
            filled,
            objects,
            fences: self.task.fences.clone(),
            keys: self.task.keys.clone(),
            positions,
            settled: self.settled,
            cut: self.cut,
        })
    }
}
