//! Numbers of series: what a point carries in place of its definition and object.

use crate::failure::Failure;
use crate::pool::Value;
use model::{Object, Text};
use ports::history::Point;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use tokio_postgres::Transaction;
use tokio_postgres::types::Type;

/// More series than this are not remembered; those beyond it are asked for each time.
const REMEMBERED_MAX: usize = 200_000;

/// Numbers by definition and object.
pub(super) type Ids = BTreeMap<(Text, Object), i32>;

/// What need not be asked again.
#[derive(Default)]
pub(crate) struct Known {
    series: Mutex<Ids>,
    days: Mutex<BTreeSet<i32>>,
}

impl Known {
    /// Days that no partition is known of.
    pub(crate) fn missing(&self, days: &[i32]) -> Vec<i32> {
        let known = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        days.iter().copied().filter(|day| !known.contains(day)).collect()
    }

    /// These have one.
    pub(crate) fn prepared(&self, days: &[i32]) {
        self.days.lock().unwrap_or_else(PoisonError::into_inner).extend(days);
    }

    /// Everything is asked for again.
    pub(crate) fn forget(&self) {
        self.days.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.series.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The numbers of the points' series; those that are new get one.
pub(super) async fn ids(
    transaction: &Transaction<'_>,
    points: &[Point],
    known: &Known,
) -> std::result::Result<Ids, Failure> {
    let mut ids = BTreeMap::new();
    let mut asked = BTreeSet::new();
    {
        let known = known.series.lock().unwrap_or_else(PoisonError::into_inner);
        for point in points {
            let key = (point.definition.clone(), point.object.clone());
            match known.get(&key) {
                Some(id) => drop(ids.insert(key, *id)),
                None => drop(asked.insert(key)),
            }
        }
    }
    if asked.is_empty() {
        return Ok(ids);
    }
    let asked: Vec<_> = asked.into_iter().collect();
    let definitions: Vec<&str> = asked.iter().map(|(definition, _)| definition.as_str()).collect();
    let kinds: Vec<i16> = asked.iter().map(|(_, object)| object.kind as i16).collect();
    let objects: Vec<&str> = asked.iter().map(|(_, object)| object.id.as_str()).collect();
    let values: [Value<'_>; 3] =
        [(&definitions, Type::TEXT_ARRAY), (&kinds, Type::INT2_ARRAY), (&objects, Type::TEXT_ARRAY)];
    let wanted =
        "unnest($1::text[], $2::smallint[], $3::text[]) WITH ORDINALITY AS w (definition, kind, object, n)";
    // Only what is missing is inserted: a refused insert would use up a number.
    let insert = format!(
        "INSERT INTO pulse.series (definition, kind, object)
         SELECT w.definition, w.kind, w.object FROM {wanted} WHERE NOT EXISTS (
             SELECT 1 FROM pulse.series s WHERE s.tenant = (SELECT pulse.tenant())
             AND s.definition = w.definition AND s.kind = w.kind AND s.object = w.object)
         ON CONFLICT DO NOTHING"
    );
    transaction.query_typed(&insert, &values).await?;
    let select = format!(
        "SELECT w.n, s.id FROM {wanted} JOIN pulse.series s ON s.tenant = (SELECT pulse.tenant())
         AND s.definition = w.definition AND s.kind = w.kind AND s.object = w.object"
    );
    for row in transaction.query_typed(&select, &values).await? {
        let place = usize::try_from(row.try_get::<_, i64>(0)? - 1).unwrap_or(usize::MAX);
        if let Some(key) = asked.get(place) {
            ids.insert(key.clone(), row.try_get(1)?);
        }
    }
    Ok(ids)
}

impl Known {
    /// These numbers were committed.
    pub(super) fn remember(&self, ids: Ids) {
        let mut series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        if series.len() + ids.len() <= REMEMBERED_MAX {
            series.extend(ids);
        }
    }
}
