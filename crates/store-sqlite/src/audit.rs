//! The audit trail. Changes of documents write it themselves.

use crate::SqliteStore;
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use ports::Result;
use ports::audit::{Asked, Audit, Deed, ENTRIES_MAX, Entry, Keep};
use ports::documents::keeps_versions;
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;

/// Writes a change down, within its transaction.
pub(crate) fn changed(
    connection: &Connection,
    (kind, id): (&str, &str),
    (before, after): (u64, u64),
    (by, at): (&str, Micros),
) -> rusqlite::Result<()> {
    if keeps_versions(kind) {
        let sql = "INSERT INTO audit (kind, id, before, after, changed_by, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let values = params![kind, id, before.cast_signed(), after.cast_signed(), by, at.0];
        connection.prepare_cached(sql)?.execute(values)?;
    }
    Ok(())
}

const TRAIL: &str = "
    SELECT number, kind, id, before, after, changed_by, changed_at, detail FROM audit
    WHERE (?1 = '[]' OR kind IN (SELECT value FROM json_each(?1)))
      AND (?2 IS NULL OR lower(changed_by) = ?2)
      AND (?3 IS NULL OR id = ?3)
      AND (?4 IS NULL OR number = ?4)
      AND changed_at >= ?5 AND changed_at < ?6
      AND (changed_at, number) < (?7, ?8)
    ORDER BY changed_at DESC, number DESC LIMIT ?9";

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let text = |index: usize| row.get::<_, String>(index).map(Text::from);
    let revision = |index: usize| row.get::<_, i64>(index).map(i64::cast_unsigned);
    Ok(Entry {
        number: revision(0)?,
        kind: text(1)?,
        id: text(2)?,
        before: revision(3)?,
        after: revision(4)?,
        by: text(5)?,
        at: Micros(row.get(6)?),
        detail: text(7)?,
    })
}

#[async_trait]
impl Audit for SqliteStore {
    async fn trail(&self, asked: &Asked) -> Result<Vec<Entry>> {
        let Asked { kinds, by, id, number, from, to, after, limit } = asked.clone();
        let kinds = serde_json::json!(kinds).to_string();
        let (by, id) = (by.map(|by| by.to_lowercase().to_string()), id.map(|id: Text| id.to_string()));
        let number = number.map(u64::cast_signed);
        let (from, to) = (from.unwrap_or(Micros(i64::MIN)), to.unwrap_or(Micros::MAX));
        let (at, below) = after.map_or((Micros::MAX, i64::MAX), |(at, number)| (at, number.cast_signed()));
        let limit = limit.min(ENTRIES_MAX) as i64;
        let work = move |connection: &mut Connection| {
            let mut statement = connection.prepare_cached(TRAIL)?;
            let asked = params![kinds, by, id, number, from.0, to.0, at.0, below, limit];
            Ok(statement.query_map(asked, entry)?.collect::<rusqlite::Result<_>>()?)
        };
        self.keeper.ask(work).await
    }

    async fn note(&self, deed: &Deed) -> Result<()> {
        let Deed { kind, id, by, at, detail } = deed.clone();
        let work = move |connection: &mut Connection| {
            let sql = "INSERT INTO audit (kind, id, before, after, changed_by, changed_at, detail)
                       VALUES (?1, ?2, 0, 0, ?3, ?4, ?5)";
            let values = params![kind.as_str(), id.as_str(), by.as_str(), at.0, detail.as_str()];
            connection.prepare_cached(sql)?.execute(values)?;
            Ok(())
        };
        self.keeper.ask(work).await
    }

    async fn latest(&self, kind: &str) -> Result<BTreeMap<Text, Micros>> {
        let kind = kind.to_owned();
        let work = move |connection: &mut Connection| {
            let sql = "SELECT id, max(changed_at) FROM audit
                       WHERE kind = ?1 AND before = 0 AND after = 0 GROUP BY id";
            let mut statement = connection.prepare_cached(sql)?;
            let one = |row: &Row<'_>| Ok((Text::from(row.get::<_, String>(0)?), Micros(row.get(1)?)));
            Ok(statement.query_map(params![kind], one)?.collect::<rusqlite::Result<_>>()?)
        };
        self.keeper.ask(work).await
    }

    async fn forget(&self, keep: Keep) -> Result<u64> {
        let deeds_max = i64::try_from(keep.deeds_max).unwrap_or(i64::MAX);
        let work = move |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            let sql = "DELETE FROM audit WHERE changed_at < ?1";
            let old = transaction.prepare_cached(sql)?.execute(params![keep.from.0])?;
            let sql = "DELETE FROM audit WHERE number IN (
                           SELECT number FROM audit WHERE before = 0 AND after = 0
                           ORDER BY changed_at DESC, number DESC LIMIT -1 OFFSET ?1)";
            let surplus = transaction.prepare_cached(sql)?.execute(params![deeds_max])?;
            transaction.commit()?;
            Ok((old + surplus) as u64)
        };
        self.keeper.ask(work).await
    }
}
