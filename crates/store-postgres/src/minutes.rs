//! The warm tier: of each minute and cell, the value at its end.

use async_trait::async_trait;
use model::Object;
use model::time::Micros;
use ports::Result;
use ports::history::{History, Point};
use std::collections::BTreeMap;

const MINUTE: i64 = 60_000_000;

/// Keeps closing values of minutes in `H`: a point of `12:00:10` is kept as of `12:01:00` until a later one of that
/// minute takes its place. So a value that changes every few seconds costs one point a minute, and one that changed
/// last within the minute is not lost.
pub struct Minutes<H>(pub H);

/// The end of the minute in which `at` lies; a whole minute is its own end.
fn close(at: Micros) -> Micros {
    Micros(at.0.saturating_sub(1).div_euclid(MINUTE).saturating_add(1).saturating_mul(MINUTE))
}

#[async_trait]
impl<H: History> History for Minutes<H> {
    async fn append(&self, points: Vec<Point>) -> Result<()> {
        let mut newest: BTreeMap<(model::Text, Object, Micros), Point> = BTreeMap::new();
        for point in points {
            let key = (point.definition.clone(), point.object.clone(), close(point.at));
            let is_newer = newest.get(&key).is_none_or(|known| known.at <= point.at);
            if is_newer {
                newest.insert(key, point);
            }
        }
        let closed = newest.into_iter().map(|((_, _, at), point)| Point { at, ..point });
        self.0.append(closed.collect()).await
    }

    async fn range(
        &self,
        definition: &str,
        object: &Object,
        from: Micros,
        to: Micros,
        limit: usize,
    ) -> Result<Vec<Point>> {
        self.0.range(definition, object, from, to, limit).await
    }

    async fn standing(
        &self,
        cells: &[(model::Text, Object)],
        from: Micros,
        to: Micros,
    ) -> Result<Vec<Option<Point>>> {
        self.0.standing(cells, from, to).await
    }

    async fn trim(&self, before: Micros) -> Result<u64> {
        self.0.trim(before).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ObjectType, Text};
    use std::sync::Mutex;

    #[derive(Default)]
    struct Kept(Mutex<Vec<Point>>);

    #[async_trait]
    impl History for Kept {
        async fn append(&self, points: Vec<Point>) -> Result<()> {
            self.0.lock().unwrap().extend(points);
            Ok(())
        }
        async fn range(&self, _: &str, _: &Object, _: Micros, _: Micros, _: usize) -> Result<Vec<Point>> {
            Ok(self.0.lock().unwrap().clone())
        }
        async fn trim(&self, _: Micros) -> Result<u64> {
            Ok(0)
        }
    }

    #[tokio::test]
    async fn the_last_value_of_a_minute_closes_it() {
        let store = Minutes(Kept::default());
        let queue = Object::new(ObjectType::Queue, "q");
        let point = |second: i64, value: f64| Point {
            definition: Text::from("d"),
            object: queue.clone(),
            at: Micros::from_secs(second),
            value: Some(value),
            flags: 0,
        };
        store
            .append(vec![point(10, 1.0), point(50, 5.0), point(20, 2.0), point(60, 6.0), point(61, 7.0)])
            .await
            .unwrap();
        let kept = store.range("", &queue, Micros::ZERO, Micros::MAX, 9).await.unwrap();
        let kept: Vec<_> = kept.into_iter().map(|point| (point.at.secs(), point.value)).collect();
        assert_eq!(kept, [(60, Some(6.0)), (120, Some(7.0))]);
    }
}
