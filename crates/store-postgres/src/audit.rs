//! The audit trail: changes as the server's triggers wrote them, and deeds, in one list.

use crate::failure::Failure;
use crate::pool::Value;
use crate::store::PostgresStore;
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use ports::Result;
use ports::audit::{Asked, Audit, Deed, ENTRIES_MAX, Entry, Keep};
use std::collections::BTreeMap;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

/// Changes have even numbers, deeds odd ones. Kinds without versions are those of `ports::documents::keeps_versions`.
const TRAIL: &str = "
    SELECT number, kind, id, before, after, done_by, at, detail FROM (
        SELECT change * 2 AS number, kind, id, before, after, changed_by AS done_by, changed_at AS at, '' AS detail
        FROM pulse.audit
        WHERE tenant = (SELECT pulse.tenant()) AND kind NOT IN ('session', 'alert')
          AND changed_at >= $5 AND changed_at < $6
        UNION ALL
        SELECT number * 2 + 1, kind, id, 0, 0, done_by, done_at, detail
        FROM pulse.deeds
        WHERE tenant = (SELECT pulse.tenant()) AND done_at >= $5 AND done_at < $6
    ) entries
    WHERE (cardinality($1) = 0 OR kind = ANY ($1))
      AND ($2::text IS NULL OR lower(done_by) = $2)
      AND ($3::text IS NULL OR id = $3)
      AND ($4::bigint IS NULL OR number = $4)
      AND (at, number) < ($7, $8)
    ORDER BY at DESC, number DESC LIMIT $9";

const NOTE: &str = "INSERT INTO pulse.deeds (kind, id, done_by, done_at, detail) VALUES ($1, $2, $3, $4, $5)";

const LATEST: &str = "SELECT id, max(done_at) FROM pulse.deeds
    WHERE tenant = (SELECT pulse.tenant()) AND kind = $1 GROUP BY id";

const FORGET: &str = "SELECT pulse.forget_audit($1, $2)";

fn entry(row: &Row) -> std::result::Result<Entry, Failure> {
    let text = |index: usize| row.try_get::<_, &str>(index).map(Text::from);
    let number = |index: usize| row.try_get::<_, i64>(index).map(i64::cast_unsigned);
    Ok(Entry {
        number: number(0)?,
        kind: text(1)?,
        id: text(2)?,
        before: number(3)?,
        after: number(4)?,
        by: text(5)?,
        at: Micros(row.try_get(6)?),
        detail: text(7)?,
    })
}

fn latest(row: &Row) -> std::result::Result<(Text, Micros), Failure> {
    Ok((Text::from(row.try_get::<_, &str>(0)?), Micros(row.try_get(1)?)))
}

fn count(row: &Row) -> std::result::Result<u64, Failure> {
    Ok(row.try_get::<_, i64>(0)?.cast_unsigned())
}

impl PostgresStore {
    /// What `sql` answers, each row by itself.
    async fn answers<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        one: fn(&Row) -> std::result::Result<T, Failure>,
    ) -> Result<Vec<T>> {
        self.pool
            .within(async {
                let mut session = self.pool.session().await?;
                let work = session.begin(&self.tenant).await?;
                let rows = work.transaction.query_typed(sql, values).await.map_err(Failure::from);
                let answer = rows.and_then(|rows| rows.iter().map(one).collect());
                work.end(answer).await
            })
            .await
    }
}

#[async_trait]
impl Audit for PostgresStore {
    async fn trail(&self, asked: &Asked) -> Result<Vec<Entry>> {
        let kinds: Vec<&str> = asked.kinds.iter().map(Text::as_str).collect();
        let by = asked.by.as_ref().map(|by| by.to_lowercase().to_string());
        let id = asked.id.as_ref().map(Text::as_str);
        let number = asked.number.map(u64::cast_signed);
        let from = asked.from.map_or(i64::MIN, |from| from.0);
        let to = asked.to.map_or(i64::MAX, |to| to.0);
        let (at, below) =
            asked.after.map_or((i64::MAX, i64::MAX), |(at, number)| (at.0, number.cast_signed()));
        let limit = asked.limit.min(ENTRIES_MAX) as i64;
        let values: [Value<'_>; 9] = [
            (&kinds, Type::TEXT_ARRAY),
            (&by, Type::TEXT),
            (&id, Type::TEXT),
            (&number, Type::INT8),
            (&from, Type::INT8),
            (&to, Type::INT8),
            (&at, Type::INT8),
            (&below, Type::INT8),
            (&limit, Type::INT8),
        ];
        self.answers(TRAIL, &values, entry).await
    }

    async fn note(&self, deed: &Deed) -> Result<()> {
        let Deed { kind, id, by, at, detail } = deed;
        let (kind, id, by, detail) = (kind.as_str(), id.as_str(), by.as_str(), detail.as_str());
        let values: [Value<'_>; 5] = [
            (&kind, Type::TEXT),
            (&id, Type::TEXT),
            (&by, Type::TEXT),
            (&at.0, Type::INT8),
            (&detail, Type::TEXT),
        ];
        self.answers(NOTE, &values, |_| Ok(())).await.map(drop)
    }

    async fn latest(&self, kind: &str) -> Result<BTreeMap<Text, Micros>> {
        Ok(self.answers(LATEST, &[(&kind, Type::TEXT)], latest).await?.into_iter().collect())
    }

    async fn forget(&self, keep: Keep) -> Result<u64> {
        let deeds_max = i64::try_from(keep.deeds_max).unwrap_or(i64::MAX);
        let values: [Value<'_>; 2] = [(&keep.from.0, Type::INT8), (&deeds_max, Type::INT8)];
        Ok(self.answers(FORGET, &values, count).await?.into_iter().sum())
    }
}
