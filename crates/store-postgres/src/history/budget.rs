//! What history need not keep: what is too old, and the oldest of what is too much.

use super::{DAY, OURS, day};
use crate::failure::Failure;
use crate::pool::Value;
use tokio_postgres::Transaction;
use tokio_postgres::types::Type;

/// The part of the budget that is freed when it is used up.
const SHARE_DROPPED: u64 = 20;

/// Points that are deleted at once, within one deadline. What is left is behind the horizon, and goes the next time or
/// with its partition.
const DELETED_MAX: i64 = 50_000;

type Outcome<T> = std::result::Result<T, Failure>;

/// Sets the horizon; it never goes back.
async fn set_horizon(transaction: &Transaction<'_>, at: i64) -> Outcome<()> {
    let sql = "INSERT INTO pulse.history_horizons AS h (at) VALUES ($1)
               ON CONFLICT (tenant) DO UPDATE SET at = greatest(h.at, excluded.at)";
    transaction.query_typed(sql, &[(&at, Type::INT8)]).await?;
    Ok(())
}

async fn horizon(transaction: &Transaction<'_>) -> Outcome<i64> {
    let sql = format!("SELECT at FROM pulse.history_horizons WHERE {OURS}");
    let row = transaction.query_typed_opt(&sql, &[]).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get(0))?)
}

/// Forgets the counts of whole days before `at`; answers how many points that were.
async fn forget_days(transaction: &Transaction<'_>, at: i64) -> Outcome<u64> {
    let sql = format!(
        "WITH gone AS (DELETE FROM pulse.history_days WHERE {OURS} AND day < $1 RETURNING points)
         SELECT coalesce(sum(points), 0)::bigint FROM gone"
    );
    let row = transaction.query_typed_one(&sql, &[(&day(at), Type::INT4)]).await?;
    Ok(row.try_get::<_, i64>(0)?.cast_unsigned())
}

/// Deletes points of the tenant from `from` to before `to`, which lie within one day, as many as can be at once.
async fn delete(transaction: &Transaction<'_>, from: i64, to: i64) -> Outcome<u64> {
    let sql = format!(
        "WITH old AS (SELECT series, at FROM pulse.points WHERE {OURS} AND at >= $1 AND at < $2 LIMIT $4),
         gone AS (DELETE FROM pulse.points p USING old s WHERE p.{OURS} AND p.series = s.series AND p.at = s.at
                  AND p.at >= $1 AND p.at < $2 RETURNING 0),
         counted AS (UPDATE pulse.history_days SET points = points - (SELECT count(*) FROM gone)
                     WHERE {OURS} AND day = $3)
         SELECT count(*) FROM gone"
    );
    let day = day(from);
    let values: [Value<'_>; 4] =
        [(&from, Type::INT8), (&to, Type::INT8), (&day, Type::INT4), (&DELETED_MAX, Type::INT8)];
    let row = transaction.query_typed_one(&sql, &values).await?;
    Ok(row.try_get::<_, i64>(0)?.cast_unsigned())
}

/// Drops what is older than `before`: of the day that is cut, the points; of days before it, the count, and with the
/// last tenant's count the partition. Answers how many points.
pub(super) async fn trim(transaction: &Transaction<'_>, before: i64) -> Outcome<u64> {
    let former = horizon(transaction).await?;
    if before <= former {
        return Ok(0);
    }
    set_horizon(transaction, before).await?;
    let mut dropped = forget_days(transaction, before).await?;
    let begin = before.div_euclid(DAY) * DAY;
    dropped += delete(transaction, begin.max(former), before).await?;
    transaction.query_typed("SELECT pulse.history_sweep()", &[]).await?;
    Ok(dropped)
}

/// Drops the oldest points, whatever their series, when there are more than `points_max`. Answers how many.
pub(super) async fn keep(transaction: &Transaction<'_>, points_max: u64) -> Outcome<u64> {
    let sql = format!("SELECT day, points FROM pulse.history_days WHERE {OURS} ORDER BY day");
    let mut days = Vec::new();
    for row in transaction.query_typed(&sql, &[]).await? {
        days.push((row.try_get::<_, i32>(0)?, row.try_get::<_, i64>(1)?.cast_unsigned()));
    }
    let kept: u64 = days.iter().map(|(_, points)| points).sum();
    if kept <= points_max {
        return Ok(0);
    }
    let mut surplus = kept - (points_max - points_max / SHARE_DROPPED);
    let mut dropped = 0;
    for (day, points) in days {
        if surplus == 0 {
            break;
        }
        let begin = i64::from(day) * DAY;
        let end = if points <= surplus { begin + DAY } else { cut(transaction, begin, surplus).await? };
        let gone = delete(transaction, begin, end).await?;
        set_horizon(transaction, end).await?;
        dropped += gone;
        if gone == DELETED_MAX.unsigned_abs() {
            // The rest of it, when points come the next time.
            break;
        }
        surplus = surplus.saturating_sub(gone);
        forget_days(transaction, end).await?;
    }
    Ok(dropped)
}

/// The time in the day from `begin` before which `surplus` points lie, or a little more of them.
async fn cut(transaction: &Transaction<'_>, begin: i64, surplus: u64) -> Outcome<i64> {
    let sql = format!(
        "SELECT at FROM pulse.points WHERE {OURS} AND at >= $1 AND at < $2 ORDER BY at OFFSET $3 LIMIT 1"
    );
    let (end, skipped) = (begin + DAY, surplus.cast_signed() - 1);
    let values: [Value<'_>; 3] = [(&begin, Type::INT8), (&end, Type::INT8), (&skipped, Type::INT8)];
    let row = transaction.query_typed_opt(&sql, &values).await?;
    Ok(row.map_or(Ok(end), |row| row.try_get::<_, i64>(0).map(|at| at + 1))?)
}
