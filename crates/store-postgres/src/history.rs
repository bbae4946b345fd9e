//! History: points in partitions of a day, counted by day and tenant.

mod budget;
mod series;
mod standing;

use crate::failure::Failure;
use crate::pool::Value;
use crate::store::PostgresStore;
use async_trait::async_trait;
use model::time::Micros;
use model::{Object, Text};
use ports::history::{History, Point};
use ports::{Result, StoreError};
pub(crate) use series::Known;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use tokio_postgres::Transaction;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;

/// What a point takes on disk, index and all, rounded up.
pub(crate) const BYTES_PER_POINT: u64 = 100;
/// Points that are written at once, by one statement within one deadline.
const POINTS_AT_ONCE: usize = 20_000;

const DAY: i64 = 86_400_000_000;

/// Rows of others are hidden by the server; a superuser, to whom nothing is hidden, asks for them by name.
const OURS: &str = "tenant = (SELECT pulse.tenant())";

fn day(at: i64) -> i32 {
    i32::try_from(at.div_euclid(DAY)).unwrap_or(i32::MAX)
}

/// Points as columns, of one series and time the last.
#[derive(Default)]
struct Columns {
    series: Vec<i32>,
    at: Vec<i64>,
    value: Vec<Option<f64>>,
    flags: Vec<i16>,
}

impl Columns {
    fn new(points: &[Point], ids: &series::Ids) -> Self {
        let mut last = BTreeMap::new();
        for point in points {
            if let Some(id) = ids.get(&(point.definition.clone(), point.object.clone())) {
                last.insert((*id, point.at.0), (point.value, i16::from(point.flags)));
            }
        }
        let mut columns = Self::default();
        for ((series, at), (value, flags)) in last {
            columns.series.push(series);
            columns.at.push(at);
            columns.value.push(value);
            columns.flags.push(flags);
        }
        columns
    }
}

/// Writes points; answers how many were dropped to make room, and the numbers of the series.
async fn append(
    transaction: &Transaction<'_>,
    points: &[Point],
    known: &Known,
    points_max: u64,
) -> std::result::Result<(u64, series::Ids), Failure> {
    // Partitions are not swept away while points are written.
    transaction.query_typed("SELECT pg_advisory_xact_lock_shared(hashtext('pulse.history'))", &[]).await?;
    let ids = series::ids(transaction, points, known).await?;
    let columns = Columns::new(points, &ids);
    let sql = "WITH new AS (
                   INSERT INTO pulse.points (series, at, value, flags)
                   SELECT * FROM unnest($1::int[], $2::bigint[], $3::float8[], $4::smallint[])
                   ON CONFLICT DO NOTHING RETURNING at / 86400000000 AS day)
               INSERT INTO pulse.history_days AS d (day, points) SELECT day::int, count(*) FROM new GROUP BY 1
               ON CONFLICT (tenant, day) DO UPDATE SET points = d.points + excluded.points RETURNING 0";
    let values: [Value<'_>; 4] = [
        (&columns.series, Type::INT4_ARRAY),
        (&columns.at, Type::INT8_ARRAY),
        (&columns.value, Type::FLOAT8_ARRAY),
        (&columns.flags, Type::INT2_ARRAY),
    ];
    transaction.query_typed(sql, &values).await?;
    // What was there already takes the new value: after a restart the same points come again, mostly equal.
    let sql = format!(
        "UPDATE pulse.points p SET value = n.value, flags = n.flags
         FROM unnest($1::int[], $2::bigint[], $3::float8[], $4::smallint[]) AS n (series, at, value, flags)
         WHERE p.{OURS} AND p.series = n.series AND p.at = n.at AND p.at BETWEEN $5 AND $6
         AND (p.value, p.flags) IS DISTINCT FROM (n.value, n.flags)"
    );
    let (first, last) = (columns.at.iter().min().copied(), columns.at.iter().max().copied());
    let [series, at, value, flags] = values;
    let bounded = [series, at, value, flags, (&first, Type::INT8), (&last, Type::INT8)];
    transaction.query_typed(&sql, &bounded).await?;
    Ok((budget::keep(transaction, points_max).await?, ids))
}

