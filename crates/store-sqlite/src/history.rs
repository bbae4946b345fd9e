//! History: points by series and time, within a byte budget.

use crate::keeper::Failure;
use crate::{HistoryBound, SqliteStore};
use async_trait::async_trait;
use model::time::Micros;
use model::{Object, Text};
use ports::Result;
use ports::history::{History, Point};
use rusqlite::{Connection, Transaction, params};
use std::sync::atomic::Ordering;

/// What a point costs in the file with its index, measured and rounded up.
pub(crate) const BYTES_PER_POINT: u64 = 64;

/// Of a history that is too large, this share goes at once: trimming costs more than a point each time.
const SHARE_DROPPED: u64 = 20;

type Work<T> = std::result::Result<T, Failure>;

/// How many points there are.
pub(crate) fn count(connection: &Connection) -> rusqlite::Result<u64> {
    let count: i64 = connection.query_row("SELECT count(*) FROM points", [], |row| row.get(0))?;
    Ok(count.cast_unsigned())
}

fn series(transaction: &Transaction<'_>, point: &Point) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO series (definition, kind, object) VALUES (?1, ?2, ?3)
               ON CONFLICT (definition, kind, object) DO UPDATE SET kind = kind RETURNING id";
    let Object { kind, id } = &point.object;
    transaction
        .prepare_cached(sql)?
        .query_row(params![point.definition.as_str(), *kind as u8, id.as_str()], |row| row.get(0))
}

fn append(connection: &mut Connection, points: &[Point], bound: &HistoryBound) -> Work<()> {
    let transaction = connection.transaction()?;
    let mut added = 0;
    for point in points {
        let series = series(&transaction, point)?;
        let (at, flags) = (point.at.0, point.flags);
        let sql = "UPDATE points SET value = ?3, flags = ?4 WHERE series = ?1 AND at = ?2";
        let replaced = transaction.prepare_cached(sql)?.execute(params![series, at, point.value, flags])?;
        if replaced == 0 {
            let sql = "INSERT INTO points (series, at, value, flags) VALUES (?1, ?2, ?3, ?4)";
            transaction.prepare_cached(sql)?.execute(params![series, at, point.value, flags])?;
            added += 1;
        }
    }
    let kept = bound.points.load(Ordering::Relaxed) + added;
    let dropped = if kept > bound.points_max { shrink(&transaction, kept, bound.points_max)? } else { 0 };
    transaction.commit()?;
    bound.points.store(kept.saturating_sub(dropped), Ordering::Relaxed);
    bound.dropped.fetch_add(dropped, Ordering::Relaxed);
    Ok(())
}

/// Drops the oldest points, whatever their series, until a share of the budget is free.
fn shrink(transaction: &Transaction<'_>, kept: u64, points_max: u64) -> rusqlite::Result<u64> {
    let target = points_max - points_max / SHARE_DROPPED;
    let surplus = kept.saturating_sub(target).cast_signed();
    let sql = "DELETE FROM points WHERE (series, at) IN (SELECT series, at FROM points ORDER BY at LIMIT ?1)";
    Ok(transaction.execute(sql, params![surplus])? as u64)
}

fn range(
    connection: &Connection,
    definition: Text,
    object: Object,
    (from, to): (Micros, Micros),
    limit: usize,
) -> Work<Vec<Point>> {
    let sql = "SELECT at, value, flags FROM points
               WHERE series = (SELECT id FROM series WHERE definition = ?1 AND kind = ?2 AND object = ?3)
               AND at >= ?4 AND at < ?5 ORDER BY at DESC LIMIT ?6";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let wanted = params![definition.as_str(), object.kind as u8, object.id.as_str(), from.0, to.0, limit];
    let point = |row: &rusqlite::Row<'_>| {
        Ok(Point {
            definition: definition.clone(),
            object: object.clone(),
            at: Micros(row.get(0)?),
            value: row.get(1)?,
            flags: row.get(2)?,
        })
    };
    let mut points = statement.query_map(wanted, point)?.collect::<rusqlite::Result<Vec<_>>>()?;
    points.reverse();
    Ok(points)
}

/// One after the other in one visit to the thread.
fn standing(
    connection: &Connection,
    cells: Vec<(Text, Object)>,
    from: Micros,
    to: Micros,
) -> Work<Vec<Option<Point>>> {
    let newest = |(definition, object): (Text, Object)| {
        range(connection, definition, object, (from, to), 1).map(|mut points| points.pop())
    };
    cells.into_iter().map(newest).collect()
}

#[async_trait]
impl History for SqliteStore {
    async fn append(&self, points: Vec<Point>) -> Result<()> {
        let bound = self.history.clone();
        self.keeper.ask(move |connection| append(connection, &points, &bound)).await
    }

    async fn range(
        &self,
        definition: &str,
        object: &Object,
        from: Micros,
        to: Micros,
        limit: usize,
    ) -> Result<Vec<Point>> {
        let (definition, object) = (Text::from(definition), object.clone());
        self.keeper.ask(move |connection| range(connection, definition, object, (from, to), limit)).await
    }

    async fn standing(
        &self,
        cells: &[(Text, Object)],
        from: Micros,
        to: Micros,
    ) -> Result<Vec<Option<Point>>> {
        let cells = cells.to_vec();
        self.keeper.ask(move |connection| standing(connection, cells, from, to)).await
    }

    async fn trim(&self, before: Micros) -> Result<u64> {
        let bound = self.history.clone();
        let work = move |connection: &mut Connection| {
            let dropped = connection.execute("DELETE FROM points WHERE at < ?1", params![before.0])? as u64;
            let kept = bound.points.load(Ordering::Relaxed);
            bound.points.store(kept.saturating_sub(dropped), Ordering::Relaxed);
            Ok(dropped)
        };
        self.keeper.ask(work).await
    }
}
