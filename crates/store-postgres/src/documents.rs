//! Documents. Numbers of changes, earlier versions, the audit trail and announcements are the server's work: triggers
//! of `migrations/0001_create_documents.sql`.

use crate::failure::Failure;
use crate::pool::Value;
use crate::store::PostgresStore;
use async_trait::async_trait;
use model::Text;
use model::time::Micros;
use ports::documents::{Archive, Change, Document, Documents};
use ports::{Result, StoreError};
use tokio::sync::broadcast;
use tokio_postgres::types::Type;
use tokio_postgres::{Row, Transaction};

const COLUMNS: &str = "kind, id, revision, body::text, changed_by, changed_at";

/// Rows of others are hidden by the server; a superuser, to whom nothing is hidden, asks for them by name.
const OURS: &str = "tenant = (SELECT pulse.tenant())";

fn document(row: &Row) -> std::result::Result<Document, Failure> {
    let text = |index: usize| row.try_get::<_, &str>(index).map(Text::from);
    let (kind, id) = (text(0)?, text(1)?);
    let body = serde_json::from_str(row.try_get(3)?).map_err(|error| {
        StoreError::Corrupt(format!(
            "document {kind}/{id} is not JSON ({error}); put back an earlier version"
        ))
    })?;
    Ok(Document {
        kind,
        id,
        revision: row.try_get::<_, i64>(2)?.cast_unsigned(),
        body,
        changed_by: text(4)?,
        changed_at: Micros(row.try_get(5)?),
    })
}

async fn conflict(
    transaction: &Transaction<'_>,
    kind: &str,
    id: &str,
    expected: u64,
) -> std::result::Result<Failure, Failure> {
    let sql = format!("SELECT revision FROM pulse.documents WHERE {OURS} AND kind = $1 AND id = $2");
    let row = transaction.query_typed_opt(&sql, &[(&kind, Type::TEXT), (&id, Type::TEXT)]).await?;
    let found = row.map_or(Ok(0), |row| row.try_get::<_, i64>(0))?;
    Ok(StoreError::Conflict { expected, found: found.cast_unsigned() }.into())
}

async fn put(transaction: &Transaction<'_>, document: &Document) -> std::result::Result<u64, Failure> {
    let (kind, id, by) = (document.kind.as_str(), document.id.as_str(), document.changed_by.as_str());
    let (body, revision) = (document.body.to_string(), document.revision.cast_signed());
    let sql = if revision == 0 {
        "INSERT INTO pulse.documents (kind, id, body, changed_by, changed_at)
         SELECT $1, $2, $3::text::json, $4, $5 WHERE $6 = 0::bigint
         ON CONFLICT DO NOTHING RETURNING revision"
            .to_owned()
    } else {
        format!(
            "UPDATE pulse.documents SET body = $3::text::json, changed_by = $4, changed_at = $5
             WHERE {OURS} AND kind = $1 AND id = $2 AND revision = $6 RETURNING revision"
        )
    };
    let values: [Value<'_>; 6] = [
        (&kind, Type::TEXT),
        (&id, Type::TEXT),
        (&body, Type::TEXT),
        (&by, Type::TEXT),
        (&document.changed_at.0, Type::INT8),
        (&revision, Type::INT8),
    ];
    match transaction.query_typed_opt(&sql, &values).await? {
        Some(row) => Ok(row.try_get::<_, i64>(0)?.cast_unsigned()),
        None => Err(conflict(transaction, kind, id, document.revision).await?),
    }
}

