//! Documents: the present version of each and the earlier ones.

use crate::SqliteStore;
use crate::audit::changed;
use crate::keeper::Failure;
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use ports::documents::{Archive, Change, Document, Documents, keeps_versions};
use ports::{Result, StoreError};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use tokio::sync::broadcast;

/// Earlier versions kept of each document.
const VERSIONS_MAX: i64 = 100;

const COLUMNS: &str = "kind, id, revision, body, changed_by, changed_at";

fn document(row: &Row<'_>) -> rusqlite::Result<Document> {
    let text = |index: usize| row.get::<_, String>(index).map(Text::from);
    Ok(Document {
        kind: text(0)?,
        id: text(1)?,
        revision: row.get::<_, i64>(2)?.cast_unsigned(),
        body: row.get(3)?,
        changed_by: text(4)?,
        changed_at: Micros(row.get(5)?),
    })
}

fn revision(connection: &Connection, kind: &str, id: &str) -> rusqlite::Result<u64> {
    let sql = "SELECT revision FROM documents WHERE kind = ?1 AND id = ?2";
    let found = connection.prepare_cached(sql)?.query_row(params![kind, id], |row| row.get::<_, i64>(0));
    Ok(found.optional()?.unwrap_or(0).cast_unsigned())
}

/// Moves the present version among the earlier ones.
fn retire(transaction: &Transaction<'_>, kind: &str, id: &str, by: &str, at: Micros) -> rusqlite::Result<()> {
    if keeps_versions(kind) {
        transaction.execute(
            &format!(
                "INSERT INTO versions ({COLUMNS}, removed_by, removed_at)
                 SELECT {COLUMNS}, ?3, ?4 FROM documents WHERE kind = ?1 AND id = ?2"
            ),
            params![kind, id, by, at.0],
        )?;
        transaction.execute(
            "DELETE FROM versions WHERE kind = ?1 AND id = ?2 AND revision NOT IN (
                 SELECT revision FROM versions WHERE kind = ?1 AND id = ?2 ORDER BY revision DESC LIMIT ?3)",
            params![kind, id, VERSIONS_MAX],
        )?;
    }
    transaction.execute("DELETE FROM documents WHERE kind = ?1 AND id = ?2", params![kind, id])?;
    Ok(())
}

fn put(connection: &mut Connection, document: &Document) -> std::result::Result<u64, Failure> {
    let (kind, id) = (document.kind.as_str(), document.id.as_str());
    let transaction = connection.transaction()?;
    let found = revision(&transaction, kind, id)?;
    if found != document.revision {
        return Err(StoreError::Conflict { expected: document.revision, found }.into());
    }
    retire(&transaction, kind, id, "", Micros::ZERO)?;
    let earlier: Option<i64> = transaction.query_row(
        "SELECT max(revision) FROM versions WHERE kind = ?1 AND id = ?2",
        params![kind, id],
        |row| row.get(0),
    )?;
    let new = found.max(earlier.unwrap_or(0).cast_unsigned()) + 1;
    transaction.execute(
        &format!("INSERT INTO documents ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
        params![
            kind,
            id,
            new.cast_signed(),
            document.body,
            document.changed_by.as_str(),
            document.changed_at.0
        ],
    )?;
    changed(&transaction, (kind, id), (found, new), (&document.changed_by, document.changed_at))?;
    transaction.commit()?;
    Ok(new)
}

#[async_trait]
impl Documents for SqliteStore {
    async fn list(&self, kind: &str) -> Result<Vec<Document>> {
        let kind = kind.to_owned();
        let work = move |connection: &mut Connection| {
            let sql = format!("SELECT {COLUMNS} FROM documents WHERE kind = ?1 ORDER BY id");
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params![kind], document)?.collect::<rusqlite::Result<_>>()?;
            Ok(rows)
        };
        self.keeper.ask(work).await
    }

    async fn get(&self, kind: &str, id: &str) -> Result<Option<Document>> {
        let (kind, id) = (kind.to_owned(), id.to_owned());
        let work = move |connection: &mut Connection| {
            let sql = format!("SELECT {COLUMNS} FROM documents WHERE kind = ?1 AND id = ?2");
            let found = connection.prepare_cached(&sql)?.query_row(params![kind, id], document).optional()?;
            Ok(found)
        };
        self.keeper.ask(work).await
    }

    async fn put(&self, document: Document) -> Result<u64> {
        let kind = document.kind.clone();
        let revision = self.keeper.ask(move |connection| put(connection, &document)).await?;
        let _ = self.followers.send(kind);
        Ok(revision)
    }

    async fn delete(&self, kind: &str, id: &str, expected: u64, by: &str, at: Micros) -> Result<()> {
        let announced = Text::from(kind);
        let (kind, id, by) = (kind.to_owned(), id.to_owned(), by.to_owned());
        let work = move |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            let found = revision(&transaction, &kind, &id)?;
            if found != expected || found == 0 {
                return Err(StoreError::Conflict { expected, found }.into());
            }
            retire(&transaction, &kind, &id, &by, at)?;
            changed(&transaction, (&kind, &id), (found, 0), (&by, at))?;
            transaction.commit()?;
            Ok(())
        };
        self.keeper.ask(work).await?;
        let _ = self.followers.send(announced);
        Ok(())
    }

    async fn versions(&self, kind: &str, id: &str, limit: usize) -> Result<Vec<Document>> {
        let (kind, id) = (kind.to_owned(), id.to_owned());
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let work = move |connection: &mut Connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM versions WHERE kind = ?1 AND id = ?2 ORDER BY revision DESC LIMIT ?3"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params![kind, id, limit], document)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        self.keeper.ask(work).await
    }

    fn watch(&self) -> broadcast::Receiver<Text> {
        self.followers.subscribe()
    }
}

/// A removal is told by who did it, or by when: neither is asked for.
const CHANGES: &str = "
    SELECT kind, id, revision, body, changed_by, changed_at, 0 AS step FROM documents WHERE kind <> 'session'
    UNION ALL
    SELECT kind, id, revision, body, changed_by, changed_at, 0 FROM versions
    UNION ALL
    SELECT kind, id, revision, NULL, removed_by, removed_at, 1 FROM versions WHERE removed_by <> '' OR removed_at <> 0
    ORDER BY kind, id, revision, step";

#[async_trait]
impl Archive for SqliteStore {
    async fn changes(&self) -> Result<Vec<Change>> {
        let work = |connection: &mut Connection| {
            let mut statement = connection.prepare(CHANGES)?;
            let change = |row: &Row<'_>| {
                let text = |index: usize| row.get::<_, String>(index).map(Text::from);
                let (kind, id, by, at) = (text(0)?, text(1)?, text(4)?, Micros(row.get(5)?));
                let removed = row.get::<_, i64>(6)? == 1;
                Ok(Change { kind, id, body: if removed { None } else { Some(row.get(3)?) }, by, at })
            };
            Ok(statement.query_map([], change)?.collect::<rusqlite::Result<_>>()?)
        };
        self.keeper.ask(work).await
    }
}
