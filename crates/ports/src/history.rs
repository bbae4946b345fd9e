//! History: past values of cells, for lines and replays.

use crate::Result;
use async_trait::async_trait;
use model::time::Micros;
use model::{Object, ObjectType, Text};
use serde::{Deserialize, Serialize};

/// One past value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The definition's key.
    pub definition: Text,
    /// Whose.
    pub object: Object,
    /// As of when.
    pub at: Micros,
    /// The number; none where there was no value.
    pub value: Option<f64>,
    /// Quality bits, as in `values::Flags`.
    pub flags: u8,
}

/// The series that tells when values were computed at all: a point each whole minute. A cell is kept only when it
/// changes, so without this nobody could tell a value that stayed from a system that slept.
pub fn awake() -> (Text, Object) {
    (Text::const_new("awake"), Object::new(ObjectType::Tenant, ""))
}

/// Where past values are kept.
#[async_trait]
pub trait History: Send + Sync {
    /// Keeps points; a point of the same cell and time replaces the former one.
    async fn append(&self, points: Vec<Point>) -> Result<()>;
    /// The points of one cell in `from..to`, oldest first, at most `limit` (the newest of them).
    async fn range(
        &self,
        definition: &str,
        object: &Object,
        from: Micros,
        to: Micros,
        limit: usize,
    ) -> Result<Vec<Point>>;
    /// What stood just before `to`: of each cell the newest point in `from..to`, in the order of `cells`.
    async fn standing(
        &self,
        cells: &[(Text, Object)],
        from: Micros,
        to: Micros,
    ) -> Result<Vec<Option<Point>>> {
        let mut standing = Vec::with_capacity(cells.len());
        for (definition, object) in cells {
            standing.push(self.range(definition, object, from, to, 1).await?.pop());
        }
        Ok(standing)
    }
    /// Drops what is older; answers how many points.
    async fn trim(&self, before: Micros) -> Result<u64>;
}

/// Two tiers as one: recent points exactly, older ones at the steps of the second tier.
#[derive(Clone, Debug)]
pub struct Tiers<H, W> {
    /// What is recent; forgets by itself.
    pub hot: H,
    /// What is kept for long.
    pub warm: W,
}

#[async_trait]
impl<H: History, W: History> History for Tiers<H, W> {
    /// Both get the points, also when one of them fails.
    async fn append(&self, points: Vec<Point>) -> Result<()> {
        let hot = self.hot.append(points.clone()).await;
        self.warm.append(points).await.and(hot)
    }

    async fn range(
        &self,
        definition: &str,
        object: &Object,
        from: Micros,
        to: Micros,
        limit: usize,
    ) -> Result<Vec<Point>> {
        let recent = self.hot.range(definition, object, from, to, limit).await?;
        let until = recent.first().map_or(to, |oldest| oldest.at);
        if until <= from || recent.len() >= limit {
            return Ok(recent);
        }
        let mut points = self.warm.range(definition, object, from, until, limit - recent.len()).await?;
        points.extend(recent);
        Ok(points)
    }

    /// A cell of which nothing recent is there changed last when the second tier heard of it.
    async fn standing(
        &self,
        cells: &[(Text, Object)],
        from: Micros,
        to: Micros,
    ) -> Result<Vec<Option<Point>>> {
        let mut standing = self.hot.standing(cells, from, to).await?;
        let places: Vec<usize> = (0..cells.len()).filter(|place| standing[*place].is_none()).collect();
        if places.is_empty() {
            return Ok(standing);
        }
        let missing: Vec<_> = places.iter().map(|place| cells[*place].clone()).collect();
        let older = self.warm.standing(&missing, from, to).await?;
        for (place, point) in places.into_iter().zip(older) {
            standing[place] = point;
        }
        Ok(standing)
    }

    async fn trim(&self, before: Micros) -> Result<u64> {
        self.warm.trim(before).await
    }
}