impl PostgresStore {
    /// Makes the partitions of these days, and of the days after them, so that midnight finds its own there.
    async fn prepare(&self, days: &BTreeSet<i32>) -> Result<()> {
        let days: Vec<i32> = days.iter().flat_map(|day| [*day, day.saturating_add(1)]).collect();
        let missing = self.known.missing(&days);
        if missing.is_empty() {
            return Ok(());
        }
        self.pool
            .within(async {
                let mut session = self.pool.session().await?;
                let work = session.begin(&self.tenant).await?;
                let sql = "SELECT pulse.history_prepare($1)";
                let answer = work.transaction.query_typed(sql, &[(&missing, Type::INT4_ARRAY)]).await;
                work.end(answer.map(drop).map_err(Failure::from)).await
            })
            .await?;
        self.known.prepared(&missing);
        Ok(())
    }

    async fn append_some(&self, points: &[Point]) -> std::result::Result<u64, (StoreError, bool)> {
        let mut is_stale = false;
        let answer = self
            .pool
            .within(async {
                let mut session = self.pool.session().await?;
                let work = session.begin(&self.tenant).await?;
                let answer = append(&work.transaction, points, &self.known, self.points_max).await;
                // A partition that was there is swept, or a series: both are looked up anew.
                is_stale = answer.as_ref().is_err_and(|failure| failure.is(&SqlState::CHECK_VIOLATION));
                work.end(answer).await
            })
            .await;
        let (dropped, ids) = answer.map_err(|error| (error, is_stale))?;
        self.known.remember(ids);
        Ok(dropped)
    }
}

#[async_trait]
impl History for PostgresStore {
    async fn append(&self, points: Vec<Point>) -> Result<()> {
        for points in points.chunks(POINTS_AT_ONCE) {
            let days: BTreeSet<i32> = points.iter().map(|point| day(point.at.0)).collect();
            self.prepare(&days).await?;
            let mut answer = self.append_some(points).await;
            if matches!(answer, Err((_, true))) {
                self.known.forget();
                self.prepare(&days).await?;
                answer = self.append_some(points).await;
            }
            let dropped = answer.map_err(|(error, _)| error)?;
            self.dropped.fetch_add(dropped, Ordering::Relaxed);
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
        let sql = format!(
            "SELECT at, value, flags FROM pulse.points
             WHERE {OURS} AND series = (
                 SELECT id FROM pulse.series WHERE {OURS} AND definition = $1 AND kind = $2 AND object = $3)
             AND at >= $4 AND at < $5
             AND at >= coalesce((SELECT h.at FROM pulse.history_horizons h WHERE h.{OURS}), 0)
             ORDER BY at DESC LIMIT $6"
        );
        let (kind, id) = (object.kind as i16, object.id.as_str());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values: [Value<'_>; 6] = [
            (&definition, Type::TEXT),
            (&kind, Type::INT2),
            (&id, Type::TEXT),
            (&from.0, Type::INT8),
            (&to.0, Type::INT8),
            (&limit, Type::INT8),
        ];
        let definition = Text::from(definition);
        self.pool
            .within(async {
                let mut session = self.pool.session().await?;
                let work = session.begin(&self.tenant).await?;
                let answer = work.transaction.query_typed(&sql, &values).await.map_err(Failure::from);
                let rows = work.end(answer).await?;
                let point = |row: &tokio_postgres::Row| {
                    Ok(Point {
                        definition: definition.clone(),
                        object: object.clone(),
                        at: Micros(row.try_get(0)?),
                        value: row.try_get(1)?,
                        flags: u8::try_from(row.try_get::<_, i16>(2)?).unwrap_or_default(),
                    })
                };
                rows.iter().rev().map(point).collect()
            })
            .await
    }

    async fn standing(
        &self,
        cells: &[(Text, Object)],
        from: Micros,
        to: Micros,
    ) -> Result<Vec<Option<Point>>> {
        if cells.is_empty() {
            return Ok(Vec::new());
        }
        self.pool
            .within(async {
                let mut session = self.pool.session().await?;
                let work = session.begin(&self.tenant).await?;
                let answer = standing::standing(&work.transaction, cells, from, to).await;
                work.end(answer).await
            })
            .await
    }

    async fn trim(&self, before: Micros) -> Result<u64> {
        self.pool
            .within(async {
                let mut session = self.pool.session().await?;
                let work = session.begin(&self.tenant).await?;
                let answer = budget::trim(&work.transaction, before.0).await;
                work.end(answer).await
            })
            .await
    }
}
