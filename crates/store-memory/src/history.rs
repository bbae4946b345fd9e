//! Past values in memory, within a bound.

use crate::lock;
use async_trait::async_trait;
use model::time::Micros;
use model::{Object, Text};
use ports::Result;
use ports::history::{History, Point};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Points kept; then the oldest go.
const POINTS_MAX: usize = 1_000_000;

type Line = BTreeMap<Micros, Point>;

/// Past values that live as long as the process.
#[derive(Default)]
pub struct MemoryHistory {
    lines: Mutex<BTreeMap<(Text, Object), Line>>,
}

#[async_trait]
impl History for MemoryHistory {
    async fn append(&self, points: Vec<Point>) -> Result<()> {
        let mut lines = lock(&self.lines);
        for point in points {
            let line = lines.entry((point.definition.clone(), point.object.clone())).or_default();
            line.insert(point.at, point);
        }
        while lines.values().map(BTreeMap::len).sum::<usize>() > POINTS_MAX {
            lines.values_mut().for_each(|line| drop(line.pop_first()));
            lines.retain(|_, line| !line.is_empty());
        }
        Ok(())
    }

    async fn range(
        &self,
        definition: &str,
        object: &Object,
        from: Micros,
        to: Micros,
        limit: usize,
    ) -> Result<Vec<Point>> {
        let lines = lock(&self.lines);
        let Some(line) = lines.get(&(Text::from(definition), object.clone())) else { return Ok(Vec::new()) };
        if from >= to {
            return Ok(Vec::new());
        }
        let mut points: Vec<Point> = line.range(from..to).rev().take(limit).map(|(_, p)| p.clone()).collect();
        points.reverse();
        Ok(points)
    }

    async fn trim(&self, before: Micros) -> Result<u64> {
        let mut lines = lock(&self.lines);
        let mut dropped = 0;
        for line in lines.values_mut() {
            let kept = line.split_off(&before);
            dropped += line.len() as u64;
            *line = kept;
        }
        lines.retain(|_, line| !line.is_empty());
        Ok(dropped)
    }
}