/// Answers the number of the change.
async fn delete(
    transaction: &Transaction<'_>,
    (kind, id, revision): (&str, &str, u64),
    (by, at): (&str, Micros),
) -> std::result::Result<u64, Failure> {
    let who = "SELECT set_config('pulse.by', $1, true), set_config('pulse.at', $2, true)";
    let at = at.0.to_string();
    transaction.query_typed(who, &[(&by, Type::TEXT), (&at, Type::TEXT)]).await?;
    let sql = format!(
        "DELETE FROM pulse.documents WHERE {OURS} AND kind = $1 AND id = $2 AND revision = $3 RETURNING id"
    );
    let expected = revision.cast_signed();
    let values: [Value<'_>; 3] = [(&kind, Type::TEXT), (&id, Type::TEXT), (&expected, Type::INT8)];
    if transaction.query_typed_opt(&sql, &values).await?.is_none() {
        return Err(conflict(transaction, kind, id, revision).await?);
    }
    // Ours: nobody else takes a number before this is committed.
    let sql = "SELECT change FROM pulse.tenants WHERE id = (SELECT pulse.tenant())";
    let row = transaction.query_typed_one(sql, &[]).await?;
    Ok(row.try_get::<_, i64>(0)?.cast_unsigned())
}

impl PostgresStore {
    /// The documents that `sql` finds.
    async fn select(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Document>> {
        self.pool
            .within(async {
                let mut session = self.pool.session().await?;
                let work = session.begin(&self.tenant).await?;
                let rows = work.transaction.query_typed(sql, values).await.map_err(Failure::from);
                let answer = rows.and_then(|rows| rows.iter().map(document).collect());
                work.end(answer).await
            })
            .await
    }
}

#[async_trait]
impl Documents for PostgresStore {
    async fn list(&self, kind: &str) -> Result<Vec<Document>> {
        let sql = format!("SELECT {COLUMNS} FROM pulse.documents WHERE {OURS} AND kind = $1 ORDER BY id");
        self.select(&sql, &[(&kind, Type::TEXT)]).await
    }

    async fn get(&self, kind: &str, id: &str) -> Result<Option<Document>> {
        let sql = format!("SELECT {COLUMNS} FROM pulse.documents WHERE {OURS} AND kind = $1 AND id = $2");
        let found = self.select(&sql, &[(&kind, Type::TEXT), (&id, Type::TEXT)]).await;
        found.map(|mut found| found.pop())
    }

    async fn put(&self, document: Document) -> Result<u64> {
        let revision = self
            .pool
            .within(async {
                let mut session = self.pool.session().await?;
                let work = session.begin(&self.tenant).await?;
                let answer = put(&work.transaction, &document).await;
                work.end(answer).await
            })
            .await?;
        self.follower.changed_here(document.kind, revision);
        Ok(revision)
    }

    async fn delete(&self, kind: &str, id: &str, expected: u64, by: &str, at: Micros) -> Result<()> {
        let number = self
            .pool
            .within(async {
                let mut session = self.pool.session().await?;
                let work = session.begin(&self.tenant).await?;
                let answer = delete(&work.transaction, (kind, id, expected), (by, at)).await;
                work.end(answer).await
            })
            .await?;
        self.follower.changed_here(Text::from(kind), number);
        Ok(())
    }

    async fn versions(&self, kind: &str, id: &str, limit: usize) -> Result<Vec<Document>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM pulse.versions WHERE {OURS} AND kind = $1 AND id = $2
             ORDER BY revision DESC LIMIT $3"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.select(&sql, &[(&kind, Type::TEXT), (&id, Type::TEXT), (&limit, Type::INT8)]).await
    }

    fn watch(&self) -> broadcast::Receiver<Text> {
        self.follower.watch()
    }
}

/// One statement, so that all is as of one moment; in the order in which it happened, but for removals, which come right
/// after what they removed. A removal is told by who did it, or by when: neither is asked for.
fn changes_sql() -> String {
    format!(
        "SELECT kind, id, revision, body::text, changed_by, changed_at, 0 AS step FROM pulse.documents
         WHERE {OURS} AND kind <> 'session'
         UNION ALL
         SELECT kind, id, revision, body::text, changed_by, changed_at, 0 FROM pulse.versions WHERE {OURS}
         UNION ALL
         SELECT kind, id, revision, NULL, removed_by, removed_at, 1 FROM pulse.versions
         WHERE {OURS} AND (removed_by <> '' OR removed_at <> 0)
         ORDER BY revision, step"
    )
}

fn change(row: &Row) -> std::result::Result<Change, Failure> {
    let text = |index: usize| row.try_get::<_, &str>(index).map(Text::from);
    let (kind, id) = (text(0)?, text(1)?);
    let body = row.try_get::<_, Option<&str>>(3)?.map(serde_json::from_str).transpose().map_err(|error| {
        StoreError::Corrupt(format!(
            "a version of document {kind}/{id} is not JSON ({error}); remove that version"
        ))
    })?;
    Ok(Change { kind, id, body, by: text(4)?, at: Micros(row.try_get(5)?) })
}

#[async_trait]
impl Archive for PostgresStore {
    async fn changes(&self) -> Result<Vec<Change>> {
        self.pool
            .within(async {
                let mut session = self.pool.session().await?;
                let work = session.begin(&self.tenant).await?;
                let rows = work.transaction.query_typed(&changes_sql(), &[]).await.map_err(Failure::from);
                let answer = rows.and_then(|rows| rows.iter().map(change).collect());
                work.end(answer).await
            })
            .await
    }
}
